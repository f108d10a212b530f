/* main/tool_restore.c: hersys restore: a data folder from a backup, or the proof that there could be one.
 *
 * Everything is made in a folder beside the one that is wanted and gets its name when all is proven: what stands under the
 * name that was asked for is whole. */
#include "base/clock.h"
#include "base/crypt.h"
#include "base/date.h"
#include "main/tools.h"
#include "store/restore.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct wish {
	struct str from, identity, signer, at;
	bool check;
};

static bool
arguments(struct tool *t, int argc, const char **argv, struct wish *w)
{
	struct {
		const char *name;
		struct str *to;
	} const with_value[] = { { "--from", &w->from }, { "--identity", &w->identity }, { "--signer", &w->signer }, { "--at", &w->at } };

	for (int i = 0; i < argc; i++) {
		size_t k = 0;
		while (k < LEN(with_value) && strcmp(argv[i], with_value[k].name) != 0)
			k++;
		if (strcmp(argv[i], "--check") == 0) {
			w->check = true;
		} else if (k < LEN(with_value) && i + 1 < argc) {
			*with_value[k].to = str_of(argv[++i]);
		} else {
			fprintf(t->err, "hersys: restore does not know %s\n", argv[i]);
			return false;
		}
	}
	if (w->from.n > 0 && w->identity.n > 0 && (w->check || t->conf->given[CONF_data]))
		return true;
	fprintf(t->err, "usage: hersys restore --from DIR --identity KEYFILE --data NEWDIR [--at TIME|latest] [--signer KEY]\n"
	    "       hersys restore --check --from DIR --identity KEYFILE [--data NEWDIR: where there is room for it]\n");
	return false;
}

static bool
moment(struct tool *t, const struct wish *w, int64_t *at)
{
	*at = INT64_MAX;
	if (w->at.n == 0 || str_eq(w->at, S("latest")) || date_from_instant(w->at, at))
		return true;
	fprintf(t->err, "hersys: --at wants a time like 2026-11-22T21:05:00+09:00, or latest\n");
	return false;
}

/* ---- folders ---- */

static bool
is_empty(struct arena *mem, struct str dir)
{
	DIR *d = opendir(str_z(mem, dir));
	size_t n = 0;

	if (d == NULL)
		return false;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n == 2;          /* . and .. */
}

static void
remove_folder(struct arena *mem, struct str dir)
{
	static const char *const db[] = { "hersys.db", "hersys.db-wal", "hersys.db-shm", "hersys.db-journal", "hersys.db.lock" };

	for (size_t i = 0; i < LEN(db); i++)
		unlink(str_z(mem, data_path(mem, dir, db[i])));
	for (size_t i = 0; i < data_files_count; i++)
		unlink(str_z(mem, data_path(mem, dir, str_z(mem, data_files[i]))));
	rmdir(str_z(mem, data_path(mem, dir, "keys")));
	rmdir(str_z(mem, dir));
}

/* Where it is made: beside the folder that is wanted, or a temporary place for a mere check. "" after a sentence. */
static struct str
workplace(struct tool *t, bool check)
{
	const char *tmp = getenv("TMPDIR");
	struct str dir;
	struct stat st;

	if (check && !t->conf->given[CONF_data]) {
		char *name = str_z(t->mem, str_fmt(t->mem, "%s/hersys-restore-XXXXXX", tmp != NULL ? tmp : "/tmp"));
		if (mkdtemp(name) != NULL)
			return str_of(name);
		fprintf(t->err, "hersys: cannot make %s: %s\n", name, strerror(errno));
		return S("");
	}
	if (stat(str_z(t->mem, t->dir), &st) == 0 && !is_empty(t->mem, t->dir)) {
		fprintf(t->err, "hersys: %.*s is there already and not empty: nothing is restored over it\n", STR_ARG(t->dir));
		return S("");
	}
	while (t->dir.n > 1 && t->dir.p[t->dir.n - 1] == '/')
		t->dir.n--;
	dir = str_cat(t->mem, t->dir, S(".restoring"));
	if (mkdir(str_z(t->mem, dir), 0700) == 0)
		return dir;
	if (errno == EEXIST)
		fprintf(t->err, "hersys: %.*s is there: another restore runs, or one was interrupted; then remove it\n", STR_ARG(dir));
	else
		fprintf(t->err, "hersys: cannot make %.*s: %s\n", STR_ARG(dir), strerror(errno));
	return S("");
}

/* ---- proof ---- */

static void
tell_line(void *arg, struct str line)
{
	fprintf(arg, "%.*s\n", STR_ARG(line));
}

