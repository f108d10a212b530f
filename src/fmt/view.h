/* fmt/view.h: what views and values are made of. Between view.c, which reads views, val.c,
 * which holds values, and html.c, which shows them; no other file includes it.
 *
 * A view is an array of nodes in the order of the file. A block is its own node, then its
 * body, and knows where the body ends: a condition that does not hold is a jump, and a list
 * runs the same range once per row. Parts are pointers, names are steps with their hash,
 * sentences are escaped, all at load: showing a view searches no text and allocates nothing
 * but the output.
 *
 * A map has a few short chains of members, so that setting a name costs the same for any
 * number of names and looking one up touches an eighth of them. */
#ifndef FMT_VIEW_H
#define FMT_VIEW_H

#include "fmt/html.h"

/* ---- values ---- */

#define VAL_CHAINS 8    /* of a map */

enum val_kind { VAL_TEXT, VAL_BOOL, VAL_LIST, VAL_MAP };

struct member {
	struct member *next;
	struct str name;
	uint32_t hash;
	const struct val *val;
};

struct val {
	enum val_kind kind;
	bool truth;
	struct arena *mem;              /* of lists and maps */
	union {
		struct str text;
		struct {
			struct val *first, *last;
		} rows;
		struct member **chain;
	} u;
	struct val *next;               /* of a row: the one after it */
};

/* Of a name, for val_find. */
uint32_t val_hash(struct str name);
/* As val_get, with the hash of the name. */
const struct val *val_find(const struct val *map, struct str name, uint32_t hash);

/* ---- views ---- */

enum node_kind { N_BYTES, N_VALUE, N_SENTENCE, N_EACH, N_IF, N_UNLESS, N_PART, N_TAG };

struct step {
	struct str name;
	uint32_t hash;
};

/* A name as written, row.name, and its steps. */
struct path {
	struct str whole;
	const struct step *step;
	size_t n;
};

struct node {
	enum node_kind kind;
	uint32_t line;
	uint32_t to;                    /* blocks: the node behind the body */
	uint32_t n;                     /* how many paths or args */
	union {
		struct str bytes;
		const struct path *path;
		const struct str *arg;
		const struct view *part;
	} u;
	union {
		enum text_id sentence;
		html_tag_fn *tag;
	} v;
};

struct view {
	struct str name, file;
	struct node *node;
	size_t n;
	uint8_t deep;                   /* view.c: levels of parts below */
};

struct views {
	struct view *view;
	size_t n;
	struct str *sentence[LANG_COUNT];       /* by text_id, escaped; those that views name */
};

/* NULL when there is none. */
struct view *view_find(const struct views *v, struct str name);

#endif
