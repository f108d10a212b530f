/* A clerk types, a physician checks (seed Q17), each at his own window. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, shot, startServer, valid } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, troubleOf, words } from './steps.mjs';

let doctor, clerk;
const TYPED = { ...MINIMUM, doctor_name: '試験　医師' };
const names = {};

before(async () => {
	await startServer({ cases: 0 });
	doctor = await openAs('doctor', '/checks');
	clerk = await openAs('clerk', '/notifications');
	for (const [who, { page }] of Object.entries({ doctor, clerk }))
		names[who] = await words(page, '.who b');
});

after(() => assert.deepEqual([...doctor.context.troubles, ...clerk.context.troubles], []));

const go = (page, act) => Promise.all([page.waitForEvent('load'), act()]);
const button = (page, act) => go(page, () => page.click(`#check button[value=${act}]`));
const correct = async (page, edit, what) => {
	await page.goto(edit);
	for (const closed = page.locator('details.sec:not([open]) > summary:visible'); await closed.count() > 0;)
		await closed.first().click();
	await fillIn(page, what);
	await press(page);
};
const row = (page, name) => page.locator('li', { hasText: name }).first();

test('the tick is one more stop before 報告; without it nothing is reported and nothing is lost', async () => {
	const { page } = clerk;
	await newForm(page);
	await fillIn(page, { ...TYPED, name: '試験　一子' });
	await press(page);
	assert.match(page.url(), /\/new$/);
	assert.match(await words(page, '#faults'), /医師の確認が必要です/);
	assert.equal(await page.inputValue('#f-name'), '試験　一子');
	await page.click('#faults a');
	assert.equal(await page.evaluate(() => document.activeElement.closest('#check') !== null), true, 'the fault leads to the tick');
	await axe(page);
	await valid(page, 'unchecked');
	await shot(page, 'story-check-refused');
	await page.focus('#attest');
	await page.keyboard.press('Space');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'report', 'Enter goes on to the button');
	await press(page);
	assert.match(page.url(), /\/receipt$/, await troubleOf(page));
	assert.match(await words(page, '.receipt'), /医師の確認 試験　医師（入力者の申告）/);
});

test('a draft is handed to the physician, checked, and reported by the clerk', async () => {
	const cl = clerk.page, dr = doctor.page;
	await newForm(cl);
	await fillIn(cl, { ...TYPED, name: '試験　二子', birth_date: '1976-01-01' });
	await press(cl, 'ask');
	assert.match(cl.url(), /\/notifications$/);
	assert.match(await row(cl, '試験　二子').innerText(), /医師の確認待ち/);

	await dr.goto('/figures');
	assert.match(await words(dr, '.nav'), /確認待ち 1/, 'counted on every page');
	await go(dr, () => dr.click('.nav a[href="/checks"]'));
	await axe(dr);
	await shot(dr, 'story-checks');
	await go(dr, () => dr.click('a:has-text("試験　二子")'));
	assert.match(await words(dr, 'main'), new RegExp(`入力 ${names.clerk}`));
	assert.equal(await dr.locator('main input:not([type=hidden]), main select').count(), 0, 'read-only');
	await axe(dr);
	await valid(dr, 'check');
	await shot(dr, 'story-check');
	await button(dr, 'check');
	assert.match(dr.url(), /\/checks$/);
	assert.doesNotMatch(await words(dr, '.nav'), /確認待ち 1/);

	await cl.reload();
	assert.match(await row(cl, '試験　二子').innerText(), new RegExp(`${names.doctor}が確認しました`));
	await go(cl, () => cl.click('a:has-text("試験　二子")'));
	await press(cl);
	assert.match(cl.url(), /\/receipt$/, await troubleOf(cl));
	const receipt = await words(cl, '.receipt');
	assert.ok(receipt.includes(`入力 ${names.clerk}`) && receipt.includes(`医師の確認 ${names.doctor}`), receipt);
	await shot(cl, 'story-check-receipt');
});

test('the physician reports in one press, or sends it back and the clerk reads why', async () => {
	const cl = clerk.page, dr = doctor.page;
	for (const [name, born] of [['試験　三子', '1977-01-01'], ['試験　四子', '1978-01-01']]) {
		await newForm(cl);
		await fillIn(cl, { ...TYPED, name, birth_date: born });
		await press(cl, 'ask');
	}
	await dr.goto('/checks');
	await go(dr, () => dr.click('a:has-text("試験　三子")'));
	await button(dr, 'report');
	assert.match(dr.url(), /\/receipt$/);
	assert.match(await words(dr, '.receipt'), new RegExp(`入力 ${names.clerk}`));

	await dr.goto('/checks');
	await go(dr, () => dr.click('a:has-text("試験　四子")'));
	await button(dr, 'return');
	assert.match(await words(dr, '#check-fault'), /理由/);
	await dr.fill('#note', '採取日を確かめてください');
	await button(dr, 'return');
	await cl.goto('/notifications');
	assert.match(await row(cl, '試験　四子').innerText(), /採取日を確かめてください/);
	await axe(cl);
	await shot(cl, 'story-check-back');
});

test('after 報告: a phone number waits for nobody, a specimen does, and the physician sees what changed', async () => {
	const cl = clerk.page, dr = doctor.page;
	await newForm(cl);
	await fillIn(cl, { ...TYPED, name: '試験　五子', birth_date: '1979-01-01', attest: true });
	await press(cl);
	const edit = await cl.getAttribute('a[href$="/edit"]', 'href');
	for (const [what, waits] of [[{ stay_phone: '03-5550-1234' }, 0], [{ 'test_specimen.1': 'nasal_swab' }, 1]]) {
		await correct(cl, edit, what);
		assert.equal(await cl.locator('#notifications .tag', { hasText: '医師確認待ち' }).count(), waits);
	}
	await shot(cl, 'story-check-case');
	await dr.goto('/checks');
	await go(dr, () => dr.click('a:has-text("試験　五子")'));
	assert.match(await words(dr, '#changes'), /検体.* 唾液 → /);
	await axe(dr);
	await shot(dr, 'story-check-changed');
	/* The clerk is quicker. */
	await correct(cl, edit, { remarks: '再検査予定' });
	await button(dr, 'check');
	assert.match(await words(dr, '#check-fault'), /まだ確認されていません/);
	assert.match(await words(dr, '#changes'), /再検査予定/);
	await button(dr, 'check');
	assert.match(dr.url(), /\/checks$/);
	await cl.reload();
	assert.equal(await cl.locator('#notifications .tag', { hasText: '医師確認待ち' }).count(), 0);
});

test('an institution that wants the physician himself offers no tick', async () => {
	const cl = clerk.page, dr = doctor.page;
	await dr.goto('/checks');
	await dr.check('#rule-sign-in');
	await go(dr, () => dr.click('form[action="/checks/rule"] button'));
	assert.ok(await dr.isChecked('#rule-sign-in'));
	await newForm(cl);
	assert.equal(await cl.locator('#attest').count(), 0);
	assert.match(await words(cl, '#check'), /医師本人/);
	await shot(cl, 'story-check-sign-in');
});
