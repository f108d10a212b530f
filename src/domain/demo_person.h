/* domain/demo_person.h: invented patients and their filled-in sheets: age-typical names in all their spellings, families
 * under one roof, the same person seen by two clinics, a respiratory illness from onset to the day of the report. */
#ifndef DOMAIN_DEMO_PERSON_H
#define DOMAIN_DEMO_PERSON_H

#include "domain/demo_land.h"
#include "field/sheet.h"

#define DEMO_LATE 3             /* days from a diagnosis to its report, at most */

enum demo_fate { FATE_HOME, FATE_HOTEL, FATE_FACILITY, FATE_HOSPITAL, FATE_DEAD, FATE_NEGATIVE };

struct demo_person {
	struct demo_name name;
	int foreign;                    /* row of the foreigners; -1: none of them */
	bool male;
	struct date birth;
	uint32_t town;                  /* place in demo_land.town */
	char house[160];                /* whole address */
	char phone[DEMO_PHONE];
	uint32_t clinic;                /* of its centre, that notified */
	/* the illness */
	struct str type;                /* diagnosis class */
	struct date onset, diagnosis;   /* onset none when without symptoms */
	#define DEMO_LATE 3             /* days from a diagnosis to its report, at most */

enum demo_fate fate;
	uint64_t seed;                  /* of all the rest */
};

/* What persons are made from. */
struct demo_people;
struct demo_people *demo_people_new(struct arena *mem, const struct demo_land *land);
/* Somebody who lives at the centre and is reported on `day`. */
void demo_person_new(const struct demo_people *all, struct dice *d, size_t centre, struct date day, struct demo_person *out);
/* Somebody of the same family, fallen ill by the same cause. */
void demo_person_family(const struct demo_people *all, struct dice *d, const struct demo_person *of, struct date day,
    struct demo_person *out);
/* Another spelling, for the second clinic that notifies the same person; 0: as the first. */
struct demo_spelling {
	bool variant, space;
};
/* The sheet as the clinic fills it in on `day`; texts in `mem`. Items that the sheet does not ask stay empty. */
void demo_person_fill(const struct demo_people *all, struct arena *mem, const struct demo_person *p,
    const struct demo_spelling *as, const struct demo_clinic *clinic, struct date day, const struct sheet *sheet,
    struct record *out);

#endif
