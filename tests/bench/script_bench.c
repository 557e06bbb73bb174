/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What scripts cost the driver before anything is sent: CPU of one run, its statements' parameters asked for as a scenario does.
 *   script_bench NAME...    of pgbench's own scripts: a line "NAME microseconds" each
 */
#include <stdio.h>
#include <time.h>

#include "scenarios/script.h"

#define RUNS 1000000

static double cpu_s(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* A sum over what was asked for, so that nothing is left out. */
static size_t run_once(struct script_run *r, const struct script *s)
{
	struct script_step step;
	size_t sum = 0;

	script_run_begin(r, s);
	for (script_next(r, &step, NULL); step.what == SCRIPT_DO; script_next(r, &step, NULL))
		for (size_t k = 0; k < step.statement->n_param; k++)
			sum += (size_t)script_param(r, step.statement, k)[0];
	return sum;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *text = script_builtin(argv[i]);
		struct script *s = NULL;
		struct script_run *r = script_run_new(1, 0, NULL, NULL);
		size_t sum = 0;
		double begin;

		if (!text || !r || script_parse(text, argv[i], SCRIPT_SQL, &s, NULL) != SK_OK)
			return 1;
		begin = cpu_s();
		for (int k = 0; k < RUNS; k++)
			sum += run_once(r, s);
		printf("%s %.3f\n", argv[i], (cpu_s() - begin) * 1e6 / RUNS);
		if (sum == 0)
			return 1;
		script_release(s);
		script_run_release(r);
	}
	return 0;
}
