/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Totals of a tree from the rows of its processes. No process is guessed and no gap is silent:
 * a gauge's total is NaN unless every live process supplied it, and the count of those that did is kept;
 * a counter's total is the growth since the run began, what the dead and the restarted had counted included.
 */
#ifndef SAMPLERS_TOTALS_H
#define SAMPLERS_TOTALS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/sampler.h"

struct totals {
	const struct sampler_set *set;
	double sum[SAMPLER_METRICS_MAX];	/* of this row; after totals_end */
	size_t supplied[SAMPLER_METRICS_MAX];	/* processes that gave a value in this row */
	size_t processes;			/* processes in this row */
	struct totals_state *state;
};

enum sk_code totals_init(struct totals *t, const struct sampler_set *set, struct sk_err *err);
void totals_release(struct totals *t);

/* Counter totals so far, in the set's order (gauges NaN): for run.json, so that a resumed run's counters go on. */
void totals_counters(const struct totals *t, double *out);
void totals_resume(struct totals *t, const double *counters);

void totals_begin(struct totals *t);
/* `born`: first seen after the run began, so that its counters count from 0; else from this first reading. SK_ENOMEM (the row goes on without it). */
enum sk_code totals_add(struct totals *t, pid_t pid, uint64_t starttime, int born, const double *row, struct sk_err *err);
void totals_end(struct totals *t); /* processes not added in this row are dead: their counters stay in the total */

#endif
