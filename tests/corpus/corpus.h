/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Series with a known truth, made from seeds: what a verdict is measured on. A family is a kind of behaviour; length, interval,
 * level, noise and the behaviour's own numbers are drawn, so that no threshold can be tuned to one draw.
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_rng.h>

#include "analysis/verdict.h"

#define CORPUS_MAX      2880 /* samples of a series */
#define CORPUS_RESTARTS 16

struct corpus_series {
	const char *family;
	size_t n;
	double interval_s;
	double t[CORPUS_MAX];     /* seconds since the first sample, ascending, in eighths, which text and double hold exactly */
	double y[CORPUS_MAX];     /* KiB, whole pages */
	double clean[CORPUS_MAX]; /* the same without noise and pages */
	double ops[CORPUS_MAX];   /* cumulative; where has_ops */
	int pid[CORPUS_MAX];      /* changes at a restart; where has_pid */
	bool has_ops, has_pid;
	double restart_s[CORPUS_RESTARTS];
	size_t n_restarts;

	/* the truth */
	bool leaking;
	unsigned right;       /* bits 1 << enum verdict_class that are right where a leak could have been found */
	unsigned kinds;       /* of a leak: bits 1 << enum leak_kind that are right */
	double rate_kb_per_h; /* by the contract's definition; NaN: no leak, or one of two rates */
	double onset_s;       /* NaN: none */
	double sd_kb,
		phi; /* of the noise: marginal standard deviation (from .985 on: ten times an increment's), autocorrelation */
	double noise_end; /* times the noise at the end; 1 */
	double level_kb;
	double detectable_kb_per_h; /* by the test that knows the noise: 3.97 standard errors */
};

struct corpus_family {
	const char *name;
	unsigned
		stream; /* its own part of the random numbers: never given to another family, so that one can be added anywhere */
	bool leaking;
	/* The shape without noise, in y; s has its length, times and level. */
	void (*draw)(struct corpus_series *s, gsl_rng *r);
};

extern const struct corpus_family corpus_families[]; /* those of the goals */
extern const size_t corpus_n_families;
extern const struct corpus_family corpus_stress[]; /* harder ones: in no sum */
extern const size_t corpus_n_stress;

/* The family's series of this seed. The same on every machine: gsl_rng_mt19937, seeded with both. s is large: on the heap. */
void corpus_make(const struct corpus_family *f, unsigned long seed, struct corpus_series *s);

/*
 * The plain case of the goals: n samples at dt seconds around 200 MiB, AR(1) noise of 2 MiB, a line that rises by `rise` standard
 * deviations.
 */
void corpus_line(double rise, double phi, size_t n, double dt, unsigned long seed, struct corpus_series *s);

#endif
