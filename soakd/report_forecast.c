/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When the limit is reached, as a picture: the series, its line beyond the end, and the cone in which four of five of
 * the simulated futures reach the limit. Not drawn where the rate may as well be 0: a cone that opens downwards
 * foretells nothing.
 */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

#define BEYOND 0.08 /* of the span, behind the last date: room for its label */
#define OPEN   2.0  /* a cone without an end, or with a late one, is drawn to so many times the way to the middle date */

bool page_has_forecast(const struct evidence_file *f, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	double now = f->ev.start_unix + m->fit.t1;

	return v->gate == GATE_NONE && m->verdict == VERDICT_LEAK && m->fit.valid && column_is_memory(m->column) &&
	       isfinite(v->limit_kb) && m->rate_lo > 0 && v->limit_unix > now && v->limit_unix_p10 > now &&
	       isfinite(v->limit_unix);
}

const char *limit_whose(const struct evidence_file *f, const struct verdict *v)
{
	bool of_run = fabs(json_get_num(f->run, "limit_kb", NAN) - v->limit_kb) < 1;

	/* of the run it is what run was told, else the lower one of cgroup and machine; another was told to who judges */
	if (!of_run || json_get_str(json_object_get(f->run, "options"), "limit", NULL))
		return "--limit";
	return json_get_num(json_object_get(f->run, "host"), "memory_kb", NAN) > v->limit_kb ? "cgroup" : "machine";
}

/* From where the line ends to the limit: its upper edge is there first. */
static void cone(struct page *p, struct scene_line *l, double first, double last, double end)
{
	double t0 = l->x0, y0 = l->y0, top = p->v->limit_kb;

	if (!page_band(p, l))
		return;
	for (size_t i = 0; i < PAGE_BAND_POINTS; i++) {
		double t = t0 + (end - t0) * (double)i / (PAGE_BAND_POINTS - 1);

		l->bx[i] = t;
		l->hi[i] = fmin(top, y0 + (top - y0) * (t - t0) / (first - t0));
		l->lo[i] = isfinite(last) ? fmin(top, y0 + (top - y0) * (t - t0) / (last - t0)) : y0;
	}
}

static void fill(struct page *p, struct scene_panel *panel)
{
	const struct verdict *v = p->v;
	const struct fit_line *fit = &v->main.fit;
	double start = p->f->ev.start_unix, at = v->limit_unix - start, first = v->limit_unix_p10 - start;
	double last = v->limit_unix_p90 - start, end = fit->t1 + OPEN * (at - fit->t1);
	struct text none = TEXT_INIT, limit = TEXT_INIT, note = TEXT_INIT;
	char buf[40];

	if (last < end)
		end = last;
	size_t n = 0;
	struct block *b = page_judged_blocks(p, &n);

	if (!page_block_line(p, panel, b, n, LINE_PRIVATE, report_main_label(v)))
		return;
	struct scene_line *l = page_rule(p, panel, fit->t1, fit->y1, at, v->limit_kb, &none);

	if (!l)
		return;
	cone(p, l, first, last, end);
	panel->x0 = 0;
	panel->x1 = end + BEYOND * end;
	text_addf(&limit, "limit %s (%s)", fmt_kb(buf, sizeof(buf), v->limit_kb), limit_whose(p->f, v));
	l = page_rule(p, panel, 0, v->limit_kb, panel->x1, v->limit_kb, &limit);
	if (l)
		l->limit = true;
	add_limit_date(&note, v, p->f->last_unix);
	panel->note = page_text(p, &note);
}

void page_forecast(struct page *p)
{
	struct scene_panel *panel;

	if (!page_has_forecast(p->f, p->v) || !page_series(p, p->v->main.column))
		return;
	panel = page_panel(p, PLACE_SIDE, "Forecast", "", UNIT_KIB, 1);
	if (panel)
		fill(p, panel);
}
