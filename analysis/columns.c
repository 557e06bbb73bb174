/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns rule of CONTRACT 6, as code in the same order. */
#include "analysis/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/known.h"
#include "analysis/noise.h"
#include "analysis/per_op.h"
#include "analysis/words.h"
#include "base/mem.h"
#include "base/text.h"

#define TOUCHED_KB 1024 /* a rise of RSS from here on, and by this share, is worth a word */
#define TOUCHED    .05

struct bench { /* what the rule works with; large, on the heap */
	const struct evidence *ev;
	const struct verdict_options *opt;
	struct verdict *v;
	struct context memory, count;
	struct series_verdict beyond; /* what a total has beyond the target's own; column empty: none */
	struct column ops, processes, col, other;
	bool has_processes;
	struct findings f;
	struct rivals rivals;
};

static const struct series *series_named(const struct evidence *ev, const char *name)
{
	for (size_t i = 0; i < ev->n_columns; i++)
		if (strcmp(ev->column[i]->name, name) == 0)
			return ev->column[i];
	return NULL;
}

static const struct series *with_samples(const struct evidence *ev, const char *name)
{
	const struct series *s = series_named(ev, name);

	return s && s->all.n > 0 ? s : NULL;
}

static struct series_verdict *judged(struct verdict *v, const char *name)
{
	for (size_t i = 0; i < v->n_series; i++)
		if (strcmp(v->series[i].column, name) == 0)
			return &v->series[i];
	return NULL;
}

/* Per operation, and what else growth may go with. */
static void add_drivers(struct bench *b, bool memory, struct series_verdict *v)
{
	bool other = b->has_processes && strcmp(v->column, "processes") != 0;

	rivals_line_up(&b->f, b->memory.ops, other ? &b->processes : NULL, &b->rivals);
	if (v->verdict == VERDICT_LEAK || v->verdict == VERDICT_SUSPECTED) {
		v->grows_with = rivals_race(&b->f, &b->rivals);
		words_of_driver(&b->rivals, v);
	}
	if (memory)
		per_op(&b->f, &b->rivals, v);
}

/* b->col is judged into v; a count has thresholds of its own. */
static enum sk_code judge_loaded(struct bench *b, enum leak_kind kind, struct series_verdict *v)
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
	const struct series *swap = with_samples(b->ev, "swap_kb");
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
	if (b->v->n_series == VERDICT_SERIES_MAX || judged(b->v, s->name))
		return SK_OK;
	enum sk_code rc = load(b, s, quantum);

	b->memory.error_kb = strcmp(s->name, "anon_kb") == 0 ? b->ev->anon_error_kb : 0;
	return rc == SK_OK ? judge_loaded(b, kind, &b->v->series[b->v->n_series++]) : rc;
}

static enum sk_code judge_all(struct bench *b)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; i < n_known_columns && rc == SK_OK; i++) {
		const struct known_column *known = &known_columns[i];
		const struct series *s = with_samples(b->ev, known->name);

		if (s)
			rc = judge_series(b, s, known->quantum, known->kind);
	}
	if (rc == SK_OK && b->opt->column && series_named(b->ev, b->opt->column))
		rc = judge_series(b, series_named(b->ev, b->opt->column), PAGE_KB, LEAK_NONE);
	return rc;
}

/* Worse is later: leak, suspected, then whatever says that it does not know, then the rest. */
static int gravity(const struct series_verdict *s)
{
	switch (s->verdict) {
	case VERDICT_LEAK:
		return 4;
	case VERDICT_SUSPECTED:
		return 3;
	case VERDICT_INSUFFICIENT:
		return 2;
	default:
		return 1;
	}
}

static void take(struct verdict *v, const struct series_verdict *s)
{
	if (s && (v->main.column[0] == '\0' || gravity(s) > gravity(&v->main)))
		v->main = *s;
}

static enum sk_code subtract(struct bench *b, const char *name)
{
	const struct series *s = with_samples(b->ev, name);
	enum sk_code rc = s ? column_load(&b->other, s, PAGE_KB) : SK_OK;

