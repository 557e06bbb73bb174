/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a number is: the one place from which CSV header, `soakd list`, axis labels and documentation come. */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include <stddef.h>

enum metric_kind {
	METRIC_GAUGE,	/* a level: the tree's is the sum over its processes */
	METRIC_COUNTER, /* only grows: the tree's is the total since the start of the run, the dead included */
};

struct metric {
	const char *name; /* the CSV column; ends with its unit: rss_kb, cpu_s */
	const char *unit; /* "KiB", "s", "1" */
	enum metric_kind kind;
	const char *label; /* for an axis or a table: "resident memory (RSS)" */
	const char *help;  /* one sentence: what it is and where the kernel has it */
};

/* Index of the metric with that name, or -1. */
int metric_find(const struct metric *m, size_t n, const char *name);

#endif
