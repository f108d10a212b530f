/* test/unit/domain_org.c: the country: organisations, municipalities, postal codes. */
#include "reference_world.h"

#include "domain/org.h"
#include "domain/place.h"

TEST(every_municipality_is_covered_by_a_centre_that_exists)
{
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);
	struct rows r;
	int n = 0;

	for (tx_open(tx, &r, Q_municipality_all, NULL, 0); rows_next(&r); n++) {
		struct str code = row_text(&r, "code");
		struct org centre;
		int64_t home = 0;
		if (org_route(tx, code, &home) != OK || org_get(tx, org_centre_path(mem, home), &centre) != OK
		    || centre.kind != ORG_CENTRE || centre.home != home)
			test_fail(__FILE__, __LINE__, "route", code, S("a centre"));
	}
	CHECK(n > 1890);
	ref_world_forget(mem, &w);
}

TEST(every_centre_stands_in_a_prefecture_below_the_ministry)
{
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);
	size_t n, n_pref, sum = 0;
	struct org *all = org_centres(tx, S(""), &n), *pref = org_prefectures(tx, &n_pref), up;

	CHECK_INT(n_pref, 47);
	CHECK(n > 460);
	CHECK_INT(org_get(tx, S(""), &up), OK);
	CHECK_STR(up.name, S("厚生労働省"));
	CHECK_INT(up.kind, ORG_MINISTRY);
	for (size_t i = 0; i < n; i++) {
		struct str line[4];
		CHECK_INT(org_line(all[i].path, line), 3);
		CHECK_INT(org_get(tx, line[1], &up), OK);
		CHECK_INT(up.kind, ORG_PREFECTURE);
		CHECK(all[i].name.n > 0 && all[i].name_en.n > 0);
		if (i > 0 && str_cmp(all[i - 1].path, all[i].path) >= 0)
			test_fail(__FILE__, __LINE__, "order", all[i].path, S("by number"));
	}
	for (size_t i = 0; i < n_pref; i++) {
		size_t here;
		org_centres(tx, str_sub(pref[i].path, 0, 2), &here);
		CHECK(here > 0);
		sum += here;
	}
	CHECK_INT(sum, n);
	CHECK_INT(org_get(tx, S("99/"), &up), E_NOTFOUND);
	ref_world_forget(mem, &w);
}

TEST(a_path_is_a_line_of_organisations)
{
	struct str line[4];

	CHECK_INT(org_line(S("13/1305/0042/"), line), 4);
	CHECK_STR(line[0], S(""));
	CHECK_STR(line[1], S("13/"));
	CHECK_STR(line[2], S("13/1305/"));
	CHECK_STR(line[3], S("13/1305/0042/"));
	CHECK_INT(org_line(S(""), line), 1);
	CHECK_STR(org_centre_path(mem, 1305), S("13/1305/"));
	CHECK_STR(org_centre_path(mem, 101), S("01/0101/"));
}

TEST(codes_of_municipalities_route_with_and_without_check_digit_and_when_abolished)
{
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);
	int64_t home = 0;

	CHECK_INT(org_route(tx, S("13105"), &home), OK);
	CHECK_INT(home, 1305);
	CHECK_INT(org_route(tx, S("131059"), &home), OK);
	CHECK_INT(home, 1305);
	CHECK_INT(org_route(tx, S("131058"), &home), E_NOTFOUND);       /* wrong check digit */
	CHECK_INT(org_route(tx, S("22135"), &home), OK);                /* 浜松市北区, until 2023-12-31 */
	CHECK_INT(home, 2202);
	CHECK_INT(org_route(tx, S("13999"), &home), E_NOTFOUND);
	CHECK_INT(org_route(tx, S("13000"), &home), E_NOTFOUND);
	CHECK_INT(org_route(tx, S(""), &home), E_NOTFOUND);
	ref_world_forget(mem, &w);
}

