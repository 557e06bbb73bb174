/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of operation: from the shared page and from earlier rows to lines and JSON; see operations.h. */
#include "soakd/operations.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"

enum total { OPS, ERRORS, ROWS, BYTES, TOTALS };
static const char *const total_name[TOTALS] = { "ops", "errors", "rows", "bytes" };

static const double shares[] = { .5, .95, .99 };
#define SHARES (sizeof(shares) / sizeof(*shares))
static const char *const share_name[SHARES] = { "p50_us", "p95_us", "p99_us" };

struct operation {
	char name[DRIVE_OP_NAME];
	uint64_t before[TOTALS], total[TOTALS]; /* of earlier segments; of the run */
	uint64_t max_ns;                        /* the longest that this process has seen */
	uint64_t counts[LATENCY_BUCKETS];       /* of the page, when it was last read */
	struct latency_figures recent;          /* what had come since the time before */
};

struct operations {
	struct operation *kind[OPERATIONS_MAX];
	size_t n;
	size_t place[DRIVE_OP_KINDS]; /* of the page's k-th kind in kind[]; OPERATIONS_MAX: left out */
	size_t n_place;
};

struct operations *operations_new(void)
{
	return sk_calloc(1, sizeof(struct operations));
}

void operations_free(struct operations *o)
{
	for (size_t i = 0; o && i < o->n; i++)
		free(o->kind[i]);
	free(o);
}

size_t operations_count(const struct operations *o)
{
	return o->n;
}

/* Its place, made where the name is new; OPERATIONS_MAX: there is no room, or it is no name of a driver's. */
static size_t place_of(struct operations *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->kind[i]->name, name) == 0)
			return i;
	if (o->n == OPERATIONS_MAX || strlen(name) >= DRIVE_OP_NAME || !(o->kind[o->n] = sk_calloc(1, sizeof(**o->kind))))
		return OPERATIONS_MAX;
	snprintf(o->kind[o->n]->name, DRIVE_OP_NAME, "%s", name);
	return o->n++;
}

/* The page's next kind. Its name may come from a user's file, and may be cut within a character. */
static void learn(struct operations *o, const struct drive_op *op)
{
	char raw[DRIVE_OP_NAME + 1], *plain;

	snprintf(raw, sizeof(raw), "%.*s", (int)strnlen(op->name, DRIVE_OP_NAME), op->name);
	plain = plain_dup(raw);
	o->place[o->n_place++] = plain ? place_of(o, plain) : OPERATIONS_MAX;
	free(plain);
}

static uint64_t now(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void read_kind(struct operation *k, const struct drive_op *op)
{
	uint64_t since[LATENCY_BUCKETS];
	const _Atomic uint64_t *const all[TOTALS] = { &op->ops, &op->errors, &op->rows, &op->bytes };

	for (size_t i = 0; i < TOTALS; i++)
		k->total[i] = k->before[i] + now(all[i]);
	latency_since(&op->latency, k->counts, since);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		k->counts[i] += since[i];
	k->max_ns = now(&op->latency.max_ns);
	latency_figures(since, k->max_ns, shares, SHARES, &k->recent);
}

void operations_read(struct operations *o, const struct drive_shared *page)
{
	size_t n = atomic_load_explicit(&page->n_kinds, memory_order_acquire);

	if (n > DRIVE_OP_KINDS)
		n = DRIVE_OP_KINDS;
	while (o->n_place < n)
		learn(o, &page->kind[o->n_place]);
	for (size_t i = 0; i < o->n_place; i++)
		if (o->place[i] < OPERATIONS_MAX)
			read_kind(o->kind[o->place[i]], &page->kind[i]);
}

/* ---- what is written ---------------------------------------------------------------------------------------- */

/* Rows and bytes: a driver that cannot count them looks like one that has none. */
static double known(const struct operation *k, size_t i)
{
	return k->total[i] == 0 && i >= ROWS ? (double)NAN : (double)k->total[i];
}

static double us(const struct latency_figures *f, uint64_t ns)
{
	return f->n > 0 ? (double)ns / 1000 : (double)NAN;
}

void operations_line(const struct operations *o, size_t i, double timestamp, struct text *line)
{
	const struct operation *k = o->kind[i];

	text_reset(line);
	csv_add_fixed(line, timestamp, 3);
	csv_add_str(line, k->name);
	for (size_t t = 0; t < TOTALS; t++)
		csv_add_num(line, known(k, t), 0);
	for (size_t s = 0; s < SHARES; s++)
		csv_add_num(line, us(&k->recent, k->recent.quantile_ns[s]), 3);
	csv_add_num(line, us(&k->recent, k->recent.max_ns), 3);
}

static json_t *kind_json(const struct operation *k, double elapsed_s)
{
	struct latency_figures f;
	json_t *j = json_object();

	latency_figures(k->counts, k->max_ns, shares, SHARES, &f);
	json_object_set_new(j, "kind", json_string(k->name));
	for (size_t t = 0; t < TOTALS; t++)
		json_object_set_new(j, total_name[t], json_num(known(k, t)));
	json_object_set_new(j, "per_s", json_num(elapsed_s > 0 ? (double)k->total[OPS] / elapsed_s : (double)NAN));
	json_object_set_new(j, "measured", json_num((double)f.n));
	for (size_t s = 0; s < SHARES; s++)
		json_object_set_new(j, share_name[s], json_num(us(&f, f.quantile_ns[s])));
	json_object_set_new(j, "max_us", json_num(us(&f, f.max_ns)));
	return j;
}

json_t *operations_json(const struct operations *o, double elapsed_s)
{
	json_t *all = o->n > 0 ? json_array() : NULL;

	for (size_t i = 0; all && i < o->n; i++)
		json_array_append_new(all, kind_json(o->kind[i], elapsed_s));
	return all;
}

/* ---- what an interrupted run had ---------------------------------------------------------------------------- */

#define COUNT_MAX 9007199254740992.0 /* 2^53: beyond it a double counts no more, and the file was tampered with */

static void take_row(struct operations *o, const struct csv_reader *csv, int kind, const int *at)
{
	double v;
	char *plain = kind >= 0 && (size_t)kind < csv->n_field ? plain_dup(csv->field[kind]) : NULL;
	size_t place = plain ? place_of(o, plain) : OPERATIONS_MAX;

	free(plain);
	for (size_t t = 0; place < OPERATIONS_MAX && t < TOTALS; t++)
		if (at[t] >= 0 && (size_t)at[t] < csv->n_field && real_parse(csv->field[at[t]], &v, NULL) == SK_OK)
			o->kind[place]->before[t] = o->kind[place]->total[t] = (uint64_t)fmin(fmax(v, 0), COUNT_MAX);
}

enum sk_code operations_resume(struct operations *o, const char *dir, struct sk_err *err)
{
	char path[PATH_MAX];
	struct csv_reader csv;
	int at[TOTALS], kind;
	enum sk_code rc;

	snprintf(path, sizeof(path), "%s/operations.csv", dir);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return SK_OK;
	rc = csv_open(&csv, path, err);
	if (rc == SK_OK)
		rc = csv_next(&csv, err);
	kind = rc == SK_OK ? csv_find(&csv, "kind") : -1;
	for (size_t t = 0; rc == SK_OK && t < TOTALS; t++)
		at[t] = csv_find(&csv, total_name[t]);
	while (rc == SK_OK && (rc = csv_next(&csv, err)) == SK_OK && !csv.torn)
		take_row(o, &csv, kind, at);
	csv_close(&csv);
	return rc == SK_EEND ? SK_OK : rc;
}
