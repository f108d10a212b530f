/* app.js: quicker pages for those who have scripts. Every page works without it, the server decides everything again,
 * and sentences come from the page. */

const $ = (q, at = document) => at.querySelector(q);
const $$ = (q, at = document) => [...at.querySelectorAll(q)];
const JA = document.documentElement.lang !== 'en';
const says = $('#says')?.dataset ?? {};
const fill = (text, ...a) => (text ?? '').replace(/\$(\d)/g, (_, n) => a[n - 1] ?? '');
const make = (tag, what) => Object.assign(document.createElement(tag), what);
const pause = ms => new Promise(go => setTimeout(go, ms));
/* Keys that belong to an input method; Safari sends the confirming Enter as 229. */
const composing = e => e.isComposing || e.keyCode === 229;
/* Behind what stands in a free text, at once. */
function
append(t, text)
{
	if (text)
		t.value = `${t.value}\n${text}`.trim();
	t.dispatchEvent(new Event('input', { bubbles: true }));
	t.focus();
}

/* For ears only. */
const hear = text => { const at = $('#hear'); if (at) at.textContent = text; };

/* ---- dates, as base/date.c reads them ---- */

const ERAS = [
	['M', '明治', '㍾', 18680908, 19120730], ['T', '大正', '㍽', 19120730, 19261225], ['S', '昭和', '㍼', 19261225, 19890107],
	['H', '平成', '㍻', 19890108, 20190430], ['R', '令和', '㋿', 20190501, 99991231],
].map(([letter, name, square, first, last]) => ({ letter, name, square, first, last, year: first / 10000 | 0 }));
const GOOD = 0, UNREADABLE = 1, NO_DAY = 2, BEFORE = 3, AFTER = 4, EMPTY = 5;

const monthDays = (y, m) => new Date(Date.UTC(2000 + y % 400, m, 0)).getUTCDate();
const whole = t => t.fault === GOOD && t.parts === 3;
const number = t => t.y * 10000 + t.m * 100 + t.d;
const eraOf = t => ERAS.findLast(e => number(t) >= e.first);

/* Digits, letters and -/._年月日 are left ("_": a space between numbers). */
function
dateMarks(typed)
{
	let s = typed.replace(/[！-～]/g, c => String.fromCharCode(c.charCodeAt() - 0xfee0))
		.replace(/[a-z]/g, c => c.toUpperCase())
		.replace(/\u2f47/g, '日').replace(/\u2f49/g, '月')
		.replace(/[\u2010-\u2015\u2212\u2500\u2501\u30fc\uff70\ufe63\ufe58]/g, '-').replace(/[\u2044\u2215]/g, '/')
		.replace(/[\u30fb\uff65\u3002\uff61]/g, '.')
		.replace(/[ \t\r\n\u00a0\u3000\u2000-\u200a\u202f\u205f]+/g, ' ');
	for (const e of ERAS)
		s = s.replace(new RegExp(`${e.name}|${e.name[0]}|${e.square}`, 'g'), e.letter);
	if (!/^[\dMTSHR元年月日/. -]*$/.test(s))
		return '?';
	return s.replace(/([\d元]) (?=[\d元])/g, '$1_').replace(/ /g, '');
}

/* { fault, y, m, d, parts }; no y when nobody knows what was meant. */
export function
readDate(typed)
{
	const s = dateMarks(typed);
	let era, m, p, parts = 3;

	if (s === '')
		return { fault: EMPTY };
	if ((p = /^([MTSHR1-5])(\d\d)(\d\d)(\d\d)$/.exec(s))) {
		era = ERAS.find(e => e.letter === p[1]) ?? ERAS[p[1] - 1];
		p = p.slice(1);
	} else if ((p = /^(\d{4})(\d\d)(\d\d)$/.exec(s))) {
		era = null;
	} else if ((m = /^([MTSHR]?)(元|\d{1,4})(?:年(?:(\d\d?)月(?:(\d\d?)日?)?)?|([-/._])(\d\d?)(?:\5(\d\d?))?)?$/.exec(s))
	    && (m[1] ? m[2].length < 4 : m[2].length === 4)) {
		era = ERAS.find(e => e.letter === m[1]);
		p = [0, m[2] === '元' ? 1 : m[2], m[3] ?? m[6], m[4] ?? m[7]];
		parts = p[3] !== undefined ? 3 : p[2] !== undefined ? 2 : 1;
	} else {
		return { fault: UNREADABLE };
	}
	return judgeDate(era, { y: era ? era.year + +p[1] - 1 : +p[1], m: +(p[2] ?? 1), d: +(p[3] ?? 1), parts });
}

