/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened when: shaded warm-up, hatched gaps, lines at restarts and events, and their names in the lane above. */
#include <math.h>

#include "plots/draw.h"

void draw_hatch(cairo_t *cr, const struct rgb *c, const struct rect *r)
{
	const double pitch = 9, x1 = r->x + r->w;

	cairo_save(cr);
	cairo_rectangle(cr, r->x, r->y, r->w, r->h);
	cairo_clip(cr);
	draw_colour(cr, c, 1);
	cairo_set_line_width(cr, 1.4);
	/* on a grid of the page, so that neighbouring gaps and panels continue each other */
	for (double x = floor((r->x - r->h) / pitch) * pitch; x < x1; x += pitch) {
		cairo_move_to(cr, x, r->y + r->h);
		cairo_line_to(cr, x + r->h, r->y);
	}
	cairo_stroke(cr);
	cairo_restore(cr);
}

/* The part of the span that is on the page; at least two units wide, so that a short gap in a long run is still seen. */
static bool span_edges(const struct draw *d, const struct rect *plot, const struct scene_span *s, double *x0, double *x1)
{
	double left = plot->x, right = plot->x + plot->w;

	*x0 = draw_x(d, plot, fmin(s->x0, s->x1));
	*x1 = draw_x(d, plot, fmax(s->x0, s->x1));
	if (*x1 < left || *x0 > right)
		return false;
	*x0 = fmax(left, fmin(*x0, right - 2));
	*x1 = fmin(right, fmax(*x1, *x0 + 2));
	return true;
}

/* Behind all else: every second one shaded, so that neighbours are told apart however narrow they are. */
static void draw_phases(struct draw *d, const struct rect *plot)
{
	size_t seen = 0;

	draw_colour(d->cr, &d->pal->phase, 1);
	for (size_t i = 0; i < d->scene->n_spans; i++) {
		const struct scene_span *s = &d->scene->span[i];
		double x0, x1;

		if (s->kind != SHADE_PHASE || seen++ % 2 == 0 || !span_edges(d, plot, s, &x0, &x1))
			continue;
		cairo_rectangle(d->cr, x0, plot->y, x1 - x0, plot->h);
		cairo_fill(d->cr);
	}
}

void draw_spans(struct draw *d, const struct rect *plot)
{
	draw_phases(d, plot);
	for (int kind = SHADE_WARMUP; kind <= SHADE_GAP; kind++) {
		for (size_t i = 0; i < d->scene->n_spans; i++) {
			double x0, x1;

			if ((int)d->scene->span[i].kind != kind || !span_edges(d, plot, &d->scene->span[i], &x0, &x1))
				continue;
			if (kind == SHADE_GAP) {
				draw_hatch(d->cr, &d->pal->hatch, &(struct rect){ x0, plot->y, x1 - x0, plot->h });
				continue;
			}
			draw_colour(d->cr, &d->pal->warmup, 1);
			cairo_rectangle(d->cr, x0, plot->y, x1 - x0, plot->h);
			cairo_fill(d->cr);
		}
	}
}

bool draw_own_span(const struct draw *d)
{
	return d->panel && (d->panel->x == X_COUNT || d->panel->x0 < d->panel->x1);
}

/* On an axis of its own only what lies beyond the run: before that it is on the page already. */
static bool belongs(const struct draw *d, const struct scene_marker *m)
{
	if (d->panel && d->panel->x == X_COUNT)
		return false;
	return draw_own_span(d) ? m->x > d->scene->x1 : true;
}

static bool marker_x(const struct draw *d, const struct rect *plot, const struct scene_marker *m, double *x)
{
	*x = draw_x(d, plot, m->x);
	return *x >= plot->x && *x <= plot->x + plot->w;
}

/* So many that their lines would hide what they are to explain: then they are ticks at the head of the plot. */
static bool crowded(const struct draw *d, const struct rect *plot)
{
	const double least_apart = 14;
	size_t n = 0;
	double x;

	for (size_t i = 0; i < d->scene->n_markers; i++)
		n += belongs(d, &d->scene->marker[i]) && marker_x(d, plot, &d->scene->marker[i], &x);
	return (double)n * least_apart > plot->w;
}

void draw_markers(struct draw *d, const struct rect *plot)
{
	const double tick = 10, least_plot = 60;
	double h = crowded(d, plot) ? tick : plot->h;

	if (h == tick && plot->h < least_plot)
		return; /* they are above it already, at the head of a higher one */
	for (size_t i = 0; i < d->scene->n_markers; i++) {
		const struct scene_marker *m = &d->scene->marker[i];
		double x;

		if (!belongs(d, m) || !marker_x(d, plot, m, &x))
			continue;
		if (h == plot->h)
			draw_dash(d->cr, &d->pal->mark[m->kind].dash);
		draw_rule(d->cr, &d->pal->mark[m->kind].line, 2, x, plot->y, x, plot->y + h);
	}
	cairo_set_dash(d->cr, NULL, 0, 0);
}

/*
 * The sizes of changes, beside their lines at the foot of the page's first plot: in the lane they would take the room of
 * names that explain more. One that would touch the one before is left out.
 */
