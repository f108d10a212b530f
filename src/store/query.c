/* store/query.c: see query.h. */
#include "store/query.h"

#include "base/buf.h"
#include "base/log.h"

/* tools/queries.awk writes each name twice: as a member of the enum, and for this table. */
#define QUERY_NAME(name) [Q_##name] = #name,
static const char *const query_name[] = {
	[Q_none] = "",
#include "queries.h"
};
#undef QUERY_NAME

bool
sources_each(const struct sources *more, struct str head, size_t *at, const struct file **out)
{
	size_t n = more != NULL ? more->n : 0;

	if (*at < files_count && files_each(head, at, out))
		return true;
	for (; more != NULL && *at < files_count + n; ++*at)
		if (str_starts(more->file[*at - files_count].name, head)) {
			*out = &more->file[(*at)++ - files_count];
			return true;
		}
	return false;
}

NORETURN static void
bug_in(struct str where, const char *why)
{
	log_error("sql.fault", KV_S("at", where), KV_Z("why", why));
	BUG("a fault in the SQL of the program");
}

/* ---- writing out ---- */

static enum field_group
group_of(struct str table)
{
	for (int g = 0; g < G_COUNT; g++)
		if (str_eq(group_table((enum field_group)g), table))
			return (enum field_group)g;
	bug_in(table, "no such group of fields");
}

enum writing { W_COLUMNS, W_VALUES, W_SETS };

static void
write_group(struct buf *b, enum writing how, enum field_group g, int64_t from)
{
	const char *comma = "";

	for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true)) {
		buf_fmt(b, "%s", comma);
		if (how != W_VALUES)
			buf_put(b, fields[f].name);
		if (how == W_SETS)
			buf_put(b, S(" = "));
		if (how != W_COLUMNS)
			buf_fmt(b, "$%lld", (long long)from++);
		comma = ", ";
	}
}

/* What stands between braces; false when it is not ours (a brace in a JSON text). */
static bool
write_brace(struct buf *b, struct str engine, struct str in)
{
	static const struct { struct str word; enum writing how; } words[] = {
		{ STR_INIT("columns"), W_COLUMNS }, { STR_INIT("values"), W_VALUES }, { STR_INIT("sets"), W_SETS },
	};
	struct str rest = in, word = S(""), group = S("");
	int64_t from = 0;

	if (str_eq(in, S("integer"))) {
		buf_put(b, str_eq(engine, S("sqlite")) ? S("INTEGER") : S("BIGINT"));
		return true;
	}
	if (str_eq(in, S("without rowid"))) {
		if (str_eq(engine, S("sqlite")))
			buf_put(b, S("WITHOUT ROWID"));
		return true;
	}
	str_cut(&rest, ' ', &word);
	for (size_t i = 0; i < LEN(words); i++) {
		if (!str_eq(word, words[i].word))
			continue;
		bool numbered = words[i].how != W_COLUMNS;
		if (!str_cut(&rest, ' ', &group) || (numbered && (rest.p == NULL || !str_int(rest, &from) || from < 1))
		    || (!numbered && rest.p != NULL))
			bug_in(in, "what stands in braces");
		write_group(b, words[i].how, group_of(group), from);
		return true;
	}
	return false;
}

/* Does the line open (or, with "end", close) a block of one engine? */
static bool
engine_line(struct str line, struct str *engine)
{
	line = str_trim(line);
	if (!str_starts(line, S("-- @")))
		return false;
	*engine = str_sub(line, 4, line.n);
	return true;
}

