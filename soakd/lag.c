/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/lag.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/known.h"

#define CALIBRATED 8 /* exact rows that show a range */

double lag_bound_kb(const char *kernel, double cpus, double processes, double threads)
{
	char *dot = NULL;
	long major = kernel ? strtol(kernel, &dot, 10) : 0, minor = dot && *dot == '.' ? strtol(dot + 1, NULL, 10) : 0;

	if (major <= 0 || *dot != '.')
		return NAN;
	if (major > 6 || (major == 6 && minor >= 18))
		return 0;
	if (major < 6 || minor < 2)
		return 66 * PAGE_KB *
		       threads; /* settled when more than 64 faults were counted, and by the next: measured with tests/fixtures/lag.c */
	return fmax(32, 2 * cpus) * cpus * PAGE_KB * processes;
}

static double most(const struct evidence *ev, const char *name)
{
	const struct series *s = evidence_samples(ev, name);

	return s ? s->max : (double)NAN;
}

double lag_error_kb(const struct evidence *ev, const char *kernel, double cpus)
{
	const struct series *lag = evidence_series(ev, "anon_lag_kb");
	bool seen = lag && lag->all.n >= CALIBRATED;
	double bound = lag_bound_kb(kernel, cpus, most(ev, "processes"), most(ev, "threads"));

	if (seen)
		return fmin(lag->max - lag->min, 2 * bound); /* the smaller one where the other is NaN */
	return isnan(bound) ? 0 : bound;
}
