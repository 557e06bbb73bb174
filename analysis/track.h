/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the statistics read: one column as blocks, and its usable points.
 * A track is at most 256 points (blocks without samples are left out), in segments between restarts.
 */
#ifndef ANALYSIS_TRACK_H
#define ANALYSIS_TRACK_H

#include <stddef.h>

#include "analysis/lsq.h"
#include "base/err.h"
#include "base/series.h"

#define TRACK_MAX          LSQ_MAX_N
#define TRACK_MAX_SEGMENTS 8   /* the last ones; earlier ones are left out */
#define PAGE_KB            4.0 /* the quantum of resident memory */

struct column {
	char name[SERIES_NAME];
	struct block b[TRACK_MAX];
	size_t n;
	double width_s;
	double quantum;     /* smallest difference that the column can show: a page, or 1 for counts */
	double ols_slope;   /* KiB/s over all samples; NaN */
	double falls, fall; /* how many, U: large falls from sample to sample among small rises; 0: none */
	uint64_t samples;
};

/* The blocks of a series, merged to TRACK_MAX or fewer. SK_ENOMEM. Checked: tests/analysis/track_test.c, teeth by hand. */
enum sk_code column_load(struct column *c, const struct series *s, double quantum);

/*
 * c += sign * other, block by block (both present, else the block becomes a gap): anon + swap, pss - anon.
 * The finer one is merged until the widths are equal. Extremes add as bounds, medians as medians: exact where a block is one
 * sample.
 */
void column_add(struct column *c, const struct column *other, double sign);

struct track {
	size_t n;
	double t[TRACK_MAX];   /* seconds since the run began, ascending */
	double y[TRACK_MAX];   /* U: block median, single spikes replaced by their neighbours' median */
	double u[TRACK_MAX];   /* seconds since the segment began */
	double lag[TRACK_MAX]; /* blocks since the point before, >= 1; 0 for the first of a segment */
	size_t segment[TRACK_MAX];
	size_t segments;
	size_t spikes; /* points replaced */
	double width_s, quantum;
};

/*
 * Points of c after `from_s`, cut at each restart_s (ascending); a block with |median| > 1e15 is no memory and left out.
 * A block in the middle of a jump, or with a restart in it, is left out like a gap.
 * Segments of fewer than 8 points are left out when there are restarts. n may be 0.
 * Checked: tests/analysis/track_test.c, blocks by hand.
 */
void track_build(struct track *tr, const struct column *c, double from_s, const double *restart_s, size_t n_restarts);

/* Length of the track, first to last point, plus one block. 0 without points. */
double track_span(const struct track *tr);
/* Median of y over [from, to) of 0 .. n (indices); NaN if empty. */
double track_median(const struct track *tr, size_t from, size_t to);
/* Root mean square of the steps from point to point in the last half, a quantum at the least: what a random walk is made of, and little on a
 * smooth curve. */
double track_jitter(const struct track *tr);
/* Medians of the first and of the last tenth of points; NaN without points. */
void track_ends(const struct track *tr, double *start, double *end);
/* Of all of c after from_s, whichever life it is of, the medians of its first and its last tenth of points; NaN without points. */
void column_ends(const struct column *c, double from_s, double *start, double *end);
/* Median of v[n], n <= TRACK_MAX; v is left alone. NaN for n = 0. */
double median_small(const double *v, size_t n);

/* *out = tr without the first `seconds` of each segment; segments that keep fewer than 8 points go as a whole. */
void track_settled(const struct track *tr, double seconds, struct track *out);

/* Seconds of the longest segment. */
double track_longest(const struct track *tr);

#endif
