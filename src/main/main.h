/* main/main.h: the program's commands. Each takes what is left of the command line behind its name and returns the exit
 * code: 0 done, 1 failed, 2 wrong usage, 3 done in part (rows refused, differences found). */
#ifndef MAIN_MAIN_H
#define MAIN_MAIN_H

#include "base/conf.h"
#include "domain/account.h"
#include "domain/sheetset.h"

#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_PARTLY = 3 };

/* What a command that works on a data folder is given. */
struct tool {
	struct arena *mem;
	const struct conf *conf;
	struct str dir;
	struct store *store;
	const struct keyring *keys;
	struct sheetset *sheets;        /* NULL for commands that need none */
	FILE *out, *err;
	bool remote;                    /* run by a server for a console elsewhere: there is nobody to ask */
	struct backup *backup;          /* the server's own; NULL */
};

int serve(struct arena *mem, const struct conf *conf);

int tool_check(struct tool *t, int argc, const char **argv);
int tool_user(struct tool *t, int argc, const char **argv);
int tool_demo_code(struct tool *t, int argc, const char **argv);
int tool_backup(struct tool *t, int argc, const char **argv);
int tool_restore(struct tool *t, int argc, const char **argv);

/* Other files of a data folder that a restored server needs. */
extern const struct str data_files[];
extern const size_t data_files_count;
struct ship_opts;
/* What the settings say about the backup. */
struct ship_opts backup_opts(const struct conf *conf, struct store *st);

/* Commands that write find the data folder's lock taken when a server runs: they are then sent to the server, which runs
 * them itself (control.c). False when there is no server to be reached. */
bool control_forward(struct arena *mem, struct str dir, int argc, const char **argv, int *exit_code);
struct control;
/* The server's side: DIR/control.sock, for this user only. `run` runs one command line. */
struct control *control_start(struct arena *mem, struct str dir,
    int (*run)(void *arg, struct arena *mem, int argc, const char **argv, FILE *out), void *arg, struct str *why);
void control_stop(struct control *c);
/* Run a command of a tool on an open store: what both the console and control.c do. */
int tool_run(struct tool *t, int argc, const char **argv);

/* Paths in a data folder. */
struct str data_path(struct arena *mem, struct str dir, const char *name);
/* Where the database of a data folder is: for store_open. An address may hold a password and is not to be shown. */
struct str data_store(struct arena *mem, const struct conf *conf);
/* Is it a data folder (with its database in it, where that is a file)? *why is for the console. */
bool data_is_made(struct arena *mem, const struct conf *conf, struct str *why);

#endif
