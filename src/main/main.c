/* main/main.c: hersys COMMAND [SETTINGS] [ARGUMENTS]: the console. */
#include "main/main.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/date.h"
#include "base/files.h"
#include "base/log.h"
#include "base/utf8.h"
#include "domain/org.h"
#include "domain/reference.h"
#include "field/schema.h"
#include "main/tool.h"
#include "main/tool_demo.h"
#include "main/tools.h"
#include "store/divide.h"
#include "web/app.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define HERSYS_VERSION "0.1.0"
#define KEY_FILE "keys/seal.key"

/* ---- commands ---- */

enum kind {
	K_PLAIN,        /* needs no data folder */
	K_READ,         /* reads a data folder, also beside a running server */
	K_WRITE,        /* changes it; sent to the server when one runs */
	K_SERVE, K_INIT, K_BENCH,
};

struct command {
	const char *name;
	enum kind kind;
	int (*run)(struct tool *t, int argc, const char **argv);
	const char *usage;
	const char *what;
};

static int run_help(struct tool *t, int argc, const char **argv);
static int run_version(struct tool *t, int argc, const char **argv);
static int run_schema(struct tool *t, int argc, const char **argv);

static int
run_demo(struct tool *t, int argc, const char **argv)
{
	return tool_demo(t->store, t->keys, t->sheets, t->mem, argv, (size_t)argc, t->dir);
}

static int
run_reference(struct tool *t, int argc, const char **argv)
{
	return tool_reference(argc, argv, t->store, t->mem, t->out, t->err);
}

static int
run_import(struct tool *t, int argc, const char **argv)
{
	return tool_import(argc, argv, t->store, t->mem, t->out, t->err);
}

static const struct command commands[] = {
	{ "init", K_INIT, NULL, "hersys init --data DIR",
	    "make a data folder: database, keys, reference tables, organisations" },
	{ "demo", K_WRITE, run_demo, "hersys demo --data DIR [--cases N] [--seed S] [--until DATE] [--days N] [--series FILE]",
	    "fill an empty data folder with an invented population and demonstration accounts" },
	{ "serve", K_SERVE, NULL, "hersys serve --data DIR [--listen ADDR:PORT]", "run the server" },
	{ "check", K_READ, tool_check, "hersys check --data DIR [--full] [--acks FILE]",
	    "count all figures again, verify the audit chain and the database" },
	{ "user", K_WRITE, tool_user, "hersys user add LOGIN --org PATH --role ROLE --name NAME | list | disable LOGIN | "
	    "enable LOGIN | reset LOGIN", "accounts; the first administrator is made here" },
	{ "backup", K_WRITE, tool_backup, "hersys backup --data DIR [--to DIR] [--recipient age1...] [--base]",
	    "a whole, sealed backup, also beside a running server; with the settings backup-... the server makes them itself" },
	{ "restore", K_PLAIN, tool_restore, "hersys restore --from DIR --identity KEYFILE --data NEWDIR [--at TIME|latest] [--signer KEY] | "
	    "--check --from DIR --identity KEYFILE", "a data folder from a backup, checked; --check only proves that it can be done" },
	{ "reference", K_WRITE, run_reference, "hersys reference load FILE… | list", "reference tables: postal codes, municipalities …" },
	{ "import", K_WRITE, run_import, "hersys import patients FILE [--preview] [--refused FILE] [--report FILE] [--quiet]",
	    "published open data of cases" },
	{ "demo-code", K_READ, tool_demo_code, "hersys demo-code LOGIN --data DIR", "the present one-time code of a demonstration account" },
	{ "bench", K_BENCH, NULL, "hersys bench notify|pages|search|fresh|import|start|idle|get|disk|replay|growth [OPTIONS]",
	    "measure; one JSON object a line; hersys bench alone lists what and how" },
	{ "schema", K_PLAIN, run_schema, "hersys schema [--alter|--manual|--rights|--engine citus]",
	    "columns of the field tables; the step that is missing; the manual of fields; the matrix of rights; how a divided base lies" },
	{ "help", K_PLAIN, run_help, "hersys help [COMMAND|settings]", "this" },
	{ "version", K_PLAIN, run_version, "hersys version", "the version" },
};

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
run_help(struct tool *t, int argc, const char **argv)
{
	const struct command *c = argc > 0 ? find_command(argv[0]) : NULL;
	struct buf b = buf_new(t->mem);

	if (argc > 0 && strcmp(argv[0], "settings") == 0) {
		conf_print(&b);
		fprintf(t->out, "%.*s", STR_ARG(buf_str(&b)));
		return EXIT_DONE;
	}
	if (c != NULL) {
		fprintf(t->out, "%s\n    %s\nSettings: hersys help settings\n", c->usage, c->what);
		return EXIT_DONE;
	}
	if (argc > 0) {
		fprintf(t->err, "hersys: there is no command %s\n", argv[0]);
		return EXIT_USAGE;
	}
	fprintf(t->out, "hersys: infectious disease notification and case management\n\n");
	for (size_t i = 0; i < LEN(commands); i++)
		fprintf(t->out, "  %-10s  %s\n", commands[i].name, commands[i].what);
	fprintf(t->out, "\nhersys COMMAND --help shows one; hersys help settings lists every setting.\n");
	return EXIT_DONE;
}

