/* domain/stat.c: see stat.h. */
#include "domain/stat.h"

#include "base/utf8.h"
#include "domain/care.h"
#include "domain/org.h"
#include "domain/totals.h"

#define PRENATAL S("妊婦支援事業")
#define SCOPES 3        /* each fact is counted for its centre, its prefecture and the nation */

static const struct str axis_name[3] = { STR_INIT("report"), STR_INIT("diagnosis"), STR_INIT("onset") };

const struct str stat_bands[12] = {
	STR_INIT("0"), STR_INIT("10"), STR_INIT("20"), STR_INIT("30"), STR_INIT("40"), STR_INIT("50"), STR_INIT("60"),
	STR_INIT("70"), STR_INIT("80"), STR_INIT("90"), STR_INIT("100"), STR_INIT("?"),
};

enum text_id
stat_band_label(struct str band)
{
	static const enum text_id label[12] = {
		T_band_0, T_band_10, T_band_20, T_band_30, T_band_40, T_band_50, T_band_60, T_band_70, T_band_80, T_band_90,
		T_band_100, T_band_unknown,
	};

	for (size_t i = 0; i < 12; i++)
		if (str_eq(stat_bands[i], band))
			return label[i];
	return T_band_unknown;
}

struct str
stat_band(const struct record *r, struct date today)
{
	struct date birth = rec_date(r, F_birth_date), on = rec_date(r, F_diagnosis_date);
	int64_t age = -1;

	if (!date_given(on))
		on = today;
	if (date_given(birth))
		age = age_years(birth, on);
	else if (!str_int(rec_get(r, F_age_years), &age))
		age = -1;
	if (age < 0)
		return stat_bands[11];
	return stat_bands[age >= 100 ? 10 : age / 10];
}

void
stat_count(struct tx *tx, const struct stat_fact *f, int sign)
{
	const struct str day[3] = { f->report_day, f->diagnosis_day, f->onset_day };
	const int64_t scope[SCOPES] = { f->home, f->home / 100, 0 };
	struct str sex = f->sex.n ? f->sex : UNKNOWN;

	for (size_t a = 0; a < 3; a++) {
		if (day[a].n == 0)
			continue;
		for (size_t s = 0; s < SCOPES; s++) {
			tx_add(tx, Q_stat_day_add, DBS(DI(scope[s]), DT(axis_name[a]), DT(f->disease), DT(day[a]), DT(f->type),
			    DI(sign), DI(f->present ? sign : 0)), 2);
			if (f->present)
				tx_add(tx, Q_stat_group_add, DBS(DI(scope[s]), DT(axis_name[a]), DT(f->disease), DT(day[a]),
				    DT(sex), DT(f->band), DI(sign)), 1);
		}
	}
}

/* The number in a path of a centre: "13/1305/" -> 1305. */
static int64_t
centre_of(struct str path)
{
	int64_t home = 0;

	return str_int(str_sub(path, 3, 4), &home) ? home : 0;
}

static void
count_scopes(struct tx *tx, enum query q, int64_t home, struct str disease, struct str kind, int sign)
{
	const int64_t scope[SCOPES] = { home, home / 100, 0 };

	for (size_t s = 0; s < SCOPES; s++)
		tx_add(tx, q, DBS(DI(scope[s]), DT(disease), DT(kind), DI(sign)), 1);
}

void
stat_count_status(struct tx *tx, struct str responsible, struct str disease, struct str status, int sign)
{
	count_scopes(tx, Q_stat_status_add, centre_of(responsible), disease, status, sign);
}

void
stat_count_care(struct tx *tx, struct str responsible, struct str disease, struct str facts, int sign)
{
	count_scopes(tx, Q_stat_care_add, centre_of(responsible), disease, facts, sign);
}

void
stat_add_extra(struct tx *tx, int64_t home, struct str disease, struct str day, struct str kind, int64_t n)
{
	const int64_t scope[SCOPES] = { home, home / 100, 0 };

	for (size_t s = 0; s < SCOPES; s++)
		tx_add(tx, Q_stat_extra_add, DBS(DI(scope[s]), DT(disease), DT(day), DT(kind), DI(n)), 1);
}

bool
stat_prenatal_named(struct arena *mem, struct str remarks)
{
	struct str rest = text_nfkc(mem, remarks);
	struct buf b = buf_new(mem);

	/* 妊婦支援 事業, broken by a line end or set apart, is the same programme. */
	for (int32_t cp; (cp = utf8_next(&rest)) >= 0;)
		if (cp > ' ')
			utf8_put(&b, cp);
	return str_find_str(buf_str(&b), PRENATAL) < b.n;
}

