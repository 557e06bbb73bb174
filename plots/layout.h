/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where everything goes: rectangles from counts, in units of a page that is PAGE_WIDTH wide whatever its pixels are.
 * No Cairo, tested exactly.
 *
 *	+---------------------------------------------------------------------------+
 *	| band: glyph, verdict, headline, chips                                     |
 *	| why: one plain sentence (1 or 2 lines)                                    |
 *	|  title of the first panel                  |  title of a side panel       |
 *	|  utc     ticks                             |  key of its lines            |
 *	|  lane    names of spans and markers        |  plot, or bars               |
 *	|  plot                            | labels  |  x       ticks               |
 *	|  title of the second panel                 |  title of the next           |
 *	|  plot                            | labels  |  ...                         |
 *	|  strip   plot, low               | labels  |                              |
 *	|  strip   plot, low               | labels  |                              |
 *	|  elapsed ticks                             |                              |
 *	|  table                                     |  footer, as high as it is    |
 *	+---------------------------------------------------------------------------+
 *
 * Without side panels there is one column as wide as the page, with the footer below the table.
 */
#ifndef PLOTS_LAYOUT_H
#define PLOTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "plots/scene.h"
#include "plots/theme.h"

#define PAGE_WIDTH 1600.0

enum { LAYOUT_PANELS = 48, LAYOUT_ROWS = 12 }; /* more table rows than that are counted, not drawn */

struct rect {
	double x, y, w, h; /* h = 0: this part is absent */
};

struct layout_panel {
	struct rect title, key, plot, labels, x; /* a strip's title is left of its plot; key and x: of side panels and cards */
	struct rect card;			 /* of a grid: what all of it lies on */
};

struct layout {
	double width, height; /* page units */
	double scale;	      /* pixels per page unit */
	int px_width, px_height;
	const struct page *page; /* the sizes that it was laid out with */
	bool columns;		 /* two of them */
	bool key[LAYOUT_PANELS]; /* a row below the title of a side panel: names of its lines, or its note */
	struct rect band, why, utc, lane, elapsed, table, footer;
	struct layout_panel panel[LAYOUT_PANELS];
	size_t n_panels, n_rows; /* rows drawn, without the header */
	size_t first, last;	 /* panels on the time axis: utc is above the first, elapsed below the last; or n_panels */
};

/* What only type can tell: how many lines the sentence takes (0..2), and the footer in layout_footer_width() units. */
struct layout_text {
	size_t why_lines, footer_lines;
	bool note_below[LAYOUT_PANELS]; /* of a side panel: its note has no room beside its title */
};

/*
 * The page of a scene. It is as high as the scene asks, and higher where its heaviest panel would get less than main_least
 * units of the theme, another less than least, or bars less than bar each: a report that is long is better than one that is
 * illegible. What is left beyond that goes by weight to the panels of a column; strips take it only where nothing else does.
 * Weights that are no positive numbers count as 1.
 */
void layout_scene(struct layout *l, const struct scene *s, const struct layout_text *text);

/* The room for a line of the footer, and for the title of a side panel, in the page of this scene. */
double layout_footer_width(const struct scene *s);
double layout_title_width(const struct scene *s);

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
