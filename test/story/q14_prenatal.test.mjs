// Q14: And tests of the support programme for pregnant women (妊婦支援事業)?
// They are not reported as such. When one finds a case, 「妊婦支援事業」 is written under item 19 of the notification, by hand or
// with one press; it is kept as written, and the national figures count those cases, in whatever width it is written and
// whatever stands around it.
import { story, words, world } from './story.mjs';

const counted = async who => Number(/([0-9]+) 人/.exec(words((await who.get('/figures')).text.split('data-part="prenatal"')[1].split('</section>')[0]))[1]);

story('of three cases one names the programme, and the nation counts one', async holds => {
	const w = await world('2020-10-20T09:00:00+09:00');
	const dr = await w.as('doctor'), nat = await w.as('nat');
	await w.file(dr, { birth_date: '1990-01-01' });
	await w.file(dr, { birth_date: '1990-01-02', remarks: '里帰り出産の予定' });
	await w.file(dr, { birth_date: '1990-01-03', remarks: '妊婦支援事業' });
	holds(await counted(nat) === 1, 'one of three');
	for (const [i, remarks] of ['３４週、妊婦支援事業による検査。', '※妊婦⽀援事業※', 'ﾃｽﾄ 妊婦支援　事業'].entries())
		await w.file(dr, { birth_date: `1991-01-0${i + 1}`, remarks });
	holds(await counted(nat) === 4, 'width and what stands around do not matter');
	holds(await counted(await w.as('hc1')) === 4 && await counted(await w.as('hc2')) === 0, 'each area its own');
	holds(w.sql("SELECT count(*) FROM notification WHERE remarks = '３４週、妊婦支援事業による検査。'") === '1', 'kept as written');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});

story('one press writes it, and keeps what stands there', async holds => {
	const w = await world('2020-10-20T09:00:00+09:00');
	const dr = await w.as('doctor');
	const page = await dr.post('/notifications/new', w.minimum({ act: 'insert', remarks: '転院の予定' }));
	holds(page.status === 200 && /転院の予定\n妊婦支援事業<\/textarea>/.test(page.text), 'below what was typed');
	holds(w.sql('SELECT count(*) FROM notification') === '0', 'nothing is filed by it');
	await w.file(dr, { remarks: '転院の予定\n妊婦支援事業' });
	holds(await counted(await w.as('nat')) === 1, 'and it is counted');
});
