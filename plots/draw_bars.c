/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A waterfall: what was there at the start, each part of the growth from where the one before ended, and the end. What
 * nothing explains is hatched. Names are left; a value is beside its bar, or on it, and the scale is as long as that allows.
 */
#include <math.h>

#include "plots/draw.h"

struct waterfall {
	struct rect bars; /* the scale: right of the names */
	double right;     /* where the panel ends */
	double pitch;
	double lo, hi; /* of the scale */
	bool broken;   /* the scale does not begin at zero */
};

enum { MOST_PITCH = 44, BESIDE = 8 }; /* a value is so far from its bar's end */

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

static double widest_name(struct draw *d, const struct type_style *st, const struct scene_panel *p, double most)
{
	double w = 0;

	for (size_t i = 0; i < p->n_bars; i++)
		w = fmax(w, draw_text_width(d, st, p->bar[i].label));
	return fmin(w, most);
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

/* Of the paper's and the ink's the colour that is the clearer one on a bar. */
static const struct rgb *readable_on(const struct palette *pal, const struct rgb *fill)
{
	double paper = fabs(pal->paper.g - fill->g), ink = fabs(pal->ink.g - fill->g);

	return paper > ink ? &pal->paper : &pal->ink;
}

enum side { RIGHT, LEFT, INSIDE, NOWHERE };

/* Where a value `text` units wide fits when the scale is w->bars.w long. */
static enum side value_side(const struct waterfall *w, const struct scene_bar *b, double text)
{
	double x0 = bar_x(w, fmin(b->from, b->to)), x1 = fmax(bar_x(w, fmax(b->from, b->to)), x0 + 2);

	if (!usable(b) || x1 + BESIDE + text <= w->right)
		return RIGHT;
	if (x1 - x0 >= text + 2 * BESIDE && b->kind != BAR_UNEXPLAINED)
		return INSIDE;
	return x0 - BESIDE - text >= w->bars.x + BESIDE ? LEFT : NOWHERE;
}

/* The longest scale that leaves each value a place. */
static void fit_scale(struct draw *d, struct waterfall *w, const struct scene_panel *p, const struct type_style *st)
{
	double room = w->right - w->bars.x;
	bool fits = false;

	for (w->bars.w = room; !fits && w->bars.w > room / 4; w->bars.w -= 4) {
		fits = true;
		for (size_t i = 0; fits && i < p->n_bars; i++)
			fits = value_side(w, &p->bar[i], draw_text_width(d, st, p->bar[i].text)) != NOWHERE;
		if (fits)
			return;
	}
}

static void value(struct draw *d, const struct waterfall *w, const struct scene_bar *b, double y)
{
	struct type_style st = { .px = theme.px_small, .colour = *ink_of(d->pal, b) };
	double x0 = bar_x(w, fmin(b->from, b->to)), x1 = fmax(bar_x(w, fmax(b->from, b->to)), x0 + 2);
	enum side side = value_side(w, b, draw_text_width(d, &st, b->text));
	double x = usable(b) ? x1 + BESIDE : w->bars.x + BESIDE;

	if (side == LEFT) {
		st.align = TYPE_RIGHT;
		x = x0 - BESIDE;
	} else if (side == INSIDE) {
		st.align = TYPE_RIGHT;
		st.colour = *readable_on(d->pal, fill_of(d->pal, b));
		x = x1 - BESIDE;
	}
	draw_text(d, &st, x, y, side == RIGHT || side == NOWHERE ? w->right - x : w->right - w->bars.x, b->text);
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
	double h = round(fmin(0.86 * w->pitch, 30));
	struct rect r = { x0, round(y - h / 2), fmax(2, x1 - x0), h }; /* nothing at all still has a place */

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

void draw_bars(struct draw *d, const struct rect *plot, const struct scene_panel *p)
{
	const struct type_style name = { .px = theme.px_small, .colour = d->pal->ink };
	struct waterfall w = { .pitch = fmin(plot->h / (double)p->n_bars, MOST_PITCH), .right = plot->x + plot->w };
	double names = widest_name(d, &name, p, 0.38 * plot->w);

	w.bars = (struct rect){ plot->x + names + 12, plot->y, plot->w - names - 12, w.pitch * (double)p->n_bars };
	scale(&w, p);
	fit_scale(d, &w, p, &name);
	if (!w.broken) {
		double zero = bar_x(&w, 0);

		draw_rule(d->cr, &d->pal->axis, 1, zero, w.bars.y, zero, w.bars.y + w.bars.h);
	}
	for (size_t i = 0; i < p->n_bars; i++) {
		const struct scene_bar *b = &p->bar[i];
		double y = plot->y + ((double)i + 0.5) * w.pitch;

		if (usable(b) && i + 1 < p->n_bars)
			draw_rule(d->cr, &d->pal->axis, 1, bar_x(&w, b->to), y, bar_x(&w, b->to), y + w.pitch);
		if (usable(b))
			draw_bar(d, &w, b, y);
		draw_text(d, &name, plot->x, y, names + 1, b->label);
		value(d, &w, b, y);
	}
}
