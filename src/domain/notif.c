/* domain/notif.c: see notif.h. */
#include "domain/notif.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/utf8.h"
#include "domain/caseorg.h"
#include "domain/contact.h"
#include "domain/notif_follow.h"
#include "domain/notif_life.h"
#include "domain/number.h"
#include "domain/org.h"

/* ---- records and rows ---- */

struct group_sql {
	enum query insert, delete, list;
};
static const struct group_sql group_sql[G_COUNT] = {
	[G_TEST] = { Q_test_insert, Q_test_delete, Q_notif_tests },
	[G_DOSE] = { Q_dose_insert, Q_dose_delete, Q_notif_doses },
	[G_TRAVEL] = { Q_travel_insert, Q_travel_delete, Q_notif_travels },
};

/* The values of a group's row behind `n` fixed parameters. */
static size_t
bind_fields(struct db *arg, size_t n, enum field_group g, const struct record *rec, size_t row)
{
	for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true))
		arg[n++] = db_opt(rec_row(rec, f, row));
	return n;
}

static void
put_choices(struct tx *tx, int64_t home, struct str id, const struct record *rec)
{
	for (enum field_id f = field_next(G_ONE, F_none, false); f != F_none; f = field_next(G_ONE, f, false)) {
		struct str rest = rec_get(rec, f), code;
		if (fields[f].type != FT_CODES || rest.n == 0)
			continue;
		while (str_cut(&rest, ',', &code))
			tx_exec(tx, Q_choice_insert, DBS(DI(home), DT(id), DT(fields[f].name), DT(code)));
	}
}

static void
put_groups(struct tx *tx, int64_t home, struct str id, const struct record *rec)
{
	struct db arg[F_COUNT + 3];

	for (enum field_group g = G_TEST; g < G_COUNT; g++)
		for (size_t row = 0, rows = rec_rows(rec, g); row < rows; row++) {
			arg[0] = DI(home);
			arg[1] = DT(id);
			arg[2] = DI((int64_t)row + 1);
			tx_exec(tx, group_sql[g].insert, arg, bind_fields(arg, 3, g, rec, row));
		}
}

/* Extra items as JSON, or nothing. */
static struct str
extra_json(struct arena *mem, const struct record *rec)
{
	if (rec->n_extra == 0)
		return S("");
	struct record *only = NEW(mem, struct record);
	memcpy(only->extra, rec->extra, sizeof only->extra);
	only->n_extra = rec->n_extra;
	return rec_to_json(mem, only);
}

/* ---- filing ---- */

static void
put_orgs(struct tx *tx, const struct actor *who, int64_t at, int64_t home, struct str case_id, struct str centre)
{
	struct str line[4];
	int64_t place = case_place_next(tx, centre, at);
	size_t n = org_line(who->org, line);

	tx_exec(tx, Q_case_open, DBS(DI(home), DT(case_id), DT(who->org), DT(centre), DI(at)));
	if (n == LEN(line))
		tx_exec(tx, Q_org_case_line, DBS(DI(place), DI(home), DT(case_id), DT(line[3]), DT(line[2]), DT(line[1]), DT(line[0])));
	/* A centre files for itself. */
	for (size_t i = 0; n < LEN(line) && i < n; i++)
		tx_exec(tx, Q_org_case_insert, DBS(DT(line[i]), DI(place), DI(home), DT(case_id)));
}

/* What was filed, before any correction. */
static const struct record *
first_record(struct tx *tx, const struct notif *n)
{
	size_t count;
	struct notif_version *list = notif_versions(tx, n->home, n->id, &count);

	return count > 0 ? &list[0].rec : &n->rec;
}

/* A page that comes back out of the browser's memory presses with a used key, perhaps about another person: then it is
 * another press, with a key of its own made of what it says. */
