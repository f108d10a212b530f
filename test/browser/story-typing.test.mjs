/* What is typed is understood alike by the page and by the server, tidied on leaving a field, and names are kept as they
 * were typed, to the last byte. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ime, startServer } from './lib.mjs';
import { MINIMUM, fillIn, newForm, notify, openAs } from './steps.mjs';

let page, context;

before(async () => {
	await startServer({ cases: 300 });
	({ page, context } = await openAs('doctor', '/notifications/new'));
});

after(() => assert.deepEqual(context.troubles, []));

/* ---- dates ---- */

const APRIL = /^1980年（昭和55年）4月1日・46歳$/;
const NONE = /^$/;
const DATES = [
	['19800401', APRIL], ['1980-4-1', APRIL], ['1980/04/01', APRIL], ['1980.4.1', APRIL], ['1980年4月1日', APRIL],
	['S550401', APRIL], ['s55.4.1', APRIL], ['S55-04-01', APRIL], ['昭和55年4月1日', APRIL], ['昭55.4.1', APRIL],
	['3550401', APRIL], ['Ｓ５５．４．１', APRIL], ['１９８０ー０４ー０１', APRIL], ['１９８０年４月１日', APRIL],
	['昭和 55年 4月 1日', APRIL], ['㍼55年4月1日', APRIL], ['1980−4−1', APRIL], ['  1980-4-1　', APRIL],
	['平成元年1月8日', /^1989年（平成元年）1月8日・37歳$/], ['H1.1.8', /^1989年（平成元年）1月8日/],
	['昭和64年1月7日', /^1989年（昭和64年）1月7日/], ['4310430', /^2019年（平成31年）4月30日・7歳$/],
	['R元.5.1', /^2019年（令和元年）5月1日・7歳$/], ['㋿元年5月1日', /^2019年（令和元年）5月1日/],
	['M45.7.29', /^1912年（明治45年）7月29日・114歳$/], ['大正元年7月30日', /^1912年（大正元年）7月30日・114歳$/],
	['2000-02-29', /^2000年（平成12年）2月29日/], ['0930', NONE], ['1900-02-29', NONE], ['2月30日', NONE], ['19800431', NONE],
	['1980-13-01', NONE], ['80-4-1', NONE], ['昭和64年1月8日', NONE], ['H31.5.1', NONE], ['昨日', NONE], ['1980', NONE],
	['1980年4月', NONE], ['<b>1980', NONE],
];

/* What the server answers to the form as it stands: echo and note of the birth date. */
const server = p => p.evaluate(async () => {
	const body = new URLSearchParams(new FormData(document.querySelector('#entry')));
	body.set('act', 'report');
	const reply = await fetch('/notifications/new', { method: 'POST', body });
	const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
	const say = id => page.querySelector(id).textContent.trim();
	return { status: reply.status, echo: say('#f-birth_date-echo'), note: say('#f-birth_date-note') };
});

test('a birth date typed in any way is echoed by the page as by the server', async () => {
	await newForm(page);
	await fillIn(page, { diagnosis_date: '2026-11-20' });
	const wrong = [];
	for (const [typed, echo] of DATES) {
		await page.fill('#f-birth_date', typed);
		const mine = await page.textContent('#f-birth_date-echo');
		await page.locator('#f-birth_date').blur();
		const note = await page.textContent('#f-birth_date-note');
		const theirs = await server(page);
		assert.equal(theirs.status, 422, 'nothing is filed');
		if (!echo.test(mine) || mine !== theirs.echo)
			wrong.push(`${typed}: the page says "${mine}", the server "${theirs.echo}", wanted ${echo}`);
		if (note !== theirs.note)
			wrong.push(`${typed}: on leaving "${note}", from the server "${theirs.note}"`);
	}
	assert.ok(wrong.length === 0, wrong.join('\n'));
});

test('the age of a baby is told in months, counted to the day of diagnosis', async () => {
	await fillIn(page, { diagnosis_date: '2026-11-20', birth_date: '20260821' });
	assert.equal(await page.textContent('#f-birth_date-echo'), '2026年（令和8年）8月21日・2か月');
	assert.equal((await server(page)).echo, '2026年（令和8年）8月21日・2か月');
	await fillIn(page, { diagnosis_date: '2026-11-21' });
	assert.equal(await page.textContent('#f-birth_date-echo'), '2026年（令和8年）8月21日・3か月');
});

