/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns that are judged wherever a log has them. */
#ifndef ANALYSIS_KNOWN_H
#define ANALYSIS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/track.h"
#include "analysis/verdict.h"

struct known_column {
	const char *name;
	double quantum;      /* PAGE_KB: memory; 1: a count */
	enum leak_kind kind; /* a count's own; LEAK_NONE: from the data */
};

extern const struct known_column known_columns[];
extern const size_t n_known_columns;

/* The column is a number of things and no memory. */
bool is_count(const char *column);

/* A column of the run by name, or NULL; evidence_samples(): NULL also where it has no value in any row. */
const struct series *evidence_series(const struct evidence *ev, const char *name);
const struct series *evidence_samples(const struct evidence *ev, const char *name);

#endif