static bool
answered(struct tx *tx, const struct actor *who, const struct filing *in, struct str *key, struct receipt *out)
{
	struct arena *mem = tx_mem(tx);
	struct casefile c;
	struct rows r;
	size_t differ;

	*key = in->op;
	while (key->n > 0 && tx_one(tx, &r, Q_idempotency_get, DBS(DT(who->org), DT(*key)))) {
		struct notif *n = NEW(mem, struct notif);
		int64_t home = row_int(&r, "home");
		struct str id = row_text(&r, "notification_id");
		rows_close(&r);
		if (notif_get(tx, home, id, n) != OK || case_get(tx, home, n->case_id, &c) != OK)
			return false;
		rec_diff(mem, first_record(tx, n), in->rec, &differ);
		if (differ == 0 || key->n > in->op.n) {
			*out = (struct receipt){ .home = home, .notification = id, .case_id = n->case_id, .number = c.number,
				.reported_at = n->reported_at, .repeated = true };
			return true;
		}
		struct sha256 h = crypt_sha256(rec_to_json(mem, in->rec));
		*key = str_fmt(mem, "%.*s+%.*s", STR_ARG(in->op), STR_ARG(crypt_hex(mem, (struct str){ (const char *)h.b, 8 })));
	}
	return false;
}

bool
notif_answered(struct tx *tx, const struct actor *who, const struct filing *in, struct receipt *out)
{
	struct str key;

	return answered(tx, who, in, &key, out);
}

/* The physician's check that comes with it. A clerk's filing is none without; what is loaded in bulk has none. */
static enum err
filing_check(struct tx *tx, const struct actor *who, const struct filing *in, int64_t at, struct attest *out)
{
	*out = (struct attest){ .at = 0 };
	if (who->role != ROLE_doctor && who->role != ROLE_clerk && who->role != ROLE_centre)
		return OK;
	struct attest_press p = { .hash = in->medical.n ? in->medical : attest_hash(tx_mem(tx), in->rec),
		.doctor = rec_get(in->rec, F_doctor_name), .attested = in->attested, .draft = in->draft, .at = at, .ver = 1 };

	if (attest_of_press(tx, who, &p, out)) {
		if (in->typed_by.n > 0 && who->role == ROLE_doctor)
			out->kind = S("physician");
		return OK;
	}
	*out = (struct attest){ .at = 0 };
	return tx_err(tx) != OK ? tx_err(tx) : who->role == ROLE_clerk ? E_INVALID : OK;
}

/* The sheet itself, as filed. */
static enum err
put_sheet(struct tx *tx, const struct actor *who, const struct filing *in, int64_t home, int64_t at, const struct notif_ids *ids)
{
	struct db arg[F_COUNT + 24];
	struct attest check;
	enum err e = filing_check(tx, who, in, at, &check);

	if (e != OK)
		return e;
	bool known = check.kind.n > 0, other = in->typed_by.n > 0;
	struct db fixed[] = { DI(home), DT(ids->notification), DT(ids->case_id), DT(in->sheet->name), DT(who->org), DI(at),
		DT(other ? in->typed_by : who->account), DT(other ? in->typed_name : who->name),
		db_opt(extra_json(tx_mem(tx), in->rec)), db_opt(in->follows), db_opt(in->centre_sampled ? S("centre") : S("")),
		db_opt(check.kind), db_opt(check.account), db_opt(check.name), known ? DI(check.at) : DNULL, known ? DI(1) : DNULL,
		db_opt(check.hash) };

	memcpy(arg, fixed, sizeof fixed);
	tx_exec(tx, Q_notif_insert, arg, bind_fields(arg, LEN(fixed), G_ONE, in->rec, 0));
	put_choices(tx, home, ids->notification, in->rec);
	put_groups(tx, home, ids->notification, in->rec);
	return tx_err(tx);
}

