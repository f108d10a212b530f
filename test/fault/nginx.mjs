// test/fault/nginx.mjs DIR: the documented set-up behind nginx: deploy/nginx.conf itself, with this machine's names put in,
// nginx speaking HTTPS to the outside, hersys plain HTTP over a unix socket.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import https from 'node:https';
import { Person, makeData, minimum, root, serve } from './client.mjs';

const base = process.argv[2], dir = path.join(base, 'data'), sock = path.join(base, 'http.sock');
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };
const freePort = () => new Promise((done) => {
	const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});

makeData(dir, 100);
// The first start makes the certificate that nginx is given.
let server = await serve(dir, '127.0.0.1:0');
await server.stop();
server = await serve(dir, `127.0.0.1:0,unix:${sock}`, ['--trust-proxy']);

const port = await freePort(), plain = await freePort();
const site = fs.readFileSync(path.join(root, 'deploy/nginx.conf'), 'utf8')
	.replaceAll('/run/hersys/http.sock', sock)
	.replaceAll('/etc/ssl/hersys/fullchain.pem', path.join(dir, 'certificate.pem'))
	.replaceAll('/etc/ssl/hersys/key.pem', path.join(dir, 'certificate-key.pem'))
	.replaceAll('hersys.example.jp', 'localhost')
	.replace(/listen \[::\]:\d+[^;]*;/g, '')
	.replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
	.replace('listen 80;', `listen 127.0.0.1:${plain};`);
fs.writeFileSync(path.join(base, 'nginx.conf'), `daemon off; pid ${base}/nginx.pid; error_log ${base}/error.log; user root;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${base}/b; proxy_temp_path ${base}/p; fastcgi_temp_path ${base}/f; uwsgi_temp_path ${base}/u; scgi_temp_path ${base}/s;
${site} }`);
const nginx = spawn('nginx', ['-c', path.join(base, 'nginx.conf'), '-e', path.join(base, 'error.log')], { stdio: 'inherit' });
const gone = new Promise((done) => nginx.on('exit', done));
try {
	const doctor = new Person({ port, name: 'localhost' });
	for (let i = 0; ; i++) {
		try { if ((await doctor.get('/healthz')).status === 200) break; } catch (e) { if (i > 100) throw e; }
		await new Promise((done) => setTimeout(done, 50));
	}
	holds('nginx reaches the server over the unix socket');
	await doctor.signIn(dir, 'doctor');
	const r = await doctor.post('/notifications/new', minimum());
	assert.equal(r.status, 303);
	assert.equal((await doctor.get(r.headers.location)).status, 200);
	holds('a doctor signs in and files a notification through nginx');
	assert.match(r.headers['content-security-policy'], /default-src 'none'/);
	holds("the program's own headers pass");

	// Live events are not held back.
	const centre = await new Person({ port, name: 'localhost' }).signIn(dir, 'centre');
	const event = new Promise((done, fail) => {
		const q = https.get({ host: '127.0.0.1', port, path: '/events', rejectUnauthorized: false, agent: false,
			headers: { Host: 'localhost', Cookie: `__Host-session=${centre.cookies['__Host-session']}` } }, (s) => {
			let text = '';
			s.on('data', (d) => {
				text += d;
				if (text.includes('event: hello') && !text.includes('event: notification') && !q.sent) {
					q.sent = true;
					doctor.post('/notifications/new', minimum({ name: '別人 太郎' })).catch(fail);
				}
				if (text.includes('event: notification')) { done(); q.destroy(); }
			});
		});
		q.on('error', () => {});
		setTimeout(() => fail(new Error('no event came')), 10000).unref();
	});
	await event;
	holds('a live event comes through at once');
	const wrong = await new Person({ port, name: 'localhost' }).post('/login', { login: 'doctor', password: 'not the right one' });
	assert.equal(wrong.status, 403);
	holds('a wrong password is refused through nginx as well');
} finally {
	nginx.kill('SIGTERM');
	await gone;
	await server.stop();
}
console.log(`${passed} passed, 0 failed`);
