// Q6: How are several test results entered?
// On 検査 one form carries up to four tests, negative and positive alike; a fifth is refused and none of them is kept; further
// forms add more. 不明 and not yet known stay apart. What the tests say does not change the class by itself.
import { part, story, words, world } from './story.mjs';

const four = { act: 'save', 'x.method.1': 'naat', 'x.result.1': 'negative', 'x.method.2': 'naat', 'x.result.2': 'positive',
	'x.method.3': 'naat', 'x.result.3.unknown': '1', 'x.method.4': 'naat' };

story('four at a time, all or none, and more by repeating', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), hc1 = await w.as('hc1');
	const f = await w.file(await w.as('doctor')), tab = `${f.case}/tests`;
	const send = async more => hc1.post(tab, { ...await w.form(hc1, tab), ...four, ...more });
	const kept = () => Number(w.sql("SELECT count(*) FROM case_entry WHERE kind = 'test'"));

	holds((await send()).status === 303 && kept() === 4, 'four are kept');
	const r = await send({ 'x.method.5': 'antibody', 'x.laboratory.5': '五つ目の検査所' });
	holds(r.status === 422 && words(part(r.text, 'faults')).includes('4件まで'), 'five are refused');
	holds(kept() === 4 && r.text.includes('五つ目の検査所'), 'none was kept, nothing typed is lost');
	holds((await send()).status === 303 && kept() === 8, 'a second form makes eight');

	const said = words(part((await hc1.get(tab)).text, 'entries'));
	for (const word of ['陰性', '陽性', '不明', '結果待ち'])
		holds(said.includes(word), `${word} is shown`);
	holds(said.indexOf('陰性') < said.indexOf('陽性') && said.indexOf('陽性') < said.indexOf('結果待ち'), 'in the order in which they were sent');
	holds(w.sql('SELECT type FROM casefile') === 'confirmed', 'the class stays');
	holds(words(part((await hc1.get(tab)).text, 'notified-tests')).includes('陽性'), 'the test of the notification stands beside');
});

story('the institution that notified adds tests as well, another does not', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor');
	const f = await w.file(dr), tab = `${f.case}/tests`;
	holds((await dr.post(tab, { ...await w.form(dr, tab), act: 'save', 'x.result.1': 'negative' })).status === 303, 'its own');
	const stranger = await w.as('stranger');
	holds((await stranger.post(tab, { act: 'save', 'x.result.1': 'negative' })).status === 404, 'for another there is no such case');
	holds(w.sql('SELECT count(*) FROM case_entry') === '1', 'one was kept');
});