TEST(a_postal_code_may_lie_in_two_prefectures)
{
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);
	int64_t home[2] = { 0 };
	size_t n;
	struct postal *p = postal_find(tx, S("4980000"), &n);

	if (n == 0) {
		test_skip("built without postal codes");
		ref_world_forget(mem, &w);
		return;
	}
	CHECK_INT(n, 2);
	if (n == 2) {
		CHECK_STR(p[0].address, S("三重県桑名郡木曽岬町"));
		CHECK_STR(p[0].municipality, S("24303"));
		CHECK_STR(p[1].address, S("愛知県弥富市"));
		CHECK_STR(p[1].municipality, S("23235"));
		for (size_t i = 0; i < 2; i++)
			CHECK_INT(org_route(tx, p[i].municipality, &home[i]), OK);
		CHECK(home[0] != home[1]);
	}
	p = postal_find(tx, S("１００－０００５"), &n);
	CHECK_INT(n, 1);
	CHECK_STR(p[0].address, S("東京都千代田区丸の内"));
	CHECK_STR(p[0].municipality, S("13101"));
	postal_find(tx, S("0000000"), &n);
	CHECK_INT(n, 0);
	postal_find(tx, S("498"), &n);
	CHECK_INT(n, 0);
	ref_world_forget(mem, &w);
}

TEST(postal_codes_come_without_remarks_and_with_their_municipality)
{
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);
	size_t n;

	postal_find(tx, S("4980000"), &n);
	if (n == 0) {
		test_skip("built without postal codes");
		ref_world_forget(mem, &w);
		return;
	}
	/* every address of today's table is in a municipality; what is left are a few of 2022 that are no more */
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE municipality = ''"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE address LIKE '%（%' OR address LIKE '%）%'"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE address LIKE '%場合%'"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE pref <> substr(municipality, 1, 2)"), 0);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM postal") > 126000);
	struct postal *p = postal_find(tx, S("4090142"), &n);
	CHECK_INT(n, 1);
	CHECK_STR(p[0].address, S("山梨県北都留郡小菅村"));
	ref_world_forget(mem, &w);
}

TEST(an_address_tells_its_municipality_when_only_one_fits)
{
	static const struct { struct str address, code; } cases[] = {
		{ STR_INIT("東京都千代田区丸の内１丁目"), STR_INIT("13101") },
		{ STR_INIT("千代田区丸の内"), STR_INIT("13101") },
		{ STR_INIT("新潟県新潟市秋葉区新津"), STR_INIT("15105") },
		{ STR_INIT("新潟市秋葉区新津"), STR_INIT("15105") },
		{ STR_INIT("新潟市"), STR_INIT("15100") },
		{ STR_INIT("秋葉区新津"), STR_INIT("15105") },          /* one in the country */
		{ STR_INIT("中央区銀座"), STR_INIT("") },               /* many */
		{ STR_INIT("東京都中央区銀座"), STR_INIT("13102") },
		{ STR_INIT("府中市宮西町"), STR_INIT("") },             /* 東京都, 広島県 */
		{ STR_INIT("広島県府中市府川町"), STR_INIT("34208") },
		{ STR_INIT("東京都大島町元町"), STR_INIT("13361") },
		{ STR_INIT("北蒲原郡聖籠町"), STR_INIT("15307") },
		{ STR_INIT("聖篭町諏訪山"), STR_INIT("15307") },        /* 籠 and 篭 */
		{ STR_INIT("静岡県浜松市天竜区"), STR_INIT("22140") },  /* not the one of before 2024 */
		{ STR_INIT("静岡県浜松市北区"), STR_INIT("22135") },
		{ STR_INIT("東京都"), STR_INIT("") },
		{ STR_INIT("湖北省武漢市"), STR_INIT("") },
		{ STR_INIT(""), STR_INIT("") },
	};
	struct ref_world w = ref_world_new(mem);
	struct tx *tx = ref_world_look(mem, &w);

	for (size_t i = 0; i < LEN(cases); i++)
		if (!str_eq(municipality_of_address(tx, cases[i].address), cases[i].code))
			test_fail(__FILE__, __LINE__, cases[i].address.p, municipality_of_address(tx, cases[i].address),
			    cases[i].code);
	ref_world_forget(mem, &w);
}

