/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eight columns twice: with blanks for the terminal, with bars for Markdown. */
#include "soakd/operations_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/operations.h"

#define FIGURES 7
#define FIGURE  16 /* bytes of a figure's text: "12.3 k", "1.02 ms", "3 h 25 min" */

static const char *const head[1 + FIGURES] = { "operation", "operations", "per second", "errors", "p50", "p95", "p99", "max" };
static const char *const key[1 + FIGURES] = { "kind", "ops", "per_s", "errors", "p50_us", "p95_us", "p99_us", "max_us" };

struct line {
	const char *name;
	double ops;
	char figure[FIGURES][FIGURE];
};

struct table {
	struct line line[OPERATIONS_MAX];
	size_t n;
};

/* Microseconds: below a millisecond as such, above as other durations are. */
static void add_us(char *buf, size_t n, double v)
{
	struct text t = TEXT_INIT;

	if (v >= 999.5) {
		fmt_duration(buf, n, v / 1e6);
		return;
	}
	text_addf(&t, v < 0 ? "-" : "%.3g us", v);
	snprintf(buf, n, "%s", text_str(&t));
	text_release(&t);
}

static void read_line(struct line *l, const json_t *j)
{
	l->name = json_get_str(j, "kind", "?");
	l->ops = json_get_num(j, "ops", NAN);
	for (size_t i = 0; i < FIGURES; i++) {
		double v = json_get_num(j, key[1 + i], NAN);

		if (isnan(v))
			snprintf(l->figure[i], FIGURE, "-");
		else if (i < 3)
			fmt_count(l->figure[i], FIGURE, v);
		else
			add_us(l->figure[i], FIGURE, v);
	}
}

/* By how often, those without a number last; equal ones in their order. */
static void fill(struct table *t, const json_t *run)
{
	const json_t *all = json_object_get(run, "operations");

	t->n = 0;
	for (size_t i = 0; i < json_array_size(all) && t->n < OPERATIONS_MAX; i++) {
		struct line l;
		size_t at = t->n++;

		read_line(&l, json_array_get(all, i));
		for (; at > 0 && !(t->line[at - 1].ops >= l.ops) && !isnan(l.ops); at--)
			t->line[at] = t->line[at - 1];
		t->line[at] = l;
	}
}

static size_t wider(size_t wide, const char *s)
{
	return utf8_width(s) > wide ? utf8_width(s) : wide;
}

static void human_line(struct text *out, const char *before, const char *name, size_t first, const char *const *figure,
		       const size_t *wide)
{
	char *plain = plain_dup(name);

	out->failed |= !plain;
	text_addf(out, "%-14s", before);
	text_add_left(out, plain ? plain : "", first);
	free(plain);
	for (size_t i = 0; i < FIGURES; i++) {
		text_add(out, "  ");
		text_add_right(out, figure[i], wide[i]);
	}
	text_addc(out, '\n');
}

void operations_table_human(struct text *out, const json_t *run)
{
	struct table t;
	size_t first = utf8_width(head[0]), wide[FIGURES];

	fill(&t, run);
	if (t.n == 0)
		return;
	for (size_t i = 0; i < FIGURES; i++)
		wide[i] = utf8_width(head[1 + i]);
	for (size_t k = 0; k < t.n; k++) {
		first = wider(first, t.line[k].name);
		for (size_t i = 0; i < FIGURES; i++)
			wide[i] = wider(wide[i], t.line[k].figure[i]);
	}
	human_line(out, "  operations:", head[0], first, head + 1, wide);
	for (size_t k = 0; k < t.n; k++) {
		const char *figure[FIGURES];

		for (size_t i = 0; i < FIGURES; i++)
			figure[i] = t.line[k].figure[i];
		human_line(out, "", t.line[k].name, first, figure, wide);
	}
}

void operations_table_markdown(struct text *out, const json_t *run)
{
	struct table t;

	fill(&t, run);
	if (t.n == 0)
		return;
	text_addc(out, '\n');
	for (size_t i = 0; i <= FIGURES; i++)
		text_addf(out, "| %s ", head[i]);
	text_add(out, "|\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
	for (size_t k = 0; k < t.n && k < OPERATIONS_SHOWN; k++) {
		text_add(out, "| ");
		add_markdown(out, t.line[k].name);
		for (size_t i = 0; i < FIGURES; i++) {
			text_add(out, " | ");
			add_markdown_figures(out, t.line[k].figure[i]);
		}
		text_add(out, " |\n");
	}
	if (t.n > OPERATIONS_SHOWN)
		text_addf(out, "\nand %zu kinds more, in operations.csv and run.json\n", t.n - OPERATIONS_SHOWN);
}
