/* main/tool_check.c: hersys check, user and demo-code. */
#include "base/clock.h"
#include "base/crypt.h"
#include "domain/org.h"
#include "domain/stat.h"
#include "main/tools.h"

#include <termios.h>
#include <unistd.h>

/* ---- check ---- */

static void
tell_difference(void *arg, struct str line)
{
	fprintf(arg, "difference: %.*s\n", STR_ARG(line));
}

/* Figures counted again, the audit chain, and the database's own check. Exit 3 when anything differs. */
int
tool_check(struct tool *t, int argc, const char **argv)
{
	int64_t differences = 0, lines = 0, bad = 0, cases = 0, notifications = 0;
	struct reader *rd = reader_new(t->store);
	struct str why = S("");
	const char *acks = NULL;
	bool full = false;
	struct rows r;
	int code = EXIT_DONE;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--full") == 0)
			full = true;
		else if (strcmp(argv[i], "--acks") == 0 && i + 1 < argc)
			acks = argv[++i];
		else {
			fprintf(t->err, "hersys: check does not know %s\n", argv[i]);
			reader_free(rd);
			return EXIT_USAGE;
		}
	}
	struct tx *tx = read_begin(rd, t->mem, S(""));
	enum err e = stat_recount(tx, &differences, tell_difference, t->err);
	enum err chain = e == OK ? audit_verify(tx, &lines, &bad) : e;
	if (tx_one(tx, &r, Q_count_cases, NULL, 0)) {
		cases = row_int(&r, "cases");
		notifications = row_int(&r, "notifications");
		rows_close(&r);
	}
	if (read_end(tx) != OK || e != OK) {
		fprintf(t->err, "hersys: the store cannot be read\n");
		reader_free(rd);
		return EXIT_FAILED;
	}
	reader_free(rd);
	fprintf(t->out, "cases %lld, notifications %lld\n", (long long)cases, (long long)notifications);
	fprintf(t->out, "figures: %lld differences\n", (long long)differences);
	if (chain == OK)
		fprintf(t->out, "audit log: %lld lines, whole\n", (long long)lines);
	else
		fprintf(t->out, "audit log: WRONG at line %lld\n", (long long)bad);
	if (store_check(t->store, full, t->mem, &why) != OK) {
		fprintf(t->out, "database: WRONG: %.*s\n", STR_ARG(why));
		code = EXIT_PARTLY;
	} else {
		fprintf(t->out, "database: sound\n");
	}
	if (differences > 0 || chain != OK)
		code = EXIT_PARTLY;
	if (acks != NULL) {
		int more = tool_acks(t, acks);
		code = more != EXIT_DONE ? more : code;
	}
	return code;
}

/* ---- accounts ---- */

/* From a terminal without echo, else a line of standard input. */
static struct str
read_password(struct tool *t)
{
	struct termios was, quiet;
	char line[1024];
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;

	if (terminal) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
		fprintf(t->err, "Password (at least %d characters): ", PASSWORD_MIN);
	}
	char *got = fgets(line, sizeof line, stdin);
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fprintf(t->err, "\n");
	}
	if (got == NULL)
		return S("");
	struct str s = str_dup(t->mem, str_trim(str_of(line)));
	explicit_bzero(line, sizeof line);
	return s;
}

static int
user_add(struct tool *t, int argc, const char **argv)
{
	struct account_new in = { 0 };
	struct actor who = actor_console();
	struct str secret = S("");
	enum text_id bad = T_none;
	const char *password = NULL;

	in.login = argc > 0 ? str_of(argv[0]) : S("");
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--org") == 0)
			in.org = strcmp(argv[i + 1], "/") == 0 ? S("") : str_of(argv[i + 1]);
		else if (strcmp(argv[i], "--role") == 0)
			in.role = role_of(str_of(argv[i + 1]));
		else if (strcmp(argv[i], "--name") == 0)
			in.name = str_of(argv[i + 1]);
		else if (strcmp(argv[i], "--password-file") == 0)
			password = argv[i + 1];
	}
	if (in.login.n == 0 || in.role == ROLE_none || in.name.n == 0) {
		fprintf(t->err, "usage: hersys user add LOGIN --org PATH --role ROLE --name NAME [--password-file FILE]\n"
		    "PATH: / the ministry, 13/ a prefecture, 13/1305/ a centre, 13/1305/0001/ an institution\n"
		    "ROLE: doctor clerk centre prefecture ministry admin\n");
		return EXIT_USAGE;
	}
	if (password != NULL) {
		char line[1024];
		FILE *f = fopen(password, "re");
		in.password = f != NULL && fgets(line, sizeof line, f) != NULL ? str_dup(t->mem, str_trim(str_of(line))) : S("");
		if (f != NULL)
			fclose(f);
	} else {
		in.password = t->remote ? account_password(t->mem) : read_password(t);
	}
	enum err e = account_create(t->store, t->keys, &who, t->mem, &in, &secret, &bad);
	if (e == E_INVALID) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(text(bad, LANG_EN)));
		return EXIT_FAILED;
	}
	if (e != OK) {
		fprintf(t->err, "hersys: the account was not made: %s\n", err_name(e));
		return EXIT_FAILED;
	}
	if (t->remote && password == NULL)
		fprintf(t->out, "Password, shown once: %.*s\n", STR_ARG(in.password));
	fprintf(t->out, "%.*s can sign in. One-time-code secret, shown once: %.*s\n", STR_ARG(in.login), STR_ARG(secret));
	return EXIT_DONE;
}