function
judgeDate(era, t)
{
	const { y, m, d, parts } = t, real = y >= 1000 && y <= 9999 && m >= 1 && m <= 12;
	const last = real ? monthDays(y, m) : 0;

	if (d < 1 || d > last)
		return real && d > 28 && d <= 31 ? { ...t, fault: NO_DAY, d: last } : { fault: NO_DAY, parts };
	/* of a month or a year its last day counts */
	const until = { y, m: parts === 1 ? 12 : m, d: parts === 3 ? d : parts === 1 ? 31 : last };
	return { ...t, fault: era && number(until) < era.first ? BEFORE : era && number(t) > era.last ? AFTER : GOOD };
}

export function
showDate(t)
{
	const era = eraOf(t), n = era ? t.y - era.year + 1 : 0;
	if (!JA)
		return new Date(Date.UTC(t.y, t.m - 1, t.d)).toLocaleDateString('en-GB',
			{ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
	return `${t.y}年${era ? `（${era.name}${n === 1 ? '元' : n}年）` : ''}${t.m}月${t.d}日`;
}

const ageMonths = (b, on) => (on.y - b.y) * 12 + on.m - b.m - (on.d < b.d ? 1 : 0);
const ofAge = (b, on) => ageMonths(b, on) >= 12 * (number(on) >= 20220401 ? 18 : 20);

function
showAge(b, on)
{
	const months = ageMonths(b, on);
	if (months < 0)
		return '';
	if (months < 12)
		return JA ? `・${months}か月` : `, ${months} months old`;
	const years = months / 12 | 0;
	return JA ? `・${years}歳` : `, age ${years}`;
}

/* The server's day. */
function
today()
{
	const [y, m, d] = document.body.dataset.now.split(/\D/).map(Number);
	return { y, m, d };
}

function
echoDate(input)
{
	const at = $(`#${CSS.escape(input.id)}-echo`), t = readDate(input.value);
	if (!at)
		return;
	at.textContent = whole(t) ? showDate(t) + (input.name === 'birth_date' ? showAge(t, diagnosed()) : '') : '';
}

function
diagnosed()
{
	const t = readDate($('[name=diagnosis_date]')?.value ?? '');
	return whole(t) ? t : today();
}

/* ---- texts ---- */

const narrow = s => s.normalize('NFKC').replace(/[\u2010-\u2015\u2212\u2500\u2501\u30fc\ufe63\ufe58]/g, '-').trim();
const digits = s => narrow(s).replace(/\s/g, '');
const katakana = s => s.normalize('NFKC').replace(/[\u3041-\u3096]/g, c => String.fromCharCode(c.charCodeAt() + 0x60));
const isKana = s => /^[\u3041-\u3096\u30a1-\u30fc\uff66-\uff9f\s]+$/.test(s);

/* ---- the entry page ---- */

const form = $('form[data-entry]');
const report = $('#report');
const correcting = form && 'correcting' in form.dataset;
const box = e => e.closest('.field[data-item]');
const tickOf = f => $('[data-unknown]', f);
const inputs = f => $$('input:not([data-unknown]), select, textarea', f);
const labelOf = f => [...$('.label', f).childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
const seen = e => e.checkVisibility ? e.checkVisibility() : e.offsetParent !== null;

function
filled(f)
{
	return tickOf(f)?.checked || inputs(f).some(i => /radio|checkbox/.test(i.type) ? i.checked && i.value : i.value.trim());
}

/* Places the Enter key goes through: a group of radios is one. */
function
stops()
{
	return $$('input:not([type=hidden]), select, textarea, #report', form).filter(e => e.tabIndex >= 0 && seen(e)
		&& (e.type !== 'radio' || e === radioStop(e)));
}

function
radioStop(e)
{
	const all = radios(e);
	return all.find(r => r.checked) ?? all[0];
}

function
radios(e)
{
	return $$('input[type=radio]', e.closest('[role=radiogroup]'));
}

function
goNext(from)
{
	const all = stops(), here = from.type === 'radio' ? radioStop(from) : from;
	const to = all.slice(all.indexOf(here) + 1).find(e => box(e) !== box(from) || !box(e)) ?? report;
	to.focus();
	if (to.select && !fromPostal(to))
		to.select();
}

function
onKey(e)
{
	const t = e.target;

	if (composing(e))
		return;
	if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
		e.preventDefault();
		report.click();
	}
	if (e.ctrlKey || e.metaKey || e.altKey || !form.contains(t))
		return;
	if (e.key === 'Enter' && t.matches('input, select')) {
		e.preventDefault();
		goNext(t);
	} else if (t.type === 'radio') {
		radioKey(e, t);
	} else if (e.key === '?' && t.matches('select, [type=checkbox]')) {
		sayUnknown(e, t);
	} else if (e.key === 'ArrowDown' && box(t) && $('.places button', box(t))) {
		e.preventDefault();
		$('.places button', box(t)).focus();
	} else if (/^Arrow(Up|Down)$/.test(e.key) && t.closest('.places')) {
		e.preventDefault();
		const to = e.key === 'ArrowDown' ? t.nextSibling : t.previousSibling;
		(to ?? $('.in', box(t))).focus();
	}
}

function
radioKey(e, t)
{
	const all = radios(t);
	if (/^[1-9]$/.test(e.key) && all[e.key - 1]) {
		e.preventDefault();
		all[e.key - 1].click();
		all[e.key - 1].focus();
	} else if (e.key === '?' || e.key === '0') {
		sayUnknown(e, t);
	} else if (e.key === 'Delete' || e.key === 'Backspace') {
		e.preventDefault();
		clearRadios(box(t));
	}
}

function
sayUnknown(e, t)
{
	const tick = tickOf(box(t));
	if (!tick)
		return;
	e.preventDefault();
	tick.click();
	hear(tick.checked ? says.unknown : '');
}

function
clearRadios(f)
{
	for (const r of inputs(f))
		r.checked = false;
	inputs(f)[0].dispatchEvent(new Event('input', { bubbles: true }));
}

/* 不明 and a value exclude each other; without the tick the value comes back. */
const taken = new WeakMap();

function
onTick(tick)
{
	const f = box(tick), all = inputs(f);
	if (tick.checked) {
		taken.set(f, all.map(i => [i, i.value, i.checked]));
		for (const i of all) {
			if (/radio|checkbox/.test(i.type))
				i.checked = false;
			else
				i.value = '';
		}
		setNote(f, '');
	} else {
		for (const [i, value, checked] of taken.get(f) ?? [])
			Object.assign(i, /radio|checkbox/.test(i.type) ? { checked } : { value });
	}
	if (f.matches('.f-date'))
		echoDate($('.in', f));
}

/* ---- faults: told on leaving, taken away while typing ---- */

function
setNote(f, text)
{
	const note = $('.note', f), at = f.matches('[role=radiogroup]') ? f : $('.in', f);
	note.textContent = text;
	note.classList.toggle('fault', text !== '');
	if (at)
		at.ariaInvalid = text ? 'true' : null;
}

function
dateFault(input, label)
{
	const t = readDate(input.value), partial = 'partial' in input.dataset;
	if (t.fault === EMPTY)
		return '';
	if (t.fault === UNREADABLE || (!partial && t.parts !== 3))
		return fill(says.d1, label);
	if (t.fault === NO_DAY && t.y)
		return fill(says.d2Last, label, input.value.trim(), JA ? `${t.d}日` : showDate(t));
	if (t.fault !== GOOD)           /* as the server says it: 平成元年1月8日 */
		return fill(says['d' + t.fault], label, input.value.trim(), t.y ? showDate(t).replace(/^.*（(.*)）/, '$1') : '');
	return number(t) > number(today()) ? fill(says.future, label) : '';
}

function
onLeave(input)
{
	const f = box(input), label = labelOf(f);
	if (!input.value.trim())
		return;
	if (/^(\?|？|不明)$/.test(input.value.trim()) && tickOf(f)) {
		input.value = '';
		tickOf(f).click();
		hear(says.unknown);
		return;
	}
	if (f.matches('.f-date')) {
		put(input, narrow(input.value));
		return setNote(f, dateFault(input, label));
	}
	if (f.matches('.f-kana'))
		return put(input, katakana(input.value).trim().replace(/\s+/g, '　'));
	if (!f.matches('.f-postal, .f-phone, .f-int'))
		return;
	put(input, digits(input.value));
	const n = input.value.replace(/\D/g, '');
	if (f.matches('.f-postal')) {
		if (n.length === 7)
			put(input, `${n.slice(0, 3)}-${n.slice(3)}`);
		setNote(f, n.length === 7 ? '' : fill(says.postal, label));
	} else if (f.matches('.f-phone')) {
		setNote(f, n.length === 10 || n.length === 11 ? '' : fill(says.phone, label));
	} else {
		setNote(f, /^\d+$/.test(input.value) ? '' : fill(says.int, label));
	}
}

function
put(input, value)
{
	if (input.value !== value)
		input.value = value;
}

/* ---- postal code to address ---- */

const byPostal = new WeakMap();         /* address -> what was filled in */
const fromPostal = address => address.value && address.value === byPostal.get(address);

async function
findAddress(input)
{
	const code = digits(input.value).replace(/\D/g, '');
	const address = form.elements[input.name.replace('_postal', '_address')];
	if (code.length !== 7 || !address || input.dataset.asked === code)
		return;
	input.dataset.asked = code;
	let places;
	try {
		places = (await (await fetch(`/zip/${code}`)).json()).places;
	} catch {
		delete input.dataset.asked;
		return;
	}
	if (input.dataset.asked === code)
		offer(address, places.map(p => p.address));
}

function
offer(address, places)
{
	const f = box(address);
	let start = places[0] ?? '';
	for (const p of places)
		while (!p.startsWith(start))
			start = start.slice(0, -1);
	$('.places', f)?.remove();
	if (start && (!address.value || fromPostal(address)))
		fillAddress(address, start);
	const said = places.length > 1 ? fill(says.zipMany, places.length) : places.length ? says.zipDone : says.zipNone;
	hear(said);
	if (places.length === 1)
		return;
	$('.note', f).textContent = said;
	const list = make('div', { className: 'places' });
	for (const p of places) {
		const b = button(p);
		b.onclick = () => { fillAddress(address, p); list.remove(); address.focus(); };
		list.append(b);
	}
	f.append(list);
}

function
button(text)
{
	return make('button', { type: 'button', tabIndex: -1, textContent: text });
}

function
fillAddress(address, text)
{
	address.value = text;
	byPostal.set(address, text);
	address.setSelectionRange(text.length, text.length);
	address.dispatchEvent(new Event('input', { bubbles: true }));
}

/* ---- kana: the reading before its conversion, until edited by hand ---- */

function
pairKana(kana)
{
	const names = $$('.f-name .in', form);
	const name = names.findLast(n => n.compareDocumentPosition(kana) & Node.DOCUMENT_POSITION_FOLLOWING);
	let reading = '', own = kana.value !== '', auto = '';

	if (!name)
		return;
	const add = text => {
		kana.value = auto = kana.value + text;
		kana.dispatchEvent(new CustomEvent('input', { bubbles: true, detail: 'auto' }));
	};
	kana.addEventListener('input', e => { if (e.detail !== 'auto') own = kana.value !== ''; });
	name.addEventListener('compositionstart', () => { reading = ''; });
	name.addEventListener('compositionupdate', e => {
		const typed = (e.data ?? '').replace(/[a-zａ-ｚ]+$/i, '');
		if (isKana(typed))
			reading = typed;
	});
	name.addEventListener('compositionend', e => {
		if (!own && e.data && reading)
			add(katakana(isKana(e.data) ? e.data : reading));
		reading = '';
	});
	name.addEventListener('input', e => {
		if (!name.value && !own && kana.value === auto)
			kana.value = auto = '';
		else if (!own && !e.isComposing && /^[ 　]$/.test(e.data ?? '') && kana.value && !/[ 　]$/.test(kana.value))
			add('　');
	});
}

/* ---- what is left to do, what hangs on other items ---- */

let due = 0;

function
refresh()
{
	due ||= requestAnimationFrame(() => { due = 0; redraw(); });
}

function
redraw()
{
	const birth = readDate(form.elements.birth_date?.value ?? '');
	const adult = whole(birth) && ofAge(birth, diagnosed());

	for (const s of $$('[data-minor]', form))
		s.hidden = adult;
	for (const f of $$('.field[data-item*="_other"]', form))
		f.hidden = !filled(f) && !f.querySelector('[aria-invalid]') && !otherChosen(f.dataset.item);
	for (const s of $$('.sec', form)) {
		const all = $$('.field[data-item]', s).filter(f => !f.hidden);
		$('.count', s).textContent = fill(says.count, all.filter(filled).length, all.length);
	}
	const left = $$('.field[data-item]', form).filter(f => $('.must', f) && !filled(f) && stillDue(f.dataset.item)).map(labelOf);
	$('#left').textContent = left.length === 0 ? says.leftNone
		: fill(says.left, left.length, left.slice(0, 4).join(says.list) + (left.length > 4 ? '…' : ''));
}

/* "test_method_other.1" hangs on "test_method.1", symptom_other on symptoms, risk_other on risk_kind. */
function
otherChosen(item)
{
	const [, base, row] = /^(.*)_other(\..*)?$/.exec(item);
	const lists = ['', 's', '_kind'].map(end => $$(`[name="${base}${end}${row ?? ''}"]`, form)).flat();
	return lists.length === 0 || lists.some(e => e.value === 'other' && (e.type === 'checkbox' || e.type === 'radio' ? e.checked : true));
}

/* The usual cases; the server knows the rules. */
function
stillDue(item)
{
	const row = /^test_.*(\.\d+)$/.exec(item)?.[1];
	if (item === 'stay_address' || item === 'home_address')
		return !form.elements.stay_address?.value && !form.elements.home_address?.value;
	return !row || item.startsWith('test_method.') || form.elements[`test_method${row}`]?.value !== 'clinical';
}

/* ---- the encrypted copy on this device ---- */

const LIFE = 12 * 3600e3;
let place = form && `${document.body.dataset.who} ${location.pathname} ${form.elements.disease?.value}`;

function
kept(mode, ask)
{
	return new Promise((ok, no) => {
		const open = indexedDB.open('hersys', 1);
		open.onupgradeneeded = () => open.result.createObjectStore('kept');
		open.onerror = () => no(open.error);
		open.onsuccess = () => {
			const t = open.result.transaction('kept', mode), q = ask(t.objectStore('kept'));
			t.oncomplete = () => { open.result.close(); ok(q?.result); };
			t.onabort = t.onerror = () => { open.result.close(); no(t.error); };
		};
	});
}

async function
deviceKey()
{
	const had = await kept('readonly', s => s.get('key'));
	if (had)
		return had;
	const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
	await kept('readwrite', s => s.add(made, 'key')).catch(() => 0);
	return kept('readonly', s => s.get('key'));
}

const typedNow = () => [...new FormData(form)].filter(([name]) => name !== 'csrf');

async function
keepCopy()
{
	const iv = crypto.getRandomValues(new Uint8Array(12));
	const plain = new TextEncoder().encode(JSON.stringify(typedNow()));
	const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await deviceKey(), plain);
	await kept('readwrite', s => s.put({ iv, text, at: Date.now() }, place));
}

/* Forget what is too old, and what `gone` says. */
async function
forget(gone)
{
	await kept('readwrite', s => {
		s.openCursor().onsuccess = e => {
			const c = e.target.result;
			if (!c)
				return;
			if (c.key !== 'key' && (Date.now() - c.value.at > LIFE || gone(c.key)))
				c.delete();
			c.continue();
		};
	});
}

/* Held while the page lives; a second window keeps its copy elsewhere. */
function
holdPlace()
{
	return new Promise((ok, no) => {
		navigator.locks.request(place, { signal: AbortSignal.timeout(400) }, () => { ok(); return new Promise(() => 0); }).catch(no);
	});
}

async function
restoreCopy()
{
	const began = typedNow();
	await holdPlace().catch(() => { place += '+'; return holdPlace(); });
	const left = localStorage.getItem(place), how = performance.getEntriesByType('navigation')[0]?.type;
	localStorage.removeItem(place);
	/* Left in good order, come anew: this form is for another person. */
	await forget(name => name === place && left && how === 'navigate');
	const copy = await kept('readonly', s => s.get(place));
	if (!copy)
		return;
	const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: copy.iv }, await deviceKey(), copy.text);
	const pairs = JSON.parse(new TextDecoder().decode(plain)), get = name => pairs.find(p => p[0] === name)?.[1];
	const now = form.elements, apart = ['op', 'draft_id', 'draft_ver'];
	const same = a => JSON.stringify(a.filter(p => !apart.includes(p[0])));
	if (get('sheet') !== now.sheet.value || (get('seen') ?? '') !== (now.seen?.value ?? '') || same(pairs) === same(began))
		return;
	if (now.draft_id.value && (now.draft_id.value !== get('draft_id') || Number(now.draft_ver.value) > Number(get('draft_ver'))))
		return;
	/* What was typed while the copy was looked for stays. */
	const before = typedNow(), of = (a, name) => JSON.stringify(a.filter(p => p[0] === name));
	const newer = p => of(before, p[0]) !== of(began, p[0]);
	setForm([...pairs.filter(p => !newer(p)), ...before.filter(newer)]);
	$('#kept').hidden = false;
	$('#kept button').onclick = () => { setForm(before); $('#kept').hidden = true; touch(); };
	touch();
}

