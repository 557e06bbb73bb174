/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the report: each series with its verdict, then what the growth consists of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"

#define TIMES       10 /* growth of more is said as so many times, not in per cent */
#define SERIES_ROWS 6  /* and one or two of each kind of part, as far as the page has room for them */

/* One row in the making: cells are added from left to right. */
struct row {
	char **cell;
	size_t n;
	bool failed;
};

static void cell(struct row *r, struct text *t)
{
	r->cell[r->n] = text_take(t);
	r->failed |= !r->cell[r->n];
	r->n++;
}

static void cell_str(struct row *r, const char *s)
{
	struct text t = TEXT_INIT;

	add_plain(&t, s);
	cell(r, &t);
}

/* A label without its brackets, which hold an abbreviation or a remark; some are better known, or only told apart, by it. */
static void cell_name(struct row *r, const char *label)
{
	static const char *const known[][2] = { { "resident memory (RSS)", "RSS" },
						{ "unshared memory (USS)", "USS" },
						{ "shared memory (RSS)", "shared RSS" } };
	const char *open = strstr(label, " (");
	struct text t = TEXT_INIT;

	text_addn(&t, label, open ? (size_t)(open - label) : strlen(label));
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(label, known[i][0]) == 0) {
			text_reset(&t);
			text_add(&t, known[i][1]);
		}
	}
	r->failed |= t.failed;
	cell_str(r, text_str(&t));
	text_release(&t);
}

static void cell_level(struct row *r, const char *column, double v)
{
	struct text t = TEXT_INIT;

	if (isfinite(v))
		add_level(&t, column, v);
	cell(r, &t);
}

/* A change shows its sign. */
static void cell_change(struct row *r, const char *column, double v)
{
	struct text t = TEXT_INIT;

	if (v > 0)
		text_addc(&t, '+');
	if (isfinite(v))
		add_level(&t, column, v);
	cell(r, &t);
}

/* The column's head has said "per hour". */
static void cell_without_hour(struct row *r, struct text *t)
{
	struct text out = TEXT_INIT;

	for (const char *s = text_str(t); *s; s += strncmp(s, "/h", 2) == 0 ? 2 : 1)
		if (strncmp(s, "/h", 2) != 0)
			text_addc(&out, *s);
	out.failed |= t->failed;
	text_release(t);
	cell(r, &out);
}

static void cell_rate(struct row *r, const char *column, double v)
{
	struct text t = TEXT_INIT;

	if (isfinite(v))
		add_rate(&t, column, v);
	cell_without_hour(r, &t);
}

/* Where the rate was fitted behind a warm-up the change is from there too: they would else have different signs. */
static bool from_its_line(const struct series_verdict *s)
{
	return s->warmup_s > 0 && s->fit.valid && !s->last_tenth;
}

/* A rate behind a warm-up without a line, for which points are too few, is not that of the change, and says little. */
static bool of_change(const struct series_verdict *s)
{
	return !(s->warmup_s > 0) || s->fit.valid;
}

static void cell_start(struct row *r, const struct series_verdict *s, double start)
{
	struct text t = TEXT_INIT;

	if (isfinite(start)) {
		add_level(&t, s->column, start);
		text_addf(&t, "%.*s", from_its_line(s), TABLE_MARK);
	}
	cell(r, &t);
}

/* "[+1.85, +1.87]" of "+1.86 GiB/h [+1.85, +1.87]": as everywhere, the rate is beside it. */
static void cell_interval(struct row *r, const struct series_verdict *s)
{
	struct text both = TEXT_INIT, t = TEXT_INIT;
	const char *open;

	if (isfinite(s->rate_kb_per_h) && of_change(s))
		add_rate_interval(&both, s->column, s);
	open = strchr(text_str(&both), '[');
	text_add(&t, open ? open : "");
	t.failed |= both.failed;
	text_release(&both);
	cell_without_hour(r, &t);
}

static void cell_per_cent(struct row *r, double start, double change)
{
	struct text t = TEXT_INIT;

	if (start > 0 && change > TIMES * start) /* "+282481 %" is no share of anything */
		text_addf(&t, "%.0f times", (start + change) / start);
	else if (start > 0 && isfinite(change))
		text_addf(&t, "%s%.*f %%", change > 0 ? "+" : "", fabs(change) < start / 10 ? 1 : 0, 100 * change / start);
	cell(r, &t);
}

/* Bytes alone, the chip and the note have the interval; nothing where they may as well be none. */
static void cell_per_operation(struct row *r, const struct series_verdict *s)
{
	struct text t = TEXT_INIT;

	if (verdict_grows(s->verdict) && (s->per_op_lo > 0 || s->per_op_hi < 0) && isfinite(s->per_op_bytes) &&
	    column_is_memory(s->column))
		add_bytes(&t, s->per_op_bytes);
	cell(r, &t);
}

static void header_row(struct row *r)
{
	static const char *const names[TABLE_COLUMNS] = { "series",   "start", "end",    "change", "per cent",
							  "per hour", "95 %",  "per op", "verdict" };

	for (size_t i = 0; i < TABLE_COLUMNS; i++)
		cell_str(r, names[i]);
}

/* The load driver is in the table to be ruled out, or to be found out. */
static void cell_verdict(struct row *r, const struct verdict *v, const struct series_verdict *s)
{
	bool driver = strcmp(s->column, DRIVER_COLUMN) == 0, leaks = verdict_grows(s->verdict);

	if (v->gate != GATE_NONE && !driver) {
		cell_str(r, "not judged");
		return;
	}
	if (driver && strcmp(v->main.column, DRIVER_COLUMN) != 0 && s->verdict != VERDICT_INSUFFICIENT)
		cell_str(r, leaks ? "accused" : "exonerated");
	else
		cell_str(r, verdict_class_name[s->verdict]);
}

