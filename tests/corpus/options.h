/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked for, and the parts of the table that answer it: each prints its own. */
#ifndef TESTS_CORPUS_OPTIONS_H
#define TESTS_CORPUS_OPTIONS_H

#include <stdbool.h>

struct options {
	unsigned long seeds, first; /* how many series of each family, and the first one's seed */
	const char *family;         /* only families with this word in their name; "": all */
	const char *write;          /* folder for the series; NULL */
	bool wrong, power, gate, rules;
};

/* The families of the goals, the rules beside them, and the stress families. True if the gate of the goals is passed. */
bool made_series(const struct options *o);

/* Lines that rise by some standard deviations: what is found, what is suspected. */
void power_table(const struct options *o);

/* The traces of real programs in `dir`. */
void real_traces(const char *dir, const struct options *o);

/*
 * The series as CSV, with labels.json, into `dir` and its folder stress: made if they are not there. Prints for each
 * file what the library says of it: path, verdict, kind or -, KiB/h or -, with tabs between.
 */
void write_series(const struct options *o);

/* The end, with one sentence. */
void die(const char *what, const char *which) __attribute__((noreturn));

#endif
