// test/fault/powerloss.mjs DIR PLOG.so [SECONDS]: the power goes, at any moment, and the disk kept what it had promised and
// as much of the rest as it liked. 40 states, or as many as fit into that time.
//
// The real server works under load while plog.so writes down every write and sync of its database, and every
// acknowledgement its client saw. Of that record, crash states are built: a moment, and for each file what was synced by
// then, with each later write kept, dropped, or torn into sectors of 512 bytes. In each state the real program opens the
// database (its own recovery) and is asked: is it sound, is the chain whole, do the figures agree, is every press there
// once that was acknowledged before that moment?
//
// Then the same with a disk that lies about syncs: that must be noticed, or the test would prove nothing.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { bin, makeData, serve } from './client.mjs';

const base = process.argv[2], plog = path.resolve(process.argv[3]), until = Date.now() + 1000 * Number(process.argv[4] ?? 0);
const ROUND = 40;
const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const data = path.join(base, 'data'), log = path.join(base, 'log'), acks = path.join(base, 'acks');
const SECTOR = 512, HEAD = 32;
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };

let dice = BigInt(seed) * 2654435761n + 88172645463325252n;
function below(n) {
	dice ^= (dice << 13n) & 0xffffffffffffffffn;
	dice ^= dice >> 7n;
	dice ^= (dice << 17n) & 0xffffffffffffffffn;
	return Number(dice % BigInt(n));
}

/* ---- the record ---- */

async function record() {
	makeData(data, 200);
	fs.cpSync(data, path.join(base, 'before'), { recursive: true });
	fs.writeFileSync(acks, '');
	const watch = { LD_PRELOAD: plog, PLOG_LOG: log };
	const die = path.join(base, 'die'), env = { ...watch, PLOG_FILES: path.join(data, 'hersys.db'), PLOG_DIE: die };
	let server = await serve(data, '127.0.0.1:0', [], env);
	const load = spawn(bin, ['bench', 'notify', '--seconds', '2', '--connections', '8', '--patient', '--ack-file', acks,
		'--folder', data, '--at', `127.0.0.1:${server.port}`],
		{ stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...watch, PLOG_ACKS: acks } });
	const ended = new Promise((done) => load.on('exit', done));
	// In bursts: between them the server has the quiet in which it moves its log into the file.
	let resting = false;
	const turns = setInterval(() => { resting = !resting; load.kill(resting ? 'SIGSTOP' : 'SIGCONT'); }, 300);
	// In the middle the process dies and another recovers what it left: that, too, may be cut off by the power.
	await new Promise((done) => setTimeout(done, 1000));
	fs.writeFileSync(die, '');
	await server.ended;
	fs.rmSync(die);
	server = await serve(data, `127.0.0.1:${server.port}`, [], env);
	const code = await ended;
	clearInterval(turns);
	assert.equal(code, 0, 'the load');
	assert.equal((await server.stop()).code, 0);
}

const KIND = ['', 'name', 'write', 'truncate', 'sync', 'unlink', 'ack', 'rename'];

function readRecord() {
	const raw = fs.readFileSync(log), names = {}, all = [];
	for (let at = 0; at < raw.length;) {
		const n = Number(raw.readBigUInt64LE(at + 16));
		const r = { kind: KIND[raw.readUInt32LE(at)], file: raw.readUInt32LE(at + 4), at: Number(raw.readBigUInt64LE(at + 8)),
			bytes: raw.subarray(at + HEAD, at + HEAD + n) };
		at += HEAD + n;
		if (r.kind === 'name') names[r.file] = path.basename(r.bytes.toString());
		// A process numbers its files from one on.
		if (r.kind === 'name' && r.file === 1) all.push({ kind: 'start' });
		assert.notEqual(r.kind, 'rename', 'a database is not renamed');
		r.name = r.kind === 'unlink' ? path.basename(r.bytes.toString()) : names[r.file];
		if (r.kind !== 'name') all.push(r);
	}
	return all;
}

