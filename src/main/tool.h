/* main/tool.h: the tools of the command line that work on an open store. argv begins behind the tool's name.
 * Each returns the exit code of the program: 0 done, 1 failed, 2 misused; import: 3 when rows were refused. */
#ifndef MAIN_TOOL_H
#define MAIN_TOOL_H

#include "store/store.h"

#include <stdio.h>

int tool_import(int argc, const char **argv, struct store *st, struct arena *mem, FILE *out, FILE *err);
int tool_reference(int argc, const char **argv, struct store *st, struct arena *mem, FILE *out, FILE *err);

#endif
