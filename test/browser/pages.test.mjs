/* Every page of every role, wide and on a phone, in both languages: accessible, valid, light, at home. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { axe, open, shot, signIn, startServer, valid } from './lib.mjs';
import { MINIMUM, fillIn, newForm, notify, press } from './steps.mjs';

const SIZES = { wide: { width: 1280, height: 900 }, phone: { width: 360, height: 800 } };
const KIB = 1024;
const MOST = { html: 30 * KIB, css: 12 * KIB, js: 10 * KIB };

/* ---- the pages: how to get there ---- */

const made = {};                /* addresses of what the first test makes */

const at = path => page => page.goto(path);
const follow = (path, link) => async page => {
	await page.goto(path);
	await Promise.all([page.waitForEvent('load'), page.locator(link).first().click()]);
};
const send = (path, form) => async page => {
	await page.goto(path);
	await Promise.all([page.waitForEvent('load'), form(page)]);
};
/* An entry of a case's tab, pressed. */
const entry = (tab, typed, yes = []) => async page => {
	await page.goto(`${made.case}/${tab}`);
	for (const [name, value] of Object.entries(typed))
		await page.fill(`[name="${name}"]`, value);
	for (const name of yes)
		await page.check(`[name="x.${name}"][value=yes]`);
	await Promise.all([page.waitForEvent('load'), page.click('#entry button.primary')]);
};
const signOutFirst = go => async page => {
	await page.context().clearCookies({ name: '__Host-session' });
	await go(page);
};

