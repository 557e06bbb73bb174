/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JUnit XML of one input, in the subset that Jenkins, GitLab and GitHub's actions read (tests/data/junit.xsd): a <testsuite> with a
 * testcase for the verdict, one for each series, one for each budget of a phase, and one for each thing that may have gone wrong.
 * A leak and an exceeded budget are failures, what could not be decided (suspected, too little data) is skipped and not passed,
 * a target that died and a workload that failed are errors. What comes from outside is cleaned of what XML cannot hold.
 */
#ifndef SOAKD_JUNIT_H
#define SOAKD_JUNIT_H

#include <stddef.h>

#include "analysis/verdict.h"
#include "base/text.h"
#include "soakd/phase_table.h"

struct junit_property {
	const char *name;
	char *value;
};

/* Not of the verdict: "target", "workload". */
struct junit_check {
	const char *name;
	const char *passed; /* what is said where it went well */
	const char *error;  /* NULL: it did */
};

struct junit_suite {
	const char *name;      /* of the suite */
	const char *classname; /* of its cases: "postgres.postgres/mixed" */
	double start_unix;     /* when the run began; NaN: no `timestamp` */
	double time_s;         /* its length, of the suite and of the case `verdict`; NaN: no `time` */
	const struct junit_property *property;
	size_t n_properties;
	const struct junit_check *check;
	size_t n_checks;
};

/* The element, indented by two blanks. phases may be NULL. */
void junit_add_suite(struct text *out, const struct junit_suite *suite, const struct verdict *v,
		     const struct phase_table *phases);

#endif
