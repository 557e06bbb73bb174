/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of web/ that a page of ours consists of, built into the program: a page needs no network and no installed file. */
#ifndef SOAKD_WEB_ASSETS_H
#define SOAKD_WEB_ASSETS_H

struct web_asset {
	const char *begin, *end; /* UTF-8, not ended by a NUL */
};

extern const struct web_asset web_uplot_js, web_uplot_css, web_uplot_licence, web_units_js, web_paint_js, web_chart_js,
	web_touch_js, web_report_js, web_report_css;

#endif
