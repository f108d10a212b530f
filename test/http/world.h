/* test/http/world.h: the whole program but the sockets, for tests of requests.
 *
 *   WEB_TEST(who_may_only_read_may_not_file)
 *   {
 *           CHECK_INT(post(w, PREFECTURE, "/notifications/new", MINIMUM).status, 403);
 *           CHECK_INT(rows_of(w, "notification"), 0);
 *   }
 *
 * Each test begins with an empty system of its own: the reference tables, five offices, one account for each seat, all
 * signed in, and the clock standing still at ten in the morning of 30 September 2022 in Japan. A request runs in an arena
 * of its own that is gone when the reply is there. When a test ends it must also hold that
 *   - the log has no person, no token and no password in it, and nothing that is no plain ASCII;
 *   - the audit log says ids and codes only, and its chain is whole;
 *   - a recount of the figures finds no difference. */
#ifndef TEST_HTTP_WORLD_H
#define TEST_HTTP_WORLD_H

#include "t.h"

#include "base/clock.h"
#include "web/app.h"

enum seat {
	NOBODY,
	DOCTOR,                 /* of a clinic in Chiyoda */
	CLERK,                  /* of the same clinic */
	NEIGHBOUR,              /* doctor of another clinic in Chiyoda */
	STRANGER,               /* doctor of a clinic in Shinjuku: another centre, the same prefecture */
	CENTRE,                 /* Chiyoda */
	OTHER_CENTRE,           /* Shinjuku */
	PREFECTURE,             /* Tokyo */
	OTHER_PREFECTURE,       /* Osaka */
	MINISTRY, ADMIN, SEATS
};
extern const enum role role_at[SEATS];
extern const char *const login_at[SEATS];
extern const char *const name_at[SEATS];

#define CLINIC "13/1301/0001/"
#define NEIGHBOUR_CLINIC "13/1301/0002/"
#define STRANGER_CLINIC "13/1304/0001/"
#define PASSWORD "correct horse battery staple"
#define BEGIN_MS INT64_C(1664499600000)         /* 2022-09-30T10:00:00+09:00 */
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

/* The invented persons of all these tests: the end of each test looks for them in the log. */
#define HANAKO "髙橋花子"
#define HANAKO_KANA "タカハシ　ハナコ"
#define HANAKO_BORN "1980-04-01"
#define TARO "齋藤太郎"
#define TARO_KANA "サイトウ　タロウ"
#define TARO_BORN "1951-12-24"
#define ADDRESS "東京都千代田区霞が関九丁目99番9号"
#define ADDRESS_2 "大阪府大阪市北区中之島九丁目88番8号"
#define PHONE "03-5550-1234"
#define PHONE_2 "090-5550-9876"
extern const struct str persons[];
extern const size_t n_persons;

/* What seed Q5 asks for; sheet covid-2022-06. */
#define MINIMUM "act=report&disease=covid19&diagnosis_date=2022-09-20&report_date=2022-09-30&" \
	"type=confirmed&name=" HANAKO "&sex=female&birth_date=" HANAKO_BORN "&stay_address=" ADDRESS "&" \
	"test_method.1=naat&test_specimen.1=saliva&test_sampled_date.1=2022-09-19&doctor_name=試験医師"

struct web_world {
	struct arena *mem;              /* for the life of the test */
	struct str dir, path;           /* the folder is the test's own; the database in it */
	struct store *st;
	struct sheetset *sheets;
	struct app *app;
	struct app_worker *worker;
	struct keyring keys;
	struct {
		struct str token, csrf;         /* of its session; a token in a page of it */
		struct str account;             /* id */
		struct str cookie_lang;
	} seat[SEATS];
	void *look;                     /* a second connection that only reads */
	int log;                        /* where the log goes */
	bool may_fail;                  /* the test makes something fail: errors may stand in the log */
	unsigned presses;
};
struct web_world *web_world_new(struct arena *mem);
/* The checks of the end, then everything is gone. */
void web_world_end(struct web_world *w, const char *file);
/* The clock goes on. */
void later(struct web_world *w, int64_t ms);