bool
stat_prenatal(struct arena *mem, const struct record *rec)
{
	for (size_t row = 0, n = rec_rows(rec, G_TEST); row < n; row++)
		if (str_eq(rec_row(rec, F_test_payment, row), S("prenatal_support")))
			return true;
	return rec_get(rec, F_remarks).n > 0 && stat_prenatal_named(mem, rec_get(rec, F_remarks));
}

void
stat_count_extra(struct tx *tx, int64_t home, struct str disease, struct str day, const struct record *rec, int sign)
{
	for (size_t row = 0, n = rec_rows(rec, G_TEST); row < n; row++) {
		struct str method = rec_row(rec, F_test_method, row), paid = rec_row(rec, F_test_payment, row);
		struct str sampled = rec_row(rec, F_test_sampled_date, row);
		/* A clinical diagnosis stands in the place of a test and is none. */
		if (method.n == 0 || str_eq(method, S("clinical")))
			continue;
		stat_add_extra(tx, home, disease, sampled.n == 0 || rec_unknown(sampled) ? day : str_dup(tx_mem(tx), sampled),
		    str_cat(tx_mem(tx), S("test."), paid.n > 0 ? paid : S("unsaid")), sign);
	}
	if (stat_prenatal(tx_mem(tx), rec))
		stat_add_extra(tx, home, disease, day, S("prenatal"), sign);
}

int64_t
stat_scope(struct str area)
{
	int64_t n = 0;

	if (area.n == 0)
		return 0;
	n = area.n >= 8 ? centre_of(area) : str_int(str_sub(area, 0, 2), &n) ? n : 0;
	return n > 0 ? n : -1;
}

/* ---- the recount ---- */

/* Counters and counted cases are both small beside the cases themselves: they are put into one table of
 * key -> (kept, counted) and compared. */
struct cell {
	struct cell *next;
	struct str key;
	int64_t kept[2], counted[2];
};
struct tally {
	struct arena *mem;
	struct cell **bucket;
	size_t size;
};

static struct cell *
tally_cell(struct tally *t, struct str key)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
	struct cell **at = &t->bucket[h & (t->size - 1)];
	for (; *at != NULL; at = &(*at)->next)
		if (str_eq((*at)->key, key))
			return *at;
	*at = NEW(t->mem, struct cell);
	(*at)->key = str_dup(t->mem, key);
	return *at;
}

static struct tally
tally_new(struct arena *mem)
{
	size_t size = 1 << 18;

	return (struct tally){ mem, NEWN(mem, struct cell *, size), size };
}

static void
tally_count(struct tally *t, int64_t scope, struct str rest, int64_t a, int64_t b)
{
	char key[400];
	const int64_t all[SCOPES] = { scope, scope / 100, 0 };

	for (size_t i = 0; i < SCOPES; i++) {
		int n = snprintf(key, sizeof key, "%lld %.*s", (long long)all[i], STR_ARG(rest));
		struct cell *c = tally_cell(t, (struct str){ key, (size_t)n < sizeof key ? (size_t)n : sizeof key - 1 });
		c->counted[0] += a;
		c->counted[1] += b;
	}
}

static int64_t
tally_differ(struct tally *t, const char *what, void (*tell)(void *arg, struct str line), void *arg)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->size; i++)
		for (struct cell *c = t->bucket[i]; c != NULL; c = c->next) {
			if (c->kept[0] == c->counted[0] && c->kept[1] == c->counted[1])
				continue;
			n++;
			if (tell != NULL)
				tell(arg, str_fmt(t->mem, "%s %.*s: kept %lld %lld, counted %lld %lld", what, STR_ARG(c->key),
				    (long long)c->kept[0], (long long)c->kept[1], (long long)c->counted[0],
				    (long long)c->counted[1]));
		}
	return n;
}

/* The key of a counter below its scope, in words that codes cannot hold. */
static struct str
key_of(char *room, size_t size, struct rows *r, const char *const *column, size_t n, struct str axis)
{
	size_t at = (size_t)snprintf(room, size, "%.*s", STR_ARG(axis));

	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(room + at, size - at, " %.*s", STR_ARG(row_text(r, column[i])));
	return (struct str){ room, at < size ? at : size - 1 };
}

