/* test/unit/remote.c: see remote.h. */
#include "remote.h"

#include <libpq-fe.h>
#include <unistd.h>

static const char *
base(void)
{
	const char *at = getenv("HERSYS_TEST_DATABASE");

	return at != NULL ? at : "";
}

bool
remote(void)
{
	return base()[0] != '\0';
}

struct remote_look {
	PGconn *pg;
};

struct remote_look *
remote_look(struct arena *mem, struct str address)
{
	struct remote_look *l = NEW(mem, struct remote_look);

	l->pg = PQconnectdb(str_z(mem, address));
	if (PQstatus(l->pg) != CONNECTION_OK) {
		printf("%s\n", PQerrorMessage(l->pg));
		BUG("no PostgreSQL to test on");
	}
	PQclear(PQexec(l->pg, "SET client_min_messages = warning"));
	return l;
}

bool
remote_ask(struct remote_look *l, struct arena *mem, const char *sql, struct str *cell)
{
	PGresult *r = PQexec(l->pg, sql);
	ExecStatusType t = PQresultStatus(r);
	bool good = t == PGRES_TUPLES_OK || t == PGRES_COMMAND_OK;

	if (!good)
		printf("%s: %s\n", sql, PQerrorMessage(l->pg));
	*cell = S("(none)");
	if (t == PGRES_TUPLES_OK && PQntuples(r) > 0)
		*cell = str_dup(mem, str_of(PQgetvalue(r, 0, 0)));
	PQclear(r);
	return good;
}

void
remote_done(struct remote_look *l)
{
	if (l != NULL)
		PQfinish(l->pg);
}

bool
remote_run(struct arena *mem, struct str address, const char *sql, struct str *cell)
{
	struct remote_look *l = remote_look(mem, address);
	bool good = remote_ask(l, mem, sql, cell);

	remote_done(l);
	return good;
}

static const char *
name_new(struct arena *mem)
{
	static int n;

	return str_fmt(mem, "t%d_%d", (int)getpid(), ++n).p;
}

struct str
remote_schema(struct arena *mem)
{
	const char *name = name_new(mem);
	struct str unused;

	if (!remote_run(mem, str_of(base()), str_fmt(mem, "CREATE SCHEMA %s; CREATE FUNCTION %s.zeroblob(n int)"
	    " RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT decode(repeat('00', n), 'hex') $$", name, name).p, &unused))
		BUG("no schema to test in");
	return str_fmt(mem, "%s%coptions=-csearch_path%%3D%s", base(), strchr(base(), '?') != NULL ? '&' : '?', name);
}

/* postgresql://postgres@/NAME?…: the part between the last slash of the address itself and its parameters. */
static struct str
with_name(struct arena *mem, const char *name)
{
	struct str all = str_of(base()), head = str_sub(all, 0, str_find(all, '?', 0));
	size_t at = head.n;

	while (at > 0 && head.p[at - 1] != '/')
		at--;
	return str_fmt(mem, "%.*s%s%.*s", (int)at, head.p, name, STR_ARG(str_sub(all, head.n, all.n)));
}

static struct str
name_in(struct str address)
{
	struct str head = str_sub(address, 0, str_find(address, '?', 0));
	size_t at = head.n;

	while (at > 0 && head.p[at - 1] != '/')
		at--;
	return str_sub(head, at, head.n);
}

struct str
remote_database(struct arena *mem, struct str from)
{
	const char *name = name_new(mem);
	struct str unused, was = from.n > 0 ? name_in(from) : S("template0");

	if (!remote_run(mem, str_of(base()), str_fmt(mem, "CREATE DATABASE %s TEMPLATE %.*s", name, STR_ARG(was)).p, &unused))
		BUG("no database to test in");
	struct str made = with_name(mem, name);
	/* What the tests' own questions use of SQLite. */
	if (from.n == 0 && !remote_run(mem, made, "CREATE AGGREGATE group_concat(text, text) (SFUNC = string_agg_transfn, "
	    "STYPE = internal, FINALFUNC = string_agg_finalfn)", &unused))
		BUG("no function to test with");
	return made;
}

void
remote_drop(struct arena *mem, struct str address)
{
	struct str unused;

	remote_run(mem, str_of(base()), str_fmt(mem, "DROP DATABASE %.*s WITH (FORCE)", STR_ARG(name_in(address))).p, &unused);
}

/* `what` is done with %1$s, each table. */
static void
each_table(struct arena *mem, struct str address, const char *before, const char *what)
{
	struct str unused;

	if (!remote_run(mem, address, str_fmt(mem, "%s; DO $$ DECLARE t text; BEGIN SET LOCAL session_replication_role = replica; "
	    "FOR t IN SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'postal' "
	    "LOOP EXECUTE format('%s', t); END LOOP; END $$", before, what).p, &unused))
		BUG("the database of the tests cannot be put back");
}

void
remote_keep(struct arena *mem, struct str address)
{
	each_table(mem, address, "CREATE SCHEMA kept", "CREATE TABLE kept.%1$I AS SELECT * FROM public.%1$I");
}

void
remote_restore(struct arena *mem, struct str address)
{
	each_table(mem, address, "SELECT 1",
	    "DELETE FROM public.%1$I; INSERT INTO public.%1$I SELECT * FROM kept.%1$I");
}
