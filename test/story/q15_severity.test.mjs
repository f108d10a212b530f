// Q15: What is 重症?
// Who needs intensive care, a ventilator or ECMO. These three facts are kept, severe follows from any of them; the definition stands
// beside the fields. A prefecture may leave some out for its own report; the nation's figures do not change by that.
import { story, words, world } from './story.mjs';

const figures = async who => {
	const html = (await who.get('/figures')).text, at = html.indexOf('data-part="care"');
	return words(html.slice(at, html.indexOf('</section>', at)));
};

story('seven of the eight combinations are severe, and fewer where intensive care alone does not count', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	for (let i = 0; i < 8; i++) {
		const f = await w.file(dr, { birth_date: `195${i}-01-01`, dup_ack: '1' }), tab = `${f.case}/care`;
		const fact = bit => (i & bit ? 'yes' : 'no');
		const r = await hc1.post(tab, { ...await w.form(hc1, tab), act: 'save', 'x.admitted_date': '2020-10-14',
			'x.icu': fact(1), 'x.ventilator': fact(2), 'x.ecmo': fact(4) });
		holds(r.status === 303, 'it is kept');
		const page = await hc1.get(tab);
		holds(/<span class="tag">重症/.test(page.text) === (i !== 0), `combination ${i}`);
		holds(words(page.text).includes('ECMOのいずれかが必要な状態'), 'the definition stands beside the fields');
	}
	const nat = await w.as('nat'), pref = await w.as('pref');
	holds(/入院中 8 うち重症（国の定義） 7/.test(await figures(nat)), 'seven of eight');
	holds((await pref.post('/figures/severity', { fact: 'ecmo' })).status === 303, 'a prefecture counts ECMO only');
	holds(/国の定義） 7 うち重症（都道府県の定義） 4/.test(await figures(pref)), 'four in its own report');
	holds(/国の定義） 7$/.test((await figures(nat)).trim()), 'the nation counts as before');
	holds((await hc1.post('/figures/severity', { fact: 'ecmo' })).status === 403, 'a centre does not define it');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
