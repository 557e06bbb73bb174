/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The assembler reads the files itself: no generator, no copy of them as numbers. Paths are from the top, where make runs. */
#include "soakd/web_assets.h"

#define ASSET(name, file)                                                                                                        \
	__asm__(".pushsection .rodata\n"                                                                                         \
		".global soakd_" #name "_begin, soakd_" #name "_end\n"                                                           \
		".hidden soakd_" #name "_begin, soakd_" #name "_end\n"                                                           \
		"soakd_" #name "_begin:\n"                                                                                       \
		".incbin \"" file "\"\n"                                                                                         \
		"soakd_" #name "_end:\n"                                                                                         \
		".byte 0\n"                                                                                                      \
		".popsection\n");                                                                                                \
	extern const char soakd_##name##_begin[], soakd_##name##_end[];                                                          \
	const struct web_asset name = { soakd_##name##_begin, soakd_##name##_end };

ASSET(web_uplot_js, "web/vendor/uplot/uPlot.iife.min.js")
ASSET(web_uplot_css, "web/vendor/uplot/uPlot.min.css")
ASSET(web_uplot_licence, "web/vendor/uplot/LICENSE")
ASSET(web_units_js, "web/units.js")
ASSET(web_paint_js, "web/paint.js")
ASSET(web_chart_js, "web/chart.js")
ASSET(web_touch_js, "web/touch.js")
ASSET(web_report_js, "web/report.js")
ASSET(web_report_css, "web/report.css")
