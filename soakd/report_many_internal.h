/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the report of many runs share: the runs as they are kept, and their table. */
#ifndef SOAKD_REPORT_MANY_INTERNAL_H
#define SOAKD_REPORT_MANY_INTERNAL_H

#include <jansson.h>

#include "analysis/verdict.h"
#include "base/text.h"
#include "plots/scene.h"
#include "soakd/report_many.h"
#include "soakd/sha256.h"

#define MANY_BLOCKS 240 /* of a run: a card is no wider */

/* A run, reduced to what is drawn and said of it. */
struct many_run {
	char *path;              /* as it is read */
	char *name;              /* what it is called on the page; plain */
	char *error;             /* why it is not drawn, plain; NULL: it is */
	char *id;                /* in run.json; NULL: a CSV */
	char sha256[SHA256_HEX]; /* of the CSV as it was read; "": not read, or it has none (a pipe) */
	struct series_verdict main;
	char *word; /* "leak", "stable", or what the run's tool or phases say instead */
	enum scene_tone tone;
	bool judged; /* the rate is what is said; else the word alone */
	double length_s;
	uint64_t samples;
	struct block *b; /* the deciding column; t: seconds, or operations, since its begin. NULL: beyond the cards of the page */
	size_t n;
	size_t group;                          /* of a matrix: its combination */
	double rss_peak_kb, ops_per_s, errors; /* of a matrix; NaN: not known */
};

/* A combination of a matrix: what its repeats have in common. */
struct many_group {
	char *title;           /* "rows=1000 journal=wal"; plain */
	const json_t *options; /* borrowed from many.matrix */
};

enum many_page { PAGE_OVER, PAGE_MATRIX, PAGE_SHEET };

struct many {
	const struct many_job *job; /* what was asked for, said on the page; NULL: it is not said */
	enum many_page page;
	enum many_align align;
	struct many_run *run; /* in the order of the page */
	size_t n, cap;
	struct many_group *group;
	size_t n_groups, cap_groups;
	json_t *matrix;
	size_t not_run; /* cells of a matrix that are still to come */
};

void many_release(struct many *m);
void many_run_release(struct many_run *r);

/* ---- which runs there are ---------------------------------------------------------------------------------------------- */

/* A run at the end of the list, its path taken over; its name is the last part of it. SK_ENOMEM: the path is freed. */
enum sk_code many_add(struct many *m, char *path, struct sk_err *err);

/*
 * Of the page's paths the runs, unread: the paths themselves, the cells of matrix.json, or the run directories at and below each
 * (DIR, DIR/NAME, DIR/runs/NAME and DIR/cells/NAME; no links), by name. SK_ENOTFOUND: there is none. SK_EPARSE, SK_EIO.
 */
enum sk_code many_find(struct many *m, const struct many_job *job, struct sk_err *err);

/* The cells of a matrix.json below dir, those that are over; takes j over. SK_EPARSE: it is not one. */
enum sk_code many_find_cells(struct many *m, const char *dir, json_t *j, struct sk_err *err);

/* Names that two runs share become their paths. SK_ENOMEM. */
enum sk_code many_names(struct many *m, struct sk_err *err);

/* ---- reading one ------------------------------------------------------------------------------------------------------- */

/* Fills in what is drawn of r->path. What cannot be read, or not aligned as asked, is an error, and r has no blocks. */
enum sk_code many_read(struct many_run *r, const struct many_job *job, struct sk_err *err);

/*
 * Puts operations since the begin in the place of the time of n blocks: those of the counter at that time, on the line between
 * its blocks' means. A counter that falls began anew, and goes on from what it was. false: the counter has no value.
 */
bool many_over_operations(struct block *b, size_t n, const struct block *count, size_t n_count);

/* Worst first: < 0 when a is worse than b: leaks, suspected ones, insufficient ones, all else; of a kind the faster growth. */
int many_worse(const struct many_run *a, const struct many_run *b);

/* ---- words ------------------------------------------------------------------------------------------------------------- */

enum scene_tone many_tone(const struct many *m, size_t group); /* the worst; group SIZE_MAX: of all */
/* "2 leak, 1 stable, 1 not read", worst first; of one run alone its word. */
void many_add_words(struct text *out, const struct many *m, size_t group);
/* The same of all without the first, which the band has: "1 suspected, 11 others where all is well". */
void many_add_rest(struct text *out, const struct many *m);
/* "+3.10 MiB/h [+2.70, +3.49]"; nothing where it is not what is said of the run. */
void many_add_rate(struct text *out, const struct many_run *r);
/* Of a combination: the median rate of its repeats and their span, or the one run's with its interval. */
void many_add_group_rate(struct text *out, const struct many *m, size_t group);
/* Whole sentences: what is on the page, what is not, and that nothing is compared. */
void many_add_why(struct text *out, const struct many *m);
/*
 * What the names of the page begin with where one is longer than `room` characters: *len bytes at the result. 0: nothing worth
 * cutting.
 */
const char *many_shared(const struct many *m, size_t room, size_t *len, bool *failed);
void many_add_shared(struct text *out, const struct many *m, size_t room); /* a sentence that says it, or nothing */
size_t many_beyond(const struct many *m); /* runs, or combinations, that the page has no card for */

/* A table, row 0 its header. */
struct many_table {
	char **cell; /* rows * cols, owned */
	size_t rows, cols, cap;
	bool failed; /* no memory; sticky */
};

/* A row for each run, or combination, and behind them what could not be read. */
void many_table(const struct many *m, struct many_table *out);
/* Only what could not be read; no row at all where everything was. */
void many_table_errors(const struct many *m, struct many_table *out);
void many_table_release(struct many_table *t);

/* ---- pages ------------------------------------------------------------------------------------------------------------- */

/*
 * Characters that a page has room for in a card's title, and in the first column of its table: from its layout, and the width of
 * most letters.
 */
struct many_rooms {
	size_t card, cell;
};
struct many_rooms many_rooms(const struct many *m, const struct scene *s);

/*
 * Title, program, and META_RUNS: the runs of the page, as far as RUNS_BYTES go, in its order; what they were decided with.
 * false: no memory.
 */
bool many_meta(const struct many *m, struct scene *s);
#define RUNS_BYTES 20480 /* some 120 runs: the picture has room for them beside the pixels */
/* A line with the command that makes the page anew. false: no memory. */
bool many_footer(const struct many *m, struct scene *s);

/* SK_ENOMEM; else release with scene_release(). */
enum sk_code many_scene(const struct many *m, struct scene *out, struct sk_err *err);
/* picture: what the link to it says; NULL: there is none. */
enum sk_code many_markdown(const struct many *m, const char *picture, struct text *out, struct sk_err *err);

#endif
