/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small shapes on lines, far apart, by which they are told apart where there is no colour. Paths, so that no font can lack them.
 */
#include <math.h>

#include "plots/draw.h"

static void shape(cairo_t *cr, enum line_symbol symbol, double r)
{
	switch (symbol) {
	case SYMBOL_NONE:
		break;
	case SYMBOL_DISC:
		cairo_arc(cr, 0, 0, r, 0, 2 * M_PI);
		break;
	case SYMBOL_SQUARE:
		cairo_rectangle(cr, -0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r);
		break;
	case SYMBOL_TRIANGLE:
		cairo_move_to(cr, 0, -1.15 * r);
		cairo_line_to(cr, 1.1 * r, 0.8 * r);
		cairo_line_to(cr, -1.1 * r, 0.8 * r);
		cairo_close_path(cr);
		break;
	case SYMBOL_DIAMOND:
		cairo_move_to(cr, 0, -1.25 * r);
		cairo_line_to(cr, 1.25 * r, 0);
		cairo_line_to(cr, 0, 1.25 * r);
		cairo_line_to(cr, -1.25 * r, 0);
		cairo_close_path(cr);
		break;
	}
}

void draw_symbol(struct draw *d, const struct line_style *st, double x, double y)
{
	const double r = 5;

	if (st->symbol == SYMBOL_NONE)
		return;
	cairo_save(d->cr);
	cairo_new_path(d->cr);
	cairo_translate(d->cr, x, y);
	cairo_set_dash(d->cr, NULL, 0, 0);
	shape(d->cr, st->symbol, r);
	draw_colour(d->cr, &d->pal->paper, 1);
	cairo_fill_preserve(d->cr);
	draw_colour(d->cr, &st->line, 1);
	cairo_set_line_width(d->cr, 2);
	cairo_stroke(d->cr);
	cairo_restore(d->cr);
}

/* Its tip on the edge y, outwards. */
static void arrow(struct draw *d, const struct rgb *c, double x, double y, bool up)
{
	const double half = 7, high = up ? 11 : -11;

	cairo_new_path(d->cr);
	cairo_move_to(d->cr, x, y);
	cairo_line_to(d->cr, x + half, y + high);
	cairo_line_to(d->cr, x - half, y + high);
	cairo_close_path(d->cr);
	draw_colour(d->cr, c, 1);
	cairo_fill(d->cr);
}

void draw_beyond(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p)
{
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->ink };
	double w = fmin(draw_text_width(d, &st, p->beyond), plot->w - 30), at = NAN, edge = NAN;

	for (size_t i = 0; p->y0 < p->y1 && i < p->n_series; i++) {
		const struct scene_series *s = &p->series[i];

		for (size_t k = 0; k < s->n; k++) {
			bool up = s->b[k].max > y->hi;

			if (s->b[k].n == 0 || (!up && !(s->b[k].min < y->lo)))
				continue;
			at = draw_x(d, plot, s->b[k].t);
			edge = up ? plot->y : plot->y + plot->h;
			arrow(d, &d->pal->role[s->role].ink, at, edge, up);
		}
	}
	if (!isfinite(at) || !p->beyond)
		return;
	at = at + 14 + w < plot->x + plot->w ? at + 14 : at - 14 - w; /* beside the last of them */
	draw_tag(d, &st, fmax(at, plot->x), edge > plot->y ? edge - 13 : edge + 13, w + 1, p->beyond);
}
