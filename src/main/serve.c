/* main/serve.c: hersys serve: opens everything, from the disk up to the sockets, and closes it in the other direction. */
#include "main/main.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/date.h"
#include "base/log.h"
#include "domain/appnumber.h"
#include "http/server.h"
#include "main/tools.h"
#include "store/backup.h"
#include "web/app.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

static enum err
read_file(struct arena *mem, struct str path, struct str *out)
{
	struct buf b = buf_new(mem);
	int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0)
		return E_IO;
	while ((n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.n += (size_t)n;
	close(fd);
	*out = buf_str(&b);
	return n < 0 ? E_IO : OK;
}

static enum err
write_file(struct arena *mem, struct str path, struct str data)
{
	int fd = open(str_z(mem, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return E_IO;
	bool good = write(fd, data.p, data.n) == (ssize_t)data.n && fsync(fd) == 0;
	return close(fd) == 0 && good ? OK : E_IO;
}

/* The certificate of the settings, or a self-signed one kept in the data folder. */
static enum err
certificate(struct arena *mem, const struct conf *conf, struct str *cert, struct str *key, struct str *why)
{
	struct str cert_path = conf->text[CONF_certificate], key_path = conf->text[CONF_certificate_key];
	struct str dir = conf->text[CONF_data];

	if (cert_path.n > 0) {
		if (read_file(mem, cert_path, cert) == OK && read_file(mem, key_path, key) == OK)
			return OK;
		*why = S("the certificate or its key cannot be read");
		return E_IO;
	}
	cert_path = data_path(mem, dir, "certificate.pem");
	key_path = data_path(mem, dir, "certificate-key.pem");
	if (read_file(mem, cert_path, cert) == OK && read_file(mem, key_path, key) == OK)
		return OK;
	char host[256] = "";
	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	struct str hosts = str_fmt(mem, "localhost,127.0.0.1,::1%s%s", host[0] ? "," : "", host);
	enum err e = server_self_sign(mem, hosts, 397, cert, key);
	if (e == OK)
		e = write_file(mem, key_path, *key);
	if (e == OK)
		e = write_file(mem, cert_path, *cert);
	if (e != OK)
		*why = S("cannot make a certificate in the data folder");
	else
		log_info("tls.self_signed", KV_N("days", 397));
	return e;
}

/* ---- one server ---- */

struct running {
	struct tool tool;
	struct keyring keys;
	struct app *app;
	struct server *server;
	struct control *control;
	struct server_opts opts;
};

static int
run_command(void *arg, struct arena *mem, int argc, const char **argv, FILE *out)
{
	struct running *r = arg;
	struct tool t = r->tool;

	t.mem = mem;
	t.out = t.err = out;
	t.remote = true;
	return tool_run(&t, argc, argv);
}

/* One or more hashes of keys? */
static bool
hashes_ok(struct arena *mem, struct str list)
{
	struct str one, bytes;
	size_t n = 0;

	while (list.n > 0 && str_cut(&list, ',', &one)) {
		if (!crypt_unhex(mem, str_trim(one), &bytes) || bytes.n != sizeof(struct sha256))
			return false;
		n++;
	}
	return n > 0;
}

/* Whom machines are believed by; nothing when none is served. */
static enum err
machines(struct arena *mem, const struct conf *conf, struct server_opts *o, struct str *why)
{
	if (conf->text[CONF_machine_listen].n == 0)
		return OK;
	o->machines = conf->text[CONF_machine_listen];
	if (conf->text[CONF_machine_clients].n == 0 || !hashes_ok(mem, conf->text[CONF_machine_key])) {
		*why = S("machine-listen needs machine-clients, and as machine-key the SHA-256 of a key in hex");
		return E_INVALID;
	}
	if (read_file(mem, conf->text[CONF_machine_clients], &o->machines_pem) == OK)
		return OK;
	*why = S("the certificates of machine-clients cannot be read");
	return E_IO;
}

/* Many connections need many descriptors. */
static void
raise_limits(const struct conf *conf)
{
	struct rlimit l;
	rlim_t want = (rlim_t)conf->num[CONF_connections] * 2 + 1024;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= want)
		return;
	l.rlim_cur = l.rlim_max == RLIM_INFINITY || l.rlim_max >= want ? want : l.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &l) != 0)
		log_warn("limits.files", KV_N("errno", errno));
}

/* What one page needs the next one needs too. Given back to the system between them, half a megabyte of it would be mapped
 * and zeroed again for each (a list: a tenth of its time). */
static void
keep_memory(void)
{
	if (mallopt(M_MMAP_THRESHOLD, 1 << 20) != 1 || mallopt(M_TRIM_THRESHOLD, 4 << 20) != 1)
		log_warn("serve.memory", KV_N("errno", errno));
}

static enum err
start_backup(struct running *r, struct arena *mem, const struct conf *conf, struct str *why)
{
	struct ship_opts o = backup_opts(conf, r->tool.store);

	if (o.to.n == 0)
		return OK;
	enum err e = backup_start(mem, &o, &r->tool.backup, why);
	if (e == OK)
		r->app->backup = r->tool.backup;
	return e;
}

