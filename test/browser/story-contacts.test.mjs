/* Active surveillance: the centre writes down who met the patient, a household at once, looks after them day by day; one falls ill
 * and is notified from there; the chain is drawn, with a list of the same beside it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, shot, startServer, valid } from './lib.mjs';
import { MINIMUM, fillIn, notify, openAs, press, today, words } from './steps.mjs';

let doctor, centre, phone, tab, number;

before(async () => {
	await startServer({ cases: 20 });
	doctor = await openAs('doctor');
	centre = await openAs('centre', '/inbox');
	phone = await openAs('centre', '/inbox', { width: 360, height: 800 });
	number = await notify(doctor.page, { name: '試験　一郎', name_kana: 'シケン　イチロウ', sex: 'male' });
	tab = `${await doctor.page.getAttribute('a[href^="/cases/"]', 'href')}/contacts`;
});

after(() => {
	const troubles = [doctor, centre, phone].flatMap(w => w?.context.troubles ?? []);
	assert.deepEqual(troubles, []);
});

const enter = page => Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);

/* Wide and on a phone: whole, accessible, and no wider than its window. */
async function
look(path, name)
{
	for (const { page } of [centre, phone]) {
		await page.goto(path);
		await axe(page);
		const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
		await shot(page, `${name}-${page === phone.page ? 'phone' : 'wide'}`);
	}
	await valid(centre.page, name);
}

test('one contact is added from the keyboard alone', async () => {
	const { page } = centre;
	await page.goto(`${tab}?add=one`);
	assert.equal(await page.evaluate(() => document.activeElement.name), 'name.1');
	await page.keyboard.type('試験　職子');
	await page.keyboard.press('Tab');
	await page.keyboard.type('シケン　ショクコ');
	await enter(page);
	assert.match(page.url(), /added=1/);
	assert.match(await words(page, '.flash'), /1人を追加しました/);
	assert.match(await words(page, '#contacts'), /試験　職子/);
	assert.equal(await page.evaluate(() => document.activeElement.name), 'name.1', 'ready for the next');
});

test('a household of three takes the address over and three names', async () => {
	const { page } = centre;
	await Promise.all([page.waitForEvent('load'), page.click('a[href*="add=household"]')]);
	await Promise.all([page.waitForEvent('load'), page.click('a[href*="rows=4"]')]);
	assert.equal(await page.inputValue('[name="address.4"]'), MINIMUM.stay_address);
	const day = await today(page);
	for (const [n, name, kana, birth, sex] of [[1, '試験　花代', 'シケン　ハナヨ', '1978-05-05', 'female'],
		[2, '試験　二郎', 'シケン　ジロウ', '2010-07-07', 'male'], [3, '試験　三郎', 'シケン　サブロウ', '2012-03-03', 'male']]) {
		await page.fill(`[name="name.${n}"]`, name);
		await page.fill(`[name="name_kana.${n}"]`, kana);
		await page.fill(`[name="birth_date.${n}"]`, birth);
		await page.check(`[name="sex.${n}"][value=${sex}]`);
		await page.fill(`[name="last_contact.${n}"]`, n === 3 ? '2月30日' : day);
	}
	await Promise.all([page.waitForEvent('load'), page.click('#add button.primary')]);
	assert.match(await words(page, '#faults'), /最終接触日/);
	assert.equal(await page.inputValue('[name="name.2"]'), '試験　二郎', 'nothing typed is lost');
	await shot(page, 'contacts-fault');
	await page.fill('[name="last_contact.3"]', day);
	await Promise.all([page.waitForEvent('load'), page.click('#add button.primary')]);
	assert.match(await words(page, '.flash'), /3人を追加しました/);
	assert.match(await words(page, '#contacts table caption'), /同居者/);
	await look(tab, 'contacts');
});

test('who was not seen today stands first, until it is written down how they are', async () => {
	const { page } = centre;
	await page.goto('/contacts');
	assert.match(await words(page, 'main'), /4人（うち本日未確認 4人）/);
	const first = page.locator('tbody tr').first();
	const name = (await first.locator('th a').innerText()).trim();
	await Promise.all([page.waitForEvent('load'), first.locator('th a').click()]);
	await page.fill('#d-temp', '３６．８');
	await page.click('label:has([name=symptoms][value=no])');
	await page.focus('#d-said');
	await enter(page);
	assert.match(await words(page, '#days table'), /36\.8\s*無/);
	await page.goto('/contacts');
	assert.match(await words(page, 'main'), /うち本日未確認 3人/);
	assert.match(await page.locator('tbody tr').last().innerText(), new RegExp(name.replace('　', '.')));
	await look('/contacts', 'contact-watch');
});

test('one of the household falls ill: notified from the contact, linked by the same press', async () => {
	await doctor.page.goto(tab);
	await Promise.all([doctor.page.waitForEvent('load'), doctor.page.locator('#contacts a', { hasText: '花代' }).click()]);
	const contact = doctor.page.url();
	await Promise.all([doctor.page.waitForEvent('load'), doctor.page.click('text=発生届を作成')]);
	assert.equal(await doctor.page.inputValue('[name=name]'), '試験　花代');
	assert.equal(await doctor.page.inputValue('[name=birth_date]'), '1978-05-05');
	const { type, 'test_method.1': method, 'test_specimen.1': specimen } = MINIMUM;
	await fillIn(doctor.page, { type, 'test_method.1': method, 'test_specimen.1': specimen, 'test_sampled_date.1': 'today' });
	await press(doctor.page);
	assert.match(doctor.page.url(), /\/receipt$/);
	const second = await doctor.page.textContent('.number b');

	await centre.page.goto(contact);
	assert.match(await words(centre.page, '#contact'), new RegExp(`患者となりました： ${second}`));
	await look(contact, 'contact');
	await Promise.all([centre.page.waitForEvent('load'), centre.page.click(`a:has-text("${second}")`)]);
	assert.match(await words(centre.page, '#sources'), new RegExp(`感染源の候補 ${number}`));

	/* And so on: she met a colleague. */
	await centre.page.goto(`${new URL(centre.page.url()).pathname}/contacts?add=one`);
	await centre.page.keyboard.type('試験　同僚');
	await enter(centre.page);
});

test('the chain is drawn, and the list beside it says the same', async () => {
	const { page } = centre;
	await page.goto(tab);
	await Promise.all([page.waitForEvent('load'), page.click('text=感染の連鎖を見る')]);
	const box = await page.locator('svg.chain g').allInnerTexts();
	assert.equal(await page.locator('svg.chain g.filled').count(), 2);
	assert.equal(await page.locator('svg.chain g.hollow').count(), 4);
	assert.equal(await page.locator('svg.chain .home').count(), 1);
	const list = await words(page, '.chain-list:last-child');
	for (const name of ['試験　二郎', '試験　三郎', '試験　職子', '試験　同僚'])
		assert.ok(list.replace(/ /g, '　').includes(name), `${name} in ${list}`);
	assert.equal(box.length, 6);
	await look(new URL(page.url()).pathname, 'chain');
	const wide = await phone.page.locator('svg.chain').evaluate(e => [e.clientWidth, e.parentElement.clientWidth]);
	assert.ok(wide[0] > 600 && wide[1] < 360, `the picture scrolls in its frame: ${wide}`);
});

test('without script all of it works', async t => {
	const { page, context } = await openAs('centre', `${tab}?add=one`, { js: false });
	t.after(() => context.close());
	await page.fill('[name="name.1"]', '試験　無地');
	await Promise.all([page.waitForEvent('load'), page.click('#add button.primary')]);
	assert.match(await words(page, '#contacts'), /試験　無地/);
});
