// Q10-2: Are suspected cases notified only when in hospital, and with which items?
// From 2020-10-14 a suspected case is refused unless it is in hospital or needs it, with the reason at its field; its minimum is that of a
// confirmed one. The rule is dated data: from 2022-01-27 a clinical diagnosis without a test is accepted too, and what was notified under an
// earlier rule is never judged by a later one.
import { part, story, words, world } from './story.mjs';

const suspected = { type: 'suspected', 'test_result.1': undefined, birth_date: '1951-12-24', name: '試験 太郎' };

story('a suspected outpatient is refused, an inpatient accepted with the same minimum', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const r = await dr.post('/notifications/new', w.minimum(suspected));
	holds(r.status === 422 && words(part(r.text, 'faults')).includes('入院症例に限'), 'refused, and why');
	holds(w.sql('SELECT count(*) FROM notification') === '0', 'nothing was kept');
	for (const [i, item] of ['hospitalised', 'needs_hospital'].entries())
		holds((await dr.post('/notifications/new', w.minimum({ ...suspected, birth_date: `1951-12-0${i + 1}`, [item]: 'yes' }))).status === 303,
			`accepted with ${item}`);
});

story('the rule of the day of diagnosis counts, and none before or after it', async holds => {
	const w = await world('2020-10-13T10:00:00+09:00'), dr = await w.as('doctor');
	const before = await w.file(dr, suspected);
	holds(words(before.receipt).includes('受け付け') || before.receipt.length > 0, 'accepted the day before the rule');

	await w.go('2020-10-14T10:00:00+09:00');
	holds((await dr.post('/notifications/new', w.minimum({ ...suspected, birth_date: '1960-01-01' }))).status === 422, 'refused from its day on');
	const kept = await w.correct(dr, before.edit, { remarks: '経過良好' });
	holds(kept.status === 303, 'what was notified before is corrected by its own rule');

	await w.go('2022-01-27T10:00:00+09:00');
	const clinical = { ...suspected, 'test_method.1': 'clinical', 'test_specimen.1': undefined, 'test_sampled_date.1': undefined };
	holds((await dr.post('/notifications/new', w.minimum({ ...clinical, birth_date: '1961-01-01' }))).status === 303, 'みなし陽性 is accepted');
	holds((await dr.post('/notifications/new', w.minimum({ ...suspected, birth_date: '1962-01-01' }))).status === 422, 'with a test it is not');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('from 2022-09-26 only the four groups and deaths, a few prefectures earlier', async holds => {
	const w = await world('2022-09-10T10:00:00+09:00'), dr = await w.as('doctor');
	w.addPerson('sendai', '04/0401/0001/', 'doctor', '医師 己');
	const there = await w.as('sendai'), young = { birth_date: '1990-01-01' };
	holds((await dr.post('/notifications/new', w.minimum(young))).status === 303, 'Tokyo notifies everybody');
	const r = await there.post('/notifications/new', w.minimum(young));
	holds(r.status === 422 && words(part(r.text, 'faults')).includes('65歳以上'), 'Miyagi no longer does');

	await w.go('2022-09-26T10:00:00+09:00');
	holds((await dr.post('/notifications/new', w.minimum({ ...young, name: '試験 月子' }))).status === 422, 'now nobody does');
	const targets = [{ birth_date: '1950-01-01' }, { ...young, hospitalised: 'yes' }, { ...young, pregnant: 'yes' },
		{ ...young, risk_any: 'yes', needs_treatment: 'yes' }];
	for (const [i, t] of targets.entries())
		holds((await dr.post('/notifications/new', w.minimum({ ...t, name: `対象 ${'甲乙丙丁'[i]}子`, name_kana: undefined }))).status === 303, `group ${i + 1}`);
});
