/* What the stories of the browser stand on: a server with demo data, a browser, a person who
 * signs in, and the checks that every page must pass.
 *
 *	const server = await startServer({ cases: 50 });
 *	const { page } = await open({ width: 390 });
 *	await signIn(page, 'doctor');
 *	await axe(page);
 *	await valid(page, 'home');
 *	await shot(page, 'home-phone');
 *
 * One file of stories is one process. What it started is stopped after its last test, and the
 * pages given to valid() are checked there, together, for a Java machine is slow to start. */

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const installed = createRequire(import.meta.url).resolve;
const execute = promisify(execFile);

const BINARY = resolve(process.env.HERSYS_BIN ?? join(here, '../../build/hersys'));
const OUT = join(here, '../out');

const START_MS = 30_000;        /* a build with sanitizers is slow to start */
const STOP_MS = 15_000;
const STEP_MS = 30_000;         /* life of a one-time code */
const WAIT_MS = 30_000;         /* how long a page may take before a story fails */

/* ---- what was started, and its end ---- */

const folders = new Set();
const servers = new Set();
let chrome;                     /* promise of the one browser */
let current;                    /* the server started last */

function
folder(name)
{
	const dir = mkdtempSync(join(tmpdir(), `hersys-${name}-`));
	folders.add(dir);
	return dir;
}

function
drop(dir)
{
	rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
	folders.delete(dir);
}

after(async () => {
	const ends = [checkPages(), closeBrowser(), ...[...servers].map(s => s.stop())];
	const failed = (await Promise.allSettled(ends)).filter(e => e.status === 'rejected');
	if (failed.length > 0)
		throw new Error(failed.map(e => e.reason.message).join('\n\n'));
});

/* However this process ends, nothing that it started outlives it. */
process.on('exit', () => {
	for (const s of servers)
		s.child.kill('SIGKILL');
	for (const dir of folders)
		drop(dir);
});
for (const signal of ['SIGINT', 'SIGTERM'])
	process.once(signal, () => process.exit(1));

/* ---- the server ---- */

async function
hersys(args, env)
{
	try {
		return (await execute(BINARY, args, { env, maxBuffer: 1 << 26 })).stdout;
	} catch (e) {
		throw new Error(`hersys ${args.join(' ')}: ${e.message}\n${e.stderr ?? ''}`);
	}
}

/* The demo's people, from the lines "login<TAB>password<TAB>secret..." that it prints. */
export function
parseDemo(text)
{
	const people = {};
	for (const line of text.split('\n')) {
		const [login, password, ...secrets] = line.split('\t');
		if (password !== undefined)
			people[login] = { password, secrets };
	}
	return people;
}

async function
freePort()
{
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address();
	probe.close();
	return port;
}

/* With HERSYS_TEST_DATABASE, the address of a PostgreSQL of the tests' own (test/pg.sh), each data folder has a
 * database there; a folder's address stays the same as long as it does. */
const databases = new Map();
async function
database(data)
{
	const base = process.env.HERSYS_TEST_DATABASE;
	if (base === undefined || databases.has(data))
		return databases.get(data);
	const name = `story_${process.pid}_${databases.size}`;
	await execute('psql', ['-X', '-q', '-d', base, '-c', `CREATE DATABASE ${name} TEMPLATE template0`]);
	databases.set(data, base.replace(/\/[^/?]*(\?|$)/, `/${name}$1`));
	return databases.get(data);
}

/* Whether anything at all is answered at `url`. */
function
answers(url)
{
	return new Promise(tell => {
		const ask = https.get(url, { rejectUnauthorized: false, timeout: 2000, agent: false });
		ask.on('response', reply => { reply.resume(); tell(true); });
		ask.on('error', () => tell(false));
		ask.on('timeout', () => ask.destroy());
	});
}

/* Start the server on an own data folder with `cases` demo cases. `extra` are more arguments
 * of `serve`, `env` more environment. With `dir`, an earlier server's folder is used as it is.
 * Result: url, dir, people (by login), child, logs(), stop(), kill(). */
