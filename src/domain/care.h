/* domain/care.h: who is in hospital now, and what severe means (seed Q9, Q15).
 *
 * Three facts are kept of a person in hospital: needs intensive care, a ventilator, ECMO. By the national definition each of
 * them makes a case severe; a prefecture may say otherwise for its own report. The newest live entry of the tab 医療 decides,
 * or 現在のステータス where that says more or was said later:
 *
 *   an entry says   out: discharged, or its outcome ends the stay · in: a hospital, an admission or one of the facts ·
 *                   else nothing
 *   a status says   in: 入院中 · nothing: 未入力, 不明, 療養先調整中 · out: all others
 *   when both say something, the later one is right. The facts are the entry's, if it says in.
 *
 * Counters are kept by these facts in the transaction that changes them, so that any definition can be counted at once. */
#ifndef DOMAIN_CARE_H
#define DOMAIN_CARE_H

#include "domain/casefile.h"
#include "field/entry.h"

/* The facts of an entry, in the order of their list: "icu,ecmo"; "none". */
struct str care_facts(struct arena *mem, const struct record *r);
/* The national definition. */
bool care_severe(struct str facts);
/* Another one: do the facts hold one of those that count? */
bool care_severe_by(struct str facts, struct str that_count);
/* Every fact: the national definition as care_severe_by takes it. */
extern const struct str care_nation;

/* What is counted of a case now: its facts; "" when the person is not in hospital. `r` is its newest live entry (NULL: none),
 * changed at that moment. */
struct str care_now(struct arena *mem, const struct record *r, int64_t changed_at, struct str status, int64_t status_at);
/* Count a case (+1) or no longer (-1), as it stands in this transaction. Whatever changes what care_now looks at, who is in
 * charge, or whether the case counts at all, takes it away before and counts it again behind. */
void care_count(struct tx *tx, const struct casefile *c, int sign);
/* The same for a change of the status alone: was, now. */
void care_moved(struct tx *tx, const struct casefile *was, const struct casefile *now);

/* What an area ("13/…" its prefecture) calls severe in its own report; false: it uses the national definition. */
bool care_rule(struct tx *tx, struct str area, struct str *facts);
/* Facts of the list severe_fact, joined by ','; all of them is the national definition. E_INVALID when it is none of it. */
enum err care_rule_set(struct store *st, const struct actor *who, struct arena *mem, struct str facts) MUST_USE;

#endif
