/* test/unit/domain_reference.c: loading tables: the embedded ones, newer ones, wrong ones. */
#include "reference_world.h"

#include "domain/reference.h"

static enum err
load(struct arena *mem, struct ref_world *w, const char *name, struct str bytes, struct str *said)
{
	struct actor who = actor_console();
	struct str path = ref_world_file(mem, w, name, bytes), summary = S(""), why = S("");
	enum err e = reference_load(w->st, &who, mem, path, &summary, &why);

	*said = e == OK ? summary : why;
	return e;
}

TEST(init_fills_an_empty_store_and_writes_its_lines)
{
	struct ref_world w = ref_world_new(mem);

	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM prefecture"), 47);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM municipality") > 1890);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM org WHERE kind = 'ministry' AND path = ''"), 1);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM org WHERE kind = 'prefecture'"), 47);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM era"), 5);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM holiday") > 1000);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM country") > 240);
	CHECK_STR(ref_world_text(mem, &w, "SELECT name FROM holiday WHERE date = '2022-08-11'"), S("山の日"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM reference_load"), 7);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'reference.load'"), 7);
	ref_world_forget(mem, &w);
}

TEST(a_second_init_is_refused_and_changes_nothing)
{
	struct ref_world w = ref_world_new(mem);
	struct str why = S("");
	int64_t lines = ref_world_int(mem, &w, "SELECT count(*) FROM audit");

	CHECK_INT(reference_init(w.st, mem, &why), E_CONFLICT);
	CHECK_HAS(why, S("reference load"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit"), lines);
	ref_world_forget(mem, &w);
}

TEST(a_newer_table_takes_the_place_of_the_old_one)
{
	struct ref_world w = ref_world_new(mem);
	struct str said;

	CHECK_INT(load(mem, &w, "h.tsv", S("# holidays\ndate\tname\tname_en\n2030-01-01\t元日\tNew Year's Day\n"), &said), OK);
	CHECK_STR(said, S("holiday: 1 rows"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM holiday"), 1);
	CHECK_INT(ref_world_int(mem, &w, "SELECT row_count FROM reference_load WHERE name = 'holiday'"), 1);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'reference.load'"), 8);
	ref_world_forget(mem, &w);
}

TEST(centres_and_municipalities_are_updated_never_removed)
{
	struct ref_world w = ref_world_new(mem);
	int64_t centres = ref_world_int(mem, &w, "SELECT count(*) FROM org WHERE kind = 'centre'");
	int64_t towns = ref_world_int(mem, &w, "SELECT count(*) FROM municipality");
	struct str said;

	CHECK_INT(load(mem, &w, "c.tsv", S("code\tpref\tname\tkana\tname_en\tkind\tpostal\taddress\r\n"
	    "1305\t13\t新文京保健所\tシンブンキョウホケンジョ\tNew Bunkyo Health Centre\tward\t1120003\t東京都文京区春日\r\n"
	    "1399\t13\t仮保健所\tカリホケンジョ\tTrial Health Centre\tprefecture\t\t\r\n"), &said), OK);
	CHECK_STR(said, S("health_centre: 2 rows"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM org WHERE kind = 'centre'"), centres + 1);
	CHECK_STR(ref_world_text(mem, &w, "SELECT name FROM org WHERE path = '13/1305/'"), S("新文京保健所"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT ver FROM org WHERE path = '13/1305/'"), 2);
	CHECK_STR(ref_world_text(mem, &w, "SELECT name FROM org WHERE path = '13/1304/'"), S("新宿区保健所"));
	CHECK_INT(load(mem, &w, "m.tsv", S("code\tpref\tname\tcounty\tkana\tcentre\tuntil\n"
	    "13105\t13\t文京区\t\tブンキョウク\t1399\t\n"), &said), OK);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM municipality"), towns);
	CHECK_INT(ref_world_int(mem, &w, "SELECT home FROM municipality WHERE code = '13105'"), 1399);
	ref_world_forget(mem, &w);
}

TEST(a_wrong_table_changes_nothing_and_names_its_line)
{
	static const struct { struct str text, why; } cases[] = {
		{ STR_INIT("date\tname\tname_en\n2030-01-01\t元日\tx\n2030-02-30\ty\tz\n"), STR_INIT("line 3: it is not a date") },
		{ STR_INIT("# c\ndate\tname\tname_en\n2030-01-01\t元日\n"), STR_INIT("line 3: the number of cells") },
		{ STR_INIT("date\tname\tname_en\n2030-01-01\t\tx\n"), STR_INIT("line 2: a cell is empty") },
		{ STR_INIT("date\tname\tname_en\n2030-01-01\ta\tb\n2030-01-02\ta\tb\n2030-01-01\ta\tb\n"),
		  STR_INIT("line 4: it stands there twice") },
		{ STR_INIT("date\tname\tname_en\n"), STR_INIT("there are no rows") },
		{ STR_INIT("date\tname\tname_en\n2030-01-01\t\xFF\xFE\tx\n"), STR_INIT("line 2: it cannot be read as text") },
		{ STR_INIT("code\tpref\tname\tcounty\tkana\tcentre\tuntil\n13105\t13\t文京区\t\tブ\t1305\t\n13106\t13\t台東区\t\tタ\t1398\t\n"),
		  STR_INIT("line 3: there is no centre") },
		{ STR_INIT("code\tpref\tname\tcounty\tkana\tcentre\tuntil\n13105\t14\t文京区\t\tブ\t1305\t\n"),
		  STR_INIT("line 2: the code does not begin with the prefecture's") },
		{ STR_INIT("code\tpref\tname\tcounty\tkana\tcentre\tuntil\n1310\t13\t文京区\t\tブ\t1305\t\n"),
		  STR_INIT("line 2: the municipality's code is not five digits") },
		{ STR_INIT("code\tpref\tname\tkana\tname_en\tkind\tpostal\taddress\n4801\t48\ta\tb\tc\tcity\t\t\n"),
		  STR_INIT("line 2: the prefecture's code is not 01 to 47") },
		{ STR_INIT("code\tpref\tname\tkana\tname_en\tkind\tpostal\taddress\n1305\t13\ta\tb\tc\tcity\t112-0003\t\n"),
		  STR_INIT("line 2: the postal code is not seven digits") },
		{ STR_INIT("1000001\t東京都千代田区千代田\n100000\t東京都\n"), STR_INIT("line 2: it is not a postal code") },
		{ STR_INIT("a,b,c\n1,2,3\n"), STR_INIT("none of our tables") },
		{ STR_INIT(""), STR_INIT("none of our tables") },
	};
	struct ref_world w = ref_world_new(mem);
	int64_t lines = ref_world_int(mem, &w, "SELECT count(*) FROM audit");
	struct str said;

	for (size_t i = 0; i < LEN(cases); i++) {
		CHECK_INT(load(mem, &w, "wrong", cases[i].text, &said), E_FORMAT);
		CHECK_HAS(said, cases[i].why);
	}
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit"), lines);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM holiday") > 1000);
	CHECK_STR(ref_world_text(mem, &w, "SELECT home FROM municipality WHERE code = '13105'"), S("1305"));
	ref_world_forget(mem, &w);
}

TEST(a_file_that_is_not_there_is_told)
{
	struct ref_world w = ref_world_new(mem);
	struct actor who = actor_console();
	struct str summary = S(""), why = S("");

	CHECK_INT(reference_load(w.st, &who, mem, S("/nowhere/KEN_ALL.CSV"), &summary, &why), E_IO);
	CHECK_HAS(why, S("/nowhere/KEN_ALL.CSV"));
	CHECK_INT(reference_load(w.st, &who, mem, w.dir, &summary, &why), E_IO);
	ref_world_forget(mem, &w);
}

/* ---- the post office's files ---- */

#define KEN(jis, code, pref, city, town) \
	jis ",\"" "100  " "\",\"" code "\",\"ｶﾅ\",\"ｶﾅ\",\"ｶﾅ\",\"" pref "\",\"" city "\",\"" town "\",0,0,0,0,0,0\r\n"

#define KEN_ALL \
	KEN("03366", "0295503", "岩手県", "和賀郡西和賀町", "穴明２２地割、穴明２３地割") \
	KEN("03507", "0287915", "岩手県", "九戸郡洋野町", "種市第１５地割〜第２１地割（鹿糠、小路合、緑町、") \
	KEN("03507", "0287915", "岩手県", "九戸郡洋野町", "大久保、高取）") \
	KEN("13101", "1000000", "東京都", "千代田区", "以下に掲載がない場合") \
	KEN("13101", "1006890", "東京都", "千代田区", "丸の内ＪＡビル（地階・階層不明）") \
	KEN("13101", "1006819", "東京都", "千代田区", "丸の内ＪＡビル（１９階）") \
	KEN("13101", "1000005", "東京都", "千代田区", "丸の内（次のビルを除く）") \
	KEN("13362", "1000301", "東京都", "利島村", "利島村一円") \
	KEN("13381", "1001100", "東京都", "三宅島三宅村", "以下に掲載がない場合") \
	KEN("25443", "5220317", "滋賀県", "犬上郡多賀町", "一円") \
	KEN("08546", "3060433", "茨城県", "猿島郡境町", "境町の次に番地がくる場合") \
	KEN("37403", "7660001", "香川県", "仲多度郡琴平町", "琴平町の次に４２７番地以降がくる場合（川西）") \
	KEN("13999", "1009999", "東京都", "新設区", "丘")

static void
check_address(struct arena *mem, struct ref_world *w, const char *code, const char *want)
{
	struct str got = ref_world_text(mem, w, str_fmt(mem, "SELECT group_concat(address || ' ' || municipality, '|')"
	    " FROM (SELECT * FROM postal WHERE code = '%s' ORDER BY seq) AS x", code).p);

	CHECK_STR(got, str_of(want));
}

static void
check_ken_all(struct arena *mem, struct ref_world *w, struct str bytes)
{
	struct str said;

	CHECK_INT(load(mem, w, "KEN_ALL.CSV", bytes, &said), OK);
	CHECK_STR(said, S("postal_area: 13 addresses, 1 of them in no municipality that we know"));
	check_address(mem, w, "0295503", "岩手県和賀郡西和賀町穴明２２地割 03366|岩手県和賀郡西和賀町穴明２３地割 03366");
	check_address(mem, w, "0287915", "岩手県九戸郡洋野町種市 03507");
	check_address(mem, w, "1000000", "東京都千代田区 13101");
	check_address(mem, w, "1006890", "東京都千代田区丸の内ＪＡビル 13101");
	check_address(mem, w, "1006819", "東京都千代田区丸の内ＪＡビル１９階 13101");
	check_address(mem, w, "1000005", "東京都千代田区丸の内 13101");
	check_address(mem, w, "1000301", "東京都利島村 13362");
	check_address(mem, w, "1001100", "東京都三宅島三宅村 13381");
	check_address(mem, w, "5220317", "滋賀県犬上郡多賀町一円 25443");
	check_address(mem, w, "3060433", "茨城県猿島郡境町 08546");
	check_address(mem, w, "7660001", "香川県仲多度郡琴平町 37403");
	check_address(mem, w, "1009999", "東京都新設区丘 ");
}

TEST(ken_all_is_read_in_cp932_and_in_utf8)
{
	struct ref_world w = ref_world_new(mem);
	struct str utf8 = S(KEN_ALL), tilde = str_dup(mem, utf8);
	size_t at = str_find_str(tilde, S("〜"));

	memcpy((char *)(uintptr_t)tilde.p + at, "～", 3);       /* what CP932's wave is in Unicode */
	check_ken_all(mem, &w, ref_world_cp932(mem, tilde));
	check_ken_all(mem, &w, utf8);
	check_ken_all(mem, &w, str_cat(mem, S("\xEF\xBB\xBF"), utf8));
	ref_world_forget(mem, &w);
}

TEST(ken_all_replaces_the_prefectures_that_it_names)
{
	struct ref_world w = ref_world_new(mem);
	int64_t osaka = ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE pref = '27'");
	struct str said;

	CHECK_INT(load(mem, &w, "13TOKYO.CSV", ref_world_cp932(mem, S(KEN("13101", "1000001", "東京都", "千代田区", "千代田"))),
	    &said), OK);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE pref = '13'"), 1);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal WHERE pref = '27'"), osaka);
	ref_world_forget(mem, &w);
}

TEST(offices_stand_beside_areas)
{
	struct ref_world w = ref_world_new(mem);
	int64_t area = ref_world_int(mem, &w, "SELECT count(*) FROM postal");
	struct str said;

	CHECK_INT(load(mem, &w, "JIGYOSYO.CSV", ref_world_cp932(mem, S(
	    "13101,\"(ｶﾌﾞ)ｱｲ\",\"株式会社　あい\",\"東京都\",\"千代田区\",\"丸の内\",\"１丁目１－１（東京中央郵便局私書箱第１号）\","
	    "\"1008111\",\"100  \",\"銀座\",0,0,0\r\n")), &said), OK);
	CHECK_STR(said, S("postal_office: 1 addresses, 0 of them in no municipality that we know"));
	check_address(mem, &w, "1008111", "東京都千代田区丸の内１丁目１－１ 13101");
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal"), area + 1);
	check_ken_all(mem, &w, S(KEN_ALL));
	check_address(mem, &w, "1008111", "東京都千代田区丸の内１丁目１－１ 13101");
	ref_world_forget(mem, &w);
}

TEST(a_wrong_ken_all_changes_nothing_and_names_its_line)
{
	static const struct { struct str text, why; } cases[] = {
		{ STR_INIT(KEN("13101", "1000001", "東京都", "千代田区", "千代田")
		  KEN("13101", "1000002", "東京都", "千代田区", "丸の内（甲、") KEN("13101", "1000003", "東京都", "千代田区", "丁")),
		  STR_INIT("line 2: a bracket of the town's name never closes") },
		{ STR_INIT(KEN("13101", "1000002", "東京都", "千代田区", "丸の内（甲、")),
		  STR_INIT("line 1: a bracket of the town's name never closes") },
		{ STR_INIT(KEN("13101", "1000001", "東京都", "千代田区", "千代田") KEN("14101", "1000003", "東京都", "千代田区", "丁")),
		  STR_INIT("line 2: the prefecture's name and the municipality's code do not agree") },
		{ STR_INIT(KEN("13101", "1000001", "東京都", "千代田区", "千代田") "13101,\"100\",\"1000003\"\r\n"),
		  STR_INIT("line 2: the number of cells") },
		{ STR_INIT(KEN("13101", "1000001", "東京都", "千代田区", "千代田") KEN("13101", "100000", "東京都", "千代田区", "丁")),
		  STR_INIT("line 2: the postal code is not seven digits") },
		{ STR_INIT("13101,\"100  \",\"1000001\",\"ｶﾅ\",\"ｶﾅ\",\"ｶﾅ\",\"東京都\",\"千代田区\",\"千代田\",0,0,0,0,1,1\r\n"),
		  STR_INIT("difference file") },
	};
	struct ref_world w = ref_world_new(mem);
	int64_t rows = ref_world_int(mem, &w, "SELECT count(*) FROM postal");
	struct str said;

	for (size_t i = 0; i < LEN(cases); i++) {
		CHECK_INT(load(mem, &w, "KEN_ALL.CSV", ref_world_cp932(mem, cases[i].text), &said), E_FORMAT);
		CHECK_HAS(said, cases[i].why);
	}
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM postal"), rows);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'reference.load'"), 7);
	ref_world_forget(mem, &w);
}

TEST(the_table_of_yubin_is_understood_too)
{
	struct ref_world w = ref_world_new(mem);
	struct str said;

	CHECK_INT(load(mem, &w, "ken_all.csv", S("postalCode,oldPostalCode,jisCode,prefecture,prefectureKana,city,cityKana,town,"
	    "townKana,multiPostalCode,koazabanchi,chome,multiTown\n"
	    "0010000,001  ,01102,北海道,ホッカイドウ,札幌市北区,サッポロシキタク,以下に掲載がない場合,イカニ,0,0,0,0\n"), &said), OK);
	check_address(mem, &w, "0010000", "北海道札幌市北区 01102");
	ref_world_forget(mem, &w);
}
