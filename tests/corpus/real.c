/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The traces of real programs: read and decided as `soakd analyze` does, and the simple rules on their RSS column. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence.h"
#include "tests/corpus/baselines.h"
#include "tests/corpus/each.h"
#include "tests/corpus/options.h"
#include "tests/corpus/print.h"

#define ROWS_MAX 4000 /* as many as the rules take */

struct traces {
	const char *dir;
	const json_t *labels;
};

static const json_t *label_of(const struct traces *t, size_t i)
{
	return json_array_get(t->labels, i);
}

static void path_of(const struct traces *t, size_t i, char *path, size_t n)
{
	snprintf(path, n, "%s/%s", t->dir, json_get_str(label_of(t, i), "file", ""));
}

/* The rows that the blocks of evidence no longer have. */
static size_t read_rss(const char *path, double *t, double *y)
{
	struct csv_reader csv;
	struct sk_err err = { 0 };
	size_t n = 0;
	int time_field, rss_field;

	if (csv_open(&csv, path, &err) != SK_OK || csv_next(&csv, &err) != SK_OK)
		die(err.msg, "");
	time_field = csv_find(&csv, "timestamp");
	rss_field = csv_find(&csv, "rss_kb");
	if (time_field < 0 || rss_field < 0)
		die("no timestamp or no rss_kb in", path);
	while (n < ROWS_MAX && csv_next(&csv, &err) == SK_OK) {
		if (csv.n_field > (size_t)time_field && csv.n_field > (size_t)rss_field &&
		    real_parse(csv.field[time_field], &t[n], NULL) == SK_OK &&
		    real_parse(csv.field[rss_field], &y[n], NULL) == SK_OK)
			n++;
	}
	csv_close(&csv);
	for (size_t i = n; i-- > 0;)
		t[i] -= t[0];
	return n;
}

static unsigned ask_rules(const char *path)
{
	double *t = sk_calloc(2 * ROWS_MAX, sizeof(*t));
	unsigned said;
	size_t n;

	if (!t)
		die("no memory", "");
	n = read_rss(path, t, t + ROWS_MAX);
	said = baselines_say(t, t + ROWS_MAX, n);
	free(t);
	return said;
}

static void judge(size_t i, const void *context, void *result)
{
	const struct traces *t = context;
	struct outcome *o = result;
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence_file f = { 0 };
	struct sk_err err = { 0 };
	double rate = json_get_num(label_of(t, i), "rate_kb_per_h", NAN);
	char path[4096];

	path_of(t, i, path, sizeof(path));
	if (!v || evidence_read(path, SERIES_ONLINE, &f, &err) != SK_OK || verdict_decide(&f.ev, &opt, v, &err) != SK_OK)
		die(v ? err.msg : "no memory", "");
	*o = (struct outcome){ .leaking = json_get_bool(label_of(t, i), "leaking", 0),
			       .said = v->main.verdict,
			       .kind = v->main.kind };
	o->right = o->leaking == (o->said == VERDICT_LEAK);
	o->rated = o->leaking && o->right && isfinite(rate);
	o->rate_error = v->main.rate_kb_per_h / rate - 1;
	o->onset_error = NAN;
	o->rules = ask_rules(path);
	snprintf(o->why, sizeof(o->why), "%s", v->main.why);
	evidence_release(&f);
	free(v);
}

/* Verdict in a short line, and a column for each rule: L where it says leak. */
static void print_trace(const json_t *label, const struct outcome *o, bool wrong)
{
	char said[64], rate[24] = "";

	if (o->rated)
		snprintf(rate, sizeof(rate), "%+.0f %%", 100 * o->rate_error);
	printf("%c %-24s %-18s %-24s %7s ", o->right ? ' ' : '!', json_get_str(label, "file", ""),
	       json_get_str(label, "class", ""), say_verdict(o->said, o->kind, said, sizeof(said)), rate);
	for (size_t k = 0; k < n_baselines; k++)
		printf("  %c", o->rules >> k & 1 ? 'L' : '.');
	printf("\n");
	if (wrong && !o->right)
		printf("   %s\n", o->why);
}

static void print_head(const char *title)
{
	printf("\n%s\n  %-24s %-18s %-24s %7s ", title, "", "truth", "said", "rate");
	for (size_t k = 0; k < n_baselines; k++)
		printf(" %2zu", k + 1);
	printf("\n");
}

static bool is_hidden(const json_t *label)
{
	return strcmp(json_get_str(label, "detectability", ""), "hidden") == 0;
}

static void print_traces(const struct traces *t, const struct outcome *o, bool hidden, struct tally *sum, bool wrong)
{
	for (size_t i = 0; i < json_array_size(t->labels); i++) {
		if (is_hidden(label_of(t, i)) != hidden)
			continue;
		print_trace(label_of(t, i), &o[i], wrong);
		tally_outcome(sum, &o[i]);
	}
}

void real_traces(const char *dir, const struct options *opt)
{
	struct tally sum = { 0 }, hidden = { 0 };
	struct sk_err err = { 0 };
	json_t *labels = NULL;
	struct outcome *o;
	char path[4096];

	snprintf(path, sizeof(path), "%s/labels.json", dir);
	if (json_read_file(path, &labels, &err) != SK_OK)
		die(err.msg, "");
	o = each(json_array_size(labels), sizeof(*o), judge, &(struct traces){ dir, labels });
	print_head("Traces of real programs; rate: against the injected one; 1, 2...: the rules below, L: says leak");
	print_traces(&(struct traces){ dir, labels }, o, false, &sum, opt->wrong);
	printf("%zu traces: F1 %.3f, %zu of %zu leaks found, %zu false alarms of %zu, %zu suspected\n", sum.runs,
	       score_f1(&sum.ours), sum.ours.found, sum.ours.leaks, sum.ours.alarms, sum.ours.quiet,
	       sum.verdict[VERDICT_SUSPECTED]);
	print_head("Leaks that memory does not show within the trace (in no sum)");
	print_traces(&(struct traces){ dir, labels }, o, true, &hidden, opt->wrong);
	print_rules("The rules that people use, on RSS of the same traces (soakd: on the whole file)", &sum);
	each_free(o, json_array_size(labels), sizeof(*o));
	tally_release(&sum);
	tally_release(&hidden);
	json_decref(labels);
}
