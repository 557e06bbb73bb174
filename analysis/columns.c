/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns rule of CONTRACT 6, as code in the same order. */
#include "analysis/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bench.h"
#include "analysis/family.h"
#include "analysis/known.h"
#include "analysis/residuals.h"
#include "analysis/words.h"
#include "base/text.h"

#define TOUCHED_KB 1024 /* a rise of RSS from here on, and by this share, is worth a word */
#define TOUCHED    .05

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

/*
 * How much larger the address space became while s grew: its own trend may be of another time. Servers fork and map at their start,
 * and what grows an hour later grew inside of that. Where lives were cut apart each begins anew, and its ends are no rise.
 */
static double address_space_rise(struct bench *b, const struct series_verdict *s)
{
	const struct series *vsz = evidence_samples(b->ev, "vsz_kb");
	double start, end;

	if (!s->fit.valid || b->ev->n_restarts > 0 || !vsz || column_load(&b->other, vsz, PAGE_KB) != SK_OK ||
	    !blocks_ends(b->other.b, b->other.n, s->fit.t0, s->fit.t1, &start, &end))
		return INFINITY;
	return end - start;
}

static bool address_space_grows(struct bench *b, const struct series_verdict *s)
{
	const struct series_verdict *vsz = bench_judged(b->v, "vsz_kb");
	double enough = .5 * s->growth_kb;

	/* each has its own warm-up, before which its growth does not count: by rate they are compared */
	return vsz && vsz->rate_kb_per_h > .5 * s->rate_kb_per_h && vsz->end_kb - vsz->start_kb > enough &&
	       address_space_rise(b, s) > enough;
}

/* s may be the column itself or what it has beyond the target's own. */
static void call_shared_touch(const struct bench *b, struct series_verdict *s)
{
	const struct series_verdict *own = bench_judged(b->v, "anon_kb");

	s->verdict = VERDICT_SHARED_TOUCH;
	if (own) /* what this verdict excludes is growth of the target's own memory */
		s->detectable_kb_per_h = own->detectable_kb_per_h;
	words_of_shared_touch(s, own ? verdict_excludes(s) : NAN, bench_judged(b->v, "vsz_kb") != NULL);
	s->kind = LEAK_NONE;
}

/*
 * What tells of shared memory without a reading of it: rss_shmem_kb, which no shared page escapes, and the address space, without
 * whose growth there is no new mapping.
 */
static bool shared_is_calm(const struct bench *b)
{
	const struct series_verdict *resident = bench_judged(b->v, "rss_shmem_kb"), *vsz = bench_judged(b->v, "vsz_kb");

	return (resident && gravity(resident) == 1) || (vsz && gravity(vsz) == 1);
}

/*
 * Rule 1 for shared memory. Pages of a segment that is mapped already are counted when they are first touched (shared buffers
 * fill for hours): only new mappings, for which the address space must grow too, are the target's own growth.
 */
static void take_shared(struct bench *b)
{
	struct series_verdict *s = bench_judged(b->v, "shmem_kb");

	if (s && verdict_grows(s->verdict) && bench_judged(b->v, "vsz_kb") && !address_space_grows(b, s)) {
		call_shared_touch(b, s);
		if (gravity(&b->v->main) == 1)
			b->v->main = *s;
		return;
	}
	if (s && bench_seldom_read(b, s) && shared_is_calm(b))
		return;
	take(b->v, s);
}

/* Rule 2. */
static void take_beyond(struct bench *b)
{
	struct series_verdict *s = &b->beyond;

	if (s->verdict != VERDICT_LEAK || b->v->main.verdict == VERDICT_LEAK)
		return;
	s->beyond_own = true;
	if (address_space_grows(b, s)) {
		b->v->main = *s;
		return;
	}
	if (gravity(&b->v->main) > 1) /* its own memory comes first: "no leak" is not said while that is open */
		return;
	call_shared_touch(b, s);
	b->v->main = *s;
}

/* The level after warm-up. Without one the run's first tenth: the fit line begins only after the last jump, or in the last tenth. */
static double settled_level(const struct series_verdict *s)
{
	return s->warmup_s > 0 && s->fit.valid && !s->last_tenth ? fmax(s->fit.y0, s->start_kb) : s->start_kb;
}

/* Rule 4: address space that keeps growing to more than twice its level after warm-up; then counts. */
static void other_kinds(struct bench *b)
{
	static const char *const counts[] = { "processes", "threads", "fds" };
	const struct series_verdict *s = bench_judged(b->v, "vsz_kb");
	const struct series_verdict *procs = bench_judged(b->v, "processes");

	if (b->v->main.verdict == VERDICT_LEAK) {
		if (procs && procs->verdict == VERDICT_LEAK)
			b->v->main.kind = LEAK_PROCESSES;
		return;
	}
	if (s && s->verdict == VERDICT_LEAK && s->end_kb > 2 * settled_level(s))
		take(b->v, s);
	for (size_t i = 0; i < 3; i++) {
		s = bench_judged(b->v, counts[i]);
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
	static const char *const context[] = { "uss_kb",       "pss_kb",           "rss_kb",       "file_kb",
					       "rss_shmem_kb", "private_dirty_kb", "pagetables_kb" };

	for (size_t i = 0; i < sizeof(context) / sizeof(*context); i++) {
		struct series_verdict *s = bench_judged(b->v, context[i]);

		if (!s || !verdict_grows(s->verdict) || b->v->main.verdict == VERDICT_LEAK)
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
		take(v, bench_judged(v, names[i]));
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
		const struct series *empty = evidence_series(b->ev, names[i]);

		if (!empty)
			continue;
		rc = column_load(&b->col, empty, PAGE_KB);
		if (rc == SK_OK)
			rc = bench_judge_loaded(b, LEAK_NONE, &s);
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
		take(b->v, bench_judged(b->v, b->opt->column));
		return SK_OK;
	}
	if (bench_judged(b->v, "anon_kb")) {
		take(b->v, bench_judged(b->v, "anon_kb"));
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
	const struct series_verdict *rss = bench_judged(b->v, "rss_kb"), *shared = bench_judged(b->v, "rss_shmem_kb");
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

enum sk_code columns_judge(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v, struct sk_err *err)
{
	struct bench *b = bench_new(ev, opt, v);
	enum sk_code rc;

	if (!b)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	rc = bench_judge_all(b);
	if (rc == SK_OK)
		rc = bench_judge_beyond(b);
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
