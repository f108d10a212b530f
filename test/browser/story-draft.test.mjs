/* Nothing that was typed is lost: by a reload, a lost connection, an ended session, another person, an impatient hand. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, open, shot, signIn, startServer, unusedCode, valid } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, typed, words } from './steps.mjs';

const SAVED_MS = 2500;          /* a pause of a second, the way there, a slow machine */

let server, doctor, clerk;

before(async () => {
	server = await startServer({ cases: 300 });
	doctor = await openAs('doctor', '/notifications');
	clerk = await openAs('clerk', '/notifications');
});

after(() => assert.deepEqual([...doctor.context.troubles, ...clerk.context.troubles].filter(t => !/ERR_INTERNET/.test(t)), []));

/* Wait until the page says that everything typed so far is kept by the server. */
const isSaved = (page, timeout) => page.waitForFunction(() => /下書きを保存しました/.test(document.querySelector('#saved').textContent)
	&& document.querySelector('#saved-at').textContent !== '', null, { timeout });
/* What it says is about the past: forget it, so that the next saving can be seen. */
const forgetSaved = page => page.$eval('#saved', e => { e.textContent = ''; });
const trouble = page => words(page, '#trouble');
const drafts = async page => {
	await page.goto('/notifications');
	return page.locator('a[href^="/drafts/"]').count();
};

/* ---- saving by itself ---- */

test('a draft is saved about a second after one pauses, is told politely, and a reload brings it back', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { name: '自動　一子', name_kana: 'ジドウ　イチコ', birth_date: 'S55.4.1' });
	const at = Date.now();
	await isSaved(page);
	assert.ok(Date.now() - at < SAVED_MS, `${Date.now() - at} ms`);
	assert.equal(await page.locator('#saved[role=status]').count(), 1);
	assert.match(await words(page, '.saved'), /下書きを保存しました \d\d:\d\d/);
	const said = await typed(page);
	await page.reload();
	await page.waitForFunction(() => document.querySelector('#f-name').value === '自動　一子');
	assert.deepEqual(await typed(page), said);
	await axe(page);
	await shot(page, 'story-draft-restored');
});

test('a draft stands in the list with name and time, can be gone on with and be deleted', async () => {
	const { page } = doctor;
	await page.goto('/notifications');
	const link = page.locator('a[href^="/drafts/"]', { hasText: '自動　一子' });
	assert.equal(await link.count(), 1, 'one draft, not one for each saving');
	await Promise.all([page.waitForURL(/\/drafts\//), link.click()]);
	assert.equal(await page.inputValue('#f-name'), '自動　一子');
	assert.equal(await page.inputValue('#f-birth_date'), 'S55.4.1', 'as it was typed');
	assert.match(await page.textContent('#f-birth_date-echo'), /昭和55年/);
	const before = await drafts(page);
	await Promise.all([page.waitForEvent('load'),
		page.locator('li', { hasText: '自動　一子' }).getByRole('button').click()]);
	assert.equal(await drafts(page), before - 1);
});

test('who leaves before the pause is over finds the draft in the list, once, and no quarrel with himself', async () => {
	const { page } = doctor;
	const before = await drafts(page);
	await newForm(page);
	await fillIn(page, { name: '急用　一子' });
	for (let n = 0; n < 50 && await drafts(page) === before; n++)
		;                       /* what was sent on leaving is on its way */
	assert.equal(await drafts(page), before + 1);
	await page.click('a[href^="/drafts/"]:has-text("急用　一子")');
	await page.waitForURL(/\/drafts\//);
	assert.equal(await page.inputValue('#f-name'), '急用　一子');
	await page.fill('#f-birth_date', '1980-04-02');
	await page.goto('/notifications');
	await page.goBack();
	await page.waitForFunction(() => document.querySelector('#f-birth_date').value === '1980-04-02');
	await forgetSaved(page);
	await page.fill('#f-name', '急用　二子');
	await isSaved(page);
	assert.equal(await trouble(page), '', 'one is not told of oneself');
});

test('the next person\'s form is empty once a draft was saved and left', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { name: '前人　一子' });
	await isSaved(page);
	await page.click('a[href="/notifications"]');
	await page.waitForURL(/\/notifications$/);
	await Promise.all([page.waitForURL(/\/new$/), page.click('a[href="/notifications/new"]')]);
	await page.waitForLoadState('networkidle');
	assert.equal(await page.inputValue('#f-name'), '');
});

/* ---- the network ---- */

test('without a network the page says so, keeps the text, and saves when it is back', async t => {
	const { page, context } = doctor;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '断線　一子' });
	await isSaved(page);
	await context.setOffline(true);
	t.after(() => context.setOffline(false));
	await page.fill('#f-name', '断線　二子');
	await page.waitForFunction(() => document.querySelector('#trouble').textContent !== '');
	assert.match(await trouble(page), /^まだ届け出ていません。接続が戻ると保存します。/);
	assert.equal(await page.getAttribute('#trouble', 'role'), 'alert');
	assert.equal(await words(page, '#saved'), '', 'it claims no saving');
	await axe(page);
	await shot(page, 'story-draft-offline');

	await page.click('#report');
	await page.waitForFunction(() => !document.querySelector('#report').hasAttribute('aria-busy'));
	assert.equal(new URL(page.url()).pathname, '/notifications/new', 'the page stays');
	assert.match(await trouble(page), /^まだ届け出ていません/);
	assert.equal(await page.inputValue('#f-name'), '断線　二子');

	await context.setOffline(false);
	await isSaved(page);
	assert.equal(await trouble(page), '');
	await press(page);
	assert.match(page.url(), /\/receipt$/);
});

