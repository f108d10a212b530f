// Q12: A health centre took the sample itself: who enters the notification?
// The centre, with the physician's name: without it, it is refused. It is marked as sampled by the centre, the centre is
// responsible, and the day of submission follows the same rule as everybody's.
import { story, words, world } from './story.mjs';

story('a centre files for its own sampling, with the name of the physician', async holds => {
	const w = await world('2020-10-20T10:00:00+09:00'), hc1 = await w.as('hc1');
	const form = await w.form(hc1, '/notifications/new');
	holds(form.centre_sampled === '1', 'the tick is there and set');
	const without = await hc1.post('/notifications/new', w.minimum({ doctor_name: '', centre_sampled: '1' }));
	holds(without.status === 422 && /医師の氏名を入力してください/.test(words(without.text)), 'without the name it is refused');
	const f = await w.file(hc1, { centre_sampled: '1', report_date: '2020-10-20' });
	holds(w.sql('SELECT responsible FROM casefile') === '13/1301/', 'the centre is responsible');
	holds(w.sql('SELECT report_day FROM class_report') === '2020-10-20', 'dated by the press');
	holds(words((await hc1.get(f.case)).text).includes('保健所検体採取'), 'marked as sampled by the centre');
	const dr = await w.as('doctor');
	const own = await w.file(dr, { birth_date: '1970-01-01', centre_sampled: '1' });
	holds(!words((await hc1.get(own.case)).text).includes('保健所検体採取'), 'no institution marks it');
});
