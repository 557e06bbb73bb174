/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outcomes counted: of a family, of all of them, of each rule that the verdict is compared with. */
#ifndef TESTS_CORPUS_TALLY_H
#define TESTS_CORPUS_TALLY_H

#include "tests/corpus/decide.h"

#define RULES_MAX 16

struct score { /* of somebody who says leak or no leak */
	size_t leaks, found, quiet, alarms;
};

void score_add(struct score *s, bool leaking, bool said);
/* NaN where there is nothing to divide by. */
double score_precision(const struct score *s);
double score_recall(const struct score *s);
double score_f1(const struct score *s);
double score_alarms(const struct score *s); /* false ones, by series without a leak */

struct errors { /* for their median */
	double *v;
	size_t n, cap;
};

struct tally {
	const char *name;
	size_t runs, right, rated, covered;
	struct score ours, rule[RULES_MAX]; /* rule: as in baselines[] */
	size_t verdict[VERDICT_CLASSES], kind[LEAK_KINDS];
	struct errors rate, onset;
};

void tally_outcome(struct tally *t, const struct outcome *o);
double tally_median(const struct errors *e); /* NaN without any */
void tally_release(struct tally *t);

/* How one family is more often accused than the others. */
struct alarms {
	double worst, mean; /* share of false alarms over families without a leak; NaN without any */
	const char *where;  /* the worst family */
};
struct alarms alarms_of(const struct tally *family, size_t n);

/* The goals of the project (issue 3). Without any series they are not reached. */
#define GOAL_F1            .97
#define GOAL_PRECISION     .985
#define GOAL_RECALL        .955
#define GOAL_FAMILY_ALARMS .02
#define GOAL_MEAN_ALARMS   .01
bool goals_reached(const struct score *all, const struct alarms *a);

/* What was said, by what was right: a row for each set of right classes. */
#define CONFUSION_ROWS 16
struct confusion {
	struct confusion_row {
		unsigned truth;
		size_t runs, right, said[VERDICT_CLASSES];
	} row[CONFUSION_ROWS];
	size_t n;
};
void confusion_add(struct confusion *c, const struct outcome *o);

#endif
