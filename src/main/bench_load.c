/* main/bench_load.c: see bench.h: many clients at once, and what they file. */
#include "main/bench.h"

#include "base/clock.h"
#include "field/check.h"
#include "fmt/form.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* ---- callers ---- */

struct crew {
	const struct bench_load *l;
	int64_t begin_us, end_us;
	pthread_barrier_t ready;        /* all connected; then: the time runs */
	_Atomic int64_t slot;           /* of the open loop: presses that were given out */
};
struct hand {
	struct crew *crew;
	struct bench_caller c;
	struct bench_sum sum;
	int64_t last_us;                /* when its last answer came */
	pthread_t thread;
};

static void
sleep_until(int64_t us)
{
	int64_t left = us - bench_now_us();

	if (left > 0)
		nanosleep(&(struct timespec){ .tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000 }, NULL);
}

/* When the next request is due; false when the time is over. */
static bool
next_due(struct hand *h)
{
	struct crew *w = h->crew;

	h->c.begin_us = w->begin_us;
	h->c.due_us = bench_now_us();
	if (w->l->due != NULL) {
		int64_t after = w->l->due(w->l->arg, atomic_fetch_add(&w->slot, 1));
		h->c.due_us = w->begin_us + after;
		if (after >= 0)
			sleep_until(h->c.due_us);
		return after >= 0;
	}
	if (w->l->rate > 0) {
		h->c.due_us = w->begin_us + atomic_fetch_add(&w->slot, 1) * 1000000 / w->l->rate;
		if (h->c.due_us < w->end_us)
			sleep_until(h->c.due_us);
	}
	return h->c.due_us < w->end_us;
}

/* The handshakes are not what is measured. */
static void
connect_first(struct hand *h)
{
	struct client_reply r;

	if (client_ask(h->c.client, h->c.mem, &(struct client_req){ .method = "GET", .path = S("/healthz") }, &r) != OK)
		client_close(h->c.client);
	arena_reset(h->c.mem);
	pthread_barrier_wait(&h->crew->ready);
	pthread_barrier_wait(&h->crew->ready);
}

static void *
hand_main(void *arg)
{
	struct hand *h = arg;
	const struct bench_load *l = h->crew->l;

	connect_first(h);
	for (; next_due(h); h->c.seq++) {
		enum bench_done done = l->ask(&h->c);
		h->last_us = bench_now_us();
		if (done == BENCH_GOOD)
			bench_times_add(&h->sum.times, h->last_us - h->c.due_us);
		h->sum.good += done == BENCH_GOOD;
		h->sum.bad += done == BENCH_BAD;
		arena_reset(h->c.mem);
	}
	if (l->after != NULL)
		l->after(&h->c);
	client_free(h->c.client);
	return NULL;
}

void
bench_load(const struct bench_load *l, struct bench_sum *out)
{
	struct arena *mem = arena_new(1 << 16);
	struct hand *hand = NEWN(mem, struct hand, (size_t)l->clients);
	struct crew crew = { .l = l };

	pthread_barrier_init(&crew.ready, NULL, (unsigned)l->clients + 1);
	for (size_t i = 0; i < (size_t)l->clients; i++) {
		hand[i].crew = &crew;
		hand[i].c = (struct bench_caller){ .w = l->w, .user = &l->user[i % l->users], .nth = i, .arg = l->arg,
			.mem = arena_new(1 << 16), .client = bench_client(l->w, mem) };
		if (pthread_create(&hand[i].thread, NULL, hand_main, &hand[i]) != 0)
			BUG("bench: no thread");
	}
	pthread_barrier_wait(&crew.ready);
	crew.begin_us = bench_now_us();
	crew.end_us = crew.begin_us + (int64_t)l->seconds * 1000000;
	pthread_barrier_wait(&crew.ready);
	int64_t last = crew.begin_us + 1;
	*out = (struct bench_sum){ 0 };
	for (size_t i = 0; i < (size_t)l->clients; i++) {
		pthread_join(hand[i].thread, NULL);
		last = hand[i].last_us > last ? hand[i].last_us : last;
		bench_times_join(&out->times, &hand[i].sum.times);
		out->good += hand[i].sum.good;
		out->bad += hand[i].sum.bad;
		arena_free(hand[i].c.mem);
	}
	pthread_barrier_destroy(&crew.ready);
	/* What was begun in the time and answered after it counts, and its time as well. */
	out->seconds = (double)(last - crew.begin_us) / 1e6;
	if (l->rate > 0 && out->seconds < l->seconds)
		out->seconds = l->seconds;
	arena_free(mem);
}

