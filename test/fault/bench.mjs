// test/fault/bench.mjs DIR: the measurements measure: on a tiny base each ends well, prints the lines that doc/benchmarks.md names, each
// line one JSON object with a number that can be; and what must be refused is refused. What the numbers are is not tested here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { bin, makeData, root, serve } from './client.mjs';

const dir = process.argv[2], base = path.join(dir, 'base');
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };

function bench(want, ...args) {
	const r = spawnSync(bin, ['bench', ...args, '--in', dir], { encoding: 'utf8', timeout: 120000 });
	assert.equal(r.status, want, `bench ${args.join(' ')}: ${r.status} ${r.signal}\n${r.stdout}${r.stderr}`);
	const lines = {};
	for (const line of r.stdout.split('\n').filter((l) => l.startsWith('{'))) {
		const o = JSON.parse(line);
		assert(typeof o.name === 'string' && Number.isFinite(o.value) && o.value >= 0 && typeof o.unit === 'string', line);
		assert(!(o.name in lines), `${o.name} twice`);
		for (const k of ['ratio', 'p50_ms', 'p95_ms', 'p99_ms', 'max_ms'])
			assert(o[k] === undefined || (Number.isFinite(o[k]) && o[k] >= 0), line);
		lines[o.name] = o;
	}
	return { lines, text: r.stdout, said: r.stderr };
}
const has = (r, ...names) => { for (const n of names) assert(n in r.lines, `no line ${n}:\n${r.text}`); };

makeData(base, 300);
const hash = () => createHash('sha256').update(fs.readFileSync(path.join(base, 'hersys.db'))).digest('hex');
const before = hash();

let r = bench(0, 'notify', '--base', base, '--seconds', '1', '--connections', '8', '--rate', '50');
has(r, 'notify.fast.8', 'notify.steady.8', 'notify.memory', 'notify.kept');
assert.equal(r.lines['notify.kept'].good, true);
assert.equal(r.lines['notify.kept'].value, r.lines['notify.fast.8'].good + r.lines['notify.steady.8'].good);
assert(r.lines['notify.fast.8'].yardstick > 0 && r.lines['notify.fast.8'].same_rows > 0 && r.lines['notify.fast.8'].failed === 0);
assert.equal(hash(), before);
holds('notify on a copy: everything acknowledged is kept, the base is as it was');

r = bench(0, 'search', '--base', base, '--names', '20');
for (const who of ['centre', 'prefecture', 'ministry']) {
	has(r, ...['one', 'two', 'three', 'whole'].map((k) => `search.${who}.${k}`), `search.${who}`);
	assert.equal(r.lines[`search.${who}`].names, 20);
	assert.equal(r.lines[`search.${who}.whole`].good, 20);
}
holds('search asks for names from one character on');

r = bench(0, 'fresh', '--base', base, '--seconds', '1');
assert(r.lines['fresh.figure'].times > 0 && r.lines['fresh.figure'].exact === true);
holds('after the receipt the figure is one more, and right');

r = bench(0, 'import', '--rows', '2000');
has(r, 'import.previewed', 'import.kept', 'import.previewed.twice', 'import.kept.twice');
for (const o of Object.values(r.lines)) assert(o.memory_mib > 1, JSON.stringify(o));
holds('import');

r = bench(0, 'start', '--base', base);
has(r, 'start.first_answer', 'start.memory', 'start.memory.empty');
r = bench(0, 'idle', '--idle', '150', '--seconds', '1', '--connections', '4', '--cases', '0');
assert.equal(r.lines['idle.memory'].open, 150);
has(r, 'idle.notify', 'idle.memory.working');
holds('start and idle connections');

r = bench(0, 'disk', '--seconds', '4');
has(r, 'disk.durable_4k', 'disk.durable_64k', 'disk.durable_1m', 'disk.sequential', 'disk.group_commit', 'disk.meaning');
assert(r.lines['disk.meaning'].text.length > 100);
if (fs.existsSync('/dev/shm')) {
	const shm = fs.mkdtempSync('/dev/shm/hersys-bench-');
	try {
		r = bench(0, 'disk', '--seconds', '4', '--folder', shm);
		assert.equal(r.lines['disk.meaning'].honest, false);
		assert.match(r.said, /WARNING: this folder is in memory/);
		assert.deepEqual(fs.readdirSync(shm), []);
	} finally {
		fs.rmSync(shm, { recursive: true });
	}
}
holds('the disk, and a folder in memory is told');

const svg = path.join(dir, 'growth.svg'), table = path.join(dir, 'growth.md');
r = bench(0, 'growth', '--sizes', '1000,2000', '--seconds', '1', '--svg', svg, '--table', table);
assert.match(fs.readFileSync(svg, 'utf8'), /^<svg [^]*>figures of the nation [^]*<\/svg>\n$/);
assert.equal(fs.readFileSync(table, 'utf8').split('\n').filter((l) => l.startsWith('|')).length, 9);
holds('growth: a table and a picture');

const server = await serve(base, '127.0.0.1:0');
try {
	r = bench(0, 'get', '--at', `127.0.0.1:${server.port}`, '--path', '/login', '--seconds', '1', '--connections', '4');
	assert(r.lines.get.good > 0 && r.lines.get.bytes > 500);
	bench(2, 'get', '--at', `192.0.2.1:${server.port}`);
	bench(1, 'get', '--at', `127.0.0.1:${server.port}`, '--path', '/nowhere');
} finally {
	await server.stop();
}
holds('one path of a server; never of another machine');

fs.renameSync(path.join(base, 'demo-logins'), path.join(base, 'logins'));
assert.match(bench(1, 'start', '--base', base).said, /no demo-logins/);
bench(2);
bench(2, 'nonsense');
bench(2, 'notify', '--seconds', '0');
bench(2, 'notify', '--no-such-thing', '1');
bench(2, 'notify', '--in-place');
bench(2, 'replay', '--day', '1999-01-01');
bench(2, 'growth', '--sizes', '5000,2000');
holds('no folder but a demonstration, no nonsense');

const shown = fs.readFileSync(path.join(root, 'doc/benchmarks.md'), 'utf8');
for (const name of ['notify.fast.64', 'notify.kept', 'search.centre', 'fresh.figure', 'import.kept', 'start.first_answer', 'idle.memory'])
	assert(shown.includes(`\`${name}\``), `doc/benchmarks.md does not name ${name}`);
assert.deepEqual(fs.readdirSync(dir).filter((n) => n.startsWith('hersys-')), []);
holds('nothing is left behind');
console.log(`${passed} passed, 0 failed`);
