/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A waterfall: what was there at the start, each part of the growth from where the one before ended, and the end. What
 * nothing explains is hatched. Name and value stand above their bar, so that the scale is as long as the panel is wide and no
 * name is cut for it.
 */
#include <math.h>

#include "plots/draw.h"

struct waterfall {
	struct rect bars; /* the scale */
	double pitch;
	double lo, hi; /* of the scale */
	bool broken;   /* the scale does not begin at zero */
};

enum { MOST_PITCH = 44, WORDS = 22, MOST_BAR = 12, NAME_GAP = 14 };

static bool usable(const struct scene_bar *b)
{
	return isfinite(b->from) && isfinite(b->to);
}

/* How far the bars of one sort reach: the parts, or (whole) start and end. */
static void reach(const struct scene_panel *p, bool whole, double *lo, double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (size_t i = 0; i < p->n_bars; i++) {
		const struct scene_bar *b = &p->bar[i];

		if (!usable(b) || (b->kind == BAR_START || b->kind == BAR_END) != whole)
			continue;
		*lo = fmin(*lo, fmin(b->from, b->to));
		*hi = fmax(*hi, fmax(b->from, b->to));
	}
}

/*
 * From zero where the parts are still seen then; else from a little below them, and start and end are drawn broken:
 * 20 MiB on top of 4 GiB would be no bar at all.
 */
static void scale(struct waterfall *w, const struct scene_panel *p)
{
	double part_lo, part_hi, lo, hi;

	reach(p, true, &lo, &hi);
	reach(p, false, &part_lo, &part_hi);
	w->lo = fmin(0, fmin(lo, part_lo));
	w->hi = fmax(0, fmax(hi, part_hi));
	w->broken = part_lo > 0 && part_hi - part_lo < 0.25 * part_hi && part_hi > part_lo;
	if (w->broken)
		w->lo = fmax(0, part_lo - 0.4 * (part_hi - part_lo));
	if (!(w->hi > w->lo))
		w->hi = w->lo + 1;
}

static double bar_x(const struct waterfall *w, double v)
{
	double x = w->bars.x + (v - w->lo) / (w->hi - w->lo) * w->bars.w;

	return fmax(w->bars.x, fmin(x, w->bars.x + w->bars.w));
}

/* A part that shrinks has the colour of another: its text says so too. */
static const struct rgb *fill_of(const struct palette *pal, const struct scene_bar *b)
{
	if (b->kind == BAR_PART && b->to < b->from)
		return &pal->role[LINE_HEAP].line;
	return &pal->bar[b->kind].fill;
}

static const struct rgb *ink_of(const struct palette *pal, const struct scene_bar *b)
{
	if (b->kind == BAR_PART && b->to < b->from)
		return &pal->role[LINE_HEAP].ink;
	return &pal->bar[b->kind].ink;
}

/* A cut through a bar whose beginning is not on the scale. */
static void break_bar(struct draw *d, const struct rect *r)
{
	double x = r->x + 14;

	draw_colour(d->cr, &d->pal->paper, 1);
	cairo_set_line_width(d->cr, 4);
	cairo_move_to(d->cr, x + 4, r->y - 2);
	cairo_line_to(d->cr, x + 7, r->y + r->h / 3);
	cairo_line_to(d->cr, x - 3, r->y + 2 * r->h / 3);
	cairo_line_to(d->cr, x, r->y + r->h + 2);
	cairo_stroke(d->cr);
}

static void draw_bar(struct draw *d, const struct waterfall *w, const struct scene_bar *b, double y)
{
	double x0 = bar_x(w, fmin(b->from, b->to)), x1 = bar_x(w, fmax(b->from, b->to));
	double h = fmin(round(w->pitch - WORDS - 3), MOST_BAR);
	struct rect r = { x0, round(y), fmax(2, x1 - x0), fmax(h, 4) }; /* nothing at all still has a place */

	if (b->kind == BAR_UNEXPLAINED) {
		draw_hatch(d->cr, fill_of(d->pal, b), &r);
		draw_colour(d->cr, fill_of(d->pal, b), 1);
		cairo_set_line_width(d->cr, 1.6);
		cairo_rectangle(d->cr, r.x + 0.8, r.y + 0.8, fmax(0.4, r.w - 1.6), r.h - 1.6);
		cairo_stroke(d->cr);
		return;
	}
	draw_colour(d->cr, fill_of(d->pal, b), 1);
	cairo_rectangle(d->cr, r.x, r.y, r.w, r.h);
	cairo_fill(d->cr);
	if (w->broken && fmin(b->from, b->to) < w->lo)
		break_bar(d, &r);
}

/* A name gives way to its value: the number is what the bar cannot say. */
static void words(struct draw *d, const struct waterfall *w, const struct scene_bar *b, double y)
{
	const struct type_style name = { .px = theme.px_small, .colour = d->pal->ink };
	const struct type_style value = { .px = theme.px_small, .colour = *ink_of(d->pal, b), .align = TYPE_RIGHT };
	double used = draw_text_width(d, &value, b->text) + NAME_GAP;

	draw_text(d, &value, w->bars.x + w->bars.w, y, w->bars.w, b->text);
	draw_text(d, &name, w->bars.x, y, fmax(0, w->bars.w - used), b->label);
}

void draw_bars(struct draw *d, const struct rect *plot, const struct scene_panel *p)
{
	struct waterfall w = { .bars = *plot, .pitch = fmin(plot->h / (double)p->n_bars, MOST_PITCH) };

	scale(&w, p);
	for (size_t i = 0; i < p->n_bars; i++) {
		const struct scene_bar *b = &p->bar[i];
		double y = plot->y + (double)i * w.pitch;

		words(d, &w, b, y + WORDS / 2.0);
		if (usable(b))
			draw_bar(d, &w, b, y + WORDS);
	}
}
