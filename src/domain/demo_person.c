/* domain/demo_person.c: see demo_person.h. */
#include "domain/demo_person.h"

#include "base/utf8.h"

#define FIRST_YEAR 1912
#define YEARS 130

/* ---- names ---- */

struct name_list {
	uint32_t *row, *upto;
	size_t n;
};
struct demo_people {
	const struct demo_land *land;
	struct demo_table foreign;
	uint32_t *surname_upto;
	int32_t *variant;               /* row of another spelling of a surname; -1 */
	struct name_list given[YEARS][2];       /* by year of birth; 1: male */
};

static void
list_names(struct arena *mem, const struct demo_table *t, int year, bool male, struct name_list *out)
{
	uint32_t sum = 0;

	out->row = NEWN(mem, uint32_t, t->rows);
	out->upto = NEWN(mem, uint32_t, t->rows);
	for (size_t i = 0; i < t->rows; i++) {
		if (str_eq(demo_cell(t, i, 2), S("M")) != male || demo_number(t, i, 3) > year || demo_number(t, i, 4) < year)
			continue;
		out->row[out->n] = (uint32_t)i;
		out->upto[out->n++] = sum += (uint32_t)demo_number(t, i, 5);
	}
}

static int32_t
variant_of(const struct demo_table *t, size_t row)
{
	struct str want = demo_cell(t, row, 3);

	for (size_t i = 0; want.n > 0 && i < t->rows; i++)
		if (str_eq(demo_cell(t, i, 0), want) && str_eq(demo_cell(t, i, 1), demo_cell(t, row, 1)))
			return (int32_t)i;
	return -1;
}

struct demo_people *
demo_people_new(struct arena *mem, const struct demo_land *land)
{
	struct demo_people *all = NEW(mem, struct demo_people);
	const struct demo_table *s = &land->surname;
	uint32_t sum = 0;

	all->land = land;
	all->foreign = demo_table_file(mem, S("data/demo/foreign.tsv"), 4);
	all->surname_upto = NEWN(mem, uint32_t, s->rows);
	all->variant = NEWN(mem, int32_t, s->rows);
	for (size_t i = 0; i < s->rows; i++) {
		all->surname_upto[i] = sum += (uint32_t)demo_number(s, i, 2);
		all->variant[i] = variant_of(s, i);
	}
	for (int y = 0; y < YEARS; y++)
		for (int male = 0; male < 2; male++)
			list_names(mem, &land->given, FIRST_YEAR + y, male, &all->given[y][male]);
	return all;
}

/* Before and after the years that the table knows, the nearest ones. */
static uint32_t
given_name(const struct demo_people *all, struct dice *d, struct date birth, bool male)
{
	int y = date_ymd(birth).year - FIRST_YEAR;

	y = y < 0 ? 0 : y >= YEARS ? YEARS - 1 : y;
	while (y > 0 && all->given[y][male].n == 0)
		y--;
	const struct name_list *l = &all->given[y][male];
	return l->row[dice_weighted(d, l->upto, l->n)];
}

/* ---- persons ---- */

/* Running sums by ten years of age: who fell ill in the summer of 2021. */
static const uint32_t ages[] = { 70, 200, 470, 650, 810, 920, 960, 982, 995, 1000 };

static struct date
birth_at(struct dice *d, struct date day, int age)
{
	return (struct date){ day.day - age * 365 - age / 4 - 1 - (int)dice_below(d, 364) };
}

static void
copy_text(char *out, size_t size, struct str s)
{
	size_t n = s.n < size ? s.n : size - 1;

	memcpy(out, s.p, n);
	out[n] = '\0';
}

/* No mobile number begins with 0900, 0800 or 0700 and has 11 digits. */
static void
give_phone(struct demo_person *p, struct dice *d, int64_t home)
{
	if (dice_chance(d, 850))
		snprintf(p->phone, sizeof p->phone, "0%d0-0%03u-%04u", dice_span(d, 7, 9), dice_below(d, 1000),
		    dice_below(d, 10000));
	else
		demo_phone(d, home, p->phone);
}

