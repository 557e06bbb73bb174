/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where everything goes: rectangles from counts, in units of a page that is PAGE_WIDTH wide whatever its pixels are.
 * No Cairo, tested exactly.
 *
 *	+---------------------------------------------------------------------------+
 *	| band: glyph, verdict, headline, chips                                     |
 *	| why: one plain sentence (1 to 3 lines), below it the advice               |
 *	|  title of the first panel                  |  title of a side panel       |
 *	|  utc     ticks                             |  key of its lines            |
 *	|  lane    names of spans and markers        |  plot, or bars               |
 *	|  plot                            | labels  |  x       ticks               |
 *	|  title of the second panel                 |  title of the next           |
 *	|  plot                            | labels  |  ...                         |
 *	|  strip   plot, low               | labels  |                              |
 *	|  strip   plot, low               | labels  |                              |
 *	|  elapsed ticks                             |                              |
 *	|  aside: what is flat, what is not drawn    |                              |
 *	|  table, as wide as the page where the side panels end above it            |
 *	+---------------------------------------------------------------------------+
 *	|  footer                                                                   |
 *	+---------------------------------------------------------------------------+
 *
 * Without side panels there is one column as wide as the page. What has room is decided in layout_budget.c.
 */
#ifndef PLOTS_LAYOUT_H
#define PLOTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "plots/scene.h"
#include "plots/theme.h"

#define PAGE_WIDTH 1600.0

enum { LAYOUT_PANELS = 48, LAYOUT_FOOTER = 32 }; /* as many as a scene may have */

struct rect {
	double x, y, w, h; /* h = 0: this part is absent */
};

struct layout_panel {
	struct rect title, key, plot, labels, x; /* a strip's title is left of its plot; key and x: of side panels and cards */
	struct rect card;                        /* of a grid: what all of it lies on */
};

struct layout {
	double width, height; /* page units */
	double scale;         /* pixels per page unit */
	double left;          /* units beside the page: it is in the middle of a picture that is much wider than high */
	int px_width, px_height;
	const struct page *page; /* the sizes that it was laid out with */
	bool columns;            /* two of them */
	bool key[LAYOUT_PANELS]; /* a row below the title of a side panel: names of its lines, or its note */
	struct rect band, why, utc, lane, elapsed, aside, table, footer;
	struct layout_panel panel[LAYOUT_PANELS]; /* one that has no room has a plot without height */
	size_t n_panels, panels_left;             /* panels_left: of them, those without room */
	size_t n_rows, rows_left;                 /* of the table without its header: drawn, and those without room */
	size_t n_footer;                          /* texts of the footer that are drawn */
	size_t first, last; /* panels on the time axis: utc is above the first, elapsed below the last; or n_panels */
};

enum { WHY_LINES = 3, ADVICE_LINES = 2, LAYOUT_ADVICE = 4 }; /* of the sentence, of a paragraph of advice, then it is cut; paragraphs */

/* What only type can tell: how many lines the sentence takes, each paragraph of advice, and each text of the footer in layout_footer_width() units. */
struct layout_text {
	size_t why_lines, advice_lines[LAYOUT_ADVICE], footer_lines[LAYOUT_FOOTER];
	bool note_below[LAYOUT_PANELS]; /* of a side panel: its note has no room beside its title */
};

/*
 * The page of a scene, of exactly its width and height. Its heaviest main panel has main_least units of the theme at least, another
 * least, bars bar each; a picture too low for that is drawn smaller. What is left goes by weight to the panels of a column; strips
 * take it only where nothing else does. Weights that are no positive numbers count as 1. A PAGE_GRID alone is as high as its cards
 * need.
 */
void layout_scene(struct layout *l, const struct scene *s, const struct layout_text *text);

/* The room for a line of the footer, and for the title of a side panel, in the page of this scene. */
double layout_footer_width(void);
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
