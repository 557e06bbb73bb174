/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the picture says the deciding series is: the verdict's line; the same rate through each life of a leak over restarts;
 * the levels of a step; the line through the floors of a sawtooth. Drawn over the memory, and taken off for what is left. And where the level changed at once, which the page marks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/residuals.h"
#include "base/mem.h"
#include "soakd/report_page.h"

bool page_judged(const struct verdict *v)
{
	return v->main.fit.valid && v->main.fit.t1 > v->main.fit.t0 && v->gate == GATE_NONE;
}

/* The verdict's rate through the points of one life, from its warm-up on. */
static bool life_line(const struct page *p, const struct block *b, size_t n, double from, double to, struct fit_line *out)
{
	double x[SERIES_DRAWN], y[SERIES_DRAWN], slope = p->v->main.rate_kb_per_h / 3600;
	size_t k = 0;

	for (size_t i = 0; i < n && k < SERIES_DRAWN; i++) {
		if (b[i].n > 0 && b[i].t >= from + p->v->main.warmup_s && b[i].t < to) {
			x[k] = b[i].t;
			y[k++] = b[i].median;
		}
	}
	if (k < 8) /* fewer have no part in the verdict */
		return false;
	double level = line_level(x, y, k, slope);

	*out = (struct fit_line){ .valid = true, .t0 = x[0], .t1 = x[k - 1], .slope_lo = NAN, .slope_hi = NAN, .level_se = NAN };
	out->y0 = level + slope * out->t0;
	out->y1 = level + slope * out->t1;
	return true;
}

static size_t lives(struct page *p, struct fit_line *out, size_t max)
{
	const struct evidence *ev = &p->f->ev;
	size_t n = 0, kept = 0, first = ev->n_restarts >= max ? ev->n_restarts - max + 1 : 0;
	struct block *b = page_judged_blocks(p, &n);

	for (size_t i = first; b && i <= ev->n_restarts && kept < max; i++)
		kept += life_line(p, b, n, i > 0 ? ev->restart_s[i - 1] : 0, i < ev->n_restarts ? ev->restart_s[i] : INFINITY,
				  &out[kept]);
	free(b);
	return kept;
}

static struct fit_line floor_line(const struct landmarks *l)
{
	size_t n = l->teeth.n;
	double level = line_level(l->teeth.t, l->teeth.floor, n, l->floor.slope);
	struct fit_line f = {
		.valid = true, .t0 = l->teeth.t[0], .t1 = l->teeth.t[n - 1], .slope_lo = l->floor.lo, .slope_hi = l->floor.hi
	};

	f.y0 = level + l->floor.slope * f.t0;
	f.y1 = level + l->floor.slope * f.t1;
	f.t_mean = (f.t0 + f.t1) / 2;
	f.y_mean = (f.y0 + f.y1) / 2;
	return f;
}

size_t page_fitted(struct page *p, struct fit_line *out, size_t max)
{
	const struct series_verdict *m = &p->v->main;
	size_t n = 0;

	if (!page_judged(p->v) || max == 0)
		return 0;
	if (p->marks.n_levels > 0) {
		for (; n < p->marks.n_levels && n < max; n++)
			out[n] = p->marks.level[n];
		return n;
	}
	if (p->marks.teeth.n > 1) {
		out[0] = floor_line(&p->marks);
		return 1;
	}
	if (m->kind == LEAK_ACROSS_RESTARTS)
		n = lives(p, out, max);
	if (n == 0)
		out[n++] = m->fit;
	return n;
}

size_t report_jumps(const struct evidence_file *f, const struct verdict *v, struct jump *out)
{
	const struct series_verdict *m = &v->main;
	struct landmarks l;
	size_t n = 0;

	if (!page_judged(v) || landmarks_find(&f->ev, m, &l) != SK_OK || m->verdict == VERDICT_SAWTOOTH)
		return 0;
	for (size_t i = 1; i < l.n_levels; i++)
		out[n++] = (struct jump){ (l.level[i - 1].t1 + l.level[i].t0) / 2, l.level[i].y0 - l.level[i - 1].y0 };
	for (size_t i = 0; i < m->n_jumps && l.n_levels == 0; i++)
		if (m->jump[i].at_s > m->warmup_s) /* what happens while it starts is its start */
			out[n++] = m->jump[i];
	return n;
}
