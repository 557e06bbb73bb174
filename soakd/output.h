/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts in each --format, as run, analyze and report print them. */
#ifndef SOAKD_OUTPUT_H
#define SOAKD_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "analysis/verdict.h"
#include "base/text.h"
#include "soakd/phase_table.h"
#include "soakd/cmds.h"

/*
 * One verdict to `out`, with the phases of its run and its run.json, or NULL; alone: for people these phases are the result, and not
 * the verdict. json: the object alone, with a newline.
 */
void output_verdict(const struct verdict *v, const struct phase_table *phases, bool alone, const json_t *run, const char *path,
		    enum out_format format, FILE *out);

/*
 * Several, each written as soon as it is there: output_init, then output_add for each input in order, then output_end.
 * json: one input the object, several an array. v NULL: that input failed with `error`; it still has its place.
 */
struct output {
	enum out_format format;
	FILE *out;
	size_t inputs, done;
	bool colour;
	const json_t *run; /* run.json of the next input, borrowed; NULL: it has none */
	const struct phase_table *phases; /* of the next input; NULL: it has none */
	bool phases_alone;
};
void output_init(struct output *o, enum out_format format, size_t inputs, FILE *out);
void output_add(struct output *o, const char *path, const struct verdict *v, const char *error);
void output_end(struct output *o);

/* <testsuite> of one input, indented by two blanks: a testcase for the run, one for each series and one for each budget. */
void junit_suite(struct text *out, const char *path, const struct verdict *v, const struct phase_table *phases,
		 const char *error);

#endif
