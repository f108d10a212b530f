// Q11: Are people with negative results entered?
// No. A sheet whose tests are all negative and that has no class cannot be reported: 陰性の場合は入力不要; the draft is deleted by
// who wrote it. When a later test is positive, the same sheet is reported with its class, dated that day. A confirmed patient
// with negative tests only is questioned before it is taken.
import { story, words, world } from './story.mjs';

story('negatives only are not reported; a positive later is', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const typed = w.minimum({ type: '', 'test_result.1': 'negative' });
	const kept = await dr.post('/notifications/new', { ...typed, act: 'draft' });
	holds(kept.status === 303, 'an outpatient is begun as a draft');
	const refused = await dr.post('/notifications/new', { ...await w.form(dr, kept.headers.location), act: 'report' });
	holds(refused.status === 422 && /陰性の場合は入力不要/.test(words(refused.text)), 'it cannot be reported, and why is said');
	holds(w.sql('SELECT count(*) FROM notification') === '0', 'nothing is kept');

	const other = await dr.post('/notifications/new', { ...w.minimum({ type: '', name: '試験 太郎', 'test_result.1': 'negative' }), act: 'draft' });
	holds((await dr.post(`${other.headers.location}/delete`, {})).status === 303, 'the author throws a draft away');
	holds(w.sql('SELECT count(*) FROM draft') === '1', 'and it is gone');

	await w.go('2020-10-23T10:00:00+09:00');
	const form = await w.form(dr, kept.headers.location);
	await dr.follow(await dr.post('/notifications/new', { ...form, act: 'report', type: 'confirmed', diagnosis_date: '2020-10-23',
		report_date: '2020-10-23', 'test_method.2': 'naat', 'test_specimen.2': 'saliva', 'test_sampled_date.2': '2020-10-22', 'test_result.2': 'positive' }));
	holds(w.sql('SELECT type, report_day FROM class_report') === 'confirmed\t2020-10-23', 'it is dated by the day of its press');
});

story('confirmed with negatives only is asked about first', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const typed = w.minimum({ 'test_result.1': 'negative' });
	const asked = await dr.post('/notifications/new', typed);
	holds(asked.status === 422 && /検査がすべて陰性ですが、診断分類が患者（確定例）です/.test(words(asked.text)), 'a question');
	holds(/name="ask_ack"/.test(asked.text) && w.sql('SELECT count(*) FROM notification') === '0', 'to be said yes to');
	holds((await dr.post('/notifications/new', { ...typed, ask_ack: '1' })).status === 303, 'and then it is taken');
});
