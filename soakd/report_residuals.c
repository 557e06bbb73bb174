/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verdict stands on, shown and not told. Of a line what it leaves: noise about 0, or a shape that the line does not
 * have; of a step what its levels leave; of a sawtooth its floors; of what follows the load the levels at the same load, early
 * and late; of a run with load and idle in turn the levels at their ends. Without growth the least leak that would have been
 * found is drawn beside what is left.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/residuals.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

static const struct cycle_levels *levels_of(const struct page *p)
{
	for (size_t i = 0; i < p->f->ev.n_cycles && p->v->cycles.n >= CYCLES_MIN; i++)
		if (page_decides(p, p->f->ev.cycles[i].column))
			return &p->f->ev.cycles[i];
	return NULL;
}

/* The levels of one side, each at the middle of the cycles that it is of, from 1. */
static void cycle_line(struct page *p, struct scene_panel *panel, const struct cycle_levels *c, bool idle)
{
	struct block *b = sk_calloc(c->n + 1, sizeof(*b));
	double stride = (double)(c->stride ? c->stride : 1);

	p->failed |= !b;
	for (size_t i = 0; b && i < c->n; i++) {
		double kb = idle ? c->point[i].idle_kb : c->point[i].load_kb, at = (double)i * stride + (stride + 1) / 2;

		b[i] = isfinite(kb) ? (struct block){ 1, at, kb, kb, kb, kb } : (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
	}

	struct scene_series *l = page_block_line(p, panel, b, c->n, idle ? LINE_HEAP : LINE_PRIVATE, idle ? "idle" : "load");

	if (l)
		page_end_texts(p, l, c->column);
}

static void cycle_trend(struct page *p, struct scene_panel *panel, const struct scene_series *idle)
{
	const struct cycles *c = &p->v->cycles;
	double x[CYCLE_POINTS], y[CYCLE_POINTS];
	struct text label = TEXT_INIT, note = TEXT_INIT;
	size_t n = 0;

	if (!isfinite(c->idle_rate))
		return;
	for (size_t i = 1; i < idle->n && n < CYCLE_POINTS; i++) { /* the first cycle is warm-up */
		if (idle->b[i].n > 0) {
			x[n] = idle->b[i].t;
			y[n++] = idle->b[i].median;
		}
	}
	if (n < 2)
		return;
	double level = line_level(x, y, n, c->idle_rate);

	text_add(&label, c->idle_rate > 0 ? "+" : "");
	add_bytes(&label, 1024 * c->idle_rate);
	page_rule(p, panel, x[0], level + c->idle_rate * x[0], x[n - 1], level + c->idle_rate * x[n - 1], &label);
	text_add(&note, "idle: ");
	add_bytes_interval(&note, 1024 * c->idle_rate, 1024 * c->idle_lo, 1024 * c->idle_hi);
	text_add(&note, " a cycle");
	panel->note = page_text(p, &note);
}

static void cycles_panel(struct page *p, const struct cycle_levels *c)
{
	struct scene_panel *panel = page_panel(p, PLACE_SIDE, "Ends of loads and idle periods", "", UNIT_KIB, 1);

	if (!panel)
		return;
	panel->x = X_COUNT;
	panel->from_zero = false;
	cycle_line(p, panel, c, false);
	cycle_line(p, panel, c, true);
	if (!p->failed)
		cycle_trend(p, panel, &panel->series[1]);
}

static double spread_of(const struct scene_panel *panel)
{
	const struct scene_series *l = &panel->series[0];
	double most = 0;

	if (panel->y0 < panel->y1)
		return fmax(fabs(panel->y0), fabs(panel->y1));
	for (size_t i = 0; i < l->n; i++)
		if (l->b[i].n > 0)
			most = fmax(most, fabs(l->b[i].mean));
	return most;
}

/* A leak that would have been told from this noise, or that may be in it; what the note says of it. */
static void least_leak(struct page *p, struct scene_panel *panel, struct text *note)
{
	const struct series_verdict *m = &p->v->main;
	struct text none = TEXT_INIT;

	if (verdict_grows(m->verdict) || !(verdict_excludes(m) > 0))
		return;
	double slope = verdict_excludes(m) / 3600, most = 3 * spread_of(panel), to = panel->x1;

	if (m->verdict == VERDICT_INSUFFICIENT && most > 0) /* what little is known keeps a third of the height */
		to = fmin(to, panel->x0 + most / slope);
	page_rule(p, panel, panel->x0, 0, to, slope * (to - panel->x0), &none);
	text_add(note, "; rising: ");
	add_rate(note, m->column, verdict_excludes(m));
	text_add(note, m->verdict == VERDICT_INSUFFICIENT ? " could hide" : " would show");
}

static void residual_note(struct page *p, struct scene_panel *panel, const struct residuals *r)
{
	struct text t = TEXT_INIT;

	text_add(&t, "\302\261"); /* plus-minus */
	if (isfinite(r->scatter))
		add_level(&t, p->v->main.column, r->scatter);
	else
		text_addc(&t, '?');

	size_t before = t.len;

	least_leak(p, panel, &t);
	if (isfinite(r->lag) && t.len == before)
		text_addf(&t, " scatter, autocorrelation %.2f", r->lag);
	panel->note = page_text(p, &t);
}

/* What each of the lines leaves, one after the other, with a gap between; the scatter and correlation of all. Returns how many blocks. */
static size_t all_residuals(const struct block *b, size_t n, const struct fit_line *fit, size_t n_fits, struct block *out,
			    struct residuals *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < n_fits; i++) {
		struct residuals r;

		if (kept > 0)
			out[kept++] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		kept += residuals_of(b, n, &fit[i], out + kept, &r);
	}
	residuals_describe(out, kept, all);
	return kept;
}

