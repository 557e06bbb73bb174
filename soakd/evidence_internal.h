/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make up evidence_read() share; nobody else includes this. */
#ifndef SOAKD_EVIDENCE_INTERNAL_H
#define SOAKD_EVIDENCE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/err.h"
#include "soakd/evidence.h"
#include "soakd/evidence_growers.h"

#define EVIDENCE_HEADER_MAX  4096 /* fields of a header line; a wider file is no time series of a program */
#define EVIDENCE_COLUMNS_MAX 512  /* series read from one file: 25 KiB each */
#define EVIDENCE_AHEAD       512  /* rows held at a time; of the first ones the interval is found */
#define EVIDENCE_RESTARTS    64   /* restarts remembered, as many as the monitor does */

/*
 * Wall time to run time. The wall clock may step in the middle of a run; samples.csv has both times in each row, the other
 * files have only the timestamp. A step is remembered where the difference of the two changed.
 */
#define WALL_STEPS 256
struct wall_map {
	struct wall_step {
		double from_unix;  /* timestamp of the first row after the step */
		double start_unix; /* Unix time of second 0, as the clock then was */
	} step[WALL_STEPS];
	size_t n;
};
/* Rows in order. A difference below `tolerance_s` (clock slewing, jitter) is no step. */
void wall_map_row(struct wall_map *m, double unix_s, double elapsed_s, double tolerance_s);

struct wall_cursor { /* walks another file of the run, whose rows are in the order they were written */
	const struct wall_map *map;
	size_t at;
	double last_unix;
};
double wall_cursor_elapsed(struct wall_cursor *c, double unix_s);

/* Events as they come, in constant memory: the first EVENTS_HALF and the last EVENTS_HALF. */
#define EVENTS_HALF 100
struct event_list {
	struct evidence_event *v; /* 2 * EVENTS_HALF of them once there is one */
	size_t n_first, n_last, head;
};
enum sk_code event_add(struct event_list *l, double elapsed_s, double length_s, const char *kind, const char *detail,
		       struct sk_err *err);

struct evidence_reader {
	struct evidence_file *out;
	size_t blocks;
	struct wall_map wall;
	struct event_list holes;  /* found in the rows: gaps, restarts of a foreign file */
	struct event_list events; /* of events.csv */
	struct event_list phases; /* of events.csv too: many phases must not crowd out the others */
	double *restart_s;        /* EVIDENCE_RESTARTS; out->ev.restart_s points at it */
	struct growers *grow;     /* the processes of processes.csv; NULL before they were read */
	double *partial;          /* timestamps at which the maps of some were not read, as in mappings.csv */
	size_t n_partial, partial_cap;
};

void evidence_note(struct evidence_file *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void evidence_restart(struct evidence_reader *r, double elapsed_s);

/* The rows of out->csv into series; interval, gaps, notes. */
enum sk_code evidence_rows(struct evidence_reader *r, struct sk_err *err);
/* events.csv of out->dir; a run without one has no events. */
enum sk_code evidence_events(struct evidence_reader *r, struct sk_err *err);
/* The holes and the events as out->event, in order of time. */
enum sk_code evidence_join_events(struct evidence_reader *r, struct sk_err *err);
/* Roles, processes, mapping classes and mappings of out->dir as out->ev.part. A broken file is noted and what was read of it kept. */
enum sk_code evidence_parts(struct evidence_reader *r, struct sk_err *err);

/* The mappings that grew most, behind out->part_series[n_part_series - 1], which has room for REGIONS_TOP (evidence_regions.h). */
enum sk_code evidence_objects(struct evidence_reader *r, struct sk_err *err);

/* A file of parts, and the columns that are wanted of it by their place in `names`; the first is its timestamp. */
#define PART_FIELDS_MAX 12
struct part_csv {
	struct csv_reader csv;
	int field[PART_FIELDS_MAX];
};
enum sk_code part_open(struct part_csv *p, const char *dir, const char *file, const char *const *names, size_t n,
		       struct sk_err *err);
/* The next whole row that has a time. SK_EEND; SK_EPARSE. */
enum sk_code part_next(struct part_csv *p, double *unix_s, struct sk_err *err);
const char *part_text(const struct part_csv *p, int which); /* "" where the row has no such field */
double part_number(const struct part_csv *p, int which);
/* Memory that several processes may map: it is counted by their shares of it. */
bool part_is_shared(const char *class);
/* What mappings of a class hold: private pages, also those in swap; of shared memory, which has none, their share of the pages. */
double part_held_kb(const char *class, double pss_kb, double anon_kb, double swap_kb);

/* What the target says of itself, of out->dir's internals.csv, as out->ev.account. Tolerates as evidence_parts() does. */
enum sk_code evidence_internals(struct evidence_reader *r, struct sk_err *err);
void evidence_internals_release(struct reading *in);
/* The latency of operations.csv as out->latency. Tolerates as evidence_parts() does. */
enum sk_code evidence_operations(struct evidence_reader *r, struct sk_err *err);
/* A file of parts that is absent or damaged costs its parts and no more: noted. Only SK_ENOMEM stays. */
enum sk_code part_tolerate(struct evidence_reader *r, enum sk_code rc, const struct sk_err *why, struct sk_err *err);

/* A field without the blanks around it. */
char *field_trim(char *s);
/* The field's number; NaN for an empty or absent field, and for text (then *bad, if not NULL, is set). */
double field_number(const struct csv_reader *csv, int field, int *bad);
/* DIR/name; NULL without memory. Free it. */
char *path_in(const char *dir, const char *name);

#endif
