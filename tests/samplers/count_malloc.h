/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the allocations of this program. Included once, by its test file. With glibc alone malloc() and its kin are ours and
 * hand on to glibc's own names; under the address sanitizer, which has replaced them already, its hook counts.
 */
#ifndef TESTS_SAMPLERS_COUNT_MALLOC_H
#define TESTS_SAMPLERS_COUNT_MALLOC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static unsigned long mallocs;

/* count_begin() is 0 where allocations cannot be counted: under valgrind, which puts its own malloc() in the place of ours. */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNT_BY_HOOK
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define COUNT_BY_HOOK
#endif

#ifdef COUNT_BY_HOOK
/* sanitizer/allocator_interface.h, which gcc 12 does not install */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *));

static void count_malloc(const volatile void *p, size_t n)
{
	(void)p;
	(void)n;
	mallocs++;
}

static void count_free(const volatile void *p)
{
	(void)p;
}

static int count_begin(void)
{
	return __sanitizer_install_malloc_and_free_hooks(count_malloc, count_free) > 0;
}
#else
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *malloc(size_t n)
{
	mallocs++;
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	mallocs++;
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	mallocs++;
	return __libc_realloc(p, n);
}

static int count_begin(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return !(preload && strstr(preload, "vgpreload"));
}
#endif

#endif