enum err
notif_put(struct tx *tx, const struct actor *who, const struct filing *in, int64_t at, const struct notif_ids *ids,
    struct receipt *out)
{
	struct arena *mem = tx_mem(tx);
	const struct record *rec = in->rec;
	struct str disease = in->sheet->disease, type = rec_get(rec, F_type);
	struct str centre = org_centre_path(mem, who->home);
	struct date day = date_of(at);
	struct stat_fact fact = fact_of(mem, rec, who->home, disease, day, day);
	struct rows r;
	size_t missing;

	check_missing(mem, in->sheet, rec, day, &missing);
	if (!tx_one(tx, &r, Q_serial_next, DBS(DI(who->home))))
		return tx_fail(tx, E_STORE);
	out->number = number_make(mem, who->home, row_int(&r, "last"));
	rows_close(&r);
	out->home = who->home;
	out->case_id = ids->case_id;
	out->notification = ids->notification;
	out->reported_at = at;

	tx_exec(tx, Q_case_insert, DBS(DI(who->home), DT(ids->case_id), DT(out->number), DT(disease),
	    db_opt(case_value(rec, F_name)), db_opt(case_value(rec, F_name_kana)), db_opt(rec_get(rec, F_sex)),
	    db_opt(case_value(rec, F_birth_date)), db_opt(case_phone(rec)), DT(fact.band), DT(type), DT(centre), DT(who->org), DI(at),
	    DI((int64_t)missing)));
	put_orgs(tx, who, at, who->home, ids->case_id, centre);

	enum err e = put_sheet(tx, who, in, who->home, at, ids);
	if (e != OK)
		return e;
	tx_exec(tx, Q_class_insert, DBS(DI(who->home), DT(ids->case_id), DT(type), DI(at), DT(ids->notification),
	    DT(fact.report_day), db_opt(fact.diagnosis_day), db_opt(fact.onset_day)));
	case_keys_open(tx, who->home, ids->case_id, rec);
	stat_count(tx, &fact, +1);
	stat_count_extra(tx, who->home, disease, fact.report_day, rec, +1);
	stat_count_status(tx, centre, disease, S("not_set"), +1);
	return tx_err(tx);
}

/* What came in stands on top of the lists, whenever its case began. */
static void
move_up(struct tx *tx, const struct casefile *cf, int64_t at)
{
	struct str line[5];
	size_t n = org_line(cf->reporter, line);
	int64_t place = case_place_next(tx, cf->responsible, at);
	bool there = false;

	for (size_t i = 0; i < n; i++)
		there |= str_eq(line[i], cf->responsible);
	if (!there)
		line[n++] = cf->responsible;
	for (size_t i = 0; i < n; i++) {
		case_list_leave(tx, line[i], cf->home, cf->id);
		tx_exec(tx, Q_org_case_insert, DBS(DT(line[i]), DI(place), DI(cf->home), DT(cf->id)));
	}
}

/* In addition to the newest notification of a case, which is locked by it: of several pressed at once one is first. */
static enum err
add_put(struct tx *tx, const struct actor *who, const struct filing *in, int64_t at, const struct notif_ids *ids,
    struct receipt *out)
{
	struct notif *before = NEW(tx_mem(tx), struct notif);
	struct notif_ids here = *ids;
	struct casefile cf;
	enum err e = notif_get(tx, in->follows_home, in->follows, before);

	if (e == OK)
		e = case_get(tx, in->follows_home, before->case_id, &cf);
	if (e != OK)
		return e;
	if (!notif_is_ours(who, before, &cf))
		return E_DENIED;
	if (!str_eq(before->state, S("reported")))
		return E_LOCKED;
	if (!str_eq(in->sheet->disease, cf.disease))
		return E_INVALID;
	here.case_id = cf.id;
	move_up(tx, &cf, at);
	e = put_sheet(tx, who, in, cf.home, at, &here);
	if (e != OK)
		return e;
	follow_keep(tx, &cf, here.notification);
	follow_sheet(tx, &cf, &before->rec, &(struct newest){ here.notification, at, in->sheet, in->rec });
	tx_exec(tx, Q_notif_state, DBS(DI(cf.home), DT(before->id), DT(S("superseded"))));
	tx_exec(tx, Q_case_live, DBS(DI(cf.home), DT(cf.id), DI(1)));
	tx_exec(tx, Q_case_review, DBS(DI(cf.home), DT(cf.id), DT(S(""))));
	notif_event_put(tx, who, cf.home, before->id, at, "superseded", S(""), here.notification);
	*out = (struct receipt){ .home = cf.home, .notification = here.notification, .case_id = cf.id, .number = cf.number,
		.reported_at = at };
	return tx_err(tx);
}

