/* test/unit/domain_open_import.c: published 陽性患者属性 of every shape found, and everything wrong with them. */
#include "reference_world.h"

#include "base/clock.h"
#include "domain/open_import.h"
#include "domain/open_words.h"

#include <unistd.h>

#define HEAD "No,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,発症_年月日,患者_居住地,患者_年代,患者_性別,患者_職業," \
	"患者_状態,患者_症状,患者_渡航歴の有無フラグ,患者_退院済フラグ,備考\n"
#define TOKYO_HEAD "No,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,曜日,発症_年月日,患者_居住地,患者_年代,患者_性別," \
	"患者_属性,患者_状態,患者_症状,患者_渡航歴の有無フラグ,備考,退院済フラグ\n"
#define DAY_2021_12_01 INT64_C(1638284400000)

struct run {
	struct import_sums sums;
	enum err e;
	struct str why, said;           /* said: "2 taken: \n3 refused: …\n" */
	struct str path;
};

static void
note(void *arg, size_t line, struct str verdict, struct str what)
{
	struct buf *b = arg;

	buf_fmt(b, "%zu %.*s: %.*s\n", line, STR_ARG(verdict), STR_ARG(what));
}

static struct run
import_path(struct arena *mem, struct ref_world *w, struct str path, bool preview)
{
	struct actor who = actor_console();
	struct buf said = buf_new(mem);
	struct import_opts o = { .path = path, .preview = preview, .refused_path = S(""), .report = note, .arg = &said };
	struct run r = { .why = S(""), .path = path };

	clock_freeze(DAY_2021_12_01);
	r.e = open_import(w->st, &who, mem, &o, &r.sums, &r.why);
	clock_real();
	r.said = buf_str(&said);
	CHECK_INT(r.sums.rows, r.sums.taken + r.sums.repaired + r.sums.changed + r.sums.known + r.sums.refused);
	return r;
}

static struct run
import(struct arena *mem, struct ref_world *w, const char *name, struct str bytes)
{
	return import_path(mem, w, ref_world_file(mem, w, name, bytes), false);
}

static void
check_sums(struct arena *mem, int line, const struct run *r, const char *want)
{
	struct str got = str_fmt(mem, "%lld = %lld taken %lld repaired %lld changed %lld known %lld refused", (long long)r->sums.rows,
	    (long long)r->sums.taken, (long long)r->sums.repaired, (long long)r->sums.changed, (long long)r->sums.known,
	    (long long)r->sums.refused);

	if (r->e != OK)
		test_fail(__FILE__, line, "import", r->why, S("OK"));
	else if (!str_eq(got, str_of(want)))
		test_fail(__FILE__, line, "sums", str_cat(mem, got, str_cat(mem, S("\n"), r->said)), str_of(want));
}
#define CHECK_SUMS(r, want) check_sums(mem, __LINE__, &(r), want)

/* The columns of one case, joined by '|'; empty ones are "". */
static struct str
kept(struct arena *mem, struct ref_world *w, const char *publisher, const char *number)
{
	return ref_world_text(mem, w, str_fmt(mem,
	    "SELECT coalesce(municipality, '') || '|' || coalesce(pref, '') || '|' || coalesce(CAST(home AS TEXT), '') || '|' ||"
	    " coalesce(published_date, '') || '|' || coalesce(onset_date, '') || '|' || coalesce(residence, '') || '|' ||"
	    " coalesce(age_band, '') || '|' || coalesce(sex, '') || '|' || coalesce(occupation, '') || '|' ||"
	    " coalesce(travelled, '') || '|' || coalesce(discharged, '') || '|' || coalesce(as_written, '')"
	    " FROM open_case WHERE publisher = '%s' AND number = '%s'", publisher, number).p);
}

static int64_t
cases(struct arena *mem, struct ref_world *w)
{
	return ref_world_int(mem, w, "SELECT count(*) FROM open_case");
}

/* ---- words ---- */