/* ---- the disk ---- */

class File {
	constructor(bytes) {
		this.bytes = bytes;     // what is certain
		this.pending = [];      // what may be there
	}

	apply(r, pieces) {
		if (r.kind === 'truncate') {
			this.bytes = r.at <= this.bytes.length ? this.bytes.subarray(0, r.at) : grown(this.bytes, r.at);
			return;
		}
		this.bytes = grown(this.bytes, r.at + r.bytes.length);
		for (const [from, to] of pieces ?? [[0, r.bytes.length]]) r.bytes.copy(this.bytes, r.at + from, from, to);
	}

	sync() {
		for (const r of this.pending) this.apply(r);
		this.pending = [];
	}
}

function grown(bytes, n) {
	if (n <= bytes.length) return bytes;
	const room = bytes.buffer.byteLength - bytes.byteOffset;
	if (n <= room && bytes.roomy) {
		const b = Buffer.from(bytes.buffer, bytes.byteOffset, n);
		b.fill(0, bytes.length);
		b.roomy = true;
		return b;
	}
	const b = Buffer.alloc(Math.max(n, bytes.length * 2)), cut = Buffer.from(b.buffer, b.byteOffset, n);
	bytes.copy(cut);
	cut.roomy = true;
	return cut;
}

class Disk {
	constructor(lies) {
		this.lies = lies;       // which files' syncs do nothing
		this.ghosts = {};       // removed; the removal itself may be lost
		this.files = { 'hersys.db': new File(fs.readFileSync(path.join(base, 'before/hersys.db'))) };
		this.acked = 0;
	}

	go(r) {
		if (r.kind === 'start') return;
		if (r.kind === 'ack') this.acked = r.at;
		else if (r.kind === 'unlink') {
			if (this.files[r.name]) this.ghosts[r.name] = this.files[r.name];
			delete this.files[r.name];
		} else {
			this.files[r.name] ??= new File(Buffer.alloc(0));
			if (r.kind !== 'sync') this.files[r.name].pending.push(r);
			else if (!this.lies(r.name)) this.files[r.name].sync();
		}
	}

	// What is found after the power comes back.
	lose(mode, to) {
		for (const f of ['hersys.db', 'hersys.db-wal', 'hersys.db-shm']) fs.rmSync(path.join(to, f), { force: true });
		const all = { ...(below(2) ? this.ghosts : {}), ...this.files };
		for (const [name, f] of Object.entries(all)) {
			const seen = new File(Buffer.from(f.bytes));
			for (const r of f.pending) {
				if (mode === 'dropped' || (mode === 'some' && below(2))) continue;
				if (mode !== 'torn' || r.kind !== 'write' || below(3) > 0) seen.apply(r);
				else seen.apply(r, sectors(r));
			}
			fs.writeFileSync(path.join(to, name), seen.bytes);
		}
		const given = fs.readFileSync(acks).subarray(0, this.acked);
		fs.writeFileSync(path.join(to, 'acks'), given);
		return given.filter((b) => b === 10).length;
	}
}

function sectors(r) {
	const keep = [];
	// The first may begin, and the last end, inside a sector of the disk.
	for (let from = 0; from < r.bytes.length;) {
		const to = Math.min(r.bytes.length, from + SECTOR - (r.at + from) % SECTOR);
		if (below(2)) keep.push([from, to]);
		from = to;
	}
	return keep;
}

/* ---- the recovery ---- */

const ask = (...args) => new Promise((done) => execFile(bin, args, { maxBuffer: 1 << 26 }, (e, out, err) =>
	done({ code: e ? (e.code ?? e.signal) : 0, text: out + err })));

// "" when all is well. A tool that writes opens the store as the server does; check looks into everything.
async function look(dir) {
	const opened = await ask('user', 'list', '--data', dir);
	if (opened.code !== 0) return `cannot be opened: ${opened.text.trim().split('\n').at(-1)}`;
	const all = await ask('check', '--full', '--data', dir, '--acks', path.join(dir, 'acks'));
	return all.code === 0 ? '' : all.text.trim().split('\n').filter((l) => !/sound|whole|: 0 diff/.test(l)).slice(0, 4).join('; ');
}

