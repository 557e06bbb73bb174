/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After its first row a monitor that hunts leaks allocates nothing: a day of rows is read here, and each allocation is counted.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "samplers/totals.h"
#include "tests/check.h"
#include "tests/samplers/count_malloc.h"

#define ROOT "tests/fixtures/proc/postgres/0001"

static const pid_t pids[] = { 19345, 19346, 19347, 19349, 19350, 19351, 20065, 20066, 99999 }; /* the last one is gone */
#define N (sizeof(pids) / sizeof(*pids))

static void one_row(const struct sampler_set *set, struct procfs *fs, struct totals *t)
{
	static struct sampler_fault fault;
	double row[SAMPLER_METRICS_MAX];
	struct sampler_cost cost;
	struct self_cost self;
	size_t n = 0;

	totals_begin(t);
	for (size_t i = 0; i < N; i++) {
		enum sk_code rc = sampler_set_read(set, fs, pids[i], TIER_TICK | TIER_BUDGET | TIER_EPOCH, row, &cost, &fault);

		n += rc == SK_OK;
		if (totals_add(t, pids[i], 1, rc == SK_EGONE ? TOTALS_GONE : 0, row, NULL) != SK_OK)
			fail_msg("totals_add");
	}
	totals_end(t);
	self_cost_read(fs, pids[0], &self, NULL);
	if (n != N - 1 || t->processes != N - 1)
		fail_msg("%zu of %zu read", n, N - 1);
}

static void a_row_allocates_nothing(void **state)
{
	struct sampler_set set;
	struct procfs fs;
	struct totals t;
	unsigned long before;

	(void)state;
	int counting = count_begin();

	before = mallocs;
	void *counted = sk_calloc(1, 1);

	free(counted);
	if (counting)
		assert_true(mallocs == before + 1); /* the counter counts */
	assert_int_equal(sampler_set_init(&set, "default,statm", NULL), SK_OK);
	assert_int_equal(procfs_open(&fs, ROOT, NULL), SK_OK);
	assert_int_equal(totals_init(&t, &set, NULL), SK_OK);
	one_row(&set, &fs, &t);
	before = mallocs;
	for (int i = 0; i < (counting ? 1000 : 3); i++)
		one_row(&set, &fs, &t);
	assert_int_equal(mallocs - before, 0);
	totals_release(&t);
	procfs_close(&fs);
	if (!counting)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_row_allocates_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
