// Q1-2: Must a municipality ask its citizens before data are passed on within the system?
// No: they are passed on by law, and there is no consent to be kept. Instead each look is on record, and the centre or prefecture exports
// the disclosure log of a case for the municipality's privacy officer: who, of which organisation, on which article, when, from where.
import { createHash } from 'node:crypto';
import { story, world } from './story.mjs';

story('five looks by three organisations are exactly five rows', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1'), pref = await w.as('pref');
	const r = await dr.post('/notifications/new', w.minimum());
	const id = w.sql('SELECT id FROM casefile'), at = `/cases/1301/${id}`;
	const other = await w.file(dr, { name: '試験 太郎', birth_date: '1951-12-24' });

	await hc1.get(at);
	await hc1.get('/inbox');                // in a list
	await dr.get(at);
	await pref.get(at);
	await pref.post('/search', { q: '試験 花子' });
	await hc1.get(other.case);              // of somebody else
	const csv = await pref.get(`${at}/access.csv`);
	holds(r.status === 303 && csv.status === 200, 'the prefecture has the file');
	holds(csv.text.startsWith('\ufeff'), 'a spreadsheet knows its coding');
	const [head, ...rows] = csv.text.slice(1).split('\r\n').slice(0, -1).map(l => l.split(','));
	holds(rows.length === 5, `exactly five rows, not ${rows.length}:\n${csv.text}`);
	const column = name => rows.map(x => x[head.indexOf(name)]);
	holds(new Set(column('組織コード')).size === 3, 'of three organisations');
	holds(column('アカウント').every(x => x !== '') && column('アカウントID').every(x => /^[0-9A-Z]{26}$/.test(x)), 'each with its account');
	holds(column('根拠条文').every(x => /^第1[25]条$/.test(x)), 'each with its article');
	holds(column('日時').every(x => x.startsWith('2020-10-15 10:0')), 'each with its time');
	holds(column('端末のアドレス').every(x => x !== ''), 'each with where from');
	holds(!csv.text.includes('試験 花子') && !csv.text.includes('1980'), 'and nothing about the person');

	const said = w.sql("SELECT detail FROM audit WHERE action = 'case.disclosure'");
	const hash = createHash('sha256').update(csv.text, 'utf8').digest('hex');
	holds(said === `rows=5 sha256=${hash}`, `the log keeps how much was taken and its hash: ${said}`);
});

story('only the centres and the prefecture of a case take its log', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor'));
	for (const [who, status] of [['doctor', 403], ['nat', 403], ['admin', 403], ['hc2', 404], ['hc3', 404], ['hc1', 200], ['pref', 200]])
		holds((await (await w.as(who)).get(`${f.case}/access.csv`)).status === status, `${who}: ${status}`);
	holds(w.sql("SELECT count(*) FROM audit WHERE action = 'case.disclosure'") === '2', 'two were taken, two lines say so');
});
