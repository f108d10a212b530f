// Q3: And when it turns out positive: a new notification, or a change of the one that there is?
// Either. 追加登録 files a new one on the same HER-SYS number with a day of submission of its own; or the class is changed in
// place, and then the days of diagnosis and report must be those of the new diagnosis. Both ways give the same figures.
import { story, words, world } from './story.mjs';

const SUSPECTED = { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined };
const CONFIRMED = { type: 'confirmed', 'test_result.1': 'positive', diagnosis_date: '2020-10-24', report_date: '2020-10-24' };

// Way 1: the button 追加登録 on the page of the case.
const add = async (w, who, f, changes) => {
	const r = await who.post('/notifications/new', { ...await w.form(who, `${f.notification}/add`), act: 'report', ...changes });
	return r;
};
const figures = w => w.sql("SELECT axis, day, type, reports, persons FROM stat_day WHERE scope = 0 AND (reports <> 0 OR persons <> 0) "
	+ 'ORDER BY axis, day, type');

story('way 1: a notification in addition', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const f = await w.file(dr, SUSPECTED);
	await w.go('2020-10-24T09:00:00+09:00');
	const page = await dr.get(f.case);
	holds(page.text.includes(`${f.notification}/add`) && words(page.text).includes('追加登録'), 'the case offers it');
	const form = await w.form(dr, `${f.notification}/add`);
	holds(form.name === '試験 花子' && form.stay_address !== '', 'it says what the former one said');
	holds((form.type ?? '') === '' && form.diagnosis_date === '2020-10-24', 'but the class and the days');
	await dr.follow(await add(w, dr, f, CONFIRMED));
	holds(w.sql('SELECT count(*), count(DISTINCT case_id) FROM notification') === '2\t1', 'two notifications, one person');
	const now = words((await (await w.as('hc1')).get(f.case)).text);
	holds(/疑似症患者 2020-10-20/.test(now) && /患者（確定例） 2020-10-24/.test(now), 'each has its own day');
	holds(w.sql("SELECT reports, persons FROM stat_day WHERE scope = 0 AND axis = 'report' AND type = 'confirmed' AND day = '2020-10-24'")
		=== '1\t1', 'one confirmed on that day');
	holds(w.sql('SELECT sum(persons) FROM stat_status WHERE scope = 0') === '1', 'one person');
});

story('way 2: the class is changed, and the days with it', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const f = await w.file(dr, SUSPECTED);
	await w.go('2020-10-24T09:00:00+09:00');
	const r = await w.correct(dr, f.edit, { type: 'confirmed', 'test_result.1': 'positive' });
	holds(r.status === 422 && /診断（検案）年月日と報告年月日/.test(words(r.text)), 'without new days it is refused, and both are named');
	const late = await w.correct(dr, f.edit, { ...CONFIRMED, report_date: '2020-10-23' });
	holds(late.status === 422, 'the diagnosis is not after the report');
	await dr.follow(await w.correct(dr, f.edit, CONFIRMED));
	holds(w.sql('SELECT count(*) FROM notification') === '1', 'one notification');
	const now = words((await dr.get(f.case)).text);
	holds(/疑似症患者 2020-10-20/.test(now) && /患者（確定例） 2020-10-24/.test(now), 'each class has its own day');
});

story('both ways give the same figures', async holds => {
	const one = await world('2020-10-20T10:00:00+09:00'), two = await world('2020-10-20T10:00:00+09:00');
	const all = [];
	for (const w of [one, two])
		all.push(await w.file(await w.as('doctor'), SUSPECTED));
	for (const w of [one, two])
		await w.go('2020-10-24T09:00:00+09:00');
	await (await one.as('doctor')).follow(await add(one, await one.as('doctor'), all[0], CONFIRMED));
	await (await two.as('doctor')).follow(await two.correct(await two.as('doctor'), all[1].edit, CONFIRMED));
	holds(figures(one) !== '' && figures(one) === figures(two), `${figures(one)}\n${figures(two)}`);
	for (const w of [one, two])
		holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
