/* web/page.h: what every page is given and how it answers. Routes, rights and tokens are checked before a page is
 * called (app.c): it has the right, the token was good, its form is read. */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "domain/account.h"
#include "domain/attest.h"
#include "domain/casefile.h"
#include "domain/sheetset.h"
#include "field/check.h"
#include "fmt/form.h"
#include "fmt/html.h"
#include "web/app.h"

struct ctx {
	struct arena *mem;
	struct app *app;
	struct reader *rd;
	const struct http_req *q;
	const struct actor *who;        /* NULL when nobody is signed in */
	bool unread;                    /* or when that cannot be read now */
	enum lang lang;
	struct form in;                 /* body of a POST */
	struct form query;
	struct str param[3];            /* of the path, in order */
	struct str token;               /* the session cookie's value, "" */
	struct val *v;                  /* values of the view; the common ones are put by reply_view */
	int64_t now;
	struct tx *tx;                  /* page_read … page_done */
	struct looks looks;             /* what the answer lets somebody see */
	bool lost;                      /* reading broke off with E_BUSY: what a page calls E_STORE passes by itself */
	struct str qr;                  /* text that {@qr} draws */
	void (*curve)(struct ctx *c, struct buf *out);  /* what {@curve} draws */
	void *curve_arg;
	const struct route *route;
	int64_t began;                  /* clock_mono_us */
};

#define ROUTE(method, path, page, right, flags) struct http_reply page(struct ctx *c);
#include "web/routes.def"
#undef ROUTE

/* The form of a notification, or of a correction, as it was typed, to be looked at and pressed again: with c->in and
 * c->param as of its POST. `why` is said above it (T_none: nothing). */
struct http_reply page_notif_again(struct ctx *c, int status, enum text_id why);
struct http_reply page_correct_again(struct ctx *c, int status, enum text_id why);

/* The notification that the path names (HOME, ID), its case and its sheet, if they are in the actor's area. */
enum err page_notif_open(struct ctx *c, struct notif *n, struct casefile *k, const struct sheet **s) MUST_USE;

/* ---- the physician's check (page_check.c) ---- */
struct notif;
struct draft;
/* A draft as the record that it would be filed as, and its sheet; NULL when there is none. What could not be read is in `bad`. */
const struct sheet *page_draft_record(struct ctx *c, struct str disease, struct str body, struct record *out, struct issues *bad);
/* Put `duplicates` and `dup_ack_needed`: cases of one's own area with the same name and birth date in the last ninety days,
 * unless the form says that this is known; how many. */
size_t put_duplicates(struct ctx *c, const struct record *rec);
/* Put `check` (by whom, and how), `check_at`, `check_waits`, `entered_name` and `entered_at` of a notification. */
void put_check(struct ctx *c, struct val *row, const struct notif *n);
/* Put what a clerk needs beside the button: `attest`, `attested`, `sign_in`, `may_ask`, and what the physician said of the draft,
 * or of the notification being corrected (NULL: none). */
void put_attest(struct ctx *c, struct val *v, struct str draft_id, const struct notif *was);
/* Put `check_state`, `check_note` and, for a physician, `url_check` of a draft in a list. */
void put_draft_check(struct ctx *c, struct val *row, const struct draft *d);
/* Put the list `waiting`: notifications that wait for the physician; says that they were looked at. */
void put_waiting(struct ctx *c);
/* How a check is told: "医師 甲（…）". */
struct str check_words(struct ctx *c, const struct attest *a);

/* ---- cases ---- */
enum case_tab {
#define TAB(name, ...) TAB_##name,
#include "web/tabs.def"
#undef TAB
};
/* Begins every page of a case: reads the one that the path names, if it is in the actor's area, puts what stands above all of
 * them (view `case_top`: person, facts, tabs) and the title, and says that it was looked at. E_NOTFOUND, E_STORE. */
enum err page_case_open(struct ctx *c, enum case_tab tab, struct casefile *k) MUST_USE;

/* ---- the life of a notification (page_life.c) ---- */
/* 423: superseded or withdrawn; says so, with the way to the one in force, and that somebody wanted to change it. */
struct http_reply reply_locked(struct ctx *c, const struct notif *n, const struct casefile *k);
/* Where a notification stands on the page of its case; `id` another one of the same case, or "" for none in particular. */
struct str notif_place(struct ctx *c, const struct notif *n, struct str id);
/* State, review and what may be done with it, as values of its article on the page of a case. */
void put_notif_life(struct ctx *c, struct val *row, const struct notif *n, const struct casefile *k);
/* The name of a state: accepted, locked, withdrawn. */
enum text_id notif_state_text(struct str state);
/* A sentence when 報告年月日 of the form is another day than 提出日・受理日 of its class; "" when not. */
struct str days_differ(struct ctx *c, const struct notif *n);
/* The list `badges` of a case in a list: queried, answered, additional, withdrawn. */
void put_case_badges(struct ctx *c, struct val *row, const struct casefile *k);
/* What the part `case_status` of a view shows beside the person: how 現在のステータス came to be. */
void put_status_history(struct ctx *c, const struct casefile *k);
/* A form of a tab again, as typed, to be looked at and pressed again: with c->in and c->param as of its POST. */
struct http_reply page_entry_again(struct ctx *c, int status, enum text_id why);

