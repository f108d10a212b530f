/* domain/demo.c: see demo.h.
 *
 * Centre by centre, in each day by day, in each in the order of the presses: so a centre's pages of the database are
 * warm while it is written. A press is made and kept in one call of load_one; BATCH of them are one change. What is
 * remembered of earlier patients is a handful of the centre's, for families and for the same person seen twice. */
#include "domain/demo.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/files.h"
#include "domain/demo_person.h"
#include "domain/demo_series.h"
#include "domain/notif.h"
#include "domain/stat.h"

#define DISEASE S("covid19")
#define BATCH 2000              /* cases of one change: some 100 MB until it is on disk */
#define RECENT 6                /* patients remembered of each centre */
#define HOUR_MS (3600 * 1000LL)
#define DAY_MS (24 * HOUR_MS)

/* ---- when on a day ---- */

/* How many presses an hour of the day has: after the consultations, until late. */
static const uint32_t hours[24] = {
	3, 1, 1, 0, 0, 0, 1, 3, 8, 16, 22, 26, 20, 16, 20, 24, 32, 50, 62, 64, 58, 46, 28, 11,
};

static double
hours_until(int64_t ms_of_day)
{
	double sum = 0;

	for (int64_t h = 0; h < 24; h++) {
		int64_t in = ms_of_day - h * HOUR_MS;
		double part = in <= 0 ? 0 : in >= HOUR_MS ? 1 : (double)in / (double)HOUR_MS;
		sum += part * hours[h];
	}
	return sum;
}

/* The moment of the day at which `sum` of the hours' weights have passed. */
static int64_t
hours_reach(double sum)
{
	for (int64_t h = 0; h < 24; h++) {
		if (sum < hours[h])
			return h * HOUR_MS + (int64_t)(sum / hours[h] * (double)HOUR_MS);
		sum -= hours[h];
	}
	return DAY_MS - 1;
}

/* ---- the epidemic ---- */

struct recent {
	struct demo_person person[RECENT];
	size_t n, next;
};

struct load {
	const struct demo_opts *o;
	const struct demo_land *land;
	struct demo_people *people;
	size_t days;
	uint32_t *cases;                /* of each centre on each day: [centre * days + day] */
	struct sheets sheets;
	struct arena *mem;              /* of one case: its texts are bound or copied when it is kept */
	struct record *rec;
	struct actor who;               /* with the institution of the present case */
	int64_t now, done;
	double last_hours;              /* what has passed of the last day */
	/* where we are: */
	struct dice d;
	size_t centre, day;
	uint32_t nth;                   /* of the day at the centre */
	struct recent recent;
	const struct sheet *sheet;
	int64_t batch;                  /* of this change */
};

static struct date
day_at(const struct load *l, size_t i)
{
	return (struct date){ l->o->until.day - (int32_t)(l->days - 1 - i) };
}

/* Spread each day's cases of a prefecture over its centres. */
static void
spread(struct load *l, const struct demo_plan *plan)
{
	struct dice d = dice_new(l->o->seed * 1024);

	for (size_t day = 0; day < plan->days; day++)
		for (size_t p = 1; p < DEMO_PREFS; p++) {
			size_t from = l->land->pref_from[p], n = l->land->pref_from[p + 1] - from;
			for (uint32_t i = 0; i < plan->cases[day][p]; i++)
				l->cases[(from + dice_weighted(&d, l->land->centre_upto + from, n)) * l->days + day]++;
		}
}

/* Each centre has its own chance: what happens at one is the same whatever happens at the others. */
static void
centre_begin(struct load *l, size_t centre)
{
	l->centre = centre;
	l->day = 0;
	l->nth = 0;
	l->recent = (struct recent){ 0 };
	l->d = dice_new(l->o->seed * 1024 + 1 + centre);
}

static uint32_t
cases_now(const struct load *l)
{
	return l->cases[l->centre * l->days + l->day];
}

