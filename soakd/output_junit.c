/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JUnit XML (junit.h says which). GitLab shows nothing but the text of a testcase, so the numbers are there. The cases are written
 * before the element that counts them: what was counted is what was written.
 */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/junit.h"
#include "soakd/output.h"
#include "soakd/report_internal.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

enum outcome { PASSED, FAILED, SKIPPED, BROKEN, OUTCOMES };
static const char *const element[OUTCOMES] = { "system-out", "failure", "skipped", "error" };

struct cases {
	struct text text;
	const char *classname;
	size_t n[OUTCOMES];
};

/* `message` stands in one line of a summary, `body` in the case; both are cleaned here. time_s NaN: none. */
static void add_case(struct cases *c, const char *name, double time_s, enum outcome how, const char *message, const char *body)
{
	struct text *out = &c->text;

	text_add(out, "    <testcase classname=\"");
	add_xml(out, c->classname);
	text_add(out, "\" name=\"");
	add_xml(out, name);
	if (isfinite(time_s))
		text_addf(out, "\" time=\"%.3f", time_s);
	text_addf(out, "\"><%s", element[how]);
	if (how != PASSED) {
		text_add(out, " message=\"");
		add_xml(out, message);
		text_addc(out, '"');
	}
	text_addc(out, '>');
	add_xml_lines(out, body);
	text_addf(out, "</%s></testcase>\n", element[how]);
	c->n[how]++;
}

static enum outcome outcome_of(enum verdict_class c, bool run_leaks)
{
	if (c == VERDICT_LEAK) /* growth of a column that the run's verdict explains otherwise fails nothing */
		return run_leaks ? FAILED : PASSED;
	return c == VERDICT_SUSPECTED || c == VERDICT_INSUFFICIENT ? SKIPPED : PASSED;
}

static void add_levels(struct text *out, const struct series_verdict *s)
{
	if (!isfinite(s->start_kb) || !isfinite(s->end_kb))
		return;
	text_add(out, "\nfrom ");
	add_level(out, s->column, s->start_kb);
	text_add(out, " to ");
	add_level(out, s->column, s->end_kb);
}

/* The numbers, a line each: what is not known has none. */
static void add_body(struct text *out, const struct series_verdict *s, const char *headline)
{
	text_addf(out, "%s: %s", headline, s->why);
	if (isfinite(s->rate_kb_per_h)) {
		text_addf(out, "\n%s ", s->column);
		add_rate_interval(out, s->column, s);
	}
	if (s->verdict == VERDICT_LEAK && (isfinite(s->per_op_bytes) || isfinite(s->per_connection_bytes))) {
		text_add(out, "\n");
		add_per_op(out, s);
	}
	add_levels(out, s);
	if (isfinite(s->p_value))
		text_addf(out, "\np %.2g", s->p_value);
	if (isfinite(s->detectable_kb_per_h)) {
		text_add(out, "\ndetectable ");
		add_rate(out, s->column, s->detectable_kb_per_h);
	}
	text_addf(out, "\n%llu samples\n", (unsigned long long)s->samples);
}

