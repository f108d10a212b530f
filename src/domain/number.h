/* domain/number.h: the HER-SYS number of a case: 4 digits of the centre that first received it, 7 of a serial of that
 * centre, 1 check digit (Damm: finds every single wrong digit and every swap of neighbours). It is a name for people
 * to say and type, never a secret. Shown in groups of four: 1305-0000-0017. */
#ifndef DOMAIN_NUMBER_H
#define DOMAIN_NUMBER_H

#include "base/buf.h"

/* Twelve digits. Serial 1 to 9,999,999. */
struct str number_make(struct arena *mem, int64_t home, int64_t serial);
/* Twelve digits with a right check digit, hyphens, spaces and widths ignored; *out without them. */
bool number_read(struct arena *mem, struct str typed, struct str *out) MUST_USE;
int64_t number_home(struct str number);
/* 1305-0000-0017 */
struct str number_show(struct arena *mem, struct str number);

#endif
