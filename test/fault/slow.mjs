// test/fault/slow.mjs DIR [SECONDS]: slow clients and floods: more connections than there are seats, from many addresses, that
// send a head byte by byte, a body byte by byte, nothing at all, or leave a reply unread, and come again as soon as they are
// thrown out. Meanwhile a clinic that is signed in and connected files notifications: each is answered, and soon.
import assert from 'node:assert/strict';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { performance } from 'node:perf_hooks';
import { Person, makeData, minimum, run, serve } from './client.mjs';

const base = process.argv[2], seconds = Number(process.argv[3] ?? 0), data = path.join(base, 'data');
const SEATS = 240, FLOOD = 400, HEAD_S = 3, span = Math.max(5, seconds);
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

makeData(data, 100);
const server = await serve(data, '127.0.0.1:0', ['--connections', String(SEATS), '--head-seconds', String(HEAD_S), '--idle-seconds', '5',
	'--metrics-token', 'tell']);
const doctor = await new Person({ port: server.port }).signIn(data, 'doctor');
const cookie = Object.entries(doctor.cookies).map(([k, v]) => `${k}=${v}`).join('; ');

/* ---- the flood ---- */

let flooding = true, thrownOut = 0, longest = 0, taken = 0;
const lines = new Set();

// One attacker's next connection: 127.0.1.1 to 127.0.4.100, so that no address has too many.
function attack(n) {
	if (!flooding) return;
	const kind = ['head', 'body', 'silent', 'unread'][n % 4], began = performance.now();
	const where = { host: '127.0.0.1', port: server.port, localAddress: `127.0.${1 + n % 4}.${1 + n % 100}` };
	const line = kind === 'silent' ? net.connect(where) : tls.connect({ ...where, rejectUnauthorized: false });
	let drip;
	lines.add(line);
	line.on('error', () => {});
	line.once(kind === 'silent' ? 'connect' : 'secureConnect', () => {
		taken++;
		if (kind === 'head') {
			line.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ');
			drip = setInterval(() => line.write('a'), 500);
		} else if (kind === 'body') {
			line.write('POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n');
			drip = setInterval(() => line.write('a'), 500);
		} else if (kind === 'unread') {
			line.pause();
			line.write('GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
		}
	});
	if (kind !== 'unread') line.resume();
	line.once('close', () => {
		clearInterval(drip);
		lines.delete(line);
		if (flooding) {
			thrownOut++;
			longest = Math.max(longest, performance.now() - began);
			setTimeout(() => attack(n), 20);
		}
	});
}


/* ---- the clinic ---- */

const agent = new https.Agent({ keepAlive: true, maxSockets: 2, rejectUnauthorized: false });
const press = (i) => new Promise((done, failed) => {
	const began = performance.now();
	const body = new URLSearchParams({ csrf: doctor.csrf, ...minimum({ name: `試験 花子${i}` }) }).toString();
	const q = https.request({ agent, host: '127.0.0.1', port: server.port, method: 'POST', path: '/notifications/new', headers: { Host: 'localhost',
		Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded',
		'Content-Length': Buffer.byteLength(body) } }, (r) => { r.resume(); r.on('end', () => done({ status: r.statusCode, ms: performance.now() - began })); });
	q.on('error', failed);
	q.end(body);
});
// The clinic was at work before the flood came: its connection stands.
assert.equal((await press('前')).status, 303);
for (let n = 0; n < FLOOD; n++) attack(n);
await pause(300);
const times = [], until = performance.now() + span * 1000;
let again = 0;
for (let i = 0; performance.now() < until; i++) {
	// A connection that finds no seat is made anew, as a browser would; the time counts from the first try.
	const began = performance.now();
	for (;;) {
		const r = await press(i).catch(() => null);
		if (r !== null) {
			assert.equal(r.status, 303);
			break;
		}
		again++;
		assert.ok(performance.now() - began < 15000, 'the clinic gets in');
		await pause(50);
	}
	times.push(performance.now() - began);
	await pause(40);
}
flooding = false;
for (const l of lines) l.destroy();
times.sort((a, b) => a - b);
const p99 = times[Math.floor(times.length * 0.99)];
console.log(`${FLOOD} attackers on ${SEATS} seats for ${span} s: ${taken} connections taken, ${thrownOut} thrown out, the slowest after ${(longest / 1000).toFixed(1)} s; `
	+ `${times.length} filings, p50 ${times[Math.floor(times.length / 2)].toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${again} connections again`);
assert.ok(taken > FLOOD / 2 && thrownOut > FLOOD, 'it was a flood');
assert.ok(longest < 15000, 'slow ones are gone within 15 s');
holds('slow and silent connections are thrown out');
assert.ok(p99 < (seconds > 0 ? 2000 : 5000), `p99 ${p99} ms`);
holds('a clinic that is signed in files all the while');
// The last of the flood still leave: a stranger finds a seat again within seconds.
let alive = 0;
for (const until = performance.now() + 10000; alive !== 200 && performance.now() < until; await pause(100))
	alive = await new Person({ port: server.port }).get('/healthz').then((r) => r.status, () => 0);
assert.equal(alive, 200);
agent.destroy();
assert.equal((await server.stop()).code, 0);
assert.match(run('check', '--full', '--data', data), new RegExp(`notifications ${101 + times.length}\n`));
holds('each was filed once');
console.log(`${passed} passed, 0 failed`);
