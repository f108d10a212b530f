/* Steps that several stories share: forms filled in, people who may look, what a page says. */

import assert from 'node:assert/strict';
import { open, signIn } from './lib.mjs';

/* What a notification must have, apart from what the page fills in itself. */
export const MINIMUM = {
	type: 'confirmed', name: '試験　花子', name_kana: 'シケン　ハナコ', sex: 'female', birth_date: '1975-08-19',
	stay_address: '東京都港区芝公園１丁目５－２５', 'test_method.1': 'naat', 'test_specimen.1': 'saliva',
	'test_sampled_date.1': 'today', 'test_result.1': 'positive',
};

/* Somebody's window, signed in, at `path`. */
export async function
openAs(login, path, options)
{
	const { page, context } = await open(options);
	await signIn(page, login);
	if (path !== undefined)
		await page.goto(path);
	return { page, context };
}

/* An empty form: what an earlier one left on this device is forgotten first. */
export async function
newForm(page, path = '/notifications/new')
{
	await page.goto('/sheets');
	await page.evaluate(() => new Promise(done => {
		localStorage.clear();
		const gone = indexedDB.deleteDatabase('hersys');
		gone.onsuccess = gone.onerror = gone.onblocked = done;
	}));
	await page.goto(path);
}

/* The server's day, "2026-11-23". */
export async function
today(page)
{
	return (await page.getAttribute('body', 'data-now')).slice(0, 10);
}

/* Fill in items by their names, whatever their kind; "" empties, true and false tick. */
export async function
fillIn(page, values)
{
	for (const [name, value] of Object.entries(values)) {
		const all = page.locator(`#entry [name="${name}"]`);
		const kind = await all.first().evaluate(e => e.localName === 'select' ? 'select' : e.type);
		if (kind === 'select')
			await all.selectOption(value);
		else if (kind === 'checkbox' && typeof value === 'boolean')
			await all.setChecked(value);
		else if (kind === 'checkbox' || kind === 'radio')
			await page.locator(`#entry [name="${name}"][value="${value}"]`).check();
		else
			await all.fill(value === 'today' ? await today(page) : value);
	}
}

/* What the form would send, as {name: value}; what belongs to the machine left out. */
export async function
typed(page)
{
	const pairs = await page.$eval('#entry', form => [...new FormData(form)]);
	const machine = ['csrf', 'op', 'draft_id', 'draft_ver', 'sheet'];
	return Object.fromEntries(pairs.filter(([name]) => !machine.includes(name)));
}

/* Press a button of the form and wait for the page that follows. */
export async function
press(page, act = 'report')
{
	await Promise.all([page.waitForEvent('load'), page.click(`#entry button[name=act][value=${act}]`)]);
}

/* File a notification with the minimum and what `more` says of the person; ends at the receipt. */
export async function
notify(page, more)
{
	await newForm(page);
	await fillIn(page, { ...MINIMUM, ...more });
	await press(page);
	assert.match(page.url(), /\/receipt$/, await troubleOf(page));
	return page.textContent('.number b');
}

/* What the page complains about, for messages of failed tests. */
export async function
troubleOf(page)
{
	return (await page.locator('#faults, .box.bad, #trouble, main').first().innerText()).slice(0, 800);
}

/* What an element says, white space reduced. */
export async function
words(page, selector)
{
	return (await page.locator(selector).first().innerText()).replace(/[ \t\n\u00a0]+/g, " ").trim();
}
