// Q7: A suspected patient is confirmed within the same course of care: and the earlier notification?
// 追加登録 on the patient's page. On its 報告, not on a draft's, the earlier notifications become read-only for everybody, on
// the page and at the wire; they stay to be seen, with the way to the one in force. If the additional one is withdrawn, with a
// reason, the earlier one is open again. There is never an edit after the lock.
import { part, story, words, world } from './story.mjs';

const SUSPECTED = { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined };
const CONFIRMED = { act: 'report', type: 'confirmed', 'test_result.1': 'positive' };
const bare = ({ csrf, ...form }) => form;      // without the token: it is of who reads the page
const id = f => f.notification.split('/').pop();

story('the draft locks nothing, the report locks for all, withdrawing unlocks', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00');
	const dr = await w.as('doctor'), clerk = await w.as('clerk'), hc1 = await w.as('hc1');
	const f = await w.file(dr, SUSPECTED);
	const draft = await dr.post('/notifications/new', { ...await w.form(dr, `${f.notification}/add`), ...CONFIRMED, act: 'draft' });
	holds(draft.status === 303, 'a draft of an additional one is kept');
	await dr.follow(await w.correct(dr, f.edit, { stay_phone: '03-5550-0101' }));
	holds(true, 'the earlier one can still be corrected');
	const old = await w.form(dr, f.edit), oldOfCentre = await w.form(hc1, f.edit);

	const reported = await clerk.post('/notifications/new', { ...bare(await w.form(clerk, draft.headers.location)), act: 'report', attest: '1' });
	await clerk.follow(reported);
	const newer = reported.headers.location.split('/').at(-2);
	for (const [who, form] of [[dr, old], [hc1, oldOfCentre], [clerk, old]]) {
		const r = await who.post(f.edit, { ...bare(form), act: 'report', stay_phone: '03-5550-0999' });
		holds(r.status === 423, `${who.login} is refused at the wire (${r.status})`);
		holds((await who.get(f.edit)).status === 423, `${who.login} gets no form`);
	}
	for (const who of [await w.as('pref'), await w.as('nat')])
		holds((await who.post(f.edit, { ...bare(old), act: 'report' })).status === 403, `${who.login} never could`);
	holds(w.sql(`SELECT ver, state, stay_phone FROM notification WHERE id = '${id(f)}'`) === '2\tsuperseded\t03-5550-0101', 'nothing changed');
	holds(Number(w.sql("SELECT count(*) FROM audit WHERE action = 'notif.refused'")) === 6, 'each refusal is on record');
	const page = await hc1.get(f.case), article = part(page.text, `n-${id(f)}`);
	holds(/🔒/.test(article) && article.includes(`#n-${newer}`), 'the page shows the lock and the way to the one in force');
	holds(!article.includes('/edit"') && words(article).includes('試験 花子'), 'it is still seen, without a button');
	holds((await dr.get(`${f.notification}/print`)).status === 200, 'and printed');

	const gone = `/notifications/${f.notification.split('/')[2]}/${newer}/withdraw`;
	const form = await w.form(hc1, gone, 'main');
	const none = await hc1.post(gone, { seen: form.seen, message: '' });
	holds(none.status === 422, 'not without a reason');
	await hc1.follow(await hc1.post(gone, { seen: form.seen, message: '検体の取り違え' }));
	await dr.follow(await w.correct(dr, f.edit, { stay_phone: '03-5550-0102' }));
	const history = words((await dr.get(`${f.case}/history`)).text);
	holds(/取り下げ 千代田の係 .* 検体の取り違え/.test(history), 'the history says who withdrew it, and why');
	holds(/また変更できるようになった/.test(history), 'and that the earlier one was unlocked');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('a correction and the report of an additional one at the same moment have one outcome', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	for (let i = 0; i < 10; i++) {
		const f = await w.file(dr, { ...SUSPECTED, birth_date: `19${60 + i}-01-01` });
		const edit = { ...await w.form(dr, f.edit), act: 'report', stay_phone: '03-5550-0101' };
		const add = { ...await w.form(hc1, `${f.notification}/add`), ...CONFIRMED };
		const [a, b] = await Promise.all([dr.post(f.edit, edit), hc1.post('/notifications/new', add)]);
		holds(b.status === 303 && (a.status === 303 || a.status === 423), `${a.status} ${b.status}`);
		holds(w.sql(`SELECT ver, state FROM notification WHERE id = '${id(f)}'`) === `${a.status === 303 ? 2 : 1}\tsuperseded`, 'as answered');
	}
	holds(w.sql("SELECT count(*) FROM audit e JOIN audit l ON l.object = e.object AND l.action = 'notif.add' "
		+ "WHERE e.action = 'notif.correct' AND e.seq > l.seq") === '0', 'no edit stands after its lock');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
