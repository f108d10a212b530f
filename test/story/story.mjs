// test/story/story.mjs: each question of the ministry's Q&A of 2020-10-14, told to the real server by people at the wire.
//
//	// Q8: Which day is the day of submission, which that of acceptance?
//	// The server's day of the first press of 報告, for each class by itself, the same in every place.
//	import { story, world } from './story.mjs';
//
//	story('the day of the press counts, not that of the draft', async holds => {
//		const w = await world('2020-10-01T23:50:00+09:00');
//		const dr = await w.as('doctor');
//		...
//		await w.go('2020-10-02T00:00:00+09:00');        // the server starts again at that time; who asks is signed in again
//		holds((await dr.post('/notifications/new', w.minimum())).status === 303, 'it is accepted');
//	});
//
// A file is a row: its name begins with the row's, its first comment is what doc/qa.md says of it (tools/qa.sh). With
// STORY_DATABASE, the address of a PostgreSQL of the tests' own, each world has a database there.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { Person, bin } from '../fault/client.mjs';

const PASSWORD = 'correct horse battery staple';
const { STORY_DATABASE, ...inherited } = process.env;

// Who there is, beside `doctor`, `clerk` (of the first institution in Chiyoda) and `admin`: made when a story first asks.
const PEOPLE = {
	doctor2: ['13/1301/0001/', 'doctor', '医師 乙'], neighbour: ['13/1301/0002/', 'doctor', '医師 丁'],
	stranger: ['13/1304/0001/', 'doctor', '医師 戊'],
	hc1: ['13/1301/', 'centre', '千代田の係'], hc2: ['13/1304/', 'centre', '新宿の係'], hc3: ['27/2701/', 'centre', '大阪の係'],
	pref: ['13/', 'prefecture', '都庁の係'], nat: ['', 'ministry', '本省の係'],
};

const folders = [], running = new Set();
after(async () => {
	await Promise.all([...running].map(s => s.stop()));
	for (const dir of folders)
		fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});
process.on('exit', () => { for (const s of running) s.child.kill('SIGKILL'); });

