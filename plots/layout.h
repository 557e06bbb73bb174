/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where everything goes: rectangles from counts, in units of a page that is PAGE_WIDTH wide whatever its pixels are.
 * No Cairo, tested exactly.
 *
 *	+--------------------------------------------------------+
 *	| band: glyph, verdict, headline                          |
 *	| why: one plain sentence (1 or 2 lines)                  |
 *	|  title of panel 0                                       |
 *	|  utc     ticks                                          |
 *	|  lane    names of spans and markers                     |
 *	|  plot of panel 0                              | labels  |
 *	|  title of panel 1                                       |
 *	|  plot of panel 1                              | labels  |
 *	|  elapsed ticks                                          |
 *	|  table                                                  |
 *	|  footer                                                 |
 *	+--------------------------------------------------------+
 */
#ifndef PLOTS_LAYOUT_H
#define PLOTS_LAYOUT_H

#include <stddef.h>

#include "plots/scene.h"

#define PAGE_WIDTH 1600.0

enum { LAYOUT_PANELS = 32, LAYOUT_ROWS = 12 }; /* more table rows than that are counted, not drawn */

struct rect {
	double x, y, w, h; /* h = 0: this part is absent */
};

struct layout_panel {
	struct rect title, plot, labels;
};

struct layout {
	double width, height; /* page units */
	double scale;	      /* pixels per page unit */
	int px_width, px_height;
	struct rect band, why, utc, lane, elapsed, table, footer;
	struct layout_panel panel[LAYOUT_PANELS];
	size_t n_panels, n_rows; /* rows drawn, without the header */
};

/*
 * The page of a scene. why_lines: how many lines its sentence takes (0..2). The page is as high as the scene asks, and higher
 * where its heaviest panel would get less than MAIN_PLOT units or another less than MIN_PLOT: a report that is long is
 * better than one that is illegible. What is left beyond that goes by weight.
 * Weights that are no positive numbers count as 1.
 */
#define MAIN_PLOT 350.0
#define MIN_PLOT  92.0 /* two names of two lines beside it */
void layout_scene(struct layout *l, const struct scene *s, size_t why_lines);

/*
 * Moves n centres as little as possible (least squares) so that things of these sizes, in the order of their centres, do not
 * overlap and stay within lo..hi; too many for the room begin at lo. n <= SPREAD_MAX.
 */
enum { SPREAD_MAX = 64 };
void layout_spread(double *centre, const double *size, size_t n, double lo, double hi);

/*
 * Column widths of a table: natural ones with `gap` between them if they fit in `room`, then wider gaps up to gap_max;
 * else the widest columns are cut to one common width. out[n] widths; returns the gap.
 */
double layout_columns(const double *natural, size_t n, double room, double gap, double gap_max, double *out);

#endif
