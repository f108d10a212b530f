// Q7 (another institution, or weeks later): How is a person registered who was notified before elsewhere?
// As a new patient with a new number, always. The centre is shown the pair of cases that may be of one person and says so or not; a link
// is written with who and when, on both, and can be undone. Numbers and counts stay as they are; nothing is ever merged.
import { part, story, words, world } from './story.mjs';

story('the same person at another institution five weeks later is a new number, and the centre sees a pair', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), a = await w.as('doctor'), b = await w.as('neighbour');
	const first = await w.file(a, { type: 'suspected', hospitalised: 'yes', 'test_result.1': '' });
	await a.follow(await w.correct(a, first.edit, { 'test_result.1': 'negative' }));
	await w.go('2020-11-19T10:00:00+09:00');
	/* The institution is warned of nobody it may not know, and registers. */
	const second = await w.file(b);
	const number = f => w.sql(`SELECT number FROM casefile WHERE id = '${f.case.split('/').pop()}'`);
	holds(number(first) !== number(second), 'a new HER-SYS number');
	holds((await a.get(second.case)).status === 404 && (await b.get(first.case)).status === 404, 'neither institution sees the other');

	const hc1 = await w.as('hc1'), page = await hc1.get(second.case);
	holds(part(page.text, 'duplicates').includes(first.case), 'HC1 is shown the pair');
	const counts = () => w.sql('SELECT scope, axis, type, sum(reports), sum(persons) FROM stat_day GROUP BY scope, axis, type ORDER BY 1, 2, 3') +
		w.sql('SELECT number, type, ver FROM casefile ORDER BY id');
	const before = counts();
	const pair = { other: first.case.replace('/cases/', '') };
	holds((await hc1.post(`${second.case}/links`, { act: 'same', ...pair })).status === 303, 'HC1 links them');
	for (const [here, there] of [[first, second], [second, first]]) {
		const linked = part((await hc1.get(here.case)).text, 'linked');
		holds(linked.includes(there.case) && words(linked).includes('千代田の係'), 'the link stands on both, with who');
		holds(/同じ人：/.test(words((await hc1.get(`${here.case}/history`)).text)), 'and in the history of both');
	}
	holds(counts() === before, 'neither numbers nor counts changed');
	holds((await hc1.post(`${first.case}/links`, { act: 'open', other: second.case.replace('/cases/', '') })).status === 303, 'undone from the other side');
	holds(part((await hc1.get(second.case)).text, 'linked') === '', 'the link is gone');
	holds((await hc1.post(`${second.case}/links`, { act: 'other', ...pair })).status === 303, 'judged to be two persons');
	const judged = await hc1.get(second.case);
	holds(part(judged.text, 'duplicates') === '' && words(part(judged.text, 'others')).includes('千代田の係'), 'no candidate any more, with who judged');
	holds(w.sql("SELECT count(*) FROM audit WHERE action = 'case.link'") === '6', 'each judgement left its line for each case');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('of a pair in another area only number and centre are known', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), here = await w.file(await w.as('doctor'));
	const there = await w.file(await w.as('stranger')), hc1 = await w.as('hc1'), hc2 = await w.as('hc2');
	const row = part((await hc1.get(here.case)).text, 'duplicates');
	holds(/1304-\d{4}-\d{4}/.test(words(row)) && words(row).includes('新宿区保健所') && !row.includes('試験 花子'), `number and centre: ${words(row)}`);
	holds((await hc1.post(`${here.case}/links`, { act: 'same', other: there.case.replace('/cases/', '') })).status === 303, 'linked');
	holds(/1301-\d{4}-\d{4}（千代田保健所）/.test(words(part((await hc2.get(there.case)).text, 'linked'))), 'the other side knows as much');
	holds((await hc1.get(there.case)).status === 404 && (await hc2.get(here.case)).status === 404, 'and no more');
});
