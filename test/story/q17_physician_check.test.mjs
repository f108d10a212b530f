// Q17: May somebody who is no physician enter a notification?
// A clerk may type. 報告 needs a recorded check by a physician: one of the same institution signs in, reads the draft under
// 確認待ち and confirms it, or, where the institution allows it, the clerk attests it and names him. A medical item changed later
// asks for a new check, a phone number does not; what was accepted stays accepted. Both names and times are kept.
import { part, story, words, world } from './story.mjs';

const AT = '2020-10-20T09:00:00+09:00';
const CHECK = w => w.sql("SELECT entered_name || '/' || coalesce(check_kind, '-') || '/' || coalesce(check_name, '-') || '/' || "
	+ "CASE WHEN check_wait_at IS NULL THEN 'checked' ELSE 'waits' END FROM notification ORDER BY reported_at DESC LIMIT 1");

// An institution where only the physician's own sign-in counts: its physician says so.
async function strict(w) {
	const dr = await w.as('doctor');
	await dr.follow(await dr.post('/checks/rule', { rule: 'sign_in' }));
	return dr;
}
// The clerk types and hands it to the physician; where the draft is.
async function handed(w, cl, changes) {
	const list = await cl.follow(await cl.post('/notifications/new', { ...w.minimum(changes), act: 'ask' }));
	return /\/drafts\/\w+/.exec(list.text)[0];
}
const press = async (w, who, url, changes, id = 'check') => who.post(url, { ...await w.form(who, url, id), ...changes });

story('the clerk types, the physician checks, the clerk reports; a change of symptoms asks anew, of a phone number not', async holds => {
	const w = await world(AT), dr = await strict(w), cl = await w.as('clerk'), hc1 = await w.as('hc1');
	const typed = { symptoms: 'fever', stay_phone: '03-5550-1111' };
	const alone = await cl.post('/notifications/new', { ...w.minimum(typed), attest: '1' });
	holds(alone.status === 422 && words(alone.text).includes('医師の確認が必要です'), '報告 without a check is refused');
	holds(w.sql('SELECT count(*) FROM notification') === '0', 'nothing was reported');

	const draft = await handed(w, cl, typed), list = await dr.get('/checks');
	holds(list.text.includes(`${draft}/attest`) && /確認待ち 1/.test(words(list.text)), 'it stands under 確認待ち, and is counted');
	const sheet = await dr.get(`${draft}/attest`);
	holds(/試験 花子/.test(words(sheet.text)) && /発熱/.test(words(sheet.text)) && !sheet.text.includes('name="symptoms"'),
		'the physician sees the whole sheet, and can change nothing on it');
	await w.go('2020-10-20T09:30:00+09:00');
	await dr.follow(await press(w, dr, `${draft}/attest`, { act: 'check' }));
	holds(/が確認しました（2020-10-20 09:3\d）/.test(words((await cl.get('/notifications')).text)), 'the clerk sees it in the list');

	await w.go('2020-10-20T10:00:00+09:00');
	const r = await cl.post('/notifications/new', { ...await w.form(cl, draft), act: 'report' });
	const receipt = await cl.follow(r), at = r.headers.location.replace(/\/receipt.*/, '');
	const file = /href="(\/cases\/[^"#/]+\/[^"#/]+)"/.exec(receipt.text)[1];
	const names = w.sql("SELECT login || ' ' || name FROM account WHERE login IN ('clerk', 'doctor')").split('\n');
	const of = login => names.find(n => n.startsWith(`${login} `)).slice(login.length + 1);
	holds(CHECK(w) === `${of('clerk')}/physician/${of('doctor')}/checked`, 'typed by the clerk, checked by the physician');
	for (const page of [receipt.text, (await hc1.get(file)).text, (await hc1.get(`${at}/print`)).text, (await hc1.get(`${file}/history`)).text])
		holds(words(page).includes(of('clerk')) && words(page).includes(of('doctor')) && /2020-10-20 09:3\d/.test(words(page)),
			'both names with their times stand on every page about it');

	await cl.follow(await w.correct(cl, `${at}/edit`, { stay_phone: '03-5550-2222' }));
	holds(CHECK(w).endsWith('/checked'), 'a phone number needs no new check');
	const day = w.sql('SELECT report_day FROM class_report');
	await cl.follow(await w.correct(cl, `${at}/edit`, { symptoms: 'cough' }));
	holds(CHECK(w).endsWith('/waits'), 'symptoms do');
	holds(/医師確認待ち/.test(words((await hc1.get(file)).text)), 'the centre sees that it waits');
	holds(w.sql('SELECT state FROM notification') === 'reported' && w.sql('SELECT report_day FROM class_report') === day,
		'it stays accepted, on its day');
	const again = await dr.get(`${at}/attest`);
	holds(/発熱 → 咳/.test(words(part(again.text, 'changes'))), 'the physician is shown what changed since his check');
	await dr.follow(await press(w, dr, `${at}/attest`, { act: 'check' }));
	holds(CHECK(w).endsWith('/checked') && !/医師確認待ち/.test(words((await hc1.get(file)).text)), 'and checks it anew');
	holds(w.sql("SELECT count(*) FROM audit WHERE action = 'notif.attest' AND purpose = '12'") === '2', 'each check has its line in the log');
	holds(/0 differences|no difference/i.test(w.check()), 'a recount agrees');
});

