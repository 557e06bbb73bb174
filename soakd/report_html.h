/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.html: the scene of the picture as a page that zooms and shows values. One file, no network: scripts, styles, numbers and
 * the picture for readers without JavaScript are in it, and a Content-Security-Policy that allows nothing else.
 */
#ifndef SOAKD_REPORT_HTML_H
#define SOAKD_REPORT_HTML_H

#include <stddef.h>

#include "base/err.h"
#include "base/series.h"
#include "base/text.h"
#include "plots/scene.h"

struct html_page {
	const struct scene *scene;
	const char *markdown; /* what the button "Copy as Markdown" copies, UTF-8; NULL: no button */
	const char *png;      /* the picture for readers without JavaScript; NULL: none, and the page says so */
	size_t n_png;
	const struct block *ops; /* the running total of operations, by time: told at the cursor; n_ops 0: not counted */
	size_t n_ops;
};

/* Adds the page to *out: same page, same bytes. Whatever bytes its strings have, they are shown as text. SK_ENOMEM. */
enum sk_code report_html(const struct html_page *page, struct text *out, struct sk_err *err);

/* The parts that html_panels.c writes. */
void html_panels(struct text *out, const struct scene *s);
void html_events(struct text *out, const struct scene *s);
void html_said(struct text *out, const struct scene *s); /* what each chart says, as a table */

#endif