/* ---- beside something else ---- */

struct bench_beside {
	const struct bench_load *l;
	struct bench_sum sum;
	pthread_t thread;
};

static void *
beside_main(void *arg)
{
	struct bench_beside *b = arg;

	bench_load(b->l, &b->sum);
	return NULL;
}

struct bench_beside *
bench_load_begin(struct arena *mem, const struct bench_load *l)
{
	struct bench_beside *b = NEW(mem, struct bench_beside);

	b->l = l;
	if (pthread_create(&b->thread, NULL, beside_main, b) != 0)
		BUG("bench: no thread");
	return b;
}

void
bench_load_wait(struct bench_beside *b, struct bench_sum *out)
{
	pthread_join(b->thread, NULL);
	*out = b->sum;
}

/* ---- what is filed ---- */

/* A person that nobody else is: its number in kanji is its name. */
static struct str
unique_name(struct arena *mem, uint64_t unique, const char *family, const char *const digit[10])
{
	struct buf b = buf_new(mem);

	buf_fmt(&b, "%s　", family);
	do
		buf_fmt(&b, "%s", digit[unique % 10]);
	while ((unique /= 10) > 0);
	return buf_str(&b);
}

void
bench_record(struct arena *mem, uint64_t unique, struct record *out)
{
	static const char *const kanji[10] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
	static const char *const kana[10] = { "レイ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ" };
	struct date today = date_of(clock_now()), birth = { (int32_t)(unique % 18000) };
	struct str day = date_iso(mem, today);

	memset(out, 0, sizeof *out);
	rec_set(out, F_report_date, day);
	rec_set(out, F_diagnosis_date, day);
	rec_set(out, F_doctor_name, S("計測 医師"));
	rec_set(out, F_clinic_name, S("計測クリニック"));
	rec_set(out, F_type, S("confirmed"));
	rec_set(out, F_name, unique_name(mem, unique, "計測", kanji));
	rec_set(out, F_name_kana, unique_name(mem, unique, "ケイソク", kana));
	rec_set(out, F_sex, unique % 2 ? S("male") : S("female"));
	rec_set(out, F_birth_date, date_iso(mem, birth));
	rec_set(out, F_stay_postal, S("1000013"));
	rec_set(out, F_stay_address, S("東京都千代田区霞が関9丁目9-9"));
	rec_set(out, F_test_method, S("naat"));
	rec_set(out, F_test_specimen, S("saliva"));
	rec_set(out, F_test_sampled_date, day);
	rec_set(out, F_test_result, S("positive"));
}

struct str
bench_form(struct arena *mem, const struct bench_user *u, uint64_t unique, struct str op)
{
	static const enum field_id typed[] = {
		F_report_date, F_diagnosis_date, F_doctor_name, F_clinic_name, F_type, F_name, F_name_kana, F_sex, F_birth_date,
		F_stay_postal, F_stay_address, F_test_method, F_test_specimen, F_test_sampled_date, F_test_result,
	};
	struct record *r = NEW(mem, struct record);
	struct form_pair pair[LEN(typed) + 5] = {
		{ S("csrf"), u->csrf }, { S("op"), op }, { S("disease"), S("covid19") }, { S("act"), S("report") },
		{ S("attest"), S("1") },     /* a clerk's press needs it */
	};

	bench_record(mem, unique, r);
	for (size_t i = 0; i < LEN(typed); i++)
		pair[i + 5] = (struct form_pair){ field_form_name(mem, typed[i], 0), rec_get(r, typed[i]) };
	return form_write(mem, &(struct form){ pair, LEN(pair) });
}
