// test/fault/client.mjs: a person at the wire, without a browser: signs in with both factors and sends forms.
// For tests of what happens to the machine under the server; stories are told in test/browser.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const bin = process.env.HERSYS_BIN ?? path.join(root, 'build/hersys');

delete process.env.HERSYS_BIN;   // the program takes it for a setting

export const run = (...args) => execFileSync(bin, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// A data folder with a small demonstration in it.
export function makeData(dir, cases = 200) {
	run('init', '--data', dir);
	run('demo', '--data', dir, '--cases', String(cases), '--seed', '1');
}

export function logins(dir) {
	const people = {};
	for (const line of fs.readFileSync(path.join(dir, 'demo-logins'), 'utf8').trim().split('\n')) {
		const [login, password] = line.split('\t');
		people[login] = { login, password };
	}
	return people;
}

// Start the server; resolves when it says that it serves. `where` is an address with port 0, or unix:/path; `env` is added
// to the environment.
export function serve(dir, where = '127.0.0.1:0', extra = [], env = {}) {
	const child = spawn(bin, ['serve', '--data', dir, '--listen', where, ...extra],
		{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
	let log = '';
	child.stderr.on('data', (d) => { log += d; });
	const ended = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })));
	return new Promise((done, fail) => {
		let out = '';
		child.stdout.on('data', (d) => {
			out += d;
			const at = /https:\/\/localhost:(\d+)\//.exec(out);
			if (at) done({ child, port: Number(at[1]), log: () => log, stop: () => { child.kill('SIGTERM'); return ended; }, ended });
		});
		ended.then(({ code, signal }) => fail(new Error(`the server ended: ${code} ${signal}\n${log}`)));
	});
}

// One person's browser: keeps cookies, follows nothing.
export class Person {
	constructor(to) {
		this.to = to;           // { port } for HTTPS, { socketPath } for plain HTTP, { port, host } with other names
		this.cookies = {};
	}

	ask(method, url, form) {
		const body = form ? new URLSearchParams(form).toString() : undefined;
		const headers = { Host: this.to.name ?? 'localhost', 'Sec-Fetch-Site': 'same-origin',
			Cookie: Object.entries(this.cookies).map(([k, v]) => `${k}=${v}`).join('; '), ...this.to.headers };
		if (body !== undefined) {
			headers['Content-Type'] = 'application/x-www-form-urlencoded';
			headers['Content-Length'] = Buffer.byteLength(body);
		}
		const lib = this.to.socketPath ? http : https;
		const where = this.to.socketPath ? { socketPath: this.to.socketPath } : { host: '127.0.0.1', port: this.to.port };
		return new Promise((done, fail) => {
			const q = lib.request({ ...where, method, path: url, headers, rejectUnauthorized: false, agent: false }, (r) => {
				let text = '';
				r.setEncoding('utf8');
				r.on('data', (d) => { text += d; });
				r.on('end', () => {
					for (const c of r.headers['set-cookie'] ?? []) {
						const [pair] = c.split(';');
						this.cookies[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
					}
					done({ status: r.statusCode, headers: r.headers, text });
				});
				r.on('error', fail);
			});
			q.on('error', fail);
			q.end(body);
		});
	}

	get(url) { return this.ask('GET', url); }

	async post(url, form) {
		return this.ask('POST', url, { csrf: this.csrf ?? '', ...form });
	}

	async signIn(dir, login) {
		const { password } = logins(dir)[login];
		let r = await this.post('/login', { login, password });
		if (r.status !== 303) throw new Error(`sign-in of ${login}: ${r.status}`);
		r = await this.post('/login/code', { code: run('demo-code', login, '--data', dir).trim() });
		if (r.status !== 303) throw new Error(`code of ${login}: ${r.status}`);
		await this.token();
		return this;
	}

	// Any page with a form holds a token of the session.
	async token() {
		const page = await this.get('/search');
		this.csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1];
		if (!this.csrf) throw new Error(`no token: ${page.status}`);
	}
}

// The least that a notification must say.
export function minimum(changes = {}) {
	const today = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);
	return { act: 'report', op: randomUUID(), disease: 'covid19', type: 'confirmed', name: '試験 花子', name_kana: 'シケン ハナコ',
		sex: 'female', birth_date: '1980-04-01', stay_address: '東京都千代田区霞が関1-2-2', 'test_method.1': 'naat',
		'test_specimen.1': 'saliva', 'test_sampled_date.1': today, 'test_result.1': 'positive', diagnosis_date: today,
		report_date: today, doctor_name: '試験 医師', clinic_name: '試験診療所', dup_ack: '1', attest: '1', ...changes };
}
