/* main/tool_demo.h: `hersys demo`. */
#ifndef MAIN_TOOL_DEMO_H
#define MAIN_TOOL_DEMO_H

#include "domain/account.h"
#include "domain/sheetset.h"

/* Options --cases N --seed S --until DATE --days N --series FILE, in argv without the command's name. Tells its
 * progress on stderr; on stdout, and in DATA/demo-logins (0600), a line for each login:
 *     login<TAB>password<TAB>secret<TAB>role<TAB>name
 * Returns what the process ends with. */
int tool_demo(struct store *st, const struct keyring *keys, struct sheetset *sheets, struct arena *mem, const char **argv,
    size_t argc, struct str data_dir);

#endif