struct str
sql_write_out(struct arena *mem, struct str engine, struct str sql)
{
	struct buf b = buf_new(mem);
	struct str rest = sql, line, mark;
	bool skip = false;

	while (str_cut(&rest, '\n', &line)) {
		if (engine_line(line, &mark)) {
			skip = !str_eq(mark, S("end")) && !str_eq(mark, engine);
			continue;
		}
		for (size_t at = 0; !skip && at < line.n;) {
			size_t open = str_find(line, '{', at), close = str_find(line, '}', open);
			buf_put(&b, str_sub(line, at, open - at));
			at = open;
			if (open == line.n)
				break;
			if (close < line.n && write_brace(&b, engine, str_sub(line, open + 1, close - open - 1)))
				at = close + 1;
			else
				buf_byte(&b, line.p[at++]);
		}
		if (!skip)
			buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

/* ---- blocks ---- */

struct head {
	struct str name, engine, params;
	enum query_kind kind;
};

/* -- one|many|exec NAME(…  or  NAME@engine(…; anything else is a comment. */
static bool
head_read(struct str line, struct head *out)
{
	static const struct str kinds[] = {
		[QUERY_ONE] = STR_INIT("-- one "), [QUERY_MANY] = STR_INIT("-- many "), [QUERY_EXEC] = STR_INIT("-- exec "),
	};

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (!str_starts(line, kinds[i]))
			continue;
		struct str name = str_sub(line, kinds[i].n, line.n);
		size_t n = str_find(name, '(', 0);
		if (n == 0 || n == name.n)
			return false;
		name = str_sub(name, 0, n);
		for (size_t k = 0; k < n; k++)
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_@", name.p[k]) == NULL)
				return false;
		size_t at = str_find(name, '@', 0);
		struct str params = str_sub(line, kinds[i].n + n + 1, line.n);
		params = str_sub(params, 0, str_find(params, ')', 0));
		*out = (struct head){ str_sub(name, 0, at), str_sub(name, at + 1, n), params, (enum query_kind)i };
		return true;
	}
	return false;
}

/* Without comment lines, white space and semicolon at the end. */
static struct str
body_trim(struct str s)
{
	for (;;) {
		s = str_trim(s);
		size_t from = s.n;
		while (from > 0 && s.p[from - 1] != '\n')
			from--;
		if (s.n == 0 || !str_starts(str_trim(str_sub(s, from, s.n)), S("--")))
			break;
		s.n = from;
	}
	return s.n > 0 && s.p[s.n - 1] == ';' ? str_trim(str_sub(s, 0, s.n - 1)) : s;
}

static enum query
query_place(struct arena *mem, struct queries *all, struct str name)
{
	enum query q = query_by_name(all, name);

	if (q != Q_none)
		return q;
	struct query_def *def = NEWN(mem, struct query_def, all->n + 1);
	memcpy(def, all->def, all->n * sizeof *def);
	all->def = def;
	def[all->n].name = name;
	return (enum query)all->n++;
}

/* "home int, id text, fields...": the types; what is no parameter of its own ends the list. */
static void
params_read(struct arena *mem, struct query_def *d, struct str params)
{
	static const struct { struct str word; enum query_param type; } types[] = {
		{ STR_INIT("text"), PARAM_TEXT }, { STR_INIT("int"), PARAM_INT }, { STR_INIT("blob"), PARAM_BLOB },
	};
	struct str one, name;

	d->param = NEWN(mem, enum query_param, params.n / 2 + 1);
	d->n_param = 0;
	while (str_cut(&params, ',', &one)) {
		one = str_trim(one);
		if (one.n == 0 || str_ends(one, S("...")))
			break;
		size_t i = 0;
		str_cut(&one, ' ', &name);
		while (i < LEN(types) && !(one.p != NULL && str_eq(str_trim(one), types[i].word)))
			i++;
		if (i == LEN(types))
			bug_in(d->name, "a parameter without a type");
		d->param[d->n_param++] = types[i].type;
	}
}

static void
block_take(struct arena *mem, struct str engine, struct queries *all, const struct head *h, struct str body)
{
	enum query q = query_place(mem, all, h->name);
	struct query_def *d = &all->def[q];
	if (h->engine.n > 0 && !str_eq(h->engine, engine)) {
		d->elsewhere = true;
		return;
	}
	/* A block of our own engine comes after the common one and takes its place. */
	if (d->sql.p != NULL && h->engine.n == 0)
		bug_in(h->name, "two queries of one name");
	d->kind = h->kind;
	d->quiet = str_find_str(body, S("-- quiet: ")) < body.n;
	d->lengthy = str_find_str(body, S("-- lengthy: ")) < body.n;
	params_read(mem, d, h->params);
	d->sql = sql_write_out(mem, engine, body_trim(body));
	if (d->sql.n == 0)
		bug_in(h->name, "a query without a statement");
}

static void
file_read(struct arena *mem, struct str engine, struct queries *all, const struct file *f)
{
	struct str rest = f->data, line, body = S("");
	struct head h = { 0 }, next;
	bool any = false;

	while (str_cut(&rest, '\n', &line)) {
		if (!head_read(line, &next)) {
			body.n = (size_t)(line.p + line.n - body.p);
			continue;
		}
		if (any)
			block_take(mem, engine, all, &h, body);
		h = next;
		any = true;
		body = (struct str){ line.p + line.n, 0 };
	}
	if (any)
		block_take(mem, engine, all, &h, body);
}

struct queries *
queries_read(struct arena *mem, struct str engine, const struct sources *more)
{
	struct queries *all = NEW(mem, struct queries);
	const struct file *f;
	size_t at = 0;

	all->n = Q_COUNT;
	all->def = NEWN(mem, struct query_def, all->n);
	for (size_t q = 0; q < all->n; q++)
		all->def[q].name = str_of(query_name[q]);
	while (sources_each(more, S("store/sql/"), &at, &f))
		if (!str_starts(f->name, S("store/sql/step/")))
			file_read(mem, engine, all, f);
	for (size_t q = Q_none + 1; q < all->n; q++)
		if (all->def[q].sql.p == NULL && !all->def[q].elsewhere)
			bug_in(all->def[q].name, "a query named in the enum is not embedded");
	return all;
}

enum query
query_by_name(const struct queries *all, struct str name)
{
	for (size_t q = Q_none + 1; q < all->n; q++)
		if (str_eq(all->def[q].name, name))
			return (enum query)q;
	return Q_none;
}
