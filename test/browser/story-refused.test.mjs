/* What cannot be taken is refused by name, at its place, with nothing typed lost; what is merely odd goes through. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, shot, startServer } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, today, typed, words } from './steps.mjs';

let page, context;

before(async () => {
	await startServer({ cases: 300 });
	({ page, context } = await openAs('doctor', '/notifications/new'));
});

after(() => assert.deepEqual(context.troubles, []));

/* ---- what is left out ---- */

const LEFT_OUT = [
	['type', '診断分類を選んでください。'],
	['name', '氏名を入力してください。'],
	['sex', '性別を選んでください。'],
	['birth_date', '生年月日を入力してください。'],
	['stay_address', '居所の住所か住所登録している住所のどちらかを入力してください。'],
	['test_method.1', '検査方法を選んでください。'],
	['test_specimen.1', '検体を選んでください。'],
	['test_sampled_date.1', '検体採取日を入力してください。'],
	['doctor_name', '医師の氏名を入力してください。'],
];

const field = name => `.field[data-item="${name}"]`;
/* The element that has the focus after its link was followed. */
const target = name => `document.activeElement.closest('.field')?.dataset.item === '${name}'`;

async function
leaveOut(name)
{
	await page.$$eval(`#entry [name="${name}"]`, all => {
		for (const e of all)
			if (e.type === 'radio')
				e.checked = false;
			else
				e.value = '';
		all[0].dispatchEvent(new Event('input', { bubbles: true }));
	});
}

test('each of the minimum items left out is refused by name, at its place, and nothing typed is lost', async () => {
	await fillIn(page, { ...MINIMUM, name: '欠落　一子' });
	const full = await typed(page);
	for (const [name, sentence] of LEFT_OUT) {
		await leaveOut(name);
		const said = await typed(page);
		const answer = page.waitForResponse(r => r.request().method() === 'POST' && r.url().endsWith('/new'));
		await press(page);
		assert.equal((await answer).status(), 422, name);
		assert.deepEqual(await typed(page), said, `${name}: nothing is lost`);

		assert.equal(await page.evaluate(() => document.activeElement.id), 'faults', `${name}: the summary has the focus`);
		assert.equal(await page.getAttribute('#faults', 'role'), 'alert');
		assert.equal(await words(page, '#faults h2'), '入力に1件の問題があります', name);
		assert.deepEqual(await page.locator('#faults a').allInnerTexts(), [sentence]);
		assert.match(await page.title(), /^エラー：(?!エラー)/, name);
		assert.equal(await page.locator(`${field(name)} .note.fault`).innerText(), sentence, 'the same words beside it');
		assert.equal(await page.locator(`${field(name)}[aria-invalid=true], ${field(name)} [aria-invalid=true]`).count(), 1, name);

		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.waitForFunction(target(name));
		assert.ok(await page.evaluate(() => document.activeElement.checkVisibility()), `${name}: can be seen`);
		await fillIn(page, { [name]: full[name] });
	}
	await newForm(page);
});

test('everything left out: one sentence for each, in the order of the page', async () => {
	await newForm(page);
	await press(page);
	const told = await page.locator('#faults a').allInnerTexts();
	assert.deepEqual(told, LEFT_OUT.map(([, sentence]) => sentence).filter(s => !s.startsWith('医師')));
	await axe(page);
	await shot(page, 'story-refused-all');
});

test('the days of diagnosis and report, left empty, are today', async () => {
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '本日　一子', diagnosis_date: '', report_date: '' });
	await press(page);
	assert.match(page.url(), /\/receipt$/);
	await page.goto(await page.getAttribute('a.button[href$="/edit"]', 'href'));
	const now = await today(page);
	const { diagnosis_date, report_date } = await typed(page);
	assert.deepEqual([diagnosis_date, report_date], [now, now]);
});

test('a fault beside a field goes away as soon as one types, and comes on leaving, not before', async () => {
	await newForm(page);
	const note = page.locator('#f-birth_date-note');
	await page.focus('#f-birth_date');
	await page.keyboard.type('2月3');
	assert.equal(await note.innerText(), '', 'not while typing');
	await page.keyboard.type('0日');
	await page.keyboard.press('Tab');
	assert.match(await note.innerText(), /^生年月日を日付として読み取れません。/);
	await page.focus('#f-birth_date');
	await page.keyboard.type('x');
	assert.equal(await note.innerText(), '');
	assert.equal(await page.getAttribute('#f-birth_date', 'aria-invalid'), null);
	await page.fill('#f-birth_date', '');
	await page.keyboard.press('Tab');
	assert.equal(await note.innerText(), '', 'an empty field is left in peace');
});

/* ---- what is odd ---- */

