/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals that may decide first, context below them. */
#include "analysis/family.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/effect.h"
#include "analysis/fdr.h"
#include "analysis/words.h"

struct family {
	struct series_verdict *of[VERDICT_SERIES_MAX + 1];
	double p[VERDICT_SERIES_MAX + 1], q[VERDICT_SERIES_MAX + 1];
	size_t n;
};

static void join(struct family *f, struct series_verdict *s)
{
	f->p[f->n] = s->p_value;
	f->of[f->n++] = s;
}

static bool has(const struct verdict *v, const char *column)
{
	for (size_t i = 0; i < v->n_series; i++)
		if (strcmp(v->series[i].column, column) == 0)
			return true;
	return false;
}

static bool one_of(const char *column, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], column) == 0)
			return true;
	return false;
}

static bool may_decide(const struct verdict *v, const char *column, const char *only)
{
	static const char *const own[] = { "anon_kb", "shmem_kb" }, *const whole[] = { "uss_kb", "pss_kb", "rss_kb" };
	static const char *const kinds[] = { "vsz_kb", "processes", "threads", "fds" };

	if (only)
		return strcmp(column, only) == 0;
	if (one_of(column, kinds, 4))
		return true;
	if (has(v, "anon_kb"))
		return one_of(column, own, 2);
	for (size_t i = 0; i < 3; i++)
		if (has(v, whole[i]))
			return strcmp(column, whole[i]) == 0;
	return false;
}

/* A leak that chance explains as well among so many: more time makes its p as small as it has to be. */
static void take_back(const struct family *f, struct series_verdict *s)
{
	double have = gsl_cdf_ugaussian_Qinv(s->p_value), want = gsl_cdf_ugaussian_Qinv(s->p_value * LEAK_Q / s->q_value);
	size_t tests = 0;

	for (size_t i = 0; i < f->n; i++)
		tests += isfinite(f->p[i]) != 0;
	s->verdict = VERDICT_SUSPECTED;
	s->kind = LEAK_NONE;
	s->need_more_s = NAN;
	if (isfinite(s->q_value))
		s->need_more_s = effect_need_more(want, have, s->fit.t1 - s->fit.t0, s->noise.phi);
	words_of_many(s, isfinite(s->q_value) ? tests : 0);
}

static void test_together(struct family *f, double scale)
{
	fdr_q(f->p, f->n, scale, f->q);
	for (size_t i = 0; i < f->n; i++) {
		f->of[i]->q_value = f->q[i];
		if (f->of[i]->verdict == VERDICT_LEAK && !(f->q[i] <= LEAK_Q))
			take_back(f, f->of[i]);
	}
}

void family_adjust(struct verdict *v, struct series_verdict *beyond, const char *only)
{
	struct family first = { .n = 0 }, context = { .n = 0 };

	for (size_t i = 0; i < v->n_series; i++)
		join(may_decide(v, v->series[i].column, only) ? &first : &context, &v->series[i]);
	if (beyond)
		join(&first, beyond);
	test_together(&first, 1);
	test_together(&context, fdr_scale(first.q, first.n, LEAK_Q));
	v->parts_scale = fdr_scale(first.q, first.n, VERDICT_PART_Q);
}
