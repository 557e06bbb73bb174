/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/known.h"
#include "analysis/noise.h"
#include "analysis/per_op.h"
#include "analysis/words.h"
#include "base/mem.h"

struct series_verdict *bench_judged(struct verdict *v, const char *name)
{
	for (size_t i = 0; i < v->n_series; i++)
		if (strcmp(v->series[i].column, name) == 0)
			return &v->series[i];
	return NULL;
}

/* Per operation, and what else growth may go with. */
static void add_drivers(struct bench *b, bool memory, struct series_verdict *v)
{
	bool grows = verdict_grows(v->verdict);
	struct counters c = b->counters;

	if (strcmp(v->column, "processes") == 0)
		c.processes = NULL;
	rivals_line_up(&b->f, &c, &b->rivals);
	if (grows)
		v->grows_with = rivals_race(&b->f, &b->rivals);
	if (memory)
		per_op(&b->f, &b->rivals, v);
	if (grows)
		words_of_driver(&b->rivals, v);
}

/* b->col is judged into v; a count has thresholds of its own. */
enum sk_code bench_judge_loaded(struct bench *b, enum leak_kind kind, struct series_verdict *v)
{
	bool memory = b->col.quantum == PAGE_KB;
	enum sk_code rc = judge_column(&b->col, memory ? &b->memory : &b->count, &b->f, v);

	if (rc != SK_OK)
		return rc;
	noise_about_line(&b->f, v);
	add_drivers(b, memory, v);
	if (v->verdict == VERDICT_LEAK && kind != LEAK_NONE)
		v->kind = kind;
	return SK_OK;
}

/* anon_kb carries swap_kb: memory that was swapped out is still owned. */
static enum sk_code load(struct bench *b, const struct series *s, double quantum)
{
	const struct series *swap = evidence_samples(b->ev, "swap_kb");
	enum sk_code rc = column_load(&b->col, s, quantum);

	if (rc != SK_OK || strcmp(s->name, "anon_kb") != 0 || b->opt->column || !swap || !(swap->max > 0))
		return rc;
	rc = column_load(&b->other, swap, quantum);
	if (rc == SK_OK)
		column_add(&b->col, &b->other, 1);
	return rc;
}

static enum sk_code judge_series(struct bench *b, const struct series *s, double quantum, enum leak_kind kind)
{
	if (b->v->n_series == VERDICT_SERIES_MAX || bench_judged(b->v, s->name))
		return SK_OK;
	enum sk_code rc = load(b, s, quantum);

	b->memory.error_kb = strcmp(s->name, "anon_kb") == 0 ? b->ev->anon_error_kb : 0;
	return rc == SK_OK ? bench_judge_loaded(b, kind, &b->v->series[b->v->n_series++]) : rc;
}

/* What growth may go with is at hand before the first column is judged. */
static enum sk_code load_drivers(struct bench *b)
{
	const struct {
		const char *name;
		struct column *c;
		const struct column **at;
	} all[] = {
		{ "ops", &b->ops, &b->counters.ops },
		{ "processes", &b->processes, &b->counters.processes },
		{ "connects", &b->connects, &b->counters.connects },
		{ "reloads", &b->reloads, &b->counters.reloads },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct series *s = evidence_samples(b->ev, all[i].name);
		enum sk_code rc = s ? column_load(all[i].c, s, 1) : SK_OK;

		if (rc != SK_OK)
			return rc;
		*all[i].at = s ? all[i].c : NULL;
	}
	b->memory.ops = b->count.ops = b->counters.ops;
	return SK_OK;
}

enum sk_code bench_judge_all(struct bench *b)
{
	enum sk_code rc = load_drivers(b);

	for (size_t i = 0; i < n_known_columns && rc == SK_OK; i++) {
		const struct known_column *known = &known_columns[i];
		const struct series *s = evidence_samples(b->ev, known->name);

		if (s)
			rc = judge_series(b, s, known->quantum, known->kind);
	}
	if (rc == SK_OK && b->opt->column && evidence_series(b->ev, b->opt->column))
		rc = judge_series(b, evidence_series(b->ev, b->opt->column), PAGE_KB, LEAK_NONE);
	return rc;
}

static enum sk_code subtract(struct bench *b, const char *name)
{
	const struct series *s = evidence_samples(b->ev, name);
	enum sk_code rc = s ? column_load(&b->other, s, PAGE_KB) : SK_OK;

	if (s && rc == SK_OK)
		column_add(&b->col, &b->other, -1);
	return rc;
}

/* Read under a budget, it may have a value now and then where the cheap columns have one in each row. */
bool bench_seldom_read(const struct bench *b, const struct series_verdict *s)
{
	const struct series_verdict *own = bench_judged(b->v, "anon_kb");

	return s->verdict == VERDICT_INSUFFICIENT && own && 4 * s->samples < own->samples;
}

/* For rule 2: pss (else rss) less what is the target's own. */
enum sk_code bench_judge_beyond(struct bench *b)
{
	const struct series_verdict *pss = bench_judged(b->v, "pss_kb");
	const char *name = pss && !bench_seldom_read(b, pss) ? "pss_kb" : "rss_kb";
	const struct series *total = evidence_samples(b->ev, name);

	if (!total || !bench_judged(b->v, "anon_kb") || b->opt->column)
		return SK_OK;
	enum sk_code rc = column_load(&b->col, total, PAGE_KB);

	if (rc == SK_OK)
		rc = subtract(b, "anon_kb");
	if (rc == SK_OK)
		rc = subtract(b, strcmp(name, "pss_kb") == 0 ? "shmem_kb" : "rss_shmem_kb");
	b->memory.error_kb = b->ev->anon_error_kb; /* what anon_kb lacks is in the difference */
	if (rc == SK_OK)
		rc = bench_judge_loaded(b, LEAK_NONE, &b->beyond);
	b->beyond.ols_slope_kb_per_h = bench_judged(b->v, name)->ols_slope_kb_per_h;
	b->beyond.ols_slope_kb_per_interval = bench_judged(b->v, name)->ols_slope_kb_per_interval;
	return rc;
}

struct bench *bench_new(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v)
{
	struct bench *b = sk_calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->ev = ev;
	b->opt = opt;
	b->v = v;
	b->memory = (struct context){ ev->restart_s,   ev->n_restarts, ev->interval_s, opt->min_rate_kb_per_h,
				      opt->warmup_s,   NULL,           opt->alpha,     0,
				      ev->n_cycles > 0 };
	b->count = b->memory;
	b->count.min_rate = 1; /* one descriptor or thread an hour */
	return b;
}
