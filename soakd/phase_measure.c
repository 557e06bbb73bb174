/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From rows to the figures of a phase: see phase_measure.h. */
#include "soakd/phase_measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Told of each phase, as far as the rows have them. */
static const char *const always[] = { "rss_kb",  "pss_kb",  "anon_kb", "shmem_kb",  "swap_kb", "heap_kb",
				      "file_kb", "threads", "fds",     "processes", "ops",     "errors" };

#define CLASS(name, words)                                                                                                       \
	{                                                                                                                        \
		"class_" name "_kb", "KiB", METRIC_GAUGE, "mappings: " name, words " (proportional share)"                       \
	}

const struct metric phase_class_metric[PHASE_CLASSES] = {
	CLASS("heap", "class heap, the main arena"),
	CLASS("arena", "class arena, glibc's others"),
	CLASS("anon", "classes anon, anon-named and anon-jit"),
	CLASS("shmem", "class shmem"),
	CLASS("file", "classes file-text, file-data, file-ro, file-bss and file-shared"),
};

static bool has(const struct phase_measure *m, const char *column)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->column[i], column) == 0)
			return true;
	return false;
}

/* false: the rows have no such column, or there is no room. */
static bool add(struct phase_measure *m, const char *column, const struct metric *const *columns, size_t n)
{
	if (has(m, column))
		return true;
	for (size_t i = 0; i < n && m->n < PHASE_TABLE_COLUMNS; i++)
		if (strcmp(columns[i]->name, column) == 0) {
			m->column[m->n] = columns[i]->name;
			m->slot[m->n++] = i;
			return true;
		}
	return false;
}

static enum sk_code add_budgets(struct phase_measure *m, const struct phase *p, const struct metric *const *columns, size_t n,
				struct sk_err *err)
{
	for (size_t i = 0; i < p->n_budget; i++)
		if (!add(m, p->budget[i].column, columns, n))
			return sk_fail(
				err, SK_EUSAGE, 0,
				"phase %s has a budget on %s, which the rows of this run do not have%s; see soakd list and "
				"--samplers",
				p->plan.name, p->budget[i].column,
				m->n == PHASE_TABLE_COLUMNS ? " room for (too many columns have budgets)" : "");
	return SK_OK;
}

enum sk_code phase_measure_init(struct phase_measure *m, const struct phase_list *list, const struct metric *const *columns,
				size_t n, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	*m = (struct phase_measure){ .n = 0 };
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		add(m, always[i], columns, n);
	for (size_t i = 0; i < PHASE_CLASSES; i++)
		add(m, phase_class_metric[i].name, columns, n);
	for (size_t i = 0; rc == SK_OK && i < list->n; i++)
		rc = add_budgets(m, &list->phase[i], columns, n, err);
	return rc;
}

void phase_measure_open(struct phase_measure *m, const double *values, double now_unix)
{
	for (size_t i = 0; i < m->n; i++)
		m->before[i] = m->peak[i] = m->after[i] = values ? values[m->slot[i]] : NAN;
	m->started = now_unix;
}

void phase_measure_row(struct phase_measure *m, const double *values)
{
	for (size_t i = 0; i < m->n; i++) {
		m->after[i] = values[m->slot[i]];
		m->peak[i] = fmax(m->peak[i], m->after[i]); /* a NaN loses */
	}
}

void phase_measure_lost(struct phase_measure *m)
{
	for (size_t i = 0; i < m->n; i++)
		m->after[i] = NAN;
}

/* As the file has it, so that what is read there is the same number. */
static double thousandth(double v)
{
	return round(v * 1000) / 1000;
}

void phase_measure_close(const struct phase_measure *m, const struct phase *phase, unsigned round, bool cut, double now_unix,
			 void (*take)(void *ctx, const struct phase_line *l), void *ctx)
{
	for (size_t i = 0; i < m->n; i++) {
		struct phase_line l = { .started = thousandth(m->started),
					.ended = thousandth(now_unix),
					.round = round,
					.before = thousandth(m->before[i]),
					.peak = thousandth(m->peak[i]),
					.after = thousandth(m->after[i]),
					.cut = cut,
					.most = NAN };

		snprintf(l.phase, sizeof(l.phase), "%s", phase->plan.name);
		snprintf(l.column, sizeof(l.column), "%s", m->column[i]);
		for (size_t k = 0; k < phase->n_budget; k++) {
			const struct phase_budget *b = &phase->budget[k];

			if (strcmp(b->column, l.column) != 0)
				continue;
			l.budgeted = true;
			l.of = b->of;
			l.most = b->most;
			take(ctx, &l);
		}
		if (!l.budgeted)
			take(ctx, &l);
	}
}
