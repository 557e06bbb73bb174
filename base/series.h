/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A series of any length in constant memory: blocks equal in time from the run's start.
 *
 * Samples fall into base blocks `base_s` wide, centred on multiples of it (so that jitter of a tick does not move a sample
 * into its neighbour). When `cap` blocks are full, neighbours merge in pairs and blocks are twice as wide: counts and means
 * add, extremes combine, the median becomes the count-weighted mean of the two. A block without samples has n = 0: a gap.
 * Merging follows a fixed binary tree over base blocks, so blocks depend only on the samples, not on when one looked:
 * the monitor's blocks and those streamed from its CSV are the same numbers.
 * Beside the blocks: moments over all samples, for plain least squares (centred, long double).
 */
#ifndef BASE_SERIES_H
#define BASE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/moments.h"

#define SERIES_NAME   64   /* bytes of a name with its NUL; longer names are cut */
#define SERIES_ONLINE 512  /* blocks that the monitor keeps, and that analysis reads */
#define SERIES_DRAWN  1200 /* blocks of a plotted series at most */

struct block {
	uint64_t n; /* samples; 0: the other fields are NaN */
	double t;   /* mean time of the samples, seconds since the run began */
	double mean, median, min, max;
};

/*
 * Sums of powers of the differences between neighbouring samples. Few large falls among many small rises have a negative s3 of a
 * size of their own: this is how a sawtooth shows whose teeth are finer than the blocks.
 */
struct increments {
	double s2, s3, s4;
};

struct series {
	char name[SERIES_NAME];
	double base_s;  /* width of a base block */
	double width_s; /* width of a block now: base_s * 2^k */
	struct moments all;
	struct increments step;
	double first_t, last_t, first_y, last_y, min, max; /* NaN without samples */
	double min_t, max_t;                               /* when the extremes were first seen */
	uint64_t backwards;                                /* samples refused because time did not go forward */
	size_t cap;
	struct series_state *state; /* blocks and the half-merged ones; series.c only */
};

/*
 * cap: even, >= 4. SK_EUSAGE for base_s <= 0 or a bad cap; SK_ENOMEM. series_release() may be repeated and is safe after a failed
 * init.
 */
enum sk_code series_init(struct series *s, const char *name, double base_s, size_t cap, struct sk_err *err);
void series_release(struct series *s);

/*
 * One sample: t in seconds since the run began, >= 0 and after the last one (else counted in `backwards` and left out);
 * y NaN or infinite = no value, only time passes. Allocates nothing. A t beyond 2^53 base blocks counts as backwards.
 * The median of a base block is exact up to 64 samples; beyond, it is the count-weighted mean of the medians of each 64 in turn.
 */
void series_add(struct series *s, double t, double y);
/*
 * n samples of each of several series of the same base_s, which have their times in common: y[i * stride] to y[i * stride + n -
 * 1] are of s[i]. The same, bit for bit, as series_add() of one after another: faster where n is in the hundreds.
 */
void series_add_many(struct series *const *s, size_t n_series, const double *t, const double *y, size_t stride, size_t n);

/*
 * The blocks so far, oldest first, the unfinished one included: at most s->cap are written to out.
 * Returns how many; *width_s (may be NULL) is their width. Block i covers [(i - 1/2 of a base block) * width ...).
 */
size_t series_blocks(const struct series *s, struct block *out, double *width_s);

/* Merges neighbours in place, in pairs from the start, until n <= max; returns the new n and doubles *width_s as often. */
size_t blocks_merge(struct block *b, size_t n, size_t max, double *width_s);

#endif