static struct str
account_id(struct tool *t, const char *login)
{
	struct reader *rd = reader_new(t->store);
	struct tx *tx = read_begin(rd, t->mem, S(""));
	struct str id = S("");
	size_t n;
	struct account *list = account_list(tx, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].login, str_of(login)))
			id = str_dup(t->mem, list[i].id);
	if (read_end(tx) != OK)
		id = S("");
	reader_free(rd);
	return id;
}

static int
user_list(struct tool *t)
{
	struct reader *rd = reader_new(t->store);
	struct tx *tx = read_begin(rd, t->mem, S(""));
	size_t n;
	struct account *list = account_list(tx, &n);

	for (size_t i = 0; i < n; i++)
		fprintf(t->out, "%.*s\t/%.*s\t%.*s\t%.*s\t%.*s\n", STR_ARG(list[i].login), STR_ARG(list[i].org),
		    STR_ARG(role_code(list[i].role)), STR_ARG(list[i].state), STR_ARG(list[i].name));
	enum err e = read_end(tx);
	reader_free(rd);
	return e == OK ? EXIT_DONE : EXIT_FAILED;
}

int
tool_user(struct tool *t, int argc, const char **argv)
{
	struct actor who = actor_console();
	struct str password, secret;
	enum err e;

	if (argc >= 1 && strcmp(argv[0], "add") == 0)
		return user_add(t, argc - 1, argv + 1);
	if (argc == 1 && strcmp(argv[0], "list") == 0)
		return user_list(t);
	if (argc != 2) {
		fprintf(t->err, "usage: hersys user add … | list | disable LOGIN | enable LOGIN | reset LOGIN\n");
		return EXIT_USAGE;
	}
	struct str id = account_id(t, argv[1]);
	if (id.n == 0) {
		fprintf(t->err, "hersys: there is no account %s\n", argv[1]);
		return EXIT_FAILED;
	}
	if (strcmp(argv[0], "reset") == 0) {
		e = account_reset(t->store, t->keys, &who, t->mem, id, &password, &secret);
		if (e == OK)
			fprintf(t->out, "%s: password %.*s, one-time-code secret %.*s; both shown once\n", argv[1], STR_ARG(password),
			    STR_ARG(secret));
	} else if (strcmp(argv[0], "disable") == 0 || strcmp(argv[0], "enable") == 0) {
		e = account_set_state(t->store, &who, t->mem, id, strcmp(argv[0], "enable") == 0 ? S("active") : S("disabled"));
	} else {
		fprintf(t->err, "hersys: user does not know %s\n", argv[0]);
		return EXIT_USAGE;
	}
	if (e != OK)
		fprintf(t->err, "hersys: not done: %s\n", err_name(e));
	return e == OK ? EXIT_DONE : EXIT_FAILED;
}

/* ---- demo-code ---- */

/* Only for accounts that `demo` made: DIR/demo-logins names them. */
static bool
is_demo_login(struct tool *t, const char *login)
{
	char line[1024];
	FILE *f = fopen(str_z(t->mem, data_path(t->mem, t->dir, "demo-logins")), "re");
	bool found = false;

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		struct str rest = str_of(line), name;
		found |= str_cut(&rest, '\t', &name) && str_eq(name, str_of(login));
	}
	if (f != NULL)
		fclose(f);
	return found;
}

int
tool_demo_code(struct tool *t, int argc, const char **argv)
{
	struct str raw;

	if (argc != 1) {
		fprintf(t->err, "usage: hersys demo-code LOGIN --data DIR\n");
		return EXIT_USAGE;
	}
	if (!is_demo_login(t, argv[0])) {
		fprintf(t->err, "hersys: %s is no demonstration account\n", argv[0]);
		return EXIT_FAILED;
	}
	struct reader *rd = reader_new(t->store);
	struct tx *tx = read_begin(rd, t->mem, S(""));
	enum err e = account_secret(tx, t->keys, str_of(argv[0]), &raw);
	if (e == OK)
		fprintf(t->out, "%.*s\n", STR_ARG(crypt_totp(t->mem, raw, clock_now())));
	if (read_end(tx) != OK || e != OK)
		fprintf(t->err, "hersys: the account cannot be read\n");
	reader_free(rd);
	return e == OK ? EXIT_DONE : EXIT_FAILED;
}
