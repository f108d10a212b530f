/* test/unit/disk.h: the disk under the tests, which fails when it is told to (store_fault.c). It is SQLite's alone. */
#ifndef TEST_DISK_H
#define TEST_DISK_H

/* The next n times that data are to be on disk they are not. */
void disk_fails(int n);

#endif
