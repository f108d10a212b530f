// test/fault/overload.mjs DIR FAIL.so [SECONDS]: ten times what the machine can do: filings, look-ups and figures, offered at
// a steady rate whatever is answered. Each answer is right or says "later"; figures are sent away first and filing last;
// what was acknowledged is there once; and when it is over, all is as before.
//
// The disk is made slow (fail.so), so that the rate that can be sustained is low and the same everywhere.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { Person, bin, makeData, minimum, run, serve } from './client.mjs';

const base = process.argv[2], fail = path.resolve(process.argv[3]), seconds = Number(process.argv[4] ?? 0);
const data = path.join(base, 'data'), sock = path.join(base, 'http.sock'), slow = path.join(base, 'slow'), acks = path.join(base, 'acks');
const SYNC_MS = 300, WORKERS = 8, QUEUE = 256, span = Math.max(4, Math.floor(seconds / 2));
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const share = (list, s) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * s))];

makeData(data, 300);
const server = await serve(data, `127.0.0.1:0,unix:${sock}`, ['--workers', String(WORKERS), '--metrics-token', 'tell'],
	{ LD_PRELOAD: fail, FAIL_FILES: path.join(data, 'hersys.db'), FAIL_SLOW_MS: String(SYNC_MS), FAIL_WHEN: slow });
const doctor = await new Person({ socketPath: sock }).signIn(data, 'doctor');
const cookie = Object.entries(doctor.cookies).map(([k, v]) => `${k}=${v}`).join('; ');
const agent = new http.Agent({ keepAlive: true, maxSockets: 700 });
const form = minimum();
let seq = 0;

function ask(kind) {
	const began = performance.now(), op = `load-${process.pid}-${seq++}`;
	const body = kind === 'filing' ? new URLSearchParams({ ...form, op, csrf: doctor.csrf, name: `試験 花子${seq}` }).toString() : undefined;
	const where = { filing: '/notifications/new', lookup: '/notifications', figures: '/figures' }[kind];
	return new Promise((done, failed) => {
		const q = http.request({ agent, socketPath: sock, method: body ? 'POST' : 'GET', path: where, headers: { Host: 'localhost',
			Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', ...(body ? { 'Content-Type': 'application/x-www-form-urlencoded',
				'Content-Length': Buffer.byteLength(body) } : {}) } }, (r) => {
			r.resume();
			r.on('end', () => done({ kind, op, status: r.statusCode, retry: r.headers['retry-after'], to: r.headers.location,
				ms: performance.now() - began }));
			r.on('error', failed);
		});
		q.on('error', failed);
		q.end(body);
	});
}

const receipts = [];
function keep(r) {
	const m = r.kind === 'filing' && r.status === 303 && /^\/notifications\/(\d+)\/(\w+)\/receipt$/.exec(r.to);
	if (m) receipts.push([r.op, m[1], m[2]]);
	return r;
}

/* ---- what can be sustained ---- */

// As many at once as there is room for look-ups beside them.
async function sustained(ms) {
	const began = performance.now();
	let n = 0;
	await Promise.all(Array.from({ length: QUEUE / 2 }, async () => {
		while (performance.now() - began < ms) {
			assert.equal(keep(await ask('filing')).status, 303);
			n++;
		}
	}));
	return n * 1000 / (performance.now() - began);
}

fs.writeFileSync(slow, '');
const rate = await sustained(2500);
console.log(`sustained: ${rate.toFixed(0)} filings a second`);

/* ---- ten times that ---- */

const kinds = ['filing', 'lookup', 'figures'], all = [], began = performance.now();
const offered = 10 * rate;
for (let sent = 0; performance.now() - began < span * 1000;) {
	for (const due = (performance.now() - began) * offered / 1000; sent < due; sent++) all.push(ask(kinds[sent % 3]).then(keep));
	await pause(5);
}
const ended = performance.now();

/* ---- and back: asked while what still waits is worked off ---- */

