/* main/bench.h: what the measurements share: a world to measure, people signed in to it, load on it, lines about it.
 *
 * A world is a new data folder with a demonstration (or a copy of one that is there, or that one itself) and a server of this
 * very binary, gone at the end; or, attached, a server that somebody else started. Load goes to a loopback address only,
 * and ends by itself. What is measured stands on stdout, one JSON object a line:
 *     {"name":"notify.fast","value":2044.1,"unit":"1/s",…} */
#ifndef MAIN_BENCH_H
#define MAIN_BENCH_H

#include "domain/demo.h"
#include "http/client.h"

#include <stdio.h>
#include <sys/types.h>

/* From the command line: tool_bench.c has a line for each. Texts are "" when not given. */
struct bench_opts {
	int64_t seconds, clients, rate; /* rate: presses a second of the open loop */
	int64_t cases;
	struct str ack_file;
	struct str parent;              /* temporary folders are made in it; "": TMPDIR, /tmp */
	struct str base;                /* a folder with a demonstration, which is copied */
	bool in_place;                  /* the base itself is used, and keeps what was filed */
	bool quick;                     /* nothing is counted again at the end: large bases */
	struct str folder, at;          /* attached: a data folder with demo-logins, ADDR:PORT of its server */
	bool patient;                   /* a lost answer is asked for again, until the server is back */
	int64_t names;                  /* search: so many names of the base; 0: all */
	int64_t idle;                   /* idle: so many connections */
	int64_t rows;                   /* import: so many rows */
	struct str path, list;          /* get: what is asked for; pages: the ministry's list */
	struct str page;                /* pages: only those whose name begins so */
	struct str day;                 /* replay */
	int64_t minutes, count;
	struct str sizes, bases, table, svg;    /* growth */
};

/* ---- the world ---- */

struct bench_user {
	struct str login, password, totp, org;  /* totp raw; org a path, "" when not known */
	struct str cookie, csrf;
};
#define BENCH_DOCTORS 32
struct bench_world {
	struct arena *mem;
	struct str dir, address, log;   /* log: where the server's lines go */
	int port;
	pid_t server;                   /* 0: none of ours runs */
	int64_t start_us;               /* from spawn to the first answer */
	bool own;                       /* the folder is ours to remove */
	unsigned connections, idle_seconds;     /* of one address; idle_seconds 0: the server's own */
	struct bench_user user[DEMO_LOGINS + BENCH_DOCTORS];    /* as demo.h names them, then doctors of many clinics */
	size_t users;
};
/* A data folder with a demonstration, `doctors` more accounts; no server yet. False when it failed; said on `err`. */
bool bench_world_make(struct bench_world *w, struct arena *mem, const struct bench_opts *o, size_t doctors, FILE *err);
/* The server and the doctor of a folder that is there. */
bool bench_world_attach(struct bench_world *w, struct arena *mem, const struct bench_opts *o, FILE *err);
/* Sign in users [from, until). */
bool bench_sign_in_all(struct bench_world *w, size_t from, size_t until, FILE *err);
/* Both factors; fills in cookie and csrf token. */
bool bench_sign_in(struct bench_world *w, struct bench_user *u, FILE *err);
/* Remove the folder, unless it was there before. */
void bench_world_end(struct bench_world *w, FILE *err);
struct str bench_db_path(const struct bench_world *w);

/* ---- its server (bench_server.c) ---- */

/* Start the server and wait for its first answer. */
bool bench_server_start(struct bench_world *w, FILE *err);
/* Ask it to stop; true when it ended well, or none of ours ran. */
bool bench_server_stop(struct bench_world *w, FILE *err);
/* Its memory now and at most, KiB; 0 when not known. */
void bench_server_memory(const struct bench_world *w, long *now, long *most);
/* Processor time it has used, seconds; 0 when not known. */
double bench_server_cpu(const struct bench_world *w);
struct client *bench_client(const struct bench_world *w, struct arena *mem);
/* GET on an own connection; true when the answer has that status. `out` may be NULL. */
bool bench_get(const struct bench_world *w, struct arena *mem, const struct bench_user *u, struct str path, int status,
    struct client_reply *out);

/* Where the world's database is: what HERSYS_DATABASE says (an empty one, to begin with), as for its server; else in
 * the folder. */
struct str bench_store(const struct bench_world *w);
/* The folder that temporary ones are made in. */
struct str bench_parent(const struct bench_opts *o);
int64_t bench_now_us(void);
bool bench_failed(FILE *err, const char *what, struct str why);

/* ---- load ---- */

#define BENCH_BUCKETS 2048
struct bench_times {            /* durations by size, to 3 % */
	uint64_t bucket[BENCH_BUCKETS], n;
	int64_t most_us;
};
void bench_times_add(struct bench_times *t, int64_t us);
void bench_times_join(struct bench_times *t, const struct bench_times *more);
/* The duration in milliseconds below which `share` (0 to 1) of them are. */
double bench_times_ms(const struct bench_times *t, double share);