const NOTIFIER = {
	'list': at('/notifications'),
	'new': page => newForm(page),
	'new-faults': async page => {
		await newForm(page);
		await fillIn(page, { name: '👩 花子', birth_date: '2月30日', stay_postal: '12' });
		await press(page);
	},
	'new-open': async page => {
		await newForm(page);
		for (const closed = page.locator('details.sec:not([open]) > summary'); await closed.count() > 0;)
			await closed.first().click();
	},
	'new-family': page => page.goto(made.family),
	'new-twice': async page => {
		await newForm(page);
		await fillIn(page, MINIMUM);
		await press(page);
	},
	'draft': page => page.goto(made.draft),
	'receipt': page => page.goto(made.receipt),
	'edit': page => page.goto(made.edit),
	'print': page => page.goto(made.print),
	'edit-class': async page => {
		await page.goto(made.edit);
		await fillIn(page, { type: 'asymptomatic' });
		await press(page);
		assert.ok(await page.isVisible('[name=same_days]'));
	},
	'add': page => newForm(page, made.add),
	'add-locked': page => page.goto(made.locked),
	'case-added': page => page.goto(made.added),
	'withdraw': page => page.goto(made.withdraw),
	'answer': page => page.goto(made.answer),
	'answer-fault': send('/search', async page => {
		await page.goto(made.answer);
		await page.click('main form button.primary');
	}),
	'new-question': async page => {
		await newForm(page);
		await fillIn(page, { ...MINIMUM, 'test_result.1': 'negative', birth_date: '1931-03-03' });
		await press(page);
		assert.ok(await page.isVisible('[name=ask_ack]'));
	},
	'case-own': page => page.goto(made.case),
	'checks': at('/checks'),
	'check': page => page.goto(`${made.asked}/attest`),
	'check-fault': async page => {
		await page.goto(made.changed);
		await Promise.all([page.waitForEvent('load'), page.click('button[value=return]')]);
	},
	'other-disease': at('/notifications/new?disease=ehec'),
	'no-such-sheet': at('/notifications/new?disease=nothing'),
	'not-found': at('/nothing/here'),
	'denied': at('/admin'),
};
const READER = {                /* those of other roles are the same */
	'figures': at('/figures'),
	'figures-onset': at('/figures?axis=onset'),
	'sheets': at('/sheets'),
	'sheet': follow('/sheets', 'table.list tbody a'),
};
const PAGES = {
	nobody: {
		'login': at('/login'),
		'login-wrong': send('/login', async page => {
			await page.fill('#login', 'nobody');
			await page.fill('#password', 'wrong');
			await page.click('main form button');
		}),
		'login-again': at('/notifications'),
	},
	doctor: NOTIFIER,
	clerk: {
		'list': at('/notifications'),
		'new-unchecked': async page => {
			await newForm(page);
			await fillIn(page, { ...MINIMUM, doctor_name: '試験　医師', birth_date: '1990-01-03' });
			await press(page);
		},
		'draft-asked': page => page.goto(made.asked),
	},
	centre: {
		'inbox': at('/inbox'),
		'inbox-missing': at('/inbox?status=missing'),
		'totals-not-asked': at('/totals'),
		'totals': at('/totals?day=2022-10-01&show=all'),
		'totals-office': at('/totals?day=2022-10-01&org=13/1301/0001/'),
		'inbox-menu': async page => {
			await page.goto('/inbox');
			await page.locator('a.status').first().click();
		},
		'case': page => page.goto(made.case),
		'case-orgs': page => page.goto(`${made.case}/orgs`),
		'case-orgs-which': async (page, lang) => {
			await page.goto(`${made.case}/orgs`);
			await page.fill('#centre', lang === 'en' ? 'Okinawa' : '沖縄県');
			await Promise.all([page.waitForEvent('load'), page.click('#move button[value=relate]')]);
		},
		'case-access': page => page.goto(`${made.case}/access`),
		'handovers': at('/handovers'),
		'case-history': page => page.goto(`${made.case}/history`),
		'case-history-added': page => page.goto(`${made.added}/history`),
		'query': page => page.goto(made.query),
		'withdraw': page => page.goto(made.withdraw),
		'new': page => newForm(page),
		'number': async page => {
			await page.goto(`${made.case}/number`);
			if (await page.isVisible('#number button[value=wish]'))
				await page.click('#number button[value=wish]');
		},
		'number-slip': async page => {
			await page.goto(`${made.case}/number`);
			await Promise.all([page.waitForEvent('load'), page.click('#number button[value=issue]')]);
			assert.match(await page.textContent('#digits'), /^\d{4} \d{4}$/);
		},
		'number-refused': send('/number', async page => {
			await page.goto(`${made.case}/number`);
			await page.evaluate(() => { document.querySelector('#number [name=seen]').value = 'x'; });
			await page.click('#number button[value=issue]');
		}),
		'contacts': page => page.goto(`${made.case}/contacts`),
		'contacts-household': page => page.goto(`${made.case}/contacts?add=household&rows=4`),
		'contact': follow('/contacts', 'tbody th a'),
		'contact-chain': page => page.goto(`${made.case}/chain`),
		'contact-watch': at('/contacts'),
		...Object.fromEntries(['stays', 'behaviour', 'measures', 'record', 'ids']
			.map(tab => [`case-${tab}`, page => page.goto(`${made.case}/${tab}`)])),
		'case-tests': entry('tests', { 'x.laboratory.1': '都検査所', 'x.sampled_date.1': '2022-09-01' }),
		'case-tests-faults': entry('tests', { 'x.laboratory.1': '都検査所', 'x.sampled_date.1': '2月30日' }),
		'case-health': entry('health', { 'x.temperature': '38.5', 'x.spo2': '95', 'x.pulse': '90', 'x.text': '一行目\n二行目' }),
		'case-care': entry('care', { 'x.institution': '都立病院', 'x.admitted_date': '2022-09-01' }, ['ventilator']),
		'entry': async page => {
			await page.goto(`${made.case}/care`);
			await Promise.all([page.waitForEvent('load'), page.locator('#entries tbody a').first().click()]);
		},
		'templates': async (page, lang) => {
			await page.goto('/templates');
			await page.fill('#name-new', `留守 ${lang}`);
			await page.fill('#text-new', '電話したが留守だった。');
			await Promise.all([page.waitForEvent('load'), page.locator('main form button.primary').first().click()]);
		},
		'template-fault': send('/templates', page => page.locator('main form button.primary').first().click()),
		'case-death': send('/inbox', async page => {
			await page.goto(made.case);
			await page.click('button[name=status][value=dead]');
		}),
		'search': at('/search'),
		'search-found': send('/search', async page => {
			await page.fill('#q', 'シケン');
			await page.click('main form button');
		}),
		'search-none': send('/search', async page => {
			await page.fill('#q', 'ヴァーチャル');
			await page.click('main form button');
		}),
		'search-fault': send('/search', async page => {
			await page.fill('#birth_date', '2月30日');
			await page.click('main form button');
		}),
		'figures': at('/figures'),
	},
	prefecture: { 'search': at('/search'), 'figures': at('/figures') },
	ministry: READER,
	admin: {
		'admin': at('/admin'),
		'accounts': at('/admin/accounts'),
		'account-fault': send('/admin/accounts', async page => {
			await page.fill('#login', 'x');
			await page.click('main form button.primary');
		}),
		'account-secret': async (page, lang) => {
			await page.goto('/admin/accounts');
			await page.fill('#login', `nurse.${lang}`);
			await page.fill('#name', '三階病棟');
			await page.fill('#org', '13/');
			await page.selectOption('#role', 'prefecture');
			await page.fill('#password', 'mata-ashita-no-asa');
			await Promise.all([page.waitForEvent('load'),
				page.click('main form button.primary')]);
			assert.ok(await page.isVisible('.qr svg'));
		},
		'publish': at('/admin/sheets'),
		'publish-fault': send('/admin/sheets', async page => {
			await page.fill('#sheet-text', 'sheet x\nnonsense');
			await page.click('main form button.primary');
		}),
		'sheets': at('/sheets'),
	},
};