TEST(ages_are_bands_however_they_are_written)
{
	static const struct { struct str in, out; enum saying said; bool finer; } list[] = {
		{ STR_INIT("20代"), STR_INIT("20-29"), SAID, false }, { STR_INIT("20歳代"), STR_INIT("20-29"), SAID, false },
		{ STR_INIT("２０代"), STR_INIT("20-29"), SAID, false }, { STR_INIT("20才代"), STR_INIT("20-29"), SAID, false },
		{ STR_INIT("10歳未満"), STR_INIT("0-9"), SAID, false }, { STR_INIT("10代未満"), STR_INIT("0-9"), SAID, false },
		{ STR_INIT("0代"), STR_INIT("0-9"), SAID, false }, { STR_INIT("1歳未満"), STR_INIT("0-9"), SAID, true },
		{ STR_INIT("90代"), STR_INIT("90-99"), SAID, false }, { STR_INIT("90歳以上"), STR_INIT("90+"), SAID, false },
		{ STR_INIT("90代以上"), STR_INIT("90+"), SAID, false }, { STR_INIT("100歳以上"), STR_INIT("100+"), SAID, false },
		{ STR_INIT("100代"), STR_INIT("100+"), SAID, false }, { STR_INIT("100歳代"), STR_INIT("100+"), SAID, false },
		{ STR_INIT("30"), STR_INIT("30-39"), SAID, false }, { STR_INIT("34歳"), STR_INIT("30-39"), SAID, true },
		{ STR_INIT("6か月"), STR_INIT("0-9"), SAID, true }, { STR_INIT("未就学児"), STR_INIT("0-9"), SAID, true },
		{ STR_INIT("30代後半"), STR_INIT("30-39"), SAID, true }, { STR_INIT("20-29"), STR_INIT("20-29"), SAID, false }, { STR_INIT("２０～２９歳"), STR_INIT("20-29"), SAID, false },
		{ STR_INIT("不明"), STR_INIT(""), SAID_UNKNOWN, false }, { STR_INIT("調査中"), STR_INIT(""), SAID_WITHHELD, false },
		{ STR_INIT(""), STR_INIT(""), SAID_NOTHING, false }, { STR_INIT("NA"), STR_INIT(""), SAID_NOTHING, false },
		{ STR_INIT("―"), STR_INIT(""), SAID_DASH, false }, { STR_INIT("‐"), STR_INIT(""), SAID_DASH, false },
		{ STR_INIT("-"), STR_INIT(""), SAID_DASH, false }, { STR_INIT("ー"), STR_INIT(""), SAID_DASH, false },
		{ STR_INIT("高齢者"), STR_INIT(""), SAID_UNCLEAR, false }, { STR_INIT("200代"), STR_INIT(""), SAID_NONSENSE, false },
		{ STR_INIT("25代"), STR_INIT(""), SAID_NONSENSE, false }, { STR_INIT("20-39"), STR_INIT(""), SAID_NONSENSE, false },
		{ STR_INIT("65歳以上"), STR_INIT(""), SAID_NONSENSE, false }, { STR_INIT("20代x"), STR_INIT(""), SAID_NONSENSE, false },
	};

	for (size_t i = 0; i < LEN(list); i++) {
		struct str out = S("");
		bool finer;
		enum saying said = open_age(mem, open_plain(mem, list[i].in), &out, &finer);
		if (said != list[i].said || (said == SAID && (!str_eq(out, list[i].out) || finer != list[i].finer)))
			test_fail(__FILE__, __LINE__, list[i].in.p, out, list[i].out);
	}
}

/* ---- shapes ---- */

TEST(a_standard_row_is_kept_in_codes)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "150002_niigata_covid19_patients.csv", S(HEAD
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,2020-02-20,東京都(新潟市秋葉区),60歳代,男性,無職,,,0,1,\n"
	    "2,152099,新潟県,加茂市,2020-03-02,,三条保健所管内(加茂市),10歳未満,女性,会社員,,,1,,\n"
	    "3,150002,新潟県,,2021-05-02,,非公表,,,,,,-1,,\n"
	    "4,150002,新潟県,,2021-05-02,,三条保健所管内,不明,不明,,,,,○,再陽性\n"));

	CHECK_SUMS(r, "4 = 4 taken 0 repaired 0 changed 0 known 0 refused");
	CHECK_STR(kept(mem, &w, "15", "1"), S("15105|15|1501|2020-02-29|2020-02-20|東京都(新潟市秋葉区)|60-69|male|無職|no|yes|"));
	CHECK_STR(kept(mem, &w, "15", "2"), S("15209|15|1503|2020-03-02||三条保健所管内(加茂市)|0-9|female|会社員|yes||"));
	CHECK_STR(kept(mem, &w, "15", "3"), S("|15||2021-05-02||?||||?||{\"患者_居住地\":\"非公表\"}"));
	CHECK_STR(kept(mem, &w, "15", "4"), S("|15|1503|2021-05-02||三条保健所管内|?|?|||yes|"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT taken FROM open_load WHERE row_count = 4"), 4);
	CHECK(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'import.patients'") > 0);
	CHECK(access(str_fmt(mem, "%.*s.refused.csv", STR_ARG(r.path)).p, F_OK) != 0);
	ref_world_forget(mem, &w);
}

TEST(exports_of_tokyo_with_and_without_na_say_the_same)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "130001_tokyo.csv", S("\xEF\xBB\xBF" TOKYO_HEAD
	    "1,130001,東京都,,2020-01-24,金,,湖北省武漢市,40代,男性,,,,,,1\r\n"
	    "4,130001,東京都,,2020-02-13,木,,都内,70代,男,,,,,,\"\"\r\n"
	    "5,130001,東京都,,2020-02-14,金,,―,50代,女性,,,,,,\r\n"));

	CHECK_SUMS(r, "3 = 2 taken 1 repaired 0 changed 0 known 0 refused");
	CHECK_HAS(r.said, S("4 repaired: 患者_居住地: a dash taken as empty\n"));
	CHECK_STR(kept(mem, &w, "13", "1"), S("|13||2020-01-24||湖北省武漢市|40-49|male|||yes|"));
	CHECK_STR(kept(mem, &w, "13", "5"), S("|13||2020-02-14|||50-59|female||||"));
	r = import(mem, &w, "130001_tokyo_r.csv", S(
	    "\"No\",\"全国地方公共団体コード\",\"都道府県名\",\"市区町村名\",\"公表_年月日\",\"曜日\",\"発症_年月日\",\"患者_居住地\","
	    "\"患者_年代\",\"患者_性別\",\"患者_属性\",\"患者_状態\",\"患者_症状\",\"患者_渡航歴の有無フラグ\",\"備考\",\"退院済フラグ\"\n"
	    "4,130001,\"東京都\",NA,\"2020-02-13\",\"木\",NA,\"都内\",\"70代\",\"男性\",NA,NA,NA,NA,NA,NA\n"
	    "1,130001,\"東京都\",NA,\"2020-01-24\",\"金\",NA,\"湖北省武漢市\",\"40代\",\"男性\",NA,NA,NA,NA,NA,\"○\"\n"
	    "5,130001,\"東京都\",NA,\"2020-02-14\",\"金\",NA,\"\",\"50代\",\"女性\",NA,NA,NA,NA,NA,\"1\""));
	CHECK_SUMS(r, "3 = 0 taken 0 repaired 1 changed 2 known 0 refused");
	CHECK_HAS(r.said, S("4 changed: discharged\n"));
	CHECK_STR(ref_world_text(mem, &w, "SELECT ver || ' ' || file FROM open_case WHERE number = '5'"), S("2 130001_tokyo_r.csv"));
	CHECK_STR(ref_world_text(mem, &w, "SELECT number || ' ' || ver || ' ' || file || ' ' || record FROM open_case_version"),
	    S("5 1 130001_tokyo.csv {\"publisher\":\"13\",\"number\":\"5\",\"pref\":\"13\",\"published_date\":\"2020-02-14\","
	      "\"age_band\":\"50-59\",\"sex\":\"female\"}"));
	ref_world_forget(mem, &w);
}

