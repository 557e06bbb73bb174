/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strips: load and health on the axis of time, so low that there is no value axis. The name is at the left; at the right is
 * what a value axis would have said, the last value and the range. The area below the first line is filled.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "plots/draw.h"

static const double inner = 5; /* free above and below the line, so that neighbours do not touch */

static void value_text(struct text *t, enum scene_unit unit, double v)
{
	char buf[40];

	if (unit == UNIT_KIB)
		text_add(t, fmt_kb(buf, sizeof(buf), v));
	else if (unit == UNIT_COUNT)
		text_add(t, fmt_count(buf, sizeof(buf), v));
	else if (unit == UNIT_PER_S)
		text_addf(t, "%s/s", fmt_count(buf, sizeof(buf), v));
	else if (v > 0 && v < 1e-3)
		text_addf(t, "%.3g \302\265s", v * 1e6);
	else
		text_add(t, fmt_duration(buf, sizeof(buf), v));
}

/* The extremes of the first series: of each block, or of its mean where that is all there is. */
static bool extremes(const struct scene_series *s, double *lo, double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (size_t i = 0; i < s->n; i++) {
		if (s->b[i].n == 0 || !isfinite(s->b[i].mean))
			continue;
		*lo = fmin(*lo, isfinite(s->b[i].min) ? s->b[i].min : s->b[i].mean);
		*hi = fmax(*hi, isfinite(s->b[i].max) ? s->b[i].max : s->b[i].mean);
	}
	return *lo <= *hi;
}

/* Where the unit begins: behind the last digit. */
static size_t digits_end(const char *s)
{
	size_t n = strlen(s);

	while (n > 0 && !(s[n - 1] >= '0' && s[n - 1] <= '9'))
		n--;
	return n;
}

/* "192–206/s", the unit once where both have the same; one value where it never moved. */
static void range_text(struct text *t, const struct scene_panel *p)
{
	struct text low = TEXT_INIT, high = TEXT_INIT;
	double lo, hi;

	if (p->n_series && extremes(&p->series[0], &lo, &hi)) {
		value_text(&low, p->unit, lo);
		value_text(&high, p->unit, hi);
		const char *a = text_str(&low), *b = text_str(&high);
		bool one_unit = strcmp(a + digits_end(a), b + digits_end(b)) == 0;

		if (strcmp(a, b) != 0)
			text_addf(t, "%.*s%s", one_unit ? (int)digits_end(a) : (int)low.len, a, lo < 0 ? " to " : "\342\200\223");
		text_add(t, b);
	}
	text_release(&low);
	text_release(&high);
}

/* The last value and the range; the range alone where both do not fit, for without it the line has no scale. */
static void figures(struct draw *d, const struct rect *r, const struct scene_panel *p)
{
	const struct type_style plain = { .px = theme.px_small, .colour = d->pal->muted };
	const char *end = p->n_series ? p->series[0].end : NULL;
	struct type_style bold = plain;
	struct text range = TEXT_INIT;
	double y = r->y + r->h / 2, x = r->x;

	if (!draw_known(p)) {
		draw_text(d, &plain, x, y, r->w, theme.no_samples);
		return;
	}
	bold.bold = true;
	bold.colour = d->pal->role[p->series[0].role].ink;
	range_text(&range, p);
	bool same = end && strcmp(end, text_str(&range)) == 0;
	double need = (end ? draw_text_width(d, &bold, end) + 12 : 0) + draw_text_width(d, &plain, text_str(&range));

	if (end && (same || need <= r->w))
		x += draw_text(d, &bold, x, y, r->w, end) + 12;
	if (!same)
		draw_text(d, &plain, x, y, r->x + r->w - x, text_str(&range));
	text_release(&range);
}

/* All its values from foot to head: no margin, no round steps, for no axis is written. A flat line is in the middle. */
static void scale(struct axis *y, const struct scene_panel *p)
{
	double lo = p->from_zero ? 0 : INFINITY, hi = p->from_zero ? 0 : -INFINITY, a, b;

	for (size_t i = 0; i < p->n_series; i++) {
		if (extremes(&p->series[i], &a, &b)) {
			lo = fmin(lo, a);
			hi = fmax(hi, b);
		}
	}
	*y = (struct axis){ .lo = lo, .hi = hi };
	if (!(hi > lo)) {
		y->lo = isfinite(lo) && lo != 0 ? lo - fabs(lo) / 2 : 0;
		y->hi = isfinite(hi) && hi != 0 ? hi + fabs(hi) / 2 : 1;
	}
}

/* From the line down to the foot; pieces between gaps apart. */
static void fill_below(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_series *s)
{
	double foot = r->y + r->h, first = NAN, last = NAN;

	draw_colour(d->cr, &d->pal->role[s->role].line, d->pal->series_band);
	for (size_t i = 0; i <= s->n; i++) {
		bool here = i < s->n && s->b[i].n > 0 && isfinite(s->b[i].mean) && isfinite(s->b[i].t);

		if (here) {
			last = draw_x(d, r, s->b[i].t);
			if (isnan(first))
				cairo_move_to(d->cr, first = last, foot);
			cairo_line_to(d->cr, last, draw_y(r, y, s->b[i].mean));
		} else if (!isnan(first)) {
			cairo_line_to(d->cr, last, foot);
			cairo_close_path(d->cr);
			cairo_fill(d->cr);
			first = NAN;
		}
	}
}

void draw_strip(struct draw *d, const struct layout_panel *at, const struct scene_panel *p)
{
	const struct type_style name = { .px = theme.px_small, .colour = d->pal->ink };
	const struct rect *all = &at->plot;
	const struct rect r = { all->x, all->y + inner, all->w, all->h - 2 * inner };
	struct axis y;

	scale(&y, p);
	draw_spans(d, all);
	draw_rule(d->cr, &d->pal->rule, 1, all->x, all->y + all->h, all->x + all->w, all->y + all->h);
	draw_markers(d, all);
	cairo_save(d->cr);
	cairo_rectangle(d->cr, r.x - 4, r.y - 4, r.w + 12, r.h + 8);
	cairo_clip(d->cr);
	if (p->n_series)
		fill_below(d, &r, &y, &p->series[0]);
	for (size_t i = p->n_series; i-- > 0;)
		draw_series(d, &r, &y, &p->series[i]);
	cairo_restore(d->cr);
	draw_text(d, &name, at->title.x, all->y + all->h / 2, at->title.w - 10, p->title);
	figures(d, &at->labels, p);
}
