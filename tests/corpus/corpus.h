/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Series with a known truth, made from seeds: what a verdict is measured on. A family is a kind of behaviour; length, interval,
 * level, noise and the behaviour's own numbers are drawn, so that no threshold can be tuned to one draw.
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/verdict.h"

#define CORPUS_MAX      2880 /* samples of a series */
#define CORPUS_RESTARTS 16

struct corpus_series {
	const char *family;
	size_t n;
	double interval_s;
	double t[CORPUS_MAX];	/* seconds since the first sample, ascending */
	double y[CORPUS_MAX];	/* KiB, whole pages */
	double ops[CORPUS_MAX]; /* cumulative; where has_ops */
	int pid[CORPUS_MAX];	/* changes at a restart; where has_pid */
	bool has_ops, has_pid;
	double restart_s[CORPUS_RESTARTS];
	size_t n_restarts;

	/* the truth */
	bool leaking;
	enum leak_kind kind;
	unsigned right;		  /* bits 1 << enum verdict_class that are right where a leak could have been found */
	double rate_kb_per_h;	  /* by the contract's definition; NaN: no leak */
	double onset_s;		  /* NaN: none */
	double sd_kb, phi;	  /* of the noise: marginal standard deviation (of an increment at phi 1), autocorrelation per sample */
	double level_kb;
	double detectable_kb_per_h; /* by the test that knows the noise: 3.97 standard errors */
};

struct corpus_family {
	const char *name;
	bool leaking;
	void (*draw)(struct corpus_series *s, void *rng); /* rng: gsl_rng */
};

extern const struct corpus_family corpus_families[];
extern const size_t corpus_n_families;

/* Family f's series of this seed. The same on every machine: gsl_rng_mt19937, seeded with both. s is large: on the heap. */
void corpus_make(size_t f, unsigned long seed, struct corpus_series *s);

/* The plain case of the goals: n samples at dt seconds around 200 MiB, AR(1) noise of 2 MiB, a line that rises by `rise` standard deviations. */
void corpus_line(double rise, double phi, size_t n, double dt, unsigned long seed, struct corpus_series *s);

#endif
