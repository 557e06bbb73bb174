/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/fragmentation.h"

#include <math.h>
#include <string.h>

#include "analysis/verdict.h"
#include "analysis/words.h"

#define COVERED .8 /* of the growth must be that of processes with an account */
#define KEPT    .5 /* of the growth must be the allocator's */

static bool named(const char *column, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(column, names[i]) == 0)
			return true;
	return false;
}

/* What an allocator makes grow. */
static bool is_memory(const char *column)
{
	static const char *const names[] = { "anon_kb", "uss_kb", "pss_kb", "rss_kb", "private_dirty_kb", "heap_kb" };

	return named(column, names, sizeof(names) / sizeof(*names));
}

/* No account of malloc tells anything of these. */
static bool something_else_leaks(const struct verdict *v)
{
	static const char *const names[] = { "shmem_kb", "processes", "threads", "fds" };

	for (size_t i = 0; i < v->n_series; i++)
		if (v->series[i].verdict == VERDICT_LEAK && named(v->series[i].column, names, sizeof(names) / sizeof(*names)))
			return true;
	return false;
}

static bool in_use_grows(const struct explained *e, double min_rate)
{
	double hours = e->span_s / 3600;

	return e->in_use_lo_kb > min_rate * fmax(1, hours);
}

static bool allocator_keeps(const struct verdict *v)
{
	const struct explained *e = &v->explained;
	double grew = v->main.rate_kb_per_h * e->span_s / 3600, kept = e->fragmentation_kb + e->retention_kb;

	return (e->rest == REST_FRAGMENTATION || e->rest == REST_RETENTION) && grew > 0 && e->growth_kb >= COVERED * grew &&
	       kept > KEPT * fmax(grew, e->growth_kb);
}

void fragmentation_overrules(struct verdict *v, double min_rate)
{
	struct series_verdict *m = &v->main;

	if (!verdict_grows(m->verdict) || !is_memory(m->column) || !allocator_keeps(v) || in_use_grows(&v->explained, min_rate) ||
	    something_else_leaks(v))
		return;
	m->verdict = VERDICT_SUSPECTED;
	m->kind = LEAK_NONE;
	v->explained.by_allocator = true;
	words_of_fragmentation(v);
	for (size_t i = 0; i < v->n_series; i++)
		if (strcmp(v->series[i].column, m->column) == 0) {
			v->series[i] = *m;
		} else if (v->series[i].verdict == VERDICT_LEAK && is_memory(v->series[i].column)) {
			v->series[i].verdict = VERDICT_SUSPECTED;
			v->series[i].kind = LEAK_NONE;
		}
}
