/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a run was run, so that somebody else can run it again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"
#include "soakd/workload.h"
#include "version.h"

#define FACT_MOST 4000 /* bytes of a fact */

void report_facts_release(struct report_facts *facts)
{
	for (size_t i = 0; i < facts->n; i++)
		free(facts->fact[i].text);
	memset(facts, 0, sizeof(*facts));
}

/* Takes the text over, its first FACT_MOST bytes; an empty one is no fact. */
static bool add_fact(struct report_facts *facts, const char *name, struct text *t)
{
	if (t->len > FACT_MOST && !t->failed) { /* a command of 250 KB is no text for an issue, nor for a page */
		size_t left = t->len;

		t->len = utf8_fit(t->s, FACT_MOST);
		t->s[t->len] = '\0';
		text_addf(t, MORE " (%zu bytes more)", left - t->len);
	}
	bool failed = t->failed;

	if (t->len == 0 || failed || facts->n == FACTS_MAX) {
		text_release(t);
		return !failed;
	}
	facts->fact[facts->n++] = (struct report_fact){ name, t->s };
	*t = (struct text)TEXT_INIT;
	return true;
}

/* A word of a command as a shell would need it. */
static void add_word(struct text *t, const char *word)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=:,@%+";

	if (*word && word[strspn(word, safe)] == '\0') {
		text_add(t, word);
		return;
	}
	struct text quoted = TEXT_INIT;

	for (; *word; word++) {
		if (*word == '\'')
			text_add(&quoted, "'\\''");
		else
			text_addc(&quoted, *word);
	}
	text_addc(t, '\'');
	add_plain(t, text_str(&quoted));
	text_addc(t, '\'');
	t->failed |= quoted.failed;
	text_release(&quoted);
}

static void command(struct text *t, const struct evidence_file *f)
{
	const json_t *words = json_object_get(f->run, "command");

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *w = json_string_value(json_array_get(words, i));

		if (i > 0)
			text_addc(t, ' ');
		add_word(t, w ? w : "");
	}
}

static void add_key(struct text *t, const json_t *o, const char *key, const char *before)
{
	const char *s = json_get_str(o, key, NULL);

	if (!s || !*s)
		return;
	if (t->len > 0)
		text_add(t, DOT);
	text_add(t, before);
	add_plain(t, s);
}

static void programs(struct text *t, const struct evidence_file *f)
{
	const json_t *soakd = json_object_get(f->run, "soakd"), *target = json_object_get(f->run, "target_info");

	text_addf(t, "soakd %s", json_get_str(soakd, "version", SOAKD_VERSION));
	text_addf(t, " (%.12s)", json_get_str(soakd, "commit", SOAKD_COMMIT));
	add_key(t, target, "version", "");
	add_key(t, target, "comm", "");
	add_key(t, target, "exe", "");
	add_key(t, target, "build_id", "build ");
}

static void host(struct text *t, const struct evidence_file *f)
{
	const json_t *h = json_object_get(f->run, "host");
	double cpus = json_get_num(h, "cpus", NAN), memory = json_get_num(h, "memory_kb", NAN);
	char buf[40];

	add_key(t, h, "kernel", "Linux ");
	add_key(t, h, "machine", "");
	if (isfinite(cpus))
		text_addf(t, DOT "%.0f CPU%s", cpus, cpus == 1 ? "" : "s");
	if (isfinite(memory))
		text_addf(t, DOT "%s memory", fmt_kb(buf, sizeof(buf), memory));
}

/* Whose malloc, and what tunes it. */
static void allocator(struct text *t, const struct evidence_file *f)
{
	const json_t *h = json_object_get(f->run, "host"), *set = json_object_get(h, "allocator_settings");

	add_key(t, h, "libc", "");
	add_key(t, h, "allocator", "");
	for (size_t i = 0; i < json_array_size(set); i++) {
		const char *name = json_string_value(json_array_get(set, i));

		if (!name)
			continue;
		text_add(t, t->len > 0 ? DOT : "");
		add_plain(t, name);
	}
}