static int
run_version(struct tool *t, int argc, const char **argv)
{
	(void)argc;
	(void)argv;
	fprintf(t->out, "hersys %s\n", HERSYS_VERSION);
	return EXIT_DONE;
}

/* Does some migration step make this column? Steps write a column as "NAME TEXT". */
static bool
step_has(struct arena *mem, struct str table, struct str column)
{
	const struct file *f;
	struct str head = str_fmt(mem, "CREATE TABLE %.*s (", STR_ARG(table));
	struct str want = str_fmt(mem, "%.*s TEXT", STR_ARG(column));
	struct str later = str_fmt(mem, "ALTER TABLE %.*s ADD COLUMN %.*s ", STR_ARG(table), STR_ARG(column));

	for (size_t at = 0; files_each(S("store/sql/step/"), &at, &f);) {
		size_t from = str_find_str(f->data, head);
		struct str body = str_sub(f->data, from, f->data.n);
		body = str_sub(body, 0, str_find_str(body, S(");")));
		for (size_t k = str_find_str(body, want); k < body.n;) {
			char before = body.p[k - 1];
			if (before == ' ' || before == '\t')
				return true;
			struct str rest = str_sub(body, k + 1, body.n);
			size_t more = str_find_str(rest, want);
			k = more < rest.n ? k + 1 + more : body.n;
		}
		if (str_find_str(f->data, later) < f->data.n)
			return true;
	}
	return false;
}

/* The step that is missing after an item was added to fields.def. */
static void
print_alter(struct arena *mem, struct buf *b)
{
	for (enum field_group g = G_ONE; g < G_COUNT; g++)
		for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true))
			if (!step_has(mem, group_table(g), fields[f].name))
				buf_fmt(b, "ALTER TABLE %.*s ADD COLUMN %.*s TEXT;\n", STR_ARG(group_table(g)),
				    STR_ARG(fields[f].name));
}

static int
run_schema(struct tool *t, int argc, const char **argv)
{
	struct buf b = buf_new(t->mem);

	if (argc > 0 && strcmp(argv[0], "--alter") == 0) {
		print_alter(t->mem, &b);
	} else if (argc > 0 && strcmp(argv[0], "--manual") == 0) {
		schema_manual(&b);
	} else if (argc > 0 && strcmp(argv[0], "--rights") == 0) {
		app_print_rights(&b);
	} else if (argc > 0 && strcmp(argv[0], "--engine") == 0) {
		if (argc != 2 || strcmp(argv[1], "citus") != 0) {
			fprintf(t->err, "hersys schema: --engine wants citus\n");
			return EXIT_USAGE;
		}
		store_divide(&b);
	} else {
		for (enum field_group g = G_ONE; g < G_COUNT; g++)
			buf_fmt(&b, "-- %.*s\n%.*s\n", STR_ARG(group_table(g)), STR_ARG(schema_columns(t->mem, g)));
	}
	fprintf(t->out, "%.*s", STR_ARG(buf_str(&b)));
	return EXIT_DONE;
}

