/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How blocks merge: series.c only. Inline, because a file of millions of samples merges as many blocks. */
#ifndef BASE_SERIES_BLOCK_H
#define BASE_SERIES_BLOCK_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/series.h"

#define TOO_FAR 9007199254740992.0 /* 2^53: a double holds the whole numbers below it, which base blocks have */

static const struct block EMPTY = { 0, NAN, NAN, NAN, NAN, NAN };

/* The mean of a and b with weight w of b; exactly a where both are equal. */
static inline double mix(double a, double b, double w)
{
	return a + (b - a) * w;
}

static inline double smaller(double a, double b)
{
	return b < a ? b : a;
}

static inline double larger(double a, double b)
{
	return b > a ? b : a;
}

/* b becomes the merge of a and b. In place: blocks passed as values cost more than all this arithmetic. */
static inline void merge_left(const struct block *a, struct block *b)
{
	if (a->n == 0)
		return;
	if (b->n == 0) {
		*b = *a;
		return;
	}
	double w = a->n == b->n ? 0.5 : (double)b->n / (double)(a->n + b->n);

	b->n += a->n;
	b->t = mix(a->t, b->t, w);
	b->mean = mix(a->mean, b->mean, w);
	b->median = mix(a->median, b->median, w);
	b->min = smaller(a->min, b->min);
	b->max = larger(a->max, b->max);
}

/* Pairs from the start; an odd last one stays alone. Returns how many there are then. */
static inline size_t merge_pairs(struct block *b, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		merge_left(&b[i], &b[i + 1]);
		b[i / 2] = b[i + 1];
	}
	if (n % 2)
		b[n / 2] = b[n - 1];
	return (n + 1) / 2;
}

/*
 * A run: RUN samples in as many neighbouring base blocks, alone in each, and these the whole of a node of the tree. So are most samples of
 * a file: merged in arrays they cost a third.
 */
#define RUN_LEVEL 4
#define RUN       (1 << RUN_LEVEL)

struct run {
	size_t at;             /* of the first of its samples among those that are added */
	uint64_t number, next; /* of the first of its base blocks, and of the block of the sample behind it */
	double t;              /* mean time of its samples */
};

/* What merge_left() makes of the means of the run's blocks in pairs, and of the pairs again. */
static inline double run_mean(const double *v)
{
	double mean[RUN];

	memcpy(mean, v, sizeof(mean));
	for (size_t n = RUN / 2; n > 0; n /= 2)
		for (size_t i = 0; i < n; i++)
			mean[i] = mix(mean[2 * i], mean[2 * i + 1], 0.5);
	return mean[0];
}

/* The block of a run with this mean time: of single samples the median is the mean. */
static inline struct block run_block(double mean_t, const double *y)
{
	double min[RUN], max[RUN], mean = run_mean(y);

	memcpy(min, y, sizeof(min));
	memcpy(max, y, sizeof(max));
	for (size_t n = RUN / 2; n > 0; n /= 2) {
		for (size_t i = 0; i < n; i++) {
			min[i] = smaller(min[2 * i], min[2 * i + 1]);
			max[i] = larger(max[2 * i], max[2 * i + 1]);
		}
	}
	return (struct block){ RUN, mean_t, mean, mean, min[0], max[0] };
}

#endif
