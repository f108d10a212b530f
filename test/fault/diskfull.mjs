// test/fault/diskfull.mjs DIR: DIR lies on a small disk of its own. Fill it by filing notifications until there is no
// room: nothing is acknowledged that is not kept, the form comes back as typed with a clear sentence, reading goes on,
// and the service heals by itself when there is room again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Person, makeData, minimum, run, serve } from './client.mjs';

const disk = process.argv[2], dir = path.join(disk, 'data'), ballast = path.join(disk, 'ballast');
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };

makeData(dir, 100);
let server = await serve(dir);
const doctor = await new Person({ port: server.port }).signIn(dir, 'doctor');

// Leave little room, then file until it is used up.
const free = () => { const s = fs.statfsSync(disk); return s.bavail * s.bsize; };
fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - (3 << 20))));
const acked = [];
let full;
for (let i = 0; i < 4000 && !full; i++) {
	const form = minimum({ name: `試験 花子${i}` });
	const r = await doctor.post('/notifications/new', form);
	if (r.status === 303) acked.push({ op: form.op, url: r.headers.location });
	else full = { r, form };
}
assert.ok(full, 'the disk became full');
assert.equal(full.r.status, 507);
assert.match(full.r.text, /まだ届け出ていません/);
holds('a filing that finds the disk full is answered 507 and says that nothing was reported');
assert.ok(full.r.text.includes(full.form.name) && full.r.text.includes(full.form.stay_address));
holds('what was typed comes back');
// The log of the server names no person.
assert.ok(!server.log().includes('試験') && !server.log().includes('霞が関'));
holds('the log names no person');
// Looks need a line in the log on disk, so pages with persons may be refused; others are served.
assert.equal((await doctor.get('/healthz')).status, 200);
assert.equal((await doctor.get('/figures')).status, 200);
holds('figures are still served');

fs.rmSync(ballast);
let again;
for (let i = 0; i < 50; i++) {
	again = await doctor.post('/notifications/new', full.form);
	if (again.status === 303) break;
	await new Promise((done) => setTimeout(done, 100));
}
assert.equal(again.status, 303);
acked.push({ op: full.form.op, url: again.headers.location });
holds('with room again the same press succeeds, without a restart');
for (const one of [acked[0], acked[Math.floor(acked.length / 2)], acked.at(-1)]) {
	const r = await doctor.get(one.url);
	assert.equal(r.status, 200);
}
assert.equal((await server.stop()).code, 0);
const report = run('check', '--data', dir, '--full');
assert.match(report, new RegExp(`cases ${100 + acked.length}, `));
assert.match(report, /figures: 0 differences/);
assert.match(report, /whole/);
assert.match(report, /database: sound/);
holds(`all ${acked.length} acknowledged notifications are there exactly once; figures, chain and database are right`);
console.log(`${passed} passed, 0 failed`);