/* ---- the data folder ---- */

struct str
data_path(struct arena *mem, struct str dir, const char *name)
{
	return str_fmt(mem, "%.*s/%s", STR_ARG(dir), name);
}

struct str
data_store(struct arena *mem, const struct conf *conf)
{
	return conf->text[CONF_database].n > 0 ? conf->text[CONF_database] : data_path(mem, conf->text[CONF_data], "hersys.db");
}

bool
data_is_made(struct arena *mem, const struct conf *conf, struct str *why)
{
	struct str dir = conf->text[CONF_data];

	if (conf->text[CONF_database].n > 0 && !store_is_remote(conf->text[CONF_database])) {
		*why = S("the database is no address of the form postgresql://USER@HOST/NAME");
		return false;
	}
	*why = str_fmt(mem, "%.*s is no data folder; make one with: hersys init --data %.*s", STR_ARG(dir), STR_ARG(dir));
	return access(str_z(mem, data_path(mem, dir, conf->text[CONF_database].n > 0 ? KEY_FILE : "hersys.db")), F_OK) == 0;
}

static int
init(struct tool *t)
{
	struct str why = S(""), key = data_path(t->mem, t->dir, KEY_FILE);
	struct keyring keys;

	if (t->conf->text[CONF_database].n > 0 && !store_is_remote(t->conf->text[CONF_database])) {
		fprintf(t->err, "hersys: the database is no address of the form postgresql://USER@HOST/NAME\n");
		return EXIT_USAGE;
	}
	if (mkdir(str_z(t->mem, t->dir), 0700) != 0 && errno != EEXIST) {
		fprintf(t->err, "hersys: cannot make the folder %.*s: %s\n", STR_ARG(t->dir), strerror(errno));
		return EXIT_FAILED;
	}
	bool had_key = access(str_z(t->mem, key), F_OK) == 0;
	if (keyring_open(t->mem, t->dir, true, &keys, &why) != OK
	    || store_open(t->mem, &(struct store_opts){ .path = data_store(t->mem, t->conf) }, &t->store, &why) != OK) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return EXIT_FAILED;
	}
	enum err e = reference_init(t->store, t->mem, &why);
	store_close(t->store);
	if (e == E_CONFLICT && t->conf->text[CONF_database].n > 0 && !had_key) {
		/* What is sealed in the database opens with the key it was made with, and no other. */
		unlink(str_z(t->mem, key));
		fprintf(t->err, "hersys: the database is in use already; for a further server copy %s of the first into %.*s\n",
		    KEY_FILE, STR_ARG(t->dir));
		return EXIT_FAILED;
	}
	if (e == E_CONFLICT) {
		fprintf(t->err, "hersys: %.*s is a data folder already\n", STR_ARG(t->dir));
		return EXIT_FAILED;
	}
	if (e != OK) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return EXIT_FAILED;
	}
	fprintf(t->out, "%.*s is ready.\nNext: hersys user add LOGIN --org / --role admin --name NAME --data %.*s\n",
	    STR_ARG(t->dir), STR_ARG(t->dir));
	return EXIT_DONE;
}

int
tool_run(struct tool *t, int argc, const char **argv)
{
	const struct command *c = argc > 0 ? find_command(argv[0]) : NULL;

	/* A demonstration prints passwords and wants an empty folder: neither is for a server that runs. */
	if (c == NULL || c->kind != K_WRITE || c->run == run_demo) {
		fprintf(t->err, "hersys: not a command for a running server\n");
		return EXIT_USAGE;
	}
	return c->run(t, argc - 1, argv + 1);
}

#define BULK_CACHE_MIB 512

/* A demonstration puts millions of keys into scattered places: with the writer's usual cache each page would be read and
 * written many times over (a sixth of the processor at 200,000 cases). A quarter of the memory at most. */
