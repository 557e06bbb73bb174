/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The run so far in constant memory, as the monitor knows it: the tree's columns and each role's private memory as series of
 * blocks, and the verdict on them. Rows are added by the session; the same blocks come from the CSV offline.
 */
#ifndef SOAKD_ONLINE_H
#define SOAKD_ONLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/verdict.h"
#include "base/err.h"
#include "base/metric.h"
#include "soakd/standing.h"

#define ONLINE_ROLES    48 /* roles with a series of their own; later ones share "other" */
#define ONLINE_RESTARTS 64 /* restarts remembered */

struct online;

/* columns: the row's metrics in order (timestamp and elapsed_s left out by name). NULL without memory, *err filled. */
struct online *online_new(const struct metric *const *columns, size_t n, double interval_s, struct sk_err *err);
void online_free(struct online *o);

void online_start(struct online *o, double start_unix, double length_s, double limit_kb); /* length_s planned; NaN: open */
/* Whose counters the memory is read from, for the error of anon_kb (lag.h); NULL: not known. */
void online_kernel(struct online *o, const char *kernel, double cpus);
void online_limit(struct online *o, double limit_kb);                 /* another one from now on */
void online_role(struct online *o, const char *role, double anon_kb); /* adds to the role's sum of this row; before online_row */
void online_row(struct online *o, double elapsed_s, const double *values); /* one per column, NaN = no value */
/* Levels of load and idle periods, by column; borrowed until the next call. */
void online_cycles(struct online *o, const struct cycle_levels *levels, size_t n);
void online_restart(struct online *o, double elapsed_s);
void online_gap(struct online *o);

/* When to look again: looks are spread so that their number grows with the logarithm of the run. */
bool online_look_due(const struct online *o, double elapsed_s);
/*
 * Decides on what is there. A leak that is not said yet has to be proven at the level that this look may spend
 * (analysis/spending.h), any other verdict at opt->alpha; what is said then is standing.h's. On error nothing changes.
 */
enum sk_code online_look(struct online *o, double elapsed_s, const struct verdict_options *opt, struct sk_err *err);
/* Takes what a look in another process has made of the same blocks at elapsed_s. */
void online_take(struct online *o, double elapsed_s, const struct standing *s);
/* The same blocks at the plain level, without a say in what stands: the last word where the files cannot be read. */
enum sk_code online_decide(struct online *o, const struct verdict_options *opt, struct verdict *v, struct sk_err *err);
/* The run is over and *v is its verdict: standing_conclude(). */
bool online_conclude(struct online *o, double elapsed_s, struct verdict *v);
/* The run was interrupted at elapsed_s and had *v by then. The level of looks until then is forfeited. */
void online_resume(struct online *o, double elapsed_s, const struct verdict *v);
const struct verdict *online_verdict(const struct online *o); /* what is said; NULL before the first look */
const struct standing *online_standing(const struct online *o);

/* The blocks of a column so far, as series_blocks() gives them; 0: it has none here. */
size_t online_blocks(const struct online *o, const char *column, struct block out[SERIES_ONLINE]);

#endif
