/* domain/account.c: see account.h. */
#include "domain/account.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/utf8.h"
#include "domain/org.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CODE_STAGE_MS (5 * 60 * 1000)   /* from the password to the code */
#define CODE_TRIES 5
#define SEEN_EVERY_MS 60000

/* ---- the key ring ---- */

static enum err
key_make(const char *path)
{
	unsigned char key[32];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return E_IO;
	crypt_random(key, sizeof key);
	bool good = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
	explicit_bzero(key, sizeof key);
	return close(fd) == 0 && good ? OK : E_IO;
}

enum err
keyring_open(struct arena *mem, struct str dir, bool make, struct keyring *out, struct str *why)
{
	char *folder = str_z(mem, str_fmt(mem, "%.*s/keys", STR_ARG(dir)));
	char *path = str_z(mem, str_fmt(mem, "%.*s/keys/seal.key", STR_ARG(dir)));
	char *key = arena_alloc(mem, 33);

	if (make && access(path, F_OK) != 0) {
		if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
			*why = str_fmt(mem, "cannot make the folder %s: %s", folder, strerror(errno));
			return E_IO;
		}
		if (key_make(path) != OK) {
			*why = str_fmt(mem, "cannot write the key %s: %s", path, strerror(errno));
			return E_IO;
		}
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, key, 33);
	if (fd >= 0)
		close(fd);
	if (n != 32) {
		*why = str_fmt(mem, "cannot read the key %s: it must be 32 bytes", path);
		return E_IO;
	}
	out->seal = (struct str){ key, 32 };
	return OK;
}

/* The one-time-code secret is bound to its account: moved to another row it does not open. */
static struct str
totp_context(struct arena *mem, struct str account)
{
	return str_fmt(mem, "account.totp.%.*s", STR_ARG(account));
}

/* ---- accounts ---- */

/* Words that lists of breached passwords lead with, and our own. A password that, without digits and
 * punctuation, is nothing but one of them is refused. */
static const struct str common[] = {
	STR_INIT("password"), STR_INIT("qwerty"), STR_INIT("qwertyuiop"), STR_INIT("letmein"), STR_INIT("welcome"),
	STR_INIT("iloveyou"), STR_INIT("admin"), STR_INIT("administrator"), STR_INIT("hersys"), STR_INIT("hersysadmin"),
	STR_INIT("abcdefghijklm"), STR_INIT("asdfghjkl"), STR_INIT("sakura"), STR_INIT("covid"), STR_INIT("corona"),
	STR_INIT("hospital"), STR_INIT("clinic"), STR_INIT("hokenjo"), STR_INIT("passwordpassword"), STR_INIT(""),
};

static bool
too_common(struct arena *mem, struct str password, struct str login)
{
	struct buf letters = buf_new(mem);

	for (size_t i = 0; i < password.n; i++) {
		char c = password.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c & 0x80))
			buf_byte(&letters, c);
	}
	struct str s = buf_str(&letters);
	for (size_t i = 0; i < LEN(common); i++)
		if (str_eq(s, common[i]))
			return true;
	/* One character, or the login, over and over. */
	size_t same = 1;
	while (same < password.n && password.p[same] == password.p[0])
		same++;
	return same == password.n || str_eq_case(s, login);
}

static bool
role_fits(enum role r, enum org_kind k)
{
	switch (r) {
	case ROLE_doctor: case ROLE_clerk: return k == ORG_INSTITUTION;
	case ROLE_centre: return k == ORG_CENTRE;
	case ROLE_prefecture: return k == ORG_PREFECTURE;
	case ROLE_ministry: case ROLE_admin: return k == ORG_MINISTRY;
	default: return false;
	}
}

struct create {
	const struct actor *who;
	const struct account_new *in;
	struct str id, hash, sealed;
	enum text_id bad;
};

static enum err
create_write(struct tx *tx, void *arg)
{
	struct create *c = arg;
	struct rows r;
	struct org org;

	if (org_get(tx, c->in->org, &org) != OK) {
		c->bad = T_account_no_org;
		return E_INVALID;
	}
	if (!role_fits(c->in->role, org.kind)) {
		c->bad = T_account_role_misfit;
		return E_INVALID;
	}
	if (tx_one(tx, &r, Q_account_by_login, DBS(DT(c->in->login)))) {
		rows_close(&r);
		c->bad = T_account_login_taken;
		return E_INVALID;
	}
	tx_exec(tx, Q_account_insert, DBS(DT(c->id), DT(c->in->login), DT(c->in->org), DT(role_code(c->in->role)),
	    DT(c->in->name), DT(c->hash), DB(c->sealed), DT(S("")), DI(clock_now())));
	struct audit a = actor_audit(c->who, S("account.create"));
	a.object = c->id;
	a.detail = role_code(c->in->role);
	tx_audit(tx, &a);
	return tx_err(tx);
}

