/* A phone of 320 px, and text of twice the size: nothing to scroll sideways, nothing too small to touch. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, shot, signIn, startServer } from './lib.mjs';
import { MINIMUM, fillIn, newForm, openAs, press, words } from './steps.mjs';

const PHONE = { width: 320, height: 568, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const LEAST = 24;               /* WCAG 2.5.8 */

let doctor, centre, ministry;

before(async () => {
	await startServer({ cases: 300 });
	doctor = await openAs('doctor', '/notifications', PHONE);
	centre = await openAs('centre', '/inbox', PHONE);
	ministry = await openAs('ministry', '/figures', PHONE);
});

after(() => assert.deepEqual([doctor, centre, ministry].flatMap(w => w.context.troubles), []));

/* Runs in the page: targets smaller than they may be. A link within a sentence, and a target with room around it, are
 * excused by the rule itself. */
function
tooSmall(least)
{
	const box = e => (e.closest('label') ?? e).getBoundingClientRect();
	const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
		.filter(e => e.checkVisibility() && box(e).width > 1);
	const inText = e => e.localName === 'a' && getComputedStyle(e).display === 'inline'
		&& [...e.parentNode.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 3);
	const far = e => all.every(o => {
		if (o === e || o.contains(e) || e.contains(o))
			return true;
		const a = box(e), b = box(o);
		return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) >= least;
	});
	return all.filter(e => (box(e).width < least || box(e).height < least) && !inText(e) && !far(e))
		.map(e => `${e.localName} ${e.id || e.name || e.textContent.trim().slice(0, 20)} `
			+ `${Math.round(box(e).width)}×${Math.round(box(e).height)}`);
}

/* The page fits: nothing to scroll sideways, nothing too small. */
async function
fits(page, name)
{
	const wide = await page.evaluate(() => [document.scrollingElement.scrollWidth,
		[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
			&& !e.closest('.wide, .places, .nav')).slice(0, 3).map(e => `${e.localName}.${e.className}`).join()]);
	assert.ok(wide[0] <= PHONE.width, `${name}: ${wide[0]} px wide: ${wide[1]}`);
	assert.deepEqual(await page.evaluate(tooSmall, LEAST), [], `${name}: too small`);
}

const tapped = (page, what) => Promise.all([page.waitForEvent('load'), page.tap(what)]);

test('the doctor notifies on a phone by touch', async () => {
	const { page } = doctor;
	await fits(page, 'list');
	await tapped(page, 'a[href="/notifications/new"]');
	await fits(page, 'new');
	await shot(page, 'story-phone-new');
	await page.tap('.opt:has([name=type][value=confirmed])');
	await page.tap('#f-name');
	await page.keyboard.type('携帯　一子');
	await page.tap('.opt:has([name=sex][value=female])');
	for (const [name, value] of [['birth_date', '19750819'], ['stay_postal', '1000013']]) {
		assert.equal(await page.getAttribute(`#f-${name}`, 'inputmode'), 'numeric');
		await page.tap(`#f-${name}`);
		await page.keyboard.type(value);
	}
	await page.waitForFunction(() => document.querySelector('#f-stay_address').value !== '');
	await fillIn(page, { 'test_method.1': 'naat', 'test_specimen.1': 'saliva', 'test_sampled_date.1': 'today' });
	await page.tap('.opt:has([name="test_result.1"][value=positive])');
	await page.screenshot({ path: (await shot(page, 'story-phone-filled')).replace('filled', 'screen') });
	assert.match(await words(page, '#left'), /そろっています/);
	await tapped(page, '#report');
	assert.match(page.url(), /\/receipt$/);
	await fits(page, 'receipt');
	await shot(page, 'story-phone-receipt');
});

test('the bar with the button leaves most of the screen to the form', async () => {
	const { page } = doctor;
	await newForm(page);
	for (const name of ['name', 'stay_address', 'test_specimen.1']) {
		await page.locator(`[name="${name}"]`).focus();
		const bar = await page.$eval('.line', e => e.getBoundingClientRect().height);
		assert.ok(bar <= PHONE.height / 3, `${bar} px`);
		const hidden = await page.evaluate(() => {
			const r = document.activeElement.getBoundingClientRect(), b = document.querySelector('.line').getBoundingClientRect();
			return r.top < b.bottom && b.top < r.bottom && document.activeElement.closest('.line') === null;
		});
		assert.equal(hidden, false, `${name} is behind the bar`);
	}
});