/* There is no half of a process. */
static double level_of(const struct series_verdict *s, double level)
{
	return column_is_memory(s->column) ? level : round(level);
}

static void series_row(struct row *r, const struct verdict *v, const struct series_verdict *s)
{
	double start = level_of(s, from_its_line(s) ? s->fit.y0 : s->start_kb), end = level_of(s, s->end_kb);

	cell_name(r, s == &v->main ? report_main_label(v) : report_label(s->column));
	cell_start(r, s, start);
	cell_level(r, s->column, end);
	cell_change(r, s->column, end - start);
	cell_per_cent(r, start, end - start);
	cell_rate(r, s->column, of_change(s) ? s->rate_kb_per_h : NAN);
	cell_interval(r, s);
	cell_per_operation(r, s);
	cell_verdict(r, v, s);
}

static void part_row(struct row *r, const struct verdict_part *p)
{
	struct text name = TEXT_INIT, share = TEXT_INIT;

	text_addf(&name, "%s ", p->by);
	add_part_name(&name, p);
	if (!part_counts(p))
		text_add(&share, "not proven");
	else if (isfinite(p->share))
		text_addf(&share, "%.0f %%", 100 * p->share);
	cell(r, &name);
	cell_str(r, "");
	cell_str(r, "");
	cell_change(r, part_unit(p), p->growth_kb);
	cell_str(r, "");
	cell_rate(r, part_unit(p), p->rate_kb_per_h);
	cell_str(r, "");
	cell_str(r, "");
	cell(r, &share);
}

static bool leaks(const struct series_verdict *s)
{
	return verdict_grows(s->verdict);
}

static bool listed(const struct verdict *v, const struct series_verdict *s)
{
	if (!column_is_memory(s->column) && !leaks(s))
		return false; /* the strips show what counts do that do not leak */
	/* a series that is 0 from end to end (swap, as a rule) says nothing */
	return strcmp(s->column, v->main.column) != 0 && s->samples > 0 && strcmp(s->column, DRIVER_COLUMN) != 0 &&
	       !(s->start_kb == 0 && s->end_kb == 0 && s->growth_kb == 0);
}

/* The parts of one kind that grew most. */
static size_t part_rows(const struct verdict *v, const char *by, size_t max, char **out, size_t rows, bool *failed)
{
	size_t of_kind = 0;

	for (size_t i = 0; i < v->n_parts && of_kind < max && rows <= TABLE_ROWS; i++) {
		if (strcmp(v->part[i].by, by) != 0 || !(v->part[i].growth_kb > 0) || v->part[i].share < VERDICT_PART_SHARE)
			continue;
		struct row r = { .cell = out + rows++ * TABLE_COLUMNS };

		part_row(&r, &v->part[i]);
		*failed |= r.failed;
		of_kind++;
	}
	return rows;
}

static size_t add_series(const struct verdict *v, const struct series_verdict *s, char **cells, size_t rows, bool *failed)
{
	struct row r = { .cell = cells + rows * TABLE_COLUMNS };

	series_row(&r, v, s);
	*failed |= r.failed;
	return rows + 1;
}

enum others { LEAKING_COUNTS, LEAKING_MEMORY, CALM_MEMORY };

static size_t other_rows(const struct verdict *v, enum others which, char **cells, size_t rows, bool *failed)
{
	for (size_t i = 0; i < v->n_series && rows <= SERIES_ROWS; i++) {
		const struct series_verdict *s = &v->series[i];
		enum others is = leaks(s) ? column_is_memory(s->column) ? LEAKING_MEMORY : LEAKING_COUNTS : CALM_MEMORY;

		if (is == which && listed(v, s))
			rows = add_series(v, s, cells, rows, failed);
	}
	return rows;
}

size_t report_table(const struct verdict *v, char **cells)
{
	const struct series_verdict *driver = verdict_of_driver(v);
	struct row head = { .cell = cells };
	size_t rows = 1;
	bool failed;

	header_row(&head);
	failed = head.failed;
	rows = add_series(v, &v->main, cells, rows, &failed);
	/* what leaks beside it, descriptors and threads first; who drives the load; then what is only there */
	rows = other_rows(v, LEAKING_COUNTS, cells, rows, &failed);
	rows = other_rows(v, LEAKING_MEMORY, cells, rows, &failed);
	if (driver && driver->samples > 0 && strcmp(v->main.column, DRIVER_COLUMN) != 0)
		rows = add_series(v, driver, cells, rows, &failed);
	rows = other_rows(v, CALM_MEMORY, cells, rows, &failed);
	rows = part_rows(v, "role", 2, cells, rows, &failed);
	rows = part_rows(v, strcmp(v->main.column, "fds") == 0 ? "fd-kind" : "class", 2, cells, rows, &failed);
	rows = part_rows(v, "context", 2, cells, rows, &failed); /* says more than which process it is */
	rows = part_rows(v, "mapping", 1, cells, rows, &failed);
	rows = part_rows(v, "process", 1, cells, rows, &failed);
	if (!failed)
		return rows;
	for (size_t i = 0; i < rows * TABLE_COLUMNS; i++)
		free(cells[i]);
	return 0;
}