function
setForm(pairs)
{
	for (const e of form.elements) {
		const values = pairs.filter(p => p[0] === e.name).map(p => p[1]);
		if (!e.name || e.name === 'csrf' || e.type === 'submit')
			continue;
		if (e.type === 'radio' || e.type === 'checkbox')
			e.checked = values.includes(e.value);
		else if (e.type !== 'hidden' || values.length)
			e.value = values[0] ?? '';
	}
	for (const i of $$('.f-date .in', form))
		echoDate(i);
	refresh();
}

/* ---- drafts on the server ---- */

const draft = { dirty: false, busy: null, timer: 0, first: 0, wait: 1000, good: 0, over: false };
let keepTimer = 0, sending = false, changing = false;

function
touch()
{
	draft.dirty = true;
	draft.first ||= Date.now();
	refresh();
	clearTimeout(keepTimer);
	keepTimer = setTimeout(() => keepCopy().catch(() => 0), 250);
	if (draft.wait > 1000 || correcting)    /* trouble has its own pace */
		return;
	clearTimeout(draft.timer);
	draft.timer = setTimeout(save, Math.min(800, Math.max(0, draft.first + 4000 - Date.now())));
}

function
save(leaving)
{
	if (!draft.dirty || draft.busy || draft.over || sending || correcting)
		return draft.busy;
	draft.dirty = false;
	draft.first = 0;
	clearTimeout(draft.timer);
	draft.busy = fetch('/drafts', { method: 'POST', keepalive: leaving === true, body: new URLSearchParams(new FormData(form)),
		signal: AbortSignal.timeout(15000) }).then(told, () => trouble('off')).finally(() => {
		draft.busy = null;
		if (draft.dirty && draft.wait === 1000)
			touch();
	});
	return draft.busy;
}

