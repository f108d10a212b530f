/* The main job in English: no sentence of Japanese is left, but for what people, places and clinics are called. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shot, startServer } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, words } from './steps.mjs';

let doctor, centre, ministry, admin, number;

/* What is a name or was typed by people: of a person, an institution, an area, and what the form holds. */
const NAMES = ['.who', 'td[data-label="Name"]', 'th[data-label="Name"]', 'td[data-label="Reported by"]', '[lang=ja]', '.kana',
	'input', 'textarea', 'pre', '.case-head h1', '.facts dd', '.tell b', '.number', '.receipt > p', '.history .small',
	'.rows-list .small', '.places button', '.sheet dd', '[data-part=area] th', '#area option',
	'th[data-label="User ID"]', 'td[data-label="Display name"]', 'td[data-label="Organisation"]', '#status-for', '.notif .small',
	'#from', '#until', '#duplicates li', 'td .vh', 'a[href^="/drafts/"]', 'form[action^="/drafts/"] .vh', 'del', 'ins'];

/* Runs in the page: texts in Japanese that are no names. */
function
japanese(names)
{
	const found = [];
	const isName = e => /name|reading|address|hospital or clinic|occupation|prefecture of|municipality of/i.test(e.closest('tr')?.querySelector('th')?.textContent);
	const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const at = walk.currentNode.parentElement;
		if (/[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff60]/.test(walk.currentNode.data) && !at.closest('script, style')
			&& !names.some(n => at.closest(n)) && !isName(at))
			found.push(`${at.localName}.${at.className}: ${walk.currentNode.data.trim()}`);
	}
	for (const e of document.querySelectorAll('*'))
		for (const { name, value } of e.attributes)
			if (/^(aria-label|alt|title|placeholder|content|data-(?!who|value|word).*)$/.test(name)
				&& /[\u3040-\u30ff\u4e00-\u9fff]/.test(value))
				found.push(`${e.localName}[${name}]: ${value}`);
	if (/[\u3040-\u30ff\u4e00-\u9fff]/.test(document.title))
		found.push(`title: ${document.title}`);
	return found;
}

async function
isEnglish(page, name)
{
	assert.equal(await page.getAttribute('html', 'lang'), 'en', name);
	assert.deepEqual(await page.evaluate(japanese, NAMES), [], name);
}

async function
inEnglish(login)
{
	const w = await openAs(login);
	await Promise.all([w.page.waitForEvent('load'), w.page.click('button[name=lang][value=en]')]);
	return w;
}

before(async () => {
	await startServer({ cases: 300 });
	doctor = await inEnglish('doctor');
	centre = await inEnglish('centre');
	ministry = await inEnglish('ministry');
	admin = await inEnglish('admin');
});

after(() => assert.deepEqual([doctor, centre, ministry, admin].flatMap(w => w.context.troubles), []));

test('the way from the list to the receipt is in English', async () => {
	const { page } = doctor;
	await page.goto('/notifications');
	await isEnglish(page, 'list');
	await newForm(page);
	await isEnglish(page, 'new');
	await fillIn(page, { birth_date: 'S55.4.1' });
	assert.match(await page.textContent('#f-birth_date-echo'), /^1 April 1980, age \d\d$/);
	await fillIn(page, { birth_date: '昭和64年1月8日', stay_postal: '4980000' });
	await page.waitForSelector('.places button');
	await page.locator('#f-birth_date').blur();
	assert.match(await words(page, '#f-birth_date-note'), /^Date of birth: “昭和64年1月8日” is after that era ended. If you mean 8 January 1989, /);
	await press(page);
	assert.match(await page.title(), /^Error: (?!Error)/);
	assert.match(await words(page, '#faults'), /Please correct 8 item/);
	assert.match(await words(page, '#faults'), /Name: please fill this in\./);
	assert.deepEqual((await page.evaluate(japanese, NAMES)).filter(t => !t.includes('昭和64年1月8日')), []);
	await fillIn(page, { ...MINIMUM, name: 'SMITH　Anna', name_kana: 'スミス　アンナ' });
	await press(page);
	assert.match(page.url(), /\/receipt$/);
	number = await page.textContent('.number b');
	await isEnglish(page, 'receipt');
	assert.match(await words(page, '.receipt'), /The notification of SMITH　Anna was sent to /);
	await shot(page, 'story-english-receipt');
	const receipt = page.url();
	for (const end of ['print', 'edit']) {
		await page.goto(receipt.replace('receipt', end));
		await isEnglish(page, end);
	}
	await page.goto('/notifications/new?disease=nothing');
	await isEnglish(page, 'no sheet');
	await page.goto('/nothing');
	await isEnglish(page, 'not found');
});

test('the centre reads inbox, case, history and search in English', async () => {
	const { page } = centre;
	await page.goto('/inbox');
	await page.waitForSelector('#live.on');
	await isEnglish(page, 'inbox');
	await Promise.all([page.waitForURL(/\/cases\//), page.locator('#inbox tbody th a').first().click()]);
	await isEnglish(page, 'case');
	assert.ok((await words(page, 'main')).includes(number));
	await Promise.all([page.waitForEvent('load'), page.click('.chip[value=dead]')]);
	await isEnglish(page, 'death');
	await page.fill('[name=death_date]', 'yesterday');
	await Promise.all([page.waitForEvent('load'), page.click('button.primary[value=dead]')]);
	await isEnglish(page, 'death refused');
	await page.goto('/search');
	await page.fill('#q', 'smith');
	await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	await isEnglish(page, 'found');
	assert.ok((await words(page, 'main')).includes(number), 'found by letters of either size');
});

test('figures, forms and administration are in English', async () => {
	await ministry.page.goto('/figures');
	await isEnglish(ministry.page, 'figures');
	await ministry.page.goto('/sheets');
	await isEnglish(ministry.page, 'sheets');
	await Promise.all([ministry.page.waitForEvent('load'), ministry.page.click('table.list tbody a')]);
	await isEnglish(ministry.page, 'sheet');
	for (const path of ['/admin', '/admin/accounts', '/admin/sheets']) {
		await admin.page.goto(path);
		await isEnglish(admin.page, path);
	}
});

test('signing out and in is in English, and the language is remembered', async () => {
	const { page } = admin;
	await Promise.all([page.waitForURL(/\/login$/), page.click('form[data-logout] button')]);
	await isEnglish(page, 'login');
	await page.fill('#login', 'admin');
	await page.fill('#password', 'wrong');
	await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	await isEnglish(page, 'login refused');
});
