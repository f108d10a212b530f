/* A centre's day at the tabs of a case: health from the keyboard, care, a measure and its document, tests, the number of another
 * system, the processing number; and the same tabs on a phone. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { axe, shot, startServer, valid } from './lib.mjs';
import { fillIn, notify, openAs, press, today, words } from './steps.mjs';

const execute = promisify(execFile);

const NAME = '措置　太郎';
const PHONE = { width: 360, height: 740, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TABS = ['', '/tests', '/stays', '/behaviour', '/health', '/care', '/measures', '/contacts', '/record', '/orgs', '/ids',
	'/history', '/access'];
const LEAST = 24;               /* WCAG 2.5.8 */
const STOPS_MOST = 40;          /* from the top of a tab to its form */

let centre, phone;
let number, file;

before(async () => {
	await startServer({ cases: 20 });
	const doctor = await openAs('doctor');
	number = await notify(doctor.page, { name: NAME, name_kana: 'ソチ　タロウ', sex: 'male' });
	file = await doctor.page.getAttribute('a[href^="/cases/"]', 'href');
	await doctor.context.close();
	centre = await openAs('centre', file);
	phone = await openAs('centre', file, PHONE);
});

after(() => assert.deepEqual([centre, phone].flatMap(w => w?.context.troubles ?? []), []));

const go = (page, act) => Promise.all([page.waitForEvent('load'), act]);
const focus = page => page.evaluate(() => document.activeElement.name || document.activeElement.id);
const save = page => press(page, 'save');
const row = page => page.locator('#entries > table tbody tr').first();

/* Go on with the Tab key to the field `name`. */
async function
tabTo(page, name)
{
	for (let stops = 0; stops < STOPS_MOST; stops++) {
		await page.keyboard.press('Tab');
		if (await focus(page) === name)
			return;
	}
	assert.fail(`${name} is not reached within ${STOPS_MOST} stops`);
}

const tooWide = page => page.evaluate(() => Math.max(document.scrollingElement.scrollWidth, innerWidth) - screen.width);

test('健康観察 is entered from the keyboard alone; a mistake is told at its field and nothing is lost', async () => {
	const { page } = centre;
	/* A template is there: its button must not be what Enter presses. */
	await page.goto('/templates');
	await page.selectOption('#kind-new', { label: '健康観察' });
	await page.fill('#name-new', '留守');
	await page.fill('#text-new', '電話したが留守だった。');
	await go(page, page.locator('main form button.primary').first().click());

	await page.goto(`${file}/health`);
	assert.equal(await page.locator('#template option').count(), 1);
	await tabTo(page, 'x.temperature');
	await page.keyboard.type('３８５');
	await tabTo(page, 'x.spo2');
	await page.keyboard.type('95');
	await tabTo(page, 'x.symptoms');
	await page.keyboard.press('Space');
	await tabTo(page, 'x.text');
	await page.keyboard.type('夜に咳が続いた。');
	await page.focus('[name="x.spo2"]');
	await go(page, page.keyboard.press('Enter'));
	assert.match(await words(page, '#faults'), /1件/);
	assert.equal(await page.getAttribute('[name="x.temperature"]', 'aria-invalid'), 'true');
	assert.match(await words(page, '#f-x-temperature-note'), /30.*45/, 'said at the field');
	assert.equal(await page.inputValue('[name="x.spo2"]'), '95');
	assert.equal(await page.inputValue('[name="x.text"]'), '夜に咳が続いた。');
	assert.equal(await page.isChecked('[name="x.symptoms"][value=cough]'), true);
	assert.equal(await page.locator('#entries tbody tr').count(), 0, 'nothing is kept yet');
	await axe(page);
	await valid(page, 'health mistaken');
	await shot(page, 'story-tabs-health-fault');

	await page.focus('#faults a');
	await page.keyboard.press('Enter');
	assert.equal(await focus(page), 'x.temperature', 'the fault leads to its field');
	await page.keyboard.press('Control+A');
	await page.keyboard.type('38.5');
	await go(page, page.keyboard.press('Enter'));
	const kept = await row(page).innerText();
	for (const said of ['38.5', '95', '咳', '夜に咳が続いた。'])
		assert.ok(kept.includes(said), `${said}: ${kept}`);
	assert.equal(await page.inputValue('[name="x.temperature"]'), '', 'ready for the next');
});

