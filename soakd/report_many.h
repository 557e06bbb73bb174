/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of many runs at once: up to six over one another, a matrix as small multiples, a contact sheet of all runs below a
 * directory. Runs are read one after the other, and of each only what is drawn of it is kept.
 */
#ifndef SOAKD_REPORT_MANY_H
#define SOAKD_REPORT_MANY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "plots/scene.h"
#include "soakd/decide.h"
#include "soakd/report.h"

enum many_align { ALIGN_ELAPSED, ALIGN_OPERATIONS };
extern const char *const many_align_names[]; /* NULL-terminated, in that order */

#define MANY_OVER  6  /* runs over one another: more lines cannot be told apart */
#define MANY_CARDS 48 /* of a page */

/* What is asked for; all is borrowed from the verb. */
struct many_job {
	const struct decide_options *decide;
	char *const *path;
	size_t n_paths;
	char *const *out; /* n_out files, or none: what many_check() says */
	size_t n_out;
	struct text *note; /* gets what is to be said of the pictures (report_draw); NULL: nobody asks */
	bool sheet, quiet;
	enum many_align align;
	struct report_look look;
};

/* A directory that soakd matrix made: it has a matrix.json and no samples.csv. */
bool many_is_matrix(const char *path);

/* All that can be known to be wrong before anything is read: how many paths, the endings of the files. SK_EUSAGE. */
enum sk_code many_check(const struct many_job *job, struct sk_err *err);

/*
 * Reads, draws, writes, and prints what was written, a path on each line. A run that cannot be read is said on stderr and on the page,
 * which is drawn without it, and makes the exit status 2; so does what cannot be written. Without any run nothing is written.
 * Files that were not named: runs.png and runs.md in the current directory for runs over one another; report.png and report.md in the
 * directory of a matrix; sheet.png and sheet.md in the one directory of a contact sheet, else in the current one.
 */
int report_many(const struct many_job *job);

#endif