/* Is what we have what the manifest says? */
static bool
as_said(struct tool *t, const struct manifest *m)
{
	struct reader *rd = reader_new(t->store);
	struct tx *tx = read_begin(rd, t->mem, S(""));
	struct str hash = S(""), want = crypt_hex(t->mem, (struct str){ (const char *)m->audit_hash.b, sizeof m->audit_hash.b });
	int64_t cases = -1, notifications = -1, seq = 0;
	struct rows r;

	if (tx_one(tx, &r, Q_count_cases, NULL, 0)) {
		cases = row_int(&r, "cases");
		notifications = row_int(&r, "notifications");
		rows_close(&r);
	}
	if (tx_one(tx, &r, Q_audit_head, NULL, 0)) {
		seq = row_int(&r, "seq");
		hash = crypt_hex(t->mem, row_text(&r, "hash"));
		rows_close(&r);
	}
	enum err e = read_end(tx);
	reader_free(rd);
	fprintf(t->out, "head of the audit log: %lld %.*s\n", (long long)seq, STR_ARG(hash));
	if (e == OK && cases == m->cases && notifications == m->notifications && seq == m->audit_seq
	    && (seq == 0 || str_eq(hash, want)))
		return true;
	fprintf(t->err, "hersys: the manifest says otherwise: cases %lld, notifications %lld, audit log %lld %.*s\n",
	    (long long)m->cases, (long long)m->notifications, (long long)m->audit_seq, STR_ARG(want));
	return false;
}

/* Open it as a server would, look through all of it, close it. */
static bool
proven(struct tool *t, struct str dir, const struct manifest *m)
{
	static const char *full[] = { "--full", NULL };
	struct tool c = *t;
	struct keyring keys = { 0 };
	struct str why = S("");

	if (keyring_open(t->mem, dir, false, &keys, &why) != OK
	    || store_open(t->mem, &(struct store_opts){ .path = data_path(t->mem, dir, "hersys.db"),
		.cache_mib = (unsigned)t->conf->num[CONF_cache_mib] }, &c.store, &why) != OK) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return false;
	}
	c.keys = &keys;
	bool good = tool_check(&c, 1, full) == EXIT_DONE;
	good = as_said(&c, m) && good;
	store_close(c.store);
	return good;
}

static bool
made(struct tool *t, const struct wish *w, int64_t at, struct str dir, struct restored *out)
{
	struct restore_opts o = { .from = w->from, .identity = w->identity, .signer = w->signer, .at = at, .into = dir,
		.db = S("hersys.db"), .files = data_files, .n_files = data_files_count, .tell = tell_line, .arg = t->err };
	struct str why = S("");
	int64_t began = clock_mono();

	if (restore(t->mem, &o, out, &why) != OK) {
		fprintf(t->err, "hersys: %.*s\n", STR_ARG(why));
		return false;
	}
	fprintf(t->out, "%.*s: %lld parts, %lld pages, %lld MB in %.1f s; the state of %.*s\n", STR_ARG(out->series),
	    (long long)out->parts, (long long)out->pages, (long long)out->bytes / 1000000, (double)(clock_mono() - began) / 1000,
	    STR_ARG(date_instant(t->mem, out->state.at)));
	fprintf(t->out, "signed by %.*s%s\n", STR_ARG(out->signer), w->signer.n > 0 ? "" : " (compare it, or give it with --signer)");
	return true;
}

int
tool_restore(struct tool *t, int argc, const char **argv)
{
	struct wish w = { 0 };
	struct restored out;
	int64_t at;

	if (!arguments(t, argc, argv, &w) || !moment(t, &w, &at))
		return EXIT_USAGE;
	if (access(str_z(t->mem, w.identity), R_OK) != 0) {
		fprintf(t->err, "hersys: the private key %.*s cannot be read: %s\n", STR_ARG(w.identity), strerror(errno));
		return EXIT_FAILED;
	}
	struct str dir = workplace(t, w.check);
	if (dir.n == 0)
		return EXIT_FAILED;
	signal(SIGPIPE, SIG_IGN);       /* age may end before us */
	bool good = made(t, &w, at, dir, &out) && proven(t, dir, &out.state);
	if (good && !w.check && rename(str_z(t->mem, dir), str_z(t->mem, t->dir)) != 0) {
		fprintf(t->err, "hersys: cannot name %.*s: %s\n", STR_ARG(t->dir), strerror(errno));
		good = false;
	}
	if (w.check || !good)
		remove_folder(t->mem, dir);
	if (!good) {
		fprintf(t->err, "hersys: NOT restored\n");
		return EXIT_FAILED;
	}
	if (w.check)
		fprintf(t->out, "the backup is whole: it can be restored\n");
	else
		fprintf(t->out, "%.*s is ready: hersys serve --data %.*s\n", STR_ARG(t->dir), STR_ARG(t->dir));
	return EXIT_DONE;
}
