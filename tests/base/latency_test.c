/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets of durations: each holds what it says, quantiles are within a bucket of the truth, an interval is what came since. */
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/latency.h"

static void buckets_are_in_order(void **unused)
{
	(void)unused;
	for (size_t b = 0; b + 1 < LATENCY_BUCKETS; b++) {
		uint64_t top = latency_bucket_top(b);

		assert_int_equal(latency_bucket(top), b);
		assert_int_equal(latency_bucket(top + 1), b + 1);
	}
	assert_int_equal(latency_bucket(UINT64_MAX), LATENCY_BUCKETS - 1);
}

static void a_bucket_is_narrow(void **unused)
{
	(void)unused;
	for (size_t b = LATENCY_SUB; b + 1 < LATENCY_BUCKETS; b++) {
		uint64_t low = latency_bucket_top(b - 1) + 1, top = latency_bucket_top(b);

		assert_true((double)(top - low) <= (double)low / LATENCY_SUB);
	}
}

static void quantiles(void **unused)
{
	struct latency *l = calloc(1, sizeof(*l));
	uint64_t before[LATENCY_BUCKETS];

	(void)unused;
	assert_int_equal(latency_quantile(l, NULL, 0.5), 0);
	for (uint64_t us = 1; us <= 1000; us++)
		latency_add(l, us * 1000, 1);
	assert_int_equal(latency_count(l, NULL), 1000);
	assert_int_equal(latency_quantile(l, NULL, 0.5), latency_bucket_top(latency_bucket(500000)));
	assert_int_equal(latency_quantile(l, NULL, 0.99), latency_bucket_top(latency_bucket(990000)));
	assert_int_equal(latency_quantile(l, NULL, 0), latency_bucket_top(latency_bucket(1000)));
	assert_int_equal(l->max_ns, 1000000);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		before[i] = l->n[i];
	latency_add(l, 7000000, 3);
	assert_int_equal(latency_count(l, before), 3);
	assert_int_equal(latency_quantile(l, before, 0.5), latency_bucket_top(latency_bucket(7000000)));
	free(l);
}

static void figures_of_a_copy(void **unused)
{
	static const double q[] = { 0, .5, .99 };
	struct latency *l = calloc(1, sizeof(*l));
	uint64_t counts[LATENCY_BUCKETS], before[LATENCY_BUCKETS];
	struct latency_figures f;

	(void)unused;
	latency_since(l, NULL, counts);
	latency_figures(counts, 0, q, 3, &f);
	assert_int_equal(f.n, 0);
	latency_add(l, 1000001, 3); /* in a bucket whose top is above it */
	latency_since(l, NULL, counts);
	latency_figures(counts, l->max_ns, q, 3, &f);
	assert_int_equal(f.n, 3);
	assert_int_equal(f.max_ns, 1000001);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f.quantile_ns[i], 1000001); /* nothing took longer than the longest */
	latency_since(l, NULL, before);
	latency_add(l, 5000, 99);
	latency_add(l, 70000, 1);
	latency_since(l, before, counts);
	latency_figures(counts, l->max_ns, q, 3, &f);
	assert_int_equal(f.n, 100);
	assert_int_equal(f.quantile_ns[0], latency_bucket_top(latency_bucket(5000)));
	assert_int_equal(f.quantile_ns[2], latency_bucket_top(latency_bucket(5000)));
	assert_int_equal(f.max_ns, latency_bucket_top(latency_bucket(70000))); /* the longest ever was before */
	latency_add(l, UINT64_MAX / 2, 1);                                     /* beyond the last bucket's top */
	latency_since(l, before, counts);
	latency_figures(counts, l->max_ns, q, 3, &f);
	assert_int_equal(f.max_ns, UINT64_MAX / 2);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_in_order),
		cmocka_unit_test(a_bucket_is_narrow),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(figures_of_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