/* What one request of a load did. */
enum bench_done { BENCH_GOOD, BENCH_BAD };
struct bench_caller {           /* one thread, one connection */
	struct bench_world *w;
	struct bench_user *user;
	struct client *client;
	struct arena *mem;              /* of this request */
	size_t nth;                     /* of the callers */
	uint64_t seq;                   /* of its requests, from 0 */
	int64_t begin_us, due_us;       /* of the load; of this request: waiting for a caller counts */
	void *arg;
};
struct bench_load {
	struct bench_world *w;
	int clients, seconds;
	int rate;                       /* 0: each asks again as soon as it is answered */
	struct bench_user *user;        /* shared out among the clients */
	size_t users;
	enum bench_done (*ask)(struct bench_caller *c);
	/* After the time is over, once per caller; may be NULL. */
	void (*after)(struct bench_caller *c);
	/* When the request of that number is due, µs after the beginning; -1: there is none. NULL: by rate and seconds. */
	int64_t (*due)(void *arg, int64_t nth);
	void *arg;                      /* for ask, after and due */
};
struct bench_sum {
	struct bench_times times;       /* of the good ones */
	uint64_t good, bad;
	double seconds;                 /* until the last answer; of an open loop at least what was asked for */
};
void bench_load(const struct bench_load *l, struct bench_sum *out);
/* The same beside something else; wait for its end. The load must live as long. */
struct bench_beside;
struct bench_beside *bench_load_begin(struct arena *mem, const struct bench_load *l);
void bench_load_wait(struct bench_beside *b, struct bench_sum *out);

/* A form with everything that a notification must have, urlencoded; `unique` makes its person and its press. */
struct str bench_form(struct arena *mem, const struct bench_user *u, uint64_t unique, struct str op);
/* The same filled in, for filing without a server. */
void bench_record(struct arena *mem, uint64_t unique, struct record *out);

/* ---- one run ---- */

struct bench {
	struct bench_opts o;
	struct bench_world w;
	struct arena *mem;
	FILE *out, *err;
};
/* What a measurement returns: main.h's exit codes. */
int bench_notify(struct bench *b);
int bench_pages(struct bench *b);
int bench_search(struct bench *b);
int bench_fresh(struct bench *b);
int bench_import(struct bench *b);
int bench_start(struct bench *b);
int bench_idle(struct bench *b);
int bench_get_file(struct bench *b);
int bench_disk(struct bench *b);
int bench_replay(struct bench *b);
int bench_growth(struct bench *b);

/* ---- filing (bench_notify.c) ---- */

struct bench_filing;
/* NULL when the file of acknowledgements cannot be written; said. */
struct bench_filing *bench_filing_new(struct bench *b);
/* Fills in ask, after and arg of a load. Each load of one filing has presses of its own. */
void bench_filing_load(struct bench_filing *f, struct bench_load *l);
/* The request of such a load, for a load with an `ask` around it; f is what bench_filing_load was given. */
enum bench_done bench_filing_ask(struct bench_filing *f, struct bench_caller *c);
bool bench_filing_end(struct bench_filing *f);

/* ---- proofs and yardsticks (bench_proof.c) ---- */

/* Only without a server: every press is kept once, figures and chain agree; printed as NAME.kept. Without counting again
 * when the run is quick. */
bool bench_prove(struct bench *b, const char *name, uint64_t acknowledged);
/* What SQLite commits here at best, of a notification's rows, 64 operations a commit. 0: it failed. */
double bench_yard_commits(struct bench *b);
/* As many notifications a second by the same rules on the world's own database, without HTTP and without anybody between. Only
 * without a server; they stay in it. */
double bench_yard_same_rows(struct bench *b);
/* Answers a second of the smallest page (/healthz) at that number of connections. */
double bench_yard_smallest(struct bench *b, int clients, int seconds);

/* ---- what is looked for ---- */

/* Paths of up to a thousand cases that this one of enum DEMO_… sees, from all over the demonstration's days; 0: none. */
size_t bench_cases(struct bench *b, int user, struct str **out);
/* Every name and every reading of the base, each once, in order; 0: it failed. */
size_t bench_names(struct bench *b, struct str **out);

/* ---- lines ---- */

/* {"name":NAME,"value":VALUE,"unit":UNIT,MORE}; more is the format of `"key":1,"other":2`. */
void bench_line(struct bench *b, const char *name, double value, const char *unit, const char *more, ...) PRINTF(5, 6);
/* Requests a second and their times; more as above. */
void bench_line_load(struct bench *b, const char *name, const struct bench_sum *s, int clients, const char *more, ...)
    PRINTF(5, 6);
void bench_line_memory(struct bench *b, const char *name);

#endif
