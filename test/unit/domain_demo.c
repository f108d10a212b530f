/* test/unit/domain_demo.c: the demonstration is the same every time, believable, and right. */
#include "t.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/utf8.h"
#include "domain/casefile.h"
#include "domain/demo.h"
#include "domain/demo_series.h"
#include "domain/stat.h"
#include "reference_world.h"
#include "remote.h"

struct stage {
	struct ref_world w;
	struct keyring keys;
	struct sheetset *sheets;
	struct demo_login login[DEMO_LOGINS];
	struct str why;
};

static struct date
day(int year, int month, int d)
{
	struct date out;

	if (!date_make(year, month, d, &out))
		BUG("no such day");
	return out;
}

/* 20 May 2026, half past three in the afternoon. */
#define TODAY day(2026, 5, 20)
#define NOW (date_begin(TODAY) + 15 * 3600000LL + 30 * 60000)

static struct stage
stage_new(struct arena *mem)
{
	struct stage s = { .w = ref_world_new(mem), .why = S("") };

	clock_freeze(NOW);
	s.keys = (struct keyring){ .seal = S("0123456789abcdef0123456789abcdef"), .idle_ms = 1000000, .life_ms = 1000000 };
	if (sheetset_open(s.w.st, mem, &s.sheets, &s.why) != OK)
		test_fail(__FILE__, __LINE__, "sheetset_open", s.why, S("sheets"));
	return s;
}

static enum err
play(struct arena *mem, struct stage *s, int64_t cases, uint64_t seed, struct date until, int days, struct str series)
{
	struct demo_opts o = { .cases = cases, .seed = seed, .until = until, .days = days, .series = series };

	return demo_make(s->w.st, &s->keys, s->sheets, mem, &o, s->login, &s->why);
}

static void
stage_end(struct arena *mem, struct stage *s)
{
	ref_world_forget(mem, &s->w);
	clock_real();
}

/* ---- every notification, in order ---- */

static void
each_notif(struct arena *mem, struct stage *s, void (*fn)(struct arena *mem, struct stage *s, struct tx *tx,
    const struct notif *n, void *arg), void *arg)
{
	struct str rest = ref_world_text(mem, &s->w, "SELECT group_concat(home || ' ' || id, ',') FROM "
	    "(SELECT home, id FROM notification ORDER BY home, id) AS x"), one;
	struct tx *tx = ref_world_look(mem, &s->w);

	while (str_cut(&rest, ',', &one)) {
		struct arena *own = arena_new(1 << 14);
		struct notif *n = NEW(own, struct notif);
		struct str home;
		int64_t h = 0;
		if (!str_cut(&one, ' ', &home) || !str_int(home, &h) || notif_get(tx, h, one, n) != OK)
			test_fail(__FILE__, __LINE__, "notif_get", one, S("a notification"));
		else
			fn(own, s, tx, n, arg);
		arena_free(own);
	}
}

static void
digest_one(struct arena *mem, struct stage *s, struct tx *tx, const struct notif *n, void *arg)
{
	struct sha256 *sum = arg;
	struct casefile c;
	struct buf b = buf_new(mem);

	(void)s;
	if (case_get(tx, n->home, n->case_id, &c) != OK)
		test_fail(__FILE__, __LINE__, "case_get", n->case_id, S("a case"));
	buf_put(&b, (struct str){ (const char *)sum->b, sizeof sum->b });
	buf_fmt(&b, "%lld %.*s %.*s %.*s %.*s %.*s %lld %lld ", (long long)n->home, STR_ARG(n->id), STR_ARG(n->case_id),
	    STR_ARG(n->sheet), STR_ARG(n->reporter), STR_ARG(n->entered_name), (long long)n->reported_at, (long long)n->ver);
	buf_put(&b, rec_to_json(mem, &n->rec));
	buf_fmt(&b, " %.*s %.*s %.*s %.*s %.*s %lld", STR_ARG(c.number), STR_ARG(c.name), STR_ARG(c.band), STR_ARG(c.type),
	    STR_ARG(c.status), (long long)c.status_at);
	*sum = crypt_sha256(buf_str(&b));
}

static struct str
digest(struct arena *mem, int64_t cases, uint64_t seed)
{
	struct stage s = stage_new(mem);
	struct sha256 sum = { { 0 } };

	CHECK_INT(play(mem, &s, cases, seed, TODAY, 12, S("")), OK);
	each_notif(mem, &s, digest_one, &sum);
	stage_end(mem, &s);
	return crypt_hex(mem, (struct str){ (const char *)sum.b, sizeof sum.b });
}

TEST(the_same_seed_gives_the_same_cases_and_another_seed_others)
{
	struct str first = digest(mem, 150, 7);

	CHECK_STR(digest(mem, 150, 7), first);
	CHECK(!str_eq(digest(mem, 150, 8), first));
}

/* ---- right ---- */

