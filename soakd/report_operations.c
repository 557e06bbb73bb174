/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory against what was done: the deciding series over the count of operations in the place of time. A leak per
 * operation is a line here whatever the load did; one per hour is not.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/residuals.h"
#include "base/mem.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

/* What growth is proven to go with is on the axis, else operations. */
static const struct counted {
	enum growth_driver driver;
	const char *column, *title;
} counted[] = {
	{ GROWS_CONNECTS, "connects", "Memory against connections made" },
	{ GROWS_RELOADS, "reloads", "Memory against reloads" },
	{ GROWS_OPERATIONS, "ops", "Memory against operations" },
};

static const struct counted *axis_of(const struct page *p)
{
	for (size_t i = 0; i < 2; i++)
		if (p->v->main.grows_with == counted[i].driver)
			return &counted[i];
	return &counted[2];
}

struct slope {
	double bytes, lo, hi; /* per one of them */
};

static struct slope slope_of(const struct series_verdict *m)
{
	if (m->grows_with == GROWS_CONNECTS)
		return (struct slope){ m->per_connection_bytes, m->per_connection_lo, m->per_connection_hi };
	if (m->grows_with == GROWS_RELOADS)
		return (struct slope){ m->per_reload_bytes, m->per_reload_lo, m->per_reload_hi };
	return (struct slope){ m->per_op_bytes, m->per_op_lo, m->per_op_hi };
}

/* The same blocks with the count in the place of the time, which is kept in t[]. NULL: the two are not in step, or no memory. */
static struct block *over_count(struct page *p, const struct series *count, double *t, size_t *n)
{
	size_t n_count;
	struct block *y = page_judged_blocks(p, n), *x = y ? sk_calloc(count->cap, sizeof(*x)) : NULL;
	double width = page_series(p, p->v->main.column)->width_s;
	size_t i = 0, kept = 0;

	p->failed |= y && !x;
	n_count = x ? series_blocks(count, x, NULL) : 0;
	for (size_t k = 0; k < *n && x; k++) {
		if (y[k].n == 0) {
			y[kept++] = y[k]; /* a gap */
			continue;
		}
		while (i < n_count && (x[i].n == 0 || x[i].t < y[k].t - width / 2))
			i++;
		if (i == n_count || fabs(x[i].t - y[k].t) > width)
			continue;
		t[kept] = y[k].t;
		y[kept] = y[k];
		y[kept++].t = x[i].mean;
	}
	free(x);
	*n = kept;
	return y;
}

/* What was counted at a time; NaN before the first block. */
static double count_at(const struct block *b, const double *t, size_t n, double at)
{
	double x = NAN;

	for (size_t i = 0; i < n; i++)
		if (b[i].n > 0 && t[i] <= at)
			x = b[i].t;
	return x;
}

/* The floors of the cycles, which the verdict's line is through then, over the count. */
static size_t floors_of(const struct page *p, const struct block *b, const double *t, size_t n, double *x, double *y)
{
	const struct sawtooth *teeth = &p->marks.teeth;
	size_t k = 0;

	for (size_t i = 0; i < teeth->n; i++) {
		x[k] = count_at(b, t, n, teeth->t[i]);
		y[k] = teeth->floor[i];
		k += isfinite(x[k]) != 0;
	}
	return k;
}

/* Of the points that the verdict's line is through: where the line per operation lies, and from where to where. */
static double level_of(const struct page *p, const struct block *b, const double *t, size_t n, double slope, double *x0,
		       double *x1)
{
	const struct series_verdict *m = &p->v->main;
	double x[SERIES_DRAWN], y[SERIES_DRAWN];
	double from = m->fit.valid ? m->fit.t0 : judged_from(m), to = m->fit.valid ? m->fit.t1 : INFINITY;
	size_t k = p->marks.teeth.n > 1 ? floors_of(p, b, t, n, x, y) : 0;

	for (size_t i = 0; i < n && k < SERIES_DRAWN && p->marks.teeth.n < 2; i++) {
		if (b[i].n > 0 && t[i] >= from && t[i] <= to) {
			x[k] = b[i].t;
			y[k++] = b[i].median;
		}
	}
	*x0 = k ? x[0] : NAN;
	*x1 = k ? x[k - 1] : NAN;
	return line_level(x, y, k, slope);
}

static void add_slope(struct page *p, struct scene_panel *panel, const double *t)
{
	const struct slope s = slope_of(&p->v->main);
	const struct scene_series *l = &panel->series[0];
	struct text label = TEXT_INIT;
	double x0, x1, y = isfinite(s.bytes) ? level_of(p, l->b, t, l->n, s.bytes / 1024, &x0, &x1) : NAN;

	if (!isfinite(y) || !(x1 > x0) ||
	    !verdict_grows(p->v->main.verdict)) /* a step divided by operations is no leak per operation */
		return;
	add_bytes(&label, s.bytes);

	double middle = (x0 + x1) / 2, at = y + s.bytes / 1024 * middle;
	struct scene_line *line = page_rule(p, panel, x0, y + s.bytes / 1024 * x0, x1, y + s.bytes / 1024 * x1, &label);

	if (!line || !isfinite(s.lo) || !isfinite(s.hi) || !page_band(p, line))
		return;
	for (size_t i = 0; i < PAGE_BAND_POINTS; i++) {
		double x = x0 + (x1 - x0) * (double)i / (PAGE_BAND_POINTS - 1), a = s.lo / 1024 * (x - middle),
		       b = s.hi / 1024 * (x - middle);

		line->bx[i] = x;
		line->lo[i] = at + fmin(a, b);
		line->hi[i] = at + fmax(a, b);
	}
}

static void add_note(struct page *p, struct scene_panel *panel, const struct counted *c)
{
	const struct series_verdict *m = &p->v->main;
	struct text t = TEXT_INIT;

	if (!verdict_grows(m->verdict) && isfinite(m->per_op_hi) && c->driver == GROWS_OPERATIONS) {
		text_add(&t, "no more than ");
		add_bytes(&t, fmax(m->per_op_hi, 0));
		text_add(&t, " per operation (95 %)");
	} else if (!verdict_grows(m->verdict)) {
		text_add(&t, "no growth to divide by them");
	} else if (!add_per_op(&t, m)) {
		if (m->grows_with == GROWS_UNKNOWN)
			return;
		text_addf(&t, "it grows with %s, not with operations", growth_words(m->grows_with));
	}
	panel->note = page_text(p, &t);
}

void page_operations(struct page *p)
{
	const struct counted *c = axis_of(p);
	const struct series *count = page_series(p, c->column);
	struct scene_panel *panel;
	double *t;
	size_t n = 0;

	if (page_load(p))
		return;
	if (!count || count->all.n < 2 || !(count->last_y > count->first_y) || !column_is_memory(p->v->main.column) ||
	    !page_series(p, p->v->main.column) || p->v->gate != GATE_NONE)
		return;
	t = sk_calloc(SERIES_DRAWN, sizeof(*t));
	p->failed |= !t;

	struct block *b = t && !p->failed ? over_count(p, count, t, &n) : NULL;

	panel = b && n > 1 ? page_panel(p, PLACE_SIDE, c->title, "", UNIT_KIB, 1) : NULL;
	if (!panel) {
		free(b);
		free(t);
		return;
	}
	panel->x = X_COUNT;
	panel->from_zero = false;

	struct scene_series *l = page_block_line(p, panel, b, n, LINE_PRIVATE, report_main_label(p->v));

	if (l) {
		page_end_texts(p, l, p->v->main.column);
		add_slope(p, panel, t);
		add_note(p, panel, c);
	}
	free(t);
}
