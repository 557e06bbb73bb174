/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a report goes: not over its own data, and without --out beside them. */
#ifndef SOAKD_REPORT_OUT_H
#define SOAKD_REPORT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "soakd/opt.h"

/* SK_EUSAGE: a file is named twice, or is one that the report of the n paths is made from. */
enum sk_code report_out_check(const struct opt_list *out, char *const *path, size_t n, struct sk_err *err);

/*
 * Fills in an empty list: DIR/report.png and DIR/report.md, or foo.png beside foo.csv. For an issue under names of their own,
 * and the text in any case. SK_EUSAGE: standard input has no place; SK_ENOMEM.
 */
enum sk_code report_out_default(struct opt_list *out, const char *path, bool for_issue, struct sk_err *err);

/* Who may read a run may not write beside it: another's, or a medium that is read only. Of an SK_EWRITE says the way out. */
void report_out_elsewhere(struct sk_err *err);

#endif