test('a form with faults, sections open, a draft, a correction and the paper fit', async () => {
	const { page } = doctor;
	await newForm(page);
	await fillIn(page, { birth_date: '2月30日', stay_postal: '4980000' });
	await page.waitForSelector('.places button');
	await fits(page, 'places');
	await press(page);
	await fits(page, 'faults');
	await shot(page, 'story-phone-faults');
	for (const closed = page.locator('details.sec:not([open]) > summary'); await closed.count() > 0;)
		await closed.first().tap();
	await fits(page, 'open');
	await newForm(page);
	await fillIn(page, MINIMUM);
	await press(page);
	const receipt = page.url();
	for (const end of ['edit', 'print']) {
		await page.goto(receipt.replace('receipt', end));
		await fits(page, end);
	}
	await page.goto(receipt);
	await tapped(page, 'a[href^="/cases/"]');
	await fits(page, 'case');
	for (const path of ['/notifications', '/search', '/figures', '/sheets', '/nothing']) {
		await page.goto(path);
		await fits(page, path);
	}
	await tapped(page, 'a.button.primary');
	await page.goto('/sheets');
	await tapped(page, 'table.list tbody a');
	await fits(page, 'sheet');
});

test('the centre works through its inbox on a phone', async () => {
	const { page } = centre;
	await page.reload();
	await fits(page, 'inbox');
	await shot(page, 'story-phone-inbox');
	await page.tap('a.status');
	await page.waitForSelector('#status-menu:not([hidden])');
	await fits(page, 'menu');
	await shot(page, 'story-phone-menu');
	await page.tap('[data-close]');
	await tapped(page, '#inbox tbody th a');
	await fits(page, 'case');
	await shot(page, 'story-phone-case');
	await page.goto('/search');
	await page.fill('#q', '携帯');
	await tapped(page, 'main form button');
	await fits(page, 'found');
});

test('the ministry reads its figures on a phone: wide tables scroll in themselves', async () => {
	const { page } = ministry;
	await page.tap('#series summary');
	await fits(page, 'figures');
	await shot(page, 'story-phone-figures');
});

/* Runs in the page: texts that do not fit into their boxes. */
function
cutOff()
{
	return [...document.querySelectorAll('button, .label, h1, h2, summary, th')]
		.filter(e => e.checkVisibility() && !e.closest('.vh') && getComputedStyle(e).overflow === 'hidden'
			&& (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
		.map(e => e.textContent.trim().slice(0, 20));
}

test('on a tablet no field is too narrow for what is typed in it', async () => {
	const { page, context } = await openAs('doctor', '/notifications/new', { width: 640, height: 1000 });
	for (const width of [640, 768, 834, 1024]) {
		await page.setViewportSize({ width, height: 1000 });
		assert.deepEqual(await page.$$eval('#first .in', all => all.filter(e => e.offsetWidth < 170).map(e => e.name)), [], width);
		assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth) <= width);
	}
	await page.setViewportSize({ width: 768, height: 1000 });
	await shot(page, 'story-tablet');
	await context.close();
});

for (const [how, size, font] of [['a page of twice the size', { width: 640, height: 450 }, 16],
	['text of twice the size', { width: 1280, height: 900 }, 32]])
	test(`${how} is whole: nothing to scroll sideways, nothing cut off`, async () => {
		for (const [login, path] of [['doctor', '/notifications'], ['doctor', '/notifications/new'], ['doctor', '/sheets'],
			['centre', '/inbox'], ['centre', '/search'], ['ministry', '/figures']]) {
			const { page, context } = await open(size);
			const cdp = await context.newCDPSession(page);
			await cdp.send('Page.enable');
			await cdp.send('Page.setFontSizes', { fontSizes: { standard: font, fixed: font } });
			await signIn(page, login);
			await page.goto(path);
			assert.equal(await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)), font);
			const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
			assert.ok(width <= size.width, `${path}: ${width} px`);
			assert.deepEqual(await page.evaluate(cutOff), [], path);
			await shot(page, `story-large-${font}${path.replaceAll('/', '-')}`);
			await context.close();
		}
	});