static void
give_house(const struct demo_people *all, struct demo_person *p, struct dice *d)
{
	static const char *const building[] = { "コーポさくら", "メゾン", "ハイツ", "第二住宅", "グリーンハイツ", "レジデンス" };
	char raw[1024];
	struct str s;
	const struct demo_town *t = &all->land->town[p->town];
	int house = dice_span(d, 1, 28), door = dice_span(d, 1, 19), n;

	if (str_ends(t->address, S("丁目")) || str_ends(t->address, S("条")))
		n = snprintf(raw, sizeof raw, "%.*s%d-%d", STR_ARG(t->address), house, door);
	else if (dice_chance(d, 250))
		n = snprintf(raw, sizeof raw, "%.*s%d番地%d", STR_ARG(t->address), 100 + house * 7, door);
	else
		n = snprintf(raw, sizeof raw, "%.*s%d丁目%d-%d", STR_ARG(t->address), dice_span(d, 1, 6), house, door);
	if (dice_chance(d, 350))
		n += snprintf(raw + n, sizeof raw - (size_t)n, " %s%d%02d号", building[dice_below(d, LEN(building))],
		    dice_span(d, 1, 9), dice_span(d, 1, 12));
	s = (struct str){ raw, (size_t)n };
	if (s.n >= sizeof p->house)
		s = t->address;
	copy_text(p->house, sizeof p->house, s);
}

static int
age_of(const struct demo_person *p)
{
	return age_years(p->birth, p->diagnosis);
}

/* How ill, since when, and what becomes of it. */
static void
fall_ill(struct demo_person *p, struct dice *d, struct date day)
{
	static const uint32_t class_upto[] = { 850, 930, 990, 997, 1000 };
	static const struct str class[] = { STR_INIT("confirmed"), STR_INIT("asymptomatic"), STR_INIT("suspected"),
		STR_INIT("corpse"), STR_INIT("corpse_suspected") };
	static const int late[] = { 0, 0, 0, 0, 0, 1, 1, 1, 2, DEMO_LATE };
	size_t k = dice_weighted(d, class_upto, LEN(class_upto));

	p->seed = dice_next(d);
	p->diagnosis = (struct date){ day.day - late[dice_below(d, LEN(late))] };
	if (p->birth.day > p->diagnosis.day)
		p->birth = p->diagnosis;
	int age = age_of(p);
	if (k >= 3 && age < 50)
		k = 0;
	/* The old make up for the young. */
	if (k == 0 && dice_chance(d, age >= 70 ? 90 : age >= 50 ? 15 : 0))
		k = dice_chance(d, 800) ? 3 : 4;
	p->type = class[k];
	p->onset = (struct date){ k == 1 ? DATE_NONE : p->diagnosis.day - dice_span(d, 0, 6) };
	if (k != 1 && p->onset.day < p->birth.day)
		p->onset = p->birth;
	unsigned bad = age >= 80 ? 450 : age >= 65 ? 300 : age >= 50 ? 120 : 30;
	p->fate = k >= 3 ? FATE_DEAD : k == 2 ? (dice_chance(d, 350) ? FATE_NEGATIVE : FATE_HOSPITAL)
	    : dice_chance(d, bad) ? FATE_HOSPITAL : age >= 80 && dice_chance(d, 300) ? FATE_FACILITY
	    : age >= 18 && dice_chance(d, 130) ? FATE_HOTEL : FATE_HOME;
	if (p->fate == FATE_HOSPITAL && k == 0 && age >= 60 && dice_chance(d, age >= 80 ? 150 : 50))
		p->fate = FATE_DEAD;
}

void
demo_person_new(const struct demo_people *all, struct dice *d, size_t centre, struct date day, struct demo_person *out)
{
	const struct demo_centre *c = &all->land->centre[centre];
	size_t band = dice_weighted(d, ages, LEN(ages));

	*out = (struct demo_person){ .foreign = -1, .male = dice_chance(d, 530) };
	out->birth = birth_at(d, day, (int)band * 10 + dice_span(d, 0, band == 9 ? 8 : 9));
	out->name.surname = (uint32_t)dice_weighted(d, all->surname_upto, all->land->surname.rows);
	out->name.given = given_name(all, d, out->birth, out->male);
	if (dice_chance(d, 20) && band >= 1 && band <= 5) {
		out->foreign = (int)dice_below(d, (uint32_t)all->foreign.rows);
		out->male = str_eq(demo_cell(&all->foreign, (size_t)out->foreign, 2), S("M"));
	}
	out->town = c->town_from + dice_below(d, c->town_until - c->town_from);
	out->clinic = (uint32_t)dice_weighted(d, c->clinic_upto, c->clinics);
	give_house(all, out, d);
	give_phone(out, d, c->home);
	fall_ill(out, d, day);
}

