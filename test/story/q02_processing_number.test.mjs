// Q2: What is the processing number of the contact app, and what may be asked for it?
// It is part of the survey of article 15 and needs nothing beyond the notification. A centre issues it only when the person's wish is
// recorded, for a confirmed patient or an asymptomatic carrier: eight random digits, good once and for 24 hours (a setting); a new one
// voids the one before. The app's server, which proves a certificate and sends a key, is told the same of every number that is not good;
// wrong tries wait. After its use nothing in the database joins number and person.
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { part, story, words, world } from './story.mjs';

const VERIFY = '/api/v1/processing-number/verify', OK = '{"result":"ok"}', FAILED = '{"result":"failed"}';
const KEY = randomBytes(32).toString('hex');

// A certificate for a client, signed by itself, and its key, as openssl makes them.
function identity(dir, name) {
	const key = path.join(dir, `${name}.key`), cert = path.join(dir, `${name}.pem`);
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30',
		'-subj', `/CN=${name}`, '-addext', 'extendedKeyUsage=clientAuth', '-keyout', key, '-out', cert], { stdio: 'ignore' });
	return { key: fs.readFileSync(key), cert: fs.readFileSync(cert), file: cert };
}

const freePort = () => new Promise(done => {
	const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});

// A world whose server has a door for machines, and the app's server before it.
async function withApp(clock) {
	const w = await world(clock), app = identity(w.dir, 'app'), port = await freePort();
	w.extra.push('--machine-listen', `127.0.0.1:${port}`, '--machine-clients', app.file,
		'--machine-key', createHash('sha256').update(KEY).digest('hex'));
	await w.go(clock);
	const ask = (to, body, { cert, key, headers = {}, url = VERIFY } = {}) => new Promise((done, fail) => {
		const q = https.request({ host: '127.0.0.1', port: to, method: 'POST', path: url, cert, key, rejectUnauthorized: false, agent: false,
			headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers } }, r => {
			let text = '';
			r.on('data', d => { text += d; });
			r.on('end', () => done({ status: r.statusCode, headers: r.headers, text }));
		});
		q.on('error', fail);
		q.end(body);
	});
	const verify = (digits, more = {}) => ask(port, JSON.stringify({ processing_number: digits }),
		{ ...app, headers: { 'X-API-Key': KEY, ...more } });
	return { w, app, port, ask, verify };
}

const page = f => `${f.case}/number`;
const press = async (w, who, f, act) => who.post(page(f), { ...await w.form(who, page(f), 'number'), act });
// The wish, the number.
async function issued(w, who, f) {
	await press(w, who, f, 'wish');
	const r = await press(w, who, f, 'issue');
	return { r, digits: /id="digits">(\d{4}) (\d{4})</.exec(r.text)?.slice(1).join('') };
}
const other = (digits, by) => String((Number(digits) + by) % 1e8).padStart(8, '0');
// Every table, every column, as the database's own tool writes it out.
const everything = w => w.env.HERSYS_DATABASE ? execFileSync('pg_dump', ['--inserts', '-d', w.env.HERSYS_DATABASE], { encoding: 'utf8', maxBuffer: 1 << 28 })
	: execFileSync('sqlite3', ['-readonly', path.join(w.dir, 'hersys.db'), '.dump'], { encoding: 'utf8', maxBuffer: 1 << 28 });

