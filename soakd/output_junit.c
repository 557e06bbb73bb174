/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JUnit XML: the subset that Jenkins and GitLab both read. GitLab shows nothing but the text of a testcase, so the numbers are
 * there. A leak is a failure; what could not be decided is skipped, not passed.
 */
#include <math.h>
#include <string.h>

#include "soakd/escape.h"
#include "soakd/output.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

enum outcome { PASSED, FAILED, SKIPPED };

static enum outcome outcome_of(enum verdict_class c, bool run_leaks)
{
	if (c == VERDICT_LEAK) /* growth of a column that the run's verdict explains otherwise fails nothing */
		return run_leaks ? FAILED : PASSED;
	return c == VERDICT_SUSPECTED || c == VERDICT_INSUFFICIENT ? SKIPPED : PASSED;
}

static void add_body(struct text *out, const struct series_verdict *s)
{
	text_addf(out, "%s: ", verdict_headline_word(s->verdict));
	add_xml(out, s->why);
	if (isfinite(s->rate_kb_per_h)) {
		text_add(out, "\n");
		add_xml(out, s->column);
		text_add(out, " ");
		add_rate_interval(out, s->column, s);
	}
	if (isfinite(s->detectable_kb_per_h)) {
		text_add(out, "\ndetectable ");
		add_rate(out, s->column, s->detectable_kb_per_h);
	}
	text_addf(out, "\n%llu samples\n", (unsigned long long)s->samples);
}

static void add_case(struct text *out, const char *path, const char *name, const struct series_verdict *s, enum outcome how)
{
	text_add(out, "    <testcase classname=\"soakd.");
	add_xml(out, path);
	text_add(out, "\" name=\"");
	add_xml(out, name);
	text_add(out, "\">");
	if (how != PASSED) {
		text_addf(out, "<%s message=\"", how == FAILED ? "failure" : "skipped");
		add_xml(out, s->why);
		text_add(out, "\">");
	} else {
		text_add(out, "<system-out>");
	}
	add_body(out, s);
	text_addf(out, "</%s></testcase>\n", how == FAILED ? "failure" : how == SKIPPED ? "skipped" : "system-out");
}

/* What a tool found decides in the place of growth, and may well be that all is in order. */
static enum outcome outcome_of_run(const struct verdict *v)
{
	return v->gate == GATE_KEPT ? PASSED : outcome_of(v->main.verdict, verdict_leaking(v));
}

/* The load generator is not what is tested: its leak is told in the text of its case, and fails nothing. */
static enum outcome outcome_of_series(const struct verdict *v, const struct series_verdict *s)
{
	return outcome_of(s->verdict, verdict_leaking(v) && strcmp(s->column, DRIVER_COLUMN) != 0);
}

/* A budget that was not measured in any round is skipped, not kept. */
static enum outcome budget_outcome(const struct budget_kept *b)
{
	return b->exceeded ? FAILED : isnan(b->worst) ? SKIPPED : PASSED;
}

static void add_budget(struct text *out, const char *path, const struct budget_kept *b)
{
	static const char *const element[] = { [PASSED] = "system-out", [FAILED] = "failure", [SKIPPED] = "skipped" };
	enum outcome how = budget_outcome(b);
	struct text words = TEXT_INIT;

	phase_budget_told(b, &words);
	text_add(out, "    <testcase classname=\"soakd.");
	add_xml(out, path);
	text_add(out, "\" name=\"budget ");
	add_xml(out, b->phase);
	text_addc(out, ' ');
	add_xml(out, b->column);
	text_addf(out, "\"><%s", element[how]);
	if (how != PASSED) {
		text_add(out, " message=\"");
		add_xml(out, text_str(&words));
		text_addc(out, '"');
	}
	text_addc(out, '>');
	add_xml(out, text_str(&words));
	text_addf(out, "</%s></testcase>\n", element[how]);
	text_release(&words);
}

static size_t count_budgets(const struct phase_table *t, enum outcome how)
{
	size_t n = 0;

	for (size_t i = 0; t && i < t->n_budget; i++)
		n += budget_outcome(&t->budget[i]) == how;
	return n;
}

static size_t count(const struct verdict *v, enum outcome how)
{
	size_t n = outcome_of_run(v) == how;

	for (size_t i = 0; i < v->n_series; i++)
		n += outcome_of_series(v, &v->series[i]) == how;
	return n;
}

void junit_suite(struct text *out, const char *path, const struct verdict *v, const struct phase_table *phases, const char *error)
{
	text_add(out, "  <testsuite name=\"");
	add_xml(out, path);
	if (!v) {
		text_add(out,
			 "\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    <testcase classname=\"soakd\" name=\"");
		add_xml(out, path);
		text_add(out, "\"><error message=\"");
		add_xml(out, error);
		text_add(out, "\">");
		add_xml(out, error);
		text_add(out, "</error></testcase>\n  </testsuite>\n");
		return;
	}
	text_addf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		  v->n_series + 1 + (phases ? phases->n_budget : 0), count(v, FAILED) + count_budgets(phases, FAILED),
		  count(v, SKIPPED) + count_budgets(phases, SKIPPED));
	add_case(out, path, "verdict", &v->main, outcome_of_run(v));
	for (size_t i = 0; i < v->n_series; i++)
		add_case(out, path, v->series[i].column, &v->series[i], outcome_of_series(v, &v->series[i]));
	for (size_t i = 0; phases && i < phases->n_budget; i++)
		add_budget(out, path, &phases->budget[i]);
	text_add(out, "  </testsuite>\n");
}
