/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a scene has room on its page. A picture has the size that was asked for, whatever there is to show: here, and nowhere
 * else, is decided what is left out. No Cairo, tested exactly.
 *
 * The first main panel comes first, with its least height; then how the run was made, line by line; the other main panels; then
 * strips and rows of the table by turns, in the order of the scene, as many as fit. What is left out is said: `aside` is a line
 * below the time axis for the panels, and a table that is cut, or has a mark, has a line more. Side panels fill a column of their own.
 */
#ifndef PLOTS_LAYOUT_BUDGET_H
#define PLOTS_LAYOUT_BUDGET_H

#include "plots/layout.h"

/* Panels that lie under one another, by their index in the scene. */
struct layout_column {
	size_t panel[LAYOUT_PANELS], n;
};

struct layout_budget {
	struct layout_column time, side; /* what is drawn */
	double table, aside, footer;     /* heights; 0: absent */
	double least_time, least_side;   /* of the panels with their axes, as low as they may be */
	bool wide_table;                 /* below both columns */
};

/*
 * l has the sizes of the page, its keys and n_panels; n_rows, rows_left, n_footer and panels_left are set here. room: units between
 * the sentence and the lower margin.
 */
void layout_budget(struct layout *l, const struct scene *s, const struct layout_text *text, double room, struct layout_budget *b);

/* Heights of a panel: its plot as low as it may be; all of it, without the gap above. */
double layout_least_plot(const struct layout *l, const struct scene *s, size_t i);
double layout_least_panel(const struct layout *l, const struct scene *s, size_t i);
double layout_title_height(const struct layout *l, const struct scene_panel *p);
double layout_key_height(const struct layout *l, size_t i);
double layout_x_height(const struct layout *l, const struct scene_panel *p);
double layout_gap_above(const struct layout *l, const struct scene *s, const struct layout_column *c, size_t k);
double layout_weight(const struct scene_panel *p);
bool layout_has_lane(const struct scene *s);

#endif
