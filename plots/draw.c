/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page: its parts in order, and the small tools they share. */
#include "plots/draw.h"

#include <math.h>

static const struct type_style why_style = { .px = 22 };

void draw_measure(struct layout *lay, const struct scene *s, struct type *type)
{
	struct layout_text lines = { .why_lines = s->why && *s->why ? 1 : 0 };

	for (size_t i = 0; i < s->n_footer && i < LAYOUT_FOOTER; i++)
		lines.footer_lines[i] = draw_footer_lines(type, s->footer[i]);
	if (type) {
		for (size_t i = 0; i < s->n_advice && i < LAYOUT_ADVICE; i++)
			lines.advice_lines[i] = draw_advice_lines(type, s->advice[i]);
		lines.why_lines = type_lines(type, &why_style, s->why, PAGE_WIDTH - 2 * theme.page.margin, WHY_LINES);
		for (size_t i = 0; i < s->n_panels && i < LAYOUT_PANELS; i++)
			lines.note_below[i] = draw_note_below(&s->panel[i], type, layout_title_width(s));
	}
	layout_scene(lay, s, &lines);
}

void draw_colour(cairo_t *cr, const struct rgb *c, double alpha)
{
	cairo_set_source_rgba(cr, c->r, c->g, c->b, alpha);
}

void draw_dash(cairo_t *cr, const struct dash *d)
{
	cairo_set_dash(cr, d->len, d->n, 0);
}

/* A straight line; horizontal and vertical ones of odd width lie on whole pixels at the usual scale, so that they are crisp. */
void draw_rule(cairo_t *cr, const struct rgb *c, double width, double x0, double y0, double x1, double y1)
{
	double shift = fmod(width, 2) == 1 ? 0.5 : 0;

	draw_colour(cr, c, 1);
	cairo_set_line_width(cr, width);
	cairo_move_to(cr, x0 == x1 ? round(x0) + shift : x0, y0 == y1 ? round(y0) + shift : y0);
	cairo_line_to(cr, x0 == x1 ? round(x0) + shift : x1, y0 == y1 ? round(y0) + shift : y1);
	cairo_stroke(cr);
}

double draw_x(const struct draw *d, const struct rect *plot, double t)
{
	return axis_pixel(&d->x, t, plot->x, plot->x + plot->w);
}

double draw_y(const struct rect *plot, const struct axis *y, double v)
{
	return axis_pixel(y, v, plot->y + plot->h, plot->y);
}

double draw_text(struct draw *d, const struct type_style *st, double x, double y, double room, const char *s)
{
	return d->type ? type_line(d->type, d->cr, st, x, y, room, s) : 0;
}

double draw_text_width(struct draw *d, const struct type_style *st, const char *s)
{
	return d->type ? type_width(d->type, st, s) : 0;
}

void draw_tag(struct draw *d, const struct type_style *st, double x, double y, double room, const char *s)
{
	double w = fmin(draw_text_width(d, st, s), room);

	if (!(w > 0))
		return;
	draw_colour(d->cr, &d->pal->paper, 0.85);
	cairo_rectangle(d->cr, x - 3, y - st->px * 0.6, w + 6, st->px * 1.2);
	cairo_fill(d->cr);
	draw_text(d, st, x, y, room, s);
}

void draw_swatch(struct draw *d, const struct line_style *style, double x, double y)
{
	draw_dash(d->cr, &style->dash);
	draw_colour(d->cr, &style->line, 1);
	cairo_set_line_width(d->cr, style->width);
	cairo_move_to(d->cr, x, y);
	cairo_line_to(d->cr, x + SWATCH, y);
	cairo_stroke(d->cr);
	cairo_set_dash(d->cr, NULL, 0, 0);
	draw_symbol(d, style, x + SWATCH / 2.0, y);
}

void draw_scene(cairo_t *cr, const struct scene *s, const struct layout *lay, struct type *type)
{
	struct draw d = { .cr = cr, .type = type, .scene = s, .lay = lay, .pal = palette_of(s->theme) };

	axis_elapsed(&d.x, s->x0, s->x1, draw_ticks_for(lay->elapsed.w, 88, 10));
	cairo_save(cr);
	cairo_scale(cr, lay->scale, lay->scale);
	cairo_translate(cr, lay->left, 0);
	draw_colour(cr, &d.pal->paper, 1);
	cairo_paint(cr);
	draw_header(&d);
	if (s->page == PAGE_GRID)
		draw_grid(&d);
	for (size_t i = 0; i < lay->n_panels && s->page != PAGE_GRID; i++)
		if (lay->panel[i].plot.h > 0)
			draw_panel(&d, i);
	if (lay->first < lay->n_panels) {
		draw_utc_row(&d);
		draw_lane(&d);
		draw_elapsed_row(&d);
	}
	draw_aside(&d);
	draw_table(&d);
	draw_footer(&d);
	cairo_restore(cr);
}