async function
told(reply)
{
	const said = await reply.json().catch(() => ({}));

	if (reply.ok && said.id) {
		form.elements.draft_id.value = said.id;
		form.elements.draft_ver.value = said.ver;
		draft.wait = 1000;
		draft.good = Date.now();
		saved(said.saved_at, '');
		keepCopy().catch(() => 0);
	} else if (reply.status === 409) {
		draft.over = true;
		trouble('conflict', said.by, said.at);
	} else if (reply.status === 410) {
		form.elements.draft_id.value = '';
		trouble('');
	} else if (reply.status === 401 || reply.status === 403) {
		trouble(await newToken() ? '' : 'out');
	} else {
		trouble('server');
	}
}

/* Saved at a time of day, or not, and why. */
function
saved(time, text, link)
{
	const at = $('#trouble');
	$('#saved').textContent = time && says.saved;
	$('#saved-at').textContent = time;
	if (at.dataset.text === text)
		return;
	at.dataset.text = at.textContent = text;
	if (link)
		at.append(' ', make('a', { href: '/login', target: '_blank', textContent: says.outLink }));
}

/* Try again, later each time. */
function
trouble(what, ...args)
{
	draft.dirty = true;
	draft.good = 0;
	if (what)
		saved('', fill(says[what], ...args), what === 'out');
	if (draft.over)
		return;
	draft.wait = Math.min(draft.wait * 2, what === 'out' ? 8000 : 60000);
	clearTimeout(draft.timer);
	draft.timer = setTimeout(save, what ? draft.wait : 1500);
}

