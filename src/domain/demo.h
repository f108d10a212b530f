/* domain/demo.h: a believable demonstration: invented people and institutions on the real geography, an epidemic that
 * follows a daily series. Deterministic by seed and last day: the same options give the same database, row for row, but for
 * passwords, secrets and moments of loading. Also the base of benchmarks, so it writes bulk data fast. */
#ifndef DOMAIN_DEMO_H
#define DOMAIN_DEMO_H

#include "domain/account.h"
#include "domain/sheetset.h"

struct demo_opts {
	int64_t cases;
	uint64_t seed;
	struct date until;              /* last day of the epidemic; normally today */
	int days;                       /* its length */
	struct str series;              /* file `date,CODE…` or the ministry's open data; "": data/demo/series.tsv */
	void (*progress)(void *arg, int64_t done, int64_t of);
	void *arg;
};
struct demo_login {
	struct str login, password, secret, name, role, org_name;
};
/* Into a database that holds the reference tables and no cases (else E_CONFLICT). Publishes the exercise sheet, makes
 * institutions, the accounts doctor, clerk, centre, prefecture, ministry, admin, and the cases. */
enum err demo_make(struct store *st, const struct keyring *keys, struct sheetset *sheets, struct arena *mem,
    const struct demo_opts *o, struct demo_login out[6], struct str *why) MUST_USE;

#endif
