/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares of the growth, part by part. */
#include "analysis/attribution.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/theil_sen.h"
#include "analysis/track.h"
#include "base/mem.h"

struct span {
	double from, to;
};

static struct span judged_span(const struct evidence *ev, const struct verdict *v)
{
	struct span s = { v->main.fit.valid ? v->main.fit.t0 : 0, v->main.fit.valid ? v->main.fit.t1 : 0 };

	for (size_t i = 0; i < ev->n_parts && !v->main.fit.valid; i++)
		if (ev->part[i].series->last_t > s.to)
			s.to = ev->part[i].series->last_t;
	return s;
}

/* Level at one end: the median of what lies in that tenth of the span; 0 where the part is not there. */
static double end_level(const struct track *tr, double from, double to)
{
	size_t a = 0, b = 0;

	while (a < tr->n && tr->t[a] < from)
		a++;
	for (b = a; b < tr->n && tr->t[b] <= to; b++)
		;
	return a < b ? track_median(tr, a, b) : 0;
}

static double growth_of(const struct track *tr, const struct span *s)
{
	double slope, tenth = (s->to - s->from) / 10;
	size_t a = 0, b = tr->n;

	if (tr->n == 0)
		return 0;
	while (a < tr->n && tr->t[a] < s->from)
		a++;
	while (b > a && tr->t[b - 1] > s->to)
		b--;
	if (b - a >= 8 && tr->t[a] <= s->from + tenth && tr->t[b - 1] >= s->to - tenth &&
	    theil_sen_slope(tr->t + a, tr->y + a, b - a, &slope) == SK_OK)
		return slope * (s->to - s->from);
	return end_level(tr, s->to - tenth, s->to) - end_level(tr, s->from, s->from + tenth);
}

static int by_then_growth(const void *pa, const void *pb)
{
	const struct verdict_part *a = pa, *b = pb;
	int c = strcmp(a->by, b->by);

	if (c != 0)
		return c;
	if (a->growth_kb != b->growth_kb)
		return a->growth_kb < b->growth_kb ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int growth_only(const void *pa, const void *pb)
{
	const struct verdict_part *a = pa, *b = pb;

	return a->growth_kb < b->growth_kb ? 1 : a->growth_kb > b->growth_kb ? -1 : by_then_growth(pa, pb);
}

static void shares(struct verdict_part *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		for (size_t j = 0; j < n; j++)
			if (strcmp(p[i].by, p[j].by) == 0 && p[j].growth_kb > 0)
				sum += p[j].growth_kb;
		p[i].share = sum > 0 ? p[i].growth_kb / sum : NAN;
	}
}

enum sk_code attribute(const struct evidence *ev, struct verdict *v)
{
	struct span s = judged_span(ev, v);
	struct verdict_part *p = sk_calloc(ev->n_parts + 1, sizeof(*p));
	enum sk_code rc = p ? SK_OK : SK_ENOMEM;
	size_t n = 0;

	v->n_parts = 0;
	for (size_t i = 0; i < ev->n_parts && rc == SK_OK && s.to > s.from; i++) {
		struct column c;
		struct track tr;

		rc = column_load(&c, ev->part[i].series, PAGE_KB);
		if (rc != SK_OK)
			break;
		track_build(&tr, &c, -INFINITY, NULL, 0);
		snprintf(p[n].by, sizeof(p[n].by), "%s", ev->part[i].by);
		snprintf(p[n].name, sizeof(p[n].name), "%s", ev->part[i].name);
		p[n].growth_kb = growth_of(&tr, &s);
		p[n].rate_kb_per_h = p[n].growth_kb / (s.to - s.from) * 3600;
		n += isfinite(p[n].growth_kb) && isfinite(p[n].rate_kb_per_h);
	}
	if (rc == SK_OK) {
		shares(p, n);
		qsort(p, n, sizeof(*p), growth_only);
		v->n_parts = n < VERDICT_PARTS_MAX ? n : VERDICT_PARTS_MAX;
		qsort(p, v->n_parts, sizeof(*p), by_then_growth);
		memcpy(v->part, p, v->n_parts * sizeof(*p));
	}
	free(p);
	return rc;
}