story('only on the recorded wish, only for who was found infected, and with nothing more asked', async holds => {
	const { w } = await withApp('2022-02-10T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const f = await w.file(dr), suspected = await w.file(dr, { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined, birth_date: '1951-12-24' });
	const asked = [...part((await hc1.get(page(f))).text, 'number').matchAll(/name="([^"]+)"/g)].map(m => m[1]);
	holds(asked.every(n => ['csrf', 'seen', 'act'].includes(n)), `no item is asked for: ${asked}`);
	let r = await hc1.post(page(f), { act: 'issue', seen: '0' });
	holds(r.status === 422 && words(r.text).includes('本人の希望が記録されていない'), `without the wish: refused, and why (${r.status})`);
	holds(w.sql('SELECT count(*) FROM processing_number') === '0', 'nothing was issued');
	const n = await issued(w, hc1, f);
	holds(n.r.status === 200 && /^\d{8}$/.test(n.digits), `with it: eight digits (${n.r.status})`);
	holds(words(n.r.text).includes('試験 花子') && words(n.r.text).includes('2022-02-11 10:0'), 'a slip of this record, with its end');
	holds(n.r.text.includes(`https://www.mhlw.go.jp/cocoa/a/?pn=${n.digits}`), 'the text to send opens the app');
	holds(!(await hc1.get(page(f))).text.includes(n.digits), 'it is shown once');
	r = await press(w, hc1, suspected, 'wish');
	holds(r.status === 303, 'a wish may be said early');
	r = await hc1.post(page(suspected), { act: 'issue', seen: '0' });
	holds(r.status === 422 && words(r.text).includes('無症状病原体保有者'), 'a suspected patient gets none');
	for (const who of ['doctor', 'pref', 'hc2'])
		holds([403, 404].includes((await (await w.as(who)).post(page(f), { act: 'issue', seen: '0' })).status), `${who} issues none`);
	holds(w.sql("SELECT purpose FROM audit WHERE action = 'number.issue'") === '15', 'the log names article 15');
});

story('good once; after that nothing joins number and person', async holds => {
	const { w, verify } = await withApp('2022-02-10T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const f = await w.file(dr), { digits } = await issued(w, hc1, f), id = f.case.split('/').pop();
	const hash = w.sql('SELECT hash FROM processing_number');
	holds(/^[0-9a-f]{64}$/.test(hash) && !everything(w).includes(digits), 'only a hash is kept, even before');
	holds(hash !== createHash('sha256').update(digits).digest('hex'), 'and not one that a list of all numbers would open');
	let r = await verify(digits);
	holds(r.status === 200 && r.text === OK, `the first time: ${r.status} ${r.text}`);
	r = await verify(digits);
	holds(r.status === 200 && r.text === FAILED, `the second time: ${r.status} ${r.text}`);
	holds(w.sql('SELECT count(*) FROM processing_number') === '0', 'the row that joined them is gone');
	const all = everything(w);
	holds(!all.includes(hash) && !all.includes(digits), 'number and hash stand nowhere');
	holds(!w.sql("SELECT * FROM audit WHERE action = 'number.use'").includes(id), 'the line of the use does not say whose it was');
	holds(!w.server.log.includes(digits), 'nor does the log');
	holds(w.sql("SELECT n FROM number_day WHERE what = 'used'") === '1', 'a count of the day stays');
	holds(/figures: 0 differences/.test(w.check()), 'the log is whole, a recount agrees');
});

story('after 24 hours and a second: the answer is that of a wrong number, to the byte; a new one voids the old', async holds => {
	const { w, verify } = await withApp('2022-02-10T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const f = await w.file(dr), g = await w.file(dr, { name: '試験 太郎', birth_date: '1951-12-24' });
	const a = await issued(w, hc1, f), b = await issued(w, hc1, g);
	const until = Number(w.sql(`SELECT good_until FROM processing_number WHERE case_id = '${g.case.split('/').pop()}'`));
	await w.go(new Date(until - 60e3).toISOString());
	const renewed = await press(w, hc1, f, 'issue'), digits = /id="digits">(\d{4}) (\d{4})</.exec(renewed.text).slice(1).join('');
	const wrong = await verify(other(digits, 1)), old = await verify(a.digits);
	holds(wrong.status === 200 && wrong.text === FAILED, 'a wrong number fails');
	holds(old.status === wrong.status && old.text === wrong.text, 'the voided one fails alike');
	await w.go(new Date(until + 1000).toISOString());
	const late = await verify(b.digits);
	holds(late.status === wrong.status && late.text === wrong.text, `too late: ${late.status} ${late.text}`);
	const names = r => Object.keys(r.headers).sort().join();
	holds(names(late) === names(wrong), 'the heads have the same names');
	holds((await verify(digits, { 'X-Client': 'another' })).text === OK, 'the new one is good');
});

story('wrong tries wait, and who is not the app’s server is told nothing', async holds => {
	const { w, ask, app, port, verify } = await withApp('2022-02-10T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const { digits } = await issued(w, hc1, await w.file(dr)), body = JSON.stringify({ processing_number: digits });
	const none = async (what, tell) => {
		try {
			const r = await tell();
			holds(false, `${what}: answered ${r.status}`);
		} catch (e) {
			holds(e.code !== undefined && e.name !== 'AssertionError', `${what}: no connection (${e.code})`);
		}
	};
	await none('without a certificate', () => ask(port, body, { headers: { 'X-API-Key': KEY } }));
	await none('with a stranger’s', () => ask(port, body, { ...identity(w.dir, 'stranger'), headers: { 'X-API-Key': KEY } }));
	holds((await ask(port, body, app)).status === 401, 'without the key: refused');
	holds((await ask(port, body, { ...app, headers: { 'X-API-Key': 'wrong' } })).status === 401, 'with a wrong key: refused');
	holds((await ask(w.server.port, body, { ...app, headers: { 'X-API-Key': KEY } })).status === 404, 'the door for people does not have it');
	holds((await ask(port, 'login=x', { ...app, url: '/login' })).status === 404, 'the door for machines has nothing else');
	for (let i = 1; i <= 3; i++)
		holds((await verify(other(digits, i))).text === FAILED, `wrong number ${i}`);
	const r = await verify(digits);
	holds(r.status === 429 && Number(r.headers['retry-after']) >= 1, `the fourth try waits: ${r.status}, ${r.headers['retry-after']} s`);
	holds((await verify(digits, { 'X-Client': 'somebody else' })).text === OK, 'another client of the app does not');
});
