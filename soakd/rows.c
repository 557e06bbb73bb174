/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "base/csv.h"

const struct metric own_columns[] = {
	{ "malloc_used_kb", "KiB", METRIC_GAUGE, "allocator: in use",
	  "bytes that the program has allocated and not freed, as its allocator says: a launched command with --malloc-stats" },
	{ "malloc_mapped_kb", "KiB", METRIC_GAUGE, "allocator: mapped",
	  "bytes that the allocator has from the kernel: what it maps and nobody uses is fragmentation or kept for later" },
	{ "malloc_sampled", "1", METRIC_GAUGE, "processes with allocator statistics", "processes that are in these two sums" },
	{ "reconnects", "1", METRIC_COUNTER, "reconnects", "connections of the workload made again after a loss" },
	{ "missed", "1", METRIC_COUNTER, "missed samples", "ticks of the schedule whose time passed without a sample" },
	{ "soakd_cpu_s", "s", METRIC_COUNTER, "CPU time of soakd", "user and system time of the monitor itself" },
	{ "soakd_rss_kb", "KiB", METRIC_GAUGE, "resident memory of soakd", "VmRSS of the monitor itself" },
	{ "soakd_anon_kb", "KiB", METRIC_GAUGE, "private memory of soakd", "RssAnon of the monitor itself" },
	{ "sample_ms", "ms", METRIC_GAUGE, "time of a sample", "wall time that reading this row took" },
	{ "stall_ms", "ms", METRIC_GAUGE, "longest read", "longest single read of page tables so far: how long the target's mmap lock may have been held" },
};
const size_t n_own_columns = sizeof(own_columns) / sizeof(*own_columns);

#define FACT(f) { #f, (int)offsetof(struct row_facts, f) }
static const struct {
	const char *name;
	int offset;
} facts[] = {
	FACT(timestamp), FACT(elapsed_s), FACT(processes), FACT(pss_sampled), FACT(heap_sampled), FACT(ops), FACT(errors),
	FACT(driver_anon_kb), FACT(reconnects), FACT(missed), FACT(soakd_cpu_s), FACT(soakd_rss_kb), FACT(soakd_anon_kb),
	FACT(sample_ms), FACT(stall_ms), FACT(malloc_used_kb), FACT(malloc_mapped_kb),
	FACT(malloc_sampled),
};

static int fact_offset(const char *name)
{
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		if (strcmp(facts[i].name, name) == 0)
			return facts[i].offset;
	return -1;
}

static void add_column(struct row_plan *p, const struct metric *m, const struct sampler_set *set)
{
	if (p->n == ROW_COLUMNS_MAX)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->metric[i]->name, m->name) == 0)
			return;
	p->metric[p->n] = m;
	p->fact[p->n] = fact_offset(m->name);
	p->slot[p->n] = p->fact[p->n] >= 0 ? -1 : sampler_set_find(set, m->name);
	p->n++;
}

void row_plan_init(struct row_plan *p, const struct sampler_set *set)
{
	p->n = 0;
	for (size_t i = 0; i < n_samples_columns; i++)
		add_column(p, &samples_columns[i], set);
	for (size_t i = 0; i < set->n_metric; i++)
		add_column(p, set->metric[i], set);
	for (size_t i = 0; i < n_own_columns; i++)
		add_column(p, &own_columns[i], set);
	for (size_t i = 0; i < n_processes_columns; i++)
		p->process_slot[i] = sampler_set_find(set, processes_columns[i].name);
	p->anon = sampler_set_find(set, "anon_kb");
	p->rss = sampler_set_find(set, "rss_kb");
	p->shmem = sampler_set_find(set, "shmem_kb");
	p->pss = sampler_set_find(set, "pss_kb");
	p->heap = sampler_set_find(set, "heap_kb");
}

void row_compose(const struct row_plan *p, const struct totals *t, const struct row_facts *f, double *values)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->fact[i] >= 0)
			memcpy(&values[i], (const char *)f + p->fact[i], sizeof(double));
		else
			values[i] = p->slot[i] >= 0 ? t->sum[p->slot[i]] : NAN;
	}
}

void row_line(const struct row_plan *p, const double *values, struct text *line)
{
	char stamp[40];

	text_reset(line);
	for (size_t i = 0; i < p->n; i++) {
		if (i == 0) {
			/* always three decimals: rows line up, and a reader sees the resolution */
			snprintf(stamp, sizeof(stamp), "%.3f", values[0]);
			csv_add_str(line, stamp);
		} else {
			csv_add_num(line, values[i], 3);
		}
	}
}

void row_process_line(const struct row_plan *p, double timestamp, const struct proc *proc, const double *row, struct text *line)
{
	char buf[40];

	text_reset(line);
	snprintf(buf, sizeof(buf), "%.3f", timestamp);
	csv_add_str(line, buf);
	for (size_t i = 1; i < n_processes_columns; i++) {
		const char *name = processes_columns[i].name;

		if (strcmp(name, "pid") == 0) {
			csv_add_num(line, proc->pid, 0);
		} else if (strcmp(name, "starttime") == 0) {
			snprintf(buf, sizeof(buf), "%" PRIu64, proc->starttime);
			csv_add_str(line, buf);
		} else if (strcmp(name, "role") == 0) {
			csv_add_str(line, proc->role);
		} else if (strcmp(name, "name") == 0) {
			csv_add_str(line, proc->comm);
		} else {
			csv_add_num(line, p->process_slot[i] >= 0 ? row[p->process_slot[i]] : NAN, 3);
		}
	}
}
