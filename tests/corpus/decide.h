/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series of the corpus to the library and back: its verdict, whether that is right, and what is kept of it for the table. */
#ifndef TESTS_CORPUS_DECIDE_H
#define TESTS_CORPUS_DECIDE_H

#include "tests/corpus/corpus.h"

/*
 * The verdict as `soakd analyze` gives it for the series as a file: the same blocks, the same code, no file.
 * Cost 3 ms. Without memory the program ends.
 * Checked  tests/e2e/corpus.sh: verdict, kind and rate of files against soakd's.
 */
void corpus_decide(const struct corpus_series *s, struct verdict *v);

/*
 * One of the right classes, of a leak with one of the right kinds. Without a leak `insufficient` is right as well where even the
 * test that knows the noise could not exclude max(--min-rate, 1 % of the level per day), or with less than a third to spare.
 */
bool corpus_is_right(const struct corpus_series *s, const struct verdict *v);

struct outcome { /* flat: goes through shared memory */
	bool leaking, right, rated, covered;
	unsigned truth; /* the right classes, as in corpus_series */
	enum verdict_class said;
	enum leak_kind kind;
	double rate_error;  /* relative; where rated */
	double onset_error; /* in parts of the run; NaN: not a found leak with an onset. 1: a found one without */
	unsigned rules;     /* bit k: rule k of baselines[] calls it a leak */
	char why[512];
};

struct outcome outcome_of(const struct corpus_series *s, const struct verdict *v);

#endif
