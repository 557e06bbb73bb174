/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Below the plot of a chart of characters: elapsed time, phases, what happened when, and what the signs mean. */
#include <math.h>
#include <string.h>

#include "soakd/term_chart_internal.h"

/* A line below the plot: in each column a character, a part of one that is two columns wide, or nothing. */
#define LANE_CELL 16
struct lane {
	char cell[TERMINAL_MOST][LANE_CELL];
	bool taken[TERMINAL_MOST];
	size_t n;
};

static void lane_put(struct lane *l, size_t at, const char *sign)
{
	if (at >= l->n)
		return;
	strncpy(l->cell[at], sign, LANE_CELL - 1);
	l->taken[at] = true;
}

/* As much of the words as has room. */
static void lane_write(struct lane *l, size_t at, size_t room, const char *s)
{
	while (*s && at < l->n) {
		size_t columns = 1, n = columns_fit(s, 1);

		if (n == 0) {
			columns = 2;
			n = columns_fit(s, 2);
		}
		if (n == 0 || n >= LANE_CELL || columns > room || at + columns > l->n)
			return;
		memcpy(l->cell[at], s, n);
		l->cell[at][n] = '\0';
		l->taken[at] = true;
		if (columns == 2) {
			l->cell[at + 1][0] = '\0';
			l->taken[at + 1] = true;
		}
		at += columns;
		room -= columns;
		s += n;
	}
}

static void add_lane(const struct canvas *v, const struct lane *l, struct text *out)
{
	size_t n = l->n;

	while (n > 0 && !l->taken[n - 1])
		n--;
	for (size_t i = 0; i < v->gutter; i++)
		text_addc(out, ' ');
	for (size_t i = 0; i < n; i++)
		text_add(out, l->taken[i] ? l->cell[i] : " ");
	text_addc(out, '\n');
}

void add_floor(const struct canvas *v, struct text *out)
{
	struct lane line = { .n = v->columns }, labels = { .n = v->columns };
	size_t free_from = 0;

	for (size_t i = 0; i < line.n; i++)
		lane_put(&line, i, v->look->floor);
	for (size_t i = 0; i < v->x.n; i++) {
		const char *label = v->x.tick[i].label;
		size_t at = dot_x(v, v->x.tick[i].v) / v->look->dots_x, width = columns_of(label), half = width / 2;
		size_t from = at > half ? at - half : 0;

		lane_put(&line, at, v->look->floor_tick);
		if (from + width > labels.n)
			from = labels.n > width ? labels.n - width : 0;
		if (from < free_from)
			continue;
		lane_write(&labels, from, width, label);
		free_from = from + width + 1;
	}
	paint(v->c, out, AXIS_COLOUR);
	for (size_t i = 0; i + 1 < v->gutter; i++)
		text_addc(out, ' ');
	text_add(out, v->look->corner);
	for (size_t i = 0; i < line.n; i++)
		text_add(out, line.cell[i]);
	text_addc(out, '\n');
	add_lane(v, &labels, out);
	paint(v->c, out, END_COLOUR);
}

/* The cells of a span, the last one excluded where another could begin; false: it lies outside. */
static bool span_cells(const struct canvas *v, const struct scene_span *s, size_t *from, size_t *to)
{
	if (!(s->x1 >= v->c->x0 && s->x0 <= v->c->x1))
		return false;
	*from = dot_x(v, fmax(s->x0, v->c->x0)) / v->look->dots_x;
	*to = dot_x(v, fmin(s->x1, v->c->x1)) / v->look->dots_x;
	if (*to == *from || s->x1 >= v->c->x1)
		++*to;
	return true;
}

static void add_phases(const struct canvas *v, struct text *out)
{
	struct lane l = { .n = v->columns };
	bool any = false;

	for (size_t i = 0; i < v->c->n_spans; i++) {
		const struct scene_span *s = &v->c->span[i];
		size_t from, to;

		if (s->kind != SHADE_PHASE || !span_cells(v, s, &from, &to))
			continue;
		any = true;
		for (size_t k = from; k < to; k++)
			lane_put(&l, k, v->look->shade[SHADE_PHASE]);
		if (to - from < 2)
			continue;
		lane_put(&l, from, v->look->phase);
		if (s->label && columns_of(s->label) < to - from)
			lane_write(&l, from + 1, to - from - 1, s->label);
	}
	if (any)
		add_lane(v, &l, out);
}