test('a corrected entry shows in 履歴 what it said before', async () => {
	const { page } = centre;
	await page.goto(`${file}/health`);
	await go(page, row(page).locator('a', { hasText: '訂正' }).click());
	await fillIn(page, { 'x.temperature': '37.5' });
	await save(page);
	assert.match(await row(page).innerText(), /37\.5[^]*第2版/);
	await go(page, page.click('nav.tabs a[href$="/history"]'));
	const told = await words(page, '#entry-history li');
	assert.match(told, /健康観察：訂正（第2版）/);
	assert.match(told, /体温（℃） 38\.5.* → 37\.5/);
	assert.doesNotMatch(told, /SpO/, 'only what was changed');
	await axe(page);
	await shot(page, 'story-tabs-history');
});

test('医療: who needs a ventilator is severe, and the definition stands beside it', async () => {
	const { page } = centre;
	await page.goto(`${file}/care`);
	assert.match(await words(page, '#entries'), /重症とは：.+人工呼吸器/);
	await fillIn(page, { 'x.institution': '都立病院', 'x.admitted_date': 'today', 'x.icu': 'no', 'x.ventilator': 'yes' });
	await save(page);
	assert.equal((await row(page).locator('.tag').first().innerText()).trim(), '重症');
	await fillIn(page, { 'x.institution': '都立病院', 'x.as_of_date': 'today', 'x.icu': 'no', 'x.ventilator': 'no', 'x.ecmo': 'no' });
	await save(page);
	assert.equal(await page.locator('#entries tbody tr').count(), 2);
	assert.equal(await page.locator('#entries tbody .tag').count(), 1, 'without one of the three it is not');
	await axe(page);
	await valid(page, 'care');
	await shot(page, 'story-tabs-care');
});

/* Letters alone: a document spreads them over its width. */
const plain = s => s.normalize('NFKC').replace(/\s/g, '');

/* What the PDF at `path` says, fetched as the page itself would. */
async function
pdfText(page, path)
{
	const { type, bytes } = await page.evaluate(async url => {
		const reply = await fetch(url);
		return { type: reply.headers.get('content-type'), bytes: [...new Uint8Array(await reply.arrayBuffer())] };
	}, path);
	assert.equal(type, 'application/pdf');
	const pdf = Buffer.from(bytes);
	assert.equal(pdf.subarray(0, 4).toString('latin1'), '%PDF');
	const reading = execute('pdftotext', ['-', '-']);
	reading.child.stdin.end(pdf);
	return plain((await reading).stdout);
}

test('措置: a recommendation to enter hospital gets its number, and its document says number and name', async () => {
	const { page } = centre;
	await page.goto(`${file}/measures`);
	const day = await today(page);
	await fillIn(page, { 'x.measure': 'hospital', 'x.place': '都立病院', 'x.decided_date': day, 'x.from_date': day,
		'x.text': '酸素投与を要するため' });
	await save(page);
	const issued = (await row(page).locator('th .n').innerText()).trim();
	assert.match(issued, /\d/);
	assert.match(await row(page).innerText(), /入院勧告/);
	assert.match(await row(page).locator('th small').innerText(), /第19条/);
	const text = await pdfText(page, await row(page).locator('a[href$="/pdf"]').getAttribute('href'));
	for (const said of [issued, NAME, '都立病院'].map(plain))
		assert.ok(text.includes(said), `${said} in ${text.slice(0, 400)}`);
	await axe(page);
	await valid(page, 'measures');
	await shot(page, 'story-tabs-measures');
});

test('検査: four in one submission, and one wrong day among them loses none', async () => {
	const { page } = centre;
	await page.goto(`${file}/tests`);
	for (const closed = page.locator('#entry details.sec:not([open]) > summary'); await closed.count() > 0;)
		await closed.first().click();
	const day = await today(page);
	for (const n of [1, 2, 3, 4])
		await fillIn(page, { [`x.method.${n}`]: 'naat', [`x.specimen.${n}`]: 'saliva', [`x.laboratory.${n}`]: `検査所${n}`,
			[`x.sampled_date.${n}`]: n === 3 ? '2月30日' : day });
	await save(page);
	assert.equal(await page.locator('#entries tbody tr').count(), 0, 'all or none');
	assert.equal(await page.getAttribute('[name="x.sampled_date.3"]', 'aria-invalid'), 'true');
	assert.equal(await page.isVisible('[name="x.sampled_date.3"]'), true, 'its row is open');
	assert.equal(await page.inputValue('[name="x.laboratory.4"]'), '検査所4');
	await axe(page);
	await fillIn(page, { 'x.sampled_date.3': day });
	await save(page);
	assert.equal(await page.locator('#entries tbody tr').count(), 4);
	assert.equal(await page.locator('#entries tbody tr', { hasText: '結果待ち' }).count(), 4);
	assert.equal(await page.locator('#notified-tests tbody tr').count(), 1, 'the notified one stands apart');
	await valid(page, 'tests');
	await shot(page, 'story-tabs-tests');
});