test('what was typed without a network survives the closing of the page', async t => {
	const { context } = doctor;
	const page = await context.newPage();
	await newForm(page);
	await page.waitForLoadState('networkidle');
	await context.setOffline(true);
	t.after(() => context.setOffline(false));
	await fillIn(page, { name: '閉店　一子', sex: 'female' });
	await page.waitForFunction(() => /この端末に残っています/.test(document.querySelector('#trouble').textContent));
	await page.close();
	await context.setOffline(false);
	const again = await context.newPage();
	await again.goto('/notifications/new');
	await again.waitForSelector('#kept:not([hidden])');
	assert.equal(await again.inputValue('#f-name'), '閉店　一子');
	assert.ok(await again.isChecked('[name=sex][value=female]'));
	await axe(again);
	await shot(again, 'story-draft-kept');
	await again.click('#kept button');
	assert.equal(await again.inputValue('#f-name'), '', 'it can be thrown away');
	assert.ok(await again.isHidden('#kept'));
	await again.close();
});

test('what one types while the copy of the device is looked for is not overwritten by it', async t => {
	const { context } = doctor;
	const page = await context.newPage();
	t.after(() => page.close());
	await newForm(page);
	await page.waitForLoadState('networkidle');
	await context.setOffline(true);
	t.after(() => context.setOffline(false));
	await fillIn(page, { name: '以前　一子', birth_date: '19800401' });
	await page.waitForFunction(() => /この端末に残っています/.test(document.querySelector('#trouble').textContent));
	await context.setOffline(false);
	/* a slow disk: the database opens when told so */
	await page.addInitScript(() => {
		const open = indexedDB.open.bind(indexedDB), late = [];
		window.hurry = () => late.splice(0).forEach(go => go());
		indexedDB.open = (...what) => {
			let real;
			const asked = { get result() { return real.result; } };
			late.push(() => {
				indexedDB.open = open;
				real = open(...what);
				for (const on of ['onsuccess', 'onerror', 'onupgradeneeded'])
					real[on] = e => asked[on]?.(e);
			});
			return asked;
		};
	});
	await page.reload();
	await fillIn(page, { name: '以後　一子' });
	await page.evaluate(() => window.hurry());
	await page.waitForSelector('#kept:not([hidden])');
	assert.equal(await page.inputValue('#f-name'), '以後　一子', 'the newer');
	assert.equal(await page.inputValue('#f-birth_date'), '19800401', 'the older');
});

