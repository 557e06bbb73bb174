/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a run directory's CSV files: the tables of the format, from which headers, `soakd list` and labels come. */
#ifndef BASE_COLUMNS_H
#define BASE_COLUMNS_H

#include <stddef.h>

#include "base/metric.h"
#include "base/text.h"

/* samples.csv begins with these, in this order; further columns follow in the order of the sampler list. */
extern const struct metric samples_columns[];
extern const size_t n_samples_columns;

extern const struct metric processes_columns[];
extern const size_t n_processes_columns;
extern const struct metric mappings_columns[];
extern const size_t n_mappings_columns;
extern const struct metric objects_columns[]; /* those of mappings.csv, then what tells one mapping from the next */
extern const size_t n_objects_columns;
extern const struct metric internals_columns[]; /* timestamp,pid,source,item,value,unit */
extern const size_t n_internals_columns;
extern const struct metric events_columns[]; /* timestamp,kind,detail */
extern const size_t n_events_columns;
extern const struct metric phases_columns[]; /* of a run with phases */
extern const size_t n_phases_columns;
extern const struct metric operations_columns[]; /* timestamp,kind,ops ... max_us */
extern const size_t n_operations_columns;

/* The header line of a table, without newline. */
void columns_header(struct text *out, const struct metric *m, size_t n);

/* The metric of a column name wherever it is defined in these tables, or NULL: for labels of what a CSV brings. */
const struct metric *column_lookup(const char *name);

#endif