const MODES = ['dropped', 'some', 'torn', 'kept'];

// Moments: any; just after an acknowledgement, where a loss would show; and among the writes into the file itself.
function moments(all, n) {
	const kind = (f) => all.map((r, i) => (f(r) ? i + 1 : 0)).filter((i) => i);
	const pools = [all.map((_, i) => i + 1), kind((r) => r.kind === 'ack'), kind((r) => r.kind === 'write' && r.name === 'hersys.db')];
	// And the recovery after the crash in the middle, from its first write on.
	const second = all.findLastIndex((r) => r.kind === 'start');
	assert.ok(second > 100, 'a second process');
	pools.push(Array.from({ length: 200 }, (_, i) => second + 1 + i).filter((i) => i < all.length));
	for (const pool of pools) assert.ok(pool.length > 10, 'the record holds acknowledgements and checkpoints');
	return Array.from({ length: n }, (_, i) => pools[i % pools.length][below(pools[i % pools.length].length)]).sort((a, b) => a - b);
}

// Build n states and look at each, two at a time; returns those that are bad.
async function states(all, n, lies, enough = Infinity) {
	const disk = new Disk(lies), bad = [], at = moments(all, n), rooms = [0, 1].map((i) => path.join(base, `room${i}`));
	let done = 0, looked = 0, acked = 0, i = 0;
	const busy = rooms.map(() => Promise.resolve());
	for (const room of rooms) {
		fs.rmSync(room, { recursive: true, force: true });
		fs.cpSync(path.join(base, 'before'), room, { recursive: true });
	}
	for (const moment of at) {
		const k = i++ % 2, mode = MODES[below(MODES.length)];
		await busy[k];
		if (bad.length >= enough) break;
		while (done < moment) disk.go(all[done++]);
		const lines = disk.lose(mode, rooms[k]);
		acked += lines;
		looked++;
		busy[k] = look(rooms[k]).then((why) => { if (why) bad.push(`record ${moment}, ${mode}, ${lines} acknowledged: ${why}`); });
	}
	await Promise.all(busy);
	return { bad, looked, acked };
}

await record();
const all = readRecord();
const count = (f) => all.filter(f).length;
const lines = fs.readFileSync(acks, 'utf8').split('\n').length - 1;
console.log(`seed ${seed}: ${all.length} records: ${count((r) => r.kind === 'write')} writes, ${count((r) => r.kind === 'sync')} syncs, `
	+ `${count((r) => r.kind === 'write' && r.name === 'hersys.db')} of the writes by checkpoints; ${count((r) => r.kind === 'start')} processes, ${lines} acknowledged presses`);

let looked = 0, sought = 0;
do {
	const honest = await states(all, ROUND, () => false);
	for (const b of honest.bad) console.log(`FAILED: ${b}`);
	assert.equal(honest.bad.length, 0, 'a state that lost something');
	looked += honest.looked;
	sought += honest.acked;
} while (Date.now() < until);
holds(`${looked} crash states, ${sought} acknowledged presses looked for in them: none lost or double, all sound`);

const wal = await states(all, ROUND, (name) => name.endsWith('-wal'), 3);
assert.ok(wal.bad.some((b) => /not there/.test(b)), `a log that is not synced went unnoticed in ${wal.looked} states`);
holds(`a disk that lies about the log is noticed (${wal.bad.length} of ${wal.looked} states), e.g. ${wal.bad[0].slice(0, 160)}`);
const none = await states(all, ROUND, () => true, 3);
assert.ok(none.bad.length > 0, `a disk that lies about everything went unnoticed in ${none.looked} states`);
holds(`a disk that lies about everything is noticed (${none.bad.length} of ${none.looked} states), e.g. ${none.bad[0].slice(0, 160)}`);
console.log(`${passed} passed, 0 failed`);
