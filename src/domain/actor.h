/* domain/actor.h: who asks, from which place in the tree of organisations, with which rights.
 *
 * An organisation's place is its path: "" ministry, "13/" prefecture, "13/1305/" health centre,
 * "13/1305/0042/" institution. An area is a prefix of paths. */
#ifndef DOMAIN_ACTOR_H
#define DOMAIN_ACTOR_H

#include "fmt/text.h"
#include "store/store.h"

enum role { ROLE_none, ROLE_doctor, ROLE_clerk, ROLE_centre, ROLE_prefecture, ROLE_ministry, ROLE_admin, ROLE_COUNT };
enum right {
	R_public,               /* for everybody, signed in or not */
#define RIGHT(name, roles, what) R_##name,
#include "domain/rights.def"
#undef RIGHT
	R_COUNT
};

struct actor {
	struct str account, login, name;
	struct str org, org_name;       /* path, name */
	enum role role;
	int64_t home;                   /* centre of the organisation; 0 above centres */
	enum lang lang;
	struct str session;             /* first 16 hex of the session's hash: for the audit log */
	struct str address;             /* where from */
	struct str csrf;                /* secret of the session */
};

struct str role_code(enum role r);              /* "doctor" */
enum role role_of(struct str code);             /* ROLE_none when there is none */
bool role_may(enum role r, enum right right);
struct str right_name(enum right r);
static inline bool
actor_may(const struct actor *who, enum right right)
{
	return right == R_public || (who && role_may(who->role, right));
}
/* An audit line of this actor, to be filled further. */
struct audit actor_audit(const struct actor *who, struct str action);
/* The console's own actor (tools): account "console", org "". */
struct actor actor_console(void);

/* Of the actor's organisation: 1 … 47; 0 above prefectures. */
int actor_prefecture(const struct actor *who);

#endif
