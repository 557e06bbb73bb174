/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the shapes of the families are put together from. Each adds to s->y, in KiB, and draws its own numbers where r is given.
 * One draw in an argument list or a sum, never two: compilers differ in which comes first, and the series with them.
 */
#ifndef TESTS_CORPUS_DRAW_H
#define TESTS_CORPUS_DRAW_H

#include <math.h>

#include "tests/corpus/corpus.h"

#define MIN_RATE 64. /* KiB per hour: --min-rate */
#define PAGE     4.

static inline double uniform(gsl_rng *r, double a, double b)
{
	return a + (b - a) * gsl_rng_uniform(r);
}

static inline double log_uniform(gsl_rng *r, double a, double b)
{
	return exp(uniform(r, log(a), log(b)));
}

static inline bool coin(gsl_rng *r, double p)
{
	return gsl_rng_uniform(r) < p;
}

static inline double span(const struct corpus_series *s)
{
	return s->t[s->n - 1];
}

static inline double hours(const struct corpus_series *s)
{
	return span(s) / 3600;
}

/* Where a sample lies in the run, 0 .. 1. */
static inline double at(const struct corpus_series *s, size_t i)
{
	return s->t[i] / span(s);
}

/* n times, interval_s apart. */
void even_times(struct corpus_series *s);

/* Holes and times that wander. Before the shape, which is drawn for the new times. */
void make_gaps(struct corpus_series *s, gsl_rng *r);

/* A rise over `part` of the run that an attentive reader of the plot sees, and that is no drift below --min-rate. */
double drawn_rise(const struct corpus_series *s, gsl_rng *r, double part);

/* A leak: the truth alone, for a shape that is made elsewhere. */
void set_leak(struct corpus_series *s, enum leak_kind kind, double rate_kb_per_h);

/* A leak by a line to `rise` from the part `from` of the run on. */
void add_line(struct corpus_series *s, double rise, double from);

/* tau: in parts of the run. */
void add_warmup(struct corpus_series *s, double rise, double tau);

void add_sawtooth(struct corpus_series *s, gsl_rng *r);
void add_spikes(struct corpus_series *s, gsl_rng *r);

/* Only what tells time, pid and restart_s: one to five new lives. */
void add_restarts(struct corpus_series *s, gsl_rng *r);
size_t life_start(const struct corpus_series *s, size_t i);

/* A cycle of this period and, if multi, a faster one on it; in half of the series ops shows the load. */
void add_load_cycle(struct corpus_series *s, gsl_rng *r, double period, bool multi);

/* Operations of a load in operations per second, accumulated. */
void count_ops(struct corpus_series *s, gsl_rng *r, const double *load);

#endif
