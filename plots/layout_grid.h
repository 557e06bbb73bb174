/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of many things: cards of one size beside and below one another, then the table, then the footer.
 *
 *	+---------------------------------------------------------------------------+
 *	| band, why                                                                 |
 *	| +-----------------------+ +-----------------------+ +-------------------+ |
 *	| | title                 | | title                 | | ...               | |
 *	| | key: tone, note       | | key                   | |                   | |
 *	| |      plot             | |      plot             | |                   | |
 *	| |      x   ticks        | |      x                | |                   | |
 *	| +-----------------------+ +-----------------------+ +-------------------+ |
 *	|  table                                                                    |
 *	|  footer                                                                   |
 *	+---------------------------------------------------------------------------+
 */
#ifndef PLOTS_LAYOUT_GRID_H
#define PLOTS_LAYOUT_GRID_H

#include "plots/layout.h"

enum { GRID_ROWS = 60 }; /* of the table; more are counted, not drawn */

/*
 * How many cards lie beside one another so that n of them fill width x height units: that number whose plots come nearest to
 * GRID_ASPECT with the fewest places left empty. No card is narrower than the theme's least; 1 if n is 0.
 */
#define GRID_ASPECT 1.8
size_t grid_columns(size_t n, double width, double height);

/*
 * layout_scene() of a PAGE_GRID: all rectangles of the page. Cards take what table and footer leave of the height that the scene
 * asks for; where their plots would be lower than the theme's least the page is higher. One card alone has room for the names
 * of its lines.
 */
void layout_grid(struct layout *l, const struct scene *s, const struct layout_text *text);

#endif