static void
recount_table(struct tx *tx, struct tally *t, enum query all, enum query again, const char *const *column, size_t n,
    bool two)
{
	char room[300], key[400];
	struct rows r;

	for (tx_open(tx, &r, all, NULL, 0); rows_next(&r);) {
		struct str rest = key_of(room, sizeof room, &r, column, n, row_text(&r, "axis"));
		int k = snprintf(key, sizeof key, "%lld %.*s", (long long)row_int(&r, "scope"), STR_ARG(rest));
		struct cell *c = tally_cell(t, (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 });
		c->kept[0] = row_int(&r, "persons");
		c->kept[1] = two ? row_int(&r, "reports") : 0;
	}
	for (size_t a = 0; a < 3; a++)
		for (tx_open(tx, &r, again, DBS(DT(axis_name[a]))); rows_next(&r);)
			tally_count(t, row_int(&r, "scope"), key_of(room, sizeof room, &r, column, n, axis_name[a]),
			    row_int(&r, "persons"), two ? row_int(&r, "reports") : 0);
}

static void
recount_status(struct tx *tx, struct tally *t)
{
	static const char *const column[] = { "disease", "status" };
	char room[300], key[400];
	struct rows r;

	for (tx_open(tx, &r, Q_stat_status_all, NULL, 0); rows_next(&r);) {
		struct str rest = key_of(room, sizeof room, &r, column, 2, S(""));
		int k = snprintf(key, sizeof key, "%lld %.*s", (long long)row_int(&r, "scope"), STR_ARG(rest));
		tally_cell(t, (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 })->kept[0]
		    = row_int(&r, "persons");
	}
	for (tx_open(tx, &r, Q_stat_status_recount, NULL, 0); rows_next(&r);)
		tally_count(t, centre_of(row_text(&r, "responsible")), key_of(room, sizeof room, &r, column, 2, S("")),
		    row_int(&r, "persons"), 0);
}

static void
tally_care(struct tally *t, struct rows *r, struct str facts, int64_t persons)
{
	char room[300];
	int n = snprintf(room, sizeof room, " %.*s %.*s", STR_ARG(row_text(r, "disease")), STR_ARG(facts));

	tally_count(t, centre_of(row_text(r, "responsible")), (struct str){ room, (size_t)n < sizeof room ? (size_t)n : sizeof room - 1 },
	    persons, 0);
}

/* Of each case its newest entry about care; then those of whom only the status speaks. */
static void
recount_care(struct tx *tx, struct tally *t)
{
	static const char *const column[] = { "disease", "facts" };
	struct arena *mem = arena_new(1 << 16);
	struct record *rec = NEW(tx_mem(tx), struct record);
	char room[300], key[400], last[80] = "";
	struct rows r;

	for (tx_open(tx, &r, Q_stat_care_all, NULL, 0); rows_next(&r);) {
		struct str rest = key_of(room, sizeof room, &r, column, 2, S(""));
		int k = snprintf(key, sizeof key, "%lld %.*s", (long long)row_int(&r, "scope"), STR_ARG(rest));
		tally_cell(t, (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 })->kept[0]
		    = row_int(&r, "persons");
	}
	for (tx_open(tx, &r, Q_stat_care_recount, NULL, 0); rows_next(&r);) {
		snprintf(key, sizeof key, "%lld %.*s", (long long)row_int(&r, "home"), STR_ARG(row_text(&r, "case_id")));
		if (strncmp(key, last, sizeof last - 1) == 0)
			continue;
		memcpy(last, key, sizeof last - 1);
		arena_reset(mem);
		if (rec_from_json(mem, row_text(&r, "data"), rec) != OK) {
			tx_fail(tx, E_STORE);
			break;
		}
		struct str facts = care_now(mem, rec, row_int(&r, "changed_at"), row_text(&r, "status"), row_int(&r, "status_at"));
		if (facts.n > 0)
			tally_care(t, &r, facts, 1);
	}
	for (tx_open(tx, &r, Q_stat_care_recount_status, NULL, 0); rows_next(&r);)
		tally_care(t, &r, S("none"), row_int(&r, "persons"));
	arena_free(mem);
}

static void
recount_extra(struct tx *tx, struct tally *t)
{
	static const char *const column[] = { "disease", "day", "kind" };
	char room[300], key[400];
	struct rows r;

	for (tx_open(tx, &r, Q_stat_extra_all, NULL, 0); rows_next(&r);) {
		struct str rest = key_of(room, sizeof room, &r, column, 3, S(""));
		int k = snprintf(key, sizeof key, "%lld %.*s", (long long)row_int(&r, "scope"), STR_ARG(rest));
		tally_cell(t, (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 })->kept[0]
		    = row_int(&r, "persons");
	}
	for (tx_open(tx, &r, Q_stat_tests_recount, NULL, 0); rows_next(&r);)
		tally_count(t, row_int(&r, "scope"), key_of(room, sizeof room, &r, column, 3, S("")), row_int(&r, "persons"), 0);
}

