/* test/http/look.c: nobody sees a person before the line about it is kept: every page that shows persons is asked for while
 * the keeper is busy elsewhere, with a keeper that has no room, and on a disk that fails. */
#include "world.h"

#include "reading.h"
#include "unit/disk.h"
#include "unit/remote.h"

#include <pthread.h>
#include <semaphore.h>

#define PLACES 20

/* A page that shows persons, and what it shows. */
struct place {
	enum seat who;
	struct str path, body;          /* body: of a POST */
	int status;
	struct str shows;               /* "": a list that may be empty of names */
	const char *action;             /* of the last of its lines */
	int lines;
};

struct places {
	struct place at[PLACES];
	size_t n;
};

static void
place(struct places *p, struct place at)
{
	if (p->n == PLACES)
		BUG("too many pages");
	p->at[p->n++] = at;
}

/* Two cases of one person, a draft, and every page about them. */
static struct places
places_of(struct web_world *w)
{
	struct arena *mem = w->mem;
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA));
	struct str again = S(MINIMUM "&op=again");
	struct http_reply draft = file_minimum(w, DOCTOR, S("act=draft&birth_date=1966-06-06"));
	struct places p = { .n = 0 };
	struct filed changed_since = filed(w, CLERK, S("attest=1&name=" TARO "&birth_date=" TARO_BORN));

	CHECK_INT(correct(w, CLERK, &changed_since, S("remarks=x")).status, 303);
	place(&p, (struct place){ CENTRE, f.file, S(""), 200, S(HANAKO), "case.view", 1 });
	place(&p, (struct place){ DOCTOR, f.file, S(""), 200, S(HANAKO), "case.view", 1 });
	place(&p, (struct place){ CENTRE, S("/inbox"), S(""), 200, S(HANAKO), "case.list", 1 });
	place(&p, (struct place){ CENTRE, S("/inbox/rows?since=0.0."), S(""), 200, S(HANAKO), "case.list", 1 });
	place(&p, (struct place){ CENTRE, S("/search"), S("q=" "タカハシ"), 200, S(HANAKO), "case.search", 1 });
	place(&p, (struct place){ DOCTOR, S("/notifications"), S(""), 200, S(HANAKO), "case.list", 2 });
	place(&p, (struct place){ DOCTOR, f.receipt, S(""), 200, S(HANAKO), "notif.receipt", 1 });
	place(&p, (struct place){ DOCTOR, f.print, S(""), 200, S(HANAKO), "notif.print", 1 });
	place(&p, (struct place){ DOCTOR, f.edit, S(""), 200, S(HANAKO), "notif.edit", 1 });
	place(&p, (struct place){ DOCTOR, str_fmt(mem, "/notifications/new?family=%lld.%.*s", (long long)f.home, STR_ARG(f.id)),
	    S(""), 200, S(ADDRESS), "notif.family", 1 });
	place(&p, (struct place){ DOCTOR, header(&draft, "Location"), S(""), 200, S(HANAKO), "draft.view", 1 });
	place(&p, (struct place){ DOCTOR, str_cat(mem, header(&draft, "Location"), S("/attest")), S(""), 200, S(HANAKO), "draft.view", 1 });
	place(&p, (struct place){ DOCTOR, S("/checks"), S(""), 200, S(TARO), "check.list", 1 });
	place(&p, (struct place){ DOCTOR, str_fmt(mem, "/notifications/%lld/%.*s/attest", (long long)changed_since.home,
	    STR_ARG(changed_since.id)), S(""), 200, S(TARO), "notif.view", 1 });
	/* Pressed again: asked about as a duplicate. Then the same, confirmed: the case has a twin. */
	place(&p, (struct place){ DOCTOR, S("/notifications/new"), again, 422, f.file, "case.duplicates", 1 });
	struct filed twin = filed(w, DOCTOR, S("dup_ack=1&name_kana=" HANAKO_KANA));
	place(&p, (struct place){ CENTRE, twin.file, S(""), 200, S(HANAKO), "case.duplicates", 2 });
	place(&p, (struct place){ CENTRE, str_cat(mem, twin.file, S("/history")), S(""), 200, S(HANAKO), "case.view", 1 });
	p.at[0].lines = p.at[1].lines = 2;
	p.at[0].action = p.at[1].action = "case.duplicates";
	return p;
}

static struct ask
ask_for(const struct place *p)
{
	return (struct ask){ .who = p->who, .target = p->path, .body = p->body };
}

static int64_t
lines(struct web_world *w)
{
	return number_in(w, "SELECT COUNT(*) FROM audit WHERE action NOT IN ('clock.back', 'session.use')");
}

/* ---- a keeper that is busy elsewhere ---- */

/* An operation that ends when `shut` is let go. */
struct gate {
	struct web_world *w;
	pthread_mutex_t shut;
	sem_t in, over;
	int64_t lines;                  /* before the page was asked for */
	int held;                       /* how often a page was held */
};

static enum err
gate_wait(__attribute__((unused)) struct tx *tx, void *arg)
{
	struct gate *g = arg;

	sem_post(&g->in);
	pthread_mutex_lock(&g->shut);
	pthread_mutex_unlock(&g->shut);
	return OK;
}

static void
gate_over(void *arg, __attribute__((unused)) enum err e)
{
	struct gate *g = arg;

	sem_post(&g->over);
}