/* The same person signed in again on another tab. */
async function
newToken()
{
	const reply = await fetch('/sheets', { cache: 'no-store' }).catch(() => null);
	const page = new DOMParser().parseFromString(await reply?.text() ?? '', 'text/html');
	const token = $('input[name=csrf]', page)?.value;
	if (!token || page.body.dataset.who !== document.body.dataset.who || token === form.elements.csrf?.value)
		return false;
	for (const i of $$('input[name=csrf]'))
		i.value = token;
	return true;
}

/* ---- sending ---- */

async function
onSubmit(e)
{
	const by = e.submitter, words = by?.textContent;

	if (sending === 'go')
		return;
	e.preventDefault();
	if (sending)
		return;
	sending = true;
	await draft.busy;
	clearTimeout(draft.timer);
	if (by) {
		by.setAttribute('aria-busy', 'true');
		by.textContent = report.dataset.sending;
	}
	const there = Date.now() - draft.good < 5000
		|| await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(8000) }).then(() => true, () => false);
	if (there) {
		await keepCopy().catch(() => 0);
		changing = !['draft', 'ask'].includes(by?.value);
		if (changing)
			sessionStorage.setItem('sent', place);
		sending = 'go';
		form.requestSubmit(by);
		await pause(20000);
	} else {
		trouble('off');
	}
	sending = false;
	by?.removeAttribute('aria-busy');
	if (by)
		by.textContent = words;
}