story('the physician may report in one press, or send it back with a note', async holds => {
	const w = await world(AT), dr = await strict(w), cl = await w.as('clerk');
	const first = await handed(w, cl, { name: '試験 一子', name_kana: '' });
	const r = await press(w, dr, `${first}/attest`, { act: 'report' });
	holds(r.status === 303 && /receipt/.test(r.headers.location), 'one press');
	holds(/\/physician\//.test(CHECK(w)) && w.sql('SELECT count(*) FROM draft') === '0', 'typed by the clerk, checked and reported by the physician');
	const second = await handed(w, cl, { name: '試験 二子', name_kana: '', birth_date: '1970-01-01' });
	await dr.follow(await press(w, dr, `${second}/attest`, { act: 'return', note: '採取日を確かめてください' }));
	holds(/採取日を確かめてください/.test(words((await cl.get('/notifications')).text)), 'the clerk reads why');
	holds((await cl.post('/notifications/new', { ...await w.form(cl, second), act: 'report' })).status === 422, 'and cannot report it so');
});

story('a lone clinic notifies at once: the clerk attests it and names the physician', async holds => {
	const w = await world(AT), cl = await w.as('clerk');
	holds((await cl.post('/notifications/new', w.minimum())).status === 422, 'without the tick: refused');
	const receipt = await cl.follow(await cl.post('/notifications/new', { ...w.minimum(), attest: '1' }));
	holds(/試験 医師（入力者の申告）/.test(words(receipt.text)), 'recorded as what it is');
	holds(/\/named\/試験 医師\/checked/.test(CHECK(w)), 'with the name of the physician');
});

story('nobody else can give the check', async holds => {
	const w = await world(AT), dr = await strict(w), cl = await w.as('clerk'), other = await w.as('neighbour');
	const draft = await handed(w, cl, { symptoms: 'fever' });
	const shown = await w.form(dr, `${draft}/attest`, 'check');
	holds((await other.get(`${draft}/attest`)).status === 404, 'a physician of another institution does not find it');
	holds((await other.post(`${draft}/attest`, { ...shown, csrf: other.csrf, act: 'check' })).status === 404, 'nor checks it');
	holds((await cl.post(`${draft}/attest`, { ...shown, csrf: cl.csrf, act: 'check' })).status === 403, 'a clerk may not');
	const forged = { ...await w.form(cl, draft), act: 'report', check_state: 'checked', check_name: 'x', check_hash: 'x', attest: '1' };
	holds((await cl.post('/notifications/new', forged)).status === 422, 'nor by fields of his own');
	// The clerk goes on typing while the physician reads.
	await cl.follow(await cl.post('/notifications/new', { ...await w.form(cl, draft), act: 'draft', symptoms: 'cough' }));
	const late = await dr.post(`${draft}/attest`, { ...shown, act: 'check' });
	holds(late.status === 409 && /発熱 → 咳/.test(words(part(late.text, 'changes'))), 'what changed meanwhile is not checked, but shown');
	holds(w.sql("SELECT count(*) FROM audit WHERE action = 'notif.attest'") === '0' && w.sql('SELECT count(*) FROM notification') === '0',
		'nothing of this was kept');
	// A physician who is gone has still checked it.
	await dr.follow(await press(w, dr, `${draft}/attest`, { act: 'check' }));
	const admin = await w.as('admin');
	await admin.follow(await admin.post(`/admin/accounts/${w.sql("SELECT id FROM account WHERE login = 'doctor'")}/state`, { state: 'disabled' }));
	holds((await cl.post('/notifications/new', { ...await w.form(cl, draft), act: 'report' })).status === 303, 'an earlier check stays good');
});
