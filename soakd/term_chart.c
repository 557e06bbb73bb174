/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/term_chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "soakd/term_chart_internal.h"

#define TICKS 6 /* of the y axis, about */

static const struct look looks[] = {
	[CHART_BRAILLE] = { 2,
			    4,
			    "\342\224\244",
			    "\342\224\202",
			    "\342\224\224",
			    "\342\224\200",
			    "\342\224\264",
			    NULL,
			    { "\342\226\221", "\303\227", "\342\224\200" },
			    "\342\224\234",
			    { "\342\226\262", "\342\200\242", "\342\227\206", "\342\206\227", "\342\227\207", "\342\200\241" },
			    "\342\200\242" },
	[CHART_BLOCKS] = { 1,
			   2,
			   "\342\224\244",
			   "\342\224\202",
			   "\342\224\224",
			   "\342\224\200",
			   "\342\224\264",
			   "\302\267",
			   { "\342\226\221", "x", "\342\224\200" },
			   "\342\224\234",
			   { "R", "o", "E", "^", "c", "L" },
			   "o" },
	[CHART_ASCII] = { 1, 1, "+", "|", "+", "-", "+", ".", { "~", "x", "-" }, "|", { "R", "o", "E", "^", "c", "L" }, "o" },
};

static void set_dot(struct canvas *v, size_t x, size_t y, bool fit)
{
	size_t dx = v->look->dots_x, dy = v->look->dots_y;
	struct cell *cell = &v->cell[y / dy * v->columns + x / dx];
	unsigned char bit = (unsigned char)(1u << (y % dy * dx + x % dx));

	if (fit)
		cell->fit |= bit;
	else
		cell->data |= bit;
}

/* Which of n equal parts of lo..hi has v; v within lo..hi. */
static size_t part_of(double v, double lo, double hi, size_t n)
{
	double at = floor((v - lo) / (hi - lo) * (double)n);

	return at >= (double)n ? n - 1 : at > 0 ? (size_t)at : 0;
}

size_t dot_x(const struct canvas *v, double t)
{
	return part_of(t, v->c->x0, v->c->x1, v->columns * v->look->dots_x);
}

static size_t dot_y(const struct canvas *v, double y)
{
	size_t n = v->rows * v->look->dots_y;

	return n - 1 - part_of(fmin(fmax(y, v->y.lo), v->y.hi), v->y.lo, v->y.hi, n);
}

/* A straight line of dots; of the fit only every third column, where there are that many, so that it is not taken for data. */
static void draw_line(struct canvas *v, double t0, double y0, double t1, double y1, bool fit)
{
	long ax = (long)dot_x(v, t0), ay = (long)dot_y(v, y0), dx = (long)dot_x(v, t1) - ax, dy = (long)dot_y(v, y1) - ay;
	long steps = labs(dx) > labs(dy) ? labs(dx) : labs(dy), every = v->look->fit ? 2 : 3;

	for (long i = 0; i <= steps; i++) {
		double share = steps ? (double)i / (double)steps : 0;
		long x = ax + lround(share * (double)dx), y = ay + lround(share * (double)dy);

		if (!fit || x % every == 0)
			set_dot(v, (size_t)x, (size_t)y, fit);
	}
}

static bool drawn(const struct term_chart *c, const struct block *b)
{
	return b->n > 0 && isfinite(b->mean) && isfinite(b->min) && isfinite(b->max) && b->t >= c->x0 && b->t <= c->x1;
}

static void draw_data(struct canvas *v)
{
	const struct term_chart *c = v->c;

	for (size_t i = 0; i < c->n; i++) {
		const struct block *b = &c->b[i];

		if (!drawn(c, b))
			continue;
		draw_line(v, b->t, b->min, b->t, b->max, false);
		if (i > 0 && drawn(c, b - 1))
			draw_line(v, b[-1].t, b[-1].mean, b->t, b->mean, false);
	}
}

/* The part of the fit that lies within the chart. */
static void draw_fit(struct canvas *v)
{
	const struct scene_line *l = v->c->fit;
	double x0, x1, slope;

	if (!l || !isfinite(l->x0) || !isfinite(l->x1) || !isfinite(l->y0) || !isfinite(l->y1) || !(l->x1 > l->x0))
		return;
	slope = (l->y1 - l->y0) / (l->x1 - l->x0);
	x0 = fmax(l->x0, v->c->x0);
	x1 = fmin(l->x1, v->c->x1);
	if (x0 <= x1)
		draw_line(v, x0, l->y0 + slope * (x0 - l->x0), x1, l->y0 + slope * (x1 - l->x0), true);
}

void add_dots(struct text *out, enum chart_style style, unsigned char bits)
{
	static const char *const halves[] = { " ", "\342\226\200", "\342\226\204", "\342\226\210" };
	static const unsigned char braille[8] = { 0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80 }; /* Unicode 15, chapter 21 */
	unsigned int code = 0;

	if (style == CHART_ASCII) {
		text_addc(out, bits ? '*' : ' ');
	} else if (style == CHART_BLOCKS) {
		text_add(out, halves[bits & 3]);
	} else if (!bits) {
		text_addc(out, ' ');
	} else {
		for (size_t i = 0; i < 8; i++)
			code |= bits & 1u << i ? braille[i] : 0u;
		text_addc(out, '\342'); /* U+2800 + code */
		text_addc(out, (char)(0xa0 | code >> 6));
		text_addc(out, (char)(0x80 | (code & 0x3f)));
	}
}