TEST(a_demonstration_has_exact_figures_a_whole_chain_and_as_many_cases_as_asked_for)
{
	struct stage s = stage_new(mem);
	int64_t differences = -1, lines = 0, bad = 0;

	/* More than one change's worth. */
	CHECK_INT(play(mem, &s, 2500, 1, TODAY, 30, S("")), OK);
	struct tx *tx = ref_world_look(mem, &s.w);
	CHECK_INT(stat_recount(tx, &differences, NULL, NULL), OK);
	CHECK_INT(differences, 0);
	CHECK_INT(audit_verify(tx, &lines, &bad), OK);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile"), 2500);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM notification"), 2500);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT sum(CAST(detail AS INTEGER)) FROM audit WHERE action = 'demo.load'"), 2500);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT sum(last) FROM serial"), 2500);
	/* In the order of time within a centre, so numbers rise with it. */
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile a JOIN casefile b ON b.home = a.home "
	    "AND b.number > a.number WHERE b.reported_at < a.reported_at"), 0);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile WHERE substr(reporter, 1, 8) <> responsible"), 0);
	stage_end(mem, &s);
}

TEST(nothing_in_a_demonstration_happens_in_the_future)
{
	struct stage s = stage_new(mem);

	CHECK_INT(play(mem, &s, 600, 1, TODAY, 15, S("")), OK);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM notification WHERE reported_at > 1779258600000"), 0);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM status_history WHERE at > 1779258600000"), 0);
	CHECK_INT(NOW, 1779258600000);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM notification WHERE report_date = '2026-05-20'") > 0);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile WHERE status = 'released'") > 0);
	/* The present status is the last of the history. */
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile c WHERE status <> coalesce((SELECT h.status FROM "
	    "status_history h WHERE h.home = c.home AND h.case_id = c.id ORDER BY h.seq DESC LIMIT 1), 'not_set')"), 0);
	stage_end(mem, &s);
}

TEST(the_days_of_a_demonstration_follow_the_series)
{
	struct stage s = stage_new(mem);
	struct str series = ref_world_file(mem, &s.w, "series.csv", S("\xef\xbb\xbf" "Date,ALL,Tokyo,Osaka\r\n"
	    "2022/1/1,10,6,4\r\n2022/1/2,20,20,0 \r\n2022/1/3,0,,-5\r\n2022/1/4,70,0,70\r\n"));

	/* Until yesterday, so that the last day is whole. */
	CHECK_INT(play(mem, &s, 100, 3, day(2026, 5, 19), 4, series), OK);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-16'"), 10);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-17'"), 20);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-18'"), 0);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-19'"), 70);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-17' AND home / 100 <> 13"), 0);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM class_report WHERE report_day = '2026-05-19' AND home / 100 <> 27"), 0);
	stage_end(mem, &s);
}

TEST(a_series_is_stretched_and_pressed_without_losing_a_case)
{
	struct demo_series series;
	struct dice d = dice_new(1);
	struct str why;

	CHECK_INT(demo_series_read(mem, S(""), &series, &why), OK);
	for (size_t days = 1; days < 400; days += 57) {
		struct demo_plan p = demo_plan_make(mem, &series, days, 1, 10007, &d);
		int64_t sum = 0;
		for (size_t i = 0; i < days; i++)
			for (size_t k = 0; k < DEMO_PREFS; k++)
				sum += p.cases[i][k];
		CHECK_INT(sum, 10007);
	}
}

/* ---- believable ---- */

static void
check_one(struct arena *mem, struct stage *s, struct tx *tx, const struct notif *n, void *arg)
{
	const struct sheet *sheet = sheetset_version(s->sheets, n->sheet);
	struct issues bad = issues_new(mem);

	(void)tx;
	(void)arg;
	if (sheet == NULL) {
		test_fail(__FILE__, __LINE__, "its sheet", n->sheet, S("a sheet"));
		return;
	}
	check_filing(sheet, &n->rec, date_of(n->reported_at), &bad);
	for (size_t i = 0; i < bad.n; i++)
		test_fail(__FILE__, __LINE__, "an issue", str_fmt(mem, "%.*s: %.*s", STR_ARG(issue_name(mem, &bad.list[i])),
		    STR_ARG(issue_text(mem, &bad.list[i], LANG_EN))), rec_to_json(mem, &n->rec));
	CHECK(id_ok(n->id));
}

TEST(every_notification_of_a_demonstration_could_have_been_filed)
{
	struct stage s = stage_new(mem);

	CHECK_INT(play(mem, &s, 1200, 5, TODAY, 20, S("")), OK);
	each_notif(mem, &s, check_one, NULL);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(DISTINCT type) FROM casefile") == 5);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile WHERE type = 'confirmed'") > 900);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM notification WHERE guardian_name IS NOT NULL") > 50);
	CHECK(ref_world_int(mem, &s.w, remote() ? "SELECT count(*) FROM casefile WHERE name ~ '[A-Z]'"
	    : "SELECT count(*) FROM casefile WHERE name GLOB '*[A-Z]*'") > 5);
	/* Families: more than one person in a house. */
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM (SELECT 1 FROM notification GROUP BY stay_address, stay_phone "
	    "HAVING count(DISTINCT birth_date) > 1) AS x") > 20);
	stage_end(mem, &s);
}

