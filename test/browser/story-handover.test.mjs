/* A case goes from one health centre to another: the one names the other by a part of its name and leaves a message, the
 * other sees it come in without a reload, reads it, acknowledges it, and the first is told. Once with script, once without. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addPerson, axe, shot, startServer } from './lib.mjs';
import { notify, openAs, words } from './steps.mjs';

const ARRIVES_MS = 2000;

let server, here, there, file, other;

before(async () => {
	server = await startServer({ cases: 30 });
	await addPerson(server, 'osaka', { org: '27/2701/', role: 'centre', name: '大阪の係' });
	const doctor = await openAs('doctor');
	const number = await notify(doctor.page, { name: '引継　花子' });
	file = await doctor.page.getAttribute('a[href^="/cases/"]', 'href');
	assert.match(number, /^\d{4}-/);
	await doctor.context.close();
	here = await openAs('centre', file);
	there = await openAs('osaka', '/inbox');
});

after(() => {
	assert.deepEqual([here, there].flatMap(w => w?.context.troubles ?? []), []);
});

const go = (page, press) => Promise.all([page.waitForEvent('load'), press]);
const unread = page => page.$eval('#n-notices', e => e.firstChild?.data.trim() ?? '');

test('the centre in charge names the other by a part of its name and hands the case over', async () => {
	const { page } = here;
	await go(page, page.click('nav.tabs a[href$="/orgs"]'));
	assert.match(await words(page, '#orgs'), /担当保健所/);
	assert.match(await words(page, '#article'), /第15条/);
	await axe(page);

	await there.page.waitForSelector('#live.on');
	await there.page.evaluate(() => { window.stayed = true; });
	assert.equal(await unread(there.page), '');

	await page.fill('#message', '帰省先で療養。毎朝9時に電話');
	await page.fill('#centre', '大阪府');
	await go(page, page.click('#move button[value=handover]'));
	assert.match(await words(page, '#centre-note'), /一つ選んでください/);
	assert.equal(await page.inputValue('#message'), '帰省先で療養。毎朝9時に電話', 'nothing typed is lost');
	await shot(page, 'story-handover-which');
	await page.check('input[name=org][value="27/2701/"]');
	await go(page, page.click('#move button[value=handover]'));
	assert.match(await words(page, '#moves'), /引き継ぎ：.+ → .+まだ受領されていません/);
	assert.equal(await page.locator('#move').count(), 0, 'it is no longer in charge');
});

test('it comes in at the top of the other inbox, counted in the navigation, without a reload', async () => {
	const { page } = there;
	await page.waitForFunction(href => document.querySelector(`#inbox tbody tr:first-child a[href="${href}"]`), file, { timeout: ARRIVES_MS });
	await page.waitForFunction(() => document.querySelector('#n-notices').textContent.trim() !== '', null, { timeout: ARRIVES_MS });
	assert.equal(await unread(page), '1');
	assert.equal(await page.evaluate(() => window.stayed), true);
});

test('it is read and acknowledged, and the sender is told by whom', async () => {
	const { page } = there;
	await go(page, page.click('nav.nav a[href="/handovers"]'));
	assert.match(await words(page, '#unread'), /引継　花子.+帰省先で療養/s);
	await axe(page);
	await shot(page, 'story-handover-in');
	await go(page, page.click('#unread button.primary'));
	assert.match(await words(page, '#unread'), /未読の引き継ぎはありません/);
	assert.equal(await unread(page), '');

	await go(here.page, here.page.goto(`${file}/orgs`));
	assert.match(await words(here.page, '#moves'), /受領 \d{4}-\d\d-\d\d \d\d:\d\d（大阪の係）/);
	assert.equal(await unread(here.page), '1');
	await go(here.page, here.page.click('nav.nav a[href="/handovers"]'));
	assert.match(await words(here.page, '#unread'), /受領されました/);
	await go(here.page, here.page.click('#unread form button'));
	assert.equal(await unread(here.page), '');
});

test('the other centre corrects it, the first one still sees it; who looked is on record', async () => {
	await go(there.page, there.page.goto(file));
	assert.equal(await there.page.locator('a[href$="/edit"]').count(), 1);
	await go(here.page, here.page.goto(file));
	assert.equal(await here.page.locator('a[href$="/edit"]').count(), 0);
	await go(there.page, there.page.click('nav.tabs a[href$="/access"]'));
	const record = await words(there.page, '#access table');
	for (const what of ['発生届を報告', '引き継ぎ', '引き継ぎを受領', '大阪の係'])
		assert.ok(record.includes(what), `${what}: ${record.slice(0, 600)}`);
	await axe(there.page);
	const [file_] = await Promise.all([there.page.waitForEvent('download'), there.page.click('a[download]')]);
	assert.equal(file_.suggestedFilename(), 'access-record.csv');
});

test('without script it is the same', async () => {
	const bare = await openAs('osaka', `${file}/orgs`, { js: false });
	const { page } = bare;
	await page.fill('#centre', '東京都 千代田保健所');
	await page.fill('#message', '戻られました');
	await go(page, page.click('#move button[value=handover]'));
	assert.match(await words(page, '#moves'), /戻られました/);
	await bare.context.close();
});
