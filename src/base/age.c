/* base/age.c: see age.h.
 *
 * Three pipes: what goes in, what comes out, what age has to say. One loop serves all three, so neither side waits
 * for the other. posix_spawn shares no descriptor but these (everything of ours is O_CLOEXEC) and runs no code of
 * ours in the child: locks of an open database are not touched. */
#include "base/age.h"

#include "base/buf.h"
#include "base/sum.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGE "/usr/bin/age"
#define CHUNK ((size_t)128 << 10)
#define SAID_MOST 400

/* ---- a recipient ---- */

static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* The checksum of BIP 173 over "age" and the letters' values. */
static uint32_t
polymod_step(uint32_t c, unsigned v)
{
	static const uint32_t gen[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = c >> 25;

	c = ((c & 0x1ffffff) << 5) ^ v;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			c ^= gen[i];
	return c;
}

bool
age_recipient_ok(struct str s)
{
	static const char head[] = "age";
	uint32_t c = 1;

	if (s.n != 62 || !str_starts(s, S("age1")))
		return false;
	for (size_t i = 0; i < 3; i++)
		c = polymod_step(c, (unsigned)head[i] >> 5);
	c = polymod_step(c, 0);
	for (size_t i = 0; i < 3; i++)
		c = polymod_step(c, (unsigned)head[i] & 31);
	for (size_t i = 4; i < s.n; i++) {
		const char *at = s.p[i] != '\0' ? strchr(letters, s.p[i]) : NULL;
		if (at == NULL)
			return false;
		c = polymod_step(c, (unsigned)(at - letters));
	}
	return c == 1;
}

/* ---- the process ---- */

struct run {
	pid_t pid;
	int in, out, said;      /* our ends; -1 when closed */
	char text[SAID_MOST];
	size_t n_text;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
spawn(struct run *r, char *const argv[], int in, int out, int said)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, usual;
	char *const nothing[] = { NULL };

	/* Threads of ours block signals, and we ignore a closed pipe: neither is for the child. */
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, said, 2);
	int no = posix_spawn(&r->pid, AGE, &files, &how, argv, nothing);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return no;
}

static int
run_begin(struct run *r, char *const argv[])
{
	int p[6] = { -1, -1, -1, -1, -1, -1 };
	int no = 0;

	*r = (struct run){ .in = -1, .out = -1, .said = -1 };
	for (int i = 0; i < 6 && no == 0; i += 2)
		if (pipe2(p + i, O_CLOEXEC) != 0)
			no = errno;
	if (no == 0 && (no = spawn(r, argv, p[0], p[3], p[5])) == 0) {
		r->in = p[1];
		r->out = p[2];
		r->said = p[4];
		p[1] = p[2] = p[4] = -1;
		if (fcntl(r->in, F_SETFL, O_NONBLOCK) != 0)
			BUG("fcntl");
		/* Fewer turns of the loop; the usual size does as well. */
		(void)fcntl(r->in, F_SETPIPE_SZ, 1 << 20);
		(void)fcntl(r->out, F_SETPIPE_SZ, 1 << 20);
	}
	for (size_t i = 0; i < LEN(p); i++)
		shut(&p[i]);
	return no;
}

