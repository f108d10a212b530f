/* test/http/ways.c: a new class by an additional notification or in place (seed Q3): either way is fine, and both count alike. */
#include "world.h"

#include "reading.h"

#define CASES 200
#define DAYS 6
#define CLASSES 3

static const char *const class_name[CLASSES] = { "asymptomatic", "confirmed", "suspected" };

/* What is counted of a case: by class the day of the first report and the day of diagnosis; and the class that it is of. The
 * oracle does not ask which way a class came. */
struct told {
	int reported[CLASSES], diagnosed[CLASSES];      /* days of September 2022; 0: never */
	int now;                                        /* class; -1: withdrawn */
};
struct one {
	struct filed first;
	struct str newest;              /* id of the notification in force */
	struct told told;
	struct { struct told told; struct str id; } before[16]; /* each additional one: as it was without it */
	int n_before;
	int diagnosed;                  /* as the form says */
};

static uint32_t
roll(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

static void
tell(struct told *t, int type, int diagnosed, int today)
{
	if (t->reported[type] == 0)
		t->reported[type] = today;
	t->diagnosed[type] = diagnosed;
	t->now = type;
}

static struct str
url(struct web_world *w, const struct one *o, const char *tail)
{
	return str_fmt(w->mem, "/notifications/%lld/%.*s%s", (long long)o->first.home, STR_ARG(o->newest), tail);
}

static struct http_reply
press(struct web_world *w, const struct one *o, const char *page, struct str to, int type, int diagnosed)
{
	struct str form = read_form(w->mem, get(w, DOCTOR, url(w, o, page)).body, "entry");

	return post(w, DOCTOR, to, changed(w->mem, form, str_fmt(w->mem,
	    "act=report&type=%s&hospitalised=yes&same_days=1&report_date=2022-09-30&diagnosis_date=2022-09-%02d", class_name[type],
	    diagnosed)));
}

static void
open_case(struct web_world *w, struct one *o, size_t i, int type, int diagnosed, int today)
{
	o->first = filed(w, DOCTOR, str_fmt(w->mem, "dup_ack=1&type=%s&hospitalised=yes&birth_date=19%02zu-0%zu-01&"
	    "test_sampled_date.1=2022-09-01&diagnosis_date=2022-09-%02d", class_name[type], i % 100, 1 + i / 100, diagnosed));
	o->newest = o->first.id;
	tell(&o->told, type, diagnosed, today);
}

static void
in_place(struct web_world *w, struct one *o, int type, int diagnosed, int today)
{
	struct arena *mem = w->mem;

	CHECK_INT(press(w, o, "/edit", url(w, o, "/edit"), type, diagnosed).status, 303);
	tell(&o->told, type, diagnosed, today);
}

static void
in_addition(struct web_world *w, struct one *o, int type, int diagnosed, int today)
{
	struct arena *mem = w->mem;

	if (o->n_before == (int)LEN(o->before))
		return;
	struct http_reply r = press(w, o, "/add", S("/notifications/new"), type, diagnosed);
	CHECK_INT(r.status, 303);
	o->before[o->n_before].told = o->told;
	o->before[o->n_before++].id = o->newest;
	o->newest = between(header(&r, "Location"), str_fmt(w->mem, "/%lld/", (long long)o->first.home).p, "/receipt");
	tell(&o->told, type, diagnosed, today);
}

static void
withdrawn(struct web_world *w, struct one *o)
{
	struct arena *mem = w->mem;
	struct str ver = text_in(w, str_fmt(w->mem, "SELECT ver FROM notification WHERE id = '%.*s'", STR_ARG(o->newest)).p);

	CHECK_INT(post(w, DOCTOR, url(w, o, "/withdraw"), str_fmt(w->mem, "message=理由&seen=%.*s", STR_ARG(ver))).status, 303);
	if (o->n_before > 0) {
		o->told = o->before[--o->n_before].told;
		o->newest = o->before[o->n_before].id;
	} else {
		o->told.now = -1;
	}
}

/* "28 confirmed 3/2": what the oracle says, in the order of day and class. */
static struct str
oracle(struct arena *mem, const struct one *all, bool by_diagnosis)
{
	struct buf b = buf_new(mem);

	for (int day = 1; day <= 30 + DAYS; day++)
		for (int type = 0; type < CLASSES; type++) {
			int reports = 0, people = 0;
			for (size_t i = 0; i < CASES; i++) {
				const struct told *t = &all[i].told;
				if (t->now < 0 || t->reported[type] == 0 || (by_diagnosis ? t->diagnosed : t->reported)[type] != day)
					continue;
				reports++;
				people += t->now == type;
			}
			if (reports > 0)
				buf_fmt(&b, "%02d-%02d %s %d/%d\n", day > 30 ? 10 : 9, day > 30 ? day - 30 : day, class_name[type],
				    reports, people);
		}
	return buf_str(&b);
}

static struct str
counted(struct web_world *w, const char *axis)
{
	return text_in(w, str_fmt(w->mem, "SELECT group_concat(line, '') FROM (SELECT substr(day, 6) || ' ' || type || ' ' || reports || '/' || "
	    "persons || '\n' AS line FROM stat_day WHERE scope = 0 AND axis = '%s' AND (reports <> 0 OR persons <> 0) "
	    "ORDER BY day, type) AS x", axis).p);
}

WEB_TEST(both_ways_count_alike_and_a_withdrawn_one_counts_nowhere)
{
	struct one *all = NEWN(mem, struct one, CASES);
	uint64_t seed = 20201014;
	size_t n = 0, gone = 0;
	int ways[3] = { 0 };

	for (int day = 0; day < DAYS; day++) {
		int today = 30 + day;
		for (size_t i = 0; i < CASES / DAYS + 1 && n < CASES; i++, n++)
			open_case(w, &all[n], n, (int)roll(&seed, CLASSES), 19 + (int)roll(&seed, 10), today);
		for (int i = 0; i < 100; i++) {
			struct one *o = &all[roll(&seed, (uint32_t)n)];
			int type = (int)roll(&seed, CLASSES), diagnosed = 19 + (int)roll(&seed, 10);
			uint32_t way = roll(&seed, 5);
			if (o->told.now < 0)
				continue;
			later(w, 1000);
			ways[way < 2 ? 0 : way < 4 ? 1 : 2]++;
			if (way < 2)
				in_addition(w, o, type, diagnosed, today);
			else if (way < 4)
				in_place(w, o, type, diagnosed, today);
			else
				withdrawn(w, o);
		}
		later(w, 24 * HOUR - 200000);
		back_in(w, DOCTOR);
	}
	for (size_t i = 0; i < n; i++)
		gone += all[i].told.now < 0;
	CHECK(n == CASES && ways[0] > 100 && ways[1] > 100 && ways[2] > 50 && gone > 10 && gone < CASES / 2);
	CHECK_STR(counted(w, "report"), oracle(mem, all, false));
	CHECK_STR(counted(w, "diagnosis"), oracle(mem, all, true));
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_status WHERE scope = 0"), (int64_t)(n - gone));
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_group WHERE scope = 0 AND axis = 'report'"), (int64_t)(n - gone));
	CHECK_STR(recount(w, mem), S(""));
}
