/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules that people use instead of soakd, and that it has to beat on the same series. Nothing in the programs uses them.
 * All but the first know the least rate that counts, 64 KiB an hour; tests are at the 1 % level.
 */
#ifndef TESTS_CORPUS_BASELINES_H
#define TESTS_CORPUS_BASELINES_H

#include <stdbool.h>
#include <stddef.h>

struct baseline {
	const char *name;
	/*
	 * In       t_s[n] seconds, ascending and not all equal; y_kb[n] KiB, finite; n from 2 to 4000
	 * Cost     about 30 ms at most: the rules that look at all pairs thin a series to 1500 points first.
	 * Checked  tests/corpus/baselines_test.c: series of known shape; once against numpy and scipy on 222 series.
	 */
	bool (*leaks)(const double *t_s, const double *y_kb, size_t n);
};

extern const struct baseline baselines[];
extern const size_t n_baselines;

/* Bit k: baselines[k] calls the series a leak. Arguments and cost as there, for each. */
unsigned baselines_say(const double *t_s, const double *y_kb, size_t n);

#endif
