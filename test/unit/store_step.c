/* test/unit/store_step.c: databases of earlier versions of the program are brought up to date with what they hold. */
#include "remote.h"
#include "store_world.h"

#include "base/buf.h"

/* A database as the program before step `until` left it. */
static struct str
old_database(struct arena *mem, int until)
{
	struct str path = world_path(mem);
	const struct file *f;
	size_t at = 0;
	int step = 0;

	/* The store sets SQLite up, once a process; only then may others use it. */
	struct world first = world_new(mem);
	world_forget(mem, &first);
	for (; step < until && files_each(S("store/sql/step/"), &at, &f); step++) {
		CHECK(outside(mem, path, str_z(mem, sql_write_out(mem, S("sqlite"), f->data))));
		CHECK(outside(mem, path, str_fmt(mem, "INSERT INTO schema_step (step, at) VALUES (%d, 1)", step).p));
	}
	CHECK_INT(step, until);
	return path;
}

static const char two_cases[] =
	"INSERT INTO casefile (home, id, number, disease, name, name_kana, sex, birth_date, phone, band, type, status, responsible,"
	" reporter, reported_at, missing, ver) VALUES"
	" (1305, '01B', '13050000024', 'covid19', '鈴木', 'スズキ', 'male', '1980-02-03', NULL, '40', 'confirmed', 'not_set', '13/1305/',"
	" '13/1305/0001/', 20, 1, 1),"
	" (1202, '01A', '12020000013', 'covid19', '佐藤', NULL, 'female', '1980-02-03', '0312345678', '40', 'confirmed', 'not_set',"
	" '12/1202/', '12/1202/0001/', 10, 2, 3);"
	"INSERT INTO case_org VALUES (1305, '01B', '13/1305/', 'responsible', 20);"
	"INSERT INTO status_history VALUES (1305, '01B', 30, 1, 'home', NULL, 'a', '甲', '13/1305/');"
	"INSERT INTO notification (home, id, case_id, sheet, reporter, state, reported_at, changed_at, entered_by, entered_name,"
	" filed_name, ver, remarks) VALUES"
	" (1305, '01N', '01B', 'covid-2022', '13/1305/0001/', 'reported', 20, 20, 'a', '甲', '甲', 1, '備考'),"
	" (1202, '01M', '01A', 'covid-2022', '12/1202/0001/', 'reported', 10, 10, 'b', '乙', '乙', 1, NULL);"
	"INSERT INTO notification_choice VALUES (1305, '01N', 'symptoms', 'fever');"
	"INSERT INTO test (home, notification_id, seq, test_result) VALUES (1305, '01N', 1, 'positive');"
	"INSERT INTO dose (home, notification_id, seq, dose_maker) VALUES (1305, '01N', 1, 'x');"
	"INSERT INTO travel (home, notification_id, seq, travel_country) VALUES (1305, '01N', 1, 'FR');"
	"INSERT INTO notification_version VALUES (1305, '01N', 1, 20, 'a', '甲', '13/1305/0001/', '{}');"
	"INSERT INTO class_report VALUES (1305, '01B', 'confirmed', 20, '01N', '2022-08-19', '2022-08-18', NULL);"
	"INSERT INTO idempotency VALUES ('13/1305/0001/', 'key', 20, 1305, '01N');"
	"INSERT INTO search_key VALUES (1305, 'n', '鈴木', 1305, '01B'), (1305, 'k', 'スズキ', 1305, '01B'),"
	" (1305, 'b', '1980-02-03', 1305, '01B'), (0, 'd', '鈴木|1980-02-03', 1305, '01B'), (0, 'd', 'スズキ|1980-02-03', 1305, '01B'),"
	" (1202, 'n', '佐藤', 1202, '01A'), (1202, 'b', '1980-02-03', 1202, '01A'), (0, 'd', '佐藤|1980-02-03', 1202, '01A'),"
	" (1202, 't', '0312345678', 1202, '01A');"
	"INSERT INTO stat_day VALUES (1305, 'report', 'covid19', '2022-08-19', 'confirmed', 1, 1),"
	" (13, 'report', 'covid19', '2022-08-19', 'confirmed', 1, 1), (1202, 'report', 'covid19', '2022-08-19', 'confirmed', 2, 1),"
	" (12, 'report', 'covid19', '2022-08-19', 'confirmed', 2, 1);"
	"INSERT INTO stat_group VALUES (13, 'report', 'covid19', '2022-08-19', 'male', '40', 1),"
	" (12, 'report', 'covid19', '2022-08-19', 'male', '40', 4);"
	"INSERT INTO stat_status VALUES (13, 'covid19', 'not_set', 1), (12, 'covid19', 'not_set', 1), (1202, 'covid19', 'not_set', 1);";

