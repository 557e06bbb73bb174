/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came out of the cells of a matrix: read from their run directories, kept in matrix.json, shown as CSV and as a table. */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"
#include "soakd/evidence.h"
#include "soakd/matrix.h"

static const struct matrix_result unknown = {
	.verdict = "", .rate_kb_per_h = NAN, .per_op_bytes = NAN, .rss_peak_kb = NAN, .ops_per_s = NAN, .errors = NAN
};

static void read_rows(const char *dir, struct matrix_result *out)
{
	struct evidence_file f = { 0 };
	const struct series *s;

	if (evidence_read(dir, SERIES_ONLINE, &f, NULL) != SK_OK)
		return;
	if ((s = evidence_column(&f, "rss_kb")) != NULL)
		out->rss_peak_kb = s->max;
	if ((s = evidence_column(&f, "ops")) != NULL && s->last_t > s->first_t)
		out->ops_per_s = (s->last_y - s->first_y) / (s->last_t - s->first_t);
	if ((s = evidence_column(&f, "errors")) != NULL)
		out->errors = s->last_y;
	evidence_release(&f);
}

void matrix_read(const char *dir, int status, struct matrix_result *out)
{
	char path[PATH_MAX];
	json_t *verdict = NULL;

	*out = unknown;
	out->done = true;
	out->status = status;
	if (snprintf(path, sizeof(path), "%s/verdict.json", dir) >= (int)sizeof(path) ||
	    json_read_file(path, &verdict, NULL) != SK_OK)
		return;
	snprintf(out->verdict, sizeof(out->verdict), "%s", json_get_str(verdict, "verdict", ""));
	out->rate_kb_per_h = json_get_num(verdict, "rate_kb_per_h", NAN);
	out->per_op_bytes = json_get_num(verdict, "per_op_bytes", NAN);
	json_decref(verdict);
	read_rows(dir, out);
}

void matrix_result_from_json(const json_t *cell, struct matrix_result *out)
{
	*out = unknown;
	out->done = json_is_integer(json_object_get(cell, "status"));
	out->status = (int)json_get_num(cell, "status", 0);
	snprintf(out->verdict, sizeof(out->verdict), "%s", json_get_str(cell, "verdict", ""));
	out->rate_kb_per_h = json_get_num(cell, "rate_kb_per_h", NAN);
	out->per_op_bytes = json_get_num(cell, "per_op_bytes", NAN);
	out->rss_peak_kb = json_get_num(cell, "rss_peak_kb", NAN);
	out->ops_per_s = json_get_num(cell, "ops_per_s", NAN);
	out->errors = json_get_num(cell, "errors", NAN);
}

static json_t *cell_json(const struct matrix *m, size_t i, const struct matrix_result *r)
{
	struct matrix_cell c = matrix_cell(m, i);
	json_t *o = json_object(), *values = json_object();
	char name[MATRIX_NAME];

	for (size_t k = 0; k < m->n_vary; k++)
		json_object_set_new(values, m->vary[k].option, json_string(matrix_value(m, c.combination, k)));
	json_object_set_new(o, "name", json_string(matrix_name(m, c, name, sizeof(name))));
	json_object_set_new(o, "repeat", json_integer((json_int_t)c.repeat + 1));
	json_object_set_new(o, "options", values);
	json_object_set_new(o, "status", r->done ? json_integer(r->status) : json_null());
	json_object_set_new(o, "verdict", *r->verdict ? json_string(r->verdict) : json_null());
	json_object_set_new(o, "rate_kb_per_h", json_num(r->rate_kb_per_h));
	json_object_set_new(o, "per_op_bytes", json_num(r->per_op_bytes));
	json_object_set_new(o, "rss_peak_kb", json_num(r->rss_peak_kb));
	json_object_set_new(o, "ops_per_s", json_num(r->ops_per_s));
	json_object_set_new(o, "errors", json_num(r->errors));
	return o;
}