/* The next press that is planned; false when there is none left. */
static bool
next_press(struct load *l)
{
	while (l->centre < l->land->centres) {
		if (l->nth < cases_now(l))
			return true;
		l->nth = 0;
		if (++l->day == l->days)
			centre_begin(l, l->centre + 1);
	}
	return false;
}

/* A day's presses follow each other along its hours. */
static int64_t
press_at(struct load *l)
{
	double whole = l->day + 1 == l->days ? l->last_hours : hours_until(DAY_MS);
	double share = ((double)l->nth + dice_share(&l->d)) / (double)cases_now(l);

	return date_begin(day_at(l, l->day)) + hours_reach(share * whole);
}

/* Most are strangers; some live with somebody who fell ill; a few were notified before, by another clinic. */
static void
next_person(struct load *l, struct date day, struct demo_person *out, struct demo_spelling *as)
{
	struct recent *r = &l->recent;
	uint32_t clinics = (uint32_t)l->land->centre[l->centre].clinics;
	const struct demo_person *of = r->n > 0 ? &r->person[dice_below(&l->d, (uint32_t)r->n)] : NULL;
	uint32_t kind = dice_below(&l->d, 1000);

	*as = (struct demo_spelling){ 0 };
	if (of != NULL && kind < 10 && of->diagnosis.day + 4 > day.day && of->diagnosis.day <= day.day) {
		*out = *of;
		out->clinic = (of->clinic + 1 + dice_below(&l->d, clinics - 1)) % clinics;
		*as = (struct demo_spelling){ .variant = true, .space = dice_chance(&l->d, 500) };
		return;
	}
	if (of != NULL && kind < 160 && of->diagnosis.day + 10 > day.day)
		demo_person_family(l->people, &l->d, of, day, out);
	else
		demo_person_new(l->people, &l->d, l->centre, day, out);
	r->person[r->next] = *out;
	r->next = (r->next + 1) % RECENT;
	if (r->n < RECENT)
		r->n++;
}

/* The sheet in force when it was diagnosed: it changes seldom. */
static const struct sheet *
sheet_on(struct load *l, struct date diagnosis)
{
	const struct sheet *s = l->sheet;

	if (s == NULL || diagnosis.day < s->from.day || (date_given(s->until) && diagnosis.day > s->until.day))
		l->sheet = sheet_in_force(&l->sheets, DISEASE, diagnosis, 0);
	return l->sheet;
}

/* ---- what became of them ---- */

struct turn {
	struct str status;
	int hours_from, hours_until;    /* after the press */
};
#define TURNS 4
static const struct turn fates[][TURNS] = {
	[FATE_HOME] = { { STR_INIT("at_home"), 1, 30 }, { STR_INIT("released"), 170, 260 } },
	[FATE_HOTEL] = { { STR_INIT("arranging_hotel"), 1, 12 }, { STR_INIT("in_hotel"), 20, 44 },
		{ STR_INIT("released"), 180, 270 } },
	[FATE_FACILITY] = { { STR_INIT("in_facility"), 2, 30 }, { STR_INIT("released"), 200, 300 } },
	[FATE_HOSPITAL] = { { STR_INIT("arranging_hospital"), 1, 6 }, { STR_INIT("in_hospital"), 7, 40 },
		{ STR_INIT("released"), 200, 460 } },
	[FATE_DEAD] = { { STR_INIT("in_hospital"), 2, 20 }, { STR_INIT("dead"), 60, 400 } },
	[FATE_NEGATIVE] = { { STR_INIT("in_hospital"), 2, 20 }, { STR_INIT("negative"), 24, 72 } },
};

