// test/fault/metrics.mjs DIR: a real server's /metrics: everything that deploy/grafana-hersys.json asks for is there, is
// well-formed, and moves when a notification is filed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Person, makeData, minimum, root, serve } from './client.mjs';

const base = process.argv[2], dir = path.join(base, 'data'), token = 'a-token-of-the-test';
let passed = 0;
const holds = (what) => { passed++; console.log(`ok ${what}`); };

// One answer: names with their samples, and what # TYPE says of each.
function read(text) {
	const samples = new Map(), types = new Map();
	for (const line of text.split('\n').filter(Boolean)) {
		const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
		if (type) { assert(!types.has(type[1]), `${type[1]} is declared twice`); types.set(type[1], type[2]); continue; }
		if (/^# HELP \S+ \S/.test(line)) continue;
		const m = /^([a-z_]+)(\{(?:[a-z]+="[^"\\]*",?)*\})? (-?[0-9.e+-]+)$/.exec(line);
		assert(m, `no sample: ${line}`);
		if (!samples.has(m[1])) samples.set(m[1], []);
		samples.get(m[1]).push({ labels: m[2] ?? '', value: Number(m[3]) });
	}
	for (const name of samples.keys())
		assert(types.has(name) || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram', `${name} has no type`);
	return samples;
}
const one = (m, name, labels = '') => m.get(name)?.find((s) => s.labels.includes(labels))?.value ?? 0;

// The names that an expression speaks of: words that stand before { or ( are told apart by their head.
const namesIn = (text) => [...text.matchAll(/\bhersys_[a-z_]+/g)].map((m) => m[0]);

makeData(dir, 100);
const server = await serve(dir, '127.0.0.1:0', ['--metrics-token', token]);
try {
	const watch = new Person({ port: server.port, headers: { Authorization: `Bearer ${token}` } });
	assert.equal((await new Person({ port: server.port }).get('/metrics')).status, 404);
	assert.equal((await new Person({ port: server.port, headers: { Authorization: 'Bearer other' } }).get('/metrics')).status, 404);
	holds('without the token there is no such page');

	const doctor = await new Person({ port: server.port }).signIn(dir, 'doctor');
	const before = read((await watch.get('/metrics')).text);
	assert.equal((await doctor.post('/notifications/new', minimum())).status, 303);
	const text = (await watch.get('/metrics')).text, after = read(text);
	const filed = 'route="POST /notifications/new",status="3xx"';
	assert.equal(one(after, 'hersys_requests_total', filed) - one(before, 'hersys_requests_total', filed), 1);
	assert(one(after, 'hersys_operations_total') > one(before, 'hersys_operations_total'));
	assert(one(after, 'hersys_audit_lines') > one(before, 'hersys_audit_lines'));
	assert(one(after, 'hersys_commit_seconds_count') > one(before, 'hersys_commit_seconds_count'));
	holds('filing moves requests, changes, commits and the audit log');

	for (const name of ['hersys_commit_seconds', 'hersys_commit_group_seconds', 'hersys_commit_group_size']) {
		const buckets = after.get(`${name}_bucket`).map((s) => s.value);
		assert(buckets.every((n, i) => i === 0 || n >= buckets[i - 1]), `${name}: buckets must rise`);
	}
	assert.equal(one(after, 'hersys_commit_group_size_sum'), one(after, 'hersys_operations_total'));
	holds('histograms add up');

	assert(!/試験|花子|[0-9A-HJKMNP-TV-Z]{26}/.test(text), 'a person or an id is in the numbers');
	holds('no person and no id is in them');

	const board = JSON.parse(fs.readFileSync(path.join(root, 'deploy/grafana-hersys.json'), 'utf8'));
	let asked = 0;
	for (const panel of board.panels) {
		assert(panel.targets.length > 0, `${panel.title}: nothing is shown`);
		for (const target of panel.targets) {
			assert(namesIn(target.expr).length > 0, `${panel.title}: ${target.expr}`);
			for (const name of namesIn(target.expr)) { assert(after.has(name), `${panel.title}: there is no ${name}`); asked++; }
			for (const [, label] of target.expr.matchAll(/route="([^"]+)"/g))
				assert(text.includes(`route="${label}"`), `${panel.title}: there is no route ${label}`);
		}
	}
	for (const v of board.templating.list.filter((t) => t.type === 'query'))
		for (const name of namesIn(v.query.query)) assert(after.has(name), `variable ${v.name}: there is no ${name}`);
	assert(asked >= 30);
	holds(`the dashboard asks ${asked} times for what is there`);
} finally {
	await server.stop();
}
console.log(`${passed} passed, 0 failed`);
