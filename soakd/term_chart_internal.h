/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plot (term_chart.c) and the lines below it (term_lanes.c) share. */
#ifndef SOAKD_TERM_CHART_INTERNAL_H
#define SOAKD_TERM_CHART_INTERNAL_H

#include "plots/axis.h"
#include "soakd/term_chart.h"

#define FIT_COLOUR  "\033[35m" /* magenta can be read on black and on white */
#define AXIS_COLOUR "\033[2m"
#define END_COLOUR  "\033[0m"

/* What a style draws with. A cell has dots_x by dots_y dots. */
struct look {
	size_t dots_x, dots_y;
	const char *tick, *side, *corner, *floor, *floor_tick; /* axes */
	const char *fit;                                       /* a cell of the fit alone; NULL: its dots */
	const char *shade[3];                                  /* by enum scene_shade; of a phase its run */
	const char *phase;                                     /* where one begins */
	const char *mark[6];                                   /* by enum scene_mark */
	const char *other;                                     /* a mark of a kind that has no sign here */
};

struct cell {
	unsigned char data, fit; /* a bit a dot: row by row, from the left */
};

struct canvas {
	const struct term_chart *c;
	const struct look *look;
	struct axis y, x;
	size_t gutter;        /* columns of the labels, with the axis */
	size_t columns, rows; /* cells of the plot */
	struct cell *cell;
};

/* Which column of dots has t, which lies within x0..x1. */
size_t dot_x(const struct canvas *v, double t);

/* The dots of a cell as a character. */
void add_dots(struct text *out, enum chart_style style, unsigned char bits);

/* An escape sequence, where the chart has colours. */
void paint(const struct term_chart *c, struct text *out, const char *colour);

/* The x axis with its ticks; then phases, warm-up, gaps and markers, and what their signs mean, where there are any. */
void add_floor(const struct canvas *v, struct text *out);
void add_lanes(const struct canvas *v, struct text *out);

#endif
