/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names at the ends of lines, so that nobody looks up a legend: a piece of the line itself, the name, and from where to
 * where it went. Names that would overlap move apart, and a thin leader then ties each to its line.
 */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "plots/draw.h"

struct end {
	const struct line_style *style;
	const char *label, *start, *end; /* start, end: may be NULL */
	double y;                        /* where the line ends; after spreading: where its name is */
	double at;                       /* where the line ends, and stays */
	double x;                        /* where the line ends */
	bool off;                        /* a limit beyond the scale: no line to tie to */
};

enum { MAX_ENDS = 32, LONGEST_LEADER = 80 }; /* 16 series and 16 lines at most, as in a scene */

static const double one_line = 27, two_lines = 52, half_lead = 11.5; /* a first line is that much above the middle of two */

static bool series_end(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_series *s,
		       struct end *e)
{
	for (size_t i = s->n; i-- > 0;) {
		const struct block *b = &s->b[i];

		if (b->n == 0 || !isfinite(b->mean) || !isfinite(b->t))
			continue;
		*e = (struct end){ .style = &d->pal->role[s->role],
				   .label = s->label,
				   .start = s->start,
				   .end = s->end,
				   .x = draw_x(d, &at->plot, b->t),
				   .at = draw_y(&at->plot, y, b->mean) };
		return true;
	}
	return false;
}

static bool line_end(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_line *l,
		     struct end *e)
{
	if (!l->label || !*l->label || !isfinite(l->y0) || (!l->limit && !isfinite(l->y1)))
		return false;
	*e = (struct end){ .style = l->limit ? &d->pal->limit : &d->pal->fit, .label = l->label };
	e->x = l->limit ? at->plot.x + at->plot.w : draw_x(d, &at->plot, l->x1);
	e->at = draw_y(&at->plot, y, l->limit ? l->y0 : l->y1);
	if (l->limit && (l->y0 > y->hi || l->y0 < y->lo)) {
		e->off = true;
		e->end = theme.off_scale;
		e->at = at->plot.y;
	}
	return true;
}

static size_t collect(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_panel *p,
		      struct end *e)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_series && n < MAX_ENDS; i++)
		n += series_end(d, at, y, &p->series[i], &e[n]);
	for (size_t i = 0; i < p->n_lines && n < MAX_ENDS; i++)
		n += line_end(d, at, y, &p->line[i], &e[n]);
	return n;
}

static void leader(struct draw *d, const struct layout_panel *at, const struct end *e, double y)
{
	double from = fmin(e->x, at->plot.x + at->plot.w) + 5, to = at->labels.x - 3;

	if (e->off || fabs(y - e->at) < 3 || from > to || to - from > LONGEST_LEADER)
		return; /* one from a line that ended long ago would cross the others */
	draw_colour(d->cr, &d->pal->axis, 0.75);
	cairo_set_line_width(d->cr, 1);
	cairo_move_to(d->cr, from, e->at);
	cairo_line_to(d->cr, to, y);
	cairo_stroke(d->cr);
}

/* "31.2 MiB -> 107 MiB", or what of it is known. */
static void values_text(struct text *out, const struct end *e)
{
	if (e->start && e->end)
		text_addf(out, "%s \342\206\222 %s", e->start, e->end);
	else if (e->start || e->end)
		text_add(out, e->end ? e->end : e->start);
}

/* On one line the values shrink to the last one, then a long name is cut, then the value. */
static void name_on_one_line(struct draw *d, const struct end *e, double x, double room, const char *values)
{
	const struct type_style name = { .px = theme.px_small, .bold = true, .name = true, .colour = e->style->ink };
	const struct type_style value = { .px = theme.px_small, .colour = d->pal->muted };
	double gap = 10, need = draw_text_width(d, &name, e->label);

	if (need + gap + draw_text_width(d, &value, values) > room && e->end && !e->off)
		values = e->end;
	double w = *values ? draw_text_width(d, &value, values) + gap : 0;

	need = draw_text(d, &name, x, e->y, fmax(room - w, 0.58 * room), e->label);
	draw_text(d, &value, x + need + gap, e->y, room - need - gap, values);
}

static void name_end(struct draw *d, const struct rect *r, const struct end *e, bool both)
{
	const struct type_style name = { .px = theme.px_small, .bold = true, .name = true, .colour = e->style->ink };
	const struct type_style value = { .px = theme.px_small, .colour = d->pal->muted };
	double x = r->x + SWATCH + 10, room = r->x + r->w - x;
	struct text values = TEXT_INIT;

	values_text(&values, e);
	if (both && values.len) {
		draw_swatch(d, e->style, r->x, e->y - half_lead);
		draw_text(d, &name, x, e->y - half_lead, room, e->label);
		if (d->lay->columns)
			x = r->x; /* a narrow column: below the piece of line too */
		draw_text(d, &value, x, e->y + half_lead, r->x + r->w - x, text_str(&values));
	} else {
		draw_swatch(d, e->style, r->x, e->y);
		name_on_one_line(d, e, x, room, text_str(&values));
	}
	text_release(&values);
}

void draw_end_labels(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_panel *p)
{
	const struct type_style rest = { .px = theme.px_small, .colour = d->pal->muted };
	const struct rect *r = &at->labels;
	double centre[MAX_ENDS], size[MAX_ENDS], sum = 0, lo = r->y - 6, hi = r->y + r->h + 6;
	struct end e[MAX_ENDS];
	size_t all = collect(d, at, y, p, e), n = all, room = (size_t)((hi - lo) / one_line);
	char more[32];

	for (size_t i = 0; i < n; i++)
		sum += e[i].start || e[i].end ? two_lines : one_line;
	bool both = sum <= hi - lo;

	if (room == 0)
		return;
	if (n > room)
		n = room - 1;
	for (size_t i = 0; i < n; i++) {
		bool two = both && (e[i].start || e[i].end);

		centre[i] = fmax(r->y, fmin(e[i].at, r->y + r->h)) + (two ? half_lead : 0);
		size[i] = two ? two_lines : one_line;
	}
	if (all > n) {
		hi -= one_line;
		snprintf(more, sizeof(more), "and %zu more", all - n);
		draw_text(d, &rest, r->x + SWATCH + 10, hi + one_line / 2, r->w, more);
	}
	layout_spread(centre, size, n, lo, hi);
	for (size_t i = 0; i < n; i++) {
		e[i].y = centre[i];
		leader(d, at, &e[i], e[i].y - (size[i] == two_lines ? half_lead : 0));
		name_end(d, r, &e[i], both);
	}
}

/*
 * In a side panel there is no room beside the plot: a limit is named on its line, what its title names needs no name, and the
 * dates of a forecast are at the foot.
 */
void draw_inner_labels(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p)
{
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct scene_line *l = &p->line[i];
		const struct type_style st = { .px = theme.px_small, .bold = true, .colour = d->pal->limit.ink };

		if (!l->limit || !l->label || !isfinite(l->y0))
			continue;
		double at = draw_y(plot, y, l->y0), below = at + 16;

		if (at < plot->y)
			below = plot->y + 14; /* beyond the scale */
		if (below <= plot->y + plot->h)
			draw_tag(d, &st, plot->x + 10, below, plot->w - 20, l->label);
	}
	draw_marker_tags(d, plot);
}
