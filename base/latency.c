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

static uint64_t since(const struct latency *l, const uint64_t *before, size_t i)
{
	return atomic_load_explicit(&l->n[i], memory_order_relaxed) - (before ? before[i] : 0);
}

uint64_t latency_count(const struct latency *l, const uint64_t *before)
{
	uint64_t n = 0;

	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		n += since(l, before, i);
	return n;
}

uint64_t latency_quantile(const struct latency *l, const uint64_t *before, double q)
{
	uint64_t n = latency_count(l, before), seen = 0, need = (uint64_t)ceil(q * (double)n);

	if (!n)
		return 0;
	if (!need)
		need = 1;
	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		seen += since(l, before, i);
		if (seen >= need)
			return latency_bucket_top(i);
	}
	return latency_bucket_top(LATENCY_BUCKETS - 1); /* a writer was at work meanwhile */
}
