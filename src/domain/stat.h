/* domain/stat.h: figures: counters kept in the transaction that changes what they count, so that they are exact
 * the moment a notification is acknowledged; stat_recount counts again from the cases and must find no difference.
 *
 * A class report is the first press of 報告 for a case and a diagnosis class. It is counted under three dates: the day of that
 * press, the diagnosis, the onset. A person is a case, counted under its present class. */
#ifndef DOMAIN_STAT_H
#define DOMAIN_STAT_H

#include "domain/actor.h"
#include "field/record.h"

/* What one class report is counted under. Texts may be "": no such date. */
struct stat_fact {
	int64_t home;
	struct str disease, type;
	struct str report_day, diagnosis_day, onset_day;        /* ISO */
	struct str sex, band;
	bool present;           /* the case's present class: counts a person */
};
/* sign +1 adds, -1 takes away. */
void stat_count(struct tx *tx, const struct stat_fact *f, int sign);
/* A case in this status, with this centre in charge. */
void stat_count_status(struct tx *tx, struct str responsible, struct str disease, struct str status, int sign);
/* A case of this centre whose person is in hospital with these facts (domain/care.h). */
void stat_count_care(struct tx *tx, struct str responsible, struct str disease, struct str facts, int sign);

/* What else one record is counted under: each of its tests by who pays it ("test.administrative" …, "test.unsaid"), on the day of
 * sampling, or on `day` when that is not known; and on `day` a case of the support programme for pregnant women ("prenatal").
 * `day`: that of the present class report. Called for the record that a case follows, wherever stat_count is for its person. */
void stat_count_extra(struct tx *tx, int64_t home, struct str disease, struct str day, const struct record *rec, int sign);
/* Does the record say that the programme paid the test: as a remark (seed Q14), in whatever width and with whatever around it, or
 * as the test's payment? */
bool stat_prenatal(struct arena *mem, const struct record *rec);
bool stat_prenatal_named(struct arena *mem, struct str remarks);
/* Add to one of those counters, for a centre and all above it. `kind` must live as long as the operation. */
void stat_add_extra(struct tx *tx, int64_t home, struct str disease, struct str day, struct str kind, int64_t n);

/* "0" "10" … "90" "100" "?" : ten years each; from birth date (or age) on the day of diagnosis. */
struct str stat_band(const struct record *r, struct date today);
extern const struct str stat_bands[12];
/* Text id of a band's label. */
enum text_id stat_band_label(struct str band);

/* The number under which an area is counted: 0 the nation (""), 13 a prefecture ("13/"), 1305 a centre ("13/1305/");
 * -1: none. */
int64_t stat_scope(struct str area);

/* Compare every counter with a count of the cases. *differences found; each is told to `tell` (may be NULL) as a line of
 * codes and numbers. */
enum err stat_recount(struct tx *tx, int64_t *differences, void (*tell)(void *arg, struct str line), void *arg) MUST_USE;

#endif
