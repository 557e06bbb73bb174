/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each column of a run judged for itself, with all that this needs at hand: what the rule of columns.c then chooses from. */
#ifndef ANALYSIS_BENCH_H
#define ANALYSIS_BENCH_H

#include "analysis/grows_with.h"
#include "analysis/judge.h"
#include "analysis/verdict.h"

struct bench { /* large: on the heap */
	const struct evidence *ev;
	const struct verdict_options *opt;
	struct verdict *v;
	struct context memory, count;
	struct series_verdict beyond; /* what a total has beyond the target's own; column empty: none */
	struct column ops, processes, connects, reloads, col, other;
	struct counters counters; /* of them those that the run has */
	struct findings f;
	struct rivals rivals;
};

/* Ready to judge; opt and v are borrowed. NULL without memory; free() it. */
struct bench *bench_new(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v);

/* What was found of a column, in v->series; NULL: it was not judged. */
struct series_verdict *bench_judged(struct verdict *v, const char *name);

/* Every known column that has samples, and the one that the options name, into v->series. SK_OK, SK_ENOMEM. */
enum sk_code bench_judge_all(struct bench *b);
/* What pss_kb (else rss_kb) has beyond the target's own memory, into b->beyond; its column stays empty where that is not known. */
enum sk_code bench_judge_beyond(struct bench *b);
/* What is loaded in b->col. kind: of a leak, where the column has one of its own. */
enum sk_code bench_judge_loaded(struct bench *b, enum leak_kind kind, struct series_verdict *v);

/* s was read so seldom, beside the cheap columns, that nothing can be said of it. */
bool bench_seldom_read(const struct bench *b, const struct series_verdict *s);

#endif