static enum err
open_all(struct running *r, struct arena *mem, const struct conf *conf, struct str *why)
{
	struct str cert, key;
	struct store_opts so = { .path = data_store(mem, conf),
		.cache_mib = (unsigned)conf->num[CONF_cache_mib], .on_event = { app_event, &r->app } };
	enum err e;

	if (!data_is_made(mem, conf, why))
		return E_NOTFOUND;
	if ((e = certificate(mem, conf, &cert, &key, why)) != OK || (e = store_open(mem, &so, &r->tool.store, why)) != OK)
		return e;
	r->keys = (struct keyring){ .idle_ms = conf->num[CONF_session_idle] * 1000, .life_ms = conf->num[CONF_session_life] * 1000 };
	if ((e = keyring_open(mem, conf->text[CONF_data], false, &r->keys, why)) != OK
	    || (e = sheetset_open(r->tool.store, mem, &r->tool.sheets, why)) != OK
	    || (e = app_open(mem, r->tool.store, &r->keys, r->tool.sheets, conf, &r->app, why)) != OK)
		return e;
	r->tool = (struct tool){ .mem = mem, .conf = conf, .dir = conf->text[CONF_data], .store = r->tool.store,
		.keys = &r->keys, .sheets = r->tool.sheets };
	if ((e = start_backup(r, mem, conf, why)) != OK)
		return e;
	if (session_sweep(r->tool.store, &r->keys, mem) != OK)
		log_warn("session.sweep", KV_N("at", clock_now()));
	r->opts = (struct server_opts){
		.listen = conf->text[CONF_listen], .redirect = conf->text[CONF_redirect],
		.certificate_pem = cert, .key_pem = key, .trust_proxy = conf->num[CONF_trust_proxy] != 0,
		.threads = (unsigned)conf->num[CONF_threads], .workers = (unsigned)conf->num[CONF_workers],
		.connections = (unsigned)conf->num[CONF_connections],
		.connections_per_address = (unsigned)conf->num[CONF_connections_per_address],
		.head_seconds = (unsigned)conf->num[CONF_head_seconds], .idle_seconds = (unsigned)conf->num[CONF_idle_seconds],
		.body_rate = (unsigned)conf->num[CONF_body_rate], .body_max = (size_t)conf->num[CONF_body_max],
		.worker_new = app_worker_new, .worker_free = app_worker_free, .serve = app_serve, .staff = app_staff,
		.at_hand = app_at_hand, .rank = app_rank, .busy = app_busy, .arg = r->app,
	};
	if ((e = machines(mem, conf, &r->opts, why)) != OK || (e = server_start(mem, &r->opts, &r->server, why)) != OK)
		return e;
	r->app->server = r->server;
	/* Where several processes may write, a console does so itself. */
	if (store_is_remote(data_store(mem, conf)))
		return OK;
	r->control = control_start(mem, conf->text[CONF_data], run_command, r, why);
	return r->control != NULL ? OK : E_IO;
}

/* Times are evidence: a machine that lost its clock must not date them. An exercise has a clock of its own. */
static bool
clock_is_possible(struct arena *mem, struct str *why)
{
	int64_t now = clock_machine(), built = clock_built();

	if (now >= built)
		return true;
	*why = str_fmt(mem, "the machine's clock says %.*s; this program was built on %.*s. Set the clock right",
	    STR_ARG(date_iso(mem, date_of(now))), STR_ARG(date_iso(mem, date_of(built))));
	return false;
}

/* Until it shall stop; each minute what is over is forgotten. The signal. */
static int
wait_for_the_end(struct running *r, const sigset_t *wait)
{
	const struct timespec minute = { .tv_sec = 60 };
	struct reader *rd = reader_new(r->tool.store);
	struct arena *mem = arena_new(1 << 12);
	int sig;

	do {
		arena_reset(mem);
		if (appnumber_sweep(r->tool.store, rd, mem) != OK)
			log_warn("number.sweep", KV_N("at", clock_now()));
	} while ((sig = sigtimedwait(wait, NULL, &minute)) < 0);
	arena_free(mem);
	reader_free(rd);
	return sig;
}

int
serve(struct arena *mem, const struct conf *conf)
{
	struct running *r = NEW(mem, struct running);
	struct str why = S("");
	int64_t began = clock_mono();
	sigset_t wait;
	int sig = 0;

	/* Before any thread: all of them leave these to the wait below. */
	sigemptyset(&wait);
	sigaddset(&wait, SIGTERM);
	sigaddset(&wait, SIGINT);
	sigprocmask(SIG_BLOCK, &wait, NULL);
	signal(SIGPIPE, SIG_IGN);
	raise_limits(conf);
	keep_memory();
	enum err e = clock_is_possible(mem, &why) ? open_all(r, mem, conf, &why) : E_INVALID;
	if (e == OK) {
		int port = server_port(r->server);
		log_info("serve.ready", KV_N("port", port), KV_N("ms", clock_mono() - began));
		printf("hersys serves at https://localhost:%d/\n", port);
		fflush(stdout);
		sig = wait_for_the_end(r, &wait);
		log_info("serve.stop", KV_N("signal", sig));
	} else {
		fprintf(stderr, "hersys: %.*s\n", STR_ARG(why));
	}
	if (r->tool.backup != NULL)
		backup_quiet(r->tool.backup);
	if (r->control != NULL)
		control_stop(r->control);
	if (r->app != NULL)
		app_quiet(r->app);
	if (r->server != NULL)
		server_stop(r->server, 10);
	if (r->app != NULL)
		app_close(r->app);
	/* All requests are answered: the last generation has them. */
	if (r->tool.backup != NULL)
		backup_stop(r->tool.backup);
	if (r->tool.store != NULL)
		store_close(r->tool.store);
	return e == OK ? EXIT_DONE : EXIT_FAILED;
}
