// Q4: May several health centres share a case, and may the one in charge change?
// One centre is in charge, at first that of the institution's location; any number are related and see the case from then on. The centre in
// charge hands over with a message: the other is in charge at once, the former stays related, nothing depends on the message being read.
// Counts move only by the centre in charge, never by the centre that was notified.
import { part, story, words, world } from './story.mjs';

const HC2 = '13/1304/', HC3 = '27/2701/';

story('related centres open the case, a new one in charge has it as its own, the former still sees it', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor');
	const hc1 = await w.as('hc1'), hc2 = await w.as('hc2'), hc3 = await w.as('hc3'), pref = await w.as('pref');
	const f = await w.file(dr), orgs = `${f.case}/orgs`;
	holds(words(part((await hc1.get(orgs)).text, 'orgs')).includes('担当保健所 千代田保健所'), 'the centre of the institution begins');
	holds((await hc2.get(f.case)).status === 404, 'HC2 is refused');
	const counts = () => w.sql('SELECT scope, axis, sum(reports), sum(persons) FROM stat_day GROUP BY scope, axis ORDER BY scope, axis');
	const charge = () => w.sql('SELECT scope, sum(persons) FROM stat_status GROUP BY scope HAVING sum(persons) > 0 ORDER BY scope').replaceAll('\t', ':').replaceAll('\n', ' ');
	const notified = counts();

	for (const org of [HC2, HC3])
		holds((await hc1.post(orgs, { act: 'relate', org })).status === 303, `HC1 relates ${org}`);
	holds((await hc2.get(f.case)).status === 200 && (await hc3.get(f.case)).status === 200, 'both open it');
	holds((await hc2.post(orgs, { act: 'handover', org: HC2 })).status === 403, 'a related centre does not take it');
	holds((await hc2.post(`${f.case}/status`, { status: 'at_home' })).status === 303, 'it works on the follow-up');
	holds((await hc2.get(f.edit)).status === 403, 'it does not correct the notification');
	holds(charge() === '0:1 13:1 1301:1', `in charge: ${charge()}`);

	await w.go('2020-10-15T11:30:00+09:00');
	holds((await hc1.post(orgs, { act: 'handover', centre: '大阪府 大阪市保健所', org: HC3, message: '帰省先で発症。毎朝9時に電話' })).status === 303, 'HC1 hands over to HC3');
	const list = part((await hc3.get('/inbox')).text, 'inbox');
	holds(list.includes(f.case), 'HC3 has it in its list');
	holds((await hc3.get(f.edit)).status === 200, 'as its own: it corrects the notification');
	holds((await hc1.get(f.case)).status === 200 && (await hc1.get(f.edit)).status === 403, 'HC1 still views');
	holds((await hc2.get(f.case)).status === 200, 'HC2 is not affected');
	const notice = words((await hc3.get('/handovers')).text);
	holds(notice.includes('帰省先で発症') && notice.includes('千代田保健所 → '), 'HC3 has the notice with the message');
	const history = words((await hc1.get(`${f.case}/history`)).text);
	holds(/2020-10-15 11:3\d 引き継ぎ：千代田保健所 → /.test(history), 'the history has the change with its time');

	holds(charge() === '0:1 27:1 2701:1', `by the centre in charge the count moved: ${charge()}`);
	holds(counts() === notified, 'by the centre that was notified it did not');
	holds((await pref.get(f.case)).status === 200, 'the first prefecture still sees it');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('a hand-over waits until it is acknowledged, and the sender is told by whom', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor'));
	const hc1 = await w.as('hc1'), hc2 = await w.as('hc2');
	await hc1.post(`${f.case}/orgs`, { act: 'handover', org: HC2, message: '伝言' });
	const open = async who => JSON.parse((await who.get('/handovers/count')).text).open;
	holds(await open(hc2) === '1' && await open(hc1) === '', 'one is unread');
	await w.go('2020-10-25T09:00:00+09:00');
	holds(await open(hc2) === '1', 'it still is, ten days later');
	const page = await hc2.get('/handovers');
	const move = /name="move" value="(\d+)"/.exec(page.text)[1];
	holds((await hc2.post(`${f.case}/receive`, { move })).status === 303, 'it is acknowledged');
	holds(await open(hc2) === '' && await open(hc1) === '1', 'the sender is told');
	holds(/受領 2020-10-25 09:0\d（新宿の係）/.test(words((await hc1.get('/handovers')).text)), 'with time and name');
});

story('two colleagues hand over at once: one does, the other is told', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor')), hc1 = await w.as('hc1');
	const send = org => hc1.post(`${f.case}/orgs`, { act: 'handover', org, message: `to ${org}` });
	const both = await Promise.all([send(HC2), send(HC3)]);
	const states = both.map(r => r.status).sort();
	holds(states.join() === '303,409', `one is kept, one is told: ${states}`);
	const lost = both.find(r => r.status === 409);
	holds(lost.text.includes('to '), 'and finds what was typed');
	holds(w.sql("SELECT count(*) FROM case_org WHERE role = 'responsible'") === '1', 'one centre is in charge');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('taken away, a related centre sees nothing any more', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor'));
	const hc1 = await w.as('hc1'), hc3 = await w.as('hc3');
	await hc1.post(`${f.case}/orgs`, { act: 'relate', org: HC3, message: '伝言' });
	const found = async who => (await who.post('/search', { q: '試験 花子' })).text.includes(f.case);
	holds(await found(hc3), 'it finds the case while it is related');
	await hc1.post(`${f.case}/orgs`, { act: 'unrelate', org: HC3 });
	holds(!await found(hc3), 'and no longer');
	holds((await hc3.get(f.case)).status === 404 && !part((await hc3.get('/inbox')).text, 'inbox').includes(f.case), 'nor sees it');
	holds(!(await hc3.get('/handovers')).text.includes('伝言'), 'nor what it was told');
});