struct file {
	const struct actor *who;
	const struct filing *in;
	struct receipt *out;
	struct notif_ids ids;
	void (*done)(void *arg, enum err result);
	void *arg;
};

static enum err
file_write(struct tx *tx, void *arg)
{
	struct file *f = arg;
	int64_t at = clock_now();
	struct str key;

	if (answered(tx, f->who, f->in, &key, f->out)) {
		/* The draft of an answered press is gone already; nothing changes. */
		return tx_err(tx);
	}
	bool more = f->in->follows.n > 0;
	enum err e = more ? add_put(tx, f->who, f->in, at, &f->ids, f->out) : notif_put(tx, f->who, f->in, at, &f->ids, f->out);
	if (e == OK && !more && f->in->contact.id.n > 0)
		e = contact_filed(tx, f->who, &f->in->contact, f->out);
	if (e != OK)
		return e;
	if (key.n > 0)
		tx_exec(tx, Q_idempotency_put, DBS(DT(f->who->org), DT(key), DI(at), DI(f->out->home),
		    DT(f->out->notification)));
	/* Two people on one draft: who reports must have seen what the other typed. */
	if (f->in->draft.n > 0 && tx_exec_n(tx, Q_draft_take, DBS(DT(f->in->draft), DT(f->who->org), DI(f->in->draft_seen),
	    DT(f->who->account))) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
	struct audit a = actor_audit(f->who, more ? S("notif.add") : S("notif.submit"));
	a.home = f->out->home;
	a.object = f->out->case_id;
	a.purpose = S("12");    /* art. 12: the physician's notification */
	a.detail = f->in->sheet->name;
	tx_audit(tx, &a);
	tx_event(tx, f->who->org, str_fmt(tx_mem(tx), "notification %lld %.*s", (long long)f->out->home, STR_ARG(f->out->case_id)));
	return tx_err(tx);
}

static void
file_done(void *arg, enum err result)
{
	struct file *f = arg;

	f->done(f->arg, result);
}

enum err
notif_file(struct store *st, const struct actor *who, struct arena *mem, const struct filing *in, struct receipt *out,
    void (*done)(void *arg, enum err result), void *arg)
{
	struct file *f = NEW(mem, struct file);

	if (who->home == 0)
		return E_DENIED;
	*f = (struct file){ who, in, out, { id_new(mem), id_new(mem) }, done, arg };
	return store_write_start(st, mem, who->org, file_write, f, file_done);
}

/* ---- reading ---- */

static void
read_groups(struct tx *tx, struct notif *n)
{
	struct rows r;

	for (enum field_group g = G_TEST; g < G_COUNT; g++)
		for (tx_open(tx, &r, group_sql[g].list, DBS(DI(n->home), DT(n->id))); rows_next(&r);) {
			size_t row = (size_t)row_int(&r, "seq") - 1, i = 1;
			if (row >= GROUP_ROWS)
				continue;
			for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true))
				n->rec.v[row][f] = row_text_at(&r, i++);
		}
}