void
demo_person_family(const struct demo_people *all, struct dice *d, const struct demo_person *of, struct date day,
    struct demo_person *out)
{
	int elder = age_of(of), age = elder + dice_span(d, -3, 5);

	/* A spouse, a child, a parent. */
	if (elder < 20)
		age = elder + (dice_chance(d, 600) ? dice_span(d, 24, 36) : dice_span(d, 1, 5));
	else if (elder >= 25 && dice_chance(d, 500))
		age = elder - dice_span(d, 24, 34) > 0 ? elder - dice_span(d, 24, 34) : dice_span(d, 0, 9);
	*out = *of;
	out->male = dice_chance(d, 500);
	out->foreign = -1;
	out->birth = birth_at(d, day, age < 0 ? 0 : age > 98 ? 98 : age);
	out->name.given = given_name(all, d, out->birth, out->male);
	fall_ill(out, d, day);
}

/* ---- the sheet ---- */

struct pen {                    /* what one sheet is written with */
	const struct demo_people *all;
	const struct demo_person *p;
	struct arena *mem;
	struct record *r;
	struct dice d;
	struct date day;
	int age;
};

static void
put(struct pen *w, enum field_id f, struct str v)
{
	rec_set(w->r, f, v);
}

static void
put_row(struct pen *w, enum field_id f, size_t row, struct str v)
{
	w->r->v[row][f] = v;
}

static void
put_date(struct pen *w, enum field_id f, struct date d)
{
	put(w, f, date_iso(w->mem, d));
}

static void
put_int(struct pen *w, enum field_id f, int n)
{
	put(w, f, str_fmt(w->mem, "%d", n));
}

static void
put_yes(struct pen *w, enum field_id f, bool yes)
{
	put(w, f, yes ? S("yes") : S("no"));
}

static struct str
one_of(struct pen *w, const struct str *list, size_t n)
{
	return list[dice_below(&w->d, (uint32_t)n)];
}

/* Family and given name with a wide space, as forms want it; somebody types a narrow one or none. */
static struct str
joined(struct pen *w, struct str a, struct str b, bool space)
{
	return str_fmt(w->mem, "%.*s%s%.*s", STR_ARG(a), space ? " " : "　", STR_ARG(b));
}

static void
write_name(struct pen *w, const struct demo_spelling *as)
{
	const struct demo_land *land = w->all->land;
	uint32_t s = w->p->name.surname, g = w->p->name.given;

	if (w->p->foreign >= 0) {
		put(w, F_name, demo_cell(&w->all->foreign, (size_t)w->p->foreign, 0));
		put(w, F_name_kana, text_katakana(w->mem, demo_cell(&w->all->foreign, (size_t)w->p->foreign, 1)));
		return;
	}
	if (as->variant && w->all->variant[s] >= 0)
		s = (uint32_t)w->all->variant[s];
	put(w, F_name, joined(w, demo_cell(&land->surname, s, 0), demo_cell(&land->given, g, 0), as->space));
	put(w, F_name_kana, joined(w, demo_cell(&land->surname, s, 1), demo_cell(&land->given, g, 1), false));
}

static struct str
occupation(struct pen *w)
{
	static const struct str job[] = {
		STR_INIT("会社員"), STR_INIT("会社員"), STR_INIT("会社員"), STR_INIT("会社員（事務）"), STR_INIT("会社員（営業）"),
		STR_INIT("自営業"), STR_INIT("飲食店従業員"), STR_INIT("販売員"), STR_INIT("看護師"), STR_INIT("介護職員（高齢者施設勤務）"),
		STR_INIT("保育士"), STR_INIT("教員"), STR_INIT("公務員"), STR_INIT("建設業"), STR_INIT("運転手"), STR_INIT("美容師"),
		STR_INIT("アルバイト"), STR_INIT("パート"), STR_INIT("主婦"), STR_INIT("無職"),
	};

	if (w->age < 3)
		return dice_chance(&w->d, 400) ? S("保育園児") : S("なし");
	if (w->age < 6)
		return dice_chance(&w->d, 500) ? S("保育園児") : S("幼稚園児");
	if (w->age < 12)
		return S("小学生");
	if (w->age < 15)
		return S("中学生");
	if (w->age < 18)
		return S("高校生");
	if (w->age < 22 && dice_chance(&w->d, 500))
		return S("大学生");
	if (w->age >= 75)
		return dice_chance(&w->d, 100) ? S("無職（高齢者施設入所中）") : S("無職");
	return w->age >= 65 && dice_chance(&w->d, 650) ? S("無職") : one_of(w, job, LEN(job));
}

