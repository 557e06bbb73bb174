/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cards: each a small picture with its name, its tone in colour, glyph and words, and axes of its own. On a page that is there to
 * compare sizes all have one y axis.
 */
#include <math.h>

#include "plots/draw.h"

static const double stripe = 6, tick_apart = 44;

struct range {
	double lo, hi; /* NaN: nothing is known */
};

static struct range range_of(const struct scene_panel *p)
{
	struct range r;

	panel_range(p, &r.lo, &r.hi);
	return r;
}

/* fmin and fmax leave out what is unknown. */
static struct range range_of_all(const struct scene *s, const struct layout *lay, enum scene_unit unit)
{
	struct range all = { NAN, NAN };

	for (size_t i = 0; i < lay->n_panels; i++) {
		struct range one = range_of(&s->panel[i]);

		if (s->panel[i].unit == unit)
			all = (struct range){ fmin(all.lo, one.lo), fmax(all.hi, one.hi) };
	}
	return all;
}

static void paper(struct draw *d, const struct rect *r, enum scene_tone tone)
{
	cairo_rectangle(d->cr, round(r->x) + 0.5, round(r->y) + 0.5, round(r->w) - 1, round(r->h) - 1);
	draw_colour(d->cr, &d->pal->rule, 1);
	cairo_set_line_width(d->cr, 1);
	cairo_stroke(d->cr);
	cairo_rectangle(d->cr, round(r->x), round(r->y), stripe, round(r->h));
	draw_colour(d->cr, &d->pal->tone[tone].fill, 1);
	cairo_fill(d->cr);
}

static void words(struct draw *d, const struct layout_panel *at, const struct scene_panel *p)
{
	const struct tone_style *tone = &d->pal->tone[p->tone];
	const struct type_style title = { .px = theme.px_small, .bold = true, .name = true, .colour = d->pal->ink };
	const struct type_style word = { .px = theme.px_small, .bold = true, .colour = d->pal->ink };
	const struct type_style note = { .px = theme.px_small, .colour = d->pal->muted };
	const struct rect *t = &at->title, *k = &at->key;
	double r = 11, y = k->y + 12, x = t->x + 6, right = k->x + k->w;

	draw_text(d, &title, x, t->y + t->h / 2 + 2, t->w - 6, p->title);
	if (p->y_label && *p->y_label) {
		draw_tone(d, p->tone, &tone->fill, &tone->on, x + r, y, r);
		x += 2 * r + 8;
		x += draw_text(d, &word, x, y, right - x, p->y_label) + 10;
	}
	if (right - x > 60)
		draw_text(d, &note, x, y, right - x, p->note);
}

static void lines(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_panel *p)
{
	cairo_save(d->cr);
	cairo_rectangle(d->cr, r->x - 4, r->y - 4, r->w + 8, r->h + 8);
	cairo_clip(d->cr);
	for (size_t i = p->n_series; i-- > 0;)
		draw_series(d, r, y, &p->series[i]);
	for (size_t i = 0; i < p->n_lines; i++)
		draw_fit(d, r, y, &p->line[i]);
	cairo_restore(d->cr);
}

static void card(struct draw *d, const struct layout_panel *at, const struct scene_panel *p, struct range range)
{
	const struct type_style none = { .px = theme.px_small, .colour = d->pal->muted, .align = TYPE_CENTRE };
	const struct rect *r = &at->plot;
	struct axis y;
	double x0, x1;
	bool any = draw_known(p);

	panel_span(d->scene, p, &x0, &x1);
	if (p->x == X_COUNT)
		axis_count(&d->x, x0, x1, draw_ticks_for(r->w, 86, 10));
	else
		axis_elapsed(&d->x, x0, x1, draw_ticks_for(r->w, 84, 10));
	axis_values(&y, p->unit, range.lo, range.hi, (size_t)fmax(2, fmin(8, r->h / tick_apart)));
	paper(d, &at->card, p->tone);
	words(d, at, p);
	draw_x_grid(d, r);
	draw_y_axis(d, r, &y, any);
	draw_axis_foot(d, r, &y);
	lines(d, r, &y, p);
	draw_own_x_row(d, &at->x);
	if (!any)
		draw_text(d, &none, r->x + r->w / 2, r->y + r->h / 2, r->w, theme.no_samples);
	else if (at->labels.h > 0)
		draw_end_labels(d, at, &y, p);
}

void draw_grid(struct draw *d)
{
	for (size_t i = 0; i < d->lay->n_panels; i++) {
		const struct scene_panel *p = &d->scene->panel[i];
		struct draw own = *d;

		own.panel = p;
		card(&own, &d->lay->panel[i], p, d->scene->same_y ? range_of_all(d->scene, d->lay, p->unit) : range_of(p));
	}
}
