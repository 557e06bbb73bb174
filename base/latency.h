/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations counted into buckets of about 3 % width, in constant memory: what HdrHistogram does, with five binary digits.
 * One writer and any readers may share it across processes: every counter is an atomic of its own.
 *
 * Source   Tene, HdrHistogram (hdrhistogram.org): linear within each power of two, so that the relative error is bounded
 */
#ifndef BASE_LATENCY_H
#define BASE_LATENCY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define LATENCY_SUB_BITS 5
#define LATENCY_SUB      (1u << LATENCY_SUB_BITS)
#define LATENCY_MAX_BITS 42 /* 2^42 ns is 73 minutes; what is longer is counted in the last bucket, and its maximum is exact */
#define LATENCY_BUCKETS  ((LATENCY_MAX_BITS - LATENCY_SUB_BITS + 1) * LATENCY_SUB)

struct latency {
	_Atomic uint64_t max_ns;
	_Atomic uint64_t n[LATENCY_BUCKETS];
};

/* Counts n durations of ns nanoseconds each. */
void latency_add(struct latency *l, uint64_t ns, uint64_t n);

/* The bucket of a duration, and the largest duration of a bucket. Pure. */
size_t latency_bucket(uint64_t ns);
uint64_t latency_bucket_top(size_t bucket);

/*
 * The smallest bucket top that at least share q (0..1) of the durations do not exceed, in ns; 0 when none was counted. `before`
 * (LATENCY_BUCKETS counts, or NULL: none) is subtracted first, so that a reader who keeps a copy sees one interval.
 */
uint64_t latency_quantile(const struct latency *l, const uint64_t *before, double q);

/* How many were counted, less `before`. */
uint64_t latency_count(const struct latency *l, const uint64_t *before);

/* counts[LATENCY_BUCKETS], less `before` (NULL: none): a copy that stays as it is while the writer goes on. */
void latency_since(const struct latency *l, const uint64_t *before, uint64_t *counts);
uint64_t latency_total(const uint64_t *counts); /* the durations of such a copy */

#define LATENCY_FIGURES 4

struct latency_figures {
	uint64_t n; /* durations; 0: the others mean nothing */
	uint64_t max_ns;
	uint64_t quantile_ns[LATENCY_FIGURES];
};

/*
 * n <= LATENCY_FIGURES quantiles q (0..1) and the maximum of such a copy. max_ns: the longest duration that ever was. It is the
 * copy's maximum where it lies in its highest bucket, which makes that exact; else the maximum is the top of that bucket, 3 %
 * too high at most. No quantile is above the maximum. Pure.
 */
void latency_figures(const uint64_t *counts, uint64_t max_ns, const double *q, size_t n, struct latency_figures *out);

#endif