/* Set as time went by; what would be in the future has not happened. The last one stands and is counted. */
static void
put_statuses(struct load *l, struct tx *tx, const struct demo_person *p, const struct demo_centre *c,
    const struct receipt *rc)
{
	static const struct turn found_dead = { STR_INIT("dead"), 1, 24 };
	bool body = str_starts(p->type, S("corpse"));
	const struct turn *list = body ? &found_dead : fates[p->fate];
	int64_t at = 0, seq = 0;

	if (dice_chance(&l->d, 60))
		return;         /* nobody has filled it in */
	for (const struct turn *t = list; t < list + (body ? 1 : TURNS) && t->status.n > 0; t++) {
		int64_t on = rc->reported_at + dice_span(&l->d, t->hours_from, t->hours_until) * HOUR_MS
		    + dice_below(&l->d, (uint32_t)HOUR_MS);
		if (on >= l->now)
			break;
		struct str died = str_eq(t->status, S("dead")) ? date_iso(tx_mem(tx), body ? p->diagnosis : date_of(on)) : S("");
		tx_exec(tx, Q_status_insert, DBS(DI(rc->home), DT(rc->case_id), DI(at = on), DI(++seq), DT(t->status),
		    db_opt(died), DT(l->who.account), DT(c->official), DT(c->path)));
	}
	if (seq == 0)
		return;
	struct str last = list[seq - 1].status;
	tx_exec(tx, Q_case_status, DBS(DI(rc->home), DT(rc->case_id), DT(last), DI(at), DT(l->who.account)));
	stat_count_status(tx, c->path, DISEASE, S("not_set"), -1);
	stat_count_status(tx, c->path, DISEASE, last, +1);
	if (str_eq(last, S("in_hospital")))
		stat_count_care(tx, c->path, DISEASE, S("none"), +1);
}

/* ---- one case ---- */

static struct str
new_id(struct arena *mem, struct dice *d, int64_t at)
{
	unsigned char random[16];

	for (size_t i = 0; i < 2; i++) {
		uint64_t x = dice_next(d);
		memcpy(random + 8 * i, &x, 8);
	}
	return id_make(mem, at, random);
}

static enum err
load_one(struct load *l, struct tx *tx)
{
	struct arena *mem = l->mem;
	int64_t at = press_at(l);
	struct date day = day_at(l, l->day);
	const struct demo_centre *c = &l->land->centre[l->centre];
	struct demo_person p;
	struct demo_spelling as;
	struct receipt rc;

	next_person(l, day, &p, &as);
	const struct demo_clinic *clinic = &c->clinic[p.clinic];
	struct filing f = { .sheet = sheet_on(l, p.diagnosis), .rec = l->rec };
	demo_person_fill(l->people, mem, &p, &as, clinic, day, f.sheet, l->rec);
	l->who.org = clinic->org.path;
	l->who.home = clinic->org.home;
	l->who.name = dice_chance(&l->d, 500) ? clinic->doctor : clinic->clerk;
	struct notif_ids ids = { new_id(mem, &l->d, at), new_id(mem, &l->d, at) };
	enum err e = notif_put(tx, &l->who, &f, at, &ids, &rc);
	if (e == OK)
		put_statuses(l, tx, &p, c, &rc);
	arena_reset(mem);
	l->nth++;
	l->done++;
	l->batch++;
	return tx_err(tx);
}

/* One change: some thousand cases, then the line that says so. */
static enum err
load_write(struct tx *tx, void *arg)
{
	struct load *l = arg;

	if (l->batch < BATCH && next_press(l))
		return load_one(l, tx);
	struct audit a = actor_audit(&l->who, S("demo.load"));
	a.org = S("");
	a.detail = str_fmt(tx_mem(tx), "%lld", (long long)l->batch);
	tx_audit(tx, &a);
	return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
}

static enum err
load_all(struct load *l, struct store *st)
{
	struct arena *mem = arena_new(1 << 20);
	enum err e = OK;

	l->mem = arena_new(1 << 16);
	centre_begin(l, 0);
	while (e == OK && next_press(l)) {
		l->batch = 0;
		e = store_write_bulk(st, mem, load_write, l);
		arena_reset(mem);
		if (e == OK && l->o->progress != NULL)
			l->o->progress(l->o->arg, l->done, l->o->cases);
	}
	arena_free(l->mem);
	arena_free(mem);
	return e;
}