	if (s && rc == SK_OK)
		column_add(&b->col, &b->other, -1);
	return rc;
}

static bool address_space_grows(struct bench *b, const struct series_verdict *beyond)
{
	const struct series_verdict *vsz = judged(b->v, "vsz_kb");

	return vsz && vsz->growth_kb > .5 * beyond->growth_kb && vsz->end_kb - vsz->start_kb > .5 * beyond->growth_kb;
}

/* s may be the column itself or what it has beyond the target's own. */
static void call_shared_touch(const struct bench *b, struct series_verdict *s)
{
	const struct series_verdict *own = judged(b->v, "anon_kb");

	if (own) /* what this verdict excludes is growth of the target's own memory */
		s->detectable_kb_per_h = own->detectable_kb_per_h;
	words_of_shared_touch(
		s, own && isfinite(own->detectable_kb_per_h) ? fmax(own->detectable_kb_per_h, b->opt->min_rate_kb_per_h) : NAN,
		judged(b->v, "vsz_kb") != NULL);
	s->verdict = VERDICT_SHARED_TOUCH;
	s->kind = LEAK_NONE;
}

/* Read under a budget, it may have a value now and then where the cheap columns have one in each row. */
static bool too_few_readings(const struct bench *b, const struct series_verdict *s)
{
	const struct series_verdict *own = judged(b->v, "anon_kb");

	return s->verdict == VERDICT_INSUFFICIENT && own && 4 * s->samples < own->samples;
}

/*
 * What tells of shared memory without a reading of it: rss_shmem_kb, which no shared page escapes, and the address space, without
 * whose growth there is no new mapping.
 */
static bool shared_is_calm(const struct bench *b)
{
	const struct series_verdict *resident = judged(b->v, "rss_shmem_kb"), *vsz = judged(b->v, "vsz_kb");

	return (resident && gravity(resident) == 1) || (vsz && gravity(vsz) == 1);
}

/*
 * Rule 1 for shared memory. Pages of a segment that is mapped already are counted when they are first touched (shared buffers
 * fill for hours): only new mappings, for which the address space must grow too, are the target's own growth.
 */
static void take_shared(struct bench *b)
{
	struct series_verdict *s = judged(b->v, "shmem_kb");

	if (s && (s->verdict == VERDICT_LEAK || s->verdict == VERDICT_SUSPECTED) && judged(b->v, "vsz_kb") &&
	    !address_space_grows(b, s)) {
		call_shared_touch(b, s);
		if (gravity(&b->v->main) == 1)
			b->v->main = *s;
		return;
	}
	if (s && too_few_readings(b, s) && shared_is_calm(b))
		return;
	take(b->v, s);
}

/* For rule 2: pss (else rss) less what is the target's own. */
static enum sk_code judge_beyond(struct bench *b)
{
	const struct series_verdict *pss = judged(b->v, "pss_kb");
	const char *name = pss && !too_few_readings(b, pss) ? "pss_kb" : "rss_kb";
	const struct series *total = with_samples(b->ev, name);

	if (!total || !judged(b->v, "anon_kb") || b->opt->column)
		return SK_OK;
	enum sk_code rc = column_load(&b->col, total, PAGE_KB);

	if (rc == SK_OK)
		rc = subtract(b, "anon_kb");
	if (rc == SK_OK)
		rc = subtract(b, strcmp(name, "pss_kb") == 0 ? "shmem_kb" : "rss_shmem_kb");
	b->memory.error_kb = b->ev->anon_error_kb; /* what anon_kb lacks is in the difference */
	if (rc == SK_OK)
		rc = judge_loaded(b, LEAK_NONE, &b->beyond);
	b->beyond.ols_slope_kb_per_h = judged(b->v, name)->ols_slope_kb_per_h;
	b->beyond.ols_slope_kb_per_interval = judged(b->v, name)->ols_slope_kb_per_interval;
	return rc;
}