static void
tally_prenatal(struct tally *t, struct rows *r, int64_t persons)
{
	static const char *const column[] = { "disease", "day" };
	char room[300], key[320];
	struct str rest = key_of(room, sizeof room, r, column, 2, S(""));
	int k = snprintf(key, sizeof key, "%.*s prenatal", STR_ARG(rest));

	tally_count(t, row_int(r, "scope"), (struct str){ key, (size_t)k }, persons, 0);
}

static void
recount_prenatal(struct tx *tx, struct tally *t)
{
	struct arena *each = arena_new(1 << 16);
	struct rows r;

	for (tx_open(tx, &r, Q_stat_prenatal_recount, NULL, 0); rows_next(&r); arena_reset(each))
		if (row_int(&r, "paid") > 0 || stat_prenatal_named(each, row_text(&r, "remarks")))
			tally_prenatal(t, &r, 1);
	for (tx_open(tx, &r, Q_stat_prenatal_paid_recount, NULL, 0); rows_next(&r);)
		tally_prenatal(t, &r, row_int(&r, "persons"));
	arena_free(each);
}

static void
recount_daily(struct tx *tx, struct tally *t)
{
	static const char *const column[] = { "disease", "day" };
	char room[300], key[400];
	struct rows r;

	for (tx_open(tx, &r, Q_totals_recount, NULL, 0); rows_next(&r);) {
		struct str rest = key_of(room, sizeof room, &r, column, 2, S("")), kept = row_text(&r, "numbers"), band;
		int64_t n;
		while (totals_next(&kept, &band, &n)) {
			int k = snprintf(key, sizeof key, "%.*s daily.%.*s", STR_ARG(rest), STR_ARG(band));
			tally_count(t, row_int(&r, "scope"), (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 }, n, 0);
		}
	}
}

/* What waits in the journal belongs to what is kept. */
struct waiting {
	struct tally *day, *group, *status, *care, *extra;
};

static void
add_waiting(void *arg, enum query q, const struct db *d, size_t n)
{
	struct waiting *w = arg;
	struct tally *t = q == Q_stat_day_add ? w->day : q == Q_stat_group_add ? w->group
	    : q == Q_stat_care_add ? w->care : q == Q_stat_status_add ? w->status : w->extra;
	size_t deltas = q == Q_stat_day_add ? 2 : 1, keys = n - deltas;
	char key[400];
	/* In the words of the recount: scope, axis (not all have one), the rest. */
	bool axis = q == Q_stat_day_add || q == Q_stat_group_add;
	int k = snprintf(key, sizeof key, "%lld%s", (long long)d[0].num, axis ? "" : " ");

	for (size_t i = 1; i < keys && k > 0 && (size_t)k < sizeof key; i++)
		k += snprintf(key + k, sizeof key - (size_t)k, " %.*s", STR_ARG(d[i].text));
	struct cell *c = tally_cell(t, (struct str){ key, (size_t)k < sizeof key ? (size_t)k : sizeof key - 1 });
	c->kept[0] += d[n - 1].num;             /* persons are last */
	c->kept[1] += deltas == 2 ? d[n - 2].num : 0;
}

enum err
stat_recount(struct tx *tx, int64_t *differences, void (*tell)(void *arg, struct str line), void *arg)
{
	static const char *const day_key[] = { "disease", "day", "type" };
	static const char *const group_key[] = { "disease", "day", "sex", "band" };
	struct tally day = tally_new(tx_mem(tx)), group = tally_new(tx_mem(tx)), status = tally_new(tx_mem(tx));
	struct tally care = tally_new(tx_mem(tx)), extra = tally_new(tx_mem(tx));

	recount_table(tx, &day, Q_stat_day_all, Q_stat_day_recount, day_key, 3, true);
	recount_table(tx, &group, Q_stat_group_all, Q_stat_group_recount, group_key, 4, false);
	recount_status(tx, &status);
	recount_care(tx, &care);
	recount_extra(tx, &extra);
	recount_prenatal(tx, &extra);
	recount_daily(tx, &extra);
	struct waiting waiting = { &day, &group, &status, &care, &extra };
	if (tx_waiting(tx, add_waiting, &waiting) != OK)
		return tx_err(tx);
	*differences = tally_differ(&day, "day", tell, arg) + tally_differ(&group, "group", tell, arg)
	    + tally_differ(&status, "status", tell, arg)
	    + tally_differ(&care, "care", tell, arg) + tally_differ(&extra, "extra", tell, arg);
	return tx_err(tx);
}