/* On SQLite alone: there was no other engine then. */
TEST(the_step_to_keys_that_rise_with_time_keeps_every_row)
{
	ON_A_FILE();
	struct str path = old_database(mem, 2), why = S("");
	struct store *st;
	static const struct {
		const char *sql;
		int64_t n;
	} want[] = {
		{ "SELECT count(*) FROM casefile WHERE home = 1305 AND id = '01B' AND name_kana = 'スズキ' AND missing = 1", 1 },
		{ "SELECT count(*) FROM casefile WHERE home = 1202 AND number = '12020000013' AND phone = '0312345678' AND ver = 3", 1 },
		{ "SELECT count(*) FROM casefile", 2 },
		{ "SELECT count(*) FROM case_org WHERE case_id = '01B' AND role = 'responsible' AND since = 20", 1 },
		{ "SELECT count(*) FROM status_history WHERE case_id = '01B' AND status = 'home' AND by_name = '甲'", 1 },
		{ "SELECT count(*) FROM notification WHERE id = '01N' AND remarks = '備考' AND filed_name = '甲'", 1 },
		{ "SELECT count(*) FROM notification", 2 },
		{ "SELECT count(*) FROM notification_choice WHERE notification_id = '01N' AND code = 'fever'", 1 },
		{ "SELECT count(*) FROM test WHERE notification_id = '01N' AND test_result = 'positive'", 1 },
		{ "SELECT count(*) FROM dose WHERE notification_id = '01N' AND dose_maker = 'x'", 1 },
		{ "SELECT count(*) FROM travel WHERE notification_id = '01N' AND travel_country = 'FR'", 1 },
		{ "SELECT count(*) FROM notification_version WHERE notification_id = '01N' AND record = '{}'", 1 },
		{ "SELECT count(*) FROM class_report WHERE case_id = '01B' AND diagnosis_day = '2022-08-18' AND onset_day IS NULL", 1 },
		{ "SELECT count(*) FROM idempotency WHERE org = '13/1305/0001/' AND key = 'key' AND notification_id = '01N'", 1 },
		{ "SELECT count(*) FROM search_key WHERE scope = 0 AND kind = 'b' AND key = '1980-02-03|スズキ|鈴木' AND case_id = '01B'", 1 },
		{ "SELECT count(*) FROM search_key WHERE scope = 0 AND kind = 'b' AND key = '1980-02-03||佐藤' AND case_id = '01A'", 1 },
		{ "SELECT count(*) FROM search_key", 6 },
		{ "SELECT reports * 10 + persons FROM stat_day WHERE scope = 0", 32 },
		{ "SELECT count(*) FROM stat_day", 5 },
		{ "SELECT persons FROM stat_group WHERE scope = 0", 5 },
		{ "SELECT persons FROM stat_status WHERE scope = 0", 2 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%\\_2' ESCAPE '\\'", 0 },
	};

	CHECK(outside(mem, path, two_cases));
	CHECK_INT(store_open(mem, &(struct store_opts){ .path = path }, &st, &why), OK);
	for (size_t i = 0; i < LEN(want); i++) {
		if (outside_int(mem, path, want[i].sql) != want[i].n)
			CHECK_STR(str_of(want[i].sql), S("other rows"));
	}
	struct world w = { .st = st, .path = path };
	world_forget(mem, &w);
}
