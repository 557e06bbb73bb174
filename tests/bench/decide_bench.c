/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a look at the verdict costs the monitor: verdict_decide() on 16 columns of 256 blocks, beside the plainest answer on the same
 * columns, least squares and the median of all pairwise slopes. CPU time, medians of 15.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/ols.h"
#include "analysis/theil_sen.h"
#include "analysis/verdict.h"

#define COLUMNS 16
#define BLOCKS  256
#define REPEATS 15

static const char *const name[COLUMNS] = { "anon_kb",  "shmem_kb", "uss_kb",  "pss_kb",  "rss_kb",        "vsz_kb",  "processes",     "threads",
					   "fds",      "heap_kb",  "file_kb", "rss_shmem_kb", "stack_kb", "hugetlb_kb", "pagetables_kb",
					   "private_dirty_kb" };
static struct series series[COLUMNS];
static double t[BLOCKS], y[COLUMNS][BLOCKS];

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, z = *(const double *)b;

	return (x > z) - (x < z);
}

/* Autocorrelated noise on a level; every fourth column grows, every fourth warms up. */
static int make(void)
{
	uint64_t seed = 1;

	for (size_t c = 0; c < COLUMNS; c++) {
		double noise = 0;

		if (series_init(&series[c], name[c], 300, SERIES_ONLINE, NULL) != SK_OK)
			return -1;
		for (size_t i = 0; i < BLOCKS; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			noise = .8 * noise + (double)(seed >> 40) / (1 << 24) - .5;
			t[i] = (double)i * 300;
			y[c][i] = 4 * round(50000 + 100 * noise + (c % 4 == 0 ? (double)i : 0) +
					    (c % 4 == 1 ? 2000 * (1 - exp(-(double)i / 20)) : 0));
			series_add(&series[c], t[i], y[c][i]);
		}
	}
	return 0;
}

static int plain(void)
{
	struct ols f;
	struct theil_sen s;

	for (size_t c = 0; c < COLUMNS; c++)
		if (ols_fit(t, y[c], BLOCKS, &f) != SK_OK || theil_sen(t, y[c], BLOCKS, &s) != SK_OK)
			return -1;
	return 0;
}

int main(void)
{
	static struct verdict v;
	const struct series *column[COLUMNS];
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence ev = { .column = column, .n_columns = COLUMNS, .interval_s = 300, .samples = BLOCKS, .limit_kb = NAN };
	double ours[REPEATS], theirs[REPEATS];

	if (make() != 0)
		return 1;
	for (size_t c = 0; c < COLUMNS; c++)
		column[c] = &series[c];
	for (size_t r = 0; r < REPEATS; r++) {
		double t0 = cpu_ms(), t1;

		if (verdict_decide(&ev, &opt, &v, NULL) != SK_OK)
			return 1;
		t1 = cpu_ms();
		if (plain() != 0)
			return 1;
		ours[r] = t1 - t0;
		theirs[r] = cpu_ms() - t1;
	}
	qsort(ours, REPEATS, sizeof(*ours), ascending);
	qsort(theirs, REPEATS, sizeof(*theirs), ascending);
	printf("analyze/verdict of 16 columns, 256 blocks\t%.2f\tms\tleast squares and Theil-Sen alone\t%.2f\t<= 6\n", ours[REPEATS / 2],
	       theirs[REPEATS / 2]);
	for (size_t c = 0; c < COLUMNS; c++)
		series_release(&series[c]);
	return 0;
}
