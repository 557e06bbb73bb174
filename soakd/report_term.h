/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a run as lines for a terminal: verdict, why, table, and a chart of the deciding column. */
#ifndef SOAKD_REPORT_TERM_H
#define SOAKD_REPORT_TERM_H

#include "analysis/verdict.h"
#include "base/err.h"
#include "base/text.h"
#include "soakd/evidence.h"
#include "soakd/terminal.h"

/* Adds all of it, no line wider than the terminal, and ASCII alone where that is all it has. SK_ENOMEM. */
enum sk_code report_terminal(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
			     struct text *out, struct sk_err *err);

/* The chart alone, with a title; nothing where the deciding column has no value, or the terminal's chart is CHART_NONE. SK_ENOMEM. */
enum sk_code report_terminal_chart(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
				   struct text *out, struct sk_err *err);

/*
 * A table of n_rows * n_cols cells, the first row its heads: the first and the last column words, the others numbers. Where it is
 * wider than the terminal columns that say least are left out, then words are cut.
 */
void add_terminal_table(struct text *out, char *const *cell, size_t n_rows, size_t n_cols, const struct terminal *term);

#endif
