/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/rows.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/columns.h"
#include "base/csv.h"

const struct metric own_columns[] = {
	{ "malloc_used_kb", "KiB", METRIC_GAUGE, "allocator: in use",
	  "bytes that the program has allocated and not freed, as its allocator says: a launched command with --malloc-stats" },
	{ "malloc_mapped_kb", "KiB", METRIC_GAUGE, "allocator: mapped",
	  "bytes that the allocator has from the kernel: what it maps and nobody uses is fragmentation or kept for later" },
	{ "malloc_sampled", "1", METRIC_GAUGE, "processes with allocator statistics", "processes that are in these two sums" },
	{ "missed", "1", METRIC_COUNTER, "missed samples", "ticks of the schedule whose time passed without a sample" },
	{ "soakd_cpu_s", "s", METRIC_COUNTER, "CPU time of soakd", "user and system time of the monitor itself" },
	{ "soakd_rss_kb", "KiB", METRIC_GAUGE, "resident memory of soakd", "VmRSS of the monitor itself" },
	{ "soakd_anon_kb", "KiB", METRIC_GAUGE, "private memory of soakd", "RssAnon of the monitor itself" },
	{ "sample_ms", "ms", METRIC_GAUGE, "time of a sample", "wall time that reading this row took" },
	{ "stall_ms", "ms", METRIC_GAUGE, "longest read",
	  "longest single read() of page tables so far: how long the target's mmap lock may have been held" },
	{ "pss_expected", "1", METRIC_GAUGE, "processes that have a PSS",
	  "processes of this row: pss_kb is there where pss_sampled reaches it" },
	{ "heap_expected", "1", METRIC_GAUGE, "processes that have a heap",
	  "processes of this row: heap_kb is there where heap_sampled reaches it" },
	{ "guarded", "1", METRIC_GAUGE, "processes too big to be walked",
	  "processes whose page tables are not read, because one read would take over 20 ms" },
	{ "left_out", "1", METRIC_GAUGE, "processes left out",
	  "processes of the tree that are in no figure yet: younger than --min-age, smaller than --min-rss" },
	{ "anon_lag_kb", "KiB", METRIC_GAUGE, "lag of RssAnon",
	  "anonymous memory counted page by page (smaps_rollup) less anon_kb, where both are known of every process" },
	{ "processes_born", "1", METRIC_COUNTER, "processes born",
	  "processes of the target that were first seen after the run began" },
	{ "processes_died", "1", METRIC_COUNTER, "processes died", "processes of the target that have gone since the run began" },
};
const size_t n_own_columns = sizeof(own_columns) / sizeof(*own_columns);

/* clang-format off */
#define FACT(f) { #f, (int)offsetof(struct row_facts, f) }
/* clang-format on */
static const struct {
	const char *name;
	int offset;
} facts[] = {
	FACT(timestamp),      FACT(elapsed_s),      FACT(processes),
	FACT(pss_sampled),    FACT(heap_sampled),   FACT(ops),
	FACT(errors),         FACT(driver_anon_kb), FACT(reconnects),
	FACT(missed),         FACT(soakd_cpu_s),    FACT(soakd_rss_kb),
	FACT(soakd_anon_kb),  FACT(sample_ms),      FACT(stall_ms),
	FACT(pss_expected),   FACT(heap_expected),  FACT(guarded),
	FACT(left_out),       FACT(anon_lag_kb),    FACT(processes_born),
	FACT(processes_died), FACT(malloc_used_kb), FACT(malloc_mapped_kb),
	FACT(malloc_sampled), FACT(op_rows),        FACT(op_bytes),
	FACT(connects),       FACT(missed_ops),     FACT(reloads),
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
	p->site[p->n] = -1;
	p->n++;
}

/* They come behind the samplers' further metrics, and no name of them is another's. */
static void add_site(struct row_plan *p, const struct site_set *site)
{
	for (size_t i = 0; i < site->n_metric && p->n < ROW_COLUMNS_MAX; i++) {
		p->metric[p->n] = site->metric[i];
		p->fact[p->n] = p->slot[p->n] = -1;
		p->site[p->n++] = (int)i;
	}
}

/* Cells of processes.csv that no sampler fills; EMPTY: nobody does. */
enum { EMPTY = -1, PID = -2, STARTTIME = -3, ROLE = -4, NAME = -5 };

static int process_cell(const char *name, const struct sampler_set *set)
{
	static const struct {
		const char *name;
		int cell;
	} own[] = { { "pid", PID }, { "starttime", STARTTIME }, { "role", ROLE }, { "name", NAME } };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strcmp(own[i].name, name) == 0)
			return own[i].cell;
	return sampler_set_find(set, name);
}

void row_plan_init(struct row_plan *p, const struct sampler_set *set, const struct site_set *site)
{
	p->n = 0;
	for (size_t i = 0; i < n_samples_columns; i++)
		add_column(p, &samples_columns[i], set);
	for (size_t i = 0; i < set->n_metric; i++)
		add_column(p, set->metric[i], set);
	add_site(p, site);
	for (size_t i = 0; i < n_own_columns; i++)
		add_column(p, &own_columns[i], set);
	for (size_t i = 0; i < n_processes_columns; i++)
		p->process_slot[i] = process_cell(processes_columns[i].name, set);
	p->anon = sampler_set_find(set, "anon_kb");
	p->rss = sampler_set_find(set, "rss_kb");
	p->vsz = sampler_set_find(set, "vsz_kb");
	p->file = sampler_set_find(set, "file_kb");
	p->rss_shmem = sampler_set_find(set, "rss_shmem_kb");
	p->shmem = sampler_set_find(set, "shmem_kb");
	p->exact = sampler_set_find(set, "anon_exact_kb");
	p->pss = sampler_set_find(set, "pss_kb");
	p->heap = sampler_set_find(set, "heap_kb");
}

void row_compose(const struct row_plan *p, const struct totals *t, const struct row_facts *f, const double *site, double *values)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->fact[i] >= 0)
			memcpy(&values[i], (const char *)f + p->fact[i], sizeof(double));
		else if (p->site[i] >= 0)
			values[i] = site[p->site[i]];
		else
			values[i] = p->slot[i] >= 0 ? t->sum[p->slot[i]] : NAN;
	}
}

void row_line(const struct row_plan *p, const double *values, struct text *line)
{
	text_reset(line);
	csv_add_fixed(line, values[0], 3); /* rows line up, and a reader sees the resolution */
	for (size_t i = 1; i < p->n; i++)
		csv_add_num(line, values[i], 3);
}

void row_process_line(const struct row_plan *p, double timestamp, const struct proc *proc, const double *row, struct text *line)
{
	text_reset(line);
	csv_add_fixed(line, timestamp, 3);
	for (size_t i = 1; i < n_processes_columns; i++) {
		switch (p->process_slot[i]) {
		case PID:
			csv_add_num(line, proc->pid, 0);
			break;
		case STARTTIME:
			csv_add_count(line, proc->starttime);
			break;
		case ROLE:
			csv_add_str(line, proc->role);
			break;
		case NAME:
			csv_add_str(line, proc->comm);
			break;
		case EMPTY:
			csv_add_str(line, "");
			break;
		default:
			csv_add_num(line, row[p->process_slot[i]], 3);
		}
	}
}