static bool within(const struct canvas *v, const struct scene_marker *m)
{
	return m->x >= v->c->x0 && m->x <= v->c->x1;
}

static const char *mark_sign(const struct canvas *v, enum scene_mark kind)
{
	const size_t n = sizeof(v->look->mark) / sizeof(*v->look->mark);

	return (size_t)kind < n && v->look->mark[kind] ? v->look->mark[kind] : v->look->other;
}

/* What the signs mean: "R restart   o error, reconnect"; of each sign three words at most. */
static void legend_label(struct text *l, const char *sign, size_t already, const char *label)
{
	if (already == 0)
		text_addf(l, "%s%s %s", l->len ? "   " : "", sign, label);
	else if (already < 3)
		text_addf(l, ", %s", label);
	else if (already == 3)
		text_add(l, " ...");
}

static void legend_spans(const struct canvas *v, enum scene_shade kind, struct text *l)
{
	size_t n = 0;

	for (size_t i = 0; i < v->c->n_spans; i++)
		if (v->c->span[i].kind == kind)
			legend_label(l, v->look->shade[kind], n++, v->c->span[i].label ? v->c->span[i].label : "");
}

static void legend_markers(const struct canvas *v, enum scene_mark kind, struct text *l)
{
	size_t n = 0;

	for (size_t i = 0; i < v->c->n_markers; i++) {
		const struct scene_marker *m = &v->c->marker[i];
		bool seen = !m->label || m->kind != kind || !within(v, m);

		for (size_t k = 0; k < i && !seen; k++)
			seen = v->c->marker[k].kind == kind && v->c->marker[k].label &&
			       strcmp(v->c->marker[k].label, m->label) == 0;
		if (!seen)
			legend_label(l, mark_sign(v, kind), n++, m->label);
	}
}

static void add_events(const struct canvas *v, struct text *out)
{
	struct lane l = { .n = v->columns };
	bool any = false;

	for (size_t i = 0; i < v->c->n_spans; i++) {
		const struct scene_span *s = &v->c->span[i];
		size_t from, to;

		if (s->kind == SHADE_PHASE || !span_cells(v, s, &from, &to))
			continue;
		any = true;
		for (size_t k = from; k < to; k++)
			lane_put(&l, k, v->look->shade[s->kind]);
	}
	for (size_t i = 0; i < v->c->n_markers; i++) {
		const struct scene_marker *m = &v->c->marker[i];

		if (!within(v, m))
			continue;
		any = true;
		lane_put(&l, dot_x(v, m->x) / v->look->dots_x, mark_sign(v, m->kind));
	}
	if (any)
		add_lane(v, &l, out);
}

/* The legend with the sign of the fit in its colour: it is the first, behind the indentation. */
static void add_painted(const struct canvas *v, const struct text *legend, size_t sign, struct text *out)
{
	struct text lines = TEXT_INIT;

	add_wrapped(&lines, text_str(legend), v->c->width, v->gutter);
	out->failed |= legend->failed || lines.failed;
	if (!out->failed && v->c->colour && sign > 0) {
		text_addn(out, lines.s, v->gutter);
		paint(v->c, out, FIT_COLOUR);
		text_addn(out, lines.s + v->gutter, sign);
		paint(v->c, out, END_COLOUR);
		text_add(out, lines.s + v->gutter + sign);
	} else {
		text_add(out, text_str(&lines));
	}
	text_release(&lines);
}

static void add_legend(const struct canvas *v, struct text *out)
{
	struct text l = TEXT_INIT;
	size_t sign = 0;

	if (v->c->fit && v->c->fit->label) {
		if (v->look->fit)
			text_add(&l, v->look->fit);
		else
			add_dots(&l, v->c->style, 0x21);
		sign = l.len;
		text_addf(&l, " fit %s", v->c->fit->label);
	}
	legend_spans(v, SHADE_WARMUP, &l);
	for (size_t k = 0; k < sizeof(v->look->mark) / sizeof(*v->look->mark); k++)
		legend_markers(v, (enum scene_mark)k, &l);
	legend_spans(v, SHADE_GAP, &l);
	add_painted(v, &l, sign, out);
	text_release(&l);
}

void add_lanes(const struct canvas *v, struct text *out)
{
	add_phases(v, out);
	add_events(v, out);
	add_legend(v, out);
}
