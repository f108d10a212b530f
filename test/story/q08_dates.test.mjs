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