/* What the kernel does with memory, and how much of it the target may have. */
static void memory_habits(struct text *t, const struct evidence_file *f)
{
	const json_t *h = json_object_get(f->run, "host");
	double swap = json_get_num(h, "swap_kb", NAN), overcommit = json_get_num(h, "overcommit", NAN);
	double limit = json_get_num(f->run, "limit_kb", NAN), memory = json_get_num(h, "memory_kb", NAN);
	char buf[40];

	if (isfinite(limit))
		text_addf(t, "limit %s%s", fmt_kb(buf, sizeof(buf), limit), limit == memory ? " (all there is)" : "");
	add_key(t, h, "thp", "huge pages ");
	if (isfinite(overcommit))
		text_addf(t, "%sovercommit %.0f", t->len > 0 ? DOT : "", overcommit);
	if (isfinite(swap))
		text_addf(t, "%s%s%s", t->len > 0 ? DOT : "", swap > 0 ? "swap " : "no swap",
			  swap > 0 ? fmt_kb(buf, sizeof(buf), swap) : "");
}

static double last_of(const struct evidence_file *f, const char *column)
{
	const struct series *s = evidence_column(f, column);

	return s ? s->last_y : NAN;
}

static void samples(struct text *t, const struct evidence_file *f, const struct verdict *v)
{
	double expected = json_get_num(f->run, "expected_rows", NAN), missed = last_of(f, "missed");
	double extra = fmin(json_get_num(f->run, "extra_rows", 0), (double)v->samples);
	char buf[40];

	text_addf(t, "%.0f", (double)v->samples - extra);
	if (isfinite(expected))
		text_addf(t, " of %.0f", expected);
	if (isfinite(f->ev.interval_s))
		text_addf(t, ", one each %s", fmt_duration(buf, sizeof(buf), f->ev.interval_s));
	if (isfinite(f->step_median_s)) {
		text_addf(t, " (median %s", fmt_duration(buf, sizeof(buf), f->step_median_s));
		text_addf(t, ", longest %s)", fmt_duration(buf, sizeof(buf), f->step_longest_s));
	}
	if (extra > 0)
		text_addf(t, ", %.0f beside", extra);
	if (missed > 0)
		text_addf(t, ", %.0f missed", missed);
	text_addf(t, DOT "gaps: %llu" DOT "restarts: %llu", (unsigned long long)v->gaps, (unsigned long long)v->restarts);
	text_addf(t, DOT "%s to", fmt_utc(buf, sizeof(buf), f->first_unix));
	text_addf(t, " %s", fmt_utc(buf, sizeof(buf), f->last_unix));
}

/* Of wall time, as --overhead is: what start, end and epochs take comes beside it, and is seen here. */
static void page_tables(struct text *out, const json_t *c, const char *between)
{
	double spent = json_get_num(c, "exact_s", NAN), share = json_get_num(c, "exact_share", NAN);
	double budget = json_get_num(c, "budget_share", NAN), epochs = json_get_num(c, "whole_epochs", NAN);

	if (!isfinite(spent) || !isfinite(share))
		return;
	text_addf(out, "%spage tables: %.2g s = %.2g %% of the time", out->len > 0 ? between : "", spent, 100 * share);
	if (isfinite(budget) && isfinite(epochs))
		text_addf(out, " (budget %g %%, %.0f epoch%s read everybody)", 100 * budget, epochs, epochs == 1 ? "" : "s");
}

void add_cost(struct text *out, const struct evidence_file *f, const char *between)
{
	const json_t *c = json_object_get(f->run, "cost");
	double cpu = json_get_num(c, "cpu_s", last_of(f, "soakd_cpu_s")),
	       stall = json_get_num(c, "worst_stall_ms", last_of(f, "stall_ms"));
	double rows = json_get_num(c, "rows", NAN), whole = json_get_num(c, "rows_with_pss", NAN);
	double span = f->last_unix - f->first_unix;
	/* null: before an interval has passed there is none; it is worked out only for runs that do not have it at all */
	double share = json_get_num(c, "cpu_share", !json_object_get(c, "cpu_share") && span > 0 ? cpu / span : NAN);

	if (isfinite(cpu))
		text_addf(out, "%.3g s CPU in all", cpu);
	if (isfinite(cpu) && isfinite(share))
		text_addf(out, ", %.2g %% of one CPU", 100 * share);
	if (stall > 0)
		text_addf(out, "%slongest read of page tables %.3g ms", out->len > 0 ? between : "", stall);
	else if (isfinite(stall))
		text_addf(out, "%slongest read of page tables: none", out->len > 0 ? between : "");
	page_tables(out, c, between);
	if (rows > 0) {
		text_addf(out, "%sPSS of all processes in %.0f of %.0f rows", out->len > 0 ? between : "", whole, rows);
		text_addf(out, ", on average of %.3g %%", 100 * json_get_num(c, "pss_share", NAN));
	}
}