static void csv_cell(const struct matrix *m, size_t i, const struct matrix_result *r, struct text *out)
{
	struct matrix_cell c = matrix_cell(m, i);
	struct text line = TEXT_INIT;
	char name[MATRIX_NAME];

	csv_add_str(&line, matrix_name(m, c, name, sizeof(name)));
	for (size_t k = 0; k < m->n_vary; k++)
		csv_add_str(&line, matrix_value(m, c.combination, k));
	csv_add_count(&line, c.repeat + 1);
	csv_add_num(&line, r->done ? (double)r->status : (double)NAN, 0);
	csv_add_str(&line, r->verdict);
	csv_add_num(&line, r->rate_kb_per_h, 3);
	csv_add_num(&line, r->rss_peak_kb, 3);
	csv_add_num(&line, r->ops_per_s, 3);
	csv_add_num(&line, r->errors, 0);
	csv_add_num(&line, r->per_op_bytes, 3);
	text_addf(out, "%s\n", text_str(&line));
	out->failed |= line.failed;
	text_release(&line);
}

static enum sk_code write_csv(const struct matrix *m, const char *dir, const struct matrix_result *results, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	char path[PATH_MAX];
	enum sk_code rc;

	text_add(&t, "cell");
	for (size_t k = 0; k < m->n_vary; k++)
		csv_add_str(&t, m->vary[k].option);
	text_add(&t, ",repeat,status,verdict,rate_kb_per_h,rss_peak_kb,ops_per_s,errors,per_op_bytes\n");
	for (size_t i = 0; i < matrix_cells(m); i++)
		csv_cell(m, i, &results[i], &t);
	snprintf(path, sizeof(path), "%s/matrix.csv", dir);
	rc = t.failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for %s", path) : atomic_write(path, t.s, t.len, err);
	text_release(&t);
	return rc;
}

enum sk_code matrix_write(const struct matrix *m, const char *dir, const json_t *arguments, const char *note,
			  const struct matrix_result *results, struct sk_err *err)
{
	json_t *o = json_object(), *cells = json_array();
	char path[PATH_MAX];
	enum sk_code rc;

	for (size_t i = 0; i < matrix_cells(m); i++)
		json_array_append_new(cells, cell_json(m, i, &results[i]));
	json_object_set_new(o, "schema", json_string("soakd.matrix/1"));
	json_object_set_new(o, "arguments", json_deep_copy(arguments));
	json_object_set_new(o, "note", note ? json_string(note) : json_null());
	json_object_set_new(o, "cells", cells);
	snprintf(path, sizeof(path), "%s/matrix.json", dir);
	rc = json_write_file(path, o, err);
	json_decref(o);
	return rc == SK_OK ? write_csv(m, dir, results, err) : rc;
}

/* ---- the table ------------------------------------------------------------------------------------------------------- */

struct column {
	double v[MATRIX_CELLS];
	size_t n;
};

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of one combination the known values of a field, ascending. */
static void collect(const struct matrix *m, const struct matrix_result *results, size_t combination, size_t field,
		    struct column *out)
{
	out->n = 0;
	for (size_t repeat = 0; repeat < m->repeats; repeat++) {
		const struct matrix_result *r = &results[matrix_index(m, (struct matrix_cell){ combination, repeat })];
		double v;

		memcpy(&v, (const char *)r + field, sizeof(v));
		if (r->done && isfinite(v))
			out->v[out->n++] = v;
	}
	qsort(out->v, out->n, sizeof(*out->v), ascending);
}

static double median(const struct column *c)
{
	return c->n == 0 ? NAN : (c->v[(c->n - 1) / 2] + c->v[c->n / 2]) / 2;
}

static const char *verdict_of(const struct matrix_result *r)
{
	return *r->verdict ? r->verdict : "none";
}

