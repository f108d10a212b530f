/* domain/chain.h: chains of infection: from a case up to where it may come from, and down to its contacts and the cases that they
 * became. What is of another area is a node without anything of a person, and the chain ends there. */
#ifndef DOMAIN_CHAIN_H
#define DOMAIN_CHAIN_H

#include "domain/contact.h"

#define CHAIN_NODES 200         /* at most; and so many generations to each side */
#define CHAIN_DEEP 10

struct chain_node {
	enum { CHAIN_CASE, CHAIN_CONTACT, CHAIN_ELSEWHERE } kind;
	int64_t home;
	struct str id;          /* of the case, or of the contact */
	struct str number, name, onset, diagnosis, status, state, relation;     /* those of its kind; may be "" */
	bool withdrawn;         /* a case none of whose notifications counts */
	bool household;         /* lives with the one it was found from */
	int generation;         /* 0: the case asked for; its sources -1, its contacts 1 */
	size_t from;            /* the node it was found from; of the first: itself */
};
struct chain_edge {
	size_t from, to;        /* who met whom: `from` was ill first, as far as is known */
};
struct chain {
	struct chain_node *node;        /* the case asked for is the first; households stand before others of the same case */
	size_t n;
	struct chain_edge *edge;
	size_t n_edge;
	bool cut;               /* there is more than is here */
};
/* After case_get of the same case. */
enum err chain_read(struct tx *tx, int64_t home, struct str case_id, struct chain *out) MUST_USE;

#endif