/* Did it end well? */
static bool
run_end(struct run *r, bool quit)
{
	int status = 0;

	shut(&r->in);
	shut(&r->out);
	shut(&r->said);
	if (quit)
		kill(r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the loop ---- */

struct pump {
	struct run run;
	struct age_in in;
	struct age_out out;
	struct sum sum_in, sum_out;
	char *put, *got;        /* CHUNK each */
	size_t put_at, put_n;
	bool ended, failed;     /* the input; either side gave up */
};

static void
refill(struct pump *p)
{
	ssize_t n = p->in.read(p->in.arg, p->put, CHUNK);

	p->put_at = 0;
	p->put_n = n > 0 ? (size_t)n : 0;
	p->ended = n <= 0;
	p->failed |= n < 0;
	sum_add(&p->sum_in, p->put, p->put_n);
}

static void
give(struct pump *p)
{
	if (p->put_at == p->put_n && !p->ended)
		refill(p);
	if (p->put_at == p->put_n && p->ended) {
		shut(&p->run.in);
		return;
	}
	ssize_t n = write(p->run.in, p->put + p->put_at, p->put_n - p->put_at);
	if (n > 0)
		p->put_at += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		shut(&p->run.in);       /* it ended before us: why, it says itself */
}

static void
take(struct pump *p)
{
	ssize_t n = read(p->run.out, p->got, CHUNK);

	if (n > 0) {
		sum_add(&p->sum_out, p->got, (size_t)n);
		p->failed |= !p->out.write(p->out.arg, p->got, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		shut(&p->run.out);
	}
}

static void
listen_to(struct pump *p)
{
	char more[256];
	ssize_t n = read(p->run.said, more, sizeof more);

	for (ssize_t i = 0; i < n && p->run.n_text < SAID_MOST; i++)
		p->run.text[p->run.n_text++] = more[i];
	if (n == 0 || (n < 0 && errno != EINTR))
		shut(&p->run.said);
}

static void
pump_run(struct pump *p)
{
	while (!p->failed && (p->run.in >= 0 || p->run.out >= 0 || p->run.said >= 0)) {
		struct pollfd f[3] = { { .fd = p->run.in, .events = POLLOUT }, { .fd = p->run.out, .events = POLLIN },
			{ .fd = p->run.said, .events = POLLIN } };
		if (poll(f, 3, -1) < 0) {
			p->failed |= errno != EINTR;
			continue;
		}
		if (f[1].revents != 0)
			take(p);
		if (f[2].revents != 0)
			listen_to(p);
		if (f[0].revents != 0)
			give(p);
	}
	/* So that the sum of a damaged file is known. */
	while (!p->failed && !p->ended)
		refill(p);
}

/* "age: error: no identity matched any of the recipients" and a line of advice: the first line without its head. */
static struct str
sentence(struct arena *mem, const struct run *r)
{
	struct str s = { r->text, r->n_text }, line;

	if (!str_cut(&s, '\n', &line))
		line = S("");
	if (str_starts(line, S("age: error: ")))
		line = str_sub(line, 12, line.n);
	return str_dup(mem, line.n > 0 ? str_trim(line) : S("age failed without a word"));
}

static enum err
pump(struct arena *mem, char *const argv[], struct age_in in, struct age_out out, struct age_sums *sums, struct str *why)
{
	struct pump p = { .in = in, .out = out, .put = arena_alloc(mem, CHUNK), .got = arena_alloc(mem, CHUNK) };
	int no = run_begin(&p.run, argv);

	if (no != 0) {
		*why = no == ENOENT ? S("age is not installed: apt-get install age") : str_fmt(mem, "cannot start age: %s", strerror(no));
		return no == ENOENT ? E_NOTFOUND : E_IO;
	}
	p.sum_in = sum_begin();
	p.sum_out = sum_begin();
	pump_run(&p);
	bool good = run_end(&p.run, p.failed);
	*sums = (struct age_sums){ .in = p.sum_in.n, .out = p.sum_out.n };
	sums->in_hash = sum_end(&p.sum_in);
	sums->out_hash = sum_end(&p.sum_out);
	if (p.failed)
		return E_IO;
	if (!good)
		*why = sentence(mem, &p.run);
	return good ? OK : E_FORMAT;
}

enum err
age_seal(struct arena *mem, struct str recipient, struct age_in in, struct age_out out, struct age_sums *sums, struct str *why)
{
	if (!age_recipient_ok(recipient)) {
		*why = S("not a recipient of age");
		return E_FORMAT;
	}
	char *argv[] = { str_z(mem, S("age")), str_z(mem, S("-r")), str_z(mem, recipient), NULL };
	return pump(mem, argv, in, out, sums, why);
}

enum err
age_open(struct arena *mem, struct str identity, struct age_in in, struct age_out out, struct age_sums *sums, struct str *why)
{
	char *argv[] = { str_z(mem, S("age")), str_z(mem, S("-d")), str_z(mem, S("-i")), str_z(mem, identity), NULL };

	return pump(mem, argv, in, out, sums, why);
}
