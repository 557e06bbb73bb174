/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape that the fit does not explain, shown and not told: what a line leaves is noise about 0, or it is the step,
 * the tooth or the curve that the verdict speaks of. Of a run with load and idle in turn the levels of the cycles say more.
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

static void residual_note(struct page *p, struct scene_panel *panel, const struct residuals *r)
{
	struct text t = TEXT_INIT;

	if (isnan(r->sd))
		return;
	text_add(&t, "\302\261"); /* plus-minus */
	add_level(&t, p->v->main.column, r->sd);
	if (isfinite(r->lag))
		text_addf(&t, ", correlation %.2f", r->lag);
	panel->note = page_text(p, &t);
}

void page_residuals(struct page *p)
{
	const struct cycle_levels *c = levels_of(p);
	const struct series_verdict *m = &p->v->main;
	struct text none = TEXT_INIT;
	struct residuals r;
	size_t n = 0;

	if (c) {
		cycles_panel(p, c);
		return;
	}
	if (!m->fit.valid || !(m->fit.t1 > m->fit.t0) || p->v->gate != GATE_NONE)
		return;

	struct block *b = page_judged_blocks(p, &n);

	n = b ? residuals_of(b, n, &m->fit, b, &r) : 0;

	struct scene_panel *panel = n > 2 ? page_panel(p, PLACE_SIDE, "What the line leaves", "",
						       column_is_memory(m->column) ? UNIT_KIB : UNIT_COUNT, .8)
					  : NULL;

	if (!panel) {
		free(b);
		return;
	}
	struct scene_series *l = page_block_line(p, panel, b, n, LINE_PRIVATE, "measured less fitted");

	if (!l)
		return;
	l->band = true;
	panel->x0 = m->fit.t0;
	panel->x1 = m->fit.t1;
	page_rule(p, panel, m->fit.t0, 0, m->fit.t1, 0, &none);
	residual_note(p, panel, &r);
}
