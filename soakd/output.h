/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict in each --format, as run, analyze and report print it. */
#ifndef SOAKD_OUTPUT_H
#define SOAKD_OUTPUT_H

#include <stdio.h>

#include "analysis/verdict.h"
#include "soakd/cmds.h"

/* One verdict to `out`. json: the object alone, with a newline. */
void output_verdict(const struct verdict *v, const char *path, enum out_format format, FILE *out);

#endif
