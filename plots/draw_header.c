/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header: the verdict as a colour, a glyph and a word, what was measured, and why in one sentence. */
#include <math.h>
#include <string.h>

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

void draw_tone(struct draw *d, enum scene_tone tone, const struct rgb *paint, const struct rgb *hole, double x, double y,
	       double r)
{
	cairo_t *cr = d->cr;

	cairo_save(cr);
	cairo_translate(cr, x, y);
	draw_colour(cr, paint, 1);
	if (tone == TONE_BAD) {
		warning_triangle(cr, r, hole);
	} else {
		disc(cr, r);
		draw_colour(cr, hole, 1);
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

static void pill(cairo_t *cr, double x, double y, double w, double h)
{
	double r = h / 2;

	cairo_new_sub_path(cr);
	cairo_arc(cr, x + r, y + r, r, M_PI / 2, 3 * M_PI / 2);
	cairo_arc(cr, x + w - r, y + r, r, 3 * M_PI / 2, M_PI / 2);
	cairo_close_path(cr);
}

enum { CHIP_HEIGHT = 36, CHIP_PAD = 17, CHIP_GAP = 12, CHIP_LEAST = 80 };

/* Some 20 characters: less of a name beside a long verdict says nothing, and the footer has all of it. */
#define HEADLINE_LEAST 240

static double chips_width(struct draw *d, const struct type_style *st)
{
	double w = 0;

	for (size_t i = 0; i < d->scene->n_chips; i++)
		w += draw_text_width(d, st, d->scene->chip[i]) + 2 * CHIP_PAD + (i ? CHIP_GAP : 0);
	return w;
}

/* Chips are set smaller before the last ones are cut; one with no room at all is left out. */
static void chips(struct draw *d, const struct rgb *on, double x, double y, double right)
{
	struct type_style st = { .px = 24, .bold = true, .colour = *on };

	while (st.px > theme.px_small && chips_width(d, &st) > right - x)
		st.px -= 1;
	if (chips_width(d, &st) > right - x)
		st.bold = false;
	for (size_t i = 0; i < d->scene->n_chips && right - x >= CHIP_LEAST; i++) {
		double w = fmin(draw_text_width(d, &st, d->scene->chip[i]), right - x - 2 * CHIP_PAD);

		if (!d->scene->chip[i] || !*d->scene->chip[i])
			continue;
		pill(d->cr, x, y - CHIP_HEIGHT / 2.0, w + 2 * CHIP_PAD, CHIP_HEIGHT);
		draw_colour(d->cr, on, 0.16);
		cairo_fill(d->cr);
		draw_text(d, &st, x + CHIP_PAD, y, w + 1, d->scene->chip[i]);
		x += w + 2 * CHIP_PAD + CHIP_GAP;
	}
}

static size_t lead_of(const char *advice)
{
	const char *colon = advice ? strchr(advice, ':') : NULL;

	return colon ? (size_t)(colon + 1 - advice) : 0;
}

size_t draw_advice_lines(struct type *type, double room, const char *advice)
{
	const struct type_style st = { .px = theme.px_text, .lead = lead_of(advice) };

	return type_lines(type, &st, advice, room, ADVICE_LINES);
}

/* The sentence, and below it what need not be looked at and what to do. */
static void reasons(struct draw *d, const struct rect *w, double margin)
{
	struct type_style st = { .px = theme.px_text, .colour = d->pal->ink };
	double room = d->lay->width - 2 * margin, pitch = d->lay->page->why_line, y = w->y + d->lay->page->why_pad + pitch / 2;

	type_paragraph(d->type, d->cr, &st, margin, y, room, WHY_LINES, pitch, d->scene->why);
	y += (double)type_lines(d->type, &st, d->scene->why, room, WHY_LINES) * pitch;
	for (size_t i = 0; i < d->scene->n_advice && i < LAYOUT_ADVICE; i++) {
		const char *advice = d->scene->advice[i];

		st.lead = lead_of(advice);
		type_paragraph(d->type, d->cr, &st, margin, y, room, ADVICE_LINES, pitch, advice);
		y += (double)draw_advice_lines(d->type, room, advice) * pitch;
	}
}

void draw_header(struct draw *d)
{
	const struct tone_style *tone = &d->pal->tone[d->scene->tone];
	const struct rect *b = &d->lay->band, *w = &d->lay->why;
	const struct type_style word = { .px = theme.px_verdict, .bold = true, .colour = tone->on };
	const struct type_style brand = { .px = 26, .bold = true, .colour = tone->on, .align = TYPE_RIGHT };
	double margin = d->lay->page->margin, text_x = margin + 110, right = d->lay->width - margin, first = b->y + b->h / 3,
	       second = b->y + 0.72 * b->h;

	draw_colour(d->cr, &tone->fill, 1);
	cairo_rectangle(d->cr, b->x - d->lay->left, b->y, b->w + 2 * d->lay->left, b->h);
	cairo_fill(d->cr);
	draw_tone(d, d->scene->tone, &tone->on, &tone->fill, margin + 40, b->y + b->h / 2, 40);
	double after = text_x + draw_text(d, &word, text_x, first, right - text_x - 120, d->scene->verdict) + 26;

	draw_text(d, &brand, right, first, 120, theme.product);
	if (d->scene->n_chips == 0) {
		headline(d, &tone->on, text_x, second, right - text_x);
	} else {
		if (right - 120 - after >= HEADLINE_LEAST)
			headline(d, &tone->on, after, first + 3, right - 120 - after);
		chips(d, &tone->on, text_x, second + 2, right);
	}
	if (w->h == 0)
		return;
	draw_colour(d->cr, &tone->tint, 1);
	cairo_rectangle(d->cr, w->x - d->lay->left, w->y, w->w + 2 * d->lay->left, w->h);
	cairo_fill(d->cr);
	if (d->type)
		reasons(d, w, margin);
}