const base32 = text => {
	let bits = '';
	for (const c of text.replace(/=+$/, ''))
		bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0');
	return Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
};
// RFC 6238, six digits, thirty seconds.
const totp = (secret, ms) => {
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(ms / 30000)));
	const h = createHmac('sha1', base32(secret)).update(step).digest();
	return String((h.readUInt32BE(h[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
};

// Fields of the first form on a page, and where it goes; as a browser without script would send them.
export const unescape = text => text.replace(/&(lt|gt|amp|quot|#39);/g, (_, e) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" })[e]);
// What a page says, without its marks.
export const words = html => unescape(html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
// The part of a page with this id.
export const part = (html, id) => {
	const at = html.search(new RegExp(`<[a-z]+[^>]* id="${id}"`));
	if (at < 0) return '';
	const tag = /<([a-z]+)/.exec(html.slice(at))[1], ends = new RegExp(`<(/?)${tag}[ >]`, 'g');
	ends.lastIndex = at;
	for (let m, depth = 0; (m = ends.exec(html)) !== null;)
		if ((depth += m[1] ? -1 : 1) === 0) return html.slice(at, m.index);
	return html.slice(at);
};

// Somebody who is signed in, and signs in again when the server asks.
class Signed extends Person {
	constructor(world, login, password, secret) {
		super({});
		Object.assign(this, { world, login, password, secret });
	}
	async enter() {
		this.to = { port: this.world.server.port };
		this.cookies = {};
		let r = await super.ask('POST', '/login', { login: this.login, password: this.password });
		if (r.status !== 303) throw new Error(`sign-in of ${this.login}: ${r.status} ${words(r.text)}`);
		r = await super.ask('POST', '/login/code', { code: totp(this.secret, this.world.now()) });
		if (r.status !== 303) throw new Error(`code of ${this.login}: ${r.status} at ${new Date(this.world.now()).toISOString()}`);
		await this.token();
		return this;
	}
	async ask(method, url, form) {
		if (this.port !== this.world.server.port && url.startsWith('/login') === false) {
			this.port = this.world.server.port;
			await this.enter();
			if (form) form.csrf = this.csrf;
		}
		return super.ask(method, url, form);
	}
	// The page that an answer leads to.
	async follow(r) {
		assert.equal(r.status, 303, `a way on, not ${r.status}: ${words(r.text).slice(0, 400)}`);
		return this.get(r.headers.location);
	}
}

class World {
	constructor(dir) {
		Object.assign(this, { dir, people: {}, env: { ...inherited }, extra: [] });
		delete this.env.HERSYS_BIN;
	}
	now() { return this.began + Date.now() - this.at; }
	run(...args) {
		return execFileSync(bin, [...args, '--data', this.dir, '--clock', this.clock], { encoding: 'utf8', env: this.env, input: `${PASSWORD}\n` });
	}
	// One row or several of the database, as texts, columns by tabs.
	sql(text) {
		if (this.env.HERSYS_DATABASE)
			return execFileSync('psql', ['-X', '-A', '-t', '-F', '\t', '-d', this.env.HERSYS_DATABASE, '-c', text], { encoding: 'utf8' }).trim();
		return execFileSync('sqlite3', ['-readonly', '-separator', '\t', path.join(this.dir, 'hersys.db'), text], { encoding: 'utf8' }).trim();
	}
	addPerson(login, org, role, name) {
		const said = this.run('user', 'add', login, '--org', org, '--role', role, '--name', name);
		// A running server on SQLite makes the account, and its password, itself.
		const password = /Password, shown once: (.*)/.exec(said)?.[1] ?? PASSWORD;
		this.people[login] = new Signed(this, login, password, /secret, shown once: (\w+)/.exec(said)[1]);
	}
	// Somebody, signed in; known from PEOPLE or added before.
	async as(login) {
		if (this.people[login] === undefined)
			this.addPerson(login, ...PEOPLE[login]);
		const p = this.people[login];
		if (p.port !== this.server.port) {
			p.port = this.server.port;
			await p.enter();
		}
		return p;
	}
	// The server, from this moment on.
	async go(clock) {
		if (this.server) await this.server.stop();
		this.clock = clock;
		const child = spawn(bin, ['serve', '--data', this.dir, '--listen', '127.0.0.1:0', '--clock', clock, ...this.extra],
			{ stdio: ['ignore', 'pipe', 'pipe'], env: this.env });
		const ended = new Promise(done => child.on('exit', code => done(code)));
		const server = { child, log: '', stop: () => { running.delete(server); child.kill('SIGTERM'); return ended; } };
		child.stderr.on('data', d => { server.log += d; });
		running.add(server);
		this.server = await new Promise((done, fail) => {
			let out = '';
			child.stdout.on('data', d => {
				out += d;
				const at = /https:\/\/localhost:(\d+)\//.exec(out);
				if (at) { server.port = Number(at[1]); done(server); }
			});
			ended.then(code => fail(new Error(`the server ended: ${code}\n${server.log}`)));
		});
		this.began = Date.parse(clock);
		this.at = Date.now();
	}
	// The day by the server's clock, in Japan, and one some days from it.
	day(days = 0) { return new Date(this.now() + 9 * 3600e3 + days * 86400e3).toISOString().slice(0, 10); }
	// The least that a notification must say (row 5), and changes; undefined takes an item away.
	minimum(changes = {}) {
		const all = { act: 'report', op: randomUUID(), disease: 'covid19', type: 'confirmed', name: '試験 花子', name_kana: 'シケン ハナコ',
			sex: 'female', birth_date: '1980-04-01', stay_address: '東京都千代田区霞が関1-2-2', 'test_method.1': 'naat',
			'test_specimen.1': 'saliva', 'test_sampled_date.1': this.day(), 'test_result.1': 'positive', diagnosis_date: this.day(),
			report_date: this.day(), doctor_name: '試験 医師', ...changes };
		return Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined));
	}
	// File it; the notification's and the case's addresses: { notification, case: '/cases/…', edit: '…/edit' }.
	async file(who, changes) {
		const r = await who.post('/notifications/new', this.minimum(changes)), receipt = await who.follow(r);
		const at = r.headers.location.replace(/\/receipt.*/, '');
		return { notification: at, edit: `${at}/edit`, case: /href="(\/cases\/[^"#/]+\/[^"#/]+)"/.exec(receipt.text)[1], receipt: receipt.text };
	}
	// The form of a page as it stands, with changes, as a browser would send it.
	async form(who, url, id = 'entry') {
		const page = await who.get(url), html = part(page.text, id) || page.text, out = {};
		for (const [, attrs] of html.matchAll(/<input([^>]*)>/g)) {
			const of = name => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(attrs)?.[1] ?? '');
			const type = of('type') || 'text';
			if (!of('name') || ((type === 'checkbox' || type === 'radio') && !/\bchecked\b/.test(attrs))) continue;
			out[of('name')] = of('value') || (type === 'checkbox' ? 'on' : '');
		}
		for (const [, attrs, text] of html.matchAll(/<textarea([^>]*)>([\s\S]*?)<\/textarea>/g))
			out[unescape(/name="([^"]*)"/.exec(attrs)[1])] = unescape(text);
		for (const [, attrs, text] of html.matchAll(/<select([^>]*)>([\s\S]*?)<\/select>/g))
			out[unescape(/name="([^"]*)"/.exec(attrs)[1])] = unescape(/<option value="([^"]*)"[^>]*\bselected/.exec(text)?.[1] ?? '');
		return out;
	}
	// Correct a notification: its form with these changes.
	async correct(who, edit, changes) {
		return who.post(edit, { ...await this.form(who, edit), act: 'report', ...changes });
	}
	// Everything counted again, and the chain of the audit log.
	check() { return this.run('check', '--full'); }
}

export async function world(clock) {
	const w = new World(fs.mkdtempSync(path.join(os.tmpdir(), 'hersys-story-')));
	folders.push(w.dir);
	if (STORY_DATABASE) {
		const name = `story_${process.pid}_${folders.length}`;
		execFileSync('psql', ['-X', '-q', '-d', STORY_DATABASE, '-c', `CREATE DATABASE ${name} TEMPLATE template0`]);
		w.env.HERSYS_DATABASE = STORY_DATABASE.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
	}
	w.clock = clock;
	w.run('init');
	// Institutions and the accounts `doctor`, `clerk`, `admin` come with a demonstration of nobody.
	w.run('demo', '--cases', '0', '--days', '1', '--until', clock.slice(0, 10));
	const demo = fs.readFileSync(path.join(w.dir, 'demo-logins'), 'utf8').trim().split('\n').map(l => l.split('\t'));
	for (const [login, password, secret] of demo)
		w.people[login] = new Signed(w, login, password, secret);
	await w.go(clock);
	return w;
}

// A story; `holds(fact, what)` is said of each thing that must hold.
export function story(name, tell) {
	test(name, async () => {
		let n = 0;
		await tell((fact, what) => { n++; assert.ok(fact, what); });
		assert.ok(n > 0, 'a story that says nothing');
	});
}