function
onLeavePage()
{
	save(true);
	if (!changing && !correcting && !draft.over && draft.wait === 1000)
		localStorage.setItem(place, '1');
}

function
startEntry()
{
	for (const t of $$('[data-unknown]', form))
		t.tabIndex = -1;
	for (const b of $$('[data-word]', form))
		b.onclick = e => {
			const t = $('textarea', b.closest('.field')), word = b.dataset.word;
			e.preventDefault();
			append(t, t.value.normalize('NFKC').replace(/\s/g, '').includes(word) ? '' : word);
		};
	for (const c of $$('.clear', form)) {
		const b = button(c.textContent);
		b.className = 'clear quiet';
		b.onclick = () => clearRadios(box(b));
		c.replaceWith(b);
	}
	document.addEventListener('keydown', onKey);
	form.addEventListener('input', e => {
		const f = box(e.target);
		touch();
		if (!f)
			return;
		if (e.target.matches('[data-unknown]'))
			return onTick(e.target);
		if (tickOf(f))
			tickOf(f).checked = false;
		if ($('.note', f).textContent)
			setNote(f, '');
		if (e.target.type === 'checkbox' && e.target.checked)
			for (const i of inputs(f))
				i.checked &&= (i.value === 'none') === (e.target.value === 'none');
		if (f.matches('.f-postal') && !e.isComposing)
			findAddress(e.target);
		if (f.matches('.f-date') && !e.isComposing) {
			echoDate(e.target);
			if (e.target.name === 'diagnosis_date' && form.elements.birth_date)
				echoDate(form.elements.birth_date);
		}
	});
	/* The street number follows what the postal code gave. */
	form.addEventListener('focusin', e => fromPostal(e.target) && e.target.setSelectionRange(e.target.value.length, e.target.value.length));
	form.addEventListener('focusout', e => { if (e.target.matches('.field[data-item] input.in')) onLeave(e.target); });
	form.addEventListener('compositionend', e => {
		const f = box(e.target);
		if (f?.matches('.f-postal'))
			findAddress(e.target);
		if (f?.matches('.f-date'))
			echoDate(e.target);
	});
	$$('.f-kana .in', form).forEach(pairKana);
	form.addEventListener('submit', onSubmit);
	addEventListener('pageshow', e => { if (e.persisted) location.reload(); });
	addEventListener('pagehide', onLeavePage);
	addEventListener('online', () => draft.dirty && save());
	document.addEventListener('visibilitychange', () => save(document.hidden));
	$('form[data-language]')?.addEventListener('submit', () => { changing = true; });
	redraw();
	firstFocus();
	restoreCopy().catch(() => 0);
}

