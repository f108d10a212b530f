/* main/tools.h: the commands that have a file of their own (see main.h for what they return). */
#ifndef MAIN_TOOLS_H
#define MAIN_TOOLS_H

#include "main/main.h"

/* hersys check --acks FILE: is every acknowledged press there exactly once? */
int tool_acks(struct tool *t, const char *file);
int tool_bench(struct arena *mem, int argc, const char **argv, FILE *out, FILE *err);

#endif
