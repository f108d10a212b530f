/* main/tool_backup.c: hersys backup: a whole backup now. What goes on by itself is the server's (settings backup-…). */
#include "base/clock.h"
#include "base/date.h"
#include "main/tools.h"
#include "store/backup.h"

#include <limits.h>
#include <signal.h>

/* Of the certificate only the self-made one lies in the data folder. */
const struct str data_files[] = {
	STR_INIT("keys/seal.key"), STR_INIT("keys/backup-sign.key"), STR_INIT("hersys.conf"), STR_INIT("certificate.pem"),
	STR_INIT("certificate-key.pem"), STR_INIT("demo-logins"),
};
const size_t data_files_count = LEN(data_files);

struct ship_opts
backup_opts(const struct conf *conf, struct store *st)
{
	return (struct ship_opts){ .store = st, .to = conf->text[CONF_backup_to], .recipient = conf->text[CONF_backup_recipient],
		.data = conf->text[CONF_data], .files = data_files, .n_files = data_files_count,
		.spool_bytes = conf->num[CONF_backup_spool_mib] << 20, .keep_days = conf->num[CONF_backup_keep],
		.every_ms = conf->num[CONF_backup_every] * 1000 };
}

struct asked {
	struct str to, recipient;
	enum backup_want want;
};

static bool
arguments(struct tool *t, int argc, const char **argv, struct asked *a)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--base") == 0) {
			a->want = BACKUP_BASE;
		} else if (strcmp(argv[i], "--to") == 0 && i + 1 < argc) {
			char *real = arena_alloc(t->mem, PATH_MAX);
			a->to = str_of(realpath(argv[++i], real) != NULL ? real : argv[i]);
		} else if (strcmp(argv[i], "--recipient") == 0 && i + 1 < argc) {
			a->recipient = str_of(argv[++i]);
		} else {
			fprintf(t->err, "hersys: backup does not know %s\n", argv[i]);
			return false;
		}
	}
	return true;
}

static void
tell(struct tool *t, struct str to, const struct ship_stats *s)
{
	fprintf(t->out, "%.*s/%.*s: part %lld, the state of %.*s\n", STR_ARG(to), STR_ARG(s->series), (long long)s->number,
	    STR_ARG(date_instant(t->mem, s->at)));
}

/* The server ships by itself: it does so now. */
static int
by_server(struct tool *t, const struct asked *a)
{
	struct str to = backup_folder(t->backup), why;

	if (a->to.n > 0 && !str_eq(a->to, to)) {
		fprintf(t->err, "hersys: this server ships its backup to %.*s; copy it from there\n", STR_ARG(to));
		return EXIT_FAILED;
	}
	enum err e = backup_now(t->backup, a->want, t->mem, &why);
	if (e != OK) {
		fprintf(t->err, "hersys: no backup: %.*s\n", STR_ARG(why.n > 0 ? why : str_of(err_name(e))));
		return EXIT_FAILED;
	}
	struct backup_stats s = backup_stats(t->backup, t->mem);
	tell(t, to, &s.ship);
	return EXIT_DONE;
}

static int
once(struct tool *t, const struct ship_opts *o)
{
	struct ship *s;
	struct str why = S("");
	enum err e = ship_open(t->mem, o, &s, &why);

	if (e == OK) {
		if ((e = ship_base(s, &why)) == OK) {
			struct ship_stats now = ship_stats(s);
			tell(t, o->to, &now);
		}
		why = str_dup(t->mem, why);
		ship_close(s);
	}
	if (e != OK)
		fprintf(t->err, "hersys: no backup: %.*s\n", STR_ARG(why.n > 0 ? why : str_of(err_name(e))));
	return e == OK ? EXIT_DONE : EXIT_FAILED;
}

int
tool_backup(struct tool *t, int argc, const char **argv)
{
	struct asked a = { { "", 0 }, { "", 0 }, BACKUP_LOG };
	struct ship_opts o = backup_opts(t->conf, t->store);

	if (!arguments(t, argc, argv, &a))
		return EXIT_USAGE;
	if (t->backup != NULL)
		return by_server(t, &a);
	if (a.to.n > 0)
		o.to = a.to;
	if (a.recipient.n > 0)
		o.recipient = a.recipient;
	if (o.to.n == 0 || o.recipient.n == 0) {
		fprintf(t->err, "usage: hersys backup --to DIR --recipient age1... (or the settings backup-to, backup-recipient)\n");
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);       /* age may end before us */
	return once(t, &o);
}
