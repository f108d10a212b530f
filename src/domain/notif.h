/* domain/notif.h: notifications: the reports that doctors must file by law (Infectious Diseases Control Act art. 12).
 *
 * Pressing 報告 is submission and acceptance in one (seed Q8): the first press for a case and a diagnosis class dates them, by
 * the server's clock, for ever. A notification is corrected in place, every version is kept, and nothing is deleted. The
 * health centre responsible is that of the institution's municipality. Each call is one change with its audit line.
 * What is outside the actor's area is E_NOTFOUND, not E_DENIED, so that nobody learns of a patient by guessing. */
#ifndef DOMAIN_NOTIF_H
#define DOMAIN_NOTIF_H

#include "domain/actor.h"
#include "domain/attest.h"
#include "domain/sheetset.h"
#include "field/check.h"

struct case_ref {
	int64_t home;
	struct str id;
};

/* A filing, made ready outside the keeper. */
struct filing {
	const struct sheet *sheet;
	const struct record *rec;       /* passed check_filing without errors */
	struct str op;                  /* key of this press, unique per organisation: a repeat gives the same receipt */
	struct str draft;               /* deleted in the same change; "" for none */
	int64_t draft_seen;             /* E_CONFLICT when somebody else saved it since, or it is gone */
	int64_t follows_home;
	struct str follows;             /* 追加登録: the notification of the same case that this one locks; "" opens a case */
	bool centre_sampled;            /* by the health centre itself (seed Q12) */
	struct case_ref contact;        /* the contact who became this case, linked in the same change; id "" for none */
	struct str medical;             /* attest_hash of rec; "": made where it is needed */
	enum attested attested;         /* a clerk says that the physician named on the sheet has checked it */
	struct str typed_by, typed_name;        /* who typed the draft, when the actor took it as it was; "" the actor */
};
struct receipt {
	int64_t home;
	struct str notification, case_id, number;
	int64_t reported_at;
	bool repeated;                  /* this press had been answered before */
};
/* File a notification and open its case, or add to one (E_LOCKED when what it follows was superseded or withdrawn meanwhile;
 * E_INVALID for another disease, or for a clerk's press without a physician's check). `done` is told by the keeper, as
 * store_write_start says, what became of it: then *out is the receipt. Not OK: `done` is not called; E_DENIED when the
 * organisation files none. */
enum err notif_file(struct store *st, const struct actor *who, struct arena *mem, const struct filing *in,
    struct receipt *out, void (*done)(void *arg, enum err result), void *arg) MUST_USE;
/* Was this press, with these contents, answered before? Then its receipt. Ask before anything that the first press
 * itself would trip over, such as looking for duplicates. */
bool notif_answered(struct tx *tx, const struct actor *who, const struct filing *in, struct receipt *out) MUST_USE;
/* The same inside a change that is running, for bulk loading; `at` is the press, `id` the ids' source. */
struct notif_ids {
	struct str case_id, notification;
};
enum err notif_put(struct tx *tx, const struct actor *who, const struct filing *in, int64_t at, const struct notif_ids *ids,
    struct receipt *out) MUST_USE;

/* Replace the contents. `seen` is the version the person was shown: E_CONFLICT if somebody changed it since, E_LOCKED
 * when its state allows no more corrections. A new class dates its own 提出日・受理日 (seed Q3, way 2). Medical items changed
 * without a physician: it waits for his check (attest.h). */
enum err notif_correct(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    const struct sheet *sheet, const struct record *rec, enum attested attested) MUST_USE;

struct notif {
	int64_t home, reported_at, changed_at, ver;
	struct str id, case_id, sheet, reporter, state;
	struct str entered_by, entered_name;    /* of the present version */
	struct str filed_name;                  /* of the first one */
	struct str review, follows;             /* see notif_life.h; the one that this one was added to, or "" */
	bool centre_sampled;
	struct attest check;                    /* the physician's check that stands */
	int64_t check_wait_at;                  /* medical items are not what was checked, since; 0: they are */
	struct str check_note;                  /* sent back by the physician, with these words */
	struct record rec;
};
/* One notification whole, if the actor's office has to do with it. */
enum err notif_get(struct tx *tx, int64_t home, struct str id, struct notif *out) MUST_USE;
/* Ids of the notifications of a case, newest first; call after case_get. */
struct str *notif_of_case(struct tx *tx, int64_t home, struct str case_id, size_t *n);

/* An earlier version and who replaced it when. */
struct notif_version {
	int64_t ver, at;                /* of the change that replaced it */
	struct str by, org;
	struct record rec;
};
struct notif_version *notif_versions(struct tx *tx, int64_t home, struct str id, size_t *n);

/* 提出日・受理日 by class. */
struct class_report {
	struct str type, notification, day;
	struct str diagnosis_day, onset_day;    /* what figures count it under; may be "" */
	int64_t at;
};
struct class_report *notif_class_reports(struct tx *tx, int64_t home, struct str case_id, size_t *n);

#endif
