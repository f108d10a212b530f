// Qcover: Which patients are entered, and from when?
// What is accepted follows dated rules, by the clock alone. From 2022-09-26 most new positives are not notified one by one: each
// institution enters how many there were that day, by age band, until nine of the next morning; its centre sees who has not,
// and may correct back to the first day. The totals stand beside the notified cases in the figures of each area, exact at once.
import { story, words, world } from './story.mjs';

const daily = async who => words(((await who.get('/figures')).text.split('data-part="daily"')[1] ?? '').split('</section>')[0]);
const totals = (day, bands, more = {}) => ({ disease: 'covid19', day, seen: '0', ...Object.fromEntries(Object.entries(bands).map(([b, n]) => [`n.${b}`, String(n)])), ...more });

story('the day before the rule nothing is asked; on its day the totals are entered, corrected and counted', async holds => {
	const w = await world('2022-09-25T23:00:00+09:00');
	let dr = await w.as('doctor');
	holds(!(await dr.get('/notifications')).text.includes('href="/totals"'), 'nobody is led there the day before');
	holds((await dr.post('/totals', totals('2022-09-25', { '20-29': 1 }))).status === 404, 'nor may anything be entered');

	await w.go('2022-09-26T18:00:00+09:00');
	holds((await dr.get('/notifications')).text.includes('href="/totals"'), 'from the day on it is in the menu');
	const page = await dr.follow(await dr.post('/totals', totals('2022-09-26', { '20-29': 5, '30-39': '３' })));
	holds(/報告済みです（計 8人）/.test(words(page.text)), 'entered');
	holds((await dr.post('/totals', totals('2022-09-26', { '20-29': 5, '30-39': 3 }))).status === 303, 'pressed twice');
	holds((await (await w.as('clerk')).post('/totals', totals('2022-09-26', { '20-29': 9 }))).status === 409, 'a second person sees what is there');
	holds(w.sql('SELECT count(*) FROM daily_total_version') === '1', 'and it is there once');
	const nat = await w.as('nat');
	holds(/8 人/.test(await daily(nat)), 'the ministry sees them at once');

	await w.go('2022-09-27T08:00:00+09:00');
	const again = await w.form(dr, '/totals?day=2022-09-26', 'totals');
	holds((await dr.post('/totals', { ...again, 'n.20-29': '6' })).status === 303, 'corrected until nine');
	const stale = await w.form(dr, '/totals?day=2022-09-26', 'totals');
	await w.go('2022-09-27T09:00:00+09:00');
	holds((await dr.post('/totals', { ...stale, 'n.20-29': '7' })).status === 423, 'not after');

	await w.go('2022-09-28T10:00:00+09:00');
	const hc1 = await w.as('hc1'), hc2 = await w.as('hc2'), org = '13/1301/0001/';
	const missing = words((await hc1.get('/totals?day=2022-09-27')).text);
	holds(/報告済み 0、未報告（最近14日に報告した医療機関のうち）1/.test(missing), 'the centre sees who has not entered the day');
	const of = await w.form(hc1, `/totals?day=2022-09-26&org=${encodeURIComponent(org)}`, 'totals');
	holds((await hc1.post('/totals', { ...of, 'n.20-29': '4' })).status === 303, 'and goes back to the first day');
	holds((await hc2.get(`/totals?day=2022-09-26&org=${encodeURIComponent(org)}`)).status === 404, 'another centre does not');
	holds(w.sql('SELECT count(*) FROM daily_total_version') === '3', 'every version is kept');
	holds(/7 人/.test(await daily(nat)) && /0 人/.test(await daily(hc2)), 'counted in its own area');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
