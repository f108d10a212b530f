/* main/bench_search.c: hersys bench search: every name and reading of the base, from one character on.
 *
 * Names are taken in their order, every n-th when there are more than --names (0: all), so that frequent and rare ones, all
 * first characters and both scripts are there. Each is asked for by its first character, its first two, its first three, and
 * whole, each different text once; by the narrow centre, by the prefecture and by the ministry, one after the other. Printed: how
 * long the answer took by the length of what was typed, and the longest of all. No name is printed. */
#include "main/bench.h"
#include "main/main.h"

#include "fmt/form.h"

#include <stdatomic.h>

#define LENGTHS 4               /* 1, 2, 3 characters; the whole */
static const char *const length_name[LENGTHS] = { "one", "two", "three", "whole" };

struct texts {
	struct str *text[LENGTHS];
	size_t n[LENGTHS], names, seen;
};

/* ---- which texts ---- */

/* Bytes of the first n characters; of the whole when it is shorter. */
static size_t
head_bytes(struct str s, size_t n)
{
	size_t at = 0;

	while (at < s.n && n > 0) {
		at++;
		while (at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80)
			at++;
		n--;
	}
	return at;
}

/* The list is in order: what begins alike stands together. */
static void
put_text(struct texts *t, size_t length, struct str s)
{
	if (s.n > 0 && (t->n[length] == 0 || !str_eq(t->text[length][t->n[length] - 1], s)))
		t->text[length][t->n[length]++] = s;
}

size_t
bench_names(struct bench *b, struct str **out)
{
	struct str why = S(""), *all = NULL;
	struct store *st;
	struct rows r;
	size_t room = 0, n = 0;

	if (store_open_reading(b->mem, bench_db_path(&b->w), &st, &why) != OK)
		return bench_failed(b->err, "the store", why);
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, b->mem, S(""));
	for (tx_open(tx, &r, Q_bench_names, NULL, 0); rows_next(&r);) {
		if (n == room) {
			struct str *more = NEWN(b->mem, struct str, room = room > 0 ? room * 2 : 4096);
			if (n > 0)
				memcpy(more, all, n * sizeof *more);
			all = more;
		}
		all[n++] = row_text_at(&r, 0);
	}
	if (read_end(tx) != OK)
		n = 0;
	reader_free(rd);
	store_close(st);
	*out = all;
	return n;
}

static bool
read_texts(struct bench *b, struct texts *t)
{
	struct str *all;

	t->seen = bench_names(b, &all);
	size_t want = b->o.names > 0 && (size_t)b->o.names < t->seen ? (size_t)b->o.names : t->seen;
	for (size_t k = 0; k < LENGTHS; k++)
		t->text[k] = NEWN(b->mem, struct str, want + 1);
	for (t->names = 0; t->names < want; t->names++) {
		struct str s = all[t->names * t->seen / want];
		for (size_t k = 0; k < LENGTHS; k++)
			put_text(t, k, k + 1 < LENGTHS ? str_sub(s, 0, head_bytes(s, k + 1)) : s);
	}
	return t->names > 0;
}

/* ---- asking ---- */

struct asking {
	const struct str *text;
	size_t n;
	_Atomic size_t next;
};

static int64_t
due_once(void *arg, int64_t nth)
{
	const struct asking *a = arg;

	return nth < (int64_t)a->n ? 0 : -1;
}

/* Timed here: in this closed loop the moment it was due says nothing. */
static enum bench_done
ask_search(struct bench_caller *c)
{
	struct asking *a = c->arg;
	size_t at = atomic_fetch_add(&a->next, 1);
	struct form_pair pair[] = { { S("csrf"), c->user->csrf }, { S("q"), a->text[at % a->n] } };
	struct client_req q = { .method = "POST", .path = S("/search"), .cookie = c->user->cookie,
		.type = S("application/x-www-form-urlencoded"), .body = form_write(c->mem, &(struct form){ pair, LEN(pair) }) };
	struct client_reply r;

	c->due_us = bench_now_us();
	return client_ask(c->client, c->mem, &q, &r) == OK && r.status == 200 ? BENCH_GOOD : BENCH_BAD;
}

static bool
search_as(struct bench *b, const struct texts *t, const char *who, struct bench_user *u, double yard)
{
	struct bench_sum all = { 0 };
	char name[60];

	for (size_t k = 0; k < LENGTHS; k++) {
		struct asking a = { .text = t->text[k], .n = t->n[k] };
		struct bench_sum sum;
		bench_load(&(struct bench_load){ .w = &b->w, .clients = (int)b->o.clients, .seconds = 1, .user = u, .users = 1,
		    .ask = ask_search, .due = due_once, .arg = &a }, &sum);
		snprintf(name, sizeof name, "search.%s.%s", who, length_name[k]);
		bench_line_load(b, name, &sum, (int)b->o.clients, "\"texts\":%zu", t->n[k]);
		bench_times_join(&all.times, &sum.times);
		all.good += sum.good;
		all.bad += sum.bad;
		all.seconds += sum.seconds;
	}
	snprintf(name, sizeof name, "search.%s", who);
	bench_line_load(b, name, &all, (int)b->o.clients, "\"names\":%zu,\"of\":%zu,\"yardstick\":%.1f,\"ratio\":%.4f", t->names, t->seen,
	    yard, yard > 0 ? (double)all.good / all.seconds / yard : 0);
	return all.bad == 0;
}

int
bench_search(struct bench *b)
{
	struct texts t = { 0 };

	/* One after the other: the time of a search, not of a queue. */
	if (b->o.clients == 0)
		b->o.clients = 1;
	if (!bench_world_make(&b->w, b->mem, &b->o, 0, b->err) || !read_texts(b, &t) || !bench_server_start(&b->w, b->err)
	    || !bench_sign_in_all(&b->w, DEMO_CENTRE, DEMO_MINISTRY + 1, b->err))
		return EXIT_FAILED;
	double yard = bench_yard_smallest(b, (int)b->o.clients, 2);
	bool good = search_as(b, &t, "centre", &b->w.user[DEMO_CENTRE], yard);
	good = search_as(b, &t, "prefecture", &b->w.user[DEMO_PREFECTURE], yard) && good;
	good = search_as(b, &t, "ministry", &b->w.user[DEMO_MINISTRY], yard) && good;
	return good ? EXIT_DONE : EXIT_FAILED;
}
