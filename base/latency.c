/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets of durations: see latency.h. */
#include "base/latency.h"

#include <math.h>

size_t latency_bucket(uint64_t ns)
{
	unsigned bits;
	size_t b;

	if (ns < LATENCY_SUB)
		return (size_t)ns;
	bits = 63u - (unsigned)__builtin_clzll(ns); /* the power of two, at least LATENCY_SUB_BITS */
	b = (size_t)(bits - LATENCY_SUB_BITS + 1) * LATENCY_SUB + ((ns >> (bits - LATENCY_SUB_BITS)) & (LATENCY_SUB - 1));
	return b < LATENCY_BUCKETS ? b : LATENCY_BUCKETS - 1;
}

uint64_t latency_bucket_top(size_t bucket)
{
	unsigned shift;

	if (bucket < LATENCY_SUB)
		return bucket;
	shift = (unsigned)(bucket / LATENCY_SUB) - 1;
	return ((uint64_t)(LATENCY_SUB + bucket % LATENCY_SUB + 1) << shift) - 1;
}

void latency_add(struct latency *l, uint64_t ns, uint64_t n)
{
	_Atomic uint64_t *bucket = &l->n[latency_bucket(ns)];

	/* one writer: no locked addition is needed */
	atomic_store_explicit(bucket, atomic_load_explicit(bucket, memory_order_relaxed) + n, memory_order_relaxed);
	if (n && ns > atomic_load_explicit(&l->max_ns, memory_order_relaxed))
		atomic_store_explicit(&l->max_ns, ns, memory_order_relaxed);
}

void latency_since(const struct latency *l, const uint64_t *before, uint64_t *counts)
{
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		counts[i] = atomic_load_explicit(&l->n[i], memory_order_relaxed) - (before ? before[i] : 0);
}

uint64_t latency_total(const uint64_t *counts)
{
	uint64_t n = 0;

	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		n += counts[i];
	return n;
}

/* The bucket that has the need-th of the durations, in their order; the last one that has any where there are not so many. */
static size_t bucket_with(const uint64_t *counts, uint64_t need)
{
	uint64_t seen = 0;
	size_t last = 0;

	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		seen += counts[i];
		if (counts[i])
			last = i;
		if (seen >= need)
			return last;
	}
	return last;
}

void latency_figures(const uint64_t *counts, uint64_t max_ns, const double *q, size_t n, struct latency_figures *out)
{
	size_t highest = bucket_with(counts, UINT64_MAX);

	out->n = latency_total(counts);
	out->max_ns = latency_bucket(max_ns) == highest ? max_ns : latency_bucket_top(highest);
	for (size_t i = 0; i < n; i++) {
		uint64_t need = (uint64_t)ceil(q[i] * (double)out->n),
			 top = latency_bucket_top(bucket_with(counts, need ? need : 1));

		out->quantile_ns[i] = top < out->max_ns ? top : out->max_ns;
	}
}

uint64_t latency_count(const struct latency *l, const uint64_t *before)
{
	uint64_t counts[LATENCY_BUCKETS];

	latency_since(l, before, counts);
	return latency_total(counts);
}

uint64_t latency_quantile(const struct latency *l, const uint64_t *before, double q)
{
	uint64_t counts[LATENCY_BUCKETS], need;

	latency_since(l, before, counts);
	need = (uint64_t)ceil(q * (double)latency_total(counts));
	return latency_total(counts) ? latency_bucket_top(bucket_with(counts, need ? need : 1)) : 0;
}