// A busy machine gets longer in the short form.
const limit = seconds > 0 ? 5000 : 10000 + 2 * QUEUE / rate * 1000, probes = [];
for (;;) {
	const t = performance.now(), three = await Promise.all(kinds.map((k) => ask(k).then(keep)));
	probes.push(...three);
	if (three.every((r) => r.status !== 503) && performance.now() - t < 3000) break;
	assert.ok(performance.now() - ended < limit, 'back to normal');
	await pause(50);
}
const back = performance.now() - ended, answers = await Promise.all(all);

for (const r of answers) {
	assert.ok([r.kind === 'filing' ? 303 : 200, 503].includes(r.status), `${r.kind}: ${r.status}`);
	if (r.status === 503) assert.ok(Number(r.retry) > 0, 'Retry-After');
}
const of = (kind, good) => answers.filter((r) => r.kind === kind && (r.status !== 503) === good);
const away = Object.fromEntries(kinds.map((k) => [k, of(k, false).length / (of(k, true).length + of(k, false).length)]));
const filed = of('filing', true), slowest = share(filed.map((r) => r.ms), 0.99);
console.log(`offered ${offered.toFixed(0)}/s for ${span} s: ${kinds.map((k) => `${k} ${of(k, true).length} done, ${of(k, false).length} sent away`).join('; ')}; `
	+ `p50 ${share(filed.map((r) => r.ms), 0.5).toFixed(0)} ms, p99 ${slowest.toFixed(0)} ms of the filings that were taken`);
holds(`${answers.length} answers, each one right or 503 with Retry-After`);
assert.ok(away.figures > 0.5 && away.figures >= away.lookup && away.lookup >= away.filing, `the order: ${JSON.stringify(away)}`);
assert.ok(away.figures - away.filing > 0.1, `figures give way to filing: ${JSON.stringify(away)}`);
holds('figures are sent away first, then look-ups, filing last');
assert.ok(filed.length / ((ended - began) / 1000) > rate / 2, `${filed.length} filings in ${span} s while ${rate} a second can be done`);
// At most a full queue stands before it.
const most = 3000 + 2 * QUEUE / rate * 1000;
assert.ok(slowest < most, `p99 ${slowest} ms, bound ${most} ms`);
holds('filing goes on, and waits for a bounded time');

const after = await sustained(2500);
assert.ok(after > rate / 2, `before ${rate}, after ${after} a second`);
holds(`back to normal ${(back / 1000).toFixed(1)} s after the end of the load; ${after.toFixed(0)} filings a second again`);
const numbers = await new Promise((done, failed) => http.get({ socketPath: sock, path: '/metrics', headers: { Host: 'localhost',
	Authorization: 'Bearer tell' } }, (r) => { let t = ''; r.on('data', (d) => { t += d; }); r.on('end', () => done(t)); }).on('error', failed));
const counted = Number(/hersys_requests_shed_total\{rank="figures"\} (\d+)/.exec(numbers)[1]);
assert.equal(counted, [...answers, ...probes].filter((r) => r.kind === 'figures' && r.status === 503).length);
for (let i = 0; i < 50 && !server.log().includes('http.calm'); i++) await pause(20);
assert.ok(server.log().includes('what=http.overload') && server.log().includes('what=http.calm'));
holds('the metrics count them by what they were for; the log tells when it began and ended');
agent.destroy();
assert.equal((await server.stop()).code, 0);

const org = run('user', 'list', '--data', data).split('\n').map((l) => l.split('\t')).find((l) => l[0] === 'doctor')[1].slice(1);
fs.writeFileSync(acks, receipts.map(([op, home, id]) => `${op}\t${org}\t${home}\t${id}\n`).join(''));
const there = spawnSync(bin, ['check', '--full', '--data', data, '--acks', acks], { encoding: 'utf8', maxBuffer: 1 << 26 });
assert.equal(there.status, 0, there.stdout.slice(-400) + there.stderr.slice(-400));
fs.appendFileSync(acks, `load-0-0\t${org}\t1301\t01ARZ3NDEKTSV4RRFFQ69G5FAV\n`);
assert.equal(spawnSync(bin, ['check', '--data', data, '--acks', acks]).status, 3, 'an invented one is noticed');
holds(`all ${receipts.length} acknowledged notifications are there once`);
console.log(`${passed} passed, 0 failed`);
