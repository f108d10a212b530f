/* The main job: a doctor notifies with the keyboard alone, the health centre has it within a second, the ministry sees
 * it. What it costs in stops and keys is counted and has a limit. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ime, keys, shot, startServer } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, today, typed, words } from './steps.mjs';

const STOPS = 12;               /* from the first field to the button, both counted */
const PRESSES = 90;
const ARRIVES_MS = 1000;

let doctor, centre, ministry, receipt, number;

before(async () => {
	await startServer({ cases: 300 });
	doctor = await openAs('doctor', '/notifications');
	centre = await openAs('centre', '/inbox');
	ministry = await openAs('ministry', '/figures');
});

after(() => {
	const troubles = [doctor, centre, ministry].flatMap(w => w?.context.troubles ?? []);
	assert.deepEqual(troubles, []);
});

/* ---- hands ---- */

const enter = page => page.keyboard.press('Enter');
const tab = page => page.keyboard.press('Tab');

/* A romaji keyboard takes more keys than kana: those that the imitated IME did not press. */
const ROMAJI = 'yamada'.length + 'tarou'.length - [...'やまだたろう'].length;

async function
typeMinimum(page)
{
	const hand = page.keyboard;
	const day = (await today(page)).replaceAll('-', '');

	await hand.type('1');                   /* 診断分類 */
	await enter(page);
	await ime(page, { reading: 'やまだ', text: '山田' });
	await hand.type('　');
	await ime(page, { reading: 'たろう', text: '太郎' });
	await enter(page);
	assert.equal(await page.inputValue('#f-name_kana'), 'ヤマダ　タロウ', 'the reading follows the name');
	await tab(page);
	await hand.type('1');                   /* 性別 */
	await enter(page);
	await hand.type('3550401');             /* 昭和55年4月1日, as on bills */
	await enter(page);
	await hand.type('1000013');
	await page.waitForFunction(() => document.querySelector('#f-stay_address').value !== '');
	await tab(page);
	await hand.type('1-2-2');
	assert.match(await page.inputValue('#f-stay_address'), /^東京都千代田区霞が関.*1-2-2$/, 'the number is added');
	await enter(page);
	await hand.type('2');                   /* 検査方法 */
	await enter(page);
	await hand.type('9');                   /* 検体 */
	await enter(page);
	await hand.type(day);
	await enter(page);
	await hand.type('1');                   /* 検査結果 */
	await enter(page);
}

/* ---- the figures ---- */

const count = (page, part = 'totals') => page.$eval(`[data-part=${part}] b.n`,
	b => Number(b.textContent.replace(/\D/g, '')));

/* ---- tests ---- */

test('a doctor notifies with the keyboard alone; centre and ministry see it without a reload', async () => {
	const { page } = doctor;
	await Promise.all([centre.page.waitForSelector('#live.on'), ministry.page.waitForSelector('#live.on')]);
	const persons = await count(ministry.page);
	const rows = await centre.page.locator('#inbox tbody tr').count();
	await centre.page.focus('#inbox tbody tr:nth-child(2) th a');
	await centre.page.evaluate(() => {
		window.stayed = true;
		window.heldFocus = document.activeElement.href;
		new MutationObserver((_, o) => { window.arrivedAt = Date.now(); o.disconnect(); })
			.observe(document.querySelector('#inbox tbody'), { childList: true });
	});
	await ministry.page.evaluate(() => { window.stayed = true; });

	await page.focus('a[href="/notifications/new"]');
	await Promise.all([page.waitForEvent('load'), enter(page)]);
	await page.waitForFunction(() => document.activeElement.name === 'type');
	const cost = await keys(page);
	await typeMinimum(page);
	assert.equal(await page.evaluate(() => document.activeElement.id), 'report', 'the last Enter leads to the button');
	const { stops, order, presses } = await cost.count();
	const all = { stops: stops + 1, presses: presses + 1 + ROMAJI };        /* the first field; Ctrl+Enter */
	console.log(`# ${all.stops} stops, ${all.presses} keys: ${['type', ...order].join(', ')}`);
	assert.ok(all.stops <= STOPS, `${all.stops} stops: ${order}`);
	assert.ok(all.presses <= PRESSES, `${all.presses} keys`);
	assert.match(await words(page, '#left'), /そろっています/);

	const sentAt = await page.evaluate(() => Date.now());
	await Promise.all([page.waitForURL(/\/receipt$/), page.keyboard.press('Control+Enter')]);
	receipt = new URL(page.url()).pathname;
	number = await page.textContent('.number b');

	const top = centre.page.locator('#inbox tbody tr').first();
	await centre.page.waitForFunction(() => window.arrivedAt);
	const ms = await centre.page.evaluate(() => window.arrivedAt) - sentAt;
	console.log(`# in the inbox after ${ms} ms`);
	assert.ok(ms <= ARRIVES_MS, `${ms} ms`);
	assert.match(await top.innerText(), /山田　太郎/);
	assert.ok((await top.innerText()).includes(number));
	assert.equal(await centre.page.locator('#inbox tbody tr').count(), rows + 1);
	assert.equal(await words(centre.page, '#news[role=status]'), '新しい発生届 1件', 'it is told politely');
	assert.equal(await centre.page.evaluate(() => document.activeElement.href === window.heldFocus && window.stayed),
		true, 'the focus stays where it was');
	assert.match(await centre.page.title(), /^\(1\)/);
	await shot(centre.page, 'story-inbox-arrived');

	await ministry.page.waitForFunction(n => document.querySelector('[data-part=totals] b.n').textContent
		.replace(/\D/g, '') === String(n), persons + 1);
	assert.equal(await ministry.page.evaluate(() => window.stayed), true);
});

