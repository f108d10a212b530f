/* test/unit/main_tool_import.c: hersys import patients, as it is typed. The runner links nothing of main/, so the tool
 * is compiled here. */
#include "reference_world.h"

#include "base/clock.h"

#include "main/tool_import.c"

#define HEAD "No,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,発症_年月日,患者_居住地,患者_年代,患者_性別,患者_職業," \
	"患者_状態,患者_症状,患者_渡航歴の有無フラグ,患者_退院済フラグ,備考\n"
#define DAY_2021_12_01 INT64_C(1638284400000)

static int
tool(struct arena *mem, struct ref_world *w, int argc, const char **argv, struct str *out, struct str *err)
{
	char *text[2];
	size_t n[2];
	FILE *f[2] = { open_memstream(&text[0], &n[0]), open_memstream(&text[1], &n[1]) };
	int rc;

	clock_freeze(DAY_2021_12_01);
	rc = tool_import(argc, argv, w->st, mem, f[0], f[1]);
	clock_real();
	fclose(f[0]);
	fclose(f[1]);
	*out = str_dup(mem, (struct str){ text[0], n[0] });
	*err = str_dup(mem, (struct str){ text[1], n[1] });
	free(text[0]);
	free(text[1]);
	return rc;
}

TEST(the_tool_prints_the_sums_and_tells_by_its_exit_code)
{
	struct ref_world w = ref_world_new(mem);
	struct str out, err;
	const char *path = ref_world_file(mem, &w, "150002_a.csv", S(HEAD
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,ー,,,,,\n"
	    "2,151050,新潟県,新潟市秋葉区,2020-02-29,,,\"6\nx\",男性,,,,,,\n")).p;
	const char *good = ref_world_file(mem, &w, "150002_b.csv", S(HEAD
	    "1,151050,新潟県,新潟市秋葉区,2020-02-29,,,60歳代,男性,ー,,,,,\n")).p;
	const char *report = str_fmt(mem, "%.*s/report", STR_ARG(w.dir)).p, *mend = str_fmt(mem, "%.*s/mend", STR_ARG(w.dir)).p;
	struct { int want, argc; const char *argv[8]; } list[] = {
		{ 2, 0, { NULL } }, { 2, 1, { "patients" } }, { 2, 2, { "doctors", path } }, { 2, 3, { "patients", path, "--what" } },
		{ 2, 3, { "patients", path, path } }, { 2, 3, { "patients", path, "--refused" } },
		{ 1, 2, { "patients", "/nowhere" } },
		{ 3, 5, { "patients", path, "--preview", "--report", report } },
		{ 3, 4, { "patients", "--refused", mend, path } },
		{ 0, 3, { "patients", good, "--quiet" } }, { 0, 3, { "import", "patients", good } },
	};

	for (size_t i = 0; i < LEN(list); i++) {
		int rc = tool(mem, &w, list[i].argc, list[i].argv, &out, &err);
		CHECK_INT(rc, list[i].want);
		CHECK((rc == 0 || rc == 3) == (err.n == 0));
		if (i == 7) {
			CHECK_HAS(out, S("(preview): 2 rows = 0 taken + 1 repaired + 0 changed + 0 known + 1 refused\n"));
			CHECK_STR(ref_world_read(mem, str_of(report)), S("2\trepaired\t患者_職業: a dash taken as empty\n"
			    "3\trefused\t患者_年代 cannot be read: 6 x\n"));
		}
		if (i == 8) {
			CHECK_HAS(out, S("line 2: repaired: 患者_職業: a dash taken as empty\nline 3: refused: 患者_年代 cannot be read: 6 x\n"));
			CHECK_HAS(out, str_fmt(mem, "refused rows: %s\n", mend));
			CHECK_HAS(ref_world_read(mem, str_of(mend)), S("refused_because"));
		}
		if (i == 9)
			CHECK_STR(out, str_fmt(mem, "%s: 1 rows = 0 taken + 0 repaired + 0 changed + 1 known + 0 refused\n", good));
	}
	ref_world_forget(mem, &w);
}
