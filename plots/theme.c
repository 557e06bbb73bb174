/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and words of the page. They are the same in all themes: what changes is in theme_palettes.c. */
#include "plots/theme.h"

const struct theme theme = {
	.page = {
		.margin = 44, .plot_left = 150, .plot_right = 1262, .label_gap = 20, .right = 1556,
		.band = 132, .why_pad = 15, .why_line = 32,
		.panels_top = 16, .title = 38, .utc = 34, .lane = 32, .panel_gap = 14, .strip = 40, .elapsed = 38,
		.main_least = 330, .least = 92, /* two names of two lines beside it */
		.table_gap = 18, .row = 31, .footer_gap = 24, .footer_line = 27, .bottom = 22, .lowest = 860,
		.side_left = 44, .side_plot = 150, .side_right = 1556, .key = 30, .side_x = 34, .bar = 34, .bar_most = 38,
	},
	.columns = {
		.margin = 44, .plot_left = 206, .plot_right = 828, .label_gap = 16, .right = 1076,
		.band = 120, .why_pad = 9, .why_line = 29,
		.panels_top = 8, .title = 34, .utc = 28, .lane = 28, .panel_gap = 10, .strip = 33, .elapsed = 30,
		.main_least = 310, .least = 78,
		.table_gap = 10, .row = 28, .footer_gap = 22, .footer_line = 26, .bottom = 16, .lowest = 860,
		.side_left = 1106, .side_plot = 1222, .side_right = 1556, .key = 26, .side_x = 28, .bar = 30, .bar_most = 38,
	},
	.grid = {
		.margin = 44, .label_gap = 20, .right = 1556,
		.band = 120, .why_pad = 9, .why_line = 29,
		.panels_top = 18, .title = 38, .key = 38, .side_x = 30, .panel_gap = 18,
		.main_least = 420, .least = 96,
		.table_gap = 22, .row = 30, .footer_gap = 26, .footer_line = 28, .bottom = 24,
		.card = 460, .card_gap = 20, .card_left = 126, .card_pad = 14,
	},
	.px_small = 20, .px_text = 22, .px_title = 23, .px_headline = 28, .px_verdict = 44,
	/* fonts-dejavu-core is what the Debian package depends on; the generic name serves where it is absent */
	.family = "DejaVu Sans, sans-serif",
	.utc = "UTC", .elapsed = "elapsed", .no_samples = "no samples", .off_scale = "above this scale",
	.enlarged = "enlarged", .product = "soakd",
	.lacks = "? stands for characters that no installed font has, the first U+", .install = ": install ",
	.flat = "flat", .not_drawn = "no room for", .the_table = "the table", .more_rows = " in report.md",
};
