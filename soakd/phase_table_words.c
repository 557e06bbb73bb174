/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of phases for people: in a terminal and in report.md. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/phase_table.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"

#define ROWS_SHOWN    16
#define BUDGETS_SHOWN 8 /* lines of them in report.md */

/* Lines of the table in report.md, beside its rows. */
#define LINES_HEAD  3 /* an empty one, the header, the rule */
#define LINES_OLDER 2 /* an empty one, and how many are not shown */

static const char *const of_words[] = { "peak", "rise", "after", "growth" };

/* "rss" for rss_kb: as a budget names it. */
static void add_metric(struct text *out, const char *column)
{
	size_t n = strlen(column);
	char name[PHASE_COLUMN];

	snprintf(name, sizeof(name), "%.*s", (int)(n > 3 && strcmp(column + n - 3, "_kb") == 0 ? n - 3 : n), column);
	add_plain(out, name);
}

void phase_budget_told(const struct budget_kept *b, struct text *out)
{
	text_add(out, "phase ");
	add_plain(out, b->phase);
	text_add(out, ": ");
	add_metric(out, b->column);
	text_addf(out, " %s ", of_words[b->of]);
	if (isnan(b->worst))
		text_add(out, "not measured");
	else
		add_level(out, b->column, b->worst);
	text_add(out, ", budget ");
	add_level(out, b->column, b->most);
	if (b->rounds > 1 && b->exceeded)
		text_addf(out, " (round %u; exceeded in %u of %u)", b->worst_round, b->exceeded, b->rounds);
}

/*
 * "load: heap 164 KiB -> 452 KiB, file 6.00 MiB -> 6.01 MiB": the classes that changed; false: none did, or they are not known.
 */
static bool add_classes(const struct phase_done *d, struct text *out)
{
	static const char prefix[] = "class_";
	size_t told = 0;
	char before[40], after[40];

	for (size_t i = 0; i < d->n; i++) {
		const struct phase_figures *f = &d->column[i];
		int n = (int)strlen(f->column) - (int)strlen(prefix) - 3; /* without _kb */

		if (strncmp(f->column, prefix, strlen(prefix)) != 0 || n <= 0 || !(fabs(f->after - f->before) > 0))
			continue;
		text_add(out, told++ ? ", " : d->name);
		text_addf(out, "%s%.*s %s -> %s", told > 1 ? "" : ": ", n, f->column + strlen(prefix),
			  fmt_kb(before, sizeof(before), f->before), fmt_kb(after, sizeof(after), f->after));
	}
	return told > 0;
}

const char *phase_table_word(const struct phase_table *t, bool alone)
{
	if (t && t->exceeded)
		return "BUDGET EXCEEDED";
	if (phase_table_unmeasured(t))
		return "BUDGET NOT MEASURED";
	return !t || !alone ? NULL : t->n_budget ? "WITHIN BUDGET" : "MEASURED";
}

/* Is told of: exceeded, or where none is, not measured. */
static bool is_told(const struct phase_table *t, const struct budget_kept *b)
{
	return t->exceeded ? b->exceeded > 0 : isnan(b->worst);
}

void phase_table_why(const struct phase_table *t, struct text *out)
{
	size_t first = t->n_budget, more = 0;

	for (size_t i = t->n_budget; i-- > 0;)
		if (is_told(t, &t->budget[i])) {
			first = i;
			more++;
		}
	if (first == t->n_budget)
		return;
	phase_budget_told(&t->budget[first], out);
	if (more > 1)
		text_addf(out, ", and %zu more budget%s %s", more - 1, more > 2 ? "s" : "",
			  t->exceeded ? "exceeded" : "not measured");
}

static bool keep(char **cell, struct text *t)
{
	*cell = text_take(t);
	return *cell != NULL;
}

static bool level_cell(char **cell, const struct phase_figures *f, double v, bool sign)
{
	struct text t = TEXT_INIT;

	if (f && sign && v > 0)
		text_addc(&t, '+');
	if (f && isfinite(v))
		add_level(&t, f->column, v);
	return keep(cell, &t);
}

