/* field/words.c: see words.h. */
#include "field/words.h"

#include "base/utf8.h"

/* ---- faults ---- */

bool
words_fault(struct words *w, int line, const char *what, struct str name)
{
	if (w->why.n > 0)
		return false;
	name = str_sub(name, 0, 80);
	while (!utf8_ok(name) && name.n > 0)
		name.n--;
	const char *quote = name.n > 0 ? "`" : "";
	w->why = str_fmt(w->mem, "line %d: %s%s%s%.*s%s", line, what, name.n > 0 ? " " : "", quote, STR_ARG(name), quote);
	return false;
}

/* At the word just taken, or at the last one when the statement is over. */
bool
words_fault_here(struct words *w, const char *what)
{
	size_t i = w->at > 0 ? w->at - 1 : 0;

	return words_fault(w, w->word[i].line, what, w->word[i].s);
}

/* ---- words ---- */

/* A quoted text at the head of *line, without its quotes and escapes. */
static bool
read_quoted(struct words *w, struct str *line, struct str *out)
{
	struct buf b = buf_new(w->mem);
	size_t i = 1;

	for (; i < line->n && line->p[i] != '"'; i++) {
		if (line->p[i] == '\\' && i + 1 < line->n)
			i++;
		buf_byte(&b, line->p[i]);
	}
	if (i >= line->n)
		return words_fault(w, w->line, "a text without closing quote", S(""));
	*line = str_sub(*line, i + 1, line->n);
	*out = buf_str(&b);
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The words of one line, behind those of the statement. */
static bool
read_words(struct words *w, struct str line)
{
	for (;;) {
		struct word one = { .line = w->line };
		size_t n = 0;
		while (line.n > 0 && is_blank(line.p[0]))
			line = str_sub(line, 1, line.n);
		if (line.n == 0 || line.p[0] == '#')
			return true;
		if (w->n == MAX_WORDS)
			return words_fault(w, w->line, "too many words in one statement", S(""));
		one.quoted = line.p[0] == '"';
		if (one.quoted) {
			if (!read_quoted(w, &line, &one.s))
				return false;
		} else {
			while (n < line.n && !is_blank(line.p[n]) && line.p[n] != '"')
				n++;
			one.s = str_sub(line, 0, n);
			line = str_sub(line, n, line.n);
		}
		w->word[w->n++] = one;
	}
}

/* The next statement with the lines that continue it; w->n is 0 at the end of the text. */
bool
words_next(struct words *w)
{
	struct str line;

	w->n = w->at = 0;
	while (w->rest.p != NULL && w->rest.n > 0) {
		bool more = is_blank(w->rest.p[0]) || w->rest.p[0] == '#' || w->rest.p[0] == '\n';
		if (w->n > 0 && !more)
			return true;
		if (!str_cut(&w->rest, '\n', &line))
			return true;
		w->line++;
		if (!read_words(w, line))
			return false;
		if (w->n > 0 && w->word[0].line == w->line && is_blank(line.p[0]))
			return words_fault(w, w->line, "an indented line continues nothing", S(""));
	}
	return true;
}

bool
words_next_is(const struct words *w, struct str what)
{
	return w->at < w->n && !w->word[w->at].quoted && str_eq(w->word[w->at].s, what);
}

bool
words_skip(struct words *w, struct str what)
{
	if (!words_next_is(w, what))
		return false;
	w->at++;
	return true;
}

bool
words_take(struct words *w, bool quoted, const char *missing, struct str *out)
{
	if (w->at == w->n || w->word[w->at].quoted != quoted)
		return words_fault(w, w->word[w->at < w->n ? w->at : w->n - 1].line, missing, S(""));
	*out = w->word[w->at++].s;
	return true;
}

bool
words_take_texts(struct words *w, struct str out[LANG_COUNT])
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!words_take(w, true, "a text in Japanese and one in English are wanted", &out[lang]))
			return false;
		if (out[lang].n == 0 || out[lang].n > 2000)
			return words_fault_here(w, "a text is empty or too long");
	}
	return true;
}

/* A name: small letters, digits, '_' and '-'; the first a letter. */
bool
words_take_name(struct words *w, const char *missing, struct str *out)
{
	if (!words_take(w, false, missing, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		char c = out->p[i];
		bool letter = c >= 'a' && c <= 'z';
		if (!letter && (i == 0 || ((c < '0' || c > '9') && c != '_' && c != '-')))
			return words_fault_here(w, "a name is small letters, digits, `_` and `-`:");
	}
	return out->n <= 40 || words_fault_here(w, "a name has at most 40 characters:");
}

bool
words_take_int(struct words *w, int low, int high, const char *what, int *out)
{
	struct str s = S("");
	int64_t n;

	if (!words_take(w, false, what, &s))
		return false;
	if (!str_int(s, &n) || n < low || n > high)
		return words_fault_here(w, what);
	*out = (int)n;
	return true;
}

bool
words_plain(struct words *w, size_t limit)
{
	int line = 1;

	if (w->rest.n > limit)
		return words_fault(w, 1, "the text is too long", S(""));
	if (!utf8_ok(w->rest))
		return words_fault(w, 1, "the text is not UTF-8", S(""));
	for (size_t i = 0; i < w->rest.n; i++) {
		unsigned char c = (unsigned char)w->rest.p[i];
		line += c == '\n';
		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 127)
			return words_fault(w, line, "a control character", S(""));
	}
	return true;
}