/* Choices come in no order; a record holds them in the order of their list. */
static void
read_choices(struct tx *tx, struct notif *n)
{
	struct str raw[F_COUNT] = { { 0 } };
	struct rows r;

	for (tx_open(tx, &r, Q_notif_choices, DBS(DI(n->home), DT(n->id))); rows_next(&r);) {
		enum field_id f = field_by_name(row_text(&r, "field"));
		if (f == F_none)
			continue;
		raw[f] = raw[f].n ? str_fmt(tx_mem(tx), "%.*s,%.*s", STR_ARG(raw[f]), STR_ARG(row_text(&r, "code")))
		    : row_text(&r, "code");
	}
	for (enum field_id f = F_none + 1; f < F_COUNT; f++) {
		size_t n_codes;
		struct buf b = buf_new(tx_mem(tx));
		if (raw[f].n == 0)
			continue;
		if (rec_unknown(raw[f])) {
			n->rec.v[0][f] = UNKNOWN;
			continue;
		}
		const struct code *c = codes_of(fields[f].codes, &n_codes);
		for (size_t i = 0; i < n_codes; i++)
			if (rec_has(raw[f], c[i].code))
				buf_fmt(&b, "%s%.*s", b.n ? "," : "", STR_ARG(c[i].code));
		n->rec.v[0][f] = buf_str(&b);
	}
}

#define NOTIF_FRAME 16          /* columns of notif_head before the items */

enum err
notif_get(struct tx *tx, int64_t home, struct str id, struct notif *out)
{
	struct rows r;
	struct str extra;

	memset(out, 0, sizeof *out);
	if (!tx_one(tx, &r, Q_notif_head, DBS(DI(home), DT(id))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = (struct notif){
		.home = home, .id = row_text(&r, "id"), .case_id = row_text(&r, "case_id"), .sheet = row_text(&r, "sheet"),
		.reporter = row_text(&r, "reporter"), .state = row_text(&r, "state"),
		.reported_at = row_int(&r, "reported_at"), .changed_at = row_int(&r, "changed_at"),
		.entered_by = row_text(&r, "entered_by"), .entered_name = row_text(&r, "entered_name"),
		.filed_name = row_text(&r, "filed_name"), .ver = row_int(&r, "ver"),
		.review = row_text(&r, "review"), .follows = row_text(&r, "follows"),
		.centre_sampled = row_text(&r, "sampled").n > 0,
		.check = { .kind = row_text(&r, "check_kind"), .account = row_text(&r, "check_account"),
			.name = row_text(&r, "check_name"), .org = row_text(&r, "check_org"), .hash = row_text(&r, "check_hash"),
			.at = row_int(&r, "check_at"), .ver = row_int(&r, "check_ver") },
		.check_wait_at = row_int(&r, "check_wait_at"), .check_note = row_text(&r, "check_note"),
	};
	extra = row_text(&r, "extra");
	if (extra.n > 0 && rec_from_json(tx_mem(tx), extra, &out->rec) != OK) {
		rows_close(&r);
		return tx_fail(tx, E_STORE);
	}
	size_t i = NOTIF_FRAME;
	for (enum field_id f = field_next(G_ONE, F_none, true); f != F_none; f = field_next(G_ONE, f, true))
		out->rec.v[0][f] = row_text_at(&r, i++);
	rows_close(&r);
	read_choices(tx, out);
	read_groups(tx, out);
	return tx_err(tx);
}

struct str *
notif_of_case(struct tx *tx, int64_t home, struct str case_id, size_t *n)
{
	struct str *list = NEWN(tx_mem(tx), struct str, 64);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_notif_of_case, DBS(DI(home), DT(case_id))); rows_next(&r);)
		if (*n < 64)
			list[(*n)++] = row_text(&r, "id");
	return list;
}

struct notif_version *
notif_versions(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	struct notif_version *list = NULL;
	size_t cap = 0;
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_version_list, DBS(DI(home), DT(id))); rows_next(&r);) {
		if (*n == cap) {
			struct notif_version *more = NEWN(tx_mem(tx), struct notif_version, cap ? cap * 2 : 4);
			if (cap > 0)
				memcpy(more, list, cap * sizeof *list);
			list = more;
			cap = cap ? cap * 2 : 4;
		}
		struct notif_version *v = &list[(*n)++];
		*v = (struct notif_version){ .ver = row_int(&r, "ver"), .at = row_int(&r, "at"), .by = row_text(&r, "by_name"),
			.org = row_text(&r, "org") };
		if (rec_from_json(tx_mem(tx), row_text(&r, "record"), &v->rec) != OK)
			tx_fail(tx, E_STORE);
	}
	return list;
}

