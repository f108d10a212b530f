/* domain/open_header.h: the columns of a file of published 陽性患者属性, by its first row, and who published it. */
#ifndef DOMAIN_OPEN_HEADER_H
#define DOMAIN_OPEN_HEADER_H

#include "base/date.h"
#include "domain/org.h"
#include "domain/place.h"
#include "fmt/csv.h"

enum open_col {
	COL_other,              /* kept as written */
	COL_number, COL_code, COL_pref, COL_city, COL_published, COL_year, COL_month, COL_day, COL_onset, COL_residence,
	COL_residence2, COL_age, COL_sex, COL_occupation, COL_condition, COL_symptoms, COL_travelled, COL_discharged,
	COL_remarks, COL_ignored, COL_reason, COL_COUNT
};

/* What rows are read against, the same for all of them. */
struct open_about {
	struct places *all;
	const struct org *centre;       /* all of them, for 長岡保健所管内 */
	size_t n_centre;
	struct date today;
};

#define NOWHERE SIZE_MAX
struct open_header {
	const struct str *cell;         /* as written, without the reason's */
	enum open_col *col;
	size_t n;
	size_t reason;                  /* where refused_because stands in a row; NOWHERE */
	size_t at[COL_COUNT];           /* place in `cell`; n when there is none */
	struct str publisher;           /* of the file; "" when every row says it */
	const struct open_about *about;
	struct date earliest;           /* no case was published before */
};

/* Who published a file, by its name (150002_niigata…): "15", or the five digits of a city; "" when it does not say. */
struct str open_publisher_of(const struct open_about *about, struct str file);
/* `file` is its name: 130001_tokyo… is published by Tokyo. E_FORMAT with *why when this is no such list. Everything
 * lives in mem. */
enum err open_header_read(struct arena *mem, const struct csv_row *first, struct str file, const struct open_about *about,
    struct open_header **out, struct str *why) MUST_USE;
/* The cells of a row without that of refused_because, and without the shield against spreadsheets (csv.h) that a file of
 * refused rows has. */
struct str *open_header_strip(struct arena *mem, const struct open_header *h, const struct csv_row *row, size_t *n);

#define REFUSED_BECAUSE S("refused_because")

#endif