static void
write_person(struct pen *w, const struct demo_spelling *as)
{
	const struct demo_town *t = &w->all->land->town[w->p->town];
	struct str house = str_dup(w->mem, str_of(w->p->house)), phone = str_dup(w->mem, str_of(w->p->phone));

	write_name(w, as);
	put(w, F_sex, w->p->male ? S("male") : S("female"));
	put_date(w, F_birth_date, w->p->birth);
	put_int(w, F_age_years, w->age);
	if (w->age == 0)
		put_int(w, F_age_months, age_months(w->p->birth, w->p->diagnosis));
	put(w, F_occupation, dice_chance(&w->d, 150) ? S("") : dice_chance(&w->d, 60) ? UNKNOWN : occupation(w));
	put(w, F_stay_postal, t->postal);
	put(w, F_stay_address, house);
	put(w, F_stay_phone, phone);
	if (dice_chance(&w->d, 700)) {
		put(w, F_home_postal, t->postal);
		put(w, F_home_address, house);
		put(w, F_home_phone, phone);
	}
	if (w->age >= age_of_majority(w->p->diagnosis) || w->p->foreign >= 0)
		return;
	struct date birth = { w->p->birth.day - dice_span(&w->d, 24, 38) * 365 };
	uint32_t s = w->p->name.surname, g = given_name(w->all, &w->d, birth, dice_chance(&w->d, 400));
	const struct demo_land *land = w->all->land;
	put(w, F_guardian_name, joined(w, demo_cell(&land->surname, s, 0), demo_cell(&land->given, g, 0), false));
	put(w, F_guardian_kana, joined(w, demo_cell(&land->surname, s, 1), demo_cell(&land->given, g, 1), false));
	put(w, F_guardian_address, house);
	put(w, F_guardian_phone, phone);
}

/* How often each of the first symptoms is named, in a thousand; in the order of the list. */
static const struct {
	struct str code;
	unsigned often;
} complaint[] = {
	{ STR_INIT("fever"), 750 }, { STR_INIT("cough"), 580 }, { STR_INIT("acute_respiratory"), 420 },
	{ STR_INIT("pneumonia"), 0 }, { STR_INIT("malaise"), 430 }, { STR_INIT("headache"), 380 },
	{ STR_INIT("nausea_vomiting"), 60 }, { STR_INIT("diarrhoea"), 80 }, { STR_INIT("taste_smell"), 130 },
	{ STR_INIT("other"), 60 },
};

static void
write_symptoms(struct pen *w)
{
	static const struct str other[] = { STR_INIT("関節痛"), STR_INIT("悪寒"), STR_INIT("筋肉痛"), STR_INIT("食欲不振") };
	struct buf b = buf_new(w->mem);
	unsigned lung = w->p->fate == FATE_HOSPITAL || w->p->fate == FATE_DEAD ? 550 : 15;

	if (!date_given(w->p->onset))
		return;         /* the form asks those without symptoms for none */
	for (size_t i = 0; i < LEN(complaint); i++) {
		if (!dice_chance(&w->d, i == 3 ? lung : complaint[i].often))
			continue;
		buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "", STR_ARG(complaint[i].code));
		if (i + 1 == LEN(complaint))
			put(w, F_symptom_other, one_of(w, other, LEN(other)));
	}
	put(w, F_symptoms, b.n > 0 ? buf_str(&b) : S("fever"));
	if (w->p->fate == FATE_HOSPITAL || dice_chance(&w->d, 450))
		put_int(w, F_spo2, w->p->fate == FATE_HOSPITAL ? dice_span(&w->d, 89, 96) : dice_span(&w->d, 95, 99));
}

static void
write_tests(struct pen *w)
{
	static const struct str swab[] = { STR_INIT("nasopharyngeal_swab"), STR_INIT("nasal_swab"), STR_INIT("saliva") };
	size_t n = dice_chance(&w->d, 130) ? dice_chance(&w->d, 200) ? 3 : 2 : 1;
	bool pending = str_eq(w->p->type, S("suspected")) || str_eq(w->p->type, S("corpse_suspected"));

	for (size_t i = 0; i < n; i++) {
		uint32_t kind = dice_below(&w->d, 100);
		bool last = i + 1 == n;
		struct date sampled = { w->p->diagnosis.day - (last ? (int)dice_below(&w->d, 2) : 2 + (int)(n - i)) };
		put_row(w, F_test_method, i, kind < 72 ? S("naat") : kind < 94 ? S("antigen_qualitative") : S("antigen_quantitative"));
		put_row(w, F_test_specimen, i, kind < 94 && kind >= 72 ? swab[dice_below(&w->d, 2)] : one_of(w, swab, LEN(swab)));
		put_row(w, F_test_sampled_date, i, date_iso(w->mem, sampled));
		put_row(w, F_test_result, i, !last ? S("negative") : pending ? S("") : S("positive"));
	}
}

