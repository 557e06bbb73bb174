/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How to reproduce it, in the few lines that a page has room for: the command; programs, machine and limits; what was sampled, at
 * what cost and with what method. The same facts as in report.md, short: what needs an explanation (what was not read, and why) is
 * there alone. Digests are cut; the whole one of the data is in the PNG's text and in report.md.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"
#include "version.h"

#define BREAKING_DOT "\302\240\302\267 " /* U+00B7 between things; a line breaks behind it */
#define DIGITS       12                  /* of a commit, a build id or a digest: enough to tell one from another */
#define LINES        3
#define COMMAND_MOST 400 /* bytes */

static void join(struct text *t, const char *before, const char *s)
{
	if (!s || !*s)
		return;
	text_add(t, t->len > 0 ? BREAKING_DOT : "");
	text_add(t, before);
	add_plain(t, s);
}

static void join_digits(struct text *t, const char *before, const char *s)
{
	char cut[DIGITS + 1] = "";

	snprintf(cut, sizeof(cut), "%.*s", DIGITS, s ? s : "");
	join(t, before, cut);
}

static void programs(struct text *t, const struct evidence_file *f)
{
	const json_t *soakd = json_object_get(f->run, "soakd"), *target = json_object_get(f->run, "target_info");
	const char *version = json_get_str(target, "version", NULL);
	const char *on = version ? strstr(version, " on ") : NULL;
	struct text what = TEXT_INIT;

	/* PostgreSQL goes on with the machine and the compiler, which report.md has */
	text_addn(&what, version ? version : "", on ? (size_t)(on - version) : version ? strlen(version) : 0);
	text_addf(t, "soakd %s (%.*s)", json_get_str(soakd, "version", SOAKD_VERSION), DIGITS,
		  json_get_str(soakd, "commit", SOAKD_COMMIT));
	join(t, "", version ? text_str(&what) : report_program(f));
	text_release(&what);
	join_digits(t, "build ", json_get_str(target, "build_id", NULL));
}

static void host(struct text *t, const struct evidence_file *f)
{
	const json_t *h = json_object_get(f->run, "host"), *set = json_object_get(h, "allocator_settings");
	double cpus = json_get_num(h, "cpus", NAN), memory = json_get_num(h, "memory_kb", NAN);
	const char *libc = json_get_str(h, "libc", NULL), *allocator = json_get_str(h, "allocator", NULL);
	char buf[40];

	join(t, "Linux ", json_get_str(h, "kernel", NULL));
	join(t, "", json_get_str(h, "machine", NULL));
	if (isfinite(cpus))
		text_addf(t, "%s%.0f CPU%s", t->len > 0 ? BREAKING_DOT : "", cpus, cpus == 1 ? "" : "s");
	if (isfinite(memory))
		join(t, "", fmt_kb(buf, sizeof(buf), memory));
	join(t, "", libc);
	if (!libc || !allocator || strcmp(allocator, "glibc malloc") != 0) /* glibc's own goes without saying */
		join(t, "", allocator);
	for (size_t i = 0; i < json_array_size(set); i++)
		join(t, "", json_string_value(json_array_get(set, i)));
}

static void memory(struct text *t, const struct evidence_file *f)
{
	const json_t *h = json_object_get(f->run, "host");
	double swap = json_get_num(h, "swap_kb", NAN), overcommit = json_get_num(h, "overcommit", NAN);
	double limit = json_get_num(f->run, "limit_kb", NAN);
	char buf[40];

	if (isfinite(limit) && limit != json_get_num(h, "memory_kb", NAN)) /* that has been said */
		join(t, "limit ", fmt_kb(buf, sizeof(buf), limit));
	join(t, "THP ", json_get_str(h, "thp", NULL));
	if (isfinite(overcommit))
		text_addf(t, "%sovercommit %.0f", t->len > 0 ? BREAKING_DOT : "", overcommit);
	if (swap > 0)
		join(t, "swap ", fmt_kb(buf, sizeof(buf), swap));
	else if (isfinite(swap))
		join(t, "", "no swap");
}

