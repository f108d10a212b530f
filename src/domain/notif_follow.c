/* domain/notif_follow.c: see notif_follow.h. */
#include "domain/notif_follow.h"

#include "base/clock.h"
#include "domain/care.h"

struct str
case_value(const struct record *rec, enum field_id f)
{
	return rec_unknown(rec_get(rec, f)) ? S("") : rec_get(rec, f);
}

struct str
case_phone(const struct record *rec)
{
	struct str phone = case_value(rec, F_stay_phone);

	return phone.n ? phone : case_value(rec, F_home_phone);
}

struct stat_fact
fact_of(struct arena *mem, const struct record *rec, int64_t home, struct str disease, struct date report_day, struct date today)
{
	return (struct stat_fact){
		.home = home, .disease = disease, .type = rec_get(rec, F_type),
		.report_day = date_iso(mem, report_day),
		.diagnosis_day = date_iso(mem, rec_date(rec, F_diagnosis_date)),
		.onset_day = date_iso(mem, rec_date(rec, F_onset_date)),
		.sex = rec_get(rec, F_sex), .band = stat_band(rec, today), .present = true,
	};
}

/* ---- class reports ---- */

/* The report of a class; NULL when it was never pressed. */
static const struct class_report *
report_of(const struct class_report *list, size_t n, struct str type)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].type, type))
			return &list[i];
	return NULL;
}

/* A report as it is kept, of a person of that sex and age band. */
static void
count_kept(struct tx *tx, const struct casefile *cf, const struct class_report *r, struct str sex, struct str band, bool present,
    int sign)
{
	struct stat_fact fact = {
		.home = cf->home, .disease = cf->disease, .type = r->type, .report_day = r->day, .diagnosis_day = r->diagnosis_day,
		.onset_day = r->onset_day, .sex = sex, .band = band, .present = present,
	};

	stat_count(tx, &fact, sign);
}

/* A report stays counted under its own dates when its class is left, and moves to the new ones when its class is, or is again,
 * the present one. */
static struct stat_fact
follow_class(struct tx *tx, const struct casefile *cf, const struct record *was, const struct newest *to)
{
	struct arena *mem = tx_mem(tx);
	int64_t now = clock_now();
	size_t n;
	struct class_report *list = notif_class_reports(tx, cf->home, cf->id, &n);
	const struct class_report *old = report_of(list, n, cf->type), *new = report_of(list, n, rec_get(to->rec, F_type));
	struct date day = date_of(now);

	if (old == NULL || (new != NULL && !date_from_iso(new->day, &day)))
		BUG("a case without a report of its class");
	struct stat_fact after = fact_of(mem, to->rec, cf->home, cf->disease, day, date_of(to->filed_at));
	count_kept(tx, cf, old, cf->sex, cf->band, true, -1);
	stat_count_extra(tx, cf->home, cf->disease, old->day, was, -1);
	if (new != old) {
		count_kept(tx, cf, old, cf->sex, cf->band, false, +1);
		if (new != NULL)
			count_kept(tx, cf, new, cf->sex, cf->band, false, -1);
	}
	stat_count(tx, &after, +1);
	stat_count_extra(tx, cf->home, cf->disease, after.report_day, to->rec, +1);
	if (new != NULL)
		tx_exec(tx, Q_class_dates, DBS(DI(cf->home), DT(cf->id), DT(after.type), db_opt(after.diagnosis_day),
		    db_opt(after.onset_day)));
	else
		tx_exec(tx, Q_class_insert, DBS(DI(cf->home), DT(cf->id), DT(after.type), DI(now), DT(to->id),
		    DT(after.report_day), db_opt(after.diagnosis_day), db_opt(after.onset_day)));
	return after;
}

/* All reports of a case, with a person, whose sheet is `rec`, under the class of that sheet. */
static void
count_reports(struct tx *tx, const struct casefile *cf, const struct record *rec, struct str sex, struct str band, int sign)
{
	size_t n;
	struct class_report *list = notif_class_reports(tx, cf->home, cf->id, &n);

	for (size_t i = 0; i < n; i++) {
		bool present = str_eq(list[i].type, rec_get(rec, F_type));
		count_kept(tx, cf, &list[i], sex, band, present, sign);
		if (present)
			stat_count_extra(tx, cf->home, cf->disease, list[i].day, rec, sign);
	}
}

/* ---- the case ---- */

/* Identity, search keys, class. */
static void
follow_person(struct tx *tx, const struct casefile *cf, const struct record *was, const struct newest *to, struct str band)
{
	size_t missing;

	check_missing(tx_mem(tx), to->sheet, to->rec, date_of(clock_now()), &missing);
	case_keys_take(tx, cf->home, cf->id, was);
	case_keys_put(tx, cf->home, cf->id, to->rec);
	tx_exec(tx, Q_case_person, DBS(DI(cf->home), DT(cf->id), db_opt(case_value(to->rec, F_name)),
	    db_opt(case_value(to->rec, F_name_kana)), db_opt(rec_get(to->rec, F_sex)), db_opt(case_value(to->rec, F_birth_date)),
	    db_opt(case_phone(to->rec)), DT(band), DT(rec_get(to->rec, F_type)), DI((int64_t)missing)));
}

void
follow_sheet(struct tx *tx, const struct casefile *cf, const struct record *was, const struct newest *to)
{
	struct stat_fact after = follow_class(tx, cf, was, to);

	follow_person(tx, cf, was, to, after.band);
}

void
follow_keep(struct tx *tx, const struct casefile *cf, struct str additional)
{
	tx_exec(tx, Q_class_keep, DBS(DI(cf->home), DT(cf->id), DT(additional)));
}

void
follow_back(struct tx *tx, const struct casefile *cf, const struct record *was, struct str gone, const struct newest *to)
{
	struct str band = stat_band(to->rec, date_of(to->filed_at));

	count_reports(tx, cf, was, cf->sex, cf->band, -1);
	tx_exec(tx, Q_class_delete, DBS(DI(cf->home), DT(cf->id)));
	tx_exec(tx, Q_class_restore, DBS(DI(cf->home), DT(cf->id), DT(gone)));
	count_reports(tx, cf, to->rec, rec_get(to->rec, F_sex), band, +1);
	follow_person(tx, cf, was, to, band);
}

void
follow_none(struct tx *tx, const struct casefile *cf, const struct record *was)
{
	count_reports(tx, cf, was, cf->sex, cf->band, -1);
	stat_count_status(tx, cf->responsible, cf->disease, cf->status, -1);
	care_count(tx, cf, -1);
	case_keys_take(tx, cf->home, cf->id, was);
}