TEST(toyo_keizai_has_its_own_columns_and_numbers)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "individuals.csv", S("新No.,旧No.,確定年,確定月,確定日,年代,性別,居住地1,居住地2,備考\r\n"
	    "1,1,2020,1,15,30代,男,神奈川県,,\r\n"
	    "2,2,2020,1,24,40代,男,中国(武漢市),,\r\n"
	    "3,,2020,3,24,10歳未満,,北海道,札幌市,\r\n"
	    "4,9,2020,3,24,不明,女,不明,,無症状病原体保有者\r\n"
	    "5,9,2020,2,30,不明,女,不明,,\r\n"
	    "6,9,2020,,3,不明,女,不明,,"));

	CHECK_SUMS(r, "6 = 4 taken 0 repaired 0 changed 0 known 2 refused");
	CHECK_STR(kept(mem, &w, "toyokeizai", "1"), S("|14||2020-01-15||神奈川県|30-39|male||||{\"旧No.\":\"1\"}"));
	CHECK_STR(kept(mem, &w, "toyokeizai", "2"), S("|||2020-01-24||中国(武漢市)|40-49|male||||{\"旧No.\":\"2\"}"));
	CHECK_STR(kept(mem, &w, "toyokeizai", "3"), S("01100|01|101|2020-03-24||北海道札幌市|0-9|||||"));
	CHECK_STR(kept(mem, &w, "toyokeizai", "4"), S("|||2020-03-24||?|?|female||||{\"旧No.\":\"9\"}"));
	CHECK_HAS(r.said, S("6 refused: 確定年 cannot be read as a date: 2020/2/30\n"));
	ref_world_forget(mem, &w);
}

TEST(other_columns_spellings_and_codings_are_understood)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "list.csv", ref_world_cp932(mem, S(
	    "Ｎｏ．,自治体コード,都道府県,市区町村,公表日,確定_年月日,居住地,年齢,性別,職業\r\n"
	    "１,13101,東京都,千代田区,令和2年4月1日,2020/4/1,千代田区,34歳,女,－\r\n"
	    "2,,東京,港区,2020/4/1,,,高齢者,男,―\r\n"
	    "3,11002,北海道,札幌市,2020-04-01T00:00:00+09:00,,,20代,男,\r\n"
	    "4.0,130001.0,東京都,,2020/04/01 0:00,,,20代,男,\r\n")));

	CHECK_SUMS(r, "4 = 0 taken 4 repaired 0 changed 0 known 0 refused");
	CHECK_STR(kept(mem, &w, "13", "1"), S("13101|13|1301|2020-04-01||千代田区|30-39|female||||"
	    "{\"年齢\":\"34歳\",\"確定_年月日\":\"2020/4/1\"}"));
	CHECK_STR(kept(mem, &w, "13", "2"), S("13103|13|1303|2020-04-01|||?|male||||{\"年齢\":\"高齢者\"}"));
	CHECK_HAS(r.said, S("3 repaired: 都道府県: read as 東京都; 年齢: not as this column has it, kept as written; 職業: a dash"));
	CHECK_STR(kept(mem, &w, "01", "3"), S("01100|01|101|2020-04-01|||20-29|male||||"));
	CHECK_HAS(r.said, S("4 repaired: 自治体コード: 11002 read as 01100\n"));
	CHECK_STR(kept(mem, &w, "13", "4"), S("|13||2020-04-01|||20-29|male||||"));
	ref_world_forget(mem, &w);
}

/* ---- repairs ---- */

