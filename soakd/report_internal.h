/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What picture and Markdown share: how the run was run, and the rows of the table. */
#ifndef SOAKD_REPORT_INTERNAL_H
#define SOAKD_REPORT_INTERNAL_H

#include <stddef.h>

#include "base/text.h"
#include "soakd/report.h"
#include "soakd/sha256.h"

#define DOT  " \302\267 "   /* U+00B7 between things */

#define FACTS_MAX 16

struct report_facts {
	struct report_fact {
		const char *name; /* "command" */
		char *text;       /* plain, one line */
	} fact[FACTS_MAX];
	size_t n;
	char sha256[SHA256_HEX]; /* of the CSV; "" where it has none (standard input) */
};

/* How it was run, from run.json and the rows; what is not known has no line. SK_ENOMEM. */
enum sk_code report_facts(const struct evidence_file *f, const struct verdict *v, struct report_facts *out, struct sk_err *err);
/* The same in the few short lines that the page has room for. False without memory. */
bool report_footer(const struct evidence_file *f, const struct verdict *v, const struct report_facts *facts, struct scene *s);
void report_facts_release(struct report_facts *facts);

#define TABLE_COLUMNS 9
#define TABLE_RULE    "|---|--:|--:|--:|--:|--:|--:|--:|---|" /* of the same columns, in Markdown */
#define TABLE_ROWS    12                                      /* without the header: what the page has room for */

/*
 * The table of the report: row 0 is the header; the deciding column first, then the others, then what the growth consists of.
 * cell[(1 + TABLE_ROWS) * TABLE_COLUMNS], each to be freed. Returns the number of rows with the header, 0 without memory
 * (then nothing is left to free).
 */
size_t report_table(const struct verdict *v, char **cell);
/* What its start and end are, and what is meant by the mark behind a start that the fitted line has behind its warm-up. */
#define TABLE_NOTE "start, end: medians of first and last tenth"
#define TABLE_MARK "* of the line, after a warm-up"

/* What the root calls itself, else the name of its executable (another one's where that is a link); NULL: not known. Borrowed. */
const char *report_program(const struct evidence_file *f);
/* What the run is of: "postgres", or the file's name. Plain. NULL without memory. */
char *report_subject(const struct evidence_file *f);

/* "postgres · private memory (anonymous) +3.10 MiB/h [+2.70, +3.49] · ...". NULL without memory. */
char *report_headline(const struct evidence_file *f, const struct verdict *v);

/* The phases are the result of the run (--phases-only), and no verdict was asked for. */
bool report_phases_alone(const struct evidence_file *f, const struct verdict *v);
/* What the run's phases make of the result instead of the verdict, or NULL: a leak goes before an exceeded budget. */
const char *report_phases_word(const struct evidence_file *f, const struct verdict *v);
/* Why: of an exceeded budget first, of the verdict where it is one. */
void report_why(const struct evidence_file *f, const struct verdict *v, struct text *out);

/* The words of a column for people: "private memory (anonymous)"; its name where we have none. */
const char *report_label(const char *column);
/* The same of what decided: "PSS beyond its own memory" where that is what it is about. */
const char *report_main_label(const struct verdict *v);

/* A coloured circle, where Markdown has no other colour. */
const char *report_tone_circle(enum scene_tone tone);

/* The same where chips have the numbers: "postgres · private memory · linear · 23 h 55 min". NULL without memory. */
char *report_page_headline(const struct evidence_file *f, const struct verdict *v);
/* At most four: rate, per what, since when, until when; of no growth what is excluded, and what was. False without memory. */
bool report_chips(const struct evidence_file *f, const struct verdict *v, struct scene *s);
/*
 * "on 2026-12-03 [12-02, 12-06]": the middle 80 % of the futures, without an interval that is smaller than the last
 * digit. Days where it is further than two of them from now; else minutes, "at 16:41Z" where that is the day of now, the
 * run's end, or "on 12-03 16:41Z".
 */
void add_limit_date(struct text *t, const struct verdict *v, double now_unix);
/* Whose limit it is, as far as the evidence knows: "--limit", "machine" or "cgroup". */
const char *limit_whose(const struct evidence_file *f, const struct verdict *v);
bool limit_by_days(const struct verdict *v, double now_unix);
/* Where the level changed at once, ascending, as the page marks it: between the levels of a step, else what the model has after the warm-up. */
#define REPORT_JUMPS 16
size_t report_jumps(const struct evidence_file *f, const struct verdict *v, struct jump *out);
/* "time", "the number of processes": what growth goes with. */
const char *growth_words(enum growth_driver d);

/* "shared_buffers 16MB · fsync off": the target's settings that are not its defaults. Nothing where none are known. */
void add_settings(struct text *out, const struct json_t *run);

/* Of the roles in which processes were born or died the four that grew most, a Markdown table; nothing where none were. */
void add_roles_table(struct text *out, const struct json_t *run);

/* What the band of the page and of the terminal is coloured by: the verdict, or the phases where they are the result. */
enum scene_tone report_tone(const struct evidence_file *f, const struct verdict *v);
/* Fills in what the run's time is and what happened when: x0, x1, start_unix, spans and markers. false without memory. */
bool report_times(const struct evidence_file *f, const struct verdict *v, struct scene *s);

/* Fills the panels of a scene. */
enum sk_code report_panels(const struct evidence_file *f, const struct verdict *v, struct scene *s, struct sk_err *err);

#endif