static void
write_dates(struct pen *w)
{
	const struct demo_person *p = w->p;
	struct date first = { p->diagnosis.day - (dice_chance(&w->d, 150) ? 1 : 0) };

	put_date(w, F_report_date, w->day);
	put_date(w, F_diagnosis_date, p->diagnosis);
	put_date(w, F_onset_date, p->onset);
	if (date_given(p->onset) && first.day < p->onset.day)
		first = p->onset;
	if (dice_chance(&w->d, 850))
		put_date(w, F_first_visit_date, first);
	struct date infected = { (date_given(p->onset) ? p->onset.day : p->diagnosis.day) - dice_span(&w->d, 2, 7) };
	if (infected.day < p->birth.day)
		return;
	uint32_t known = dice_below(&w->d, 100);
	if (known < 30)
		put_date(w, F_infection_date, infected);
	else if (known < 75)
		put(w, F_infection_date, UNKNOWN);
	if (str_starts(p->type, S("corpse")))
		put_date(w, F_death_date, p->diagnosis);
}

static void
write_route(struct pen *w)
{
	static const struct str how[] = {
		STR_INIT("同居家族からの感染"), STR_INIT("職場の同僚"), STR_INIT("友人との会食"), STR_INIT("学校"),
		STR_INIT("保育園"), STR_INIT("高齢者施設"), STR_INIT("飲食店の利用"),
	};
	const struct demo_land *land = w->all->land;
	const struct demo_city *city = &land->city[land->town[w->p->town].city];

	if (dice_chance(&w->d, 350)) {
		put(w, F_route_kind, UNKNOWN);
	} else if (dice_chance(&w->d, 850)) {
		put(w, F_route_certainty, dice_chance(&w->d, 250) ? S("confirmed") : S("estimated"));
		put(w, F_route_kind, dice_chance(&w->d, 250) ? S("droplet,contact") : S("droplet"));
		put(w, F_route_droplet, one_of(w, how, LEN(how)));
	}
	if (dice_chance(&w->d, 150))
		return;
	put(w, F_region_certainty, S("estimated"));
	put(w, F_region_kind, S("domestic"));
	put(w, F_region_prefecture, city->pref_name);
	if (dice_chance(&w->d, 500))
		put(w, F_region_city, city->name);
}

static void
write_dose(struct pen *w, size_t row, struct date on, struct str maker)
{
	put_row(w, F_dose_received, row, S("yes"));
	put_row(w, F_dose_number, row, str_fmt(w->mem, "%zu", row + 1));
	put_row(w, F_dose_age, row, str_fmt(w->mem, "%d", age_years(w->p->birth, on)));
	put_row(w, F_dose_vaccine, row, S("mRNAワクチン"));
	put_row(w, F_dose_maker, row, maker);
	put_row(w, F_dose_date, row, dice_chance(&w->d, 500) ? date_iso(w->mem, on) : str_sub(date_iso(w->mem, on), 0, 7));
}

static void
write_vaccination(struct pen *w)
{
	static const struct str maker[] = { STR_INIT("ファイザー"), STR_INIT("ファイザー"), STR_INIT("武田／モデルナ") };
	int most = w->age < 6 ? 0 : w->age < 12 ? 2 : w->age < 65 ? 4 : 6, n = dice_span(&w->d, 0, most);
	uint32_t known = dice_below(&w->d, 100);

	if (known < 12)
		return;
	if (known < 20) {
		put(w, F_vaccination_count, UNKNOWN);
		put_row(w, F_dose_received, 0, UNKNOWN);
		return;
	}
	put_int(w, F_vaccination_count, n);
	if (n == 0)
		put_row(w, F_dose_received, 0, S("no"));
	struct str by = one_of(w, maker, LEN(maker));
	for (int i = 0; i < n && i < 3 && known > 55; i++)
		write_dose(w, (size_t)i, (struct date){ w->p->diagnosis.day - (n - i) * 150 + dice_span(&w->d, 0, 40) }, by);
}

