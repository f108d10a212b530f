// Q25: Who answers for a leak?
// That depends on where it came from, which must be tellable: the record of a case names for each look the organisation, account, terminal,
// session, action and time. It cannot be changed unnoticed, and survives restart, backup and restore.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { story, world } from './story.mjs';

const rows = text => text.slice(1).split('\r\n').slice(1, -1);

story('each look of three organisations is told by organisation, terminal and time, also after a restart and a restore', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor'));
	for (const who of ['doctor', 'hc1', 'pref'])
		await (await w.as(who)).get(f.case);
	const report = async () => rows((await (await w.as('hc1')).get(`${f.case}/access.csv?kind=all`)).text);
	const first = await report();
	for (const org of ['13/1301/0001/', '13/1301/', '13/'])
		holds(first.some(r => r.includes(`,${org},`) && r.includes('患者の記録を表示') && r.includes('127.0.0.1')), `the look of ${org}`);
	holds(first.every(r => /,[0-9a-f]{16}$/.test(r)), 'each with its session');

	await w.go('2020-10-16T10:00:00+09:00');
	const second = await report();
	holds(first.every(r => second.includes(r)), 'a restart loses none');
	if (w.env.HERSYS_DATABASE) return;      /* there the engine's own tools make backups */

	await w.server.stop();
	const key = path.join(w.dir, 'identity'), to = `${w.dir}-backup`, back = `${w.dir}-back`;
	execFileSync('age-keygen', ['-o', key], { stdio: 'ignore' });
	const recipient = /public key: (age1\S+)/.exec(fs.readFileSync(key, 'utf8'))[1];
	fs.mkdirSync(to);
	w.run('backup', '--to', to, '--recipient', recipient);
	const was = w.dir;
	w.dir = back;
	w.run('restore', '--from', to, '--identity', key);
	try {
		w.server = undefined;
		await w.go('2020-10-17T10:00:00+09:00');
		const third = await report();
		holds(second.every(r => third.includes(r)), 'a backup and a restore lose none');
		holds(/figures: 0 differences/.test(w.check()), 'and the chain is whole');
		await w.server.stop();
	} finally {
		w.dir = was;
		for (const dir of [to, back]) fs.rmSync(dir, { recursive: true, force: true });
	}
});