void draw_change_tags(struct draw *d, const struct rect *plot)
{
	double free_from = plot->x;

	for (size_t i = 0; i < d->scene->n_markers; i++) {
		const struct scene_marker *m = &d->scene->marker[i];
		const struct type_style st = { .px = theme.px_small, .bold = true, .colour = d->pal->mark[MARK_CHANGE].ink };
		double x, w = draw_text_width(d, &st, m->label);

		if (m->kind != MARK_CHANGE || !m->label || !marker_x(d, plot, m, &x))
			continue;
		x = x + 8 + w <= plot->x + plot->w ? x + 8 : x - 8 - w;
		if (x < free_from)
			continue;
		draw_tag(d, &st, x, plot->y + plot->h - 18, w + 1, m->label);
		free_from = x + w + 12;
	}
}

/* The names of the markers beyond the run, beside their lines at the foot of a plot; left of a line that is far right. */
void draw_marker_tags(struct draw *d, const struct rect *plot)
{
	for (size_t i = 0; draw_own_span(d) && i < d->scene->n_markers; i++) {
		const struct scene_marker *m = &d->scene->marker[i];
		const struct type_style st = { .px = theme.px_small, .bold = true, .colour = d->pal->mark[m->kind].ink };
		double x, w = fmin(draw_text_width(d, &st, m->label), plot->w / 2);

		if (!m->label || !belongs(d, m) || !marker_x(d, plot, m, &x))
			continue;
		draw_tag(d, &st, x + 8 + w <= plot->x + plot->w ? x + 8 : x - 8 - w, plot->y + plot->h - 17, w + 1, m->label);
	}
}

/* A name in the lane and where it stands. */
struct tag {
	const char *label;
	const struct rgb *ink;
	double x0, x1;
};

enum { MAX_TAGS = 64 };

struct lane {
	struct tag tag[MAX_TAGS];
	size_t n;
};

/*
 * Puts a name at the first place where it touches what it names (from lo to hi; a line: lo = hi) and no other name: to the
 * right of a line or centred on a span, else where there is room. Where there is none the name is left out: a line
 * without a name is honest, a name at the wrong line is not.
 */
static void lane_add(struct draw *d, struct lane *l, const char *label, const struct rgb *ink, double lo, double hi)
{
	const struct rect *r = &d->lay->lane;
	const struct type_style st = { .px = theme.px_small };
	double w = fmin(draw_text_width(d, &st, label), 300), right = lo - 6, centre = (lo + hi - w) / 2;
	double try[4] = { lo == hi ? right : centre, lo == hi ? centre : right, hi + 6 - w, lo + 6 - w };

	for (size_t k = 0; k < 4 && l->n < MAX_TAGS; k++) {
		double x0 = fmax(r->x, fmin(try[k], r->x + r->w - w));
		bool free_place = x0 <= hi && lo <= x0 + w;

		for (size_t i = 0; free_place && i < l->n; i++)
			free_place = x0 > l->tag[i].x1 + 12 || x0 + w < l->tag[i].x0 - 12;
		if (free_place) {
			l->tag[l->n++] = (struct tag){ label, ink, x0, x0 + w };
			return;
		}
	}
}

static void add_markers(struct draw *d, struct lane *l, enum scene_mark kind)
{
	for (size_t i = 0; i < d->scene->n_markers; i++) {
		const struct scene_marker *m = &d->scene->marker[i];
		double x;

		if (m->kind == kind && m->label && marker_x(d, &d->lay->lane, m, &x))
			lane_add(d, l, m->label, &d->pal->mark[kind].ink, x, x);
	}
}

/* A phase's name would be taken for its neighbour's where it does not fit into its own. */
static bool fits(struct draw *d, const struct scene_span *s, double width)
{
	const struct type_style st = { .px = theme.px_small };

	return s->kind != SHADE_PHASE || draw_text_width(d, &st, s->label) <= width;
}

static void add_spans(struct draw *d, struct lane *l, enum scene_shade kind)
{
	for (size_t i = 0; i < d->scene->n_spans; i++) {
		const struct scene_span *s = &d->scene->span[i];
		double x0, x1;

		if (s->kind == kind && s->label && span_edges(d, &d->lay->lane, s, &x0, &x1) && fits(d, s, x1 - x0))
			lane_add(d, l, s->label, &d->pal->muted, x0, x1);
	}
}

void draw_lane(struct draw *d)
{
	const struct rect *r = &d->lay->lane;
	struct lane l = { .n = 0 };

	if (r->h == 0)
		return;
	/* the most important first: they get the room */
	add_markers(d, &l, MARK_ONSET);
	add_markers(d, &l, MARK_RESTART);
	add_spans(d, &l, SHADE_WARMUP);
	add_spans(d, &l, SHADE_GAP);
	add_spans(d, &l, SHADE_PHASE);
	add_markers(d, &l, MARK_EVENT);
	add_markers(d, &l, MARK_EPOCH);
	for (size_t i = 0; i < l.n; i++) {
		const struct type_style st = { .px = theme.px_small, .colour = *l.tag[i].ink };

		draw_text(d, &st, l.tag[i].x0, r->y + 16, l.tag[i].x1 - l.tag[i].x0 + 1, l.tag[i].label);
	}
}
