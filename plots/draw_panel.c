/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A panel: title, grid, axes, and what lies in it. Side panels have an x axis each; the others share that of the page. */
#include <math.h>

#include "plots/draw.h"

static const double pixels_per_tick = 62, title_gap = 14;

/* What stands beside a title: what the panel says, else what its values are. */
static const char *beside(const struct scene_panel *p)
{
	return p->note ? p->note : p->y_label;
}

bool draw_note_below(const struct scene_panel *p, struct type *type, double room)
{
	const struct type_style bold = { .px = theme.px_title, .bold = true }, plain = { .px = theme.px_small };

	if (p->place != PLACE_SIDE || !p->note || !*p->note)
		return false;
	return type_width(type, &bold, p->title) + title_gap + type_width(type, &plain, p->note) > room;
}

/* In a column of its own width a main panel says both, a side panel what it says goes below the title where it is too long. */
static void title(struct draw *d, const struct layout_panel *at, const struct scene_panel *p)
{
	const struct type_style bold = { .px = theme.px_title, .bold = true, .colour = d->pal->ink };
	const struct type_style plain = { .px = theme.px_small, .colour = d->pal->muted };
	const struct rect *r = &at->title;
	bool side = p->place == PLACE_SIDE, below = side && at->key.h > 0;
	double y = r->y + (d->lay->columns ? 13 : 17), x = r->x; /* the topmost label of an axis is close below */

	x += draw_text(d, &bold, x, y, side ? r->w : r->w / 2, p->title) + title_gap;
	if (!side && p->note && p->y_label && *p->y_label)
		x += draw_text(d, &plain, x, y, r->x + r->w - x, p->y_label) + title_gap;
	if (!below && r->x + r->w - x > 60)
		draw_text(d, &plain, x, y, r->x + r->w - x, beside(p));
}

/* The row below a side panel's title: pieces of its lines with their names, where there is more than one, and the note. */
static void key(struct draw *d, const struct rect *r, const struct scene_panel *p)
{
	const struct type_style plain = { .px = theme.px_small, .colour = d->pal->muted };
	double x = r->x, y = r->y + 5, right = r->x + r->w; /* the plot's topmost label is half in this row */

	for (size_t i = 0; p->n_series > 1 && p->n_bars == 0 && i < p->n_series && x < right - 60; i++) {
		const struct line_style *line = &d->pal->role[p->series[i].role];
		const struct type_style name = { .px = theme.px_small, .colour = line->ink };

		if (!p->series[i].label)
			continue;
		draw_swatch(d, line, x, y);
		x += SWATCH + 8;
		x += draw_text(d, &name, x, y, right - x, p->series[i].label) + 18;
	}
	if (right - x > 60)
		draw_text(d, &plain, x, y, right - x, p->note);
}

bool draw_known(const struct scene_panel *p)
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

/* A side panel counts along an axis of its own, and what is marked on the page's axis would be wrong on one that does not. */
static struct draw with_own_x(const struct draw *d, const struct layout_panel *at, const struct scene_panel *p)
{
	struct draw own = *d;
	double x0, x1;

	own.panel = p;
	panel_span(d->scene, p, &x0, &x1);
	if (p->x == X_COUNT)
		axis_count(&own.x, x0, x1, draw_ticks_for(at->plot.w, 76, 6));
	else
		axis_elapsed(&own.x, x0, x1, draw_ticks_for(at->plot.w, 64, 6));
	return own;
}

/* What is behind the lines: shaded spans and the grid, and what happened when. */
static void background(struct draw *d, const struct layout_panel *at, const struct axis *y, bool labels)
{
	if (!draw_own_span(d))
		draw_spans(d, &at->plot);
	draw_x_grid(d, &at->plot);
	draw_y_axis(d, &at->plot, y, labels);
	draw_axis_foot(d, &at->plot, y);
	draw_markers(d, &at->plot);
}

static void draw_curves(struct draw *d, const struct layout_panel *at, const struct scene_panel *p)
{
	const struct type_style none = { .px = theme.px_small, .colour = d->pal->muted };
	struct axis y;
	double lo, hi;
	bool any = draw_known(p);

	panel_range(p, &lo, &hi);
	axis_values(&y, p->unit, lo, hi, (size_t)fmax(2, fmin(8, at->plot.h / pixels_per_tick)));
	background(d, at, &y, any);
	if (any)
		contents(d, &at->plot, &y, p);
	draw_beyond(d, &at->plot, &y, p);
	if (!any)
		draw_tag(d, &none, at->plot.x + (at->plot.w - draw_text_width(d, &none, theme.no_samples)) / 2,
			 at->plot.y + at->plot.h / 2, at->plot.w, theme.no_samples);
	else if (p->place == PLACE_SIDE)
		draw_inner_labels(d, &at->plot, &y, p);
	else
		draw_end_labels(d, at, &y, p);
	if (at == &d->lay->panel[d->lay->first])
		draw_change_tags(d, &at->plot);
	if (any && p->place == PLACE_MAIN)
		draw_inset(d, &at->plot, &y, p);
}

void draw_panel(struct draw *d, size_t i)
{
	const struct layout_panel *at = &d->lay->panel[i];
	const struct scene_panel *p = &d->scene->panel[i];

	if (p->place == PLACE_STRIP) {
		draw_strip(d, at, p);
		return;
	}
	title(d, at, p);
	if (at->key.h > 0)
		key(d, &at->key, p);
	if (p->n_bars) {
		draw_bars(d, &at->plot, p);
	} else if (p->place == PLACE_SIDE) {
		struct draw own = with_own_x(d, at, p);

		draw_curves(&own, at, p);
		draw_own_x_row(&own, &at->x);
	} else {
		draw_curves(d, at, p);
	}
}
