/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A panel: title, grid, axes, and what lies in it. All panels share one x axis: UTC above the first, elapsed below the last. */
#include <math.h>

#include "base/units.h"
#include "plots/draw.h"

static const double pixels_per_tick = 62;

static void y_ticks(struct draw *d, const struct rect *r, const struct axis *y)
{
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted, .align = TYPE_RIGHT };

	double apart = y->n > 1 ? draw_y(r, y, y->tick[0].v) - draw_y(r, y, y->tick[1].v) : r->h;
	size_t every = apart < 27 ? 2 : 1; /* a low panel: labels would touch */

	for (size_t i = 0; i < y->n; i += every) {
		double py = draw_y(r, y, y->tick[i].v);
		bool zero = y->tick[i].v == 0;

		draw_rule(d->cr, zero ? &d->pal->axis : &d->pal->grid, 1, r->x, py, r->x + r->w, py);
		draw_text(d, &st, r->x - 12, py, r->x - theme.page.margin + 20, y->tick[i].label);
	}
}

/* An axis that does not begin at zero says so: its foot is broken. */
static void axis_foot(struct draw *d, const struct rect *r, const struct axis *y)
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

static void x_grid(struct draw *d, const struct rect *r)
{
	for (size_t i = 0; i < d->x.n; i++) {
		double px = draw_x(d, r, d->x.tick[i].v);

		draw_rule(d->cr, &d->pal->grid, 1, px, r->y, px, r->y + r->h);
	}
}

/* Tick labels in a row, left out where they would run into the one before. */
static void x_labels(struct draw *d, const struct rect *row, const struct axis *a, double y)
{
	double free_from = -INFINITY;

	for (size_t i = 0; i < a->n; i++) {
		const struct type_style st = { .px = theme.px_small,
					       .align = TYPE_CENTRE,
					       .bold = a->tick[i].strong,
					       .colour = a->tick[i].strong ? d->pal->ink : d->pal->muted };
		double x = draw_x(d, row, a->tick[i].v), half = draw_text_width(d, &st, a->tick[i].label) / 2;

		if (x - half < free_from)
			continue;
		draw_text(d, &st, x, y, PAGE_WIDTH, a->tick[i].label);
		free_from = x + half + 16;
	}
}

static void utc_row(struct draw *d)
{
	const struct rect *r = &d->lay->utc;
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	struct axis utc;

	axis_utc(&utc, d->scene->x0, d->scene->x1, d->scene->start_unix, 9);
	draw_text(d, &st, theme.page.margin, r->y + 13, 90, theme.utc);
	x_labels(d, r, &utc, r->y + 13);
	for (size_t i = 0; i < utc.n; i++) {
		const struct rect *p = &d->lay->panel[0].plot;
		double x = draw_x(d, p, utc.tick[i].v);

		draw_rule(d->cr, &d->pal->axis, 1, x, p->y, x, p->y + 7);
	}
}

static void elapsed_row(struct draw *d)
{
	const struct rect *r = &d->lay->elapsed;
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	double y = r->y + 21;

	draw_text(d, &st, theme.page.margin, y, 96, theme.elapsed);
	x_labels(d, r, &d->x, y);
	for (size_t i = 0; i < d->x.n; i++) {
		double x = draw_x(d, r, d->x.tick[i].v);

		draw_rule(d->cr, &d->pal->axis, 1, x, r->y, x, r->y + 6);
	}
}

static void title(struct draw *d, const struct rect *r, const struct scene_panel *p)
{
	const struct type_style bold = { .px = theme.px_title, .bold = true, .colour = d->pal->ink };
	const struct type_style plain = { .px = theme.px_small, .colour = d->pal->muted };
	double y = r->y + 17, x = r->x;

	x += draw_text(d, &bold, x, y, r->w / 2, p->title) + 14;
	draw_text(d, &plain, x, y, r->x + r->w - x, p->y_label);
}

static bool known(const struct scene_panel *p)
{
	for (size_t i = 0; i < p->n_series; i++)
		for (size_t k = 0; k < p->series[i].n; k++)
			if (p->series[i].b[k].n > 0 && isfinite(p->series[i].b[k].mean))
				return true;
	return false;
}

static void contents(struct draw *d, const struct rect *r, const struct axis *y, const struct scene_panel *p)
{
	cairo_save(d->cr);
	cairo_rectangle(d->cr, r->x - 4, r->y - 4, r->w + 12, r->h + 8); /* room for round ends, not for the neighbour */
	cairo_clip(d->cr);
	for (size_t i = p->n_series; i-- > 0;) /* the first is the most important: drawn last, on top */
		draw_series(d, r, y, &p->series[i]);
	for (size_t i = 0; i < p->n_lines; i++)
		draw_fit(d, r, y, &p->line[i]);
	cairo_restore(d->cr);
}

void draw_panel(struct draw *d, size_t i)
{
	const struct layout_panel *at = &d->lay->panel[i];
	const struct scene_panel *p = &d->scene->panel[i];
	const struct type_style none = { .px = theme.px_small, .colour = d->pal->muted, .align = TYPE_CENTRE };
	struct axis y;
	double lo, hi;
	bool any = known(p);

	panel_range(p, &lo, &hi);
	axis_values(&y, p->unit, lo, hi, (size_t)fmax(2, fmin(8, at->plot.h / pixels_per_tick)));
	title(d, &at->title, p);
	draw_spans(d, &at->plot);
	x_grid(d, &at->plot);
	if (any)
		y_ticks(d, &at->plot, &y);
	axis_foot(d, &at->plot, &y);
	draw_markers(d, &at->plot);
	contents(d, &at->plot, &y, p);
	if (any && at->labels.h > 0)
		draw_end_labels(d, at, &y, p);
	else if (!any)
		draw_text(d, &none, at->plot.x + at->plot.w / 2, at->plot.y + at->plot.h / 2, at->plot.w, theme.no_samples);
	if (i == 0)
		utc_row(d);
	if (i + 1 == d->lay->n_panels)
		elapsed_row(d);
}