/* Of a leak its size, of what could not be decided the sentence that says why. */
static void add_series(struct cases *c, const char *name, const struct series_verdict *s, enum outcome how, double time_s,
		       const char *headline)
{
	struct text body = TEXT_INIT, message = TEXT_INIT;

	if (how == FAILED && isfinite(s->rate_kb_per_h)) {
		text_addf(&message, "%s: %s ", headline, report_label(s->column));
		add_rate_interval(&message, s->column, s);
	} else {
		text_add(&message, s->why);
	}
	add_body(&body, s, headline);
	add_case(c, name, time_s, how, text_str(&message), text_str(&body));
	c->text.failed |= body.failed || message.failed;
	text_release(&body);
	text_release(&message);
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
static void add_budget(struct cases *c, const struct budget_kept *b)
{
	enum outcome how = b->exceeded ? FAILED : isnan(b->worst) ? SKIPPED : PASSED;
	struct text words = TEXT_INIT, name = TEXT_INIT;

	phase_budget_told(b, &words);
	text_addf(&name, "budget %s %s", b->phase, b->column);
	add_case(c, text_str(&name), NAN, how, text_str(&words), text_str(&words));
	c->text.failed |= words.failed || name.failed;
	text_release(&words);
	text_release(&name);
}

static void add_cases(struct cases *c, const struct junit_suite *suite, const struct verdict *v, const struct phase_table *phases)
{
	add_series(c, "verdict", &v->main, outcome_of_run(v), suite->time_s, verdict_headline(v));
	for (size_t i = 0; i < v->n_series; i++) {
		const struct series_verdict *s = &v->series[i];

		add_series(c, s->column, s, outcome_of_series(v, s), NAN, verdict_headline_word(s->verdict));
	}
	for (size_t i = 0; phases && i < phases->n_budget; i++)
		add_budget(c, &phases->budget[i]);
	for (size_t i = 0; i < suite->n_checks; i++) {
		const struct junit_check *k = &suite->check[i];

		add_case(c, k->name, NAN, k->error ? BROKEN : PASSED, k->error, k->error ? k->error : k->passed);
	}
}

/* tests counts the cases, time is in seconds, timestamp has no zone in JUnit: it is UTC. */
static void add_opening(struct text *out, const struct junit_suite *suite, const size_t n[OUTCOMES])
{
	char at[40];

	text_add(out, "  <testsuite name=\"");
	add_xml(out, suite->name);
	text_addf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		  n[PASSED] + n[FAILED] + n[SKIPPED] + n[BROKEN], n[FAILED], n[BROKEN], n[SKIPPED]);
	if (isfinite(suite->time_s))
		text_addf(out, " time=\"%.3f\"", suite->time_s);
	if (isfinite(suite->start_unix)) {
		fmt_utc(at, sizeof(at), suite->start_unix);
		text_addf(out, " timestamp=\"%.*s\"", (int)strcspn(at, "Z"), at);
	}
	text_add(out, ">\n");
	if (suite->n_properties == 0)
		return;
	text_add(out, "    <properties>\n");
	for (size_t i = 0; i < suite->n_properties; i++) {
		text_addf(out, "      <property name=\"%s\" value=\"", suite->property[i].name);
		add_xml(out, suite->property[i].value);
		text_add(out, "\"/>\n");
	}
	text_add(out, "    </properties>\n");
}

void junit_add_suite(struct text *out, const struct junit_suite *suite, const struct verdict *v, const struct phase_table *phases)
{
	struct cases c = { .text = TEXT_INIT, .classname = suite->classname };

	add_cases(&c, suite, v, phases);
	add_opening(out, suite, c.n);
	text_add(out, text_str(&c.text));
	out->failed |= c.text.failed;
	text_release(&c.text);
	text_add(out, "  </testsuite>\n");
}

/* An input that could not be read: a suite of one error. */
static void add_unreadable(struct text *out, const char *path, const char *error)
{
	const struct junit_suite suite = { .name = path, .start_unix = NAN, .time_s = NAN };
	struct cases c = { .text = TEXT_INIT, .classname = "soakd" };

	add_case(&c, path, NAN, BROKEN, error, error);
	add_opening(out, &suite, c.n);
	text_add(out, text_str(&c.text));
	out->failed |= c.text.failed;
	text_release(&c.text);
	text_add(out, "  </testsuite>\n");
}

void junit_suite(struct text *out, const char *path, const struct verdict *v, const struct phase_table *phases, const char *error)
{
	struct text classname = TEXT_INIT;

	text_addf(&classname, "soakd.%s", path);
	const struct junit_suite suite = { .name = path, .classname = text_str(&classname), .start_unix = NAN, .time_s = NAN };

	if (v)
		junit_add_suite(out, &suite, v, phases);
	else
		add_unreadable(out, path, error);
	out->failed |= classname.failed;
	text_release(&classname);
}
