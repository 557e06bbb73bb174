/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers of report.html: scene_to_json(), and out of it what the page draws.
 *
 * Keys are those of the scene. What the page has as text of its own (verdict, table, footer, meta) is left out. A series' blocks
 * become {"t": index into the page's "times", "mean": [...], "min": [...], "max": [...]}: series of one run share their times;
 * min and max are absent where each block is one value; an empty block is null. "operations" is the running
 * total, {"t": [...], "total": [...]}, where there is one.
 */
#ifndef SOAKD_HTML_DATA_H
#define SOAKD_HTML_DATA_H

#include <jansson.h>

#include "base/series.h"
#include "plots/scene.h"

/* Significant digits that it is to be written with: a hundred times finer than a screen, at less than half of a double's length. */
#define HTML_DIGITS 7

/* ops: n blocks of the running total of operations. NULL without memory. */
json_t *html_data(const struct scene *s, const struct block *ops, size_t n);

#endif
