/* domain/notif_follow.h: what a case is called, found by and counted under follows its newest notification that is not
 * withdrawn. Inside a change that is running; private to domain/notif*.c. */
#ifndef DOMAIN_NOTIF_FOLLOW_H
#define DOMAIN_NOTIF_FOLLOW_H

#include "domain/casefile.h"
#include "domain/stat.h"

/* The sheet that a case comes to follow. */
struct newest {
	struct str id;                  /* of the notification */
	int64_t filed_at;
	const struct sheet *sheet;
	const struct record *rec;
};

/* What one press of 報告 is counted under. */
struct stat_fact fact_of(struct arena *mem, const struct record *rec, int64_t home, struct str disease, struct date report_day,
    struct date today);
/* A value for the case itself: what is not known is empty there. */
struct str case_value(const struct record *rec, enum field_id f);
struct str case_phone(const struct record *rec);

/* The sheet `was` is replaced: by a corrected one, or by an additional notification. A class that was never pressed is dated
 * now, one that was keeps its day (seed Q8). */
void follow_sheet(struct tx *tx, const struct casefile *cf, const struct record *was, const struct newest *to);
/* Before an additional notification: remember the class reports, for the case that it is withdrawn. */
void follow_keep(struct tx *tx, const struct casefile *cf, struct str additional);
/* The additional notification `gone`, whose sheet is `was`, is withdrawn: everything is as it was before it. */
void follow_back(struct tx *tx, const struct casefile *cf, const struct record *was, struct str gone, const struct newest *to);
/* The only notification is withdrawn: the case is no longer counted, nor found by what that sheet says. */
void follow_none(struct tx *tx, const struct casefile *cf, const struct record *was);

#endif
