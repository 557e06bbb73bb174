/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A site sampler: what surrounds the target, read once per row for all of its tree and not once per process. Its control group,
 * pressure, the machine's memory, its data files, its descriptors by kind. Adding one = one .c file + one line in site.def +
 * a test.
 *
 * Beside sampler.h, because these keep state: descriptors of the files that every row reads, and what a walk has cost.
 */
#ifndef SAMPLERS_SITE_H
#define SAMPLERS_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/metric.h"
#include "samplers/procfs.h"

#define SITE_MAX         16
#define SITE_METRICS_MAX 64

struct site_env { /* of this row; borrowed */
	struct procfs *fs;
	const pid_t *pid; /* the tree's processes, the root first */
	size_t n_pid;
	char *const *disk; /* --disk */
	size_t n_disk;
	double elapsed_s; /* since the run began */
	double interval_s;
	bool epoch; /* look again where everything is; the dear ones are read in any case */
};

struct site_values {
	double v[SITE_METRICS_MAX]; /* in the order of the metrics; NaN before the call */
	uint64_t anew; /* a bit for each counter that is another thing's than in the row before, and begins anew; 0 before */
};

/* One of the items that a sampler has more to say of at epochs: a line in internals.csv. */
typedef void site_line_fn(void *ctx, const char *item, double value, const char *unit);

struct site_sampler {
	const char *name; /* --samplers and `soakd list` use it */
	const char *help;
	const struct metric *metric;
	size_t n_metric;
	bool budgeted;     /* not in every row: what it costs is measured, and wall time has to earn it */
	size_t state_size; /* the caller allocates it zeroed */
	/*
	 * Once, before the first read. MUST leave a state that close() takes, also on error. SK_EUSAGE: it cannot work with
	 * these options. SK_ENOMEM.
	 */
	enum sk_code (*open)(void *state, const struct site_env *env, struct sk_err *err);
	/*
	 * Must not allocate after its first calls. An error says in *err what stays empty and why; what was set in *out is used all
	 * the same.
	 */
	enum sk_code (*read)(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err);
	/* Both MAY be NULL. What it knows of its newest read in detail, and the source that internals.csv names; called at epochs. */
	const char *source;
	void (*detail)(const void *state, site_line_fn *line, void *ctx);
	void (*close)(void *state); /* may be repeated */
};

extern const struct site_sampler *const site_samplers[]; /* of site.def, in its order; NULL-terminated */
extern const bool site_is_default[];

/* A sampler of either kind has that name of n bytes here. */
bool site_has_name(const char *name, size_t n);

/* The chosen ones. Counters are totals since the run began, as in totals.h. */
struct site_set {
	const struct site_sampler *s[SITE_MAX];
	void *state[SITE_MAX];
	size_t n;
	const struct metric *metric[SITE_METRICS_MAX];
	size_t n_metric, first[SITE_MAX]; /* s[i]'s metrics are metric[first[i]] ... */
	double last[SITE_METRICS_MAX];    /* counters: as the kernel last gave them; NaN: never */
	double total[SITE_METRICS_MAX];   /* counters: since the run began; NaN: never given */
};

/*
 * list: as of sampler_set_init(), whose names are passed over here; "default" has those that site.def marks so, "fast" none.
 * disk: --disk was given, which chooses `disk` whatever the list says. Opens nothing. SK_EUSAGE, SK_ENOMEM: release it.
 */
enum sk_code site_set_init(struct site_set *set, const char *list, bool disk, struct sk_err *err);
enum sk_code site_set_open(struct site_set *set, const struct site_env *env, struct sk_err *err);
void site_set_release(struct site_set *set);

struct site_fault {
	enum sk_code code[SITE_MAX]; /* SK_OK where it did not fail */
	struct sk_err err[SITE_MAX];
};

/* A row: out[set->n_metric]. fault: may be NULL. */
void site_set_read(struct site_set *set, const struct site_env *env, double *out, struct site_fault *fault);
/* What the samplers have to say in detail: line(ctx, source, item ...). */
typedef void site_source_fn(void *ctx, const char *source, const char *item, double value, const char *unit);
void site_set_detail(const struct site_set *set, site_source_fn *line, void *ctx);
/* The counters' totals of an interrupted run, in the set's order (gauges are passed over). */
void site_set_resume(struct site_set *set, const double *counters);

#endif
