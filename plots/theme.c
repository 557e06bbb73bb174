/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and words of the page. They are the same in all themes: what changes is in theme_palettes.c. */
#include "plots/theme.h"

const struct theme theme = {
	.page = {
		.margin = 44, .plot_left = 150, .plot_right = 1262, .label_gap = 20,
		.band = 132, .why_pad = 15, .why_line = 32,
		.panels_top = 16, .title = 38, .utc = 34, .lane = 32, .panel_gap = 14, .elapsed = 38,
		.table_gap = 18, .row = 33, .footer_gap = 26, .footer_line = 28, .bottom = 26,
	},
	.px_small = 20, .px_text = 22, .px_title = 23, .px_headline = 28, .px_verdict = 44,
	/* fonts-dejavu-core is what the Debian package depends on; the generic name serves where it is absent */
	.family = "DejaVu Sans, sans-serif",
	.utc = "UTC", .elapsed = "elapsed", .no_samples = "no samples", .off_scale = "above this scale", .product = "soakd",
};
