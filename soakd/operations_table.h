/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the workload did, kind by kind, as people read it: from `operations` in run.json, those that were done most often first.
 */
#ifndef SOAKD_OPERATIONS_TABLE_H
#define SOAKD_OPERATIONS_TABLE_H

#include <jansson.h>

#include "base/text.h"

/*
 * operation, operations, per second, errors, p50, p95, p99, max; a figure that is not known is "-". Adds nothing where the run
 * has no kinds. For the terminal aligned, a line for each kind, the first one behind "  operations: "; in Markdown the first
 * OPERATIONS_SHOWN, a blank line before it.
 */
#define OPERATIONS_SHOWN 8
void operations_table_human(struct text *out, const json_t *run);
void operations_table_markdown(struct text *out, const json_t *run);

#endif
