/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A series as a chart of characters, and as a line of eight heights. Pure functions: numbers in, text out; no statistics, and the
 * blocks keep every extreme, so that a spike of one sample is seen at any width.
 *
 *	 60 MiB |                      ****       the series: each block from its least to its greatest value, joined
 *	 40 MiB |          **********.            to the next unless there is a gap between them
 *	 20 MiB |**********    .                  the fit, where the series is not
 *	        +------+------+------+------
 *	         0     4 h    8 h    12 h         elapsed
 *	         |load-----|idle|load-----        phases, where there are some
 *	         ~~~~      R         xxx          warm-up, restarts, gaps
 *	         ~ warm-up 2 h  R restart  x no samples for 2 h
 */
#ifndef SOAKD_TERM_CHART_H
#define SOAKD_TERM_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/series.h"
#include "base/text.h"
#include "plots/scene.h"
#include "soakd/terminal.h"

#define TERM_CHART_ROWS 40 /* most rows of a plot */

struct term_chart {
	enum chart_style style; /* braille, blocks or ascii */
	bool colour;
	size_t width; /* columns in all, TERMINAL_LEAST at least */
	size_t rows;  /* of the plot alone, 2 to TERM_CHART_ROWS; it may take less */
	enum scene_unit unit;
	bool from_zero;        /* the y axis; else it covers what there is */
	double x0, x1;         /* seconds */
	const struct block *b; /* ascending in time; n = 0 is a gap */
	size_t n;
	const struct scene_line *fit; /* NULL: none */
	const struct scene_span *span;
	size_t n_spans;
	const struct scene_marker *marker;
	size_t n_markers;
};

/* Adds whole lines of at most `width` columns. Blocks without a finite value are gaps; what lies outside of x0..x1 is not drawn. */
void term_chart(const struct term_chart *c, struct text *out);

/*
 * All blocks in at most `cells` characters ("▁▂▃▅▇"; without eighths "_.-=#"), the mean of those that share one; a gap is a blank. What
 * changes by less than 2 % of its level does not use the whole height, else noise would look like growth. Nothing without values.
 */
void term_spark(const struct block *b, size_t n, size_t cells, bool eighths, struct text *out);

#endif
