/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals that may decide first, context below them, the load generator beside them. */
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

/* The load generator is another program: whether it leaks is a question of its own, and no answer to ours. */
static struct family *family_of(const struct verdict *v, const char *column, const char *only, struct family f[3])
{
	if (may_decide(v, column, only))
		return &f[0];
	return strcmp(column, DRIVER_COLUMN) == 0 ? &f[2] : &f[1];
}

void family_adjust(struct verdict *v, struct series_verdict *beyond, const char *only)
{
	struct family f[3] = { { .n = 0 } };

	for (size_t i = 0; i < v->n_series; i++)
		join(family_of(v, v->series[i].column, only, f), &v->series[i]);
	if (beyond)
		join(&f[0], beyond);
	test_together(&f[0], 1);
	test_together(&f[1], fdr_scale(f[0].q, f[0].n, LEAK_Q));
	test_together(&f[2], 1);
	v->parts_scale = fdr_scale(f[0].q, f[0].n, VERDICT_PART_Q);
}
