/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Totals of a tree from the rows of its processes. No process is guessed and no gap is silent:
 * a gauge's total is NaN unless every live process supplied it, and the count of those that did is kept;
 * a counter's total is the growth since the run began, what the dead and the restarted had counted included.
 *
 * A process that dies while the row is read (sampler_set_read() gave SK_EGONE) is of no gauge of the row, not even of those that
 * were read before it died: else the columns of one row would be sums over different processes, and the last ones a fall
 * beside the first. What it had counted stays. One that may not be read (SK_EPERM, SK_EIO) lives and makes the gauge NaN.
 * One that is exiting has no memory any more, and it is not waited for. Where it leaves nobody the row was read between the end of a
 * target and its next life: its gauges in KiB are NaN, for 0 would be a fall that no memory took.
 * A counter that cannot be read in a row keeps what it had: its total never goes back. It is NaN until somebody supplied it.
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
	double sum[SAMPLER_METRICS_MAX];      /* of this row; after totals_end */
	size_t supplied[SAMPLER_METRICS_MAX]; /* processes that gave a value in this row */
	size_t processes;                     /* processes in this row; not those that died while it was read */
	struct totals_state *state;
};

enum sk_code totals_init(struct totals *t, const struct sampler_set *set, struct sk_err *err);
void totals_release(struct totals *t);

/* Counter totals so far, in the set's order (gauges NaN): for run.json, so that a resumed run's counters go on. */
void totals_counters(const struct totals *t, double *out);
void totals_resume(struct totals *t, const double *counters);

/* `how` of totals_add, a mask. */
#define TOTALS_BORN 1u /* first seen after the run began: its counters count from 0; else from the first reading of each */
#define TOTALS_GONE 2u /* it exited while this row was read */
#define TOTALS_EXITING                                                                                                           \
	4u /* it is there, and has given its memory back: a zombie, or nearly one (memoryless.h); no kernel thread */

/* A row: begin, add each process once, end. sum and supplied are of the row from totals_end() to the next totals_begin(). */
void totals_begin(struct totals *t);
/* SK_ENOMEM: its gauges are in the sum, its counters are not. Allocates only in the first two rows that have more processes than
 * any before. */
enum sk_code totals_add(struct totals *t, pid_t pid, uint64_t starttime, unsigned how, const double *row, struct sk_err *err);
void totals_end(struct totals *t); /* processes not added in this row are dead: their counters stay in the total */

#endif
