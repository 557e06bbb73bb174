/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of a scenario's phases that both sides know: the monitor, which says when each begins and ends, and the driver, which
 * makes its load. The monitor's own part (budgets, hooks, what is injected) is in soakd/.
 */
#ifndef BASE_PLAN_H
#define BASE_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PLAN_PHASES 4096 /* at most: a week of cycles of five minutes */
#define PLAN_NAME   64   /* bytes of a phase's name, with its NUL */

enum plan_shape {
	PLAN_CONSTANT, /* `rate` */
	PLAN_RAMP,     /* from `from` to `rate`, linear over the phase */
	PLAN_STEPS,    /* from `from` to `rate` in `steps` equal steps of equal length */
	PLAN_ON_OFF,   /* `rate` for on_s, then nothing for off_s, again and again */
	PLAN_DAILY,    /* a cosine between `from` (at the phase's start) and `rate` (half a period later), of period_s */
};

extern const char *const plan_shape_names[]; /* "constant", "ramp", "steps", "on-off", "daily"; NULL-terminated */

struct plan_load {
	enum plan_shape shape;
	double rate;        /* operations per second in all; 0: as fast as it can (constant and on-off only); NaN: the job's */
	double from;        /* 0 */
	double on_s, off_s; /* on-off */
	double period_s;    /* daily: 86400 */
	unsigned steps;     /* steps: at least 2 */
};

struct plan_phase {
	char name[PLAN_NAME];
	double length_s;       /* NaN: not bounded by time */
	uint64_t ops;          /* it ends when so many operations were started; 0: not bounded by them */
	bool idle;             /* no load at all */
	struct plan_load load; /* length_s bounds ramp and steps, which therefore need one */
	double *weight;        /* of each entry of the job's `work`; owned; n_work of them; NULL: those of the job */
	unsigned connections;  /* that take part; 0: all of the job */
};

/*
 * Operations per second t seconds after the phase began. 0: nothing is due now. INFINITY: as fast as it can (rate 0 of the shapes
 * that allow it). job_rate stands for a NaN rate. Pure.
 */
double plan_rate(const struct plan_phase *p, double t, double job_rate);

/* Until when, in seconds after the phase's start, plan_rate() stays as it is at t; INFINITY: for good. Pure. */
double plan_rate_until(const struct plan_phase *p, double t);

/*
 * As in the driver's job, key `phases`: an array of objects {name, length_s, ops, idle, shape, rate, from, on_s, off_s, period_s,
 * steps, weights: [...], connections}; absent or null: not given. from_json: SK_EUSAGE with a sentence; *out is the caller's,
 * released by plan_release(). n_work: entries of the job's `work`, which `weights` must match.
 */
json_t *plan_to_json(const struct plan_phase *p, size_t n, size_t n_work);
enum sk_code plan_from_json(const json_t *j, size_t n_work, struct plan_phase **out, size_t *n, struct sk_err *err);
void plan_release(struct plan_phase *p, size_t n); /* the weights and the array itself */

#endif
