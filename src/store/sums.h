/* store/sums.h: additions to counters, summed per counter, written once per group. Private to the store. */
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

#endif