function
firstFocus()
{
	const first = location.hash.length > 1 && showField(location.hash) || $('#faults') || $('#conflict')
		|| $('#dup_ack') || stops().find(e => e.closest('#first'));
	if (document.activeElement === document.body || location.hash)
		first?.focus();
}

/* The input behind "#f-name", made visible. */
function
showField(hash)
{
	const at = document.getElementById(decodeURIComponent(hash.slice(1)));
	if (!at || !form?.contains(at))
		return null;
	for (let d = at.closest('details'); d; d = d.parentNode.closest('details'))
		d.open = true;
	return at.matches('input, select, textarea, button') ? at : at.matches('[role=radiogroup]') ? radioStop(at.firstElementChild) : $('input', at);
}

/* ---- pages that stay up to date ---- */

/* Calls `news` at events, at most every `rest` ms, while somebody looks. */
function
live(kinds, rest, news)
{
	const at = $('#live');
	let due = false, running = false, opened = false;

	const show = on => {
		at.className = 'live ' + (on ? 'on' : 'off');
		at.textContent = on ? at.dataset.on : at.dataset.off;
	};
	const run = async () => {
		due = true;
		if (running || document.hidden)
			return;
		for (running = true; due && !document.hidden; await pause(rest)) {
			due = false;
			await news().catch(() => { due = true; return pause(3000); });
		}
		running = false;
	};
	const open = () => {
		const es = new EventSource('/events');
		es.onopen = () => { show(true); if (opened) run(); opened = true; };
		es.onerror = () => {
			show(false);
			if (es.readyState === EventSource.CLOSED)
				setTimeout(open, 5000);
		};
		for (const kind of kinds)
			es.addEventListener(kind, run);
	};
	document.addEventListener('visibilitychange', () => { if (due) run(); });
	open();
}

/* How many hand-overs nobody has read, in the navigation of a page that stays open. */
async function
countNotices()
{
	const reply = await fetch('/handovers/count', { cache: 'no-store' });
	if (!reply.ok)
		throw reply.status;
	$('#n-notices').textContent = ' ' + (await reply.json()).open;
}

function
startInbox(table)
{
	const news = $('#news'), title = document.title;
	let fresh = 0;

	const settle = () => { fresh = 0; document.title = title; };
	live(['notification', 'change', 'handover'], 200, async function look() {
		const more = 'missing' in table.dataset ? '&status=missing' : '';
		const reply = await fetch(`/inbox/rows?since=${encodeURIComponent(table.dataset.cursor)}${more}`, { cache: 'no-store' });
		if (!reply.ok)
			throw reply.status;
		const part = document.createElement('template');
		part.innerHTML = await reply.text();
		table.dataset.cursor = reply.headers.get('X-Cursor') ?? table.dataset.cursor;
		for (const row of $$('tr', part.content).reverse()) {
			const old = document.getElementById(row.id);
			if (old?.contains(document.activeElement))
				continue;
			old?.remove();          /* something more came in about it: it moves up */
			fresh++;
			if ('old' in table.dataset)
				continue;
			row.classList.add('fresh');
			setTimeout(() => row.classList.remove('fresh'), 60000);
			table.tBodies[0].prepend(row);
			$('#no-rows')?.remove();
		}
		if (fresh > 0) {
			news.textContent = fill(news.dataset.new, fresh);
			document.title = `(${fresh}) ${title}`;
		}
		if (reply.headers.has('X-More'))
			await look();
		await countNotices();
	});
	addEventListener('focus', settle);
	table.addEventListener('focusin', settle);
}

