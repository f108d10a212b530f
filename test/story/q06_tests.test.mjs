// Q6: A patient has several tests, negative and positive: how are they entered?
// Up to four results at a time, and further ones by correcting the notification (訂正・追加) as often as needed; five at once are
// refused and none of them is kept. Negative and positive stay side by side, and no class follows from them by itself.
import { story, words, world } from './story.mjs';

const row = (n, result) => ({ [`test_method.${n}`]: 'naat', [`test_specimen.${n}`]: 'saliva', [`test_sampled_date.${n}`]: '2020-10-19',
	[`test_result.${n}`]: result, ...(result === '?' ? { [`test_result.${n}`]: '', [`test_result.${n}.unknown`]: '1' } : {}) });

story('four at a time, and four more', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor'), hc1 = await w.as('hc1');
	const four = { ...row(1, 'negative'), ...row(2, 'positive'), ...row(3, '?'), ...row(4, '') };
	const five = await dr.post('/notifications/new', w.minimum({ ...four, ...row(5, 'positive') }));
	holds(five.status === 422 && /一度に届け出られるのは4件まで/.test(words(five.text)), 'five at once are refused');
	holds(w.sql('SELECT count(*) FROM test') === '0', 'and none is kept');
	const f = await w.file(dr, four);
	holds(w.sql("SELECT coalesce(test_result, '-') FROM test ORDER BY seq") === 'negative\npositive\n?\n-', 'four are kept in order');
	await dr.follow(await w.correct(dr, f.edit, { ...row(5, 'negative'), ...row(6, 'negative'), ...row(7, 'positive'), ...row(8, 'negative') }));
	holds(w.sql('SELECT count(*) FROM test') === '8', 'eight after the second time');
	const page = words((await hc1.get(f.case)).text);
	holds(/検査結果 1 陰性/.test(page) && /検査結果 2 陽性/.test(page) && /検査結果 8 陰性/.test(page), 'the centre sees both');
	holds(w.sql('SELECT type FROM casefile') === 'confirmed', 'the class is what the physician chose');
});
