/* domain/actor.c: see actor.h. */
#include "domain/actor.h"

/* Letters of rights.def, as bits of roles. */
enum {
	D = 1 << ROLE_doctor,
	L = 1 << ROLE_clerk,
	H = 1 << ROLE_centre,
	P = 1 << ROLE_prefecture,
	M = 1 << ROLE_ministry,
	A = 1 << ROLE_admin,
};

static const struct {
	struct str name;
	unsigned roles;
} rights[R_COUNT] = {
	[R_public] = { STR_INIT("public"), ~0u },
#define RIGHT(name, roles, what) [R_##name] = { STR_INIT(#name), roles },
#include "domain/rights.def"
#undef RIGHT
};

static const struct str role_names[ROLE_COUNT] = {
	[ROLE_none] = STR_INIT(""),
	[ROLE_doctor] = STR_INIT("doctor"),
	[ROLE_clerk] = STR_INIT("clerk"),
	[ROLE_centre] = STR_INIT("centre"),
	[ROLE_prefecture] = STR_INIT("prefecture"),
	[ROLE_ministry] = STR_INIT("ministry"),
	[ROLE_admin] = STR_INIT("admin"),
};

struct str
role_code(enum role r)
{
	return role_names[r];
}

enum role
role_of(struct str code)
{
	for (size_t i = 1; i < ROLE_COUNT; i++)
		if (str_eq(role_names[i], code))
			return (enum role)i;
	return ROLE_none;
}

bool
role_may(enum role r, enum right right)
{
	return (rights[right].roles >> r & 1) != 0 && r != ROLE_none;
}

struct str
right_name(enum right r)
{
	return rights[r].name;
}

struct audit
actor_audit(const struct actor *who, struct str action)
{
	return (struct audit){
		.user = who->account, .org = who->org, .action = action,
		.address = who->address, .session = who->session,
	};
}

struct actor
actor_console(void)
{
	return (struct actor){
		.account = S("console"), .login = S("console"), .name = S("console"), .role = ROLE_admin,
		.address = S("console"),
	};
}

int
actor_prefecture(const struct actor *who)
{
	int64_t p = 0;

	return str_int(str_sub(who->org, 0, 2), &p) ? (int)p : 0;
}
