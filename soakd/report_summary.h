/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step summary of a job on GitHub: a page that each step may append Markdown to. */
#ifndef SOAKD_REPORT_SUMMARY_H
#define SOAKD_REPORT_SUMMARY_H

#include <stddef.h>

#include "analysis/verdict.h"
#include "base/err.h"
#include "soakd/evidence.h"

#define SUMMARY_MAX ((size_t)1024 * 1024) /* bytes of the whole page; GitHub drops a step's summary that is longer */

/*
 * Appends report.md's text, without its picture (the page cannot show a file of the run), to the file that $GITHUB_STEP_SUMMARY
 * names: in one write, so that two runs of one step do not mix. Without the variable, or where it is empty, nothing is done.
 * SK_EIO, SK_EPERM: the file cannot be appended to, is no ordinary file, or would be longer than SUMMARY_MAX; it is then as it was.
 */
enum sk_code report_summary(const struct evidence_file *f, const struct verdict *v, struct sk_err *err);

/* The same, and what went wrong is said on standard error: no report and no run fails because of it. */
void report_summary_try(const struct evidence_file *f, const struct verdict *v);

#endif
