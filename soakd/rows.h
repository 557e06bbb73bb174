/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From samples to lines: which column of samples.csv comes from where, and the text of a row.
 * The fixed columns are base/columns; behind them come the further metrics of the chosen samplers, then soakd's own.
 */
#ifndef SOAKD_ROWS_H
#define SOAKD_ROWS_H

#include <stddef.h>

#include "base/metric.h"
#include "base/text.h"
#include "samplers/sampler.h"
#include "samplers/site.h"
#include "samplers/totals.h"
#include "soakd/target.h"

#define ROW_COLUMNS_MAX 128

/* What the session itself knows of a row, beside the samplers. NaN = unknown. */
struct row_facts {
	double timestamp, elapsed_s, processes, pss_sampled, heap_sampled, ops, errors, driver_anon_kb;
	double malloc_used_kb, malloc_mapped_kb, malloc_sampled;
	double op_rows, op_bytes, connects, reconnects, missed_ops, reloads;
	double missed, soakd_cpu_s, soakd_rss_kb, soakd_anon_kb, sample_ms, stall_ms;
	double pss_expected, heap_expected, guarded, left_out, anon_lag_kb, processes_born, processes_died;
};

struct row_plan {
	const struct metric *metric[ROW_COLUMNS_MAX];
	int slot[ROW_COLUMNS_MAX]; /* of the sampler set's row, or -1 */
	int site[ROW_COLUMNS_MAX]; /* of the site set's row, or -1 */
	int fact[ROW_COLUMNS_MAX]; /* offset into struct row_facts, or -1 */
	size_t n;
	int process_slot[ROW_COLUMNS_MAX]; /* for each column of processes.csv: slot of the set's row, or what rows.c has */
	int anon, rss, vsz, file, rss_shmem, shmem, pss, heap, exact; /* slots that the session needs by name, or -1 */
};

/* The table of soakd's own columns, for `soakd list`. */
extern const struct metric own_columns[];
extern const size_t n_own_columns;

void row_plan_init(struct row_plan *p, const struct sampler_set *set, const struct site_set *site);

/* values[p->n] from totals, facts and what surrounds the target (of the site set's metrics). */
void row_compose(const struct row_plan *p, const struct totals *t, const struct row_facts *f, const double *site, double *values);
void row_line(const struct row_plan *p, const double *values, struct text *line);
/* A line of processes.csv. */
void row_process_line(const struct row_plan *p, double timestamp, const struct proc *proc, const double *row, struct text *line);

#endif