/* ---- checks ---- */

/* Bytes as they travelled. */
async function
weigh(page)
{
	const bytes = await page.evaluate(() => {
		const of = end => performance.getEntriesByType('resource')
			.filter(r => new URL(r.name).pathname.endsWith(end))
			.reduce((sum, r) => sum + r.encodedBodySize, 0);
		return { html: performance.getEntriesByType('navigation')[0].encodedBodySize,
			css: of('.css'), js: of('.js') };
	});
	for (const [kind, most] of Object.entries(MOST))
		assert.ok(bytes[kind] <= most, `${bytes[kind]} bytes of ${kind}, at most ${most}`);
}

/* Runs in the page: what is wrong with the focus as it is now, or null; "end" where it began. */
function
lookAtFocus()
{
	const e = document.activeElement;
	if (!e || e === document.body || e === document.documentElement)
		return { end: true };
	const who = `${e.localName}${e.id ? '#' + e.id : ''}${e.name ? `[${e.name}]` : ''} ${e.textContent.trim().slice(0, 20)}`;
	if (e.dataset.walked === window.walk)
		return { end: true };
	e.dataset.walked = window.walk;
	/* a field may show its focus at its label or the thing after it */
	const shown = [e, e.closest('label'), e.nextElementSibling].some(x => {
		const s = x && getComputedStyle(x);
		return s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
	});
	if (!shown)
		return { who, wrong: 'shows no focus' };
	const r = e.getClientRects()[0] ?? e.getBoundingClientRect();
	const x = Math.min(r.left + r.width / 2, r.left + 40), ys = [0.2, 0.5, 0.8].map(f => r.top + r.height * f);
	const tall = r.height > innerHeight / 2;
	const seen = ys.filter(y => {
		const top = document.elementFromPoint(x, y);
		return top && (top === e || e.contains(top) || top.contains(e) && top.localName !== 'body'
			|| top.closest('label')?.contains(e));
	}).length;
	if (tall ? seen === 0 && r.bottom > 0 && r.top < innerHeight && r.top > 0 : seen < 3)
		return { who, wrong: `is hidden: ${Math.round(r.top)}…${Math.round(r.bottom)} of ${innerHeight}, `
			+ `below ${document.elementFromPoint(x, ys[1])?.className}` };
	return { who };
}

/* Tab through the whole page, and back a part of the way: the focus is always visible. */
async function
walk(page)
{
	const bar = await page.locator('.line').count() > 0;
	for (const key of bar ? ['Tab', 'Shift+Tab'] : ['Tab']) {
		await page.evaluate(k => { window.walk = k; document.activeElement.blur(); }, key);
		for (let n = 0; n < 250; n++) {
			await page.keyboard.press(key);
			const { end, who, wrong } = await page.evaluate(lookAtFocus);
			assert.ok(!wrong, `${key}: ${who} ${wrong}`);
			if (end && n > 0)
				break;
		}
	}
	await page.evaluate(() => document.activeElement.blur());
}

