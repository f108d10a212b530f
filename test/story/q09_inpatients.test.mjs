// Q9: Need the condition of inpatients still be reported by e-mail?
// No: what the hospital or the centre writes on 医療 (admission, intensive care, ventilator, ECMO, outcome), or 現在のステータス, is in
// the ministry's figures at once.
import { story, words, world } from './story.mjs';

const figures = async who => {
	const html = (await who.get('/figures')).text, at = html.indexOf('data-part="care"');
	const said = words(html.slice(at, html.indexOf('</section>', at)));
	return [/入院中 (\d+)/.exec(said)?.[1], /国の定義） (\d+)/.exec(said)?.[1]].join('/');
};

story('three in hospital, one put on a ventilator', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1'), nat = await w.as('nat');
	const cases = [];
	for (const birth_date of ['1950-01-01', '1951-01-01', '1952-01-01'])
		cases.push(await w.file(dr, { birth_date, dup_ack: '1' }));
	const care = async (who, f, items) => who.post(`${f.case}/care`, { ...await w.form(who, `${f.case}/care`), act: 'save', ...items });
	await care(dr, cases[0], { 'x.institution': '都立病院', 'x.admitted_date': '2020-10-14' });
	await care(hc1, cases[1], { 'x.admitted_date': '2020-10-14' });
	await hc1.post(`${cases[2].case}/status`, { status: 'in_hospital' });
	holds(await figures(nat) === '3/0', `three, none severe: ${await figures(nat)}`);

	await care(dr, cases[0], { 'x.admitted_date': '2020-10-14', 'x.ventilator': 'yes' });
	holds(await figures(nat) === '3/1', 'one is severe, at once');
	holds(await figures(await w.as('pref')) === '3/1' && await figures(hc1) === '3/1', 'for the prefecture and the centre as well');
	holds(await figures(await w.as('hc3')) === '0/0', 'not elsewhere');

	await w.go('2020-10-20T10:00:00+09:00');
	await care(dr, cases[0], { 'x.admitted_date': '2020-10-14', 'x.discharged_date': '2020-10-19', 'x.outcome': 'recovered' });
	await hc1.post(`${cases[1].case}/status`, { status: 'released' });
	holds(await figures(nat) === '1/0', 'discharged and released are in hospital no more');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