static bool
login_ok(struct str s)
{
	if (s.n < 2 || s.n > 60)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '@'))
			return false;
	}
	return true;
}

enum err
account_create(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem,
    const struct account_new *in, struct str *secret, enum text_id *bad)
{
	struct create c = { .who = who, .in = in, .id = id_new(mem) };
	struct str raw = in->totp;

	if (!login_ok(in->login)) {
		*bad = T_account_login_form;
		return E_INVALID;
	}
	if (str_trim(in->name).n == 0 || utf8_len(in->name) > 100) {
		*bad = T_account_name_missing;
		return E_INVALID;
	}
	if (utf8_len(in->password) < PASSWORD_MIN || in->password.n > PASSWORD_MAX) {
		*bad = T_account_password_short;
		return E_INVALID;
	}
	if (too_common(mem, in->password, in->login)) {
		*bad = T_account_password_common;
		return E_INVALID;
	}
	if (raw.n == 0) {
		char *p = arena_alloc(mem, 20);
		crypt_random(p, 20);
		raw = (struct str){ p, 20 };
	}
	enum err e = crypt_password(mem, in->password, in->cheap_hash, &c.hash);
	if (e != OK)
		return e;
	c.sealed = crypt_seal(mem, keys->seal, totp_context(mem, c.id), raw);
	e = store_write(st, mem, S(""), create_write, &c);
	*bad = c.bad;
	if (e == OK)
		*secret = crypt_base32(mem, raw);
	return e;
}

struct set_state {
	const struct actor *who;
	struct str id, state;
};