/* ---- other fields ---- */

test('digits, hyphens and readings are tidied on leaving the field, not before', async () => {
	await newForm(page);
	await page.click('#s-patient summary');
	for (const [name, typed, tidy] of [
		['stay_postal', '１００ー００１３', '100-0013'], ['stay_postal', '1000013', '100-0013'],
		['stay_phone', '０３ー１２３４—５６７８', '03-1234-5678'], ['stay_phone', '090 1234 5678', '09012345678'],
		['name_kana', 'やまだ たろう', 'ヤマダ　タロウ'], ['name_kana', 'ﾔﾏﾀﾞ ﾀﾛｳ', 'ヤマダ　タロウ'],
	]) {
		const input = page.locator(`[name=${name}]`);
		await input.fill(typed);
		assert.equal(await input.inputValue(), typed, 'not before');
		await input.blur();
		assert.equal(await input.inputValue(), tidy, typed);
	}
	for (const name of ['山田　ﾀﾛｳ', '﨑 太郎', ' Ａnn '])
		await page.fill('#f-name', name).then(() => page.locator('#f-name').blur())
			.then(async () => assert.equal(await page.inputValue('#f-name'), name, 'a name is never touched'));
});

test('the reading follows the name until it is corrected by hand', async () => {
	await newForm(page);
	await page.focus('#f-name');
	await ime(page, { reading: 'さいとう', text: '齋藤' });
	assert.equal(await page.inputValue('#f-name_kana'), 'サイトウ');
	await page.fill('#f-name_kana', 'サイトオ');
	await page.focus('#f-name');
	await page.keyboard.press('End');
	await ime(page, { reading: 'はな', text: '花' });
	assert.equal(await page.inputValue('#f-name'), '齋藤花');
	assert.equal(await page.inputValue('#f-name_kana'), 'サイトオ', 'it is the person\'s own now');
});

test('Enter that confirms a conversion neither leaves the field nor sends the form', async () => {
	await newForm(page);
	await page.focus('#f-name');
	await ime(page, { reading: 'たなか', text: '田中' });
	assert.equal(await page.evaluate(() => document.activeElement.id), 'f-name');
	assert.equal(new URL(page.url()).pathname, '/notifications/new');
});

test('a name is kept as it was typed, to the last byte', async () => {
	const name = '\u{fa19}谷　\u{20bb7}\u{e0100}が\u{304b}\u{3099}　Ａ';
	await notify(page, { ...MINIMUM, name, birth_date: '1961-02-03' });
	const link = await page.getAttribute('a[href^="/cases/"]', 'href');
	const edit = await page.getAttribute('a.button[href$="/edit"]', 'href');
	await page.goto(edit);
	assert.equal(await page.inputValue('#f-name'), name);
	await page.goto(link);
	assert.ok((await page.textContent('h1')).startsWith(name));
});

test('digits choose, ? says unknown, Delete takes back, and plain letters do nothing', async () => {
	await newForm(page);
	await page.focus('#f-sex input');
	await page.keyboard.press('2');
	assert.ok(await page.isChecked('[name=sex][value=female]'));
	await page.keyboard.press('Delete');
	assert.equal(await page.locator('[name=sex]:checked').count(), 0);
	await page.keyboard.type('xyz8');
	assert.equal(await page.locator('[name=sex]:checked').count(), 0);
	await page.focus('[name="test_result.1"]');
	await page.keyboard.press('1');
	await page.keyboard.press('?');
	assert.ok(await page.isChecked('[name="test_result.1.unknown"]'));
	assert.equal(await page.locator('[name="test_result.1"]:checked').count(), 0, 'a value and unknown exclude each other');
	assert.match(await page.textContent('#hear'), /不明/, 'and it is told');
	await page.keyboard.press('?');
	assert.ok(await page.isChecked('[name="test_result.1"][value=positive]'), 'taken back, the value returns');
	await page.focus('#f-stay_postal');
	await page.keyboard.type('?');
	await page.keyboard.press('Tab');
	assert.ok(await page.isChecked('[name="stay_postal.unknown"]'));
});
