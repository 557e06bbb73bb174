/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes as drawn: a value axis left of a plot, and rows of ticks above and below. Labels that would touch are left out. */
#include <math.h>

#include "plots/draw.h"

void draw_y_axis(struct draw *d, const struct rect *r, const struct axis *y, bool labels)
{
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted, .align = TYPE_RIGHT };

	double apart = y->n > 1 ? draw_y(r, y, y->tick[0].v) - draw_y(r, y, y->tick[1].v) : r->h;
	size_t every = apart < 27 ? 2 : 1; /* a low panel: labels would touch */

	for (size_t i = 0; labels && i < y->n; i += every) {
		double py = draw_y(r, y, y->tick[i].v);
		bool zero = y->tick[i].v == 0;

		draw_rule(d->cr, zero ? &d->pal->axis : &d->pal->grid, 1, r->x, py, r->x + r->w, py);
		draw_text(d, &st, r->x - 12, py, 120, y->tick[i].label);
	}
}

/* An axis that does not begin at zero says so: its foot is broken. */
void draw_axis_foot(struct draw *d, const struct rect *r, const struct axis *y)
{
	double x = round(r->x) + 0.5, foot = r->y + r->h;

	draw_colour(d->cr, &d->pal->axis, 1);
	cairo_set_line_width(d->cr, 1);
	cairo_move_to(d->cr, x, r->y);
	if (y->lo > 0 || y->hi < 0) {
		cairo_line_to(d->cr, x, foot - 18);
		cairo_line_to(d->cr, x + 5, foot - 15);
		cairo_line_to(d->cr, x - 5, foot - 9);
		cairo_line_to(d->cr, x, foot - 6);
	}
	cairo_line_to(d->cr, x, foot);
	cairo_stroke(d->cr);
	draw_rule(d->cr, &d->pal->axis, 1, r->x, foot, r->x + r->w, foot);
}

void draw_x_grid(struct draw *d, const struct rect *r)
{
	for (size_t i = 0; i < d->x.n; i++) {
		double px = draw_x(d, r, d->x.tick[i].v);

		draw_rule(d->cr, &d->pal->grid, 1, px, r->y, px, r->y + r->h);
	}
}

/* Tick labels in a row, left out where they would run into the one before; the last one ends where the page does. */
static void x_labels(struct draw *d, const struct rect *row, const struct axis *a, double y)
{
	double right = row->x + row->w + d->lay->page->card_pad, edge = d->lay->page->right;

	if (d->scene->page == PAGE_REPORT)
		right = row->x + row->w > edge ? row->x + row->w : edge;

	double free_from = -INFINITY;

	for (size_t i = 0; i < a->n; i++) {
		const struct type_style st = { .px = theme.px_small,
					       .align = TYPE_CENTRE,
					       .bold = a->tick[i].strong,
					       .colour = a->tick[i].strong ? d->pal->ink : d->pal->muted };
		double x = draw_x(d, row, a->tick[i].v), half = draw_text_width(d, &st, a->tick[i].label) / 2;

		x = fmin(x, right - half);
		if (x - half < free_from)
			continue;
		draw_text(d, &st, x, y, PAGE_WIDTH, a->tick[i].label);
		free_from = x + half + 16;
	}
}

static void ticks_below(struct draw *d, const struct rect *r)
{
	for (size_t i = 0; i < d->x.n; i++) {
		double x = draw_x(d, r, d->x.tick[i].v);

		draw_rule(d->cr, &d->pal->axis, 1, x, r->y, x, r->y + 6);
	}
}

void draw_utc_row(struct draw *d)
{
	const struct rect *r = &d->lay->utc, *p = &d->lay->panel[d->lay->first].plot;
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	struct axis utc;

	axis_utc(&utc, d->scene->x0, d->scene->x1, d->scene->start_unix, draw_ticks_for(r->w, 102, 9));
	draw_text(d, &st, d->lay->page->margin, r->y + 13, 90, theme.utc);
	x_labels(d, r, &utc, r->y + 13);
	for (size_t i = 0; i < utc.n; i++) {
		double x = draw_x(d, p, utc.tick[i].v);

		draw_rule(d->cr, &d->pal->axis, 1, x, p->y, x, p->y + 7);
	}
}

void draw_elapsed_row(struct draw *d)
{
	const struct rect *r = &d->lay->elapsed;
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };

	ticks_below(d, r);
	draw_text(d, &st, d->lay->page->margin, r->y + 19, 96, theme.elapsed);
	x_labels(d, r, &d->x, r->y + 19);
}

void draw_own_x_row(struct draw *d, const struct rect *r)
{
	ticks_below(d, r);
	x_labels(d, r, &d->x, r->y + 17);
}

size_t draw_ticks_for(double width, double apart, size_t most)
{
	return (size_t)fmax(2, fmin((double)most, width / apart));
}
