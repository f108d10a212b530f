/* domain/demo.h: a believable demonstration: invented people and institutions on the real geography, an epidemic that
 * follows a daily series. Deterministic: the same seed, days, series, number of cases and reference tables give the same
 * institutions, cases, notifications and figures, row for row; when the last day is today, the hour as well counts, for
 * nothing is reported in the future. Only accounts (their ids, passwords, secrets) and the audit log differ. Also the base
 * of benchmarks: it writes through notif_put in large changes, memory does not grow with the number of cases. */
#ifndef DOMAIN_DEMO_H
#define DOMAIN_DEMO_H

#include "domain/account.h"
#include "domain/sheetset.h"

struct demo_opts {
	int64_t cases;
	uint64_t seed;
	struct date until;              /* last day of the epidemic; normally today, never later */
	int days;                       /* its length, 1 to 3660 */
	struct str series;              /* file `date,CODE…` or the ministry's open data; "": data/demo/series.tsv */
	void (*progress)(void *arg, int64_t done, int64_t of);  /* may be NULL */
	void *arg;
};
/* Who entered the demonstration's notifications: no account. */
#define DEMO_ACCOUNT S("demo")
#define DEMO_DAYS_MAX 3660
#define DEMO_CASES_MAX 100000000

enum { DEMO_DOCTOR, DEMO_CLERK, DEMO_CENTRE, DEMO_PREFECTURE, DEMO_MINISTRY, DEMO_ADMIN, DEMO_LOGINS };
struct demo_login {
	struct str login, password, secret, name, role, org_name;
};
/* Into a database that holds the reference tables and no cases (else E_CONFLICT). Publishes the exercise sheet
 * (data/demo/exercise.sheet), makes institutions, the accounts doctor, clerk, centre, prefecture, ministry, admin, and the
 * cases. Each day's cases are on the sheet that is in force. One audit line for each change of some thousand cases. On a
 * failure what was written before stays: begin with a new database. *why is a sentence for the console. */
enum err demo_make(struct store *st, const struct keyring *keys, struct sheetset *sheets, struct arena *mem,
    const struct demo_opts *o, struct demo_login out[DEMO_LOGINS], struct str *why) MUST_USE;

#endif