static bool name_cell(char **cell, const struct phase_done *d, bool rounds)
{
	struct text t = TEXT_INIT;

	add_plain(&t, d->name);
	if (rounds)
		text_addf(&t, " (round %u)", d->round);
	return keep(cell, &t);
}

static bool budget_cell(char **cell, const struct phase_done *d)
{
	struct text t = TEXT_INIT;

	if (d->exceeded)
		text_addf(&t, "EXCEEDED: %u of %u", d->exceeded, d->budgets);
	else if (d->unknown)
		text_addf(&t, "not measured: %u of %u", d->unknown, d->budgets);
	else if (d->budgets && !d->cut)
		text_add(&t, "kept");
	if (d->cut)
		text_add(&t, t.len ? "; cut off" : "cut off");
	return keep(cell, &t);
}

static bool words_cell(char **cell, const char *s)
{
	struct text t = TEXT_INIT;

	text_add(&t, s);
	return keep(cell, &t);
}

static bool fill_row(const struct phase_done *d, bool rounds, char **cell)
{
	const struct phase_figures *rss = phase_done_column(d, "rss_kb"), *ops = phase_done_column(d, "ops");
	double n = ops ? ops->after - ops->before : NAN;
	char length[40], count[40] = "";

	fmt_duration(length, sizeof(length), d->ended - d->started);
	if (isfinite(n))
		fmt_count(count, sizeof(count), n);
	return name_cell(&cell[0], d, rounds) && words_cell(&cell[1], length) && words_cell(&cell[2], count) &&
	       level_cell(&cell[3], rss, rss ? rss->before : NAN, false) &&
	       level_cell(&cell[4], rss, rss ? rss->peak : NAN, false) &&
	       level_cell(&cell[5], rss, rss ? rss->after : NAN, false) &&
	       level_cell(&cell[6], rss, rss ? rss->after - rss->before : NAN, true) && budget_cell(&cell[7], d);
}

size_t phase_table_cells(const struct phase_table *t, size_t max, char **cell)
{
	static const char *const head[PHASE_CELLS] = { "phase", "length", "operations", "RSS before",
						       "peak",  "after",  "net growth", "budget" };
	size_t kept = t ? phase_table_kept(t) : 0, from = kept > max ? kept - max : 0, rows = 1;
	bool rounds = false, ok = kept > 0;

	for (size_t i = 0; i < (1 + max) * PHASE_CELLS; i++)
		cell[i] = NULL;
	for (size_t i = 0; i < kept; i++)
		rounds = rounds || phase_table_at(t, i)->round > 1;
	for (size_t i = 0; ok && i < PHASE_CELLS; i++)
		ok = words_cell(&cell[i], head[i]);
	for (size_t i = from; ok && i < kept; i++)
		ok = fill_row(phase_table_at(t, i), rounds, cell + rows++ * PHASE_CELLS);
	if (ok)
		return rows;
	for (size_t i = 0; i < (1 + max) * PHASE_CELLS; i++)
		free(cell[i]);
	return 0;
}

static void free_cells(char **cell, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(cell[i]);
}

/* How many are not shown. */
static void add_older(const struct phase_table *t, size_t shown, const char *before, struct text *out)
{
	size_t older = t->n - shown;

	if (older > 0)
		text_addf(out, "%s%zu earlier phase%s in phases.csv\n", before, older, older == 1 ? " is" : "s are");
}

static bool is_broken(const struct budget_kept *b)
{
	return b->exceeded || isnan(b->worst);
}

static size_t count_broken(const struct phase_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_budget; i++)
		n += is_broken(&t->budget[i]);
	return n;
}

/* In so many lines: those that were exceeded before those that nobody measured. */
static void add_broken(const struct phase_table *t, size_t lines, struct text *out)
{
	size_t all = count_broken(t), shown = all > lines ? lines - 1 : all, said = 0;

	if (lines > 0)
		text_addc(out, '\n');
	for (size_t i = 0; i < 2 * t->n_budget && said < shown; i++) {
		const struct budget_kept *b = &t->budget[i % t->n_budget];
		struct text line = TEXT_INIT;

		if (!is_broken(b) || (b->exceeded > 0) != (i < t->n_budget))
			continue;
		said++;
		phase_budget_told(b, &line);
		text_addf(out, "- **budget %s**: ", b->exceeded ? "exceeded" : "not measured");
		add_markdown(out, text_str(&line));
		text_addc(out, '\n');
		out->failed |= line.failed;
		text_release(&line);
	}
	if (all > shown)
		text_addf(out, "- %zu %sbudgets exceeded or not measured are in verdict.json\n", all - shown,
			  shown ? "more " : "");
}

