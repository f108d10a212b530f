// test/fault/gone.mjs DIR FAIL.so [SECONDS]: the client is gone between the press and its receipt: the line is cut while the
// server works on it. Pressed again it has the one receipt, and was filed once, whatever became of the first.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { Person, makeData, minimum, run, serve } from './client.mjs';

const base = process.argv[2], fail = path.resolve(process.argv[3]), seconds = Number(process.argv[4] ?? 0), data = path.join(base, 'data');
const PRESSES = seconds > 0 ? 40 * Math.ceil(seconds / 4) : 40;
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

makeData(data, 50);
// A commit takes a while, so that there is a time in which the line can be cut.
const server = await serve(data, '127.0.0.1:0', [], { LD_PRELOAD: fail, FAIL_FILES: path.join(data, 'hersys.db'), FAIL_SLOW_MS: '15' });
const doctor = await new Person({ port: server.port }).signIn(data, 'doctor');
const cookie = Object.entries(doctor.cookies).map(([k, v]) => `${k}=${v}`).join('; ');
const filed = () => Number(/notifications (\d+)/.exec(run('check', '--data', data))[1]) - 50;

// Send the press, wait, cut. True when not a byte of an answer came.
async function cutOff(form, ms) {
	const body = new URLSearchParams({ csrf: doctor.csrf, ...form }).toString();
	const line = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
	let heard = 0;
	line.on('error', () => {});
	line.on('data', (d) => { heard += d.length; });
	await new Promise((done) => line.once('secureConnect', done));
	line.write('POST /notifications/new HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n'
		+ `Cookie: ${cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	await pause(ms);
	line.destroy();
	return heard === 0;
}

const forms = Array.from({ length: PRESSES }, (_, i) => minimum({ name: `試験 花子${i}` }));
let unheard = 0;
for (let i = 0; i < PRESSES; i++) unheard += await cutOff(forms[i], i % 25);
await pause(300);
const first = filed();
assert.ok(unheard > PRESSES / 3, `${unheard} of ${PRESSES} heard nothing`);
assert.ok(first > PRESSES - unheard, `${first} were filed, ${PRESSES - unheard} of them heard so`);
holds(`${PRESSES} presses cut off: ${unheard} heard nothing, though ${first} were filed`);
for (const form of forms) {
	const a = await doctor.post('/notifications/new', form), b = await doctor.post('/notifications/new', form);
	assert.equal(a.status, 303);
	assert.match(a.headers.location, /receipt$/);
	assert.equal(b.headers.location, a.headers.location);
	if (form === forms[0] || form === forms.at(-1)) assert.equal((await doctor.get(a.headers.location)).status, 200);
}
assert.equal(filed(), PRESSES);
holds('each has one receipt when pressed again, and was filed once');
// Another press of the same form is another notification: the key is what makes it the same.
assert.equal((await doctor.post('/notifications/new', minimum({ name: '試験 花子0' }))).status, 303);
assert.equal(filed(), PRESSES + 1);
holds('without its key it would have been filed twice');
assert.equal((await server.stop()).code, 0);
assert.match(run('check', '--full', '--data', data), /figures: 0 differences\naudit log: \d+ lines, whole\ndatabase: sound/);
console.log(`${passed} passed, 0 failed`);
