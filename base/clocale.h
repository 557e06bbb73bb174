/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C locale for numbers, whatever setlocale() or a library has chosen: a decimal comma would ruin every file we write. */
#ifndef BASE_CLOCALE_H
#define BASE_CLOCALE_H

#include <locale.h>
#include <stdarg.h>
#include <stddef.h>

locale_t clocale(void); /* made once, never freed (glibc and musl: a static object) */

/* snprintf and vsnprintf with the C locale's "." */
int c_snprintf(char *buf, size_t n, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int c_vsnprintf(char *buf, size_t n, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

#endif