TEST(a_demonstration_of_an_earlier_time_is_on_the_sheets_of_that_time)
{
	struct stage s = stage_new(mem);

	/* 2022-09-26: a form for those at risk alone. */
	CHECK_INT(play(mem, &s, 500, 5, day(2022, 10, 5), 20, S("")), OK);
	each_notif(mem, &s, check_one, NULL);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(DISTINCT sheet) FROM notification"), 2);
	stage_end(mem, &s);
}

/* Birth dates of the whole country, with the reading and the case they are of. */
#define SAME_READING "search_key b JOIN search_key k ON k.kind = 'k' AND k.home = b.home AND k.case_id = b.case_id " \
	"JOIN casefile c ON c.home = b.home AND c.id = b.case_id WHERE b.scope = 0 AND b.kind = 'b'"
#define BORN_AND_READING "substr(b.key, 1, 10), k.key"

TEST(the_same_person_notified_by_two_clinics_is_found_whatever_the_spelling)
{
	struct stage s = stage_new(mem);

	CHECK_INT(play(mem, &s, 2000, 2, TODAY, 10, S("")), OK);
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM (SELECT 1 FROM " SAME_READING " GROUP BY " BORN_AND_READING
	    " HAVING count(DISTINCT b.case_id) = 2) AS x") > 8);
	/* Two written forms of one folded name. */
	CHECK(ref_world_int(mem, &s.w, "SELECT count(*) FROM (SELECT 1 FROM " SAME_READING " GROUP BY " BORN_AND_READING
	    " HAVING count(DISTINCT c.name) > 1) AS x") > 2);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM (SELECT 1 FROM " SAME_READING " GROUP BY " BORN_AND_READING
	    " HAVING count(*) > 1 AND count(DISTINCT c.reporter) = 1) AS x"), 0);
	stage_end(mem, &s);
}

/* ---- accounts, and what is refused ---- */

TEST(the_accounts_of_a_demonstration_can_sign_in)
{
	static const char *const roles[] = { "doctor", "clerk", "centre", "prefecture", "ministry", "admin" };
	struct stage s = stage_new(mem);
	struct reader *rd = reader_new(s.w.st);

	CHECK_INT(play(mem, &s, 0, 1, TODAY, 1, S("")), OK);
	for (size_t i = 0; i < DEMO_LOGINS; i++) {
		struct str token, full, raw;
		int wait_s;
		CHECK_STR(s.login[i].login, str_of(roles[i]));
		CHECK_STR(s.login[i].role, str_of(roles[i]));
		CHECK(utf8_len(s.login[i].password) >= 16);
		CHECK_INT(sign_in_password(s.w.st, rd, mem, s.login[i].login, s.login[i].password, S("127.0.0.1"), &token, &wait_s),
		    SIGN_IN_OK);
		CHECK(crypt_unbase32(mem, s.login[i].secret, &raw));
		CHECK_INT(sign_in_code(s.w.st, rd, &s.keys, mem, token, crypt_totp(mem, raw, clock_now()), S("127.0.0.1"), &full),
		    SIGN_IN_OK);
	}
	CHECK(!str_eq(s.login[0].password, s.login[1].password));
	reader_free(rd);
	stage_end(mem, &s);
}

TEST(a_demonstration_is_refused_where_there_is_one_and_where_it_cannot_be)
{
	struct stage s = stage_new(mem);
	struct str odd = ref_world_file(mem, &s.w, "odd.csv", S("name,age\nx,1\n"));

	CHECK_INT(play(mem, &s, 10, 1, day(2026, 5, 21), 5, S("")), E_INVALID);
	CHECK_INT(play(mem, &s, 10, 1, TODAY, 0, S("")), E_INVALID);
	CHECK_INT(play(mem, &s, -1, 1, TODAY, 5, S("")), E_INVALID);
	CHECK_INT(play(mem, &s, 10, 1, TODAY, 5, odd), E_FORMAT);
	CHECK_INT(play(mem, &s, 10, 1, TODAY, 5, S("/nowhere/at.all")), E_IO);
	CHECK_INT(play(mem, &s, 10, 1, day(2019, 12, 31), 5, S("")), E_INVALID);
	CHECK_HAS(s.why, S("2019"));
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM account"), 0);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM org WHERE kind = 'institution'"), 0);
	CHECK_INT(play(mem, &s, 10, 1, TODAY, 5, S("")), OK);
	CHECK_INT(play(mem, &s, 10, 1, TODAY, 5, S("")), E_CONFLICT);
	CHECK_INT(ref_world_int(mem, &s.w, "SELECT count(*) FROM casefile"), 10);
	stage_end(mem, &s);
	struct stage bare = { .w = ref_world_empty(mem), .why = S("") };
	clock_freeze(NOW);
	CHECK_INT(sheetset_open(bare.w.st, mem, &bare.sheets, &bare.why), OK);
	CHECK_INT(play(mem, &bare, 10, 1, TODAY, 5, S("")), E_NOTFOUND);
	stage_end(mem, &bare);
}
