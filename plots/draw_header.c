/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header: the verdict as a colour, a glyph and a word, what was measured, and why in one sentence. */
#include <math.h>

#include "plots/draw.h"

/* Glyphs are paths, not characters: no font can lack them. Each fits a circle of radius r around the origin. */
static void warning_triangle(cairo_t *cr, double r, const struct rgb *hole)
{
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_move_to(cr, 0, -0.84 * r);
	cairo_line_to(cr, 0.88 * r, 0.68 * r);
	cairo_line_to(cr, -0.88 * r, 0.68 * r);
	cairo_close_path(cr);
	cairo_fill_preserve(cr);
	cairo_set_line_width(cr, 0.18 * r);
	cairo_stroke(cr);
	draw_colour(cr, hole, 1);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_width(cr, 0.2 * r);
	cairo_move_to(cr, 0, -0.32 * r);
	cairo_line_to(cr, 0, 0.14 * r);
	cairo_stroke(cr);
	cairo_arc(cr, 0, 0.46 * r, 0.12 * r, 0, 2 * M_PI);
	cairo_fill(cr);
}

static void disc(cairo_t *cr, double r)
{
	cairo_arc(cr, 0, 0, r, 0, 2 * M_PI);
	cairo_fill(cr);
}

static void check_mark(cairo_t *cr, double r)
{
	cairo_set_line_width(cr, 0.22 * r);
	cairo_move_to(cr, -0.46 * r, 0.04 * r);
	cairo_line_to(cr, -0.12 * r, 0.38 * r);
	cairo_line_to(cr, 0.48 * r, -0.34 * r);
	cairo_stroke(cr);
}

static void question_mark(cairo_t *cr, double r)
{
	cairo_set_line_width(cr, 0.2 * r);
	cairo_arc(cr, 0, -0.24 * r, 0.32 * r, -1.04 * M_PI, 0.22 * M_PI);
	cairo_curve_to(cr, 0.12 * r, 0.06 * r, 0, 0.06 * r, 0, 0.24 * r);
	cairo_stroke(cr);
	cairo_arc(cr, 0, 0.54 * r, 0.125 * r, 0, 2 * M_PI);
	cairo_fill(cr);
}

static void exclamation_mark(cairo_t *cr, double r)
{
	cairo_set_line_width(cr, 0.22 * r);
	cairo_move_to(cr, 0, -0.54 * r);
	cairo_line_to(cr, 0, 0.12 * r);
	cairo_stroke(cr);
	cairo_arc(cr, 0, 0.5 * r, 0.13 * r, 0, 2 * M_PI);
	cairo_fill(cr);
}

static void tone_glyph(struct draw *d, enum scene_tone tone, double x, double y, double r)
{
	const struct tone_style *st = &d->pal->tone[tone];
	cairo_t *cr = d->cr;

	cairo_save(cr);
	cairo_translate(cr, x, y);
	draw_colour(cr, &st->on, 1);
	if (tone == TONE_BAD) {
		warning_triangle(cr, r, &st->fill);
	} else {
		disc(cr, r);
		draw_colour(cr, &st->fill, 1);
		cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
		cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
		if (tone == TONE_GOOD)
			check_mark(cr, r);
		else if (tone == TONE_WARN)
			exclamation_mark(cr, r);
		else
			question_mark(cr, r);
	}
	cairo_restore(cr);
}

/* A headline is set smaller before it is cut. */
static void headline(struct draw *d, const struct rgb *on, double x, double y, double room)
{
	struct type_style st = { .px = theme.px_headline, .colour = *on };

	while (st.px > theme.px_small && draw_text_width(d, &st, d->scene->headline) > room)
		st.px -= 1;
	draw_text(d, &st, x, y, room, d->scene->headline);
}

void draw_header(struct draw *d)
{
	const struct tone_style *tone = &d->pal->tone[d->scene->tone];
	const struct rect *b = &d->lay->band, *w = &d->lay->why;
	const struct type_style word = { .px = theme.px_verdict, .bold = true, .colour = tone->on };
	const struct type_style brand = { .px = 26, .bold = true, .colour = tone->on, .align = TYPE_RIGHT };
	const struct type_style why = { .px = theme.px_text, .colour = d->pal->ink };
	double margin = theme.page.margin, text_x = margin + 110, right = PAGE_WIDTH - margin;

	draw_colour(d->cr, &tone->fill, 1);
	cairo_rectangle(d->cr, b->x, b->y, b->w, b->h);
	cairo_fill(d->cr);
	tone_glyph(d, d->scene->tone, margin + 40, b->y + b->h / 2, 40);
	draw_text(d, &word, text_x, b->y + 44, right - text_x - 120, d->scene->verdict);
	draw_text(d, &brand, right, b->y + 44, 120, theme.product);
	headline(d, &tone->on, text_x, b->y + 95, right - text_x);
	if (w->h == 0)
		return;
	draw_colour(d->cr, &tone->tint, 1);
	cairo_rectangle(d->cr, w->x, w->y, w->w, w->h);
	cairo_fill(d->cr);
	if (d->type)
		type_paragraph(d->type, d->cr, &why, margin, w->y + theme.page.why_pad + theme.page.why_line / 2, right - margin,
			       2, theme.page.why_line, d->scene->why);
}
