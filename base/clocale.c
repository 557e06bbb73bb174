/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One locale object for the process: newlocale() per number would cost more than the number. */
#include "base/clocale.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t c_locale;

static void make(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	assert(c_locale); /* "C" is built into the library: there is nothing to load that could be missing */
}

locale_t clocale(void)
{
	pthread_once(&once, make);
	return c_locale;
}

int c_vsnprintf(char *buf, size_t n, const char *fmt, va_list ap)
{
	locale_t old = uselocale(clocale());
	int len = vsnprintf(buf, n, fmt, ap);

	uselocale(old);
	return len;
}

int c_snprintf(char *buf, size_t n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int len = c_vsnprintf(buf, n, fmt, ap);

	va_end(ap);
	return len;
}
