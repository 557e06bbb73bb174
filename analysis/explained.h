/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the growth the target's own accounting explains, and what the rest is. */
#ifndef ANALYSIS_EXPLAINED_H
#define ANALYSIS_EXPLAINED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct evidence;
struct verdict;

#define EXPLAINED_POINTS 256 /* epochs of a process at most (THEIL_SEN_MAX_N) */
#define EXPLAINED_EPOCHS 4   /* fewer say nothing */
#define SPAN_EPOCHS      8   /* in the judged span: no slope of four is significant, however straight they lie */
#define EXPLAINED_TOP    16  /* different items that are looked at */
#define EXPLAINED_NAME   200

/* A number at epochs: few of them, at times of their own, so no series of blocks. */
struct points {
	const double *t, *kb; /* seconds since the run began, ascending; KiB */
	size_t n;             /* 0: not known */
};

/* Whose accounting it is, in words; what it is good for. */
struct account_source {
	const char *name;     /* "pg_backend_memory_contexts" */
	const char *by;       /* what its items are: "context"; NULL: they overlap and are no parts of a whole */
	const char *what;     /* "PostgreSQL's memory contexts" */
	const char *explains; /* what they do: "explain", of one thing "explains" */
	const char *outside;  /* what grows without it: "memory taken outside of them (malloc: ...)" */
	/*
	 * Free space that belongs to what is in use, as a share of that: 1 for PostgreSQL, whose contexts double their blocks and round
	 * up to powers of two. It is explained and no retention, as long as it grows no faster than this.
	 */
	double slack;
};

struct account_item {
	const char *name; /* "TopMemoryContext/CacheMemoryContext" */
	struct points kb;
};

/* One process: what the kernel sees, and what it says itself. */
struct account {
	const struct account_source *source;
	struct points seen;                 /* its private memory by the kernel, at the epochs */
	struct points in_use, active, held; /* handed out; pages with something handed out; taken from the kernel */
	const struct account_item *item;
	size_t n_items;
};

enum growth_rest { REST_NONE, REST_FRAGMENTATION, REST_RETENTION, REST_OTHER, GROWTH_RESTS };
extern const char *const growth_rest_name[GROWTH_RESTS]; /* NULL for REST_NONE, "fragmentation", "retention", "other" */

/* Growth over the span that was judged, where SPAN_EPOCHS epochs lie in it, else over all of them; NaN: not known. */
struct explained {
	char source[40]; /* "": there is no accounting, or too few epochs; then nothing else is valid */
	size_t processes;
	double span_s;
	double growth_kb;           /* of their private memory, by the kernel */
	double explained_kb, share; /* of that growth */
	double rest_kb;             /* growth_kb - explained_kb */
	enum growth_rest rest;      /* the largest of the three */
	double fragmentation_kb;    /* growth of active beyond what is in use */
	double retention_kb;        /* growth of what is held beyond that, slack left out */
	double other_kb;            /* growth that the accounting does not know of */
	double fragmentation;       /* at the end: (active - in use - slack) / active; NaN below 8 MiB active */
	double in_use_lo_kb;        /* growth of what is in use: the lower ends of its 95 % intervals */
	double per_op_bytes;        /* explained_kb per operation */
	struct explained_item {
		char name[EXPLAINED_NAME];
		double growth_kb, share; /* of growth_kb above */
	} top[EXPLAINED_TOP];            /* largest growth first */
	size_t n_top;
	bool by_allocator; /* the growth is the allocator's, and no more than suspected (fragmentation.h) */
};

#define FRAGMENTATION_NOTABLE .20
#define FRAGMENTATION_HIGH    .35
const char *fragmentation_word(double ratio); /* "normal", "notable", "high"; NULL for NaN */

/* "CachedPlanSource below CacheMemoryContext" of "TopMemoryContext/CacheMemoryContext/CachedPlanSource". */
void item_place(char *out, size_t n, const char *path);
/* Beside another one: its own name, where the other's differs; else with what it lies below. */
void item_beside(char *out, size_t n, const char *path, const char *other);

/*
 * account_for - v->explained from ev->account, and where v->main leaks or is suspected to: its items among v->part, and a clause
 * of v->main.why.
 *
 * In       v->main decided, v->part filled: the eight that grew most are added, where there is room for them
 * How      growth is Theil and Sen's slope over each process's epochs times the span, summed over the processes of one source: the
 *          one whose processes grew most. explained = in use + min(free growth, slack); fragmentation = active - in use; retention =
 *          held - active - slack; other = growth - held. They add up to growth_kb.
 *          The shares are NaN where growth_kb itself is not above the noise (the lower bounds do not add up to more than 0).
 * Return   SK_OK, SK_ENOMEM.
 * Checked  tests/analysis/explained_test.c: lines with known slopes, each rest in turn, too few epochs, no growth.
 */
enum sk_code account_for(const struct evidence *ev, struct verdict *v);

#endif
