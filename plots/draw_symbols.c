/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small shapes on lines, far apart, by which they are told apart where there is no colour. Paths, so that no font can lack them. */
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
