// Q5: What must be entered at the least?
// Class, name, sex, birth date, where the person is (or, if unknown, the registered address), and of a test its method, specimen and
// day of sampling; the result when it is known. 報告 is accepted with no more; a missing one is refused by its name, with
// nothing typed lost. Everything else is 未入力 until somebody adds it, in any order, and moves no date.
import { part, story, words, world } from './story.mjs';

const NEEDED = {
	type: '診断分類', name: '氏名', sex: '性別', birth_date: '生年月日', stay_address: '居所',
	'test_method.1': '検査方法', 'test_specimen.1': '検体', 'test_sampled_date.1': '検体採取日',
};

story('each of the minimum items is asked for by its name, and nothing else is', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor');
	const least = w.minimum({ name_kana: undefined, 'test_result.1': undefined });
	for (const [item, label] of Object.entries(NEEDED)) {
		const { [item]: _, ...rest } = least, r = await dr.post('/notifications/new', { ...rest, op: `without-${item}` });
		holds(r.status === 422, `${item} is needed (${r.status})`);
		const faults = words(part(r.text, 'faults') || r.text);
		holds(faults.includes(label), `the sentence names ${label}: ${faults.slice(0, 200)}`);
		holds(item === 'name' || r.text.includes('試験 花子'), 'nothing typed is lost');
	}
	holds(w.sql('SELECT count(*) FROM notification') === '0', 'nothing was kept');
	const r = await dr.post('/notifications/new', least);
	holds(r.status === 303, 'the minimum without a result is accepted');
});

story('where the person is may be left out when the registered address is there, not when both are missing', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor');
	const r = await dr.post('/notifications/new', w.minimum({ stay_address: '' }));
	holds(r.status === 422 && words(part(r.text, 'faults')).includes('住所登録している住所'), 'neither: refused, and both are named');
	const home = { stay_address: '', home_address: '東京都港区芝公園1-5-25' };
	holds((await dr.post('/notifications/new', w.minimum(home))).status === 303, 'the registered address: accepted');
});

story('不明 is kept apart from what nobody said, and what comes later moves no date', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor');
	const unknown = await w.file(dr, { 'test_result.1': '', 'test_result.1.unknown': '1' });
	const empty = await w.file(dr, { 'test_result.1': '', name: '試験 太郎', birth_date: '1951-12-24' });
	const id = f => f.notification.split('/').pop();
	holds(w.sql(`SELECT test_result FROM test WHERE notification_id = '${id(unknown)}'`) === '?', 'unknown is a value');
	holds(w.sql(`SELECT test_result FROM test WHERE notification_id = '${id(empty)}'`) === '', 'empty is none');
	const missing = f => Number(w.sql(`SELECT c.missing FROM casefile c JOIN notification n ON n.case_id = c.id WHERE n.id = '${id(f)}'`));
	const before = missing(empty);

	await w.go('2020-10-18T10:00:00+09:00');
	await dr.follow(await w.correct(dr, empty.edit, { symptoms: 'fever', onset_date: '2020-10-13' }));
	holds(missing(empty) < before, `fewer are 未入力 (${before} → ${missing(empty)})`);
	holds(/患者（確定例） 2020-10-15/.test(words((await dr.get(empty.case)).text)), 'the day of submission stays');
	holds(/figures: 0 differences/.test(w.check()), 'a recount agrees');
});
