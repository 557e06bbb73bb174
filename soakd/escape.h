/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strings from outside (paths, command lines, role names) inside formats of ours. Each takes any bytes and gives valid UTF-8
 * without control characters; what is no UTF-8 becomes "?". Plain text and XML, which pictures need as well, are in base/.
 */
#ifndef SOAKD_ESCAPE_H
#define SOAKD_ESCAPE_H

#include "base/plain.h"
#include "base/text.h"
#include "base/xml.h"

void add_markdown(struct text *out, const char *s);         /* within a paragraph or a table cell of GitHub's Markdown */
void add_markdown_figures(struct text *out, const char *s); /* with U+00A0 before units: narrow columns break everywhere else */
void add_markdown_cells(struct text *out, char *const *cell, size_t n); /* "| a | b |": a table's row, without its line end */
/* A line "![words](<name>)" with an empty one before it: a picture, and what is said to who cannot see it. */
void add_markdown_image(struct text *out, const char *words, const char *name);
void add_code(struct text *out, const char *s); /* a code span, with as many backticks as it needs */

#endif
