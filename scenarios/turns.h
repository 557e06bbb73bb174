/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is done when: the rate of the phase under way, and which entry of the job's `work` comes next. Pure: times are given.
 * A run without phases is one phase that never ends, at the job's rate and weights.
 */
#ifndef SCENARIOS_TURNS_H
#define SCENARIOS_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/job.h"
#include "scenarios/pace.h"

#define TURNS_NONE SIZE_MAX

struct turns {
	const struct drive_job *job;
	const struct plan_phase *phase; /* NULL: the run has none, or none has begun */
	size_t k;                       /* which, TURNS_NONE: none */
	bool open, draining;            /* operations may start; the phase ends when what is under way has ended */
	struct pace pace;
	double per_s;               /* now: 0 nothing, INFINITY as fast as it can */
	int64_t start_ns, until_ns; /* of the phase; when its rate changes next (INT64_MAX: never) */
	uint64_t left;              /* operations that the phase may still start; UINT64_MAX: no such bound */
	uint64_t missed;            /* of phases that are over */
	uint64_t rng;               /* draws the entries of `work`, apart from the operations' own random numbers */
};

void turns_init(struct turns *s, const struct drive_job *job);
/* The run has begun: without phases operations are due from now on, with them at turns_begin(). */
void turns_open(struct turns *s, int64_t now_ns);
/*
 * Phase k, k < n_phase, which began at start_ns. left: operations that it may still start, UINT64_MAX: as the job says; 0: it is
 * over at once.
 */
void turns_begin(struct turns *s, size_t k, uint64_t left, int64_t start_ns, int64_t now_ns);
void turns_drain(struct turns *s);

/* Operations that may start now, UINT64_MAX: any number. A batch may take more than are due: the schedule is then ahead. */
uint64_t turns_due(struct turns *s, int64_t now_ns);
void turns_take(struct turns *s, uint64_t n);
/*
 * For those that are paced by a clock of their own: whether there is load now.
 * They take what they start, so that operations count.
 */
bool turns_loaded(struct turns *s, int64_t now_ns);
int64_t turns_next_ns(const struct turns *s); /* when to ask again; INT64_MIN: at once, INT64_MAX: nothing will come by itself */
size_t turns_pick(struct turns *s);           /* an index into job->work, by weight */
unsigned turns_connections(const struct turns *s); /* that take part now */
uint64_t turns_missed(const struct turns *s);

#endif
