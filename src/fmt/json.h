/* fmt/json.h: JSON, read over cJSON (no other file includes it), written directly.
 *
 * Input is checked to be UTF-8 without NUL, at most 64 deep, without doubled names, and to the letter of
 * RFC 8259; a byte order mark in front is passed over. Numbers keep their double value, their spelling (for
 * decimals of which every digit counts) and, when whole, an exact int64. */
#ifndef FMT_JSON_H
#define FMT_JSON_H

#include "base/buf.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP };
struct json {
	enum json_kind kind;
	struct str name;                /* of a member in its map */
	struct str text;                /* of a text; of a number, as it was spelled; else "" */
	double number;
	bool is_int;                    /* a whole number that fits */
	int64_t integer;
	const struct json *child;       /* first of a list or map */
	const struct json *next;
};

/* Everything lives in mem. E_FORMAT when it is not one JSON value. */
enum err json_read(struct arena *mem, struct str s, const struct json **out) MUST_USE;
/* A member of a map; NULL when absent or j is no map (j may be NULL). */
const struct json *json_get(const struct json *j, struct str name);
/* The text of a member; "" when absent or no text (a number is none). */
struct str json_text(const struct json *j, struct str name);

/* Writer: commas are put by itself. json_map_begin(&w); json_put_text(&w, S("name"), v); json_map_end(&w).
 * In lists the name is S(""). A number that is none (0/0) is written as null. */
struct json_out {
	struct buf b;
	bool comma;
};
struct json_out json_out_new(struct arena *mem);
void json_map_begin(struct json_out *w, struct str name);
void json_map_end(struct json_out *w);
void json_list_begin(struct json_out *w, struct str name);
void json_list_end(struct json_out *w);
void json_put_text(struct json_out *w, struct str name, struct str value);
void json_put_int(struct json_out *w, struct str name, int64_t value);
void json_put_real(struct json_out *w, struct str name, double value, int decimals);
void json_put_bool(struct json_out *w, struct str name, bool value);
void json_put_null(struct json_out *w, struct str name);
struct str json_out_str(struct json_out *w);
/* s as a JSON string with quotes; also safe inside HTML (< > & U+2028 U+2029 escaped). */
void json_quote(struct buf *b, struct str s);

#endif
