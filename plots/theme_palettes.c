/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The light palette is Okabe and Ito's (Color Universal Design, 2008), and a brown: told apart with any colour vision. Each line also
 * has a dash of its own, each verdict a glyph, so that nothing rests on colour. Ink variants are darkened to a contrast with
 * white of at least 4.5 : 1 (WCAG 2.1), which the palette's yellows and light blues do not have. The dark palette has the same
 * hues, lighter: its lines too are at least 3 : 1. In print there is no colour, and dashes, widths and symbols do all.
 * tests/plots/theme_test.c computes these contrasts, and the distances as protanopes and deuteranopes see them.
 */
#include "plots/theme.h"

#define HEX(x) { ((x) >> 16 & 255) / 255.0, ((x) >> 8 & 255) / 255.0, ((x) & 255) / 255.0 }
#define SOLID { 0, { 0 } }

static const struct palette light = {
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
		[LINE_COUNT] = { HEX(0xA6761D), HEX(0x7A5510), 2.6, SOLID },
		[LINE_DRIVER] = { HEX(0x8A8F98), HEX(0x5B6570), 2.4, { 2, { 3, 5 } } },
	},
	.fit = { HEX(0x1B1F24), HEX(0x1B1F24), 2.4, { 2, { 10, 7 } } },
	.limit = { HEX(0xB83A00), HEX(0xB83A00), 2.2, { 2, { 16, 7 } } },
	.mark = {
		[MARK_RESTART] = { HEX(0xB83A00), HEX(0xB83A00), { 2, { 8, 5 } } },
		[MARK_EVENT] = { HEX(0x5B6570), HEX(0x5B6570), { 2, { 3, 5 } } },
		[MARK_EPOCH] = { HEX(0x8A939E), HEX(0x5B6570), { 2, { 2, 6 } } },
		[MARK_ONSET] = { HEX(0x1B1F24), HEX(0x1B1F24), SOLID },
		[MARK_CHANGE] = { HEX(0x7A3E9D), HEX(0x7A3E9D), { 2, { 12, 4 } } },
		[MARK_LIMIT] = { HEX(0xB83A00), HEX(0xB83A00), SOLID },
	},
	.bar = {
		[BAR_START] = { HEX(0x8A939E), HEX(0x4A535D) },
		[BAR_PART] = { HEX(0x0072B2), HEX(0x00639B) },
		[BAR_UNEXPLAINED] = { HEX(0xD55E00), HEX(0xB04E00) },
		[BAR_END] = { HEX(0x4A535D), HEX(0x1B1F24) },
	},
	.fit_band = 0.16, .series_band = 0.20,
};

static const struct palette dark = {
	.paper = HEX(0x14181D), .ink = HEX(0xE6EAF0), .muted = HEX(0xA7B1BC), .rule = HEX(0x39424D), .grid = HEX(0x262D35),
	.axis = HEX(0x7A8590), .warmup = HEX(0x1F262E), .phase = HEX(0x1B2219), .hatch = HEX(0x4A5663),
	.tone = {
		[TONE_BAD] = { HEX(0xB83A00), HEX(0xFFFFFF), HEX(0x2C1B13) },
		[TONE_WARN] = { HEX(0xE69F00), HEX(0x1B1F24), HEX(0x2A2212) },
		[TONE_GOOD] = { HEX(0x00785A), HEX(0xFFFFFF), HEX(0x11261F) },
		[TONE_UNKNOWN] = { HEX(0x56606B), HEX(0xFFFFFF), HEX(0x20262D) },
	},
	.role = {
		[LINE_PRIVATE] = { HEX(0x3D9BE0), HEX(0x62B0EA), 3.2, SOLID },
		[LINE_PSS] = { HEX(0xDE8ABB), HEX(0xE8A3CB), 2.6, { 2, { 13, 6 } } },
		[LINE_RSS] = { HEX(0xD5DAE0), HEX(0xD5DAE0), 2.4, { 4, { 14, 5, 2, 5 } } },
		[LINE_HEAP] = { HEX(0x12B886), HEX(0x2CC997), 2.6, { 2, { 6, 5 } } },
		[LINE_SHARED] = { HEX(0xF2B134), HEX(0xF2B134), 2.6, { 4, { 10, 4, 4, 4 } } },
		[LINE_VIRTUAL] = { HEX(0x8FD0F5), HEX(0x8FD0F5), 2.8, SOLID },
		[LINE_OPS] = { HEX(0x3D9BE0), HEX(0x62B0EA), 2.4, SOLID },
		[LINE_ERRORS] = { HEX(0xF0763A), HEX(0xF58B56), 2.6, { 2, { 9, 5 } } },
		[LINE_COUNT] = { HEX(0xB5832B), HEX(0xC99A45), 2.6, SOLID },
		[LINE_DRIVER] = { HEX(0x9098A3), HEX(0xA7B1BC), 2.4, { 2, { 3, 5 } } },
	},
	.fit = { HEX(0xE6EAF0), HEX(0xE6EAF0), 2.4, { 2, { 10, 7 } } },
	.limit = { HEX(0xF0763A), HEX(0xF58B56), 2.2, { 2, { 16, 7 } } },
	.mark = {
		[MARK_RESTART] = { HEX(0xF0763A), HEX(0xF58B56), { 2, { 8, 5 } } },
		[MARK_EVENT] = { HEX(0xA7B1BC), HEX(0xA7B1BC), { 2, { 3, 5 } } },
		[MARK_EPOCH] = { HEX(0x7A8590), HEX(0xA7B1BC), { 2, { 2, 6 } } },
		[MARK_ONSET] = { HEX(0xE6EAF0), HEX(0xE6EAF0), SOLID },
		[MARK_CHANGE] = { HEX(0xB98AE0), HEX(0xC39AE6), { 2, { 12, 4 } } },
		[MARK_LIMIT] = { HEX(0xF0763A), HEX(0xF58B56), SOLID },
	},
	.bar = {
		[BAR_START] = { HEX(0x5F6A76), HEX(0xC4CCD5) },
		[BAR_PART] = { HEX(0x3D9BE0), HEX(0x62B0EA) },
		[BAR_UNEXPLAINED] = { HEX(0xF0763A), HEX(0xF58B56) },
		[BAR_END] = { HEX(0x9098A3), HEX(0xE6EAF0) },
	},
	.fit_band = 0.20, .series_band = 0.28,
};