/* ---- accounts ---- */

/* Four words of two syllables: easy to read aloud and to type, 49 bits. */
static struct str
new_password(struct arena *mem)
{
	static const char first[] = "kstnhmyrwgzdbp", second[] = "aiueo";
	struct buf b = buf_new(mem);

	for (int i = 0; i < 8; i++) {
		if (i > 0 && i % 2 == 0)
			buf_byte(&b, '-');
		buf_byte(&b, first[crypt_random_below(sizeof first - 1)]);
		buf_byte(&b, second[crypt_random_below(sizeof second - 1)]);
	}
	return buf_str(&b);
}

static enum err
make_accounts(struct store *st, const struct keyring *keys, struct arena *mem, const struct demo_land *land,
    struct dice *d, struct demo_login out[DEMO_LOGINS])
{
	const struct demo_centre *c = &land->centre[land->show];
	const struct demo_clinic *clinic = &c->clinic[0];
	struct str pref = str_sub(c->path, 0, 3);
	const struct {
		struct str login, org, org_name, name;
		enum role role;
	} want[DEMO_LOGINS] = {
		[DEMO_DOCTOR] = { S("doctor"), clinic->org.path, clinic->org.name, clinic->doctor, ROLE_doctor },
		[DEMO_CLERK] = { S("clerk"), clinic->org.path, clinic->org.name, clinic->clerk, ROLE_clerk },
		[DEMO_CENTRE] = { S("centre"), c->path, c->name, c->official, ROLE_centre },
		[DEMO_PREFECTURE] = { S("prefecture"), pref, land->city[land->town[c->town_from].city].pref_name,
			demo_staff(land, mem, d), ROLE_prefecture },
		[DEMO_MINISTRY] = { S("ministry"), S(""), S("厚生労働省"), demo_staff(land, mem, d), ROLE_ministry },
		[DEMO_ADMIN] = { S("admin"), S(""), S("厚生労働省"), demo_staff(land, mem, d), ROLE_admin },
	};
	struct actor who = actor_console();
	enum text_id bad;
	enum err e = OK;

	for (size_t i = 0; i < DEMO_LOGINS && e == OK; i++) {
		struct account_new in = { .login = want[i].login, .org = want[i].org, .name = want[i].name,
			.password = new_password(mem), .role = want[i].role };
		out[i] = (struct demo_login){ .login = in.login, .password = in.password, .name = in.name,
			.role = role_code(in.role), .org_name = want[i].org_name };
		e = account_create(st, keys, &who, mem, &in, &out[i].secret, &bad);
	}
	return e;
}

/* ---- everything ---- */

static bool
opts_good(struct arena *mem, const struct demo_opts *o, struct str *why)
{
	if (o->days < 1 || o->days > DEMO_DAYS_MAX)
		*why = str_fmt(mem, "the number of days must be from 1 to %d", DEMO_DAYS_MAX);
	else if (o->cases < 0 || o->cases > DEMO_CASES_MAX)
		*why = str_fmt(mem, "the number of cases must be from 0 to %d", DEMO_CASES_MAX);
	else if (!date_given(o->until) || o->until.day > date_of(clock_now()).day)
		*why = S("the last day must be today or before");
	else
		return true;
	return false;
}