/* Rule 2. */
static void take_beyond(struct bench *b)
{
	struct series_verdict *s = &b->beyond;

	if (s->verdict != VERDICT_LEAK || b->v->main.verdict == VERDICT_LEAK)
		return;
	if (address_space_grows(b, s)) {
		b->v->main = *s;
		return;
	}
	if (gravity(&b->v->main) > 1) /* its own memory comes first: "no leak" is not said while that is open */
		return;
	call_shared_touch(b, s);
	b->v->main = *s;
}

/* The level after warm-up. Without one the run's first tenth: the fit line begins only after the last jump. */
static double settled_level(const struct series_verdict *s)
{
	return s->warmup_s > 0 && s->fit.valid ? fmax(s->fit.y0, s->start_kb) : s->start_kb;
}

/* Rule 4: address space that keeps growing to more than twice its level after warm-up; then counts. */
static void other_kinds(struct bench *b)
{
	static const char *const counts[] = { "processes", "threads", "fds" };
	const struct series_verdict *s = judged(b->v, "vsz_kb");
	const struct series_verdict *procs = judged(b->v, "processes");

	if (b->v->main.verdict == VERDICT_LEAK) {
		if (procs && procs->verdict == VERDICT_LEAK)
			b->v->main.kind = LEAK_PROCESSES;
		return;
	}
	if (s && s->verdict == VERDICT_LEAK && s->end_kb > 2 * settled_level(s))
		take(b->v, s);
	for (size_t i = 0; i < 3; i++) {
		s = judged(b->v, counts[i]);
		if (s && s->verdict == VERDICT_LEAK)
			take(b->v, s);
	}
}

/*
 * What counts pages of others too is context where the target's own memory is known: growth that rule 2 did not find to be a leak
 * is no leak in the table of series either.
 */
static void call_context(struct bench *b)
{
	static const char *const context[] = { "uss_kb", "pss_kb", "rss_kb", "file_kb", "rss_shmem_kb", "private_dirty_kb" };

	for (size_t i = 0; i < sizeof(context) / sizeof(*context); i++) {
		struct series_verdict *s = judged(b->v, context[i]);

		if (!s || (s->verdict != VERDICT_LEAK && s->verdict != VERDICT_SUSPECTED) || b->v->main.verdict == VERDICT_LEAK)
			continue;
		if (address_space_grows(b, s))
			s->verdict = VERDICT_SUSPECTED;
		else
			call_shared_touch(b, s);
		s->kind = LEAK_NONE;
	}
}

static void first_of(struct verdict *v, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n && v->main.column[0] == '\0'; i++)
		take(v, judged(v, names[i]));
}

/*
 * The file has a column that would decide and no value in it (unreadable, or text): what is left, such as a flat address
 * space, can prove a leak but must not say that there is none.
 */
static enum sk_code take_valueless(struct bench *b, const char *const *names, size_t n)
{
	struct series_verdict s;
	enum sk_code rc;

	for (size_t i = 0; i < n; i++) {
		const struct series *empty = series_named(b->ev, names[i]);

		if (!empty)
			continue;
		rc = column_load(&b->col, empty, PAGE_KB);
		if (rc == SK_OK)
			rc = judge_loaded(b, LEAK_NONE, &s);
		if (rc == SK_OK)
			b->v->main = s;
		return rc;
	}
	return SK_OK;
}

static enum sk_code decide(struct bench *b)
{
	static const char *const whole[] = { "uss_kb", "pss_kb", "rss_kb", "anon_kb" };
	static const char *const rest[] = { "vsz_kb", "processes", "threads", "fds" };
	enum sk_code rc = SK_OK;

	if (b->opt->column) {
		take(b->v, judged(b->v, b->opt->column));
		return SK_OK;
	}
	if (judged(b->v, "anon_kb")) {
		take(b->v, judged(b->v, "anon_kb"));
		take_shared(b);
		take_beyond(b);
		call_context(b);
	} else {
		first_of(b->v, whole, 3);
	}
	if (b->v->main.column[0] == '\0')
		rc = take_valueless(b, whole, 4);
	if (b->v->main.column[0] == '\0')
		first_of(b->v, rest, 4); /* a file with nothing better: a leak of it is one only by rule 4 */
	else
		other_kinds(b);
	return rc;
}