static void
write_risks(struct pen *w)
{
	static const struct {
		struct str code;
		unsigned young, old;
	} risk[] = {
		{ STR_INIT("malignancy"), 3, 70 }, { STR_INIT("copd"), 1, 40 }, { STR_INIT("kidney"), 3, 50 },
		{ STR_INIT("hypertension"), 40, 350 }, { STR_INIT("diabetes"), 25, 170 }, { STR_INIT("dyslipidaemia"), 30, 180 },
		{ STR_INIT("obesity"), 40, 40 }, { STR_INIT("smoking"), 110, 90 },
	};
	struct buf b = buf_new(w->mem);

	for (size_t i = 0; i < LEN(risk) && w->age >= 20; i++)
		if (dice_chance(&w->d, w->age >= 60 ? risk[i].old : risk[i].young))
			buf_fmt(&b, "%s%.*s", b.n > 0 ? "," : "", STR_ARG(risk[i].code));
	put_yes(w, F_risk_any, b.n > 0);
	put(w, F_risk_kind, buf_str(&b));
	put_yes(w, F_risk_immune, dice_chance(&w->d, w->age >= 60 ? 30 : 5));
	if (!w->p->male && w->age >= 15 && w->age < 50)
		put_yes(w, F_pregnant, w->age >= 20 && w->age < 45 && dice_chance(&w->d, 12));
}

static void
write_care(struct pen *w)
{
	static const struct str note[] = {
		STR_INIT("同居家族に陽性者あり。"), STR_INIT("職場で陽性者が出ています。"), STR_INIT("独居。"),
		STR_INIT("解熱傾向。自宅での経過観察を希望。"), STR_INIT("高齢の家族と同居のため宿泊療養を希望。"),
	};
	bool dead = str_starts(w->p->type, S("corpse"));
	bool in = !dead && (w->p->fate == FATE_HOSPITAL || w->p->fate == FATE_NEGATIVE || w->p->fate == FATE_DEAD);

	if (dead)
		return;
	bool already = str_eq(w->p->type, S("suspected")) || (in && dice_chance(&w->d, 400));
	put_yes(w, F_hospitalised, already);
	if (already)
		put_date(w, F_hospitalised_date, w->p->diagnosis);
	put_yes(w, F_needs_hospital, in);
	if (date_given(w->p->onset))
		put(w, F_severity, !in ? S("mild") : dice_chance(&w->d, 600) ? S("moderate_1") : dice_chance(&w->d, 800) ? S("moderate_2")
		    : S("severe"));
	if (dice_chance(&w->d, 800))
		put_yes(w, F_remote_visit, !in && dice_chance(&w->d, 80));
	if (dice_chance(&w->d, 900))
		put_yes(w, F_needs_treatment, in);
	if (dice_chance(&w->d, 120))
		put(w, F_remarks, one_of(w, note, LEN(note)));
}

/* The last legal form is for those at risk alone. */
static void
write_target(struct pen *w, const struct sheet *s)
{
	if (s->place[F_needs_treatment] == 0 || w->age >= 65)
		return;
	put_yes(w, F_risk_any, true);
	put_yes(w, F_needs_treatment, true);
}

/* What the form does not ask, nobody writes. */
static void
leave_unasked(struct record *r, const struct sheet *s)
{
	for (enum field_id f = F_none + 1; f < F_COUNT; f++)
		for (size_t row = 0; s->place[f] == 0 && row < GROUP_ROWS; row++)
			r->v[row][f] = (struct str){ 0 };
}

void
demo_person_fill(const struct demo_people *all, struct arena *mem, const struct demo_person *p,
    const struct demo_spelling *as, const struct demo_clinic *clinic, struct date day, const struct sheet *sheet,
    struct record *out)
{
	struct pen w = { .all = all, .p = p, .mem = mem, .r = out, .d = dice_new(p->seed ^ (as->variant || as->space)),
		.day = day, .age = age_of(p) };

	memset(out, 0, sizeof *out);
	put(&w, F_doctor_name, clinic->doctor);
	put(&w, F_clinic_name, clinic->org.name);
	put(&w, F_clinic_address, clinic->org.address);
	put(&w, F_clinic_phone, clinic->org.phone);
	put(&w, F_type, p->type);
	write_person(&w, as);
	write_symptoms(&w);
	write_tests(&w);
	write_dates(&w);
	write_route(&w);
	write_vaccination(&w);
	write_risks(&w);
	write_care(&w);
	write_target(&w, sheet);
	leave_unasked(out, sheet);
}