static void unread(struct text *out, const json_t *j, const char *what, const char *about, const char *between)
{
	double n = json_get_num(j, "processes", 0), rss = json_get_num(j, "rss_kb", NAN);
	char buf[40];

	if (!(n > 0))
		return;
	text_addf(out, "%s%s of ", out->len > 0 ? between : "", what);
	add_plain(out, json_get_str(j, "role", "?"));
	text_addf(out, " (pid %.0f", json_get_num(j, "pid", NAN));
	if (isfinite(rss))
		text_addf(out, ", %s", fmt_kb(buf, sizeof(buf), rss));
	text_addf(out, ", one read would take %s%.0f ms)", about, json_get_num(j, "read_ms", NAN));
	if (n > 1)
		text_addf(out, " and %.0f more", n - 1);
}

void add_not_read(struct text *out, const struct evidence_file *f, const char *between)
{
	const json_t *c = json_object_get(f->run, "cost");

	unread(out, json_object_get(c, "not_read"), "page tables", "", between);
	unread(out, json_object_get(c, "smaps_not_read"), "full smaps", "at least ", between);
	if (out->len > 0)
		text_add(out, "; --allow-stall lifts this");
}

static void method(struct text *t, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;

	text_add(t, "trend of block medians, errors that allow for autocorrelation");
	if (isfinite(m->detectable_kb_per_h)) {
		text_add(t, DOT "detectable ");
		add_rate(t, m->column, m->detectable_kb_per_h);
	}
	if (isfinite(m->theil_sen_kb_per_h)) {
		text_add(t, DOT "Theil-Sen ");
		add_rate(t, m->column, m->theil_sen_kb_per_h);
	}
	if (isfinite(m->ols_slope_kb_per_h)) {
		text_add(t, DOT "least squares ");
		add_rate(t, m->column, m->ols_slope_kb_per_h);
	}
}

static void workload(struct text *t, const struct evidence_file *f)
{
	double seed = json_get_num(f->run, "seed", NAN);

	workload_words(f->run, t);
	if (t->len > 0 && isfinite(seed))
		text_addf(t, DOT "seed %.0f", seed);
}

/* Not the path: it names people and machines. The digest names the data. */
static void data(struct text *t, const struct evidence_file *f, struct report_facts *facts)
{
	const char *shown = f->dir ? f->csv : f->path, *base = strrchr(shown, '/');

	if (strcmp(f->csv, "-") != 0 && *f->sha256) {
		memcpy(facts->sha256, f->sha256, sizeof(facts->sha256));
		add_plain(t, base ? base + 1 : shown);
		text_addf(t, " sha256 %s", facts->sha256);
	}
	if (*f->note) {
		text_add(t, t->len > 0 ? DOT : "");
		add_plain(t, f->note);
	}
}

enum sk_code report_facts(const struct evidence_file *f, const struct verdict *v, struct report_facts *out, struct sk_err *err)
{
	/* by importance: where a text has no room for all, the last ones are left out; what proves it goes before where it was */
	static const char *const names[] = { "command",      "redacted", "programs", "samples",   "data",
					     "method",       "workload", "host",     "allocator", "memory",
					     "soakd's cost", "not read", "settings" };
	struct text t[sizeof(names) / sizeof(*names)] = { TEXT_INIT };
	bool ok = true;

	memset(out, 0, sizeof(*out));
	command(&t[0], f);
	text_add(&t[1], f->redacted ? f->redacted : "");
	programs(&t[2], f);
	samples(&t[3], f, v);
	data(&t[4], f, out);
	method(&t[5], v);
	workload(&t[6], f);
	host(&t[7], f);
	allocator(&t[8], f);
	memory_habits(&t[9], f);
	add_cost(&t[10], f, DOT);
	add_not_read(&t[11], f, DOT);
	add_settings(&t[12], f->run);
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		ok = add_fact(out, names[i], &t[i]) && ok;
	if (ok)
		return SK_OK;
	report_facts_release(out);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
}
