// Q13: Must tests that the patient pays be reported?
// No: no test row is asked for because of who pays it, and nobody needs to enter a negative self-paid test. Whoever turns out to
// be a case is notified like anybody else; the row may say 自由診療, and the number of administrative tests leaves it out.
import { part, story, words, world } from './story.mjs';

const section = (html, name) => words(html.slice(html.indexOf(`data-part="${name}"`)).split('</section>')[0]);

story('a confirmed case with a test that the patient paid is a case, and no administrative test', async holds => {
	const w = await world('2020-10-20T09:00:00+09:00');
	const dr = await w.as('doctor'), nat = await w.as('nat'), hc1 = await w.as('hc1');
	const f = await w.file(dr, { 'test_payment.1': 'self_pay' });
	let page = (await nat.get('/figures')).text;
	holds(/期間の合計 1 人 届出 1件/.test(section(page, 'totals')), 'it counts as a case');
	holds(/行政検査 0 /.test(section(page, 'tests')) && /自由診療（自費検査） 1 /.test(section(page, 'tests')), 'and as no administrative test');
	holds(/自由診療/.test(words((await hc1.get(f.case)).text)), 'the centre sees who paid');

	await w.file(dr, { 'test_payment.1': undefined, birth_date: '1970-01-01' });
	page = (await nat.get('/figures')).text;
	holds(/行政検査 0 /.test(section(page, 'tests')) && /未入力 1 /.test(section(page, 'tests')), 'who pays need not be said; it is told apart');

	await dr.follow(await w.correct(dr, f.edit, { 'test_payment.1': 'administrative' }));
	holds(/行政検査 1 /.test(section((await nat.get('/figures')).text, 'tests')), 'a correction counts at once');
	holds(part((await hc1.get(f.case)).text, 'notifications') !== '' && /figures: 0 differences/.test(w.check()), 'a recount agrees');
});