TEST(check_digits_of_local_governments_are_right)
{
	CHECK(place_code_ok(S("130001")));
	CHECK(place_code_ok(S("151050")));
	CHECK(place_code_ok(S("011002")));
	CHECK(place_code_ok(S("473821")));
	CHECK(!place_code_ok(S("130002")));
	CHECK(!place_code_ok(S("13000")));
	CHECK(!place_code_ok(S("13000a")));
}

/* ---- institutions ---- */

struct create {
	struct org org;
	struct actor who;
};

static enum err
create(struct tx *tx, void *arg)
{
	struct create *c = arg;

	return org_create_institution(tx, &c->who, &c->org);
}

static enum err
institution(struct arena *mem, struct ref_world *w, const char *name, const char *municipality, struct org *out)
{
	struct create c = { .who = actor_console() };
	enum err e;

	c.org = (struct org){ .name = str_of(name), .name_en = S(""), .municipality = str_of(municipality), .postal = S(""),
		.address = S(""), .phone = S("") };
	e = store_write(w->st, mem, S(""), create, &c);
	*out = c.org;
	return e;
}

TEST(institutions_are_numbered_below_their_centre)
{
	struct ref_world w = ref_world_new(mem);
	struct org o;

	CHECK_INT(institution(mem, &w, "文京病院", "13105", &o), OK);
	CHECK_STR(o.path, S("13/1305/0001/"));
	CHECK_INT(o.home, 1305);
	CHECK_INT(institution(mem, &w, "本郷診療所", "131059", &o), OK);
	CHECK_STR(o.path, S("13/1305/0002/"));
	CHECK_STR(o.municipality, S("13105"));
	CHECK_INT(institution(mem, &w, "千代田病院", "13101", &o), OK);
	CHECK_STR(o.path, S("13/1301/0001/"));
	CHECK_INT(institution(mem, &w, "北区の医院", "22135", &o), OK);        /* abolished */
	CHECK_STR(o.path, S("22/2202/0001/"));
	CHECK_INT(org_get(ref_world_look(mem, &w), S("13/1305/0002/"), &o), OK);
	CHECK_STR(o.name, S("本郷診療所"));
	CHECK_INT(o.kind, ORG_INSTITUTION);
	CHECK(!o.closed);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'org.create'"), 4);
	ref_world_forget(mem, &w);
}

static enum err
put_9998(struct tx *tx, void *arg)
{
	struct audit line = actor_audit(&(struct actor){ .account = S("t"), .org = S(""), .session = S(""), .address = S("") },
	    S("org.create"));

	(void)arg;
	tx_exec(tx, Q_org_insert, DBS(DT(S("13/1305/9998/")), DT(S("institution")), DT(S("x")), DT(S("")), DI(1305),
	    DT(S("13105")), DNULL, DNULL, DNULL));
	line.object = S("13/1305/9998/");
	tx_audit(tx, &line);
	return tx_err(tx);
}

TEST(a_centre_may_have_more_than_9999_institutions)
{
	static const char *const want[] = { "13/1305/9999/", "13/1305/10000/", "13/1305/10001/", "13/1305/10002/" };
	struct ref_world w = ref_world_new(mem);
	struct org o;

	CHECK_INT(store_write(w.st, mem, S(""), put_9998, NULL), OK);
	for (size_t i = 0; i < LEN(want); i++) {
		CHECK_INT(institution(mem, &w, "y", "13105", &o), OK);
		CHECK_STR(o.path, str_of(want[i]));
	}
	ref_world_forget(mem, &w);
}

TEST(an_institution_without_name_or_place_is_refused)
{
	struct ref_world w = ref_world_new(mem);
	struct org o;

	CHECK_INT(institution(mem, &w, " ", "13105", &o), E_INVALID);
	CHECK_INT(institution(mem, &w, "x", "", &o), E_INVALID);
	CHECK_INT(institution(mem, &w, "x", "13999", &o), E_NOTFOUND);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM org WHERE kind = 'institution'"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'org.create'"), 0);
	ref_world_forget(mem, &w);
}