export async function
startServer({ cases = 50, extra = [], env = {}, dir } = {})
{
	/* settings of the stories are none of the program, which refuses what it does not know */
	const { HERSYS_BIN: _, HERSYS_CHROMIUM: __, ...inherited } = process.env;
	const environment = { ...inherited, ...env };
	const data = dir ?? folder('data');
	const address_of_data = await database(data);
	if (address_of_data !== undefined)
		environment.HERSYS_DATABASE = address_of_data;
	let people = current?.people ?? {};
	if (dir === undefined) {
		await hersys(['init', '--data', data], environment);
		people = parseDemo(await hersys(
			['demo', '--data', data, '--cases', String(cases), '--seed', '1'], environment));
	}

	const address = `127.0.0.1:${await freePort()}`;
	const child = spawn(BINARY, ['serve', '--data', data, '--listen', address, ...extra],
		{ env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
	let log = '';
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', text => { log += text; });
	const ended = new Promise(tell => {
		child.on('error', e => { log += e.message; tell({ code: 127 }); });
		child.on('close', (code, signal) => tell({ code, signal }));
	});

	const server = {
		url: `https://${address}`, dir: data, people, child,
		env: environment, cookies: {}, codes: {},
		logs: () => log,

		/* Ask it to stop, and fail unless it ends well; `keep` keeps the data folder. */
		async stop({ keep = false } = {}) {
			servers.delete(server);
			child.kill('SIGTERM');
			const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
			const { code, signal } = await ended;
			clearTimeout(late);
			if (!keep)
				drop(data);
			assert.ok(code === 0 || signal === 'SIGTERM',
				`the server ended with ${signal ?? code}:\n${log.slice(-4000)}`);
		},

		/* As a power cut does it; the data folder stays, for startServer({ dir }). */
		async kill() {
			servers.delete(server);
			child.kill('SIGKILL');
			await ended;
		},
	};
	servers.add(server);

	let over = false;
	ended.then(() => { over = true; });
	for (const end = Date.now() + START_MS; !await answers(server.url); await pause(20)) {
		if (over || Date.now() > end) {
			await server.kill();
			throw new Error(`the server did not start:\n${log.slice(-4000)}`);
		}
	}
	current = server;
	return server;
}

/* One person more than the demonstration has, beside a running server. */
export async function
addPerson(server, login, { org, role, name })
{
	const told = execute(BINARY, ['user', 'add', login, '--org', org, '--role', role, '--name', name, '--data', server.dir],
		{ env: server.env });
	told.child.stdin.end('mata-ashita-no-asa\n');       /* asked for where the server does not make one itself */
	const { stdout } = await told;
	const password = /Password, shown once: (.*)/.exec(stdout)?.[1] ?? 'mata-ashita-no-asa';
	const secret = /secret, shown once: (\w+)/.exec(stdout)[1];
	server.people[login] = { password, secrets: [secret] };
	appendFileSync(join(server.dir, 'demo-logins'), [login, password, secret, role, name].join('\t') + '\n');
}

/* ---- the browser ---- */

/* No background traffic: a closed network refuses it, many times a second. Certificate errors
 * are waved through for the whole browser, because service workers and passkeys do not heed
 * a single context's leave. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync',
	'--ignore-certificate-errors'];

/* The one browser of this file of stories, with a new and empty profile. */
export async function
browser()
{
	chrome ??= chromium.launchPersistentContext(folder('profile'), {
		executablePath: process.env.HERSYS_CHROMIUM ?? '/usr/bin/chromium',
		headless: true, args: FLAGS, ignoreHTTPSErrors: true, locale: 'ja-JP',
	});
	return (await chrome).browser();
}

async function
closeBrowser()
{
	if (chrome !== undefined)
		await (await chrome).close();
}

const scriptless = new WeakSet();
const served = new WeakMap();           /* page -> the last document's response */

/* A person's own browser window: own cookies, own size. `context.troubles` fills with what no
 * page may do: errors of scripts, breaches of the CSP, missing files, calls to other hosts. */
export async function
context({ js = true, width = 1280, height = 800, lang = 'ja-JP', ...more } = {})
{
	const c = await (await browser()).newContext({
		baseURL: current?.url, javaScriptEnabled: js, viewport: { width, height },
		locale: lang, timezoneId: 'Asia/Tokyo', ignoreHTTPSErrors: true, ...more,
	});
	c.setDefaultTimeout(WAIT_MS);
	if (!js)
		scriptless.add(c);
	c.troubles = [];
	c.on('weberror', e => c.troubles.push(`script: ${e.error().message}`));
	c.on('console', m => {
		if (m.type() === 'error' && !m.text().startsWith('Failed to load resource'))
			c.troubles.push(`console: ${m.text()}`);
	});
	c.on('request', ask => {
		const { protocol, hostname } = new URL(ask.url());
		if (/^(http|ws)s?:$/.test(protocol) && !['127.0.0.1', 'localhost'].includes(hostname))
			c.troubles.push(`foreign host: ${ask.url()}`);
	});
	c.on('response', reply => noteResponse(c, reply));
	return c;
}

function
noteResponse(c, reply)
{
	const ask = reply.request();
	if (ask.isNavigationRequest()) {
		let page;
		try {
			page = ask.frame().page();
		} catch {
			return;         /* the first document of a window that a page opened */
		}
		if (ask.frame() === page.mainFrame() && (reply.status() < 300 || reply.status() > 399))
			served.set(page, reply);
		return;
	}
	if (reply.status() >= 400 && !['fetch', 'xhr'].includes(ask.resourceType()))
		c.troubles.push(`${reply.status()} for ${ask.url()}`);
}

/* A context and its first page, for the many stories that need just that. */
export async function
open(options)
{
	const c = await context(options);
	return { context: c, page: await c.newPage() };
}

/* ---- signing in ---- */

/* Press the button of the form that holds `field`, and wait for the page that follows. */
async function
submit(page, field)
{
	const button = 'button:not([type=button]), input[type=submit]';
	const loaded = page.waitForEvent('load');
	await page.locator(`form:has(${field})`).locator(button).first().click();
	await loaded;
}

function
at(page)
{
	return new URL(page.url()).pathname;
}

/* A code that was not used before: each works once, so this may last until the next step. */
export async function
unusedCode(server, login)
{
	for (const end = Date.now() + STEP_MS + 5000; Date.now() < end; await pause(500)) {
		const code = (await hersys(['demo-code', login, '--data', server.dir], server.env)).trim();
		if (code !== server.codes[login])
			return server.codes[login] = code;
	}
	throw new Error(`no new code for ${login} in ${STEP_MS} ms`);
}

/* Sign `login` in and end at that person's start page. A session of an earlier call is shared, to save the wait for
 * a new code; `fresh` asks for one of its own. A story that signs out should use `fresh`. */
export async function
signIn(page, login, { server = current, fresh = false } = {})
{
	if (server.cookies[login] !== undefined && !fresh) {
		await page.context().addCookies(server.cookies[login]);
		const reply = await page.goto(`${server.url}/`);
		if (reply.ok() && !at(page).startsWith('/login'))
			return;
		await page.context().clearCookies();
	}

	const person = server.people[login];
	assert.ok(person, `the demo has no login "${login}"`);
	await page.goto(`${server.url}/login`);
	await page.fill('input[name=login]', login);
	await page.fill('input[name=password]', person.password);
	await submit(page, 'input[name=password]');
	assert.equal(at(page), '/login/code', `password of ${login} refused:\n${await words(page)}`);

	/* twice, because the step may turn between the making of a code and its use */
	for (let tries = 0; tries < 2 && at(page) === '/login/code'; tries++) {
		await page.fill('input[name=code]', await unusedCode(server, login));
		await submit(page, 'input[name=code]');
	}
	assert.doesNotMatch(at(page), /^\/login/, `code of ${login} refused:\n${await words(page)}`);
	server.cookies[login] = await page.context().cookies();
}

async function
words(page)
{
	return (await page.locator('body').innerText()).slice(0, 1000);
}

/* ---- checks of a page ---- */

const AXE = readFileSync(installed('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/* No violation of accessibility rules. `within` narrows it to a selector, `skip` names rules
 * to leave out. Handed in as source, which the page's CSP does not forbid. */
export async function
axe(page, { within, skip = [] } = {})
{
	assert.ok(!scriptless.has(page.context()), 'axe needs scripts: open the page with js: true');
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(AXE);
	const violations = await page.evaluate(
		async ([what, options]) => (await window.axe.run(what ?? document, options)).violations,
		[within, {
			runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'],
			rules: Object.fromEntries(skip.map(rule => [rule, { enabled: false }])),
		}]);
	const told = violations.flatMap(v => [`${v.id} (${v.impact}): ${v.help}`,
		...v.nodes.flatMap(n => [`\tat ${n.target.join(' ')}`, `\t   ${n.html}`])]);
	assert.ok(told.length === 0, `axe at ${at(page)}:\n${told.join('\n')}`);
}

const pages = [];               /* [name, html], waiting for checkPages */

/* Have HTML checked as it was served, at the end of this file's tests. `html` is the text, or
 * a page: then what the server sent for it (what the browser holds is repaired already). */
export async function
valid(html, name)
{
	if (typeof html !== 'string') {
		const reply = served.get(html);
		assert.ok(reply, `no document was served for "${name}"`);
		html = await reply.text();
	}
	pages.push([name, html]);
}

/* Check the pages that wait, in one Java machine. */
export async function
checkPages()
{
	const waiting = pages.splice(0);
	if (waiting.length === 0)
		return;
	const dir = folder('pages');
	const files = waiting.map((_, i) => join(dir, `${i}.html`));
	await Promise.all(files.map((file, i) => writeFile(file, waiting[i][1])));
	/* its schema needs a deep stack; the quick compiler halves the time */
	const { stdout } = await execute('java', ['-Xss16m', '-XX:TieredStopAtLevel=1',
		'-XX:+UseSerialGC', '-jar', installed('vnu-jar/build/dist/vnu.jar'), '--errors-only',
		'--no-langdetect', '--exit-zero-always', '--format', 'json', '--stdout', ...files],
		{ maxBuffer: 1 << 26 });
	drop(dir);
	const told = JSON.parse(stdout).messages.map(m => {
		const name = m.url ? waiting[parseInt(basename(m.url), 10)][0] : 'checker';
		return `${name}:${m.lastLine}: ${m.message}\n\t${m.extract ?? ''}`;
	});
	assert.ok(told.length === 0, `HTML errors:\n${told.join('\n')}`);
}

/* The whole page as a picture, test/out/NAME.png, for people to look at. */
export async function
shot(page, name)
{
	mkdirSync(OUT, { recursive: true });
	const path = join(OUT, `${name.replace(/[\s/]+/g, '-')}.png`);
	await page.screenshot({ path, fullPage: true, animations: 'disabled' });
	return path;
}

/* ---- hands on the keyboard ---- */

const counters = new WeakMap();

/* Count, from now on and across pages, what the keyboard costs: `stops`, how often the focus
 * came to a field; `order`, where; `presses`, the keys pressed, Shift and its like apart.
 *
 *	const k = await keys(page);
 *	...
 *	assert.ok((await k.count()).presses <= 90); */
export async function
keys(page)
{
	const seen = counters.get(page) ?? { order: [], presses: 0 };
	const counter = {
		async count() {
			await page.evaluate(() => 0);   /* earlier news has arrived after this */
			return { stops: seen.order.length, order: [...seen.order], presses: seen.presses };
		},
		reset() {
			seen.order = [];
			seen.presses = 0;
		},
	};
	if (!counters.has(page)) {
		assert.ok(!scriptless.has(page.context()), 'keys needs scripts: js: true');
		counters.set(page, seen);
		await page.exposeBinding('hersysSeen', (_, stop) => {
			if (stop === null)
				seen.presses++;
			else
				seen.order.push(stop);
		});
		await page.addInitScript(watchKeys);
		await page.evaluate(watchKeys);
	}
	counter.reset();
	return counter;
}

/* Runs in the page. */
function
watchKeys()
{
	const name = e => e.getAttribute('name') || e.id || e.textContent.trim().slice(0, 20);
	const alone = ['Shift', 'Control', 'Alt', 'Meta'];
	addEventListener('focusin', e => window.hersysSeen(name(e.target)), true);
	addEventListener('keydown', e => alone.includes(e.key) || window.hersysSeen(null), true);
}

/* Type as through a Japanese IME into the focused field: the reading appears kana by kana, is
 * turned into `text` and confirmed with Enter. `confirm: false` leaves it open. */
export async function
ime(page, { reading, text = reading, confirm = true })
{
	const cdp = await page.context().newCDPSession(page);
	const press = (code, type = 'rawKeyDown') => cdp.send('Input.dispatchKeyEvent',
		{ type, code, key: 'Process', windowsVirtualKeyCode: 229 });
	const compose = now => cdp.send('Input.imeSetComposition',
		{ text: now, selectionStart: now.length, selectionEnd: now.length });

	const kana = [...reading];
	for (let n = 1; n <= kana.length; n++) {
		await press('KeyA');
		await compose(kana.slice(0, n).join(''));
		await press('KeyA', 'keyUp');
	}
	if (text !== reading) {
		await press('Space');
		await compose(text);
		await press('Space', 'keyUp');
	}
	if (confirm) {
		await press('Enter');
		await cdp.send('Input.insertText', { text });
		await press('Enter', 'keyUp');
	}
	await cdp.detach();
}
