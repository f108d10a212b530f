// Q5-2: Which tabs must be filled in first, and surely?
// 発生届 and, on 記録, 現在のステータス: it is one click from the list and from the case, has its time and author, and a list shows
// where it is missing. No field of any other tab must be filled in. 死亡 asks for 死亡年月日 and takes 不明.
import { part, story, words, world } from './story.mjs';

story('with the notification and the status a case is complete', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const f = await w.file(dr);
	const missing = async () => (await hc1.get('/inbox?status=missing')).text;
	holds((await missing()).includes(f.case), 'the list of those without a status has it');
	holds((await hc1.get('/inbox')).text.includes(`${f.case}/status`), 'one click from the list');
	holds(part((await hc1.get(f.case)).text, 'status').includes(`${f.case}/status`), 'and from the case');
	holds(/まだ入力されていません/.test(words(part((await hc1.get(`${f.case}/record`)).text, 'status'))), 'the record says that it is open');

	holds((await hc1.post(`${f.case}/status`, { status: 'at_home', back: 'inbox' })).headers.location === '/inbox', 'set from the list');
	holds(!(await missing()).includes(f.case), 'it is gone from the list');
	const said = words(part((await hc1.get(`${f.case}/record`)).text, 'status'));
	holds(/自宅療養中/.test(said) && /そろっています/.test(said), 'nothing else is asked for');
	holds(/2020-10-15 10:\d\d/.test(said) && said.includes('千代田の係'), 'with time and author');
	holds(words((await (await w.as('nat')).get('/figures')).text).includes('自宅療養中 1'), 'the nation counts it');
	for (const tab of ['tests', 'stays', 'behaviour', 'health', 'care', 'measures', 'ids'])
		holds((await hc1.get(`${f.case}/${tab}`)).text.includes('まだ何も記入されていません'), `${tab} stays empty`);
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('死亡 asks for the day and takes 不明', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), hc1 = await w.as('hc1');
	const f = await w.file(await w.as('doctor'));
	const asked = await hc1.post(`${f.case}/status`, { status: 'dead' });
	holds(asked.status === 422 && words(asked.text).includes('死亡年月日を入力してください'), 'it is asked for');
	holds(w.sql('SELECT status FROM casefile') === 'not_set', 'nothing was set');
	holds((await hc1.post(`${f.case}/status`, { status: 'dead', death_date: '2020-10-16' })).status === 422, 'not a day to come');
	await hc1.follow(await hc1.post(`${f.case}/status`, { status: 'dead', death_date_unknown: '1' }));
	holds(words(part((await hc1.get(`${f.case}/record`)).text, 'status')).includes('死亡 (不明)'), '不明 is kept and shown');
});
