// Q10: How are cases linked to NESID (pathogen surveillance)?
// By a number that both systems keep: ID管理 takes the name of a system and the ID there. It is found by the search; the same one
// at another case of the centre is warned of, with the way to it.
import { part, story, words, world } from './story.mjs';

story('the NESID number is found, and warned of when it stands twice', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const a = await w.file(dr), b = await w.file(dr, { name: '試験 太郎', birth_date: '1951-12-24' });
	const give = async (f, system, value) => {
		const tab = `${f.case}/ids`;
		const r = await hc1.post(tab, { ...await w.form(hc1, tab), act: 'save', 'x.system_name': system, 'x.value': value });
		holds(r.status === 303, 'it is kept');
		return hc1.get(tab);
	};
	holds(!part((await give(a, 'NESID', 'N-123')).text, 'same-ids'), 'alone it is no question');
	for (const q of ['N-123', 'n-123', 'Ｎ－１２３'])
		holds((await hc1.post('/search', { q })).text.includes(a.case), `${q} finds it`);
	holds(!(await (await w.as('hc2')).post('/search', { q: 'N-123' })).text.includes(a.case), 'another centre does not find it');
	holds(!part((await give(b, '電子カルテ', 'N-123')).text, 'same-ids'), 'the same number of another system is another');
	const warned = part((await give(b, 'NESID', 'N-123')).text, 'same-ids');
	holds(warned.includes(a.case) && words(warned).includes('同じID'), 'the same ID at a second case is warned of');
	holds(w.sql("SELECT count(*) FROM case_entry WHERE kind = 'external'") === '3', 'and kept all the same');
});