/* One row that is far out would make a flat line of all others: the axis is that of the others, and says what is beyond. */
static void cut_range(struct page *p, struct scene_panel *panel, const struct scene_series *l)
{
	double lo, hi, farthest;
	size_t n = residuals_range(l->b, l->n, &lo, &hi, &farthest);
	struct text t = TEXT_INIT;

	if (n == 0)
		return;
	panel->y0 = lo;
	panel->y1 = hi;
	text_addf(&t, "%zu beyond%s %s", n, n > 1 ? ", to" : ":", farthest > 0 ? "+" : "");
	add_level(&t, p->v->main.column, farthest);
	panel->beyond = page_text(p, &t);
}

static void residuals_panel(struct page *p, const struct fit_line *fit, size_t n_fits)
{
	const struct series_verdict *m = &p->v->main;
	const char *title = p->marks.n_levels > 0 ? "Residuals of the levels"
			    : n_fits > 1          ? "Residuals of the lines"
						  : "Residuals of the line";
	struct text none = TEXT_INIT;
	struct residuals r = { 0, NAN, NAN };
	size_t n = 0;
	struct block *b = page_judged_blocks(p, &n), *left = b ? sk_calloc(n + n_fits, sizeof(*left)) : NULL;

	p->failed |= b && !left;
	n = left ? all_residuals(b, n, fit, n_fits, left, &r) : 0;
	free(b);

	struct scene_panel *panel =
		n > 2 ? page_panel(p, PLACE_SIDE, title, "", column_is_memory(m->column) ? UNIT_KIB : UNIT_COUNT, .8) : NULL;

	if (!panel) {
		free(left);
		return;
	}
	struct scene_series *l = page_block_line(p, panel, left, n, LINE_PRIVATE, "measured less fitted");

	if (!l)
		return;
	l->band = true;
	panel->x0 = fit[0].t0;
	panel->x1 = fit[n_fits - 1].t1;
	page_rule(p, panel, panel->x0, 0, panel->x1, 0, &none);
	cut_range(p, panel, l);
	residual_note(p, panel, &r);
}

/* The lowest points of a sawtooth and the line through them, which is what leaks or does not. */
static void floors_panel(struct page *p, const struct fit_line *line)
{
	const struct sawtooth *teeth = &p->marks.teeth;
	const struct series_verdict *m = &p->v->main;
	struct scene_panel *panel =
		page_panel(p, PLACE_SIDE, "Floors of the cycles", "", column_is_memory(m->column) ? UNIT_KIB : UNIT_COUNT, 1);
	struct block *b = panel ? sk_calloc(teeth->n, sizeof(*b)) : NULL;
	struct text label = TEXT_INIT, note = TEXT_INIT;
	char buf[40];

	if (!panel)
		return;
	p->failed |= !b;
	for (size_t i = 0; b && i < teeth->n; i++)
		b[i] = (struct block){ 1, teeth->t[i], teeth->floor[i], teeth->floor[i], teeth->floor[i], teeth->floor[i] };
	if (!page_block_line(p, panel, b, teeth->n, LINE_PRIVATE, "lowest after each fall"))
		return;
	panel->from_zero = false;
	panel->x0 = p->s->x0;
	panel->x1 = p->s->x1;
	add_rate(&label, m->column, 3600 * p->marks.floor.slope);
	page_rule(p, panel, line->t0, line->y0, line->t1, line->y1, &label);
	text_addf(&note, "%zu of them, one each %s; teeth of ", teeth->n, fmt_duration(buf, sizeof(buf), teeth->period_s));
	add_level(&note, m->column, teeth->amplitude);
	panel->note = page_text(p, &note);
}

void page_residuals(struct page *p)
{
	const struct cycle_levels *c = levels_of(p);
	struct fit_line fit[LEVELS_MAX];
	size_t n = c ? 0 : page_fitted(p, fit, LEVELS_MAX);

	if (c)
		cycles_panel(p, c);
	else if (n > 0 && p->marks.teeth.n > 0 && p->marks.n_levels == 0)
		floors_panel(p, fit);
	else if (n > 0 && !p->at_loads)
		residuals_panel(p, fit, n);
}
