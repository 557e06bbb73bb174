/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How things look: sizes and words in one table, colours with the dashes and widths that go with them in a palette for each
 * theme. Units are those of a page 1600 wide.
 */
#ifndef PLOTS_THEME_H
#define PLOTS_THEME_H

#include <stddef.h>

#include "plots/scene.h"

struct rgb {
	double r, g, b; /* 0..1 */
};

struct dash {
	int n; /* 0: solid */
	double len[4];
};

struct tone_style {
	struct rgb fill, on, tint; /* the band, what is written on it, the strip below */
};

enum line_symbol { SYMBOL_NONE, SYMBOL_DISC, SYMBOL_SQUARE, SYMBOL_TRIANGLE, SYMBOL_DIAMOND };

struct line_style {
	struct rgb line, ink; /* the line; its label, strong enough to read on the paper */
	double width;
	struct dash dash;
	enum line_symbol symbol; /* drawn on the line here and there */
};

struct mark_style {
	struct rgb line, ink;
	struct dash dash;
};

/* Sizes of the page's parts; see layout.h for what they are. right: where the first column ends; lowest: a page can be. */
struct page {
	double margin, plot_left, plot_right, label_gap, right, band, why_pad, why_line, panels_top, title, utc, lane, panel_gap,
		strip, elapsed, main_least, least, table_gap, row, footer_gap, footer_line, bottom, lowest;
	double side_left, side_plot, side_right, key, side_x, bar, bar_most; /* the second column, and what is only in it */
	double card, card_gap, card_left, card_pad; /* of a grid: least width, between two, to the plot's left, edge to text */
};

struct bar_style {
	struct rgb fill, ink; /* the bar; its value, dark enough to read on the paper */
};

/* The colours of a theme, and what tells lines apart where there is no colour. */
struct palette {
	struct rgb paper, ink, muted, rule, grid, axis, warmup, phase, hatch;
	struct tone_style tone[4];    /* by enum scene_tone */
	struct line_style role[10];   /* by enum scene_role */
	struct line_style fit, limit; /* of struct scene_line */
	struct mark_style mark[6];    /* by enum scene_mark */
	struct bar_style bar[4];      /* by enum scene_bar_kind */
	double fit_band, series_band; /* opacity */
};

/* Never NULL: what is no theme is the light one. */
const struct palette *palette_of(enum scene_theme which);

struct theme {
	struct page page, columns, grid; /* of one column, of two, and of cards */
	/* sizes of type: nothing is below px_small, so that a page scaled to 830 px still reads */
	double px_small, px_text, px_title, px_headline, px_verdict;
	const char *family, *utc, *elapsed, *no_samples, *off_scale, *enlarged, *product;
	const char *lacks, *install; /* "? stands for characters that no installed font has, the first U+" "5185" ": install " */
	const char *flat, *not_drawn, *the_table, *more_rows; /* what is said instead of drawn */
};

extern const struct theme theme;

#endif
