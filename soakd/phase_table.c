/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phases.csv: a line written, all lines read, and what they come to. In words: phase_table_words.c. */
#include "soakd/phase_table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"

static const char *const of_name[] = { "peak", "rise", "after", "growth" };

/* Whose levels the verdict asks for. */
static const char *const leveled[] = { "anon_kb", "swap_kb", "shmem_kb",  "uss_kb",  "pss_kb", "rss_kb",
				       "vsz_kb",  "heap_kb", "processes", "threads", "fds" };
_Static_assert(sizeof(leveled) / sizeof(*leveled) <= CYCLE_COLUMNS, "room for the levels");

struct phase_table *phase_table_new(bool cycle)
{
	struct phase_table *t = sk_calloc(1, sizeof(*t));

	if (t)
		t->cycle = cycle;
	return t;
}

static double bounded_value(const struct phase_line *l)
{
	switch (l->of) {
	case BUDGET_PEAK:
		return l->peak;
	case BUDGET_RISE:
		return l->peak - l->before;
	case BUDGET_AFTER:
		return l->after;
	case BUDGET_GROWTH:
		break;
	}
	return l->after - l->before;
}

/* No rest of the phase could have made it less. */
static bool only_rises(const struct phase_line *l)
{
	const struct metric *m = column_lookup(l->column);

	return l->of == BUDGET_PEAK || l->of == BUDGET_RISE || (m && m->kind == METRIC_COUNTER);
}

double phase_line_value(const struct phase_line *l)
{
	double v = bounded_value(l);

	return !l->cut || (only_rises(l) && v > l->most) ? v : NAN;
}

bool phase_line_exceeded(const struct phase_line *l)
{
	return l->budgeted && phase_line_value(l) > l->most;
}

/* ---- adding ------------------------------------------------------------------------------------------------------------ */

static bool of_phase(const struct phase_done *d, const struct phase_line *l)
{
	return d->round == l->round && fabs(d->started - l->started) < 1e-6 && strcmp(d->name, l->phase) == 0;
}

static struct phase_done *phase_of(struct phase_table *t, const struct phase_line *l)
{
	struct phase_done *d = t->n ? &t->kept[(t->n - 1) % PHASE_TABLE_KEPT] : NULL;

	if (d && of_phase(d, l))
		return d;
	d = &t->kept[t->n++ % PHASE_TABLE_KEPT];
	*d = (struct phase_done){ .round = l->round, .started = l->started, .ended = l->ended, .cut = l->cut };
	memcpy(d->name, l->phase, sizeof(d->name));
	return d;
}

static void add_figures(struct phase_done *d, const struct phase_line *l)
{
	if (phase_done_column(d, l->column) || d->n == PHASE_TABLE_COLUMNS)
		return;
	d->column[d->n] = (struct phase_figures){ .before = l->before, .peak = l->peak, .after = l->after };
	memcpy(d->column[d->n++].column, l->column, PHASE_COLUMN);
}

static struct budget_kept *budget_of(struct phase_table *t, const struct phase_line *l)
{
	struct budget_kept *b;

	for (size_t i = 0; i < t->n_budget; i++) {
		b = &t->budget[i];
		if (b->of == l->of && strcmp(b->phase, l->phase) == 0 && strcmp(b->column, l->column) == 0)
			return b;
	}
	if (t->n_budget == PHASE_TABLE_BUDGETS)
		return NULL;
	b = &t->budget[t->n_budget++];
	*b = (struct budget_kept){ .of = l->of, .most = l->most, .worst = NAN };
	memcpy(b->phase, l->phase, sizeof(b->phase));
	memcpy(b->column, l->column, sizeof(b->column));
	return b;
}

static void add_budget(struct phase_table *t, struct phase_done *d, const struct phase_line *l)
{
	struct budget_kept *b = budget_of(t, l);
	double value = phase_line_value(l);
	bool over = phase_line_exceeded(l);

	d->budgets++;
	d->exceeded += over;
	d->unknown += isnan(value) ? 1 : 0;
	t->exceeded += over;
	if (!b)
		return;
	b->rounds++;
	b->exceeded += over;
	b->unknown += isnan(value) ? 1 : 0;
	if (isnan(value) || value <= b->worst)
		return;
	b->worst = value;
	b->worst_round = l->round;
}

static void add_level(struct phase_table *t, const struct phase_line *l)
{
	bool idle = strcmp(l->phase, "idle") == 0;
	size_t i = 0;

	for (size_t k = 0; k < sizeof(leveled) / sizeof(*leveled); k++)
		if (strcmp(leveled[k], l->column) == 0 && (idle || strcmp(l->phase, "load") == 0) && l->round > 0) {
			while (i < t->n_levels && strcmp(t->levels[i].column, l->column) != 0)
				i++;
			if (i == t->n_levels)
				snprintf(t->levels[t->n_levels++].column, SERIES_NAME, "%s", l->column);
			cycle_levels_add(&t->levels[i], l->round - 1, idle, l->after);
		}
}

