/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checked memory; see mem.h. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clocale.h"

void *sk_calloc(size_t n, size_t size)
{
	size_t bytes;

	/* calloc checks the product too, but the sanitizers' calloc ends the program there */
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX)
		return NULL;
	return calloc(1, bytes ? bytes : 1);
}

void *sk_large(size_t n)
{
	const size_t page = (size_t)2 << 20;
	void *p = NULL;

	if (n > PTRDIFF_MAX - page)
		return NULL;
	if (n <= page / 2) /* a whole page would be waste */
		return malloc(n ? n : 1);
	n = (n + page - 1) / page * page;
	if (posix_memalign(&p, page, n) != 0)
		return NULL;
	madvise(p, n, MADV_HUGEPAGE); /* an advice: without it the memory is the same, only slower to come by */
	return p;
}

char *sk_strdup(const char *s)
{
	return strdup(s);
}

char *sk_asprintf(const char *fmt, ...)
{
	va_list ap, again;
	char *s = NULL;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = c_vsnprintf(NULL, 0, fmt, ap);

	if (len >= 0)
		s = malloc((size_t)len + 1);
	if (s)
		c_vsnprintf(s, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s;
}

int sk_grow(void **p, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap + *cap / 2, bytes;

	if (need <= *cap)
		return 0;
	if (want < need)
		want = need;
	if (__builtin_mul_overflow(want, size, &bytes) || bytes > PTRDIFF_MAX)
		return -1;
	char *q = realloc(*p, bytes);

	if (!q)
		return -1;
	memset(q + *cap * size, 0, (want - *cap) * size);
	*p = q;
	*cap = want;
	return 0;
}