#define WEB_TEST(name) \
	static void name(struct web_world *w, struct arena *mem); \
	static void begin_##name(struct arena *mem) \
	{ \
		struct web_world *w = web_world_new(mem); \
		name(w, mem); \
		web_world_end(w, __FILE__); \
	} \
	__attribute__((constructor)) static void add_##name(void) { test_add(__FILE__, #name, begin_##name); } \
	static void name(__attribute__((unused)) struct web_world *w, __attribute__((unused)) struct arena *mem)

/* ---- requests ---- */

struct ask {
	enum seat who;
	const char *method;             /* NULL: POST when there is a body, else GET */
	struct str target;              /* as in the request's first line */
	struct str body;
	bool raw;                       /* send the body as it is: not escaped, no token added */
	struct str token, csrf;         /* of another session: instead of those of `who` */
	struct str site;                /* Sec-Fetch-Site; "": same-origin, "-": not sent */
	struct str origin;
	struct str address;             /* from where; "": the seat's own */
	struct str encoding;            /* Accept-Encoding */
	struct str client;              /* a machine: what is known of its certificate */
	struct str key, of;             /* X-API-Key, X-Client */
	struct app_worker *worker;      /* NULL: the world's; a thread has its own */
	struct arena *mem;              /* for the reply; NULL: the world's; a thread has its own */
	/* Told when the request is held, before it is waited for; `over`: it can go on already. */
	void (*held)(bool over, void *arg);
	void *held_arg;
};
struct http_reply ask(struct web_world *w, const struct ask *a);
struct http_reply get(struct web_world *w, enum seat who, struct str target);
/* What a browser sends when a button of a form is pressed: the body escaped, with a token of the session. The body is
 * written name=value&…; what holds & = % + is written escaped (see pair). */
struct http_reply post(struct web_world *w, enum seat who, struct str target, struct str body);
/* GET the place that a reply sends to. */
struct http_reply follow(struct web_world *w, enum seat who, const struct http_reply *r);
/* A header of a reply; "" when it has none. */
struct str header(const struct http_reply *r, const char *name);
/* The value of a cookie that a reply sets; "(none)" when it sets none. */
struct str cookie_set(struct arena *mem, const struct http_reply *r, const char *name);

/* ---- bodies ---- */

/* "name=value" with the value escaped. */
struct str pair(struct arena *mem, const char *name, struct str value);
/* A body with pairs replaced or added; a pair without value takes its name away. */
struct str changed(struct arena *mem, struct str body, struct str changes);

/* ---- filing ---- */

struct filed {
	struct http_reply reply;        /* of the press */
	int64_t home;
	struct str id, case_id, number;         /* "" when it was refused */
	struct str receipt, print, edit, file, status;  /* paths; file is the case's own */
};
/* The minimum with changes, as pressed by a browser that shows a fresh form. */
struct http_reply file_minimum(struct web_world *w, enum seat who, struct str changes);
/* The same; it must be accepted. */
struct filed filed(struct web_world *w, enum seat who, struct str changes);
/* A correction pressed on the page as it stands now. */
struct http_reply correct(struct web_world *w, enum seat who, const struct filed *f, struct str changes);

/* ---- what was kept ---- */

int64_t rows_of(struct web_world *w, const char *table);
int64_t number_in(struct web_world *w, const char *sql);        /* -1: no row */
struct str text_in(struct web_world *w, const char *sql);       /* "(none)": no row */
/* Ids that the last audit line of an action names; "(none)" when there is no such line. */
struct str looked_at(struct web_world *w, const char *action);
/* Differences that a recount of the figures finds, as lines; "" when none. */
struct str recount(struct web_world *w, struct arena *mem);
/* What the log says so far. */
struct str log_so_far(struct web_world *w);
/* Everything that was told to listeners so far: "topic text\n". */
struct str told_so_far(struct web_world *w);

/* ---- signing in ---- */

/* The one-time code of a seat at this moment. */
struct str code_now(struct web_world *w, enum seat who);
/* Both steps; the session's token, "" when it was refused. Goes on half a minute first: a code is good once. */
struct str sign_in(struct web_world *w, enum seat who, const char *password);
/* The seat signs in anew and goes on with that session. */
void back_in(struct web_world *w, enum seat who);

#endif