test('居所: Enter keeps what is typed, although a button for the address stands before 保存', async () => {
	const { page } = centre;
	await page.goto(`${file}/stays`);
	await page.fill('[name="x.name"]', '療養ホテル 501号室');
	await page.focus('[name="x.name"]');
	await go(page, page.keyboard.press('Enter'));
	assert.match(await row(page).innerText(), /療養ホテル 501号室/);
});

test('ID管理: by its number in NESID a case is found', async () => {
	const { page } = centre;
	await page.goto(`${file}/ids`);
	await fillIn(page, { 'x.system_name': 'NESID', 'x.value': 'N-2026-004711' });
	await save(page);
	assert.match(await row(page).innerText(), /NESID[^]*N-2026-004711/);
	await page.goto('/search');
	await page.fill('#q', 'N-2026-004711');
	await go(page, page.click('main form.search button'));
	const found = page.locator('tbody tr');
	assert.equal(await found.count(), 1);
	assert.ok((await found.innerText()).includes(number));
	assert.doesNotMatch(page.url(), /4711/, 'never in an address');
	await go(page, found.locator('a').first().click());
	assert.ok(new URL(page.url()).pathname.startsWith(file));
});

test('処理番号: only after the wish, and on one slip only', async () => {
	const { page } = centre;
	await page.goto(`${file}/ids`);
	assert.match(await words(page, '#number'), /まだ聞いていません/);
	assert.equal(await page.locator('#number button[value=issue]').count(), 0, 'not before the wish');
	await go(page, page.click('#number button[value=wish]'));
	assert.match(await words(page, '#number'), /希望する/);
	await go(page, page.click('#number button[value=issue]'));
	const digits = (await page.textContent('#digits')).trim();
	assert.match(digits, /^\d{4} \d{4}$/);
	assert.match(await words(page, '.sheet'), /まで有効/);
	await axe(page);
	await valid(page, 'slip');
	await shot(page, 'story-tabs-slip');
	const hidden = [digits, digits.replace(' ', '')];
	for (const path of [`${file}/ids`, `${file}/number`, `${file}/history`]) {
		await page.goto(path);
		const all = await page.content();
		assert.ok(hidden.every(d => !all.includes(d)), `${path} shows it again`);
	}
	await page.goto(`${file}/ids`);
	assert.match(await words(page, '#number'), /再表示できません/);
});

test('on a phone every tab fits, and is reached by touch', async () => {
	const { page } = phone;
	for (const tab of TABS) {
		await page.goto(file);
		const link = page.locator(`nav.tabs a[href="${file}${tab}"]`);
		await link.scrollIntoViewIfNeeded();
		const box = await link.boundingBox();
		assert.ok(box.width >= LEAST && box.height >= LEAST, `${tab}: ${box.width}×${box.height}`);
		await go(page, link.tap());
		assert.equal(new URL(page.url()).pathname, `${file}${tab}`);
		assert.ok(await tooWide(page) <= 0, `${tab}: ${await tooWide(page)} px too wide`);
		const current = await page.locator('nav.tabs [aria-current]').boundingBox();
		assert.ok(current.x >= -1 && current.x + current.width <= PHONE.width + 1, `${tab}: its tab is out of sight`);
		await axe(page);
		await shot(page, `story-tabs-phone${tab.replace('/', '-')}`);
	}
});

test('on a phone an entry is made by touch', async () => {
	const { page } = phone;
	await page.goto(`${file}/health`);
	await page.tap('[name="x.temperature"]');
	await page.keyboard.type('36.8');
	await page.tap('.opt:has([name="x.condition"][value=good])');
	await page.tap('.opt:has([name="x.symptoms"][value=none])');
	await go(page, page.tap('#entry button[value=save]'));
	assert.match(await row(page).innerText(), /36\.8/);
	assert.ok(await tooWide(page) <= 0);
});
