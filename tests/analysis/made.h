/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series whose truth is known because they were made: seeded, so that every count below is exact. */
#ifndef TESTS_ANALYSIS_MADE_H
#define TESTS_ANALYSIS_MADE_H

#include <string.h>

#include "tests/check.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/verdict.h"

enum family {
	MADE_WHITE,
	MADE_AR8,
	MADE_WALK,
	MADE_CONSTANT,
	MADE_QUANTISED,
	MADE_WARMUP,
	MADE_FILL,
	MADE_STEP,
	MADE_SAWTOOTH,
	MADE_SEASON,
	MADE_LEAK,
	MADE_LEAK_AR8,
	MADE_LEAK_WARMUP,
	MADE_LEAK_ONSET,
	MADE_LEAK_SAWTOOTH,
	MADE_LEAK_STAIRS,
	MADE_LEAK_SEASON,
	MADE_SHRINK,
	MADE_LEAK_STEP,
	MADE_LEAK_BURSTS,
};

struct made {
	gsl_rng *r;
	double ar; /* state of the AR(1) noise, unit variance */
};

static inline void made_init(struct made *m, unsigned long seed)
{
	m->r = gsl_rng_alloc(gsl_rng_mt19937);
	assert_non_null(m->r);
	gsl_rng_set(m->r, seed);
	m->ar = gsl_ran_gaussian(m->r, 1);
}

static inline void made_free(struct made *m)
{
	gsl_rng_free(m->r);
}

static inline double made_noise(struct made *m, double phi)
{
	double e = gsl_ran_gaussian(m->r, 1);

	m->ar = phi < 1 ? phi * m->ar + sqrt(1 - phi * phi) * e : m->ar + .1 * e;
	return m->ar;
}

/* Level in KiB at u (0 .. 1 of the run) over 200 MiB, in units of sd KiB of noise. */
static inline double made_level(struct made *m, enum family f, double u, double sd)
{
	double phi = f == MADE_WALK ? 1 : f == MADE_WHITE || f == MADE_LEAK ? 0 : .8;
	double x = f == MADE_CONSTANT || f == MADE_QUANTISED ? 0 : made_noise(m, phi);

	switch (f) {
	case MADE_QUANTISED:
		return 204800 + (u > .85 ? 4 : 0); /* one page, late */
	case MADE_WARMUP:
		x += 30 * (1 - exp(-u / .08));
		break;
	case MADE_FILL:
		x += 30 * fmin(u / .4, 1);
		break;
	case MADE_STEP:
		x += u > .45 ? 20 : 0;
		break;
	case MADE_SAWTOOTH:
		x += 20 * fmod(u * 12, 1);
		break;
	case MADE_SEASON:
		x += 12 * sin(2 * M_PI * u * 4.3);
		break;
	case MADE_LEAK:
	case MADE_LEAK_AR8:
		x += 12 * u;
		break;
	case MADE_LEAK_WARMUP:
		x += 15 * u + 30 * (1 - exp(-u / .06));
		break;
	case MADE_LEAK_ONSET:
		x += 40 * fmax(u - .5, 0);
		break;
	case MADE_LEAK_SAWTOOTH:
		x += 20 * fmod(u * 12, 1) + 15 * u;
		break;
	case MADE_LEAK_STAIRS:
		x = x * .05 + 2 * floor(u * 12);
		break;
	case MADE_LEAK_SEASON:
		x += 15 * u + 12 * sin(2 * M_PI * u * 4.3);
		break;
	case MADE_SHRINK:
		x -= 15 * u;
		break;
	case MADE_LEAK_STEP:
		x += 15 * u + (u > .4 ? 15 : 0);
		break;
	case MADE_LEAK_BURSTS: /* a fifth of the time */
		x = x * .05 + 4 * (floor(u * 7) + fmin(fmod(u * 7, 1) * 5, 1));
		break;
	default:
		break;
	}
	return 4 * floor((204800 + sd * x) / 4); /* pages */
}

static inline void made_series(struct series *s, const char *name, enum family f, unsigned long seed, int n, double dt, double sd)
{
	struct made m;

	made_init(&m, seed);
	assert_int_equal(series_init(s, name, dt, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < n; i++)
		series_add(s, i * dt, made_level(&m, f, (double)i / n, sd));
	made_free(&m);
}

static inline struct evidence made_evidence(const struct series *const *cols, size_t n, double dt)
{
	return (struct evidence){ .column = cols,
				  .n_columns = n,
				  .start_unix = 1795140000,
				  .interval_s = dt,
				  .samples = n ? cols[0]->all.n : 0,
				  .limit_kb = NAN };
}

#endif
