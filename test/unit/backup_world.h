/* test/unit/backup_world.h: folders and keys for tests of the backup. */
#ifndef TEST_BACKUP_WORLD_H
#define TEST_BACKUP_WORLD_H

#include "t.h"

/* A pair of keys made for these tests, and a second public one. */
#define TEST_RECIPIENT "age1ujtxn6hwg8d3eek74ff9mfwtsu3eu046newazn8fu7lmp0tjrfpqkflsvt"
#define TEST_IDENTITY "AGE-SECRET-KEY-""17EDZ500PWMCTKRS5N2QPPHGAQ290KUQKY79NSH90QZ7NX7723Y5SASVF2N"
#define TEST_OTHER_IDENTITY "AGE-SECRET-KEY-""1PRVXRRHP5SPHJETKNSP80QY3QDXWWHPCZ3FFACVPG6C6LNN9NT8SKV44ZH"

/* Is the program there that seals? Else the test is skipped. Who seals writes into a pipe: SIGPIPE is ignored from here on. */
bool age_here(void);
/* A fresh folder; folder_forget removes it with all that is below. */
struct str folder_new(struct arena *mem);
void folder_forget(struct str folder);
/* A file in a folder: written, read whole, changed in place, how long. */
struct str file_put(struct arena *mem, struct str folder, const char *name, struct str data);
struct str file_get(struct arena *mem, struct str path);

#endif