static unsigned
cache_for(const struct command *c, const struct conf *conf)
{
	int64_t own = conf->num[CONF_cache_mib], quarter = sysconf(_SC_PHYS_PAGES) / 4 * sysconf(_SC_PAGESIZE) >> 20;
	int64_t bulk = quarter < BULK_CACHE_MIB ? quarter : BULK_CACHE_MIB;

	return (unsigned)(c->run == run_demo && bulk > own ? bulk : own);
}

/* Open the folder, run, close. */
static int
on_data(struct tool *t, const struct command *c, int argc, const char **argv, const char **whole)
{
	struct str why = S(""), db = data_store(t->mem, t->conf);
	struct keyring keys = { .idle_ms = t->conf->num[CONF_session_idle] * 1000, .life_ms = t->conf->num[CONF_session_life] * 1000 };
	enum err e;

	if (!data_is_made(t->mem, t->conf, &why)) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return EXIT_FAILED;
	}
	if (c->kind == K_READ)
		e = store_open_reading(t->mem, db, &t->store, &why);
	else
		e = store_open(t->mem, &(struct store_opts){ .path = db, .cache_mib = cache_for(c, t->conf) }, &t->store, &why);
	if (e == E_BUSY) {
		int code;
		if (control_forward(t->mem, t->dir, argc + 1, whole, &code))
			return code;
	}
	if (e == OK && (e = keyring_open(t->mem, t->dir, false, &keys, &why)) != OK)
		store_close(t->store);
	if (e != OK) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return EXIT_FAILED;
	}
	t->keys = &keys;
	int code = EXIT_FAILED;
	if (sheetset_open(t->store, t->mem, &t->sheets, &why) != OK)
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
	else
		code = c->run(t, argc, argv);
	store_close(t->store);
	return code;
}

/* ---- the start ---- */

static enum log_level
level_of(struct str s)
{
	return str_eq(s, S("debug")) ? LOG_DEBUG : str_eq(s, S("warn")) ? LOG_WARN : str_eq(s, S("error")) ? LOG_ERROR : LOG_INFO;
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(1 << 20);
	struct conf conf;
	struct str why = S("");
	const char *rest[512];
	size_t n_rest = LEN(rest);
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	const struct command *c = find_command(name);
	if (c == NULL) {
		fprintf(stderr, "hersys: there is no command %s; hersys help lists them\n", name);
		return EXIT_USAGE;
	}
	/* Secrets must not end in a core file. */
	struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_CORE, &none);
	umask(077);
	crypt_start();
	utf8_start();
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			struct tool help = { .mem = mem, .out = stdout, .err = stderr };
			return run_help(&help, 1, &name);
		}
	/* Settings mean the server's; the load has its own --connections. */
	if (c->kind == K_BENCH) {
		int done = tool_bench(mem, argc - 2, (const char **)(argv + 2), stdout, stderr);
		arena_free(mem);
		return done;
	}
	if (argc > 513 || conf_read(mem, argc > 1 ? argc - 1 : 0, argv + 1, &conf, rest, &n_rest, &why) != OK) {
		fprintf(stderr, "hersys: %.*s\n", STR_ARG(why));
		return EXIT_USAGE;
	}
	log_level(level_of(conf.text[CONF_log_level]));
	int64_t exercise;
	if (conf.text[CONF_clock].n > 0 && date_from_instant(conf.text[CONF_clock], &exercise))
		clock_set(exercise);
	struct tool t = { .mem = mem, .conf = &conf, .dir = conf.text[CONF_data], .out = stdout, .err = stderr };
	const char *whole[514] = { c->name };
	memcpy(whole + 1, rest, n_rest * sizeof *rest);
	int code;
	switch (c->kind) {
	case K_PLAIN: code = c->run(&t, (int)n_rest, rest); break;
	case K_INIT: code = init(&t); break;
	case K_SERVE: code = serve(mem, &conf); break;
	default: code = on_data(&t, c, (int)n_rest, rest, whole);
	}
	if (fflush(stdout) != 0 && code == EXIT_DONE)
		code = EXIT_FAILED;
	arena_free(mem);
	return code;
}
