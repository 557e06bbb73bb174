/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The palette is Okabe and Ito's (Color Universal Design, 2008): told apart with any colour vision. Each line also has a
 * dash of its own, each verdict a glyph, so that nothing rests on colour. Ink variants are darkened to a contrast with
 * white of at least 4.5 : 1 (WCAG 2.1), which the palette's yellows and light blues do not have.
 */
#include "plots/theme.h"

#define HEX(x) { ((x) >> 16 & 255) / 255.0, ((x) >> 8 & 255) / 255.0, ((x) & 255) / 255.0 }
#define SOLID { 0, { 0 } }

const struct theme theme = {
	.page = {
		.margin = 44, .plot_left = 150, .plot_right = 1262, .label_gap = 20,
		.band = 132, .why_pad = 15, .why_line = 32,
		.panels_top = 16, .title = 38, .utc = 34, .lane = 32, .panel_gap = 14, .elapsed = 38,
		.table_gap = 18, .row = 33, .footer_gap = 26, .footer_line = 28, .bottom = 26,
	},
	.px_small = 20, .px_text = 22, .px_title = 23, .px_headline = 28, .px_verdict = 44,
	.paper = HEX(0xFFFFFF), .ink = HEX(0x1B1F24), .muted = HEX(0x5B6570), .rule = HEX(0xD4D9DF), .grid = HEX(0xE9ECF0),
	.axis = HEX(0x8A939E), .warmup = HEX(0xEEF1F5), .phase = HEX(0xF4F6F0), .hatch = HEX(0xC3CAD3),
	.tone = {
		[TONE_BAD] = { HEX(0xB83A00), HEX(0xFFFFFF), HEX(0xFBEEE7) },
		[TONE_WARN] = { HEX(0xE69F00), HEX(0x1B1F24), HEX(0xFDF4E0) },
		[TONE_GOOD] = { HEX(0x00785A), HEX(0xFFFFFF), HEX(0xE6F4F0) },
		[TONE_UNKNOWN] = { HEX(0x56606B), HEX(0xFFFFFF), HEX(0xEFF1F4) },
	},
	.role = {
		[LINE_PRIVATE] = { HEX(0x0072B2), HEX(0x00639B), 3.2, SOLID },
		[LINE_PSS] = { HEX(0xCC79A7), HEX(0xA34C7C), 2.6, { 2, { 13, 6 } } },
		[LINE_RSS] = { HEX(0x4D4D4D), HEX(0x3A3A3A), 2.4, { 4, { 14, 5, 2, 5 } } },
		[LINE_HEAP] = { HEX(0x009E73), HEX(0x00785A), 2.6, { 2, { 6, 5 } } },
		[LINE_SHARED] = { HEX(0xE69F00), HEX(0x8F6200), 2.6, { 4, { 10, 4, 4, 4 } } },
		[LINE_VIRTUAL] = { HEX(0x56B4E9), HEX(0x1F759F), 2.8, SOLID },
		[LINE_OPS] = { HEX(0x0072B2), HEX(0x00639B), 2.4, SOLID },
		[LINE_ERRORS] = { HEX(0xD55E00), HEX(0xB04E00), 2.6, { 2, { 9, 5 } } },
		[LINE_COUNT] = { HEX(0x009E73), HEX(0x00785A), 2.6, SOLID },
		[LINE_DRIVER] = { HEX(0x8A8F98), HEX(0x5B6570), 2.4, { 2, { 3, 5 } } },
	},
	.fit = { HEX(0x1B1F24), HEX(0x1B1F24), 2.4, { 2, { 10, 7 } } },
	.limit = { HEX(0xB83A00), HEX(0xB83A00), 2.2, { 2, { 16, 7 } } },
	.mark = {
		[MARK_RESTART] = { HEX(0xB83A00), HEX(0xB83A00), { 2, { 8, 5 } } },
		[MARK_EVENT] = { HEX(0x5B6570), HEX(0x5B6570), { 2, { 3, 5 } } },
		[MARK_EPOCH] = { HEX(0x8A939E), HEX(0x5B6570), { 2, { 2, 6 } } },
		[MARK_ONSET] = { HEX(0x1B1F24), HEX(0x1B1F24), SOLID },
		[MARK_CHANGE] = { HEX(0xA34C7C), HEX(0xA34C7C), { 2, { 9, 4 } } },
		[MARK_LIMIT] = { HEX(0xB83A00), HEX(0xB83A00), SOLID },
	},
	.fit_band = 0.16, .series_band = 0.20,
	/* fonts-dejavu-core is what the Debian package depends on; the generic name serves where it is absent */
	.family = "DejaVu Sans, sans-serif",
	.utc = "UTC", .elapsed = "elapsed", .no_samples = "no samples", .off_scale = "above this scale", .product = "soakd",
};