/* All that is wrong with the page as it stands, as sentences. */
async function
checkPage(page, name, lang)
{
	const wrong = [];
	const check = async (size, what) => {
		try {
			await what();
		} catch (e) {
			wrong.push(`${name}, ${size}, ${lang}: ${e.message}`);
		}
	};

	await check('all', async () => {
		assert.equal(await page.getAttribute('html', 'lang'), lang);
		assert.equal(await page.locator('h1').count(), 1, 'one heading');
		await weigh(page);
	});
	for (const [size, box] of Object.entries(SIZES)) {
		await page.setViewportSize(box);
		await check(size, async () => {
			const over = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
			assert.ok(over <= 0, `${over} px too wide`);
		});
		if (lang === 'en' && size === 'phone')
			continue;
		await shot(page, `page-${name}-${size}-${lang}`);
		await check(size, () => axe(page));
		/* on a phone nothing but the bar of the form can hide a field: looked at where there are most */
		if (lang === 'ja' && (size === 'wide' || /new-(open|faults)$/.test(name)))
			await check(size, () => walk(page));
	}
	await valid(page, `${name} ${lang}`);
	await page.setViewportSize(SIZES.wide);
	return wrong;
}

/* A draft and a notification that wait for the physician. */
async function
waitForPhysician()
{
	const { page, context } = await open();
	await signIn(page, 'clerk');
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '試験　待子', birth_date: '1990-01-01', doctor_name: '試験　医師', attest: true });
	await press(page);
	made.changed = new URL(page.url()).pathname.replace('receipt', 'attest');
	await page.goto(made.changed.replace('attest', 'edit'));
	await fillIn(page, { 'test_specimen.1': 'nasal_swab' });
	await press(page);
	await newForm(page);
	await fillIn(page, { ...MINIMUM, name: '試験　頼子', birth_date: '1990-01-02', doctor_name: '試験　医師' });
	await press(page, 'ask');
	made.asked = await page.getAttribute('a[href^="/drafts/"]', 'href');
	await context.close();
}

/* ---- tests ---- */

before(async () => {
	await startServer({ cases: 300 });
	const { page, context } = await open();
	await signIn(page, 'doctor');
	await notify(page);
	made.receipt = new URL(page.url()).pathname;
	made.edit = made.receipt.replace('receipt', 'edit');
	made.print = made.receipt.replace('receipt', 'print');
	made.family = await page.getAttribute('a[href*="family="]', 'href');
	made.case = await page.getAttribute('a[href^="/cases/"]', 'href');
	await newForm(page);
	await fillIn(page, { name: '下書　次郎', birth_date: 'S55.4.1' });
	await press(page, 'draft');
	made.draft = new URL(page.url()).pathname;
	made.add = made.edit.replace('edit', 'add');
	made.withdraw = made.edit.replace('edit', 'withdraw');
	made.query = made.edit.replace('edit', 'query');
	made.answer = made.edit.replace('edit', 'answer');
	await notify(page, { name: '追加　三郎', birth_date: '1940-02-02' });
	made.locked = new URL(page.url()).pathname.replace('receipt', 'edit');
	made.added = await page.getAttribute('a[href^="/cases/"]', 'href');
	await newForm(page, made.locked.replace('edit', 'add'));
	await fillIn(page, { type: 'asymptomatic' });
	await press(page);
	await page.goto(`${made.case}/contacts?add=household&rows=4`);
	for (const n of [1, 2, 3])
		await page.fill(`[name="name.${n}"]`, `試験　接触${n}`);
	await Promise.all([page.waitForEvent('load'), page.click('#add button.primary')]);
	await context.close();
	const centre = await open();
	await signIn(centre.page, 'centre');
	await centre.page.goto(made.query);
	await centre.page.fill('#message', '検体を採取した日を確かめてください。');
	await Promise.all([centre.page.waitForEvent('load'), centre.page.click('main form button.primary')]);
	await centre.context.close();
	await waitForPhysician();
});

for (const lang of ['ja', 'en'])
	for (const [role, list] of Object.entries(PAGES))
		test(`the pages of ${role} are accessible, valid and light (${lang})`, async () => {
			const { page, context } = await open(SIZES.wide);
			if (role === 'nobody')
				await page.goto('/login');
			else
				await signIn(page, role);
			if (await page.getAttribute('html', 'lang') !== lang)
				await Promise.all([page.waitForEvent('load'),
					page.click(`button[name=lang][value=${lang}]`)]);
			const wrong = [];
			for (const [name, go] of Object.entries(list)) {
				await go(page, lang);
				wrong.push(...await checkPage(page, `${role}-${name}`, lang));
			}
			wrong.push(...context.troubles);
			assert.ok(wrong.length === 0, wrong.join('\n'));
			await context.close();
		});
