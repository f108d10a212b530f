/* The life of a notification as people live it: filed as suspected, queried, answered, checked, followed by the confirmed
 * diagnosis, which is withdrawn again. Doctor and centre each keep their own window open. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, shot, startServer, valid } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, troubleOf, words } from './steps.mjs';

const NAME = '疑似　一子';
const QUESTION = '検体の採取日は受診日と同じですか。';
const ANSWER = '同じ日です。受診時に採取しました。';
const REASON = '別の患者の検査結果でした';

/* In hospital, and the result of the test is still out: what a suspected patient is notified with. */
const { 'test_result.1': _, ...WAITING } = MINIMUM;
const SUSPECTED = { ...WAITING, type: 'suspected', name: NAME, hospitalised: 'yes', hospitalised_date: 'today' };

let doctor, centre;
let number, file, first, added;         /* the case's number and page; the paths of its two notifications */

before(async () => {
	await startServer({ cases: 20 });
	doctor = await openAs('doctor', '/notifications');
	centre = await openAs('centre', '/inbox');
});

after(() => assert.deepEqual([doctor, centre].flatMap(w => w?.context.troubles ?? []), []));

const go = (page, act) => Promise.all([page.waitForEvent('load'), act]);
const article = (page, path) => page.locator(`#n-${path.split('/').at(-1)}`);
const list = page => page.locator('tbody tr', { hasText: NAME }).first();

/* Open every part of the form, so that fillIn reaches what is folded. */
async function
unfold(page)
{
	for (const closed = page.locator('#entry details.sec:not([open]) > summary:visible'); await closed.count() > 0;)
		await closed.first().click();
}

test('a suspected patient who is in hospital is notified', async () => {
	const { page } = doctor;
	await newForm(page);
	await unfold(page);
	await fillIn(page, SUSPECTED);
	await press(page);
	assert.match(page.url(), /\/receipt$/, await troubleOf(page));
	number = await page.textContent('.number b');
	first = new URL(page.url()).pathname.replace('/receipt', '');
	file = await page.getAttribute('a[href^="/cases/"]', 'href');
});

test('the centre queries it: first without a word, which is refused, then with one', async () => {
	const { page } = centre;
	await page.goto(file);
	assert.match(await words(page, '.case-head'), /疑似症患者/);
	await go(page, article(page, first).locator('a', { hasText: /^照会$/ }).click());
	assert.equal(await page.evaluate(() => document.activeElement.id), 'message', 'one may type at once');
	await go(page, page.click('main button.primary'));
	assert.match(await words(page, '#act-fault'), /照会の内容を500文字以内/);
	await axe(page);
	await valid(page, 'query refused');
	await page.fill('#message', QUESTION);
	await go(page, page.click('main button.primary'));
	assert.match(await article(page, first).innerText(), /照会中/);
});

test('the doctor sees the question in the list and answers in words', async () => {
	const { page } = doctor;
	await page.goto('/notifications');
	const row = await list(page).innerText();
	assert.ok(row.includes('照会中') && row.includes(QUESTION), row);
	await shot(page, 'story-life-list');
	await go(page, list(page).locator('a', { hasText: '回答' }).click());
	assert.ok((await words(page, 'main')).includes(QUESTION), 'the question stands beside the answer');
	await axe(page);
	await valid(page, 'answer');
	await page.fill('#message', ANSWER);
	await go(page, page.click('main button.primary'));
	assert.match(await article(page, first).innerText(), /回答あり/);
	assert.equal(await page.locator('a[href$="/answer"]').count(), 0, 'answered once');
	await page.goto('/notifications');
	assert.doesNotMatch(await list(page).innerText(), /照会中/);
});

test('the centre reads the answer and marks it as checked', async () => {
	const { page } = centre;
	await page.goto(`${file}/history`);
	assert.ok((await words(page, '#history')).includes(ANSWER));
	await page.goto(file);
	await go(page, article(page, first).locator('button', { hasText: '確認済みにする' }).click());
	const head = await article(page, first).locator('.head-row').innerText();
	assert.match(head, /確認済/);
	assert.doesNotMatch(head, /確認済みにする|回答あり/);
	await axe(page);
	await shot(page, 'story-life-checked');
});

test('the doctor notifies the confirmed diagnosis in addition, from the list', async () => {
	const { page } = doctor;
	await page.goto('/notifications');
	await go(page, list(page).locator('a', { hasText: '追加登録' }).click());
	await go(page, article(page, first).locator('a', { hasText: '追加登録' }).click());
	assert.match(await words(page, 'main'), /追加登録/);
	assert.equal(await page.inputValue('[name=name]'), NAME, 'taken over');
	assert.equal(await page.inputValue('[name=stay_address]'), MINIMUM.stay_address);
	assert.equal(await page.locator('[name=type]:checked').count(), 0, 'the class is to be said anew');
	await axe(page);
	await fillIn(page, { type: 'confirmed', diagnosis_date: 'today', 'test_result.1': 'positive' });
	await press(page);
	assert.match(page.url(), /\/receipt$/, await troubleOf(page));
	assert.equal(await page.textContent('.number b'), number, 'the same case');
	added = new URL(page.url()).pathname.replace('/receipt', '');
	assert.notEqual(added, first);
});

