/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels between which a series jumps, as columns of the design: a load in blocks that no column counts, or a few steps up and down. */
#ifndef ANALYSIS_REGIMES_H
#define ANALYSIS_REGIMES_H

#include <stdbool.h>

#include "analysis/shape.h"
#include "analysis/track.h"

struct regimes {
	size_t jumps;  /* between neighbouring parts */
	size_t levels; /* different ones */
	bool returns;  /* twice or more it comes back to a level that it had before */
};

/*
 * regimes_find - the levels of tr, as indicator columns added to d (all but the first level).
 *
 * In       tr; d from design_levels()
 * Out      *out and d, where true
 * How      partition into constants; parts whose means differ by less than their errors, or by less than a twentieth of the range, are one
 *          level. With returns, growth from one visit to the next is seen; without, growth inside the levels alone; four jumps or more
 *          that go up, with hardly a fall, are stairs: a leak, not regimes.
 * Return   true with 2 to 9 levels after 2 jumps or more, and room in d; false with restarts or fewer than 48 points.
 * Cost     one partition; no allocation.
 * Checked  tests/analysis/regimes_test.c: columns by hand, loads from seeds, lines and noise that are none.
 */
bool regimes_find(const struct track *tr, struct design *d, struct regimes *out);

#endif
