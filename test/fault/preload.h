/* test/fault/preload.h: what stands between a program and its system when it is preloaded (LD_PRELOAD). */
#ifndef TEST_FAULT_PRELOAD_H
#define TEST_FAULT_PRELOAD_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FDS 65536       /* of a process at most; what is above is not watched */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

/* An open that tells `took(fd, path)` what was opened; that returns fd. */
#define OPEN(name) \
int \
name(const char *path, int flags, ...) \
{ \
	va_list more; \
	va_start(more, flags); \
	int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0; \
	va_end(more); \
	return took(REAL(name)(path, flags, mode), path); \
}

#endif
