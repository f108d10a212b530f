/* The harness itself: a check that never fails proves nothing, so each is shown a fault. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, checkPages, ime, keys, open, parseDemo, shot, valid } from './lib.mjs';

const CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const html = main => `<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>試し</title></head>
<body><main><h1>試し</h1>${main}</main></body></html>`;

const PAGES = {
	'/good': html(`<form><p><label for="name">氏名</label> <input id="name" name="name"></p>
		<p><label for="kana">カナ</label> <input id="kana" name="kana"></p>
		<p><button>届け出る</button></p></form>`),
	'/unlabelled': html('<p><input name="bare"></p>'),
	'/wrong': html('<p><b>太い</p></b><p id="a">一</p><p id="a">二</p>'),
	'/greedy': html('<p><img src="https://example.invalid/a.png" alt=""></p>'
		+ '<script>alert(1)</script>'),
	'/scripted': html('<p id="said">しずか</p><script src="/say.js"></script>'),
	'/worker': html('<script src="/worker.js"></script>'),
};
const SCRIPTS = {
	'/say.js': "document.querySelector('#said').textContent = 'はなす';",
	'/worker.js': "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker"
		+ ".ready).then(() => { document.title = '起きた'; });",
	'/sw.js': '',
};

let server;
let url;

function
selfSigned()
{
	const dir = mkdtempSync(join(tmpdir(), 'hersys-cert-'));
	try {
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
			'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-days', '1',
			'-keyout', join(dir, 'key'), '-out', join(dir, 'cert')], { stdio: 'ignore' });
		return { key: readFileSync(join(dir, 'key')), cert: readFileSync(join(dir, 'cert')) };
	} finally {
		rmSync(dir, { recursive: true });
	}
}

before(async () => {
	server = https.createServer(selfSigned(), (ask, reply) => {
		const path = ask.url.split('?')[0];
		const body = PAGES[path] ?? SCRIPTS[path];
		reply.writeHead(body === undefined ? 404 : 200, {
			'Content-Type': path in SCRIPTS ? 'text/javascript' : 'text/html; charset=utf-8',
			'Content-Security-Policy': CSP,
		});
		reply.end(body);
	}).listen(0, '127.0.0.1');
	await new Promise(listening => server.once('listening', listening));
	url = `https://127.0.0.1:${server.address().port}`;
});

after(() => {
	server.closeAllConnections();
	server.close();
});

/* A page at `path`, and its context. */
async function
visit(path, options)
{
	const { page, context } = await open(options);
	await page.goto(url + path);
	return { page, context };
}

test('the people of the demo are read from what it prints', () => {
	assert.deepEqual(parseDemo('50 cases made\ndoctor\tpass word\tAAAA\nadmin\tx\n\n'),
		{ doctor: { password: 'pass word', secrets: ['AAAA'] },
		  admin: { password: 'x', secrets: [] } });
});

test('axe passes a good page under a strict CSP', async () => {
	const { page, context } = await visit('/good');
	await axe(page);
	assert.deepEqual(context.troubles, []);
});

test('axe names the rule and the place of a field without label', async () => {
	const { page } = await visit('/unlabelled');
	await assert.rejects(axe(page), /label \(critical\)[^]*at input[^]*<input name="bare">/);
	await axe(page, { skip: ['label'] });
	await axe(page, { within: 'h1' });
});

test('the HTML checker passes a good page and names the errors of a wrong one', async () => {
	const { page } = await visit('/good');
	await valid(page, 'good');
	await checkPages();

	await page.goto(`${url}/wrong`);
	await valid(page, 'wrong page');
	await valid(html('<p>よい</p>'), 'other');
	await assert.rejects(checkPages(), e => {
		assert.match(e.message, /wrong page:\d+: Duplicate ID “a”/);
		assert.match(e.message, /wrong page:\d+: .*“b”/);
		assert.doesNotMatch(e.message, /other/);
		return true;
	});
	await checkPages();             /* they wait no longer */
});

test('troubles of a page are noted', async () => {
	const { context } = await visit('/greedy');
	const all = context.troubles.join('\n');
	assert.match(all, /foreign host: https:\/\/example\.invalid/);
	assert.match(all, /console: .*Content Security Policy/);
});

test('a context without scripts runs none', async () => {
	for (const [js, said] of [[true, 'はなす'], [false, 'しずか']]) {
		const { page } = await visit('/scripted', { js });
		assert.equal(await page.textContent('#said'), said);
	}
	const { page } = await visit('/good', { js: false });
	await assert.rejects(axe(page), /js: true/);
});

test('language, time zone and size are those asked for', async () => {
	const { page } = await visit('/good', { width: 390, height: 700, lang: 'vi-VN' });
	assert.deepEqual(await page.evaluate(() => [navigator.language, innerWidth,
		Intl.DateTimeFormat().resolvedOptions().timeZone]), ['vi-VN', 390, 'Asia/Tokyo']);
});

test('a service worker starts behind a self-signed certificate', async () => {
	const { page } = await visit('/worker');
	await page.waitForFunction(() => document.title === '起きた');
});

test('keys counts the stops and presses between two moments, across pages', async () => {
	const { page } = await visit('/good');
	const k = await keys(page);
	await page.keyboard.press('Tab');
	await page.keyboard.type('abc');
	await page.keyboard.press('Tab');
	assert.deepEqual(await k.count(), { stops: 2, order: ['name', 'kana'], presses: 5 });

	k.reset();
	await page.goto(`${url}/good?again`);
	await page.goto(`${url}/good`);
	for (let n = 0; n < 3; n++)
		await page.keyboard.press('Tab');
	assert.deepEqual(await k.count(),
		{ stops: 3, order: ['name', 'kana', '届け出る'], presses: 3 });
});

test('the imitated IME composes, converts and confirms', async () => {
	const { page } = await visit('/good');
	await page.focus('#name');
	await page.evaluate(() => {
		window.log = [];
		const note = e => window.log.push(`${e.type}:${e.data ?? e.code}:${e.isComposing ?? ''}`
			+ `:${e.keyCode ?? ''}`);
		for (const type of ['keydown', 'compositionstart', 'compositionupdate', 'compositionend'])
			document.querySelector('#name').addEventListener(type, note);
	});
	await ime(page, { reading: 'やま', text: '山' });
	assert.equal(await page.inputValue('#name'), '山');
	assert.deepEqual(await page.evaluate(() => window.log), [
		'keydown:KeyA:false:229', 'compositionstart:::', 'compositionupdate:や::',
		'keydown:KeyA:true:229', 'compositionupdate:やま::',
		'keydown:Space:true:229', 'compositionupdate:山::',
		'keydown:Enter:true:229', 'compositionupdate:山::', 'compositionend:山::',
	]);
	assert.equal(new URL(page.url()).search, '', 'the confirming Enter sends no form');

	await ime(page, { reading: 'かわ', confirm: false });
	assert.equal(await page.inputValue('#name'), '山かわ');
});

test('a picture of the whole page is kept', async () => {
	const { page } = await visit('/good');
	assert.ok(statSync(await shot(page, 'harness')).size > 1000);
});