static const struct palette print = {
	.paper = HEX(0xFFFFFF), .ink = HEX(0x000000), .muted = HEX(0x4D4D4D), .rule = HEX(0xBFBFBF), .grid = HEX(0xE3E3E3),
	.axis = HEX(0x7F7F7F), .warmup = HEX(0xEFEFEF), .phase = HEX(0xF4F4F4), .hatch = HEX(0xB5B5B5),
	.tone = {
		[TONE_BAD] = { HEX(0x000000), HEX(0xFFFFFF), HEX(0xEBEBEB) },
		[TONE_WARN] = { HEX(0x404040), HEX(0xFFFFFF), HEX(0xF0F0F0) },
		[TONE_GOOD] = { HEX(0xE0E0E0), HEX(0x000000), HEX(0xF6F6F6) },
		[TONE_UNKNOWN] = { HEX(0xC4C4C4), HEX(0x000000), HEX(0xF3F3F3) },
	},
	.role = {
		[LINE_PRIVATE] = { HEX(0x707070), HEX(0x4D4D4D), 4.2, SOLID },
		[LINE_PSS] = { HEX(0x5E5E5E), HEX(0x4D4D4D), 2.6, { 2, { 13, 6 } }, SYMBOL_DISC },
		[LINE_RSS] = { HEX(0x262626), HEX(0x262626), 1.8, { 4, { 14, 5, 2, 5 } } },
		[LINE_HEAP] = { HEX(0x3D3D3D), HEX(0x3D3D3D), 3.0, { 2, { 6, 5 } }, SYMBOL_SQUARE },
		[LINE_SHARED] = { HEX(0x858585), HEX(0x5E5E5E), 3.0, { 4, { 10, 4, 4, 4 } }, SYMBOL_TRIANGLE },
		[LINE_VIRTUAL] = { HEX(0x707070), HEX(0x595959), 2.2, SOLID, SYMBOL_DIAMOND },
		[LINE_OPS] = { HEX(0x262626), HEX(0x262626), 2.4, SOLID },
		[LINE_ERRORS] = { HEX(0x000000), HEX(0x000000), 3.0, { 2, { 9, 5 } }, SYMBOL_TRIANGLE },
		[LINE_COUNT] = { HEX(0x4D4D4D), HEX(0x4D4D4D), 2.6, { 2, { 22, 4 } } },
		[LINE_DRIVER] = { HEX(0x858585), HEX(0x5E5E5E), 2.4, { 2, { 3, 5 } } },
	},
	.fit = { HEX(0x000000), HEX(0x000000), 1.6, { 2, { 10, 7 } } },
	.limit = { HEX(0x000000), HEX(0x000000), 2.6, { 2, { 16, 7 } } },
	.mark = {
		[MARK_RESTART] = { HEX(0x000000), HEX(0x000000), { 2, { 8, 5 } } },
		[MARK_EVENT] = { HEX(0x5E5E5E), HEX(0x4D4D4D), { 2, { 3, 5 } } },
		[MARK_EPOCH] = { HEX(0x8C8C8C), HEX(0x4D4D4D), { 2, { 2, 6 } } },
		[MARK_ONSET] = { HEX(0x000000), HEX(0x000000), SOLID },
		[MARK_CHANGE] = { HEX(0x262626), HEX(0x262626), { 2, { 12, 4 } } },
		[MARK_LIMIT] = { HEX(0x000000), HEX(0x000000), SOLID },
	},
	.bar = {
		[BAR_START] = { HEX(0x8C8C8C), HEX(0x4D4D4D) },
		[BAR_PART] = { HEX(0x404040), HEX(0x262626) },
		[BAR_UNEXPLAINED] = { HEX(0xB5B5B5), HEX(0x4D4D4D) },
		[BAR_END] = { HEX(0x000000), HEX(0x000000) },
	},
	.fit_band = 0.16, .series_band = 0.16,
};

const struct palette *palette_of(enum scene_theme which)
{
	return which == THEME_DARK ? &dark : which == THEME_PRINT ? &print : &light;
}
