/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sampler: from kernel text to numbers, for one process. Adding one = one .c file + one line in samplers.def + a test.
 *
 * Three tiers (docs/formats.md): every tick; under a budget of wall time (page-table walks hold the target's mmap lock);
 * at epochs. What and how often is decided in soakd/, never here.
 */
#ifndef SAMPLERS_SAMPLER_H
#define SAMPLERS_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/metric.h"
#include "samplers/procfs.h"

enum sampler_tier { TIER_TICK = 1, TIER_BUDGET = 2, TIER_EPOCH = 4 };

/*
 * One double per metric, in the metric's unit; NaN where the kernel gave no value. Must not allocate after its first calls.
 * SK_EGONE: the process has exited (normal). SK_EPERM: unreadable, *err says which file, which capability would open it and what
 * is lost without. SK_EIO: this kernel has no such file, or it is not in its format. A zombie and a kernel thread have no memory:
 * SK_OK, and 0 in the gauges of memory (memoryless.h).
 */
typedef enum sk_code sampler_read_fn(struct procfs *fs, pid_t pid, double *out, struct sk_err *err);

struct sampler {
	const char *name; /* --samplers and `soakd list` use it */
	const char *help;
	enum sampler_tier tier;
	const struct metric *metric; /* what read() writes, in order */
	size_t n_metric;
	sampler_read_fn *read;
};

extern const struct sampler *const samplers[]; /* from samplers.def, in its order; NULL-terminated */

#define SAMPLER_MAX         16
#define SAMPLER_METRICS_MAX 64

/*
 * The chosen samplers and the row they make. A metric that two of them supply (rss_kb of statm and status) is taken from the
 * first in the list and is one column.
 */
struct sampler_set {
	const struct sampler *s[SAMPLER_MAX];
	size_t n;
	unsigned tiers; /* of any of them, a mask */
	const struct metric *metric[SAMPLER_METRICS_MAX]; /* of the row */
	int from[SAMPLER_METRICS_MAX];                    /* which s[] supplies it */
	size_t n_metric;
	int slot[SAMPLER_MAX][SAMPLER_METRICS_MAX]; /* s[i]'s j-th metric goes to row slot, or -1 */
};

/*
 * list: names with commas; "default" (all that samplers.def marks so) and "fast" (statm) are names of lists; NULL = default.
 * SK_EUSAGE for an unknown name, with the known ones.
 */
enum sk_code sampler_set_init(struct sampler_set *set, const char *list, struct sk_err *err);
int sampler_set_find(const struct sampler_set *set, const char *metric); /* slot in the row, or -1 */
bool sampler_set_has(const struct sampler_set *set, const char *sampler);

struct sampler_cost { /* wall time of the reads of one process, in seconds, by sampler; NaN = not read */
	double s[SAMPLER_MAX];
};

struct sampler_fault {                  /* the samplers that failed in this read */
	enum sk_code code[SAMPLER_MAX]; /* SK_OK where it did not */
	struct sk_err err[SAMPLER_MAX];
};

/*
 * Reads the samplers whose tier is in `tiers` (a mask) into row[set->n_metric]; every other slot is NaN. cost and fault may be
 * NULL; else all their entries up to set->n are set, so the caller need not clear them.
 * SK_OK also if one failed (its slots are NaN, *fault says which and why). SK_EGONE: the process exited before the last of them
 * was read; what was read stays in the row, the rest is NaN with SK_EGONE in *fault. Give totals_add() TOTALS_GONE then.
 */
enum sk_code sampler_set_read(const struct sampler_set *set, struct procfs *fs, pid_t pid, unsigned tiers, double *row,
			      struct sampler_cost *cost, struct sampler_fault *fault);

/*
 * A process's own cost in one call, pid 0: ours ("self"). CPU seconds, resident and anonymous KiB; NaN where the file has no such
 * value, all NaN where it cannot be read. SK_EGONE, SK_EPERM, SK_EIO as procfs_read.
 */
struct self_cost {
	double cpu_s, rss_kb, anon_kb;
};
enum sk_code self_cost_read(struct procfs *fs, pid_t pid, struct self_cost *out, struct sk_err *err);

#endif
