/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checked memory: sizes that cannot overflow, and NULL when there is none. What was taken is given back with free(). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* n zeroed elements of `size` bytes; NULL if there is no memory or n * size overflows. Never NULL for n = 0. */
void *sk_calloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));

/*
 * n bytes, not zeroed, for what is written from end to end: in pages of 2 MiB where the kernel gives them, since a page fault of 4 KiB
 * takes as long as to fill it. NULL without memory. Never NULL for n = 0.
 */
void *sk_large(size_t n) __attribute__((malloc, warn_unused_result));

/* A copy; NULL only without memory. s must not be NULL. */
char *sk_strdup(const char *s) __attribute__((malloc, warn_unused_result));

/* printf into fresh memory; NULL only without memory. */
char *sk_asprintf(const char *fmt, ...) __attribute__((malloc, warn_unused_result, format(printf, 1, 2)));

/*
 * Makes room for `need` elements of `size` bytes in *p, which now has room for *cap; grows by half at least.
 * 0 on success; -1 without memory, *p and *cap then unchanged and still the caller's. New elements are zeroed.
 */
int sk_grow(void **p, size_t *cap, size_t need, size_t size) __attribute__((warn_unused_result));

#endif