const ODD = [
	/* item, what is typed, what is said, and whether it stops the filing */
	['name', '試験 👩‍⚕️', /^氏名に絵文字は使えません。/, 'error'],
	['name', '試\u202e験　花子', /^氏名に文字の向きを変える目に見えない文字が入っています。/, 'error'],
	['name', '長'.repeat(200), /^氏名は\d+文字までです（いま200文字）。短くしてください。$/, 'error'],
	['name', '試\u0007験', /^氏名に目に見えない制御文字が入っています。/, 'error'],
	['name', '試\ue000験　花子', /^確認： ?氏名に外字が入っています。このまま届け出られます/, 'warn'],
	['name_kana', '試験', /^確認： ?フリガナにカタカナ以外の文字/, 'warn'],
	['birth_date', '2100-01-01', /^生年月日は今日より後にできません。$/, 'error', 'same on leaving'],
	['birth_date', '昭和64年1月8日', /^生年月日：「昭和64年1月8日」は、その元号が終わった後です。.*平成元年/, 'error', 'same on leaving'],
	['birth_date', '明治45年7月30日', /^$/, 'none'],
	['birth_date', '2月30日', /^生年月日を日付として読み取れません。例：/, 'error', 'same on leaving'],
	['birth_date', '2022年2月30日', /^生年月日：「2022年2月30日」という日はありません。/, 'error', 'same on leaving'],
	['birth_date', '1890-01-01', /^確認： ?生年月日から数えると\d+歳です。/, 'warn'],
	['stay_postal', '49800', /^居所の郵便番号は7桁の数字です。/, 'error', 'same on leaving'],
	['test_sampled_date.1', '2100-01-01', /^検体採取日は今日より後にできません。/, 'error', 'same on leaving'],
];

for (const [name, value, sentence, level, leaving] of ODD)
	test(`${name}: ${JSON.stringify(value.slice(0, 12))} is answered with the right sentence at the right place`, async () => {
		await newForm(page);
		await fillIn(page, { ...MINIMUM, name: '奇妙　一子', [name]: value, sex: 'other' });
		let left;
		if (leaving) {
			await page.locator(`#entry [name="${name}"]`).blur();
			left = await page.locator(`${field(name)} .note`).innerText();
			assert.match(left, sentence, 'on leaving the field');
		}
		/* a fault elsewhere, so that a warning has a page to stand on */
		if (level !== 'error')
			await leaveOut('type');
		const said = await typed(page);
		await press(page);
		const note = page.locator(`${field(name)} .note`);
		assert.match(await note.innerText(), sentence);
		if (leaving)
			assert.equal(await note.innerText(), left, 'the same words as on leaving');
		assert.equal(await note.evaluate(e => e.classList.contains('fault')), level === 'error');
		assert.equal(await page.locator(`${field(name)} [aria-invalid=true]`).count(), level === 'error' ? 1 : 0);
		assert.deepEqual(await typed(page), said, 'nothing is lost');
		assert.match(await page.title(), /^エラー：(?!エラー)/);
		if (level === 'error')
			return;
		await fillIn(page, { type: 'confirmed' });
		await press(page);
		if (await page.locator('#dup_ack').count() > 0) {
			await page.check('#dup_ack');
			await press(page);
		}
		assert.match(page.url(), /\/receipt$/, 'it does not stop the filing');
		assert.equal(await page.locator('.box.warn li').count(), level === 'warn' ? 1 : 0, 'but the receipt tells it');
	});

test('a postal code of two prefectures offers both and lets one type', async () => {
	await newForm(page);
	await page.fill('#f-stay_postal', '４９８ー００００');
	await page.waitForSelector('.places button');
	const places = await page.locator('.places button').allInnerTexts();
	assert.ok(places.some(p => p.startsWith('愛知県')) && places.some(p => p.startsWith('三重県')), places.join());
	assert.match(await words(page, '#hear'), /候補が2件あります/);
	await shot(page, 'story-places');
	await axe(page);

	await page.focus('#f-stay_postal');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.name), 'stay_address');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	const second = await page.evaluate(() => document.activeElement.textContent);
	await page.keyboard.press('Enter');
	assert.equal(await page.inputValue('#f-stay_address'), second);
	assert.equal(await page.evaluate(() => document.activeElement.name), 'stay_address');
	assert.equal(await page.locator('.places').count(), 0);
});

test('a postal code that nobody knows says so and changes nothing', async () => {
	await newForm(page);
	await page.fill('#f-stay_address', '東京都');
	await page.fill('#f-stay_postal', '9999999');
	await page.waitForFunction(() => /見つかりません/.test(document.querySelector('#hear').textContent));
	assert.equal(await page.inputValue('#f-stay_address'), '東京都');
});