struct class_report *
notif_class_reports(struct tx *tx, int64_t home, struct str case_id, size_t *n)
{
	struct class_report *list = NEWN(tx_mem(tx), struct class_report, 16);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_class_list, DBS(DI(home), DT(case_id))); rows_next(&r);)
		if (*n < 16)
			list[(*n)++] = (struct class_report){ .type = row_text(&r, "type"), .at = row_int(&r, "first_reported_at"),
				.notification = row_text(&r, "notification_id"), .day = row_text(&r, "report_day"),
				.diagnosis_day = row_text(&r, "diagnosis_day"), .onset_day = row_text(&r, "onset_day") };
	return list;
}

/* ---- correcting ---- */

struct correct {
	const struct actor *who;
	int64_t home, seen;
	struct str id;
	const struct sheet *sheet;
	const struct record *rec;
	enum attested attested;
};

static enum err
correct_write(struct tx *tx, void *arg)
{
	struct correct *c = arg;
	struct arena *mem = tx_mem(tx);
	struct notif *was = NEW(mem, struct notif);
	struct casefile cf;
	struct db args[F_COUNT + 16];
	int64_t now = clock_now();
	enum err e = notif_get(tx, c->home, c->id, was);

	if (e == OK)
		e = case_get(tx, c->home, was->case_id, &cf);
	if (e != OK)
		return e;
	if (!case_in_charge(c->who, &cf))
		return E_DENIED;
	if (!str_eq(was->state, S("reported")))
		return E_LOCKED;
	if (was->ver != c->seen)
		return E_CONFLICT;      /* the other person was first: show theirs */
	tx_exec(tx, Q_version_insert, DBS(DI(c->home), DT(c->id), DI(was->ver), DI(now), DT(c->who->account), DT(c->who->name),
	    DT(c->who->org), DT(rec_to_json(mem, &was->rec))));
	struct db fixed[] = { DI(c->home), DT(c->id), DI(c->seen), DI(now), DT(c->who->account), DT(c->who->name),
		db_opt(extra_json(mem, c->rec)) };
	memcpy(args, fixed, sizeof fixed);
	if (tx_exec_n(tx, Q_notif_update, args, bind_fields(args, LEN(fixed), G_ONE, c->rec, 0)) != 1)
		return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
	tx_exec(tx, Q_choice_delete, DBS(DI(c->home), DT(c->id)));
	put_choices(tx, c->home, c->id, c->rec);
	for (enum field_group g = G_TEST; g < G_COUNT; g++)
		tx_exec(tx, group_sql[g].delete, DBS(DI(c->home), DT(c->id)));
	put_groups(tx, c->home, c->id, c->rec);
	follow_sheet(tx, &cf, &was->rec, &(struct newest){ was->id, was->reported_at, c->sheet, c->rec });
	notif_review_corrected(tx, c->who, was, &cf);
	attest_follow(tx, c->who, was, c->rec, c->attested);
	struct audit a = actor_audit(c->who, S("notif.correct"));
	a.home = c->home;
	a.object = was->case_id;
	a.purpose = S("12");
	a.detail = str_fmt(mem, "version %lld", (long long)was->ver + 1);
	tx_audit(tx, &a);
	case_tell(tx, c->home, was->case_id, "change");
	return tx_err(tx);
}

enum err
notif_correct(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    const struct sheet *sheet, const struct record *rec, enum attested attested)
{
	struct correct c = { who, home, seen, id, sheet, rec, attested };

	return store_write(st, mem, who->org, correct_write, &c);
}
