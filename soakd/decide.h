/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of the offline verdict, which analyze and report share, and the decision with them. */
#ifndef SOAKD_DECIDE_H
#define SOAKD_DECIDE_H

#include "analysis/verdict.h"
#include "base/err.h"
#include "soakd/evidence.h"
#include "soakd/opt.h"

struct decide_options {
	double min_rate_bytes; /* per hour; NaN: the run's own, else 64 KiB */
	char *warmup;	       /* "auto", a duration; NULL: the run's own, else auto */
	double limit_bytes;    /* NaN: the run's own */
	char *column;	       /* NULL: the rule of the documents */
};

/* Rows of an option table for a struct whose member `decide` is a struct decide_options at this offset. */
#define DECIDE_OPTS(base)                                                                                                        \
	{ "column", 0, OPT_STRING, (base) + offsetof(struct decide_options, column), "NAME", NULL, 0, 0, NULL,                   \
	  "decide on this column alone; default: private memory, else the best that the file has" },                             \
	{ "min-rate", 0, OPT_SIZE, (base) + offsetof(struct decide_options, min_rate_bytes), "SIZE", NULL, 0, 1e15, NULL,        \
	  "growth per hour below this is never a leak; default: the run's own, else 64KiB" },                                    \
	{ "warmup", 0, OPT_STRING, (base) + offsetof(struct decide_options, warmup), "D", NULL, 0, 0, NULL,                      \
	  "time left out of the fit, or auto: found from the data; default: the run's own, else auto" },                         \
	{ "limit", 0, OPT_SIZE, (base) + offsetof(struct decide_options, limit_bytes), "SIZE", NULL, 1, 1e18, NULL,              \
	  "memory limit of the forecast; default: the run's own" }

/* SK_EUSAGE: --warmup is neither auto nor a duration. Before anything is read. */
enum sk_code decide_check(const struct decide_options *o, struct sk_err *err);

/*
 * verdict_decide() on the file, with its own options (run.json) where none are given. Errors name the file. Of a run that is still
 * going on (its directory is locked) a leak is suspected until the monitor says it; with --column that is not asked.
 */
enum sk_code decide_file(struct evidence_file *f, const struct decide_options *o, struct verdict *v, struct sk_err *err);

#endif
