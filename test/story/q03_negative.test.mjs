// Q3: What is entered when the result of a suspected patient turns out negative?
// The result of the test in the notification that there is: no new notification. The class stays, the suspected case stays on
// record under its day of submission, nobody is counted as confirmed; the history says what it was, who changed it and when.
import { story, words, world } from './story.mjs';

story('a negative result is put into the notification that there is', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), dr = await w.as('doctor');
	const f = await w.file(dr, { type: 'suspected', hospitalised: 'yes', 'test_result.1': undefined });

	await w.go('2020-10-22T09:00:00+09:00');
	const hc1 = await w.as('hc1');
	await hc1.follow(await w.correct(hc1, f.edit, { 'test_result.1': 'negative' }));
	holds(w.sql('SELECT test_result FROM test') === 'negative', 'the row is negative');
	holds(w.sql('SELECT count(*) FROM notification') === '1', 'there is no second notification');
	const page = words((await dr.get(f.case)).text);
	holds(/疑似症患者 2020-10-20/.test(page), 'class and day of submission stay');
	holds(w.sql("SELECT coalesce(sum(reports), 0) FROM stat_day WHERE type = 'confirmed'") === '0', 'nobody is confirmed');
	const history = words((await dr.get(`${f.case}/history`)).text);
	holds(/2020-10-22 09:0\d 訂正・追加（第2版） 千代田の係/.test(history), 'who and when');
	holds(/検査結果 1 未入力 → 陰性/.test(history), 'what it was and what it is');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
