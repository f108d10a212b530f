/* base/log.h: one line per event, key=value, never a person.
 *
 * To stderr (journald or a file by the shell). Values are identifiers, codes,
 * numbers and durations; a value is quoted and escaped when it holds anything
 * but [A-Za-z0-9_./:+-]; only visible ASCII gets out, a value is cut at 256 bytes.
 * The time is UTC, by clock.h. Names, addresses, birth dates, phone numbers and the
 * texts of requests are never passed here. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_kv {
	const char *key;
	struct str text;        /* used when text.p is not NULL */
	int64_t num;
};
#define KV_S(k, s) ((struct log_kv){ .key = (k), .text = (s) })
#define KV_Z(k, z) ((struct log_kv){ .key = (k), .text = str_of(z) })
#define KV_N(k, n) ((struct log_kv){ .key = (k), .num = (n) })

/* log_info("notif.submit", KV_S("id", id), KV_N("ms", 3)); with at least one value. */
#define log_debug(what, ...) log_line(LOG_DEBUG, what, (struct log_kv[]){ __VA_ARGS__, { 0 } })
#define log_info(what, ...) log_line(LOG_INFO, what, (struct log_kv[]){ __VA_ARGS__, { 0 } })
#define log_warn(what, ...) log_line(LOG_WARN, what, (struct log_kv[]){ __VA_ARGS__, { 0 } })
#define log_error(what, ...) log_line(LOG_ERROR, what, (struct log_kv[]){ __VA_ARGS__, { 0 } })
/* The list ends with a row whose key is NULL. One write(2) a line: lines of threads do not mix.
 * errno is kept; a line that cannot be written is lost. */
void log_line(enum log_level level, const char *what, const struct log_kv *kv);
/* Lines below `level` are dropped. Default LOG_INFO. */
void log_level(enum log_level level);
/* Lines go to this descriptor instead of 2 (tests). */
void log_to(int fd);

#endif
