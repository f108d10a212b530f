// test/fault/pg.mjs DIR: two servers on one PostgreSQL (made by test/pg.sh, which is in the environment): what one knows the
// other knows, one chain and one row of numbers, and what is answered is kept while connections and the server break.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Person, bin, makeData, minimum, root, run, serve } from './client.mjs';

const base = process.argv[2], a = path.join(base, 'a'), b = path.join(base, 'b');
const { PG_DIR, PG_PORT } = process.env;
const secret = 'not-for-anybodys-eyes';
const address = (who) => `postgresql://${who}@127.0.0.1:${PG_PORT}/two`;
const pg = (what) => execFileSync('sh', ['-c', `. test/pg.sh; ${what}`], { cwd: root, encoding: 'utf8' }).trim();
const sql = (text) => pg(`pg_sql "$(pg_url two)" "${text}"`);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
// Until it holds; not longer than some seconds.
const soon = async (what, is, ms = 5000) => {
	for (const until = Date.now() + ms; !(await is());) {
		if (Date.now() > until) throw new Error(`not in time: ${what}`);
		await wait(50);
	}
};
// A code is good once: what was used in this half minute may be used again.
const again = () => sql('UPDATE account SET totp_step = 0');
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const check = (...more) => {
	const said = run('check', '--data', a, ...more);
	assert.match(said, /figures: 0 differences/);
	assert.match(said, /audit log: \d+ lines, whole/);
	assert.match(said, /database: sound/);
	return said;
};

// The tables belong to their maker; the role of the servers may not change them, nor what stands in the audit log.
pg('pg_database two');
process.env.HERSYS_DATABASE = address('postgres');
makeData(a, 150);
sql(`CREATE ROLE keeper LOGIN PASSWORD '${secret}'; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO keeper;`
	+ ' REVOKE UPDATE, DELETE ON audit FROM keeper');