void phase_table_add(struct phase_table *t, const struct phase_line *l)
{
	struct phase_done *d = phase_of(t, l);
	bool first = !phase_done_column(d, l->column); /* a column with two budgets has two lines */

	add_figures(d, l);
	if (l->budgeted)
		add_budget(t, d, l);
	if (t->cycle && first && !l->cut) /* the levels are those of the ends */
		add_level(t, l);
}

static const struct cycle_levels *levels_of(const struct phase_table *t, const char *column)
{
	for (size_t i = 0; i < t->n_levels; i++)
		if (strcmp(t->levels[i].column, column) == 0)
			return &t->levels[i];
	return NULL;
}

size_t phase_table_cycles(struct phase_table *t)
{
	const struct cycle_levels *swap = t ? levels_of(t, "swap_kb") : NULL;

	for (size_t i = 0; t && i < t->n_levels; i++)
		if (swap && strcmp(t->levels[i].column, "anon_kb") == 0)
			cycle_levels_sum(&t->levels[i], swap, &t->judged[i]);
		else
			t->judged[i] = t->levels[i];
	return t ? t->n_levels : 0;
}

size_t phase_table_kept(const struct phase_table *t)
{
	return t->n < PHASE_TABLE_KEPT ? t->n : PHASE_TABLE_KEPT;
}

const struct phase_done *phase_table_at(const struct phase_table *t, size_t i)
{
	return &t->kept[(t->n - phase_table_kept(t) + i) % PHASE_TABLE_KEPT];
}

const struct phase_figures *phase_done_column(const struct phase_done *d, const char *column)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->column[i].column, column) == 0)
			return &d->column[i];
	return NULL;
}

/* ---- the file ---------------------------------------------------------------------------------------------------------- */

void phase_line_csv(const struct phase_line *l, struct text *out)
{
	double value = phase_line_value(l);

	text_reset(out);
	csv_add_fixed(out, l->started, 3);
	csv_add_fixed(out, l->ended, 3);
	csv_add_count(out, l->round);
	csv_add_str(out, l->phase);
	csv_add_str(out, l->column);
	csv_add_num(out, l->before, 3);
	csv_add_num(out, l->peak, 3);
	csv_add_num(out, l->after, 3);
	csv_add_num(out, l->after - l->before, 3);
	csv_add_str(out, l->budgeted ? of_name[l->of] : "");
	csv_add_num(out, l->budgeted ? l->most : NAN, 3);
	csv_add_num(out, l->budgeted && !isnan(value) ? phase_line_exceeded(l) : NAN, 0);
	csv_add_num(out, l->cut ? 0 : 1, 0);
}

enum { STARTED, ENDED, ROUND, PHASE, COLUMN, BEFORE, PEAK, AFTER, BUDGET, MOST, COMPLETE, FIELDS };

static double number_at(const struct csv_reader *r, int at)
{
	double v = NAN;

	if (at < 0 || (size_t)at >= r->n_field || real_parse(r->field[at], &v, NULL) != SK_OK || !(fabs(v) <= 1e18))
		return NAN;
	return v;
}

static const char *text_at(const struct csv_reader *r, int at)
{
	return at >= 0 && (size_t)at < r->n_field ? r->field[at] : "";
}

/* false: no line of a phase. */
static bool line_of(const struct csv_reader *r, const int *at, struct phase_line *l)
{
	double round = number_at(r, at[ROUND]);
	const char *of = text_at(r, at[BUDGET]), *phase = text_at(r, at[PHASE]), *column = text_at(r, at[COLUMN]);

	*l = (struct phase_line){ .started = number_at(r, at[STARTED]),
				  .ended = number_at(r, at[ENDED]),
				  .round = round >= 1 && round < 1e9 ? (unsigned)round : 1,
				  .before = number_at(r, at[BEFORE]),
				  .peak = number_at(r, at[PEAK]),
				  .after = number_at(r, at[AFTER]),
				  .most = number_at(r, at[MOST]),
				  .cut = number_at(r, at[COMPLETE]) == 0 };
	for (size_t i = 0; i < sizeof(of_name) / sizeof(*of_name) && !l->budgeted; i++)
		if (strcmp(of, of_name[i]) == 0 && !isnan(l->most)) {
			l->budgeted = true;
			l->of = (enum budget_of)i;
		}
	snprintf(l->phase, sizeof(l->phase), "%.*s", (int)utf8_fit(phase, sizeof(l->phase) - 1), phase);
	snprintf(l->column, sizeof(l->column), "%.*s", (int)utf8_fit(column, sizeof(l->column) - 1), column);
	return l->phase[0] && l->column[0] && !isnan(l->started) && !isnan(l->ended);
}