static void
gate_shut(struct gate *g, struct web_world *w)
{
	*g = (struct gate){ .w = w, .lines = lines(w) };
	pthread_mutex_init(&g->shut, NULL);
	sem_init(&g->in, 0, 0);
	sem_init(&g->over, 0, 0);
	pthread_mutex_lock(&g->shut);
	if (store_write_start(w->st, w->mem, S(""), gate_wait, g, gate_over) != OK)
		BUG("the keeper of a test takes nothing");
	/* Its group is begun: what comes now waits for the next. */
	while (sem_wait(&g->in) != 0)
		continue;
}

static void
gate_end(struct gate *g)
{
	while (sem_wait(&g->over) != 0)
		continue;
	sem_destroy(&g->in);
	sem_destroy(&g->over);
	pthread_mutex_destroy(&g->shut);
}

/* The page is made, and nobody has it: it waits for the keeper, and no line is there yet. */
static void
while_held(bool over, void *arg)
{
	struct gate *g = arg;
	struct arena *mem = g->w->mem;

	g->held++;
	CHECK(!over);
	CHECK_INT(lines(g->w), g->lines);
	pthread_mutex_unlock(&g->shut);
}

WEB_TEST(no_page_about_a_person_leaves_before_its_line_is_kept)
{
	struct places p = places_of(w);
	struct gate g;

	for (size_t i = 0; i < p.n; i++) {
		struct place *at = &p.at[i];
		struct ask a = ask_for(at);
		gate_shut(&g, w);
		a.held = while_held;
		a.held_arg = &g;
		struct http_reply r = ask(w, &a);
		if (g.held == 0)
			pthread_mutex_unlock(&g.shut);
		gate_end(&g);
		if (g.held != 1 || r.status != at->status || str_find_str(unescaped(mem, r.body), at->shows) == r.body.n)
			test_fail(__FILE__, __LINE__, "held once, then shown", str_fmt(mem, "%d times, %d", g.held, r.status), at->path);
		CHECK_INT(lines(w), g.lines + at->lines);
		CHECK_STR(text_in(w, "SELECT action FROM audit ORDER BY seq DESC LIMIT 1"), str_of(at->action));
	}
}

WEB_TEST(who_may_not_see_it_is_told_so_at_once)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct gate g;

	gate_shut(&g, w);
	CHECK_INT(get(w, STRANGER, f.file).status, 404);
	CHECK_INT(get(w, MINISTRY, f.edit).status, 403);
	CHECK_INT(get(w, NOBODY, f.file).status, 303);
	pthread_mutex_unlock(&g.shut);
	gate_end(&g);
	CHECK_INT(lines(w), g.lines);
}

/* ---- lines that cannot be kept ---- */

/* Nothing of a person but what was typed. */
static void
check_blank(struct arena *mem, const struct place *at, const struct http_reply *r)
{
	struct str body = unescaped(mem, r->body), bad = S("");

	for (size_t i = 0; i < n_persons; i++)
		if (str_find_str(body, persons[i]) < body.n && str_find_str(at->body, persons[i]) == at->body.n)
			bad = persons[i];
	if (r->status != 503 || bad.n > 0 || !str_eq(header(r, "Retry-After"), S("5")))
		test_fail(__FILE__, __LINE__, "a page that says: not now", str_fmt(mem, "%d %.*s", r->status, STR_ARG(bad)), at->path);
	/* What was typed is not lost. */
	if (at->body.n > 0)
		CHECK_HAS(body, str_fmt(mem, "action=\"%.*s\"", STR_ARG(at->path)));
}

WEB_TEST(on_a_disk_that_fails_nothing_of_a_person_leaves)
{
	if (remote()) {
		test_skip("the disk is the database server's");
		return;
	}
	struct places p = places_of(w);
	int64_t before = lines(w);

	w->may_fail = true;
	for (size_t i = 0; i < p.n; i++) {
		struct ask a = ask_for(&p.at[i]);
		disk_fails(1);
		struct http_reply r = ask(w, &a);
		disk_fails(0);
		check_blank(mem, &p.at[i], &r);
		CHECK_INT(lines(w), before);
	}
	/* And the next look is as good as any. */
	struct ask a = ask_for(&p.at[0]);
	CHECK_INT(ask(w, &a).status, 200);
	CHECK_INT(lines(w), before + p.at[0].lines);
}

static enum err
nothing(__attribute__((unused)) struct tx *tx, __attribute__((unused)) void *arg)
{
	return OK;
}

static void
nothing_over(__attribute__((unused)) void *arg, __attribute__((unused)) enum err e)
{
}

WEB_TEST(when_the_keeper_has_no_room_nothing_of_a_person_leaves)
{
	struct places p = places_of(w);
	struct gate g;

	w->may_fail = true;
	gate_shut(&g, w);
	while (store_write_start(w->st, mem, S(""), nothing, NULL, nothing_over) == OK)
		continue;
	for (size_t i = 0; i < p.n; i++) {
		struct ask a = ask_for(&p.at[i]);
		struct http_reply r = ask(w, &a);
		check_blank(mem, &p.at[i], &r);
	}
	pthread_mutex_unlock(&g.shut);
	gate_end(&g);
	while (store_write(w->st, mem, S(""), nothing, NULL) == E_BUSY)
		continue;
	CHECK_INT(lines(w), g.lines);
	CHECK_INT(get(w, CENTRE, p.at[0].path).status, 200);
}