test('the receipt has the number, the day and time of acceptance, and what is left to do', async () => {
	const { page } = doctor;
	assert.equal(new URL(page.url()).pathname, receipt);
	assert.match(number, /^\d{4}-\d{4}-\d{4}$/);
	assert.match(await words(page, '.receipt table'), /患者（確定例） \d{4}-\d\d-\d\d \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
	assert.match(await words(page, '.receipt'), /山田　太郎さんの発生届を.+保健所に届け出ました/);
	assert.ok(await page.locator('.missing li a').count() > 0);
	await shot(page, 'story-receipt');

	const link = page.locator('.missing li a').first();
	const to = (await link.getAttribute('href')).split('#')[1];
	await Promise.all([page.waitForURL(/\/edit/), link.click()]);
	await page.waitForFunction(id => {
		const at = document.getElementById(id);
		return at === document.activeElement || at?.contains(document.activeElement);
	}, to);
	await page.goBack();
});

test('the receipt keeps nobody: a second look gives the same number', async () => {
	const { page } = doctor;
	await page.goto(receipt);
	assert.equal(await page.textContent('.number b'), number);
});

test('the sheet prints on its own: no navigation, no buttons, every item', async t => {
	const { page } = doctor;
	await page.goto(receipt.replace('receipt', 'print'));
	await page.emulateMedia({ media: 'print' });
	t.after(() => page.emulateMedia({ media: null }));
	for (const gone of ['.top', '.no-print', '.demo'])
		assert.equal(await page.locator(`${gone}:visible`).count(), 0, gone);
	const paper = await words(page, '.sheet');
	for (const part of [number, '山田　太郎', '発生届', '1980年4月1日', '東京都千代田区霞が関1-2-2', '陽性'])
		assert.ok(paper.normalize('NFKC').includes(part.normalize('NFKC')), part);
	await shot(page, 'story-print');
	const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
	const leaves = pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
	assert.ok(leaves >= 1 && leaves <= 2, `${leaves} leaves of A4`);
	assert.match(pdf, /\/MediaBox \[0 0 59[45](\.\d+)? 84[12]/);
});

test('the centre opens what arrived: the sheet, its history, and a status in one press', async () => {
	const { page } = centre;
	await Promise.all([page.waitForURL(/\/cases\//), page.locator('#inbox tbody tr th a').first().click()]);
	const sheet = await words(page, '#notifications');
	for (const part of ['山田　太郎', 'ヤマダ　タロウ', '核酸増幅法', '陽性', '未入力'])
		assert.ok(sheet.includes(part), part);
	assert.match(await words(page, '.case-head'), /\d\d歳 · 1980年（昭和55年）4月1日生まれ/);

	const chip = page.locator('.chip', { hasText: '自宅療養' }).first();
	const label = await chip.innerText();
	await Promise.all([page.waitForEvent('load'), chip.click()]);
	assert.equal(await words(page, '.status-now'), label);
	assert.equal(await page.locator('.chip[aria-pressed=true]').innerText(), label);
	await page.locator('#status summary').click();
	assert.match(await words(page, '#status .rows-list'), new RegExp(label));
	await shot(page, 'story-case');

	const own = page.url();
	await Promise.all([page.waitForURL(/\/history$/), page.locator('.tabs a', { hasText: '履歴' }).click()]);
	assert.match(await words(page, '#history'), /届出/);
	assert.equal(await words(page, '.tabs a[aria-current]'), '履歴');
	await page.goto(own);
});

test('a death asks for its day before it is kept', async () => {
	const { page } = centre;
	const before = await words(page, '.status-now');
	await Promise.all([page.waitForEvent('load'), page.click('.chip[value=dead]')]);
	assert.equal(await words(page, '.status-now'), before, 'nothing is kept yet');
	assert.equal(await page.evaluate(() => document.activeElement.name), 'death_date');
	await page.keyboard.type('2月30日');
	await Promise.all([page.waitForEvent('load'), page.click('button.primary[value=dead]')]);
	assert.match(await words(page, '#death-fault'), /死亡年月日を読み取れません/);
	assert.equal(await page.inputValue('[name=death_date]'), '2月30日', 'what was typed is there');
	await page.fill('[name=death_date]', await today(page));
	await Promise.all([page.waitForEvent('load'), page.click('button.primary[value=dead]')]);
	assert.match(await words(page, '.status-now'), /死亡/);
});

test('in the inbox a status is set from the keyboard without leaving the list', async () => {
	const { page } = centre;
	await page.goto('/inbox');
	const row = page.locator('#inbox tbody tr').nth(2);
	const id = await row.getAttribute('id');
	await row.locator('a.status').focus();
	await enter(page);
	await page.waitForSelector('#status-menu:not([hidden])');
	await page.keyboard.press('Escape');
	assert.ok(await page.isHidden('#status-menu'), 'Escape closes it');
	assert.equal(await page.evaluate(() => document.activeElement.closest('tr').id), id, 'the focus goes back');
	await enter(page);
	const chip = page.locator('#status-menu [name=status]').nth(1);
	const label = await chip.innerText();
	await chip.focus();
	await enter(page);
	await page.waitForFunction(([i, l]) => document.getElementById(i)?.querySelector('a.status').textContent.startsWith(l),
		[id, label]);
	assert.equal(new URL(page.url()).pathname, '/inbox');
	await page.keyboard.press('ArrowDown');
	await page.waitForFunction(i => document.activeElement.closest('tr')?.previousElementSibling?.id === i, id);
});

test('a family member is notified with the address carried over', async () => {
	const { page } = doctor;
	await page.goto(receipt);
	await Promise.all([page.waitForURL(/family=/), page.click('a[href*="family="]')]);
	const now = await typed(page);
	assert.match(now.stay_address.normalize('NFKC'), /^東京都千代田区霞が関.*1-2-2$/);
	assert.match(now.stay_postal, /^100-?0013$/);
	assert.equal(now.name, '');
	assert.equal(now.birth_date, '');
	assert.match(await words(page, '#entry'), new RegExp(`${number} の方のご家族`));
	await fillIn(page, { ...MINIMUM, name: '山田　春子', birth_date: '20200401', stay_address: now.stay_address });
	assert.equal(await page.locator('#s-guardian').isVisible(), true, 'a child has a guardian');
	await press(page);
	assert.match(page.url(), /\/receipt$/);
	assert.notEqual(await page.textContent('.number b'), number);
});

test('a clerk sees at once that the physician\'s name is asked of him', async t => {
	const { page, context } = await openAs('clerk', '/notifications/new');
	t.after(() => context.close());
	assert.equal(await page.inputValue('[name=doctor_name]'), '');
	assert.ok(await page.isVisible('[name=doctor_name]'));
	assert.match(await words(page, '#left'), /^あと9項目/);
});

test('what the clinic looks for it finds: kanji, kana, other forms, any width, the number, the day of birth', async () => {
	const { page } = doctor;
	await newForm(page);
	await page.click('#s-patient summary');
	await fillIn(page, { ...MINIMUM, stay_phone: '０９０ー１２３４ー５６７８', name: '髙﨑　齋子', name_kana: 'タカサキ　サイコ', birth_date: 'S30.1.2' });
	await press(page);
	const saiko = await page.textContent('.number b');
	for (const [q, birth] of [['高崎'], ['髙﨑 斎子'], ['たかさき'], ['ﾀｶｻｷ ｻｲ'], [saiko], [saiko.replaceAll('-', '')],
		['09012345678'], ['', '19550102'], ['タカ', 'S30.1.2']]) {
		await page.goto('/search');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
		await page.fill('#q', q);
		await page.fill('#birth_date', birth ?? '');
		await Promise.all([page.waitForEvent('load'), enter(page)]);
		assert.ok((await words(page, 'main')).includes(saiko), `${q} ${birth}: ${await words(page, 'main')}`);
		assert.equal(new URL(page.url()).search, '', 'what was asked stands in no address');
	}
});

test('the same person within ninety days is asked about before a second case is made', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '山田太郎', name_kana: '', birth_date: 'S55.4.1' });
	const said = await typed(page);
	await press(page);
	assert.match(page.url(), /\/new$/);
	assert.ok((await words(page, '#duplicates')).includes(number), 'the earlier one is shown');
	assert.deepEqual(await typed(page), said, 'nothing typed is lost');
	await page.check('#dup_ack');
	await press(page);
	assert.match(page.url(), /\/receipt$/);
	const second = await page.textContent('.number b');
	await centre.page.goto(await page.getAttribute('a[href^="/cases/"]', 'href'));
	assert.ok((await words(centre.page, '#duplicates')).includes(number), `the centre is told of ${number} at ${second}`);
});