/* What has room: *budgets lines of budgets, and the rows that are returned. */
static size_t share_lines(const struct phase_table *t, size_t most, size_t *budgets)
{
	size_t kept = phase_table_kept(t), rows, others;

	*budgets = most > LINES_HEAD + 1 + LINES_OLDER + 2 ? most - (LINES_HEAD + 1 + LINES_OLDER + 1) : 1;
	if (*budgets > BUDGETS_SHOWN)
		*budgets = BUDGETS_SHOWN;
	if (*budgets > count_broken(t))
		*budgets = count_broken(t);
	others = LINES_HEAD + (*budgets ? 1 + *budgets : 0);
	rows = most > others ? most - others : 0;
	if (kept < t->n || kept > rows || kept > ROWS_SHOWN)
		rows = rows > LINES_OLDER ? rows - LINES_OLDER : 0;
	return rows > ROWS_SHOWN ? ROWS_SHOWN : rows ? rows : 1;
}

void phase_table_markdown(const struct phase_table *t, size_t most, struct text *out)
{
	char *cell[(1 + ROWS_SHOWN) * PHASE_CELLS];
	size_t budgets, rows = phase_table_cells(t, share_lines(t, most, &budgets), cell);

	if (!rows)
		return;
	text_addc(out, '\n');
	for (size_t r = 0; r < rows; r++) {
		add_markdown_cells(out, cell + r * PHASE_CELLS, PHASE_CELLS);
		text_add(out, r == 0 ? "\n|---|--:|--:|--:|--:|--:|--:|---|\n" : "\n");
	}
	free_cells(cell, rows * PHASE_CELLS);
	add_older(t, rows - 1, "\n", out);
	add_broken(t, budgets, out);
}

void phase_table_human(const struct phase_table *t, struct text *out)
{
	char *cell[(1 + ROWS_SHOWN) * PHASE_CELLS];
	size_t rows = phase_table_cells(t, ROWS_SHOWN, cell), width[PHASE_CELLS] = { 0 };

	for (size_t i = 0; i < rows * PHASE_CELLS; i++) {
		size_t n = utf8_width(cell[i]);

		width[i % PHASE_CELLS] = n > width[i % PHASE_CELLS] ? n : width[i % PHASE_CELLS];
	}
	for (size_t r = 0; r < rows; r++) {
		for (size_t c = 0; c < PHASE_CELLS; c++) {
			bool words = c == 0 || c + 1 == PHASE_CELLS;

			text_add(out, "  ");
			(words ? text_add_left : text_add_right)(out, cell[r * PHASE_CELLS + c], width[c]);
		}
		while (out->len && out->s[out->len - 1] == ' ')
			out->s[--out->len] = '\0';
		text_addc(out, '\n');
	}
	free_cells(cell, rows * PHASE_CELLS);
	if (rows)
		add_older(t, rows - 1, "  ", out);
	for (size_t i = 0; rows && i < t->n_budget; i++) {
		const struct budget_kept *b = &t->budget[i];

		if (!is_broken(b))
			continue;
		text_add(out, b->exceeded ? "  budget exceeded: " : "  budget: ");
		phase_budget_told(b, out);
		text_addc(out, '\n');
	}
}

void phase_table_result(const struct phase_table *t, const char *path, struct text *out)
{
	add_plain(out, path);
	text_addf(out, ": %s\n", phase_table_word(t, true));
	phase_table_human(t, out);
	for (size_t i = 0; i < phase_table_kept(t); i++) {
		struct text line = TEXT_INIT;

		if (add_classes(phase_table_at(t, i), &line)) {
			text_add(out, "  mappings of ");
			add_plain(out, text_str(&line));
			text_addc(out, '\n');
		}
		text_release(&line);
	}
}
