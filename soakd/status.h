/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person sees while a run goes on: one line, for a terminal of any width, for a log, and for systemd's STATUS. */
#ifndef SOAKD_STATUS_H
#define SOAKD_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/verdict.h"
#include "base/series.h"
#include "base/text.h"

struct status {
	double elapsed_s, length_s;	    /* length NaN: open */
	double rss_kb, anon_kb;		    /* NaN: unknown */
	double ops_per_s;		    /* NaN: no workload */
	double ends_unix;		    /* NaN: open */
	const struct verdict *verdict;	    /* or NULL */
	const char *away;		    /* what is being waited for instead, or NULL */
	const struct block *course;	    /* of the deciding column, the run so far; for the terminal alone */
	size_t n_course;
	bool eighths;			    /* the terminal has blocks of eight heights (terminal.h) */
};

/*
 * "[=====>    ] 7 h 12 min/24 h  rss 412 MiB  private 57.3 MiB  ▁▂▃▄▅▆▇█  +3.10 [2.71, 3.49] MiB/h suspected  200 ops/s  until
 * 08:00" in one line. At most `width` columns; parts of less use go first, the course and the bar before the numbers. width 0: no
 * course, no bar, no limit.
 */
void status_line(const struct status *s, size_t width, struct text *out);

#endif
