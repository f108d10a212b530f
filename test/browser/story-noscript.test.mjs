/* The main job without scripts: everything works, with a button where a script would act by itself. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, shot, signIn, startServer, valid } from './lib.mjs';
import { MINIMUM, fillIn, press, words } from './steps.mjs';

let doctor, centre;

before(async () => {
	await startServer({ cases: 300 });
	doctor = await open({ js: false });
	await signIn(doctor.page, 'doctor');
	centre = await open({ js: false });
	await signIn(centre.page, 'centre');
});

after(() => assert.deepEqual([...doctor.context.troubles, ...centre.context.troubles], []));

test('the first field has the focus, and what only a script can do is not offered', async () => {
	const { page } = doctor;
	await Promise.all([page.waitForURL(/\/new$/), page.click('a[href="/notifications/new"]')]);
	assert.equal(await page.getAttribute(':focus', 'name'), 'type');
	assert.ok(await page.isVisible('button[value=zip]'), '住所を引く is there');
	assert.ok(await page.isHidden('.keys'), 'keys that a script would know are not named');
	assert.equal(await page.locator('.opt kbd:visible').count(), 0);
	assert.equal(await page.locator('[data-print]:visible').count(), 0);
	await shot(page, 'story-noscript-new');
});

test('住所を引く fills the address in and keeps the rest', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { name: '無紙　一子', sex: 'female', stay_postal: '１００ー００１３' });
	await Promise.all([page.waitForEvent('load'), page.click('button[value=zip]')]);
	assert.match(await page.inputValue('#f-stay_address'), /^東京都千代田区霞が関/);
	assert.equal(await page.inputValue('#f-name'), '無紙　一子');
	assert.ok(await page.isChecked('[name=sex][value=female]'));
	assert.doesNotMatch(await page.title(), /エラー/, 'to be asked is no fault');
	assert.equal(await page.locator('.note.fault').count(), 0, 'nothing is refused yet');
});

test('住所を引く names the places when a code has several, and says so when it has none', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { name: '無紙　一子', stay_postal: '4980000' });
	await Promise.all([page.waitForEvent('load'), page.click('button[value=zip]')]);
	assert.match(await words(page, '#f-stay_postal-note'), /住所が複数あります：.*愛知県.*三重県|住所が複数あります：.*三重県.*愛知県/);
	await valid(page, 'zip several');
	await fillIn(page, { stay_postal: '9999999', stay_address: '' });
	await Promise.all([page.waitForEvent('load'), page.click('button[value=zip]')]);
	assert.match(await words(page, '#f-stay_postal-note'), /住所は見つかりません/);
	assert.equal(await page.inputValue('#f-name'), '無紙　一子');
});

test('a draft is saved by its button and gone on with from the list', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { name: '無紙　草子', birth_date: 'S55.4.1' });
	await press(page, 'draft');
	assert.match(page.url(), /\/drafts\//);
	assert.match(await words(page, '.saved'), /下書きを保存しました \d\d:\d\d/);
	await page.goto('/notifications');
	await Promise.all([page.waitForEvent('load'), page.click('a[href^="/drafts/"]')]);
	assert.equal(await page.inputValue('#f-name'), '無紙　草子');
	assert.match(await page.textContent('#f-birth_date-echo'), /^1980年（昭和55年）4月1日・\d\d歳$/);
});

test('a refused form says what is wrong, with links that lead to the fields, and keeps everything', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { name: '無紙　一子', birth_date: '2月30日' });
	await press(page);
	assert.match(await page.title(), /^エラー：(?!エラー)/);
	assert.equal(await words(page, '#faults h2'), '入力に7件の問題があります');
	assert.equal(await page.inputValue('#f-birth_date'), '2月30日');
	await page.click('#faults a[href="#f-birth_date"]');
	assert.equal(await page.getAttribute(':focus', 'id'), 'f-birth_date');
	for (const link of await page.locator('#faults a').all())
		assert.equal(await page.locator((await link.getAttribute('href')).replace('#', '[id="') + '"]').count(), 1);
	await shot(page, 'story-noscript-refused');
});

test('guardian\'s fields stand open for a minor and need not be opened for an adult', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { birth_date: '2020-04-01' });
	await press(page);
	assert.ok(await page.isVisible('#f-guardian_name'), 'a child of six');
	await fillIn(page, { birth_date: '1975-08-19' });
	await press(page);
	assert.ok(await page.isHidden('#f-guardian_name'), 'an adult');
});

test('the minimum is notified without scripts, and the centre has it on reload', async () => {
	const { page } = doctor;
	await page.goto('/notifications/new');
	await fillIn(page, { ...MINIMUM, name: '無紙　一子' });
	await press(page);
	assert.match(page.url(), /\/receipt$/, await words(page, 'main'));
	assert.match(await words(page, '.receipt'), /無紙　一子さんの発生届を.+保健所に届け出ました/);
	const number = await page.textContent('.number b');
	await shot(page, 'story-noscript-receipt');

	await centre.page.goto('/inbox');
	const row = centre.page.locator('#inbox tbody tr').first();
	assert.ok((await row.innerText()).includes(number), 'at the top on reload');
	assert.ok(await centre.page.isVisible('a.js-off'), 'a link to reload');
	assert.equal(await centre.page.locator('#status-menu:visible').count(), 0);
});

test('the centre sets a status and finds the case again, without scripts', async () => {
	const { page } = centre;
	await Promise.all([page.waitForURL(/\/cases\//), page.locator('#inbox tbody th a').first().click()]);
	await Promise.all([page.waitForEvent('load'), page.click('.chip >> nth=1')]);
	assert.equal(await words(page, '.status-now'), (await page.innerText('.chip[aria-pressed=true]')).trim());
	await Promise.all([page.waitForEvent('load'), page.click('.chip[value=dead]')]);
	assert.ok(await page.isVisible('#f-death_date'));
	await page.check('[name=death_date_unknown]');
	await Promise.all([page.waitForEvent('load'), page.click('button.primary[value=dead]')]);
	assert.match(await words(page, '.status-now'), /死亡/);

	await page.goto('/search');
	await page.fill('#q', 'シケン');
	await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	assert.match(await words(page, 'main'), /無紙　一子/);
	assert.equal(new URL(page.url()).search, '');
	await page.goto('/figures');
	assert.ok(await page.isVisible('svg.curve'));
	await page.click('#series summary');
	assert.ok(await page.isVisible('#series table'));
});

test('the language is switched and stays on the page, and the signing out ends it', async () => {
	const { page } = centre;
	await page.goto('/search');
	await Promise.all([page.waitForEvent('load'), page.click('button[name=lang][value=en]')]);
	assert.equal(new URL(page.url()).pathname, '/search');
	assert.equal(await page.getAttribute('html', 'lang'), 'en');
	await Promise.all([page.waitForEvent('load'), page.click('button[name=lang][value=ja]')]);
	assert.equal(await page.getAttribute('html', 'lang'), 'ja');
	await Promise.all([page.waitForURL(/\/login$/), page.click('form[data-logout] button')]);
	await page.goto('/inbox');
	assert.match(page.url(), /\/login$/);
});