/* ---- a case between organisations (page_orgs.c, page_link.c) ---- */
/* The label of a tab by its name; the name itself when there is none. */
struct str case_tab_label(const struct ctx *c, struct str name);
/* The case itself again, with a sentence about the number that was to be linked with it. */
struct http_reply page_case_again(struct ctx *c, int status, enum text_id link_fault);
/* Pairs of cases that are perhaps of one person, in view `case_links`; says which were looked at. After page_case_open. */
void put_case_links(struct ctx *c, const struct casefile *k);
/* What was said of them, newest first, in view `case_links_said`. */
void put_case_links_said(struct ctx *c, const struct casefile *k);
/* What happened between organisations, newest first, in view `case_moves`. After page_case_open. */
void put_case_moves(struct ctx *c, const struct casefile *k);
/* Notices to the actor's centre that are open, for the navigation: "" for none. */
void put_notice_count(struct ctx *c);

/* ---- reading ---- */
/* A snapshot bound to the actor's area. */
struct tx *page_read(struct ctx *c);
/* Ends it; what it carries. */
enum err page_done(struct ctx *c) MUST_USE;
/* The number in a path parameter; -1 when it is none. */
int64_t page_number(struct str param);

/* The answer shows these cases. It leaves when each line that was made so during the request is on disk; when they cannot be
 * kept nothing of it leaves, and what is said is that the server is busy. No worker waits for that. */
void page_looked(struct ctx *c, struct str action, struct str purpose, const struct casefile *list, size_t n, struct str detail);

/* ---- waiting ---- */
/* A page that waits for a change gives its worker back: it passes page_waited and page_wait(c, then, arg) to what calls when
 * the change is over, and returns page_later as its last act. `then` makes the answer, on another worker. */
void *page_wait(struct ctx *c, struct http_reply (*then)(struct ctx *c, enum err e, void *arg), void *arg);
void page_waited(void *wait, enum err e);
struct http_reply page_later(void);

/* ---- answering ---- */
struct http_reply reply_view(struct ctx *c, int status, struct str view);
/* 303 */
struct http_reply reply_goto(struct ctx *c, struct str path);
struct http_reply reply_json(struct ctx *c, int status, struct str json);
/* The one table from errors to statuses and sentences. When the world failed, what was typed is carried (put_again). */
struct http_reply reply_fault(struct ctx *c, enum err e);
/* What was typed goes back to who typed it, with the answer that c->v is for: in the view `fault`, a form with one button. So
 * nothing is lost when nothing was done, and the press keeps its number, so that it counts once whatever became of the first.
 * Passwords and codes are not written into a page, nor what another site sent. False: there is nothing to carry. */
bool put_again(struct ctx *c);
/* What to say of it: E_BUSY for E_STORE when it was the connection to the database that broke. */
enum err fault_now(const struct ctx *c, enum err e);
/* The same sentence under another status (0: its own). */
struct http_reply reply_fault_as(struct ctx *c, enum err e, int status);
void reply_cookie(struct http_reply *r, struct ctx *c, struct str name, struct str value, int seconds);

/* ---- words ---- */
struct str say(const struct ctx *c, enum text_id id);
struct str say1(const struct ctx *c, enum text_id id, struct str a);
struct str say2(const struct ctx *c, enum text_id id, struct str a, struct str b);
struct str code_label(const struct ctx *c, enum codes_id list, struct str code);
/* The name of a disease: from the newest sheet's title, "" when unknown. */
struct str disease_label(const struct ctx *c, struct str disease);
/* What to call a person: notifications of anonymous diseases have no name, but links and headings need words. */
struct str case_name(const struct ctx *c, const struct casefile *k);
/* The values of the view `case_number`, a part of ID管理: the wish and the processing number of a case that was opened. */
void put_number(struct ctx *c, const struct casefile *k);
/* The list `reports`: 提出日・受理日 of a case by class. */
void put_class_reports(struct ctx *c, int64_t home, struct str case_id);
/* A row of a list of cases: url, number, name … as every list shows it. */
void put_case_row(struct ctx *c, struct val *row, const struct casefile *k);
/* The state of the path "/notifications/1305/01AB…/edit" */
struct str path_of(struct ctx *c, const char *kind, int64_t home, struct str id, const char *tail);

#endif