/* One menu of statuses for all rows. */
function
startStatuses(menu)
{
	const line = document.createElement('tr'), cell = line.insertCell();
	let from;

	const close = () => { line.remove(); menu.hidden = true; from?.focus(); };
	document.addEventListener('click', e => {
		const a = e.target.closest('a.status[data-set]');
		if (!a || e.ctrlKey || e.metaKey || e.shiftKey)
			return;
		e.preventDefault();
		from = a;
		menu.action = a.dataset.set;
		$('#status-for', menu).textContent = $('th', a.closest('tr')).textContent;
		for (const b of $$('[name=status]', menu))
			b.setAttribute('aria-pressed', String(b.value === a.dataset.code));
		cell.colSpan = a.closest('tr').cells.length;
		cell.append(menu);
		a.closest('tr').after(line);
		menu.hidden = false;
		$('button', menu).focus();
	});
	menu.addEventListener('keydown', e => { if (e.key === 'Escape') close(); });
	$('[data-close]', menu).onclick = close;
	menu.addEventListener('submit', async e => {
		const by = e.submitter, body = new URLSearchParams(new FormData(menu));
		if (by.value === 'dead')
			return;                 /* that page asks for the day */
		e.preventDefault();
		body.set('status', by.value);
		const reply = await fetch(menu.action, { method: 'POST', body, redirect: 'manual' }).catch(() => null);
		if (reply?.type !== 'opaqueredirect' && !reply?.ok)
			return void location.assign(from.href);
		from.firstChild.data = by.textContent;
		from.dataset.code = by.value;
		from.closest('tr').classList.remove('wants');
		close();
	});
}

function
startFigures()
{
	live(['figures', 'notification', 'change'], 1000, async () => {
		const reply = await fetch(location.href, { cache: 'no-store' });
		if (!reply.ok)
			throw reply.status;
		const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
		for (const part of $$('[data-part]')) {
			const now = $(`[data-part="${part.dataset.part}"]`, page);
			if (!now)
				continue;
			for (const d of $$('details[open][id]', part))
				$(`#${d.id}`, now)?.setAttribute('open', '');
			if (now.innerHTML === part.innerHTML)
				continue;
			const stops = () => $$('a, summary, [tabindex]', part), held = stops().indexOf(document.activeElement);
			const along = stops().map(e => e.scrollLeft);
			part.replaceChildren(...now.childNodes);
			stops().forEach((e, i) => { e.scrollLeft = along[i] ?? 0; });
			stops()[held]?.focus({ preventScroll: true });
		}
	});
}

/* ---- all pages ---- */

if (form)
	startEntry();
document.addEventListener('click', e => {
	const a = e.target.closest('a[href^="#"]'), to = a && showField(a.hash);
	if (to)
		e.preventDefault();
	to?.focus();
});
if ($('#inbox'))
	startInbox($('#inbox'));
if ($('#handover-news'))
	live(['handover'], 500, async () => { await countNotices(); $('#handover-news').hidden = false; });
if ($('#status-menu'))
	startStatuses($('#status-menu'));
if ($('[data-part=curve]'))
	startFigures();
for (const i of form ? [] : $$('.f-date .in'))
	i.addEventListener('input', () => echoDate(i));
$('[data-insert]')?.addEventListener('click', e => {
	e.preventDefault();
	append($('#f-x-text'), $('#template').selectedOptions[0].dataset.text);
});
$('[data-print]')?.addEventListener('click', () => print());
document.addEventListener('keydown', e => {
	const table = /^Arrow(Up|Down)$/.test(e.key) && e.target.closest('a') && e.target.closest('table[data-arrows]');
	if (!table)
		return;
	const links = $$('tbody th a', table), here = links.findIndex(l => l.closest('tr') === e.target.closest('tr'));
	e.preventDefault();
	links[here + (e.key === 'ArrowDown' ? 1 : -1)]?.focus();
});
/* A report that arrived needs no copy; who signs out leaves none. */
if ($('[data-receipt], #notifications'))
	forget(name => name === sessionStorage.getItem('sent')).catch(() => 0);
$('form[data-logout]')?.addEventListener('submit', async e => {
	e.preventDefault();
	draft.over = changing = true;
	clearTimeout(keepTimer);
	for (const k of Object.keys(localStorage))
		localStorage.removeItem(k);
	const gone = new Promise(ok => { const r = indexedDB.deleteDatabase('hersys'); r.onsuccess = r.onerror = r.onblocked = ok; });
	await Promise.race([gone, pause(800)]);
	e.target.submit();
});
