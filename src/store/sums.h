/* store/sums.h: additions to counters, summed per counter. Private to the store.
 *
 * The counters are many and scattered, their additions a dozen an operation. A small group writes its sums into the counters
 * themselves. A large one writes them, in the same transaction, as one row of the journal (table sum_journal); the rows of
 * a quarter of a second are then added up and written into the counters together, each once (sums_fold). */
#ifndef STORE_SUMS_H
#define STORE_SUMS_H

#include "store/tx.h"

struct sums;
struct sums *sums_new(struct arena *life);
void sums_free(struct sums *s);
/* Forget everything. */
void sums_clear(struct sums *s);
/* Take in what an operation added. The texts of `a` must live until sums_clear. */
void sums_add(struct sums *s, const struct add *a);
/* Write each sum that is not zero, in the order in which the counters were first named. */
enum err sums_write(struct sums *s, struct tx *tx) MUST_USE;
/* How many different counters. */
size_t sums_count(const struct sums *s);
/* Write them all as one row of the journal, numbered `seq`. */
enum err sums_keep(struct sums *s, struct tx *tx, int64_t seq) MUST_USE;
/* Everything in the journal into the counters, and empty it. `s` is used for adding up. */
enum err sums_fold(struct sums *s, struct tx *tx) MUST_USE;

#endif