/* RSS that rose because shared memory was touched is what users ask about: it is told beside a verdict that finds nothing else. */
static void tell_touched(struct bench *b)
{
	const struct series_verdict *rss = judged(b->v, "rss_kb"), *shared = judged(b->v, "rss_shmem_kb");
	double rise, touched;

	if (!rss || !shared || b->opt->column || gravity(&b->v->main) > 1 || strcmp(b->v->main.column, "anon_kb") != 0)
		return;
	rise = rss->end_kb - rss->start_kb;
	touched = shared->end_kb - shared->start_kb;
	if (!(rise > fmax(TOUCHED_KB, TOUCHED * rss->start_kb)) || !(touched > .8 * rise))
		return;
	words_of_touched(&b->v->main, rise, touched);
	if (gravity(shared) > 1 || shared->verdict == VERDICT_SHARED_TOUCH) /* it goes on */
		b->v->main.verdict = VERDICT_SHARED_TOUCH;
}

/* A file that has vsz_kb alone: growth to less than twice the level is no more than a suspicion. */
static void vsz_alone(struct verdict *v, const struct verdict_options *opt)
{
	struct series_verdict *m = &v->main;

	if (opt->column || strcmp(m->column, "vsz_kb") != 0 || m->verdict != VERDICT_LEAK || m->end_kb > 2 * settled_level(m))
		return;
	m->verdict = VERDICT_SUSPECTED;
	m->kind = LEAK_NONE;
	m->need_more_s = m->fit.t1 - m->warmup_s;
}

static enum sk_code no_column(const struct evidence *ev, const struct verdict_options *opt, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc;

	for (size_t i = 0; i < ev->n_columns && i < 24; i++)
		text_addf(&t, "%s%s", i ? ", " : "", ev->column[i]->name);
	if (opt->column)
		rc = sk_fail(err, SK_ENOTFOUND, 0, "there is no column %s; there are: %s", opt->column, text_str(&t));
	else
		rc = sk_fail(err, SK_ENOTFOUND, 0,
			     "no column can decide: one of anon_kb, uss_kb, pss_kb, rss_kb, vsz_kb is needed; there are: %s",
			     ev->n_columns ? text_str(&t) : "none");
	text_release(&t);
	return rc;
}

static void start(struct bench *b)
{
	const struct evidence *ev = b->ev;

	b->memory = (struct context){ ev->restart_s,    ev->n_restarts, ev->interval_s, b->opt->min_rate_kb_per_h,
				      b->opt->warmup_s, NULL,           b->opt->alpha,  0 };
	b->count = b->memory;
	b->count.min_rate = 1; /* one descriptor or thread an hour */
}

enum sk_code columns_judge(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v, struct sk_err *err)
{
	const struct series *ops = with_samples(ev, "ops"), *processes = with_samples(ev, "processes");
	struct bench *b = sk_calloc(1, sizeof(*b));
	enum sk_code rc;

	if (!b)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	b->ev = ev;
	b->opt = opt;
	b->v = v;
	start(b);
	rc = ops ? column_load(&b->ops, ops, 1) : SK_OK;
	b->has_processes = processes != NULL;
	if (rc == SK_OK && processes)
		rc = column_load(&b->processes, processes, 1);
	if (ops)
		b->memory.ops = b->count.ops = &b->ops;
	if (rc == SK_OK)
		rc = judge_all(b);
	if (rc == SK_OK)
		rc = judge_beyond(b);
	if (rc == SK_OK) {
		family_adjust(v, b->beyond.column[0] ? &b->beyond : NULL, opt->column);
		rc = decide(b);
		tell_touched(b);
	}
	free(b);
	if (rc != SK_OK)
		return sk_fail(err, rc, 0, "no memory for the verdict");
	if (v->main.column[0] == '\0')
		return no_column(ev, opt, err);
	vsz_alone(v, opt);
	return SK_OK;
}