/* Read the country; E_CONFLICT when there are cases or the accounts already. */
static enum err
look_around(struct store *st, struct arena *mem, struct dice *d, struct demo_land *land, struct str *why)
{
	struct reader *rd = reader_new(st);
	struct arena *own = arena_new(1 << 20);
	struct tx *tx = read_begin(rd, own, S(""));
	struct rows r;
	bool used = false;

	if (tx_one(tx, &r, Q_count_cases, NULL, 0)) {
		used = row_int(&r, "cases") > 0;
		rows_close(&r);
	}
	if (tx_one(tx, &r, Q_account_by_login, DBS(DT(S("doctor"))))) {
		used = true;
		rows_close(&r);
	}
	enum err e = used ? E_CONFLICT : demo_land_read(tx, mem, d, land);
	if (read_end(tx) != OK && e == OK)
		e = E_STORE;
	if (e == E_CONFLICT)
		*why = S("this database holds cases or demonstration accounts already; begin with a new data folder");
	else if (e == E_NOTFOUND)
		*why = S("this database holds no reference tables; `hersys init` makes one that does");
	else if (e != OK)
		*why = S("the database cannot be read");
	arena_free(own);
	reader_free(rd);
	return e;
}

static enum err
publish(struct store *st, struct sheetset *sheets, struct arena *mem, struct str *why)
{
	struct actor who = actor_console();
	struct str text, name;

	if (!files_get(S("data/demo/exercise.sheet"), &text))
		BUG("the sheet of the demonstration is not embedded");
	return sheetset_publish(sheets, st, &who, mem, text, &name, why);
}

/* Is there a sheet for everything that is diagnosed? */
static bool
sheets_reach(const struct load *l, struct arena *mem, struct str *why)
{
	for (int32_t day = day_at(l, 0).day - DEMO_LATE; day <= l->o->until.day; day++) {
		struct date on = { day };
		if (sheet_in_force(&l->sheets, DISEASE, on, 0) != NULL)
			continue;
		*why = str_fmt(mem, "no sheet of covid19 is in force on %.*s", STR_ARG(date_iso(mem, on)));
		return false;
	}
	return true;
}

static void
load_begin(struct load *l, struct arena *mem, const struct demo_series *series, const struct demo_opts *o,
    const struct demo_land *land, struct dice *d)
{
	int64_t now = clock_now(), hour = now - now % HOUR_MS;
	double whole = hours_until(DAY_MS);

	/* The whole hour, so that a second run soon after is the same; but not an empty day. */
	*l = (struct load){ .o = o, .land = land, .now = hour > date_begin(o->until) ? hour : now, .who = actor_console() };
	l->last_hours = hours_until(l->now - date_begin(o->until));
	l->people = demo_people_new(mem, land);
	double share = o->days == 1 ? 1 : l->last_hours / whole;
	struct demo_plan plan = demo_plan_make(mem, series, (size_t)o->days, share, o->cases, d);
	l->days = plan.days;
	l->cases = NEWN(mem, uint32_t, land->centres * plan.days);
	spread(l, &plan);
	l->rec = NEW(mem, struct record);
	l->who.account = l->who.login = DEMO_ACCOUNT;
}

enum err
demo_make(struct store *st, const struct keyring *keys, struct sheetset *sheets, struct arena *mem,
    const struct demo_opts *o, struct demo_login out[DEMO_LOGINS], struct str *why)
{
	struct actor who = actor_console();
	struct demo_land *land = NEW(mem, struct demo_land);
	struct dice d = dice_new(o->seed);
	struct demo_series series;
	struct load *l = NEW(mem, struct load);
	enum err e;

	if (!opts_good(mem, o, why))
		return E_INVALID;
	if ((e = demo_series_read(mem, o->series, &series, why)) != OK
	    || (e = look_around(st, mem, &d, land, why)) != OK
	    || (e = publish(st, sheets, mem, why)) != OK)
		return e;
	load_begin(l, mem, &series, o, land, &d);
	l->sheets = sheetset_now(sheets);
	if (!sheets_reach(l, mem, why))
		return E_INVALID;
	*why = S("the demonstration cannot be written");
	if ((e = demo_land_found(st, &who, mem, land)) != OK
	    || (e = make_accounts(st, keys, mem, land, &d, out)) != OK)
		return e;
	return load_all(l, st);
}
