/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of many runs, or of the combinations of a matrix, and the Markdown with it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/report_many_internal.h"
#include "soakd/words.h"

#define SHOWN 48 /* rows of the Markdown that are not folded away */

static const char *const run_columns[] = { "run", "verdict", "per hour", "95 % interval", "bytes per", "samples", "length" };
static const char *const group_columns[] = { "combination", "runs",         "verdicts", "per hour, median [span]",
					     "RSS peak",    "operations/s", "errors" };
static const char *const error_columns[] = { "not read" };

/* A row in the making: cells are added from left to right. */
struct row {
	struct many_table *t;
	size_t n;
};

/* Rows without memory are left out, and the table says that it failed. */
static struct row new_row(struct many_table *t)
{
	struct row r = { t, 0 };

	if (!t->failed && sk_grow((void **)&t->cell, &t->cap, (t->rows + 1) * t->cols, sizeof(*t->cell)) != 0)
		t->failed = true;
	if (!t->failed)
		t->rows++;
	return r;
}

/* Takes the text over. */
static void cell(struct row *r, struct text *s)
{
	struct many_table *t = r->t;
	char *plain = s->failed ? NULL : plain_dup(text_str(s));

	text_release(s);
	t->failed |= !plain;
	if (t->failed)
		free(plain);
	else
		t->cell[(t->rows - 1) * t->cols + r->n++] = plain;
}

static void cell_str(struct row *r, const char *s)
{
	struct text t = TEXT_INIT;

	text_add(&t, s);
	cell(r, &t);
}

static void header(struct many_table *t, const char *const *names, size_t n)
{
	t->cols = n;

	struct row r = new_row(t);

	for (size_t i = 0; i < n; i++)
		cell_str(&r, names[i]);
}

static void fill_up(struct row *r)
{
	while (!r->t->failed && r->n < r->t->cols)
		cell_str(r, "");
}

static void interval(struct row *r, const struct series_verdict *s)
{
	struct text t = TEXT_INIT;

	if (isfinite(s->rate_lo) && isfinite(s->rate_hi)) {
		add_rate(&t, s->column, s->rate_lo);
		text_add(&t, " to ");
		add_rate(&t, s->column, s->rate_hi);
	}
	cell(r, &t);
}

/* The sentence without the way to the run: the row says which it is. */
static const char *error_within(const struct many_run *run)
{
	size_t n = run->path ? strlen(run->path) : 0;

	if (n == 0 || strncmp(run->error, run->path, n) != 0 || (run->error[n] != '/' && run->error[n] != ' '))
		return run->error;
	return run->error + n + 1;
}

static void error_row(struct many_table *t, const struct many_run *run)
{
	struct row r = new_row(t);
	struct text why = TEXT_INIT;

	if (t->cols == 1) {
		text_addf(&why, "%s: ", run->name);
	} else {
		cell_str(&r, run->name);
		text_add(&why, "not read: ");
	}
	text_add(&why, error_within(run));
	cell(&r, &why);
	fill_up(&r);
}

static void run_row(struct many_table *t, const struct many_run *run)
{
	struct row r = new_row(t);
	struct text rate = TEXT_INIT, each = TEXT_INIT;
	char buf[40];

	cell_str(&r, run->name);
	cell_str(&r, run->word);
	if (run->judged && isfinite(run->main.rate_kb_per_h))
		add_rate(&rate, run->main.column, run->main.rate_kb_per_h);
	cell(&r, &rate);
	if (run->judged)
		interval(&r, &run->main);
	else
		cell_str(&r, "");
	if (run->judged)
		add_per_op(&each, &run->main);
	cell(&r, &each);
	rate = (struct text)TEXT_INIT;
	text_addf(&rate, "%llu", (unsigned long long)run->samples);
	cell(&r, &rate);
	cell_str(&r, fmt_duration(buf, sizeof(buf), run->length_s));
}

/* ---- a matrix ---------------------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of a combination's cells the median of a member that is a number, and their sum. NaN where none is known. */
static double median_of(const struct many *m, size_t group, size_t member, double *sum, bool *failed)
{
	double *v = sk_calloc(m->n, sizeof(*v)), middle = NAN, one;
	size_t n = 0;

	*sum = 0;
	*failed |= !v;
	for (size_t i = 0; v && i < m->n; i++) {
		memcpy(&one, (const char *)&m->run[i] + member, sizeof(one));
		if (m->run[i].group != group || !isfinite(one))
			continue;
		v[n++] = one;
		*sum += one;
	}
	if (n) {
		qsort(v, n, sizeof(*v), ascending);
		middle = v[(n - 1) / 2] / 2 + v[n / 2] / 2;
	}
	free(v);
	return middle;
}