process.env.HERSYS_DATABASE = address(`keeper:${secret}`);
fs.cpSync(a, b, { recursive: true });
const one = await serve(a), two = await serve(b);
let all = '';
try {
	holds('two servers serve one database');
	const doctor = await new Person({ port: one.port }).signIn(a, 'doctor');
	const there = new Person({ port: two.port });
	there.cookies = { ...doctor.cookies };
	there.csrf = doctor.csrf;
	assert.equal((await there.get('/notifications')).status, 200);
	holds('who signed in at one is known at the other');

	// A live stream at the other.
	const centre = await new Person({ port: two.port }).signIn(b, 'centre');
	let text = '';
	const stream = https.get({ host: '127.0.0.1', port: two.port, path: '/events', rejectUnauthorized: false, agent: false,
		headers: { Host: 'localhost', Cookie: `__Host-session=${centre.cookies['__Host-session']}` } },
		(s) => s.on('data', (d) => { text += d; }));
	stream.on('error', () => {});
	await soon('the stream is open', () => text.includes('event: hello'));
	const began = Date.now();
	const filed = await doctor.post('/notifications/new', minimum({ name: '遠方 太郎' }));
	assert.equal(filed.status, 303);
	await soon('an event at the other server', () => text.includes('event: notification'));
	assert.ok(Date.now() - began < 1500, `${Date.now() - began} ms`);
	assert.match((await centre.get('/inbox')).text, /遠方 太郎/);
	holds(`what is filed at one is told at the other, and stands in its inbox`);
	stream.destroy();

	// One press at both at once.
	for (let i = 0; i < 10; i++) {
		const press = minimum({ name: `同時 ${i}`, birth_date: `1980-05-${10 + i}` });
		const [x, y] = await Promise.all([doctor.post('/notifications/new', press), there.post('/notifications/new', press)]);
		assert.deepEqual([x.status, y.status], [303, 303]);
		assert.equal(x.headers.location, y.headers.location);
	}
	assert.equal(sql("SELECT count(*) - count(DISTINCT key) || ' ' || count(DISTINCT notification_id) FROM idempotency"
		+ " WHERE notification_id IN (SELECT id FROM notification WHERE entered_name <> '' AND case_id IN (SELECT id FROM casefile"
		+ " WHERE name LIKE '同時%'))"), '0 10');
	holds('one press at both at once is one notification with one receipt');

	// Numbers.
	await Promise.all([doctor, there].map(async (who, k) => {
		for (let i = 0; i < 25; i++)
			assert.equal((await who.post('/notifications/new', minimum({ name: `番号 ${k} ${i}`, birth_date: `19${70 + k}-01-${10 + i % 20}` }))).status, 303);
	}));
	assert.equal(sql('SELECT count(*) - count(DISTINCT number) FROM casefile'), '0');
	assert.equal(sql('SELECT count(*) FROM (SELECT home, max(substr(number, 5, 7)::int) AS most, count(*) AS n FROM casefile GROUP BY home) AS x'
		+ ' WHERE most <> n'), '0');
	holds('numbers of two servers that file at once are unique and without a gap');

	// A sheet.
	const admin = new Person({ port: one.port });
	admin.token = async function () { this.csrf = /name="csrf" value="([^"]+)"/.exec((await this.get('/admin/sheets')).text)[1]; };
	await admin.signIn(a, 'admin');
	const far = new Person({ port: two.port });
	far.cookies = { ...admin.cookies };
	const sheet = fs.readFileSync(path.join(root, 'src/field/sheets', fs.readdirSync(path.join(root, 'src/field/sheets')).find((n) => n.startsWith('ehec'))), 'utf8');
	const published = await admin.post('/admin/sheets', { text: sheet });
	assert.equal(published.status, 303, published.text.slice(0, 500));
	const name = decodeURIComponent(published.headers.location.split('/').pop());
	await soon('the sheet at the other', async () => (await far.get(`/sheets/${name}`)).status === 200);
	holds('a sheet published at one is used at the other');

	// Signing out, and being disabled, count everywhere at once.
	assert.equal((await doctor.post('/logout', {})).status, 303);
	assert.notEqual((await there.get('/notifications')).status, 200);
	assert.equal((await centre.get('/inbox')).status, 200);
	run('user', 'disable', 'centre', '--data', a);
	assert.notEqual((await centre.get('/inbox')).status, 200);
	run('user', 'enable', 'centre', '--data', a);
	holds('who signs out at one, or is disabled at a console, is out at the other');
	check();
	holds('the chain is one, and whole');

	// Connections cut in the middle of the load of both.
	again();
	const mine = path.join(b, 'demo-logins'), lines = fs.readFileSync(mine, 'utf8').split('\n');
	fs.writeFileSync(mine, [lines[1], lines[0], ...lines.slice(2)].join('\n'));     // the load at the other is the clerk's
	const acks = path.join(base, 'acks'), load = [one, two].map((s, i) => {
		const child = spawn(bin, ['bench', 'notify', '--seconds', '8', '--connections', '8', '--patient', '--ack-file', `${acks}.${i}`,
			'--folder', i ? b : a, '--at', `127.0.0.1:${s.port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
		let said = '';
		child.stderr.on('data', (d) => { said += d; });
		return new Promise((done) => child.on('exit', (code) => done({ code, said })));
	});
	let cuts = 0;
	for (const until = Date.now() + 7000; Date.now() < until; await wait(130))
		cuts += Number(sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'keeper' AND state <> 'idle'"));
	for (const r of await Promise.all(load)) assert.equal(r.code, 0, r.said);
	assert.ok(cuts > 5, `${cuts} cuts`);
	for (const i of [0, 1]) check('--acks', `${acks}.${i}`);
	holds(`${cuts} connections were cut under load: nothing answered is lost, nothing is doubled`);

	// The database away and back.
	again();
	const last = await new Person({ port: two.port }).signIn(b, 'clerk');
	const form = minimum({ name: '停止 花子', birth_date: '1975-03-03' });
	pg('pg_stop');
	const refused = await last.post('/notifications/new', form);
	assert.equal(refused.status, 503);
	assert.match(refused.text, /停止 花子/);
	assert.match(refused.text, /name="op" value="/);
	assert.equal(refused.headers['retry-after'], '5');
	assert.equal((await last.get('/readyz')).status, 503);
	holds('without the database: 503, what was typed is in the page, and nobody is sent here');
	pg('pg_start');
	await soon('it heals by itself', async () => (await last.get('/readyz')).status === 200);
	assert.equal((await last.post('/notifications/new', form)).status, 303);
	for (const p of [one, two]) assert.equal((await new Person({ port: p.port }).get('/readyz')).status, 200);
	holds('when it is back everything goes on, with the same form');
	check('--full');
	assert.equal(sql("SELECT count(*) FROM casefile WHERE name = '停止 花子'"), '1');
	holds('checked at the end: the figures, the chain, the database');
} finally {
	all = one.log() + two.log();
	await Promise.all([one.stop(), two.stop()]);
	if (process.exitCode || passed < 12) console.log(all.split('\n').slice(-30).join('\n'));
}
assert.ok(!all.includes(secret) && !/花子|太郎/.test(all), 'a password or a name in the log');
holds('neither the password of the database nor a name is in the log');
console.log(`${passed} passed, 0 failed`);