test('the copy on this device cannot be read without this device\'s key', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { name: '秘密　一子' });
	await isSaved(page);
	const [kept, leaky] = await page.evaluate(() => new Promise(tell => {
		indexedDB.open('hersys').onsuccess = e => {
			const all = e.target.result.transaction('kept').objectStore('kept').getAll();
			all.onsuccess = async () => {
				e.target.result.close();
				const key = all.result.find(x => x instanceof CryptoKey);
				const text = all.result.filter(x => x.text).map(x => new TextDecoder().decode(x.text)).join();
				tell([all.result.filter(x => x.text).length, key.extractable || /秘密/.test(text)
					|| /秘密/.test(JSON.stringify({ ...localStorage, ...sessionStorage }))]);
			};
		};
	}));
	assert.ok(kept > 0);
	assert.equal(leaky, false);
});

/* ---- an impatient hand ---- */

test('a double click on 報告 makes one case', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '二度　一子', birth_date: '19420101' });
	await Promise.all([page.waitForURL(/\/receipt$/), page.dblclick('#report')]);
	await page.goto('/notifications');
	assert.equal(await page.locator('tbody th', { hasText: '二度　一子' }).count(), 1);
});

test('the same form sent twice gives the same receipt', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '再送　一子', birth_date: '19420102' });
	const where = await page.evaluate(() => {
		const body = new URLSearchParams(new FormData(document.querySelector('#entry')));
		body.set('act', 'report');
		const send = () => fetch('/notifications/new', { method: 'POST', body }).then(r => r.url);
		return Promise.all([send(), send(), send()]);
	});
	assert.match(where[0], /\/receipt$/);
	assert.equal(new Set(where).size, 1, where.join());
});

/* ---- two people ---- */

test('two people on one draft: the later one is told who was first, nothing is lost, and one of the two texts is chosen', async () => {
	const { page } = doctor, other = clerk.page;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '共同　一子', birth_date: '19500505' });
	await isSaved(page);
	const path = `/drafts/${await page.inputValue('[name=draft_id]')}`;
	await other.goto(path);
	assert.equal(await other.inputValue('#f-name'), '共同　一子');
	await fillIn(other, { stay_address: '大阪府大阪市北区中之島１丁目' });
	await isSaved(other);

	await page.fill('#f-stay_address', '京都府京都市中京区寺町通');
	await page.waitForFunction(() => document.querySelector('#trouble').textContent !== '');
	assert.match(await trouble(page), /この下書きは\d\d:\d\dに辻 英子さんが保存しました/);
	assert.equal(await page.inputValue('#f-stay_address'), '京都府京都市中京区寺町通');
	await shot(page, 'story-draft-two');

	await press(page);
	assert.equal(await page.locator('#conflict').count(), 1);
	const row = await words(page, '#conflict tbody tr');
	for (const part of ['居所の住所', '京都府', '大阪府', '辻 英子'])
		assert.ok(row.includes(part), `${part}: ${row}`);
	assert.equal(await page.inputValue('#f-stay_address'), '京都府京都市中京区寺町通', 'one\'s own stays in the form');
	await axe(page);
	await valid(page, 'conflict');
	await shot(page, 'story-draft-conflict');
	await press(page);
	assert.match(page.url(), /\/receipt$/);

	await forgetSaved(other);
	await other.fill('#f-name', '共同　二子');
	await isSaved(other);
	assert.equal(await other.inputValue('#f-name'), '共同　二子', 'the other\'s text is still there');
	await other.goto('/notifications');
	assert.equal(await other.locator('tbody th', { hasText: '共同　' }).count(), 1, 'filed once');
	assert.equal(await other.locator('a[href^="/drafts/"]', { hasText: '共同　二子' }).count(), 1, 'and a draft of its own');
});