static void samples(struct text *t, const struct evidence_file *f, const struct verdict *v)
{
	double expected = json_get_num(f->run, "expected_rows", NAN), extra = json_get_num(f->run, "extra_rows", 0);
	double every = isfinite(f->step_median_s) ? f->step_median_s : f->ev.interval_s;
	const struct series *missed = evidence_column(f, "missed");
	char buf[40];

	text_addf(t, "%s%.0f", t->len > 0 ? BREAKING_DOT : "", fmax((double)v->samples - extra, 0));
	if (isfinite(expected))
		text_addf(t, " of %.0f", expected);
	text_addf(t, " sample%s", v->samples == 1 && !isfinite(expected) ? "" : "s");
	if (isfinite(every))
		text_addf(t, ", one each %s", fmt_duration(buf, sizeof(buf), every));
	if (f->step_longest_s > 1.5 * f->step_median_s) /* else it is the same */
		text_addf(t, " (at most %s)", fmt_duration(buf, sizeof(buf), f->step_longest_s));
	if (missed && missed->last_y > 0)
		text_addf(t, ", %.0f missed", missed->last_y);
	text_addf(t, BREAKING_DOT "%llu gap%s", (unsigned long long)v->gaps, v->gaps == 1 ? "" : "s");
	text_addf(t, BREAKING_DOT "%llu restart%s", (unsigned long long)v->restarts, v->restarts == 1 ? "" : "s");
	fmt_utc(buf, sizeof(buf), f->first_unix);
	text_addf(t, BREAKING_DOT "from %.10s %.5sZ", buf, strlen(buf) > 16 ? buf + 11 : "");
}

static void cost(struct text *t, const struct evidence_file *f)
{
	const json_t *c = json_object_get(f->run, "cost");
	double share = json_get_num(c, "cpu_share", NAN), stall = json_get_num(c, "worst_stall_ms", NAN);

	if (isfinite(share))
		text_addf(t, "%scost %.2g %% of one CPU", t->len > 0 ? BREAKING_DOT : "", 100 * share);
	if (isfinite(stall))
		text_addf(t, "%slongest stall %.3g ms", t->len > 0 ? BREAKING_DOT : "", stall);
}

static void method(struct text *t, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;

	if (v->gate != GATE_NONE || !isfinite(m->detectable_kb_per_h))
		return;
	text_addf(t, "%sdetects growth from ", t->len > 0 ? BREAKING_DOT : "");
	add_rate(t, m->column, m->detectable_kb_per_h);
	text_add(t, " (trend of block medians)");
}

static const char *fact_named(const struct report_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n; i++)
		if (strcmp(facts->fact[i].name, name) == 0)
			return facts->fact[i].text;
	return NULL;
}

/* What is longer is whole in report.md, and would take the place of the other lines. */
static void cut(struct text *t)
{
	if (t->len <= COMMAND_MOST || t->failed)
		return;
	t->len = utf8_fit(t->s, COMMAND_MOST);
	text_add(t, MORE);
}

/* Takes the line over; an empty one is none. */
static bool add_line(struct scene *s, struct text *t)
{
	bool failed = t->failed;

	if (failed || t->len == 0 || s->n_footer == LINES) {
		text_release(t);
		return !failed;
	}
	s->footer[s->n_footer] = text_take(t);
	return s->footer[s->n_footer++] != NULL;
}

/* Of a command that may begin with our own name, or a path to it, what is behind that. */
static const char *words_of(const char *command)
{
	size_t first = command ? strcspn(command, " ") : 0, name = strlen("soakd");

	if (first < name || strncmp(command + first - name, "soakd", name) != 0 ||
	    (first > name && command[first - name - 1] != '/'))
		return command;
	return command + first + strspn(command + first, " ");
}

/* The command has "--scenario postgres/mixed" already, unless that comes out of a file. */
static bool names_workload(const char *command, const char *workload)
{
	struct text name = TEXT_INIT;
	bool named = false;

	text_addn(&name, workload ? workload : "", workload ? strcspn(workload, " ") : 0);
	named = command && name.len > 0 && strstr(command, text_str(&name));
	text_release(&name);
	return named;
}

bool report_footer(const struct evidence_file *f, const struct verdict *v, const struct report_facts *facts, struct scene *s)
{
	struct text t[LINES] = { TEXT_INIT };
	const char *command = fact_named(facts, "command"), *workload = fact_named(facts, "workload");
	bool ok;

	s->footer = sk_calloc(LINES, sizeof(*s->footer));
	ok = s->footer != NULL;
	join(&t[0], "$ soakd ", words_of(command));
	cut(&t[0]);
	programs(&t[1], f);
	host(&t[1], f);
	memory(&t[1], f);
	if (!names_workload(command, workload))
		join(&t[1], "", workload);
	samples(&t[1], f, v);
	cost(&t[1], f);
	join_digits(&t[1], "data sha256 ", facts->sha256);
	method(&t[1], v);
	join(&t[2], "", *f->note ? f->note : NULL);
	for (size_t i = 0; i < LINES; i++) {
		if (ok)
			ok = add_line(s, &t[i]);
		else
			text_release(&t[i]);
	}
	return ok;
}
