/* main/bench.h: what the benchmarks share: a world to measure, people signed in to it, and load on it.
 *
 * A world is a new data folder with a demonstration and a server of this very binary, both gone at the end; or, attached,
 * a server that somebody else started. Load goes to a loopback address only, and ends by itself. */
#ifndef MAIN_BENCH_H
#define MAIN_BENCH_H

#include "domain/demo.h"
#include "http/client.h"

#include <stdio.h>
#include <sys/types.h>

struct bench_opts {
	int seconds, clients, rate;     /* rate: presses a second of the open loop */
	int64_t cases;
	struct str ack_file;            /* "" for none */
	struct str parent;              /* the temporary data folder is made in it; "": TMPDIR, /tmp */
	struct str folder, at;          /* attached: a data folder with demo-logins, ADDR:PORT of its server */
	bool patient;                   /* a lost answer is asked for again, until the server is back */
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
	unsigned connections;
	struct bench_user user[DEMO_LOGINS + BENCH_DOCTORS];    /* as demo.h names them, then doctors of many clinics */
	size_t users;
};
/* A new data folder with a demonstration, `doctors` more accounts; no server yet. False when it failed; said on `err`. */
bool bench_world_make(struct bench_world *w, struct arena *mem, const struct bench_opts *o, size_t doctors, FILE *err);
/* The server and the doctor of a folder that is there. */
bool bench_world_attach(struct bench_world *w, struct arena *mem, const struct bench_opts *o, FILE *err);
/* Start the server and wait for its first answer. */
bool bench_server_start(struct bench_world *w, FILE *err);
/* Ask it to stop; true when it ended well. */
bool bench_server_stop(struct bench_world *w, FILE *err);
/* Its memory now and at most, KiB; 0 when not known. */
void bench_server_memory(const struct bench_world *w, long *now, long *most);
/* What the server used so far: processor time, and bytes handed to the disk. */
struct bench_usage {
	int64_t cpu_us, written;
};
struct bench_usage bench_server_usage(const struct bench_world *w);
/* Both factors; fills in cookie and csrf token. */
bool bench_sign_in(struct bench_world *w, struct bench_user *u, FILE *err);
struct client *bench_client(const struct bench_world *w, struct arena *mem);
/* Stop the server, remove the folder. */
void bench_world_end(struct bench_world *w, FILE *err);

/* The folder that temporary ones are made in. */
struct str bench_parent(const struct bench_opts *o);
int64_t bench_now_us(void);

/* ---- load ---- */

#define BENCH_BUCKETS 2048
struct bench_times {            /* durations by size, to 3 % */
	uint64_t bucket[BENCH_BUCKETS], n;
};
void bench_times_add(struct bench_times *t, int64_t us);
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
	int64_t due_us;                 /* when it should have begun: waiting counts */
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
	void *arg;                      /* for ask and after */
};
struct bench_sum {
	struct bench_times times;       /* of the good ones */
	uint64_t good, bad;
	double seconds;
};
void bench_load(const struct bench_load *l, struct bench_sum *out);

/* A form with everything that a notification must have, urlencoded; `unique` makes its person and its press. */
struct str bench_form(struct arena *mem, const struct bench_user *u, uint64_t unique, struct str op);
/* The same filled in, for filing without a server. */
void bench_record(struct arena *mem, uint64_t unique, struct record *out);

#endif