static void group_row(struct many_table *t, const struct many *m, size_t group)
{
	struct row r = new_row(t);
	struct text runs = TEXT_INIT, words = TEXT_INIT, rate = TEXT_INIT;
	double rss, ops, errors, sum;
	size_t n = 0;
	char buf[40];

	for (size_t i = 0; i < m->n; i++)
		n += m->run[i].group == group && !m->run[i].error;
	text_addf(&runs, "%zu", n);
	many_add_words(&words, m, group);
	many_add_group_rate(&rate, m, group);
	rss = median_of(m, group, offsetof(struct many_run, rss_peak_kb), &sum, &t->failed);
	ops = median_of(m, group, offsetof(struct many_run, ops_per_s), &sum, &t->failed);
	errors = median_of(m, group, offsetof(struct many_run, errors), &sum, &t->failed);
	cell_str(&r, m->group[group].title);
	cell(&r, &runs);
	cell(&r, &words);
	cell(&r, &rate);
	cell_str(&r, isfinite(rss) ? fmt_kb(buf, sizeof(buf), rss) : "");
	cell_str(&r, isfinite(ops) ? fmt_count(buf, sizeof(buf), ops) : "");
	cell_str(&r, isfinite(errors) ? fmt_count(buf, sizeof(buf), sum) : "");
}

static void error_rows(struct many_table *t, const struct many *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->run[i].error)
			error_row(t, &m->run[i]);
}

void many_table(const struct many *m, struct many_table *out)
{
	*out = (struct many_table){ .rows = 0 };
	if (m->page == PAGE_MATRIX) {
		header(out, group_columns, sizeof(group_columns) / sizeof(*group_columns));
		for (size_t i = 0; i < m->n_groups; i++)
			group_row(out, m, i);
		error_rows(out, m);
		return;
	}
	header(out, run_columns, sizeof(run_columns) / sizeof(*run_columns));
	for (size_t i = 0; i < m->n; i++) {
		if (m->run[i].error)
			error_row(out, &m->run[i]);
		else
			run_row(out, &m->run[i]);
	}
}

void many_table_errors(const struct many *m, struct many_table *out)
{
	*out = (struct many_table){ .rows = 0 };
	for (size_t i = 0; i < m->n; i++) {
		if (!m->run[i].error)
			continue;
		header(out, error_columns, sizeof(error_columns) / sizeof(*error_columns));
		error_rows(out, m);
		return;
	}
}

void many_table_release(struct many_table *t)
{
	for (size_t i = 0; i < t->rows * t->cols; i++)
		free(t->cell[i]);
	free(t->cell);
	*t = (struct many_table){ .rows = 0 };
}

/* ---- Markdown ---------------------------------------------------------------------------------------------------------- */

static void add_header(struct text *out, const struct many_table *t)
{
	add_markdown_cells(out, t->cell, t->cols);
	text_add(out, "\n|");
	for (size_t c = 0; c < t->cols; c++)
		text_add(out, c == 0 ? "---|" : "--:|");
	text_addc(out, '\n');
}

static void add_rows(struct text *out, const struct many_table *t, size_t from, size_t to)
{
	add_header(out, t);
	for (size_t r = from; r < to; r++) {
		add_markdown_cells(out, t->cell + r * t->cols, t->cols);
		text_addc(out, '\n');
	}
}

enum sk_code many_markdown(const struct many *m, const char *picture, struct text *out, struct sk_err *err)
{
	struct text words = TEXT_INIT, why = TEXT_INIT;
	struct many_table t;

	many_table(m, &t);
	many_add_words(&words, m, SIZE_MAX);
	many_add_why(&why, m);
	out->failed |= t.failed || words.failed || why.failed;
	if (!out->failed) {
		size_t shown = t.rows > SHOWN + 1 ? SHOWN + 1 : t.rows;

		text_addf(out, "## %s %zu runs: ", report_tone_circle(many_tone(m, SIZE_MAX)), m->n);
		add_markdown(out, text_str(&words));
		text_add(out, "\n\n");
		add_markdown(out, text_str(&why));
		text_add(out, "\n\n");
		add_rows(out, &t, 1, shown);
		if (picture)
			add_markdown_image(out, text_str(&words), picture);
		if (shown < t.rows) {
			text_addf(out, "\n<details><summary>%zu more</summary>\n\n", t.rows - shown);
			add_rows(out, &t, shown, t.rows);
			text_add(out, "\n</details>\n");
		}
	}
	text_release(&words);
	text_release(&why);
	many_table_release(&t);
	return out->failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the report") : SK_OK;
}
