// test/fault/clock.mjs DIR FAIL.so: the machine's clock is set while the server runs, forward by hours and back: nobody is
// thrown out, nobody's session is made longer, the jump is in the log, and no line of the audit log is dated before its
// predecessor without a mark. With a clock before the day of the build it does not start.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Person, bin, makeData, minimum, run, serve } from './client.mjs';

const base = process.argv[2], fail = path.resolve(process.argv[3]), data = path.join(base, 'data'), ms = path.join(base, 'ms');
const env = { LD_PRELOAD: fail, FAIL_CLOCK: ms }, MINUTE = 60000;
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const set = (n) => fs.writeFileSync(ms, `${n}          `);
const jumps = (server) => [...server.log().matchAll(/what=clock\.jump ms=(-?\d+)/g)].map((m) => Number(m[1]));
// The n-th jump, as soon as its line has arrived here.
async function jump(n) {
	for (let i = 0; i < 100 && jumps(server).length < n; i++) await new Promise((done) => setTimeout(done, 20));
	return jumps(server)[n - 1];
}
const near = (got, want) => Math.abs(got - want) < 2000;
const sql = (text) => execFileSync('sqlite3', ['-readonly', path.join(data, 'hersys.db'), text], { encoding: 'utf8' }).trim();

set(0);
makeData(data, 50);
let server = await serve(data, '127.0.0.1:0', [], env);
const doctor = await new Person({ port: server.port }).signIn(data, 'doctor');
const files = async () => (await doctor.post('/notifications/new', minimum())).status;
assert.equal(await files(), 303);
assert.deepEqual(jumps(server), []);
holds('while the clock is right nothing is said about it');

// Two hours is four times the session's idle time.
set(120 * MINUTE);
assert.equal(await files(), 303);
assert.ok(near(await jump(1), 120 * MINUTE), 'the jump is in the log');
holds('two hours forward: the session goes on, the jump is logged');
set(-10 * MINUTE);
assert.equal(await files(), 303);
assert.equal((await doctor.get('/notifications')).status, 200);
assert.ok(near(await jump(2), -130 * MINUTE));
assert.equal(jumps(server).length, 2);
holds('back by more: the session goes on, each jump is logged once');
assert.equal((await server.stop()).code, 0);

// A restart believes the machine. What then began in the future is over: or the way back would make it longer.
set(-60 * MINUTE);
server = await serve(data, '127.0.0.1:0', [], env);
doctor.to.port = server.port;
assert.equal((await doctor.get('/notifications')).status, 303);
holds('after a restart with a clock set back, who signed in "later" signs in again');
assert.equal((await server.stop()).code, 0);

assert.match(run('check', '--full', '--data', data), /lines, whole/);
const back = 'FROM audit a JOIN audit b ON b.seq = a.seq + 1 WHERE b.at < a.at';
assert.equal(sql(`SELECT count(*) ${back} AND b.action <> 'clock.back'`), '0');
assert.ok(Number(sql(`SELECT count(*) ${back} AND b.action = 'clock.back'`)) >= 2, 'the way back is in the audit log');
holds('the audit log: each way back has its mark, the chain is whole');

set(-20 * 365 * 24 * 60 * MINUTE);
const r = spawnSync(bin, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 20000, env: { ...process.env, ...env } });
assert.equal(r.status, 1);
assert.match(r.stderr, /this program was built on \d{4}-\d\d-\d\d/);
holds('with a clock before the day of the build it does not start and says why');
console.log(`${passed} passed, 0 failed`);