void paint(const struct term_chart *c, struct text *out, const char *colour)
{
	if (c->colour)
		text_add(out, colour);
}

/* The series covers the fit; within an area that it fills the fit is a change of colour. */
static bool shows_fit(const struct canvas *v, const struct cell *cell)
{
	unsigned int full = (1u << v->look->dots_x * v->look->dots_y) - 1;

	return cell->fit && (!cell->data || (cell->data == full && full > 1));
}

static void add_cells(const struct canvas *v, size_t row, struct text *out)
{
	const struct cell *cell = v->cell + row * v->columns;
	size_t n = v->columns;
	bool painted = false;

	while (n > 0 && !cell[n - 1].data && !cell[n - 1].fit)
		n--;
	for (size_t i = 0; i < n; i++) {
		bool fit = shows_fit(v, &cell[i]);

		if (fit != painted)
			paint(v->c, out, fit ? FIT_COLOUR : END_COLOUR);
		painted = fit;
		if (fit && !cell[i].data && v->look->fit)
			text_add(out, v->look->fit);
		else
			add_dots(out, v->c->style, cell[i].data ? cell[i].data : cell[i].fit);
	}
	if (painted)
		paint(v->c, out, END_COLOUR);
}

static void add_label(struct text *out, const char *label, size_t width, enum chart_style style)
{
	struct text plain = TEXT_INIT;

	if (style == CHART_ASCII)
		add_ascii(&plain, label);
	else
		text_add(&plain, label);
	add_cell_right(out, text_str(&plain), width, style != CHART_ASCII);
	out->failed |= plain.failed;
	text_release(&plain);
}

static void add_plot(const struct canvas *v, struct text *out)
{
	for (size_t row = 0; row < v->rows; row++) {
		const struct tick *at = NULL;

		for (size_t i = 0; i < v->y.n; i++)
			if (dot_y(v, v->y.tick[i].v) / v->look->dots_y == row)
				at = &v->y.tick[i];
		paint(v->c, out, AXIS_COLOUR);
		add_label(out, at ? at->label : "", v->gutter - 2, v->c->style);
		text_addc(out, ' ');
		text_add(out, at ? v->look->tick : v->look->side);
		paint(v->c, out, END_COLOUR);
		add_cells(v, row, out);
		text_addc(out, '\n');
	}
}

/*
 * Widens the y axis so that its ticks are a whole number of rows apart and in the middle of theirs: rows of characters would else
 * show equal steps unequally. Returns how many of the rows that takes.
 */
static size_t align_rows(struct axis *y, size_t rows)
{
	double step = y->tick[1].v - y->tick[0].v, per_step = floor(step * (double)(rows - 1) / (y->hi - y->lo)), height, used;

	if (!(per_step >= 1))
		return rows;
	height = step / per_step;
	y->lo = y->tick[0].v - (ceil((y->tick[0].v - y->lo) / height - 0.5) + 0.5) * height;
	used = fmin(ceil((y->hi - y->lo) / height), (double)rows);
	y->hi = y->lo + used * height;
	return (size_t)used;
}

static void measure_y(struct canvas *v)
{
	const struct term_chart *c = v->c;
	struct block *b = sk_calloc(c->n ? c->n : 1, sizeof(*b));
	struct scene_series series = { .b = b, .band = true };
	struct scene_line fit = c->fit ? *c->fit : (struct scene_line){ .label = NULL };
	struct scene_panel panel = { .unit = c->unit,
				     .from_zero = c->from_zero,
				     .series = &series,
				     .n_series = 1,
				     .line = &fit,
				     .n_lines = c->fit ? 1 : 0 };
	double lo, hi;

	for (size_t i = 0; b && i < c->n; i++)
		if (drawn(c, &c->b[i]))
			b[series.n++] = c->b[i];
	panel_range(&panel, &lo, &hi);
	free(b);
	axis_values(&v->y, c->unit, lo, hi, c->rows / 2 < 2 ? 2 : c->rows / 2 < TICKS ? c->rows / 2 : TICKS);
	v->rows = align_rows(&v->y, c->rows);
}

/* Both axes, and what is left for the plot beside the labels. */
static void measure(struct canvas *v)
{
	size_t label = 0, most;

	measure_y(v);
	for (size_t i = 0; i < v->y.n; i++)
		label = columns_of(v->y.tick[i].label) > label ? columns_of(v->y.tick[i].label) : label;
	v->gutter = label + 2;
	v->columns = v->c->width > v->gutter ? v->c->width - v->gutter : 1;
	v->columns = v->columns < TERMINAL_MOST ? v->columns : TERMINAL_MOST;
	most = v->columns / 9;
	axis_elapsed(&v->x, v->c->x0, v->c->x1, most < 2 ? 2 : most < AXIS_MAX_TICKS ? most : AXIS_MAX_TICKS);
}

void term_chart(const struct term_chart *c, struct text *out)
{
	struct canvas v = { .c = c, .look = &looks[c->style] };

	measure(&v);
	v.cell = sk_calloc(v.columns * v.rows, sizeof(*v.cell));
	if (!v.cell) {
		out->failed = true;
		return;
	}
	draw_data(&v);
	draw_fit(&v);
	add_plot(&v, out);
	add_floor(&v, out);
	add_lanes(&v, out);
	free(v.cell);
}