static enum err
set_state_write(struct tx *tx, void *arg)
{
	struct set_state *s = arg;
	struct rows r;

	if (!tx_one(tx, &r, Q_account_by_id, DBS(DT(s->id))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	rows_close(&r);
	tx_exec(tx, Q_account_state, DBS(DT(s->id), DT(s->state)));
	if (!str_eq(s->state, S("active")))
		tx_exec(tx, Q_session_delete_account, DBS(DT(s->id)));
	struct audit a = actor_audit(s->who, S("account.state"));
	a.object = s->id;
	a.detail = s->state;
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
account_set_state(struct store *st, const struct actor *who, struct arena *mem, struct str id, struct str state)
{
	struct set_state s = { who, id, state };

	if (!str_eq(state, S("active")) && !str_eq(state, S("disabled")))
		return E_INVALID;
	/* Nobody locks himself out. */
	if (str_eq(id, who->account) && !str_eq(state, S("active")))
		return E_INVALID;
	return store_write(st, mem, S(""), set_state_write, &s);
}

struct reset {
	const struct actor *who;
	struct str id, hash, sealed;
};

static enum err
reset_write(struct tx *tx, void *arg)
{
	struct reset *s = arg;

	if (tx_exec_n(tx, Q_account_keys, DBS(DT(s->id), DT(s->hash), DB(s->sealed))) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	tx_exec(tx, Q_session_delete_account, DBS(DT(s->id)));
	struct audit a = actor_audit(s->who, S("account.reset"));
	a.object = s->id;
	tx_audit(tx, &a);
	return tx_err(tx);
}

struct str
account_password(struct arena *mem)
{
	/* Without those that are mistaken for each other. */
	static const char set[] = "abcdefghjkmnpqrstuvwxyz23456789";
	struct buf b = buf_new(mem);

	for (int i = 0; i < 16; i++) {
		if (i > 0 && i % 4 == 0)
			buf_byte(&b, '-');
		buf_byte(&b, set[crypt_random_below(sizeof set - 1)]);
	}
	return buf_str(&b);
}

enum err
account_reset(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem,
    struct str id, struct str *password, struct str *secret)
{
	struct reset s = { .who = who, .id = id };
	char *raw = arena_alloc(mem, 20);
	struct str word = account_password(mem);

	crypt_random(raw, 20);
	enum err e = crypt_password(mem, word, false, &s.hash);
	if (e != OK)
		return e;
	s.sealed = crypt_seal(mem, keys->seal, totp_context(mem, id), (struct str){ raw, 20 });
	e = store_write(st, mem, S(""), reset_write, &s);
	if (e == OK) {
		*password = word;
		*secret = crypt_base32(mem, (struct str){ raw, 20 });
	}
	return e;
}

struct set_language {
	const struct actor *who;
	enum lang lang;
};

static enum err
set_language_write(struct tx *tx, void *arg)
{
	struct set_language *s = arg;

	tx_exec(tx, Q_account_language, DBS(DT(s->who->account), DT(lang_code(s->lang))));
	struct audit a = actor_audit(s->who, S("account.language"));
	a.object = s->who->account;
	a.detail = lang_code(s->lang);
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
account_set_language(struct store *st, const struct actor *who, struct arena *mem, enum lang lang)
{
	struct set_language s = { who, lang };

	return store_write(st, mem, S(""), set_language_write, &s);
}

struct account *
account_list(struct tx *tx, size_t *n)
{
	struct account *list = NULL;
	size_t cap = 0;
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_account_all, NULL, 0); rows_next(&r);) {
		if (*n == cap) {
			struct account *more = NEWN(tx_mem(tx), struct account, cap ? cap * 2 : 64);
			if (cap > 0)
				memcpy(more, list, cap * sizeof *list);
			list = more;
			cap = cap ? cap * 2 : 64;
		}
		list[(*n)++] = (struct account){
			.id = row_text(&r, "id"), .login = row_text(&r, "login"), .org = row_text(&r, "org"),
			.name = row_text(&r, "name"), .language = row_text(&r, "language"),
			.state = row_text(&r, "state"), .role = role_of(row_text(&r, "role")),
		};
	}
	return list;
}

enum err
account_secret(struct tx *tx, const struct keyring *keys, struct str login, struct str *raw)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_account_by_login, DBS(DT(login))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	struct str id = row_text(&r, "id"), sealed = row_text(&r, "totp");
	rows_close(&r);
	return crypt_open(tx_mem(tx), keys->seal, totp_context(tx_mem(tx), id), sealed, raw) ? OK : E_FORMAT;
}

/* ---- throttling: per account and address together, per address, per account ---- */

/* Names and addresses are kept as hashes: the table tells nobody who tried. */
static struct str
throttle_key(struct arena *mem, const char *kind, struct str a, struct str b)
{
	struct sha256 h = crypt_sha256(str_fmt(mem, "%s\n%.*s\n%.*s", kind, STR_ARG(a), STR_ARG(b)));

	return crypt_hex(mem, (struct str){ (const char *)h.b, 16 });
}

struct throttle {
	struct str key[3];
};

static struct throttle
throttle_keys(struct arena *mem, struct str login, struct str address)
{
	return (struct throttle){ {
		throttle_key(mem, "both", login, address),
		throttle_key(mem, "address", address, S("")),
		throttle_key(mem, "account", login, S("")),
	} };
}

/* Free failures, then waits that double up to a bound. An enemy at another address makes an account's owner wait at
 * most a few seconds: the account's own row begins late and stays short. */
static const struct {
	int64_t free, most_s;
} throttle_rule[3] = { { 5, 300 }, { 60, 120 }, { 100, 10 } };

static int
throttle_wait(struct tx *tx, const struct throttle *t, int64_t now)
{
	int64_t longest = 0;

	for (size_t i = 0; i < 3; i++) {
		struct rows r;
		if (!tx_one(tx, &r, Q_throttle_get, DBS(DT(t->key[i]))))
			continue;
		int64_t over = row_int(&r, "failures") - throttle_rule[i].free;
		int64_t last = row_int(&r, "last_at");
		rows_close(&r);
		if (over < 0)
			continue;
		int64_t s = over > 8 ? throttle_rule[i].most_s : (int64_t)1 << (over + 1);
		if (s > throttle_rule[i].most_s)
			s = throttle_rule[i].most_s;
		int64_t left = last + s * 1000 - now;
		if (left > longest)
			longest = left;
	}
	return (int)((longest + 999) / 1000);
}

struct failed {
	const struct throttle *t;
	struct str session;     /* "" in the first step */
	struct str address;
};

static enum err
failed_write(struct tx *tx, void *arg)
{
	struct failed *f = arg;

	for (size_t i = 0; i < 3; i++)
		tx_exec(tx, Q_throttle_add, DBS(DT(f->t->key[i]), DI(clock_steady())));
	if (f->session.n > 0)
		tx_exec(tx, Q_session_try, DBS(DT(f->session)));
	tx_audit(tx, &(struct audit){ .action = S("session.refused"), .address = f->address,
	    .detail = f->session.n ? S("code") : S("password") });
	return tx_err(tx);
}

/* ---- sessions ---- */

/* Sessions and waits go by the steady clock. Only a restart takes over what the machine's clock says: what then began in
 * the future is over, or a clock that was set back would make it last. A little is for clocks that were put right. */
#define AHEAD_MS 5000

static bool
younger(int64_t now, int64_t began, int64_t than)
{
	return now - began < than && now - began >= -AHEAD_MS;
}

static struct str
token_hash(struct arena *mem, struct str token)
{
	struct sha256 h = crypt_sha256(token);

	return crypt_hex(mem, (struct str){ (const char *)h.b, sizeof h.b });
}

static struct str
token_new(struct arena *mem)
{
	char raw[32];

	crypt_random(raw, sizeof raw);
	return crypt_base64url(mem, (struct str){ raw, sizeof raw });
}

struct begin {
	struct str old_hash, hash, account, org, stage, address, csrf;
	int64_t step;
	const struct throttle *clear;
};

static enum err
begin_write(struct tx *tx, void *arg)
{
	struct begin *b = arg;

	if (b->old_hash.n > 0) {
		/* The code of one step is good once, also for two requests at the same moment. */
		if (tx_exec_n(tx, Q_account_step, DBS(DT(b->account), DI(b->step))) == 0)
			return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
		tx_exec(tx, Q_session_delete, DBS(DT(b->old_hash)));
		for (size_t i = 0; i < 3; i++)
			tx_exec(tx, Q_throttle_clear, DBS(DT(b->clear->key[i])));
	}
	tx_exec(tx, Q_session_insert, DBS(DT(b->hash), DT(b->account), DT(b->stage), DI(clock_steady()), DT(b->address),
	    DT(b->csrf)));
	tx_audit(tx, &(struct audit){ .user = b->account, .org = b->org,
	    .action = b->old_hash.n ? S("session.begin") : S("session.password"),
	    .address = b->address, .session = str_sub(b->hash, 0, 16) });
	return tx_err(tx);
}

/* The same work for an unknown login as for a known one: a hash of nobody's password. */
static struct str
nobody_hash(void)
{
	return S("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
	    "8l8yW1pQ0mJ6cQ0y2kM2l3Q0b0J6V3l1Z0xkY2h5cGs");
}

enum sign_in
sign_in_password(struct store *st, struct reader *rd, struct arena *mem, struct str login,
    struct str password, struct str address, struct str *token, int *wait_s)
{
	struct throttle t = throttle_keys(mem, login, address);
	struct str hash = nobody_hash(), account = S(""), org = S("");
	bool known = false, right = false;
	struct rows r;

	struct tx *tx = read_begin(rd, mem, S(""));
	*wait_s = throttle_wait(tx, &t, clock_steady());
	if (tx_one(tx, &r, Q_account_by_login, DBS(DT(login)))) {
		known = str_eq(row_text(&r, "state"), S("active"));
		hash = row_text(&r, "password");
		account = row_text(&r, "id");
		org = row_text(&r, "org");
		rows_close(&r);
	}
	if (read_end(tx) != OK)
		return SIGN_IN_BUSY;
	if (*wait_s > 0)
		return SIGN_IN_WAIT;
	if (password.n > PASSWORD_MAX)
		password.n = 0;
	enum err e = crypt_password_ok(hash, password, &right);
	if (e == E_BUSY)
		return SIGN_IN_BUSY;
	if (e != OK || !known || !right) {
		struct failed f = { .t = &t, .address = address };
		return store_write(st, mem, S(""), failed_write, &f) == OK ? SIGN_IN_WRONG : SIGN_IN_BUSY;
	}
	*token = token_new(mem);
	struct begin b = { .hash = token_hash(mem, *token), .account = account, .org = org, .stage = S("code"),
		.address = address, .csrf = token_new(mem) };
	return store_write(st, mem, S(""), begin_write, &b) == OK ? SIGN_IN_OK : SIGN_IN_BUSY;
}

enum sign_in
sign_in_code(struct store *st, struct reader *rd, const struct keyring *keys, struct arena *mem,
    struct str token, struct str code, struct str address, struct str *new_token)
{
	struct str hash = token_hash(mem, token), sealed, raw, login;
	struct begin b = { .old_hash = hash, .stage = S("full"), .address = address };
	int64_t now = clock_steady();
	struct rows r;

	struct tx *tx = read_begin(rd, mem, S(""));
	bool there = tx_one(tx, &r, Q_session_get, DBS(DT(hash)));
	if (there) {
		there = str_eq(row_text(&r, "stage"), S("code")) && str_eq(row_text(&r, "state"), S("active"))
		    && younger(now, row_int(&r, "began_at"), CODE_STAGE_MS) && row_int(&r, "tries") < CODE_TRIES;
		b.account = row_text(&r, "id");
		b.org = row_text(&r, "org");
		login = row_text(&r, "login");
		sealed = row_text(&r, "totp");
		rows_close(&r);
	}
	if (read_end(tx) != OK)
		return SIGN_IN_BUSY;
	if (!there || !crypt_open(mem, keys->seal, totp_context(mem, b.account), sealed, &raw))
		return SIGN_IN_OVER;
	struct throttle t = throttle_keys(mem, login, address);
	b.clear = &t;
	bool good = crypt_totp_ok(raw, code, clock_now(), &b.step);
	if (good) {
		*new_token = token_new(mem);
		b.hash = token_hash(mem, *new_token);
		b.csrf = token_new(mem);
		enum err e = store_write(st, mem, S(""), begin_write, &b);
		if (e == OK)
			return SIGN_IN_OK;
		if (e != E_CONFLICT)
			return SIGN_IN_BUSY;
	}
	struct failed f = { .t = &t, .session = hash, .address = address };
	return store_write(st, mem, S(""), failed_write, &f) == OK ? SIGN_IN_WRONG : SIGN_IN_BUSY;
}

struct seen {
	struct str hash;
};

static enum err
seen_write(struct tx *tx, void *arg)
{
	struct seen *s = arg;

	tx_exec(tx, Q_session_seen, DBS(DT(s->hash), DI(clock_steady())));
	/* A use is no change worth a line of its own: what was done or seen has one. */
	tx_audit(tx, &(struct audit){ .action = S("session.use"), .session = str_sub(s->hash, 0, 16) });
	return tx_err(tx);
}

enum err
session_actor(struct store *st, struct reader *rd, const struct keyring *keys, struct arena *mem,
    struct str token, struct str address, struct actor *out)
{
	int64_t now = clock_steady(), seen = 0;
	bool good = false;
	struct rows r;

	if (token.n == 0 || token.n > 100)
		return E_NOTFOUND;
	struct str hash = token_hash(mem, token);
	struct tx *tx = read_begin(rd, mem, S(""));
	if (tx_one(tx, &r, Q_session_get, DBS(DT(hash)))) {
		seen = row_int(&r, "seen_at");
		good = str_eq(row_text(&r, "stage"), S("full")) && str_eq(row_text(&r, "state"), S("active"))
		    && younger(now, seen, keys->idle_ms) && younger(now, row_int(&r, "began_at"), keys->life_ms);
		struct str lang = row_text(&r, "language");
		*out = (struct actor){
			.account = row_text(&r, "id"), .login = row_text(&r, "login"), .name = row_text(&r, "name"),
			.org = row_text(&r, "org"), .org_name = row_text(&r, "org_name"),
			.role = role_of(row_text(&r, "role")), .home = row_int(&r, "home"),
			.lang = lang.n ? lang_of(lang) : LANG_COUNT, .session = str_sub(hash, 0, 16),
			.address = address, .csrf = row_text(&r, "csrf"),
		};
		rows_close(&r);
	}
	if (read_end(tx) != OK)
		return E_STORE;
	if (!good)
		return E_NOTFOUND;
	if (now - seen > SEEN_EVERY_MS) {
		struct seen s = { hash };
		if (store_write(st, mem, S(""), seen_write, &s) != OK)
			return OK;      /* still good; its use is noted next time */
	}
	return OK;
}

struct end {
	const struct actor *who;
	struct str hash;
};

static enum err
end_write(struct tx *tx, void *arg)
{
	struct end *s = arg;

	tx_exec(tx, Q_session_delete, DBS(DT(s->hash)));
	struct audit a = actor_audit(s->who, S("session.end"));
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
session_end(struct store *st, const struct actor *who, struct arena *mem, struct str token)
{
	struct end s = { who, token_hash(mem, token) };

	return store_write(st, mem, S(""), end_write, &s);
}

static enum err
sweep_write(struct tx *tx, void *arg)
{
	const struct keyring *keys = arg;
	int64_t now = clock_steady();

	tx_exec(tx, Q_session_delete_old, DBS(DI(now - keys->idle_ms), DI(now - keys->life_ms)));
	tx_exec(tx, Q_throttle_sweep, DBS(DI(now - 24 * 3600 * 1000LL)));
	tx_audit(tx, &(struct audit){ .action = S("session.sweep") });
	return tx_err(tx);
}

enum err
session_sweep(struct store *st, const struct keyring *keys, struct arena *mem)
{
	return store_write(st, mem, S(""), sweep_write, (void *)(uintptr_t)keys);
}
