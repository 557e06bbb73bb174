/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines: series with their min..max band, fits with their interval, limits. What is unknown is not drawn and not bridged. */
#include <math.h>

#include "plots/draw.h"

static bool usable(const struct block *b)
{
	return b->n > 0 && isfinite(b->mean) && isfinite(b->t);
}

/* A restart between two blocks: another process, so no line joins them. */
static bool restarted(const struct draw *d, double t0, double t1)
{
	const struct scene *s = d->scene;

	if (d->panel && d->panel->x == X_COUNT)
		return false; /* operations go on */
	for (size_t i = 0; i < s->n_markers; i++)
		if (s->marker[i].kind == MARK_RESTART && s->marker[i].x > t0 && s->marker[i].x <= t1)
			return true;
	return false;
}

/* The end of the unbroken piece that begins at block i, which is usable. */
static size_t piece_end(const struct draw *d, const struct scene_series *s, size_t i)
{
	for (i++; i < s->n && usable(&s->b[i]); i++)
		if (restarted(d, s->b[i - 1].t, s->b[i].t))
			break;
	return i;
}

/* Blocks of one sample, or of equal ones, have a band without height: nothing would be seen of it, and filling it takes as long. */
static bool has_height(const struct scene_series *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (s->b[i].min < s->b[i].mean || s->b[i].max > s->b[i].mean)
			return true;
	return false;
}

static void piece_band(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_series *s, size_t from,
		       size_t to)
{
	for (size_t i = from; i < to; i++)
		cairo_line_to(d->cr, draw_x(d, r, s->b[i].t), draw_y(r, y, isfinite(s->b[i].max) ? s->b[i].max : s->b[i].mean));
	for (size_t i = to; i-- > from;)
		cairo_line_to(d->cr, draw_x(d, r, s->b[i].t), draw_y(r, y, isfinite(s->b[i].min) ? s->b[i].min : s->b[i].mean));
	cairo_close_path(d->cr);
	draw_colour(d->cr, &d->pal->role[s->role].line, d->pal->series_band);
	cairo_fill(d->cr);
}

/* A piece of one block is a dot: a path to itself with round caps. */
static void piece_line(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_series *s, size_t from,
		       size_t to)
{
	const struct line_style *st = &d->pal->role[s->role];
	bool dot = to - from == 1;

	if (dot)
		cairo_set_dash(d->cr, NULL, 0, 0);
	else
		draw_dash(d->cr, &st->dash);
	cairo_set_line_width(d->cr, dot ? 2.2 * st->width : st->width);
	for (size_t i = from; i < to; i++)
		cairo_line_to(d->cr, draw_x(d, r, s->b[i].t), draw_y(r, y, s->b[i].mean));
	if (dot)
		cairo_close_path(d->cr);
	draw_colour(d->cr, &st->line, 1);
	cairo_stroke(d->cr);
}

/* One at the beginning of each `apart` units of the page that has a block: lines of one time have theirs beside each other's. */
static void piece_symbols(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_series *s, size_t from,
			  size_t to)
{
	const double apart = 110, shift = 24 * (double)s->role;
	double last = floor((draw_x(d, r, s->b[from].t) - shift) / apart);

	for (size_t i = from; i < to && d->pal->role[s->role].symbol; i++) {
		double x = draw_x(d, r, s->b[i].t), now = floor((x - shift) / apart);

		if (now > last)
			draw_symbol(d, &d->pal->role[s->role], x, draw_y(r, y, s->b[i].mean));
		last = now;
	}
}

void draw_series(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_series *s)
{
	cairo_save(d->cr);
	cairo_set_antialias(
		d->cr, CAIRO_ANTIALIAS_FAST); /* 16 shades instead of 256 of a zigzag of 1200 blocks: a quarter of the time */
	cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_line_cap(d->cr, d->pal->role[s->role].dash.n ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
	for (size_t i = 0, end; i < s->n; i = end) {
		end = i + 1;
		if (!usable(&s->b[i]))
			continue;
		end = piece_end(d, s, i);
		if (end - i == 1)
			cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
		if (s->band && has_height(s, i, end))
			piece_band(d, plot, y, s, i, end);
		piece_line(d, plot, y, s, i, end);
		piece_symbols(d, plot, y, s, i, end);
	}
	cairo_restore(d->cr);
}

static void fit_band(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_line *l)
{
	for (size_t i = 0; i < l->n_band; i++)
		if (isfinite(l->bx[i]) && isfinite(l->hi[i]))
			cairo_line_to(d->cr, draw_x(d, r, l->bx[i]), draw_y(r, y, l->hi[i]));
	for (size_t i = l->n_band; i-- > 0;)
		if (isfinite(l->bx[i]) && isfinite(l->lo[i]))
			cairo_line_to(d->cr, draw_x(d, r, l->bx[i]), draw_y(r, y, l->lo[i]));
	draw_colour(d->cr, &d->pal->fit.line, d->pal->fit_band);
	cairo_fill(d->cr);
}

void draw_fit(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_line *l)
{
	const struct line_style *st = l->limit ? &d->pal->limit : &d->pal->fit;
	double x0 = l->limit ? plot->x : draw_x(d, plot, l->x0), x1 = l->limit ? plot->x + plot->w : draw_x(d, plot, l->x1);
	double y0 = draw_y(plot, y, l->y0), y1 = draw_y(plot, y, l->limit ? l->y0 : l->y1);

	cairo_save(d->cr);
	cairo_rectangle(d->cr, plot->x, plot->y - 4, plot->w, plot->h + 8);
	cairo_clip(d->cr);
	fit_band(d, plot, y, l);
	if (isfinite(x0) && isfinite(x1) && isfinite(y0) && isfinite(y1)) {
		draw_dash(d->cr, &st->dash);
		cairo_set_line_width(d->cr, st->width);
		draw_colour(d->cr, &st->line, 1);
		cairo_move_to(d->cr, x0, y0);
		cairo_line_to(d->cr, x1, y1);
		cairo_stroke(d->cr);
	}
	cairo_restore(d->cr);
}
