/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often any of many series is called a leak when none is: the error rate of a whole run. Each run has every column that is
 * judged, independent AR(1) .8 noise of 2 MiB around 200 MiB (2 around 40 for counts), 288 points at 300 s.
 *
 *   build/tests/bench/many_series [RUNS [FIRST [LEAK]]]     300 runs from seed 1; LEAK: rise of anon_kb in standard deviations
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/verdict.h"

static const char *const names[] = { "anon_kb",       "shmem_kb",         "uss_kb",         "pss_kb",    "rss_kb",   "vsz_kb",
				     "heap_kb",       "file_kb",          "rss_shmem_kb",   "swap_kb",   "stack_kb", "hugetlb_kb",
				     "pagetables_kb", "private_dirty_kb", "driver_anon_kb", "processes", "threads",  "fds" };
#define COLUMNS (sizeof(names) / sizeof(*names))

static int draw(struct series *s, const char *name, unsigned long seed, double leak)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
	int memory = strlen(name) > 3 && strcmp(name + strlen(name) - 3, "_kb") == 0;

	if (!r || series_init(s, name, 300, SERIES_ONLINE, NULL))
		return -1;
	gsl_rng_set(r, seed);
	double ar = gsl_ran_gaussian(r, 1);

	for (int i = 0; i < 288; i++) {
		ar = .8 * ar + .6 * gsl_ran_gaussian(r, 1);
		series_add(s, i * 300, memory ? 4 * floor((204800 + 2048 * (ar + leak * i / 288)) / 4) : floor(40 + 2 * ar));
	}
	gsl_rng_free(r);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 300, first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	double leak = argc > 3 ? strtod(argv[3], NULL) : 0;
	unsigned long of_run = 0, suspected = 0, any = 0;
	static struct verdict v;

	for (unsigned long k = first; k < first + runs; k++) {
		const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
		const struct series *cols[COLUMNS];
		struct series s[COLUMNS];
		int leaks = 0;

		for (size_t i = 0; i < COLUMNS; i++) {
			if (draw(&s[i], names[i], k * 100 + i, i == 0 ? leak : 0) != 0)
				return 125;
			cols[i] = &s[i];
		}
		struct evidence ev = { .column = cols, .n_columns = COLUMNS, .interval_s = 300, .samples = 288, .limit_kb = NAN };

		if (verdict_decide(&ev, &opt, &v, NULL) != SK_OK)
			return 125;
		for (size_t i = 0; i < v.n_series; i++)
			leaks += v.series[i].verdict == VERDICT_LEAK;
		any += leaks > 0;
		of_run += v.main.verdict == VERDICT_LEAK;
		suspected += v.main.verdict == VERDICT_SUSPECTED;
		for (size_t i = 0; i < COLUMNS; i++)
			series_release(&s[i]);
	}
	printf("%lu runs of %zu columns: verdict leak %.2f %%, suspected %.2f %%, any column called a leak %.2f %%\n", runs,
	       COLUMNS, 100. * (double)of_run / (double)runs, 100. * (double)suspected / (double)runs,
	       100. * (double)any / (double)runs);
	return 0;
}