/* "2 stable, 1 leak", in the order in which they came; how many are done. */
static size_t add_verdicts(const struct matrix *m, const struct matrix_result *results, size_t combination, struct text *out)
{
	const struct matrix_result **done = sk_calloc(m->repeats, sizeof(struct matrix_result *));
	size_t n = 0, kinds = 0;

	for (size_t repeat = 0; done && repeat < m->repeats; repeat++) {
		const struct matrix_result *r = &results[matrix_index(m, (struct matrix_cell){ combination, repeat })];

		if (r->done)
			done[n++] = r;
	}
	for (size_t i = 0; i < n; i++) {
		size_t same = 0, before = 0;

		for (size_t k = 0; k < n; k++) {
			bool equal = strcmp(verdict_of(done[i]), verdict_of(done[k])) == 0;

			same += equal;
			before += equal && k < i;
		}
		if (before == 0)
			text_addf(out, "%s%zu %s", kinds++ ? ", " : "", same, verdict_of(done[i]));
	}
	out->failed |= !done;
	free(done);
	return n;
}

static void add_number(struct text *line, double v, int decimals, int width)
{
	if (isfinite(v))
		text_addf(line, "  %*.*f", width, decimals, v);
	else
		text_addf(line, "  %*s", width, "?");
}

static void add_combination(const struct matrix *m, const struct matrix_result *results, size_t combination, int width,
			    struct column *c, struct text *out)
{
	struct text words = TEXT_INIT, verdicts = TEXT_INIT, name = TEXT_INIT;
	size_t done = add_verdicts(m, results, combination, &verdicts);
	char range[64] = "?";
	double errors = 0;

	matrix_words(m, combination, &words);
	add_plain(&name, text_str(&words));
	collect(m, results, combination, offsetof(struct matrix_result, rate_kb_per_h), c);
	if (c->n)
		snprintf(range, sizeof(range), "%.0f [%.0f..%.0f]", median(c), c->v[0], c->v[c->n - 1]);
	text_addf(out, "%-*s  %3zu  %-24s  %28s", width, text_str(&name), done, text_str(&verdicts), range);
	collect(m, results, combination, offsetof(struct matrix_result, rss_peak_kb), c);
	add_number(out, median(c), 0, 12);
	collect(m, results, combination, offsetof(struct matrix_result, ops_per_s), c);
	add_number(out, median(c), 1, 10);
	collect(m, results, combination, offsetof(struct matrix_result, errors), c);
	for (size_t i = 0; i < c->n; i++)
		errors += c->v[i];
	add_number(out, c->n ? errors : NAN, 0, 8);
	collect(m, results, combination, offsetof(struct matrix_result, per_op_bytes), c);
	add_number(out, median(c), 1, 10);
	text_addc(out, '\n');
	text_release(&words);
	text_release(&verdicts);
	text_release(&name);
}

void matrix_table(const struct matrix *m, const struct matrix_result *results, struct text *out)
{
	struct column *c = sk_calloc(1, sizeof(*c));
	int width = 11;

	for (size_t i = 0; i < m->combinations; i++) {
		struct text words = TEXT_INIT;

		matrix_words(m, i, &words);
		width = (int)words.len > width ? (int)words.len : width;
		text_release(&words);
	}
	text_addf(out, "%-*s  %3s  %-24s  %28s  %12s  %10s  %8s  %10s\n", width, "combination", "n", "verdicts",
		  "KiB/h, median [min..max]", "RSS peak KiB", "ops/s", "errors", "bytes/op");
	for (size_t i = 0; c && i < m->combinations; i++)
		add_combination(m, results, i, width, c, out);
	out->failed |= !c;
	free(c);
}

int matrix_status(const struct matrix_result *results, size_t n)
{
	static const int order[] = { EXIT_INTERNAL,  EXIT_LEAK,       EXIT_TARGET_DIED, EXIT_WORKLOAD,    EXIT_MISSING_ROWS,
				     EXIT_NOT_FOUND, EXIT_CANNOT_RUN, EXIT_USAGE,       EXIT_INCONCLUSIVE };

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (size_t i = 0; i < n; i++)
			if (results[i].done && results[i].status == order[k])
				return order[k];
	return EXIT_NO_LEAK;
}
