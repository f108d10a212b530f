/* base/banned.h: functions that do not exist here. Included before every file
 * of src/ by the Makefile. A wrapper of a foreign library that must allocate
 * says HERSYS_MAY_MALLOC before its first include and is listed in
 * tools/layers.awk. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With fortified headers some of them are macros, which cannot be poisoned. */
#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef gets
#undef strtok
#undef atoi
#undef atol
#undef atof
#undef system
#undef popen
#undef alloca
#undef strdup
#undef strndup
#undef asprintf
#undef vasprintf
#undef rand
#undef srand
#undef localtime
#undef gmtime
#undef ctime
#undef asctime
#undef setlocale

#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strncat gets strtok atoi atol atof
#pragma GCC poison system popen alloca strdup strndup asprintf vasprintf rand srand
#pragma GCC poison localtime gmtime ctime asctime setlocale

#endif
