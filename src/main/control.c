/* main/control.c: commands for a data folder whose server runs. The console sends its command line over DIR/control.sock
 * and prints what comes back; the server runs the command with its own store, so that one process alone writes.
 *
 * To the server: one line "ARGC", then each argument with a NUL behind it. Back: text, and as last line "exit N". */
#include "main/main.h"

#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST 65536

struct control {
	int fd, stop[2];
	pthread_t thread;
	char path[108];
	int (*run)(void *arg, struct arena *mem, int argc, const char **argv, FILE *out);
	void *arg;
};

static bool
address(struct arena *mem, struct str dir, struct sockaddr_un *a)
{
	struct str path = data_path(mem, dir, "control.sock");

	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	if (path.n >= sizeof a->sun_path)
		return false;
	memcpy(a->sun_path, path.p, path.n);
	return true;
}

/* ---- the console's side ---- */

/* Files are named from here; the server stands elsewhere. */
static struct str
absolute(struct arena *mem, const char *arg)
{
	char *real = arg[0] != '-' && access(arg, F_OK) == 0 ? realpath(arg, NULL) : NULL;
	struct str s = str_dup(mem, str_of(real ? real : arg));

	free(real);
	return s;
}

static void
copy_back(int fd, int *exit_code)
{
	char buf[8192], last[64] = "";
	size_t n_last = 0;
	ssize_t n;

	*exit_code = EXIT_FAILED;
	while ((n = read(fd, buf, sizeof buf)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			/* The last line is held back: it is the exit code. */
			if (n_last < sizeof last - 1)
				last[n_last++] = buf[i];
			if (buf[i] != '\n' && n_last < sizeof last - 1)
				continue;
			last[n_last] = '\0';
			int64_t code;
			if (strncmp(last, "exit ", 5) == 0 && str_int(str_trim(str_of(last + 5)), &code))
				*exit_code = (int)code;
			else
				fwrite(last, 1, n_last, stdout);
			n_last = 0;
		}
	fwrite(last, 1, n_last, stdout);
}

bool
control_forward(struct arena *mem, struct str dir, int argc, const char **argv, int *exit_code)
{
	struct sockaddr_un a;
	struct buf b = buf_new(mem);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || !address(mem, dir, &a) || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	buf_fmt(&b, "%d\n", argc);
	for (int i = 0; i < argc; i++) {
		buf_put(&b, i == 0 ? str_of(argv[i]) : absolute(mem, argv[i]));
		buf_byte(&b, '\0');
	}
	bool sent = write(fd, b.p, b.n) == (ssize_t)b.n && shutdown(fd, SHUT_WR) == 0;
	if (sent)
		copy_back(fd, exit_code);
	close(fd);
	return sent;
}

/* ---- the server's side ---- */

static void
answer(struct control *c, int fd)
{
	struct arena *mem = arena_new(1 << 16);
	char *text = arena_alloc(mem, MOST + 1);
	const char *argv[514];
	size_t n = 0;
	ssize_t got;
	int64_t argc;

	while (n < MOST && (got = read(fd, text + n, MOST - n)) > 0)
		n += (size_t)got;
	struct str rest = { text, n }, head, arg;
	FILE *out = fdopen(fd, "w");
	if (out == NULL) {
		close(fd);
		arena_free(mem);
		return;
	}
	int code = EXIT_USAGE;
	if (str_cut(&rest, '\n', &head) && str_int(head, &argc) && argc > 0 && argc < 513) {
		int k = 0;
		while (k < argc && rest.p != NULL && str_cut(&rest, '\0', &arg))
			argv[k++] = str_z(mem, arg);
		argv[k] = NULL;
		log_info("control.run", KV_Z("command", argv[0]));
		code = c->run(c->arg, mem, k, argv, out);
	}
	fprintf(out, "exit %d\n", code);
	fclose(out);
	arena_free(mem);
}

static void *
control_run(void *arg)
{
	struct control *c = arg;
	struct pollfd p[2] = { { .fd = c->fd, .events = POLLIN }, { .fd = c->stop[0], .events = POLLIN } };

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[1].revents != 0)
			break;
		if (p[0].revents == 0)
			continue;
		int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			answer(c, fd);
	}
	return NULL;
}

struct control *
control_start(struct arena *mem, struct str dir,
    int (*run)(void *arg, struct arena *mem, int argc, const char **argv, FILE *out), void *arg, struct str *why)
{
	struct control *c = NEW(mem, struct control);
	struct sockaddr_un a;

	c->run = run;
	c->arg = arg;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!address(mem, dir, &a)) {
		*why = S("the path of the data folder is too long for a socket");
		return NULL;
	}
	/* Left behind by a server that was killed; the lock of the database says that none runs. */
	unlink(a.sun_path);
	memcpy(c->path, a.sun_path, sizeof c->path);
	/* The umask of the process (077) makes it this user's alone. */
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(c->fd, 8) != 0 || pipe(c->stop) != 0
	    || pthread_create(&c->thread, NULL, control_run, c) != 0) {
		*why = str_fmt(mem, "cannot open %s: %s", a.sun_path, strerror(errno));
		return NULL;
	}
	return c;
}

void
control_stop(struct control *c)
{
	if (c == NULL)
		return;
	if (write(c->stop[1], "x", 1) != 1)
		log_warn("control.stop", KV_N("errno", errno));
	pthread_join(c->thread, NULL);
	close(c->fd);
	close(c->stop[0]);
	close(c->stop[1]);
	unlink(c->path);
}
