// Q1: On which legal ground are data entered and passed on?
// The notification rests on article 12 of the Infectious Diseases Control Act, the survey on 15, measures on 18 to 20: no consent is asked
// of anybody. Every page of a case says its article, every line of the access log keeps it, and the ministry has the case at once.
import { part, story, words, world } from './story.mjs';

story('a notification needs no consent, and its line in the log names article 12', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), dr = await w.as('doctor'), nat = await w.as('nat');
	const form = await dr.get('/notifications/new');
	holds(!/同意/.test(words(form.text)), 'nothing on the form asks for consent');
	const f = await w.file(dr);
	holds(w.sql("SELECT purpose FROM audit WHERE action = 'notif.submit'") === '12', 'the line names article 12');
	holds((await nat.get(f.case)).text.includes('試験 花子'), 'the ministry sees the case at once');
});

story('each page of a case says the article that it rests on, and the look is logged under it', async holds => {
	const w = await world('2020-10-15T10:00:00+09:00'), f = await w.file(await w.as('doctor')), hc1 = await w.as('hc1');
	const page = await hc1.get(f.case);
	holds(words(part(page.text, 'article')).includes('感染症法第12条'), 'the notification: article 12');
	const tabs = [...page.text.slice(page.text.indexOf('class="tabs"')).split('</nav>')[0].matchAll(/href="([^"]+)"[^>]*>([^<]+)</g)];
	holds(tabs.length >= 4, `the case has tabs: ${tabs.map(t => t[2])}`);
	for (const [, url, label] of tabs) {
		const says = words(part((await hc1.get(url)).text, 'article'));
		holds(/^根拠：感染症法第\d+条/.test(says), `${label} says its article: ${says}`);
		const logged = w.sql("SELECT purpose FROM audit WHERE action = 'case.view' ORDER BY seq DESC LIMIT 1");
		const number = /第(\d+)条/.exec(says)[1];
		holds(logged === number || logged.startsWith(`${number}-`), `the look at ${label} is logged under ${logged}, the page says ${says}`);
	}
	const orgs = await hc1.get(`${f.case}/orgs`);
	holds(words(part(orgs.text, 'article')).includes('第15条'), 'what centres do with a case is the survey: article 15');
});
