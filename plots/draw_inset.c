/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One series once more, enlarged, on paper of its own inside its panel: a change of a few per cent is seen without cutting the
 * axis of the panel. It lies where it hides least.
 */
#include <math.h>
#include <stdint.h>

#include "plots/draw.h"

enum { LABELS = 132, TITLE = 30 }; /* room left of and above the inset's plot: "3.072 MiB" is the longest label */

static size_t hidden(const struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p,
		     const struct rect *r)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_series; i++) {
		for (size_t k = 0; k < p->series[i].n; k++) {
			const struct block *b = &p->series[i].b[k];
			double x = draw_x(d, plot, b->t), v = draw_y(plot, y, b->mean);

			n += b->n > 0 && x >= r->x && x <= r->x + r->w && v >= r->y && v <= r->y + r->h;
		}
	}
	return n;
}

/* Below or above, left or right: the lower right is as good as any, and tried first; smaller where it would hide something. */
static struct rect place(const struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p)
{
	static const double heights[] = { 0.46, 0.4, 0.34 };
	const double w = 0.62 * plot->w, edge = 10;
	struct rect best = { 0 };
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < 3 * 3 * 2 && least > 0; i++) {
		double h = heights[i / 6] * plot->h, left = plot->x + edge, top = plot->y + edge;
		struct rect r = { i % 2 ? left : left + plot->w - w - 2 * edge,
				  top + (2 - (double)(i / 2 % 3)) / 2 * (plot->h - h - 2 * edge), w, h };
		size_t n = hidden(d, plot, y, p, &r);

		if (n < least) {
			least = n;
			best = r;
		}
	}
	return best;
}

static void sheet(struct draw *d, const struct rect *r)
{
	draw_colour(d->cr, &d->pal->paper, 1);
	cairo_rectangle(d->cr, round(r->x) + 0.5, round(r->y) + 0.5, round(r->w), round(r->h));
	cairo_fill_preserve(d->cr);
	draw_colour(d->cr, &d->pal->axis, 1);
	cairo_set_line_width(d->cr, 1);
	cairo_stroke(d->cr);
}

void draw_inset(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p)
{
	if (p->inset == 0 || p->inset > p->n_series || plot->h < 200)
		return;
	struct scene_series *s = &p->series[p->inset - 1];
	const struct scene_panel alone = { .unit = p->unit, .series = s, .n_series = 1 };
	const struct type_style name = { .px = theme.px_small, .bold = true, .colour = d->pal->role[s->role].ink };
	const struct type_style plain = { .px = theme.px_small, .colour = d->pal->muted };
	struct rect box = place(d, plot, y, p);
	struct rect r = { box.x + LABELS, box.y + TITLE, box.w - LABELS - 12, box.h - TITLE - 12 };
	struct axis own;
	double lo, hi, x;

	if (!draw_known(&alone))
		return;
	panel_range(&alone, &lo, &hi);
	axis_values(&own, p->unit, lo, hi, (size_t)fmax(2, fmin(4, r.h / 36)));
	sheet(d, &box);
	x = box.x + 12 + draw_text(d, &name, box.x + 12, box.y + 16, box.w / 2, s->label) + 10;
	draw_text(d, &plain, x, box.y + 16, box.x + box.w - x, theme.enlarged);
	draw_y_axis(d, &r, &own, true);
	draw_axis_foot(d, &r, &own);
	cairo_save(d->cr);
	cairo_rectangle(d->cr, r.x, r.y - 2, r.w + 6, r.h + 4);
	cairo_clip(d->cr);
	draw_series(d, &r, &own, s);
	for (size_t i = 0; i < p->n_lines; i++)
		if (!p->line[i].limit)
			draw_fit(d, &r, &own, &p->line[i]);
	cairo_restore(d->cr);
}