static enum sk_code read_lines(struct csv_reader *r, struct phase_table *t, struct sk_err *err)
{
	static const char *const name[FIELDS] = { "started", "ended", "round",  "phase", "column",  "before",
						  "peak",    "after", "budget", "most",  "complete" };
	enum sk_code rc = csv_next(r, err);
	struct phase_line l;
	int at[FIELDS];

	if (rc != SK_OK)
		return rc;
	for (size_t i = 0; i < FIELDS; i++)
		at[i] = csv_find(r, name[i]);
	if (at[STARTED] < 0 || at[ENDED] < 0 || at[PHASE] < 0 || at[COLUMN] < 0)
		return sk_fail(err, SK_EPARSE, 0, "%s has no columns started, ended, phase and column", r->path);
	while ((rc = csv_next(r, err)) == SK_OK)
		if (!r->torn && line_of(r, at, &l))
			phase_table_add(t, &l);
	return rc;
}

enum sk_code phase_table_read(const char *dir, struct phase_table *t, struct sk_err *err)
{
	struct csv_reader r = { .fd = -1 };
	char path[PATH_MAX];
	enum sk_code rc;

	snprintf(path, sizeof(path), "%s/phases.csv", dir);
	rc = csv_open(&r, path, err);
	if (rc == SK_OK)
		rc = read_lines(&r, t, err);
	csv_close(&r);
	return rc == SK_EEND ? SK_OK : rc;
}

bool phases_alone(const json_t *run)
{
	return strcmp(json_get_str(json_object_get(run, "options"), "phases-only", "no"), "yes") == 0;
}

size_t phase_table_unmeasured(const struct phase_table *t)
{
	size_t n = 0;

	for (size_t i = 0; t && i < t->n_budget; i++)
		n += isnan(t->budget[i].worst) ? 1 : 0;
	return n;
}

int phase_table_status(const struct phase_table *t, bool alone, int verdict_status)
{
	if (t && t->exceeded)
		return EXIT_LEAK;
	if (phase_table_unmeasured(t) && (alone || verdict_status == EXIT_NO_LEAK))
		return EXIT_INCONCLUSIVE;
	return alone ? EXIT_NO_LEAK : verdict_status;
}

/* ---- verdict.json ------------------------------------------------------------------------------------------------------ */

static json_t *plain_json(const char *s)
{
	char *clean = plain_dup(s);
	json_t *j = clean ? json_string(clean) : NULL;

	free(clean);
	return j;
}

static json_t *done_json(const struct phase_done *d)
{
	json_t *columns = json_object(), *o = NULL;
	bool ok = columns != NULL;

	for (size_t i = 0; ok && i < d->n; i++) {
		const struct phase_figures *f = &d->column[i];
		char *name = plain_dup(f->column);

		ok = name &&
		     json_object_set_new(columns, name,
					 json_pack("{s:o,s:o,s:o,s:o}", "before", json_num(f->before), "peak", json_num(f->peak),
						   "after", json_num(f->after), "growth", json_num(f->after - f->before))) == 0;
		free(name);
	}
	if (ok)
		o = json_pack("{s:o,s:i,s:b,s:o,s:o,s:O}", "name", plain_json(d->name), "round", (int)d->round, "complete",
			      !d->cut, "started", json_num(d->started), "ended", json_num(d->ended), "columns", columns);
	json_decref(columns);
	return o;
}

static json_t *budget_json(const struct budget_kept *b)
{
	bool known = !isnan(b->worst);

	return json_pack("{s:o,s:o,s:s,s:o,s:o,s:o,s:i,s:i,s:o}", "phase", plain_json(b->phase), "metric", plain_json(b->column),
			 "of", of_name[b->of], "most", json_num(b->most), "value", json_num(b->worst), "round",
			 known ? json_integer(b->worst_round) : json_null(), "rounds", (int)b->rounds, "rounds_exceeded",
			 (int)b->exceeded, "exceeded", known ? json_boolean(b->exceeded > 0) : json_null());
}

bool phase_table_to_json(const struct phase_table *t, json_t *verdict)
{
	json_t *phases, *budgets;
	bool ok;

	if (!t)
		return true;
	phases = json_array();
	budgets = json_array();
	ok = phases && budgets;
	for (size_t i = 0; ok && i < phase_table_kept(t); i++)
		ok = json_array_append_new(phases, done_json(phase_table_at(t, i))) == 0;
	for (size_t i = 0; ok && i < t->n_budget; i++)
		ok = json_array_append_new(budgets, budget_json(&t->budget[i])) == 0;
	ok = json_object_set_new(verdict, "phases", phases) == 0 && ok;
	return json_object_set_new(verdict, "budgets", budgets) == 0 && ok;
}