test('two people correct one notification: only what both changed is asked about', async () => {
	const { page } = doctor, other = clerk.page;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '訂正　一子', birth_date: '19510505' });
	await press(page);
	const edit = await page.getAttribute('a.button[href$="/edit"]', 'href');
	await page.goto(edit);
	await other.goto(edit);
	await fillIn(other, { name: '訂正　花子', sex: 'other' });
	await press(other);
	assert.match(other.url(), /\/cases\//);

	await fillIn(page, { name: '訂正　月子', birth_date: '19510506' });
	await press(page);
	assert.equal(await page.locator('#conflict tbody tr').count(), 1, 'the name only');
	assert.match(await words(page, '#conflict tbody tr'), /^氏名 訂正　月子 訂正　花子 辻 英子/);
	const now = await typed(page);
	assert.deepEqual([now.name, now.sex, now.birth_date], ['訂正　月子', 'other', '1951-05-06']);
	await press(page);
	assert.match(page.url(), /\/cases\//);
	await Promise.all([page.waitForURL(/\/history$/), page.locator('.tabs a', { hasText: '履歴' }).click()]);
	assert.match(await words(page, '#history'), /訂正　花子 → 訂正　月子/);
});

/* ---- the session's end; last, for signing in anew waits for a new code ---- */

test('a session that ended while one typed: told, nothing lost, saved after signing in on another tab', async () => {
	const { page, context } = clerk;
	await newForm(page);
	await fillIn(page, { name: '時間　一子' });
	await isSaved(page);
	const tab = await context.newPage();
	await tab.goto('/notifications');
	await Promise.all([tab.waitForURL(/\/login$/), tab.click('form[data-logout] button')]);

	await page.fill('#f-name', '時間　切子');
	await page.waitForFunction(() => document.querySelector('#trouble').textContent !== '');
	assert.match(await trouble(page), /^サインインの期限が切れました。入力した内容は失われていません。/);
	assert.equal(await page.getAttribute('#trouble a', 'target'), '_blank');
	assert.equal(await page.inputValue('#f-name'), '時間　切子');
	await axe(page);
	await shot(page, 'story-draft-out');

	const [again] = await Promise.all([context.waitForEvent('page'), page.click('#trouble a')]);
	await again.waitForURL(/\/login$/);
	await signIn(again, 'clerk', { fresh: true });
	await isSaved(page, 20_000);            /* it looks every eight seconds */
	assert.equal(await trouble(page), '');
	await again.goto('/notifications');
	assert.ok((await words(again, 'main')).includes('時間　切子'));
});

test('without scripts: a form sent after the session ended is there again after signing in', async () => {
	const { page, context } = await open({ js: false });
	await signIn(page, 'doctor');
	await page.goto('/notifications/new');
	await fillIn(page, { ...MINIMUM, name: '無筆　一子', birth_date: '昭和20年8月15日' });
	await context.clearCookies({ name: '__Host-session' });
	await press(page);
	assert.match(await words(page, 'main'), /入力した内容は保たれています/);
	assert.equal(await page.locator('[aria-invalid]').count(), 0, 'nothing was typed wrong');
	await valid(page, 'login-resume');
	await shot(page, 'story-resume');

	delete server.cookies.doctor;
	const person = server.people.doctor;
	await page.fill('#login', 'doctor');
	await page.fill('#password', 'wrong');
	await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	assert.match(await words(page, '#login-fault'), /違います/);
	await page.fill('#login', 'doctor');
	await page.fill('#password', person.password);
	await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	for (const code of ['000000', await unusedCode(server, 'doctor')]) {
		await page.fill('#code', code);
		await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
	}
	assert.match(page.url(), /\/drafts\//);
	assert.equal(await page.inputValue('#f-name'), '無筆　一子');
	assert.equal(await page.inputValue('#f-birth_date'), '昭和20年8月15日');
	await press(page);
	assert.match(page.url(), /\/receipt$/);
	await context.close();
});
