/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function of a number, for many numbers, on all cores. */
#ifndef TESTS_CORPUS_EACH_H
#define TESTS_CORPUS_EACH_H

#include <stddef.h>

/*
 * each - make(i, context, result i) for i = 0 .. n - 1, in one process for each core.
 *
 * Return   n results of `size` bytes in order; given back with each_free(). A result is flat or points to what existed before.
 *          Which process made it, and when, leaves no trace. When a process fails or memory ends, the program ends with 2.
 */
void *each(size_t n, size_t size, void (*make)(size_t i, const void *context, void *result), const void *context);
void each_free(void *results, size_t n, size_t size);

#endif
