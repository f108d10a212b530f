// test/fault/faults.mjs DIR FAIL.so [SECONDS]: the real server on a machine that fails it: the disk answers with errors by
// chance, memory is at its end at any allocation, a second server wants the same data. Each time the same is asked
// afterwards: is every acknowledged press there once, the chain whole, do the figures agree, is the database sound?
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Person, bin, logins, makeData, minimum, serve } from './client.mjs';

const base = process.argv[2], fail = path.resolve(process.argv[3]), seconds = Number(process.argv[4] ?? 0);
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Presses without end; each receipt goes to the file `acks`.
function load(data, port, acks, forSeconds) {
	const child = spawn(bin, ['bench', 'notify', '--seconds', String(forSeconds), '--connections', '8', '--patient', '--ack-file', acks,
		'--folder', data, '--at', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
	let text = '';
	child.stdout.on('data', (d) => { text += d; });
	return new Promise((done, failed) => child.on('close', (code, signal) => (text === ''
		? failed(new Error(`the load ended with ${code ?? signal}`)) : done(text.trim().split('\n').map((l) => JSON.parse(l))))));
}

const check = (data, acks) => spawnSync(bin, ['check', '--full', '--data', data, '--acks', acks], { encoding: 'utf8', maxBuffer: 1 << 26 });
const lines = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').length - 1 : 0);

function allThere(data, acks, what) {
	const r = check(data, acks);
	assert.equal(r.status, 0, `${what}: ${r.stdout.slice(-600)}${r.stderr.slice(-600)}`);
	// The question must be able to get another answer.
	const invented = `${acks}.invented`;
	fs.writeFileSync(invented, `${fs.readFileSync(acks, 'utf8')}bench-0\t13/1301/0001/\t1301\t01ARZ3NDEKTSV4RRFFQ69G5FAV\n`);
	assert.equal(check(data, invented).status, 3, 'an invented acknowledgement is noticed');
}

/* ---- the disk fails by chance ---- */

async function disk(name, io) {
	const data = path.join(base, name), acks = path.join(base, `${name}.acks`), on = path.join(base, `${name}.on`);
	makeData(data, 100);
	const server = await serve(data, '127.0.0.1:0', [], { LD_PRELOAD: fail, FAIL_FILES: path.join(data, 'hersys.db'), FAIL_IO: io, FAIL_WHEN: on });
	const long = Math.max(3, Math.floor(seconds / 4));
	const work = load(data, server.port, acks, long);
	// Bad times and good ones; the last are good.
	for (let i = 0; i < long * 2; i++) {
		await pause(450);
		if (i % 2 === 0 && i < long * 2 - 1) fs.writeFileSync(on, '');
		else fs.rmSync(on, { force: true });
	}
	fs.rmSync(on, { force: true });
	const [sum] = await work;
	assert.ok(sum.failed > 0, `${name}: the faults struck`);
	assert.ok(sum.good > 0, `${name}: it went on between them`);
	const said = (what) => server.log().includes(what);
	// A full disk is undone by the database itself; after any other error the connection is given up.
	assert.equal(said('what=store.ill'), io.includes(':5:'), 'the disk is called ill');
	assert.equal(said('what=store.healed'), io.includes(':5:'), 'and healed');
	const clerk = await new Person({ port: server.port }).signIn(data, 'clerk');
	const t0 = Date.now();
	const one = await clerk.get('/notifications');
	assert.equal(one.status, 200, 'back to normal');
	assert.ok(Date.now() - t0 < 5000);
	assert.ok(!said('level=bug'));
	assert.equal((await server.stop()).code, 0);
	allThere(data, acks, name);
	holds(`${name} (${io}): ${sum.failed} presses refused, all ${lines(acks)} acknowledged ones there once; it healed by itself`);
}

/* ---- memory at its end ---- */

// Whose fault is it, by the trace that fail.so leaves? Some libraries (GMP below GnuTLS) end the process themselves when
// they get no memory; what is ours must not.
function isOurs(log) {
	const trace = log.split('\n').filter((l) => /\[0x[0-9a-f]+\]$/.test(l));
	const first = trace.find((l) => !/fail\.so|libc\.so|libgcc|ld-linux/.test(l));
	console.log(`a library's end: ${first}`);
	return first === undefined || first.startsWith(bin);
}

// The short form tries the same allocations each time.
let step = 0;
const dice = () => (seconds > 0 ? Math.random() : (++step * 0.6180339887) % 1);

// The server is started again and again, and each time some allocation fails: one, or from there on all.
async function memory() {
	const data = path.join(base, 'memory'), acks = path.join(base, 'memory.acks');
	let port = 0, work, died = 0, lived = 0, foreign = 0, refusedToStart = 0;
	makeData(data, 100);
	const first = await serve(data);
	port = first.port;
	await first.stop();
	const span = seconds > 0 ? Math.max(4, Math.floor(seconds / 2)) : 6, rounds = seconds > 0 ? Infinity : 10;
	const until = Date.now() + span * 1000;
	const own = await serve(data, `127.0.0.1:${port}`);
	work = load(data, port, acks, span);
	while (lines(acks) === 0) await pause(50);
	await own.stop();
	for (let round = 0; round < rounds && Date.now() < until; round++) {
		// Few in the beginning, when the store opens; then far into the work.
		const at = 1 + Math.floor(dice() * (round % 2 ? 3000 : 60000)), on = round % 3 > 0;
		const env = { ...process.env, LD_PRELOAD: fail, FAIL_MALLOC_AT: String(at) };
		if (on) env.FAIL_MALLOC_ON = '1';
		const child = spawn(bin, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'], env });
		let log = '';
		child.stderr.on('data', (d) => { log += d; });
		const end = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
		const timer = setTimeout(() => child.kill('SIGTERM'), 900), hard = setTimeout(() => child.kill('SIGKILL'), 20000);
		const { code, signal } = await end;
		clearTimeout(timer);
		clearTimeout(hard);
		const how = `allocation ${at}${on ? ' and all after it' : ''}: code ${code}, signal ${signal}\n${log.slice(-2500)}`;
		if (signal !== null) {
			assert.ok(!isOurs(log), `ended by a signal: ${how}`);
			foreign++;
		} else if (code === 0) lived++;
		else if (code === 71) { died++; assert.match(log, /out of memory/, how); } else { refusedToStart++; assert.equal(code, 1, how); assert.ok(!log.includes('serve.ready'), how); }
	}
	const back = await serve(data, `127.0.0.1:${port}`);
	await work;
	assert.equal((await back.stop()).code, 0);
	assert.ok(died > 0, 'memory did come to its end');
	allThere(data, acks, 'memory');
	holds(`memory at its end: ended ${died} times with its message, did not start ${refusedToStart} times and said why, lived on ${lived} times, `
		+ `${foreign} times a library ended it, `
		+ `never by a signal; all ${lines(acks)} acknowledged presses there once`);
}

/* ---- the kernel's own limit ---- */

// In a group whose memory is less than the load needs, the kernel kills it, again and again. Needs the right to make one.
async function squeezed() {
	const group = `/sys/fs/cgroup/memory/hersys-test-${process.pid}`, data = path.join(base, 'squeezed'), acks = path.join(base, 'squeezed.acks');
	try {
		fs.mkdirSync(group);
		fs.writeFileSync(path.join(group, 'memory.limit_in_bytes'), String(14 << 20));
	} catch {
		console.log('skipped: no right to limit the memory of a group here');
		return;
	}
	makeData(data, 100);
	const first = await serve(data), { port } = first, span = Math.max(8, Math.floor(seconds / 3));
	const work = load(data, port, acks, span), until = Date.now() + span * 1000;
	while (lines(acks) === 0) await pause(50);
	await first.stop();
	let killed = 0, slowest = 0;
	while (Date.now() < until) {
		const began = Date.now();
		const child = spawn('sh', ['-c', `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`, bin, 'serve', '--data', data, '--listen',
			`127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'ignore'] });
		child.stdout.once('data', () => { slowest = Math.max(slowest, Date.now() - began); });
		const timer = setTimeout(() => child.kill('SIGTERM'), 4000);
		killed += await new Promise((done) => child.on('exit', (code, signal) => done(signal === 'SIGKILL' ? 1 : 0)));
		clearTimeout(timer);
	}
	const back = await serve(data, `127.0.0.1:${port}`);
	await work;
	assert.equal((await back.stop()).code, 0);
	fs.rmdirSync(group);
	assert.ok(killed > 0, 'the limit was felt');
	allThere(data, acks, 'squeezed');
	holds(`killed ${killed} times by the kernel for its memory, serving again after at most ${slowest} ms; all ${lines(acks)} acknowledged presses there once`);
}

/* ---- a second writer ---- */

async function second() {
	const data = path.join(base, 'second');
	makeData(data, 50);
	const server = await serve(data);
	const other = spawnSync(bin, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 20000 });
	assert.equal(other.status, 1);
	assert.match(other.stderr, /another process has/);
	holds('a second server on the same data is refused and says why');
	// Also by another name of the folder, and for a tool that cannot reach the first.
	fs.symlinkSync(data, path.join(base, 'alias'));
	assert.equal(spawnSync(bin, ['serve', '--data', path.join(base, 'alias'), '--listen', '127.0.0.1:0'], { timeout: 20000 }).status, 1);
	fs.renameSync(path.join(data, 'control.sock'), path.join(base, 'away'));
	const tool = spawnSync(bin, ['user', 'list', '--data', data], { encoding: 'utf8' });
	assert.notEqual(tool.status, 0);
	assert.match(tool.stderr, /another process has/);
	fs.renameSync(path.join(base, 'away'), path.join(data, 'control.sock'));
	holds('by another name of the folder too, and so is a tool that writes');
	const doctor = await new Person({ port: server.port }).signIn(data, 'doctor');
	assert.equal((await doctor.post('/notifications/new', minimum())).status, 303);
	server.child.kill('SIGKILL');
	await server.ended;
	// The refusal was about the first one: when it is gone, however, the second may.
	const next = await serve(data);
	assert.equal((await next.stop()).code, 0);
	holds('the first one went on; when it is gone, even by force, another may serve');
}

await second();
await disk('sync', 'fdatasync:5:6');
await disk('room', 'pwrite:28:60');
if (seconds > 0) await disk('mixed', 'fdatasync:5:20,pwrite:5:100,pread:5:2000');
await memory();
if (seconds > 0) await squeezed();
console.log(`${passed} passed, 0 failed`);
