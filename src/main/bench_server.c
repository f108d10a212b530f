/* main/bench_server.c: see bench.h: the server of a world, and asking it. */
#include "main/bench.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_MS 120000
#define STOP_MS 60000

int64_t
bench_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
bench_failed(FILE *err, const char *what, struct str why)
{
	fprintf(err, "hersys bench: %s: %.*s\n", what, STR_ARG(why));
	return false;
}

struct str
bench_parent(const struct bench_opts *o)
{
	const char *tmp = secure_getenv("TMPDIR");

	return o->parent.n > 0 ? o->parent : tmp != NULL && tmp[0] != '\0' ? str_of(tmp) : S("/tmp");
}

/* With the end of what the server said: its folder goes. */
static bool
log_failed(const struct bench_world *w, FILE *err, const char *what)
{
	char text[2000];
	int fd = open(str_z(w->mem, w->log), O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n = fd >= 0 ? pread(fd, text, sizeof text, size > (off_t)sizeof text ? size - (off_t)sizeof text : 0) : 0;

	if (fd >= 0)
		close(fd);
	return bench_failed(err, what, (struct str){ text, n > 0 ? (size_t)n : 0 });
}

static void
run_server(struct bench_world *w, int out)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *dir = str_z(w->mem, w->dir), *listen = str_z(w->mem, str_fmt(w->mem, "127.0.0.1:%d", w->port));
	char *each = str_z(w->mem, str_fmt(w->mem, "%u", w->connections));
	char *all = str_z(w->mem, str_fmt(w->mem, "%u", w->connections < 12000 ? 12000 : w->connections));
	char *idle = str_z(w->mem, str_fmt(w->mem, "%u", w->idle_seconds > 0 ? w->idle_seconds : 30));
	int log = open(str_z(w->mem, w->log), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (n < 0 || log < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(127);
	self[n] = '\0';
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl(self, self, "serve", "--data", dir, "--listen", listen, "--connections-per-address", each, "--connections", all,
	    "--idle-seconds", idle, (char *)NULL);
	_exit(127);
}

/* The port stands in the line that the server prints when it is ready. */
static bool
read_port(struct bench_world *w, int fd)
{
	char line[400] = "";
	size_t n = 0;
	struct str s, head = S("https://localhost:");
	int64_t until = clock_mono() + START_MS, port = 0;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (n < sizeof line && memchr(line, '\n', n) == NULL) {
		int64_t left = until - clock_mono();
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		ssize_t got = read(fd, line + n, sizeof line - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	s = (struct str){ line, n };
	s = str_sub(s, str_find_str(s, head) + head.n, s.n);
	if (!str_int(str_sub(s, 0, str_find(s, '/', 0)), &port))
		return false;
	w->port = (int)port;
	return true;
}

struct client *
bench_client(const struct bench_world *w, struct arena *mem)
{
	struct client *c;

	if (client_new(mem, &(struct client_opts){ .address = w->address, .port = w->port, .seconds = 20 }, &c) != OK)
		BUG("bench: the address");
	return c;
}

bool
bench_get(const struct bench_world *w, struct arena *mem, const struct bench_user *u, struct str path, int status,
    struct client_reply *out)
{
	struct client *c = bench_client(w, mem);
	struct client_reply r = { 0 };
	struct client_req q = { .method = "GET", .path = path, .cookie = u != NULL ? u->cookie : S("") };
	bool good = client_ask(c, mem, &q, &r) == OK && r.status == status;

	client_free(c);
	if (out != NULL)
		*out = r;
	return good;
}

static bool
answers(struct bench_world *w)
{
	struct arena *mem = arena_new(1 << 14);
	bool good = bench_get(w, mem, NULL, S("/healthz"), 200, NULL);

	arena_free(mem);
	return good;
}

bool
bench_server_start(struct bench_world *w, FILE *err)
{
	int out[2];
	int64_t began = bench_now_us();

	if (pipe2(out, O_CLOEXEC) != 0)
		return bench_failed(err, "pipe", str_of(strerrordesc_np(errno)));
	fflush(NULL);
	w->server = fork();
	if (w->server == 0)
		run_server(w, out[1]);
	close(out[1]);
	bool good = w->server > 0 && read_port(w, out[0]) && answers(w);
	w->start_us = bench_now_us() - began;
	close(out[0]);
	return good || log_failed(w, err, "the server did not start");
}

bool
bench_server_stop(struct bench_world *w, FILE *err)
{
	int status = 0;

	if (w->server <= 0)
		return true;
	kill(w->server, SIGTERM);
	for (int64_t until = clock_mono() + STOP_MS; waitpid(w->server, &status, WNOHANG) == 0;) {
		if (clock_mono() > until) {
			kill(w->server, SIGKILL);
			waitpid(w->server, &status, 0);
			break;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	w->server = 0;
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || log_failed(w, err, "the server did not end well");
}

void
bench_server_memory(const struct bench_world *w, long *now, long *most)
{
	char path[64], line[200];
	FILE *f;

	*now = *most = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)w->server);
	f = w->server > 0 ? fopen(path, "re") : NULL;
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0)
			*now = strtol(line + 6, NULL, 10);
		if (strncmp(line, "VmHWM:", 6) == 0)
			*most = strtol(line + 6, NULL, 10);
	}
	if (f != NULL)
		fclose(f);
}

double
bench_server_cpu(const struct bench_world *w)
{
	char path[64], line[1000] = "";
	unsigned long ticks = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)w->server);
	f = w->server > 0 ? fopen(path, "re") : NULL;
	if (f == NULL)
		return 0;
	/* "pid (name) state numbers…": the name is ours and holds no parenthesis; utime and stime are the 12th and 13th behind it. */
	char *at = fgets(line, sizeof line, f) != NULL ? strrchr(line, ')') : NULL;
	for (int i = 0; at != NULL && i < 13; i++) {
		if ((at = strchr(at + 1, ' ')) != NULL && i >= 11)
			ticks += strtoul(at, NULL, 10);
	}
	fclose(f);
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}
