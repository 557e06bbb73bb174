/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a run: the last verdict, from the files; the report; what is printed; the exit status. */
#ifndef SOAKD_FINISH_H
#define SOAKD_FINISH_H

#include "soakd/loop.h"
#include "soakd/session.h"

/* verdict.json, report.png and report.md as they stay, and the verdict to stdout. Returns the exit status (CONTRACT.md section 2). */
int finish_run(struct session *s, const struct loop_result *r);

/* The first of 125, 1, 4, 5, 6, 2, 3, 0 that applies. */
int finish_status(int verdict_status, const struct loop_result *r, uint64_t rows, uint64_t expected);

#endif
