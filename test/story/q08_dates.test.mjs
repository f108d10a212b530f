// Q8: Which day is the day of submission, which that of acceptance?
// Both are the server's day, in Japan, of the first press of 報告, for each diagnosis class by itself. A draft sets none;
// neither a correction nor a second press nor a date that a form claims moves it; it is the same in every place.
import { part, story, words, world } from './story.mjs';

story('the press counts, not the draft, the correction, or what the form claims', async holds => {
	const w = await world('2020-10-01T23:50:00+09:00');
	const dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const typed = w.minimum({ type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined });
	const draft = await dr.follow(await dr.post('/notifications/new', { ...typed, act: 'draft' }));
	holds(draft.text.includes('試験 花子') || words(draft.text).includes('試験'), 'the draft is kept');
	holds(w.sql('SELECT count(*) FROM class_report') === '0', 'a draft has no day');

	await w.go('2020-10-02T00:00:00+09:00');
	const f = await w.file(dr, { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined, diagnosis_date: '2020-10-01',
		report_date: '2020-10-01', first_reported_at: '2020-09-01', 'test_sampled_date.1': '2020-10-01' });
	const days = async who => words((await who.get(f.case)).text);
	for (const who of [dr, hc1, await w.as('pref')])
		holds(/疑似症患者 2020-10-02/.test(await days(who)), `${who.login} sees the day of the press`);

	await w.go('2020-10-05T09:00:00+09:00');
	await dr.follow(await w.correct(dr, f.edit, { onset_date: '2020-09-29' }));
	holds(/疑似症患者 2020-10-02/.test(await days(hc1)), 'a press again does not move it');

	await w.go('2020-10-07T09:00:00+09:00');
	await dr.follow(await w.correct(dr, f.edit, { type: 'confirmed', diagnosis_date: '2020-10-07', report_date: '2020-10-07',
		'test_result.1': 'positive' }));
	const now = await days(hc1);
	holds(/疑似症患者 2020-10-02/.test(now) && /患者（確定例） 2020-10-07/.test(now), 'another class has a day of its own');
	holds(part((await hc1.get(f.case)).text, 'notifications') !== '', 'they stand in the section of notifications');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('the day is the same on every page, in print and in the figures, over midnight too', async holds => {
	const w = await world('2020-10-20T23:59:50+09:00'), dr = await w.as('doctor');
	const form = { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined, diagnosis_date: '2020-10-20', report_date: '2020-10-20',
		'test_sampled_date.1': '2020-10-20' };
	await w.go('2020-10-21T00:00:01+09:00');
	const f = await w.file(dr, form);
	for (const who of [dr, await w.as('clerk'), await w.as('hc1'), await w.as('pref'), await w.as('nat')]) {
		holds(/疑似症患者 2020-10-21/.test(words((await who.get(f.case)).text)), `${who.login}: the page of the case`);
		holds(/疑似症患者 提出日・受理日 2020-10-21/.test(words((await who.get(`${f.notification}/print`)).text)), `${who.login}: in print`);
	}
	holds(/疑似症患者 2020-10-21/.test(words(f.receipt)), 'the receipt');
	holds(/報告年月日（2020-10-20）が、システムの提出日・受理日（2020-10-21）と違います/.test(words(f.receipt)), 'that the form says another day is told');
	holds(w.sql("SELECT day FROM stat_day WHERE scope = 0 AND axis = 'report'") === '2020-10-21', 'the figures');
});