test('the former one is locked: a lock, a link to the one in force, nothing to change it by', async () => {
	for (const { page } of [doctor, centre]) {
		await page.goto(file);
		const former = article(page, first);
		assert.match(await former.locator('.head-row').innerText(), /🔒\s*追加登録により変更不可/);
		assert.equal(await former.locator('a[href$="/edit"], a[href$="/add"], a[href$="/withdraw"], form').count(), 0);
		assert.equal(await article(page, added).locator('a[href$="/edit"]').count(), 1);
		const newer = await former.locator('a', { hasText: '今の届出を見る' }).getAttribute('href');
		assert.equal(new URL(newer, page.url()).hash, `#n-${added.split('/').at(-1)}`);
	}
	const { page } = doctor;
	await axe(page);
	await valid(page, 'locked');
	await shot(page, 'story-life-locked');
	assert.match(await words(page, '.case-head'), /患者（確定例）/);

	const reply = await page.goto(`${first}/edit`);
	assert.equal(reply.status(), 423, 'an old bookmark does not open it either');
	await go(page, page.locator('main a').first().click());
	assert.ok(page.url().endsWith(`#n-${added.split('/').at(-1)}`), page.url());
});

test('the additional one is withdrawn with a reason, and the former is open again', async () => {
	const { page } = doctor;
	await page.goto(file);
	await go(page, article(page, added).locator('a', { hasText: '取り下げ' }).click());
	await go(page, page.click('main button.primary'));
	assert.match(await words(page, '#act-fault'), /理由/);
	await page.fill('#message', REASON);
	await go(page, page.click('main button.primary'));
	const gone = await article(page, added).innerText();
	assert.ok(gone.includes('取り下げ') && gone.includes(REASON), gone.slice(0, 300));
	assert.equal(await article(page, added).locator('a[href$="/edit"]').count(), 0);
	assert.equal(await article(page, first).locator('a[href$="/edit"]').count(), 1, 'open again');
	assert.doesNotMatch(await article(page, first).innerText(), /🔒/);
	assert.match(await words(page, '.case-head'), /疑似症患者/, 'the case is again what it was');
	await shot(page, 'story-life-open-again');
});

test('the history tells all of it, in order, the newest first', async () => {
	const { page } = centre;
	await page.goto(file);
	await go(page, page.click('nav.tabs a[href$="/history"]'));
	const told = (await page.locator('#history .history b:first-of-type').allInnerTexts()).map(s => s.trim());
	const wanted = ['届出', '照会', '照会に回答', '保健所が確認', '追加登録により変更不可になった', '追加登録', '取り下げ',
		'追加登録の取り下げにより、また変更できるようになった', '医師の確認（第1版）', '医師の確認（第1版）'];
	assert.deepEqual([...told].sort(), [...wanted].sort());
	for (const [earlier, later] of [['届出', '照会'], ['照会', '照会に回答'], ['照会に回答', '保健所が確認'],
		['保健所が確認', '追加登録'], ['保健所が確認', '追加登録により変更不可になった'], ['追加登録', '取り下げ'],
		['追加登録により変更不可になった', '追加登録の取り下げにより、また変更できるようになった']])
		assert.ok(told.indexOf(later) < told.indexOf(earlier), `${later} above ${earlier}: ${told}`);
	const all = await words(page, '#history');
	for (const said of [QUESTION, ANSWER, REASON])
		assert.ok(all.includes(said), said);
	assert.doesNotMatch(all, /今の届出/, 'what was added is not the one in force any more');
	const see = await page.locator('#history a', { hasText: 'この追加登録を見る' }).getAttribute('href');
	assert.ok(see.endsWith(`#n-${added.split('/').at(-1)}`), see);
	await axe(page);
	await valid(page, 'history');
	await shot(page, 'story-life-history');
});

test('doctor and centre correct at once: the second sees both side by side and loses nothing', async () => {
	const dr = doctor.page, ce = centre.page;
	for (const page of [dr, ce]) {
		await page.goto(`${first}/edit`);
		await unfold(page);
	}
	await fillIn(ce, { stay_phone: '03-5550-1111', remarks: '保健所の備考' });
	await fillIn(dr, { remarks: '医師の備考', occupation: '看護師' });
	await press(ce);
	assert.ok(new URL(ce.url()).pathname.startsWith(file), await troubleOf(ce));

	await press(dr);
	assert.equal(await dr.locator('#conflict tbody tr').count(), 1, 'only what both changed');
	const both = await words(dr, '#conflict tbody');
	assert.ok(both.includes('医師の備考') && both.includes('保健所の備考'), both);
	await unfold(dr);
	assert.equal(await dr.inputValue('[name=remarks]'), '医師の備考', 'his own stays');
	assert.equal(await dr.inputValue('[name=occupation]'), '看護師');
	assert.equal(await dr.inputValue('[name=stay_phone]'), '03-5550-1111', 'what only she changed is taken over');
	await axe(dr);
	await valid(dr, 'conflict');
	await shot(dr, 'story-life-conflict');
	await press(dr);
	assert.ok(new URL(dr.url()).pathname.startsWith(file), await troubleOf(dr));
	const now = await article(dr, first).innerText();
	for (const kept of ['医師の備考', '看護師', '03-5550-1111'])
		assert.ok(now.includes(kept), kept);
	await ce.goto(`${file}/history`);
	assert.match(await words(ce, '#history'), /保健所の備考 → 医師の備考/, 'nothing said is lost');
});