TEST(what_is_clear_is_repaired_and_named)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "150002_niigata.csv", S(HEAD
	    "1,151033,新潟県,新潟市中央区,2021-01-05,,中央区,20歳代,女性,ー,,,,,\n"
	    "2,153079,新潟県,聖籠町,2021-01-05,,聖篭町,20歳代,女性,,,,,,\n"
	    "3,150002,新潟県,柏崎市中,2021-01-05,,柏崎保健所管内(柏崎市滞在)中,20歳代,女性,,,,,,\n"
	    "4,152021,新潟県,長岡市,2021-01-05,,長岡保健所管内（長岡市）,20歳代,女性,,,,,,\n"
	    "5,151051,新潟県,新潟市秋葉区,2021-01-05,,,20歳代,女性,,,,,,\n"
	    "6,151009,新潟県,新潟市,2021-01-05,,西蒲区,20歳代,女性,,,,,,\n"
	    "7,150002,新潟県,,2021-01-05,,東京都(長岡保健所管内(長岡市)),20歳代,女性,,,,,,\n"
	    "8,150002,新潟県,どこか町,2021-01-05,,,20歳代,女性,,,,,,,,\n"
	    "\"1,234\",150002,新潟県,,2021-01-05,,-,20歳代,女性,,,,,,\n"));

	CHECK_SUMS(r, "9 = 1 taken 8 repaired 0 changed 0 known 0 refused");
	CHECK_HAS(r.said, S("2 repaired: 患者_居住地: 中央区 read as 新潟市中央区; 患者_職業: a dash taken as empty\n"));
	CHECK_STR(kept(mem, &w, "15", "1"), S("15103|15|1501|2021-01-05||新潟市中央区|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "15", "2"), S("15307|15|1505|2021-01-05||聖籠町|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "15", "3"), S("15205|15|1504|2021-01-05||柏崎保健所管内(柏崎市滞在)中|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "15", "4"), S("15202|15|1502|2021-01-05||長岡保健所管内(長岡市)|20-29|female||||"));
	CHECK_HAS(r.said, S("6 repaired: 全国地方公共団体コード: 151051 has a wrong check digit, read as 15105 by the names\n"));
	CHECK_STR(kept(mem, &w, "15", "6"), S("15108|15|1501|2021-01-05||新潟市西蒲区|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "15", "7"), S("15202|15|1502|2021-01-05||東京都(長岡保健所管内(長岡市))|20-29|female||||"));
	CHECK_HAS(r.said, S("9 repaired: row: empty cells behind the last column; 市区町村名: no municipality of that name"));
	CHECK_STR(kept(mem, &w, "15", "8"), S("|15||2021-01-05|||20-29|female||||{\"市区町村名\":\"どこか町\"}"));
	CHECK_STR(kept(mem, &w, "15", "1234"), S("|15||2021-01-05|||20-29|female||||"));
	ref_world_forget(mem, &w);
}

TEST(a_ward_of_several_cities_is_not_guessed)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "270008_osaka.csv", S(HEAD
	    "1,270008,大阪府,,2021-01-05,,北区,20代,女性,,,,,,\n"           /* 大阪市, 堺市 */
	    "2,271004,大阪府,大阪市,2021-01-05,,北区,20代,女性,,,,,,\n"
	    "3,270008,大阪府,,2021-01-05,,府中市,20代,女性,,,,,,\n"));      /* not in 大阪府 */

	CHECK_SUMS(r, "3 = 2 taken 1 repaired 0 changed 0 known 0 refused");
	CHECK_STR(kept(mem, &w, "27", "1"), S("|27||2021-01-05||北区|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "27", "2"), S("27127|27|2701|2021-01-05||大阪市北区|20-29|female||||"));
	CHECK_STR(kept(mem, &w, "27", "3"), S("|27||2021-01-05||府中市|20-29|female||||"));
	ref_world_forget(mem, &w);
}

/* ---- refusals ---- */

TEST(what_would_have_to_be_guessed_is_refused_with_its_reason)
{
	static const struct { struct str row, why; } list[] = {
		{ STR_INIT(",151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("there is no number") },
		{ STR_INIT("-,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("there is no number") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,,,,60歳代,男性,,,,,,"), STR_INIT("there is no date of publication") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2月29日,,,60歳代,男性,,,,,,"),
		  STR_INIT("公表_年月日 cannot be read as a date: 2月29日") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2021-02-29,,,60歳代,男性,,,,,,"), STR_INIT("公表_年月日 cannot be read as a date") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2021-12-02,,,60歳代,男性,,,,,,"), STR_INIT("公表_年月日 lies in the future") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2002-02-28,,,60歳代,男性,,,,,,"),
		  STR_INIT("公表_年月日 lies before November 2019") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,2022-02-01,,60歳代,男性,,,,,,"), STR_INIT("発症_年月日 lies in the future") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,x9,,60歳代,男性,,,,,,"), STR_INIT("発症_年月日 cannot be read") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,"), STR_INIT("14 cells instead of 15") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,,x"), STR_INIT("16 cells instead of 15") },
		{ STR_INIT(",,,,,,,,,,,,,,"), STR_INIT("the row is empty") },
		{ STR_INIT("1,151051,東京都,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,"),
		  STR_INIT("the code 151051 has a wrong check digit and does not fit 東京都") },
		{ STR_INIT("1,151051,,,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("the code 151051 has a wrong check digit") },
		{ STR_INIT("1,151050,東京都,,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("the code 151050 is in 新潟県, the row says 東京都") },
		{ STR_INIT("1,152021,新潟県,三条市,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("the code 152021 is 長岡市, the row says 三条市") },
		{ STR_INIT("1,990001,新潟県,,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("the code 990001 is in no prefecture") },
		{ STR_INIT("1,abc,新潟県,,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("is no code of a local government: abc") },
		{ STR_INIT("1,,越後国,,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("there is no prefecture of that name: 越後国") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,6x歳代,男性,,,,,,"), STR_INIT("患者_年代 cannot be read: 6x歳代") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,7,,,,,,"), STR_INIT("患者_性別 cannot be read: 7") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,9,"), STR_INIT("患者_退院済フラグ cannot be read: 9") },
		{ STR_INIT("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,\xFF,,,,,,"), STR_INIT("bytes that are no text") },
		{ STR_INIT("1,151050,新潟県,\"新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,"), STR_INIT("bytes that are no text, or an open quote") },
	};
	struct ref_world w = ref_world_new(mem);
	struct buf b = buf_new(mem);

	buf_put(&b, S("\xEF\xBB\xBF" HEAD));
	for (size_t i = 0; i < LEN(list); i++) {
		buf_put(&b, list[i].row);
		buf_put(&b, S("\n"));
	}
	struct run r = import(mem, &w, "150002_niigata.csv", buf_str(&b));
	CHECK_INT(r.e, OK);
	CHECK_INT(r.sums.rows, LEN(list));
	CHECK_INT(r.sums.refused, LEN(list));
	CHECK_INT(cases(mem, &w), 0);
	for (size_t i = 0; i < LEN(list); i++) {
		struct str rest = r.said, line = S("");
		for (size_t k = 0; k <= i; k++)
			if (!str_cut(&rest, '\n', &line))
				break;
		CHECK_HAS(line, str_fmt(mem, "%zu refused: ", i + 2));
		CHECK_HAS(line, list[i].why);
	}
	ref_world_forget(mem, &w);
}

TEST(refused_rows_are_written_to_be_mended_and_imported_again)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "150002_niigata.csv", S(HEAD
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    "2,151050,東京都,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\"いろは, \"\"に\"\"\"\n"
	    ",151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,=1+1\n"
	    "4,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代\n"
	    "5,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,,あまり\n"));
	struct str path = str_cat(mem, r.path, S(".refused.csv")), text = ref_world_read(mem, path);
	struct str want = S("\xEF\xBB\xBFNo,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,発症_年月日,患者_居住地,患者_年代,患者_性別,"
	    "患者_職業,患者_状態,患者_症状,患者_渡航歴の有無フラグ,患者_退院済フラグ,備考,refused_because\r\n"
	    "2,151050,東京都,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\"いろは, \"\"に\"\"\","
	    "\"the code 151050 is in 新潟県, the row says 東京都\"\r\n"
	    ",151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,'=1+1,there is no number\r\n"
	    "4,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,�,�,�,�,�,�,�,8 cells instead of 15\r\n"
	    "5,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,,16 cells instead of 15,あまり\r\n");

	CHECK_SUMS(r, "5 = 1 taken 0 repaired 0 changed 0 known 4 refused");
	CHECK_STR(text, want);

	/* not mended: refused again, what is missing is marked; the column does not come twice */
	r = import_path(mem, &w, path, false);
	CHECK_SUMS(r, "4 = 0 taken 0 repaired 0 changed 0 known 4 refused");
	CHECK_HAS(r.said, S("4 refused: a character is lost (U+FFFD): 患者_性別\n"));
	CHECK_NOT(ref_world_read(mem, str_cat(mem, path, S(".refused.csv"))), S("refused_because,refused_because"));

	/* mended */
	r = import(mem, &w, "150002_niigata.csv.refused.csv", S("\xEF\xBB\xBFNo,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,"
	    "発症_年月日,患者_居住地,患者_年代,患者_性別,患者_職業,患者_状態,患者_症状,患者_渡航歴の有無フラグ,患者_退院済フラグ,備考,refused_because\r\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\"いろは, \"\"に\"\"\",\"the code 151050 is in 新潟県\"\r\n"
	    "3,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,'=1+1,there is no number\r\n"
	    "5,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,,16 cells instead of 15\r\n"));
	CHECK_SUMS(r, "3 = 3 taken 0 repaired 0 changed 0 known 0 refused");
	CHECK_INT(cases(mem, &w), 4);
	CHECK_STR(ref_world_text(mem, &w, "SELECT remarks FROM open_case WHERE number = '2'"), S("いろは, \"に\""));
	CHECK_STR(ref_world_text(mem, &w, "SELECT remarks FROM open_case WHERE number = '3'"), S("=1+1"));
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case WHERE publisher = '15'"), 4);
	ref_world_forget(mem, &w);
}

TEST(corrections_in_an_old_file_of_refused_rows_are_not_lost)
{
	struct ref_world w = ref_world_new(mem);
	struct str bad = S(HEAD ",151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n");
	struct str path = ref_world_file(mem, &w, "150002_x.csv.refused.csv", S("my work"));

	import(mem, &w, "150002_x.csv", bad);
	CHECK_HAS(ref_world_read(mem, path), S("there is no number"));
	CHECK_STR(ref_world_read(mem, str_cat(mem, path, S("~"))), S("my work"));
	ref_world_forget(mem, &w);
}

TEST(bytes_that_are_no_text_stop_one_row_only)
{
	struct ref_world w = ref_world_new(mem);
	struct str utf8 = S(HEAD "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女\xFF性,,,,,,\n"
	    "3,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n");
	struct run r = import(mem, &w, "150002_a.csv", utf8);

	CHECK_SUMS(r, "3 = 2 taken 0 repaired 0 changed 0 known 1 refused");
	CHECK_HAS(ref_world_read(mem, str_cat(mem, r.path, S(".refused.csv"))),
	    S("2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女\xEF\xBF\xBD性,,,,,,,"));

	struct str before = ref_world_cp932(mem, S(HEAD "11,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    "12,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女"));
	struct str behind = ref_world_cp932(mem, S("性,,,,,,\n13,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"));
	r = import(mem, &w, "150002_b.csv", str_cat(mem, before, str_cat(mem, S("\xFF"), behind)));
	CHECK_SUMS(r, "3 = 2 taken 0 repaired 0 changed 0 known 1 refused");
	CHECK_HAS(ref_world_read(mem, str_cat(mem, r.path, S(".refused.csv"))),
	    S("12,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女\xEF\xBF\xBD性,,,,,,,"));
	ref_world_forget(mem, &w);
}

TEST(a_file_that_is_no_such_list_changes_nothing)
{
	static const struct { struct str text, why; } list[] = {
		{ STR_INIT(""), STR_INIT("the file is empty") },
		{ STR_INIT("a,b\n1,2\n"), STR_INIT("there is no column for the date of publication") },
		{ STR_INIT("公表_年月日,患者_年代\n2020-01-01,20代\n"), STR_INIT("there is no column for the number") },
		{ STR_INIT("No,公表_年月日,備考,備考\n1,2020-01-01,a,b\n"), STR_INIT("two columns are named 備考") },
	};
	struct ref_world w = ref_world_new(mem);

	for (size_t i = 0; i < LEN(list); i++) {
		struct run r = import(mem, &w, "x.csv", list[i].text);
		CHECK_INT(r.e, E_FORMAT);
		CHECK_HAS(r.why, list[i].why);
	}
	struct run r = import_path(mem, &w, S("/nowhere/x.csv"), false);
	CHECK_INT(r.e, E_IO);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_load"), 0);
	ref_world_forget(mem, &w);
}

TEST(without_reference_tables_nothing_is_imported)
{
	struct ref_world w = ref_world_empty(mem);
	struct run r = import(mem, &w, "x.csv", S(HEAD));

	CHECK_INT(r.e, E_INVALID);
	CHECK_HAS(r.why, S("hersys init"));
	ref_world_forget(mem, &w);
}

/* ---- again ---- */

TEST(a_row_is_never_taken_twice_and_contradictions_are_refused)
{
	struct ref_world w = ref_world_new(mem);
	struct str text = S(HEAD
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    "\n"
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60代,男,,,,,,\n"          /* says the same */
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女性,,,,,,\n"      /* does not */
	    "01,151050,新潟県,新潟市秋葉区,2020/2/29,,,60歳代,男性,,,,,,\n");
	struct run r = import(mem, &w, "150002_a.csv", text);

	CHECK_SUMS(r, "4 = 1 taken 0 repaired 0 changed 2 known 1 refused");
	CHECK_HAS(r.said, S("5 refused: the number 1 stands in line 2 too and says something else\n"));
	CHECK_INT(cases(mem, &w), 1);
	/* nobody has decided: the number is marked */
	struct run again = import_path(mem, &w, str_cat(mem, r.path, S(".refused.csv")), false);
	CHECK_SUMS(again, "1 = 0 taken 0 repaired 0 changed 0 known 1 refused");
	r = import(mem, &w, "150002_a.csv", text);
	CHECK_SUMS(r, "4 = 0 taken 0 repaired 0 changed 3 known 1 refused");
	/* somebody decides that the other one is right */
	r = import(mem, &w, "150002_b.csv", S(HEAD "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女性,,,,,,\n"));
	CHECK_SUMS(r, "1 = 0 taken 0 repaired 1 changed 0 known 0 refused");
	CHECK_INT(cases(mem, &w), 1);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case_version"), 1);
	ref_world_forget(mem, &w);
}

TEST(the_same_number_of_two_publishers_is_two_cases)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "all.csv", S(HEAD
	    "1,130001,東京都,,2020-02-29,,,60代,男性,,,,,,\n1,140007,神奈川県,,2020-02-29,,,60代,男性,,,,,,\n"));

	CHECK_SUMS(r, "2 = 2 taken 0 repaired 0 changed 0 known 0 refused");
	/* the list of a city is its own; the file's name says so */
	r = import(mem, &w, "141003_yokohama_covid19_patients.csv", S(HEAD "1,141003,神奈川県,横浜市,2020-02-29,,,60代,男性,,,,,,\n"));
	CHECK_SUMS(r, "1 = 1 taken 0 repaired 0 changed 0 known 0 refused");
	CHECK_STR(ref_world_text(mem, &w, "SELECT group_concat(publisher, ',') FROM (SELECT publisher FROM open_case ORDER BY 1) AS x"),
	    S("13,14,14100"));
	ref_world_forget(mem, &w);
}

TEST(refused_rows_of_a_city_keep_its_code_in_the_name_of_their_file)
{
	struct ref_world w = ref_world_new(mem);
	struct actor who = actor_console();
	struct import_opts o = { .refused_path = str_fmt(mem, "%.*s/mend.csv", STR_ARG(w.dir)) };
	struct import_sums sums;
	struct str why = S("");

	o.path = ref_world_file(mem, &w, "141003_yokohama.csv", S(HEAD "1,141003,神奈川県,横浜市,2020-02-29,,,60代,男性,,,,,,\n"));
	CHECK_INT(open_import(w.st, &who, mem, &o, &sums, &why), E_INVALID);
	CHECK_HAS(why, S("must begin with 141003_"));
	CHECK_INT(cases(mem, &w), 0);
	o.refused_path = str_fmt(mem, "%.*s/141003_mend.csv", STR_ARG(w.dir));
	CHECK_INT(open_import(w.st, &who, mem, &o, &sums, &why), OK);
	ref_world_forget(mem, &w);
}

TEST(an_onset_may_be_a_month_or_less)
{
	struct ref_world w = ref_world_new(mem);
	struct run r = import(mem, &w, "130001_x.csv", S(HEAD
	    "1,130001,東京都,,2020-04-29,2020年3月,,60代,男性,,,,,,\n"
	    "2,130001,東京都,,2020-04-29,3月下旬,,60代,男性,,,,,,\n"
	    "3,130001,東京都,,2020-04-29,無症状,,60代,男性,,,,,,\n"
	    "4,130001,東京都,,2020-04-29,調査中,,60代,男性,,,,,,\n"));

	CHECK_SUMS(r, "4 = 3 taken 1 repaired 0 changed 0 known 0 refused");
	CHECK_STR(kept(mem, &w, "13", "1"), S("|13||2020-04-29|2020-03||60-69|male||||"));
	CHECK_STR(kept(mem, &w, "13", "2"), S("|13||2020-04-29|?||60-69|male||||{\"発症_年月日\":\"3月下旬\"}"));
	CHECK_STR(kept(mem, &w, "13", "3"), S("|13||2020-04-29|||60-69|male||||{\"発症_年月日\":\"無症状\"}"));
	CHECK_STR(kept(mem, &w, "13", "4"), S("|13||2020-04-29|?||60-69|male||||{\"発症_年月日\":\"調査中\"}"));
	ref_world_forget(mem, &w);
}

TEST(a_preview_reports_the_same_and_keeps_nothing)
{
	struct ref_world w = ref_world_new(mem);
	struct str text = S(HEAD "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,ー,,,,,\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"
	    ",151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n");
	struct str path = ref_world_file(mem, &w, "150002_a.csv", text);
	struct run p = import_path(mem, &w, path, true), r;

	CHECK_SUMS(p, "4 = 1 taken 1 repaired 0 changed 1 known 1 refused");
	CHECK_INT(cases(mem, &w), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_load"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM audit WHERE action = 'import.patients'"), 0);
	CHECK(access(str_fmt(mem, "%.*s.refused.csv", STR_ARG(path)).p, F_OK) != 0);
	r = import_path(mem, &w, path, false);
	CHECK_STR(r.said, p.said);
	ref_world_file(mem, &w, "150002_a.csv", S(HEAD "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,女性,,,,,,\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"));
	p = import_path(mem, &w, path, true);
	CHECK_SUMS(p, "2 = 0 taken 0 repaired 1 changed 1 known 0 refused");
	r = import_path(mem, &w, path, false);
	CHECK_STR(r.said, p.said);
	ref_world_forget(mem, &w);
}

TEST(a_file_of_several_batches_has_the_same_sums)
{
	struct ref_world w = ref_world_new(mem);
	struct buf b = buf_new(mem);
	struct run r;

	buf_put(&b, S(HEAD));
	for (int i = 1; i <= 3500; i++)
		buf_fmt(&b, "%d,151050,新潟県,新潟市秋葉区,2020-02-29,,,%s,男性,,,,,,\n", i, i % 7 ? "60歳代" : "x");
	buf_put(&b, S("1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"));
	r = import(mem, &w, "150002_a.csv", buf_str(&b));
	CHECK_SUMS(r, "3501 = 3000 taken 0 repaired 0 changed 1 known 500 refused");
	CHECK_INT(cases(mem, &w), 3000);
	r = import(mem, &w, "150002_a.csv", buf_str(&b));
	CHECK_SUMS(r, "3501 = 0 taken 0 repaired 0 changed 3001 known 500 refused");
	ref_world_forget(mem, &w);
}

/* Every number comes twice, half of them with something else: in any order, and with lines that end in either way. */
TEST(numbers_that_come_twice_are_found_however_far_apart)
{
	struct ref_world w = ref_world_new(mem);
	struct buf b = buf_new(mem);
	struct str path;
	struct run r, p;

	buf_put(&b, S(HEAD));
	for (int i = 0; i < 2500; i++)
		buf_fmt(&b, "%d,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,%s", i * 7919 % 2500, i % 3 == 0 ? "\n" : i % 3 == 1
		    ? "\r\n" : "\r");
	for (int i = 2499; i >= 0; i--)
		buf_fmt(&b, "%d,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,%s,,,,,,\n", i, i % 2 ? "男性" : "女性");
	path = ref_world_file(mem, &w, "150002_a.csv", buf_str(&b));
	p = import_path(mem, &w, path, true);
	CHECK_SUMS(p, "5000 = 2500 taken 0 repaired 0 changed 1250 known 1250 refused");
	CHECK_HAS(p.said, S("5001 refused: the number 0 stands in line 2 too and says something else\n"));
	CHECK_HAS(p.said, S("4999 refused: the number 2 stands in line "));
	r = import_path(mem, &w, path, false);
	CHECK_STR(r.said, p.said);
	CHECK_INT(cases(mem, &w), 2500);
	ref_world_forget(mem, &w);
}

TEST(without_a_place_for_the_numbers_nothing_is_imported)
{
	struct ref_world w = ref_world_new(mem);
	const char *tmp = getenv("TMPDIR");
	struct str before = tmp != NULL ? str_dup(mem, str_of(tmp)) : S("");
	struct str path = ref_world_file(mem, &w, "150002_a.csv", S(HEAD "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,,,,,,\n"));
	struct run r;

	setenv("TMPDIR", "/nowhere/at/all", 1);
	r = import_path(mem, &w, path, false);
	if (before.n > 0)
		setenv("TMPDIR", str_z(mem, before), 1);
	else
		unsetenv("TMPDIR");
	CHECK_INT(r.e, E_IO);
	CHECK_HAS(r.why, S("for the numbers of the rows: No such file"));
	CHECK_INT(cases(mem, &w), 0);
	ref_world_forget(mem, &w);
}

/* ---- the real files ---- */

static struct run
real(struct arena *mem, struct ref_world *w, const char *name)
{
	struct str path = str_fmt(mem, "%s/data/patients/%s", test_shared(), name);

	return import(mem, w, name, ref_world_read(mem, path));
}

TEST(the_real_files_are_taken_and_known_the_second_time)
{
	static const struct { const char *name, *first, *again; } list[] = {
		{ "150002_niigata_covid19_patients_20211028.csv", "5324 = 5188 taken 136 repaired 0 changed 0 known 0 refused",
		  "5324 = 0 taken 0 repaired 0 changed 5324 known 0 refused" },
		{ "toyokeizai_individuals_20200324.csv", "691 = 684 taken 7 repaired 0 changed 0 known 0 refused",
		  "691 = 0 taken 0 repaired 0 changed 691 known 0 refused" },
	};
	struct ref_world w;

	if (test_shared()[0] == '\0') {
		test_skip("no folder of real data");
		return;
	}
	w = ref_world_new(mem);
	for (size_t i = 0; i < LEN(list); i++) {
		struct run r = real(mem, &w, list[i].name);
		CHECK_SUMS(r, list[i].first);
		r = real(mem, &w, list[i].name);
		CHECK_SUMS(r, list[i].again);
	}
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case WHERE publisher = '15' AND home IS NULL"), 21);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case WHERE publisher = '15' AND residence = '中央区'"), 0);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case WHERE as_written LIKE '%市区町村名%'"), 0);
	ref_world_forget(mem, &w);
}

/* Counted beforehand by other means: a script that compares the rows of the snapshots by number. */
TEST(the_snapshots_of_tokyo_are_corrections_of_one_list)
{
	struct ref_world w;
	struct run r;

	if (test_shared()[0] == '\0') {
		test_skip("no folder of real data");
		return;
	}
	w = ref_world_new(mem);
	r = real(mem, &w, "130001_tokyo_covid19_patients_20200401.csv");
	CHECK_SUMS(r, "242 = 242 taken 0 repaired 0 changed 0 known 0 refused");
	r = real(mem, &w, "130001_tokyo_covid19_patients_20200404.csv");
	CHECK_SUMS(r, "516 = 270 taken 4 repaired 40 changed 202 known 0 refused");
	r = real(mem, &w, "130001_tokyo_covid19_patients_20200412.csv");
	CHECK_SUMS(r, "1268 = 702 taken 50 repaired 81 changed 435 known 0 refused");
	r = real(mem, &w, "130001_tokyo_covid19_patients_20200515.csv");
	CHECK_SUMS(r, "3354 = 2016 taken 76 repaired 178 changed 1084 known 0 refused");
	CHECK_INT(cases(mem, &w), 242 + 274 + 752 + 2092);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case_version"), 40 + 81 + 178);
	CHECK_INT(ref_world_int(mem, &w, "SELECT count(*) FROM open_case WHERE ver < 1 OR (ver > 1 AND NOT EXISTS (SELECT 1"
	    " FROM open_case_version v WHERE v.publisher = open_case.publisher AND v.number = open_case.number AND v.ver = 1))"), 0);
	ref_world_forget(mem, &w);
}
