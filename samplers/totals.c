/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two tables, this row's processes and the last row's: a process's counters are looked up there and written here, and
 * totals_end() swaps them. So the dead need no removal, and nothing is allocated unless a row has more processes than any before.
 */
#include "samplers/totals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_SLOTS 128 /* power of 2, at most half of them used */

struct who {
	pid_t pid; /* 0: the slot is free */
	uint64_t starttime;
};

struct table {
	struct who *who;
	double *last; /* n_counter readings of each slot */
	size_t slots, used;
};

struct totals_state {
	size_t n_counter;
	size_t counter[SAMPLER_METRICS_MAX]; /* its slot in the row */
	double grown[SAMPLER_METRICS_MAX];   /* by row slot: since the run began; NaN while nobody supplied it */
	size_t lacking[SAMPLER_METRICS_MAX]; /* live processes without a value in this row */
	size_t exiting;                      /* processes of this row that have given their memory back */
	struct table now, before;
};

static void table_release(struct table *t)
{
	free(t->who);
	free(t->last);
	memset(t, 0, sizeof(*t));
}

static int table_make(struct table *t, size_t slots, size_t n_counter)
{
	t->who = sk_calloc(slots, sizeof(*t->who));
	t->last = sk_calloc(slots, n_counter * sizeof(*t->last));
	t->slots = slots;
	t->used = 0;
	if (t->who && t->last)
		return 0;
	table_release(t);
	return -1;
}

/* The slot of that process, or the free one where it belongs. */
static size_t table_slot(const struct table *t, pid_t pid, uint64_t starttime)
{
	uint64_t hash = ((uint64_t)(uint32_t)pid << 32 ^ starttime) * 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio */
	size_t i = (size_t)(hash >> 32) & (t->slots - 1);

	while (t->who[i].pid && (t->who[i].pid != pid || t->who[i].starttime != starttime))
		i = (i + 1) & (t->slots - 1);
	return i;
}

/* Readings of a process that is in the table, or NULL. */
static double *table_find(const struct table *t, const struct totals_state *st, pid_t pid, uint64_t starttime)
{
	size_t i = table_slot(t, pid, starttime);

	return t->who[i].pid ? &t->last[i * st->n_counter] : NULL;
}

static double *table_insert(struct table *t, const struct totals_state *st, pid_t pid, uint64_t starttime)
{
	size_t i = table_slot(t, pid, starttime);

	if (!t->who[i].pid) {
		t->who[i] = (struct who){ pid, starttime };
		t->used++;
	}
	return &t->last[i * st->n_counter];
}

static int table_grow(struct table *t, const struct totals_state *st)
{
	struct table big;

	if (2 * (t->used + 1) <= t->slots)
		return 0;
	if (table_make(&big, 2 * t->slots, st->n_counter) != 0)
		return -1;
	for (size_t i = 0; i < t->slots; i++)
		if (t->who[i].pid)
			memcpy(table_insert(&big, st, t->who[i].pid, t->who[i].starttime), &t->last[i * st->n_counter],
			       st->n_counter * sizeof(double));
	table_release(t);
	*t = big;
	return 0;
}

static void table_clear(struct table *t)
{
	memset(t->who, 0, t->slots * sizeof(*t->who));
	t->used = 0;
}

enum sk_code totals_init(struct totals *t, const struct sampler_set *set, struct sk_err *err)
{
	struct totals_state *st = sk_calloc(1, sizeof(*st));

	memset(t, 0, sizeof(*t));
	t->set = set;
	t->state = st;
	if (!st)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the totals of the tree");
	for (size_t k = 0; k < set->n_metric; k++) {
		st->grown[k] = NAN;
		if (set->metric[k]->kind == METRIC_COUNTER)
			st->counter[st->n_counter++] = k;
	}
	if (table_make(&st->now, FIRST_SLOTS, st->n_counter) == 0 && table_make(&st->before, FIRST_SLOTS, st->n_counter) == 0)
		return SK_OK;
	totals_release(t);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the totals of the tree");
}

void totals_release(struct totals *t)
{
	if (t->state) {
		table_release(&t->state->now);
		table_release(&t->state->before);
		free(t->state);
	}
	t->state = NULL;
}

void totals_counters(const struct totals *t, double *out)
{
	for (size_t k = 0; k < t->set->n_metric; k++)
		out[k] = t->state->grown[k];
}

void totals_resume(struct totals *t, const double *counters)
{
	for (size_t c = 0; c < t->state->n_counter; c++)
		t->state->grown[t->state->counter[c]] = counters[t->state->counter[c]];
}

void totals_begin(struct totals *t)
{
	memset(t->sum, 0, sizeof(t->sum));
	memset(t->supplied, 0, sizeof(t->supplied));
	memset(t->state->lacking, 0, sizeof(t->state->lacking));
	t->processes = 0;
	t->state->exiting = 0;
	table_clear(&t->state->now);
}

static bool is_memory(const struct metric *m)
{
	return m->kind != METRIC_COUNTER && strcmp(m->unit, "KiB") == 0;
}

/* Gauges into the sum; which were missing is kept. */
static void add_values(struct totals *t, const double *row, bool exiting)
{
	for (size_t k = 0; k < t->set->n_metric; k++) {
		if (isnan(row[k])) {
			t->state->lacking[k] += !(exiting && is_memory(t->set->metric[k]));
			continue;
		}
		t->sum[k] += row[k];
		t->supplied[k]++;
	}
}

/* A reading's growth since the last one. Without a value, and where it seems to go back, the last reading stands. */
static void count(struct totals_state *st, double *last, const double *row, double from)
{
	for (size_t c = 0; c < st->n_counter; c++) {
		size_t k = st->counter[c];
		double v = row[k];

		if (isnan(v))
			continue;
		if (isnan(st->grown[k]))
			st->grown[k] = 0;
		if (isnan(last[c]))
			last[c] = isnan(from) ? v : from;
		if (v > last[c]) {
			st->grown[k] += v - last[c];
			last[c] = v;
		}
	}
}

enum sk_code totals_add(struct totals *t, pid_t pid, uint64_t starttime, unsigned how, const double *row, struct sk_err *err)
{
	struct totals_state *st = t->state;
	bool exiting = how & TOTALS_EXITING;
	const double *old;
	double *last;

	if (!(how & TOTALS_GONE)) {
		add_values(t, row, exiting);
		t->processes++;
		st->exiting += exiting;
	}
	if (table_grow(&st->now, st) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to follow the counters of process %d", (int)pid);
	last = table_insert(&st->now, st, pid, starttime);
	old = table_find(&st->before, st, pid, starttime);
	for (size_t c = 0; c < st->n_counter; c++)
		last[c] = old ? old[c] : (double)NAN;
	count(st, last, row, how & TOTALS_BORN ? 0 : (double)NAN);
	return SK_OK;
}

/* Everybody that is there is exiting: what they still show of memory is no level of the target. */
static void forget_memory(struct totals *t)
{
	for (size_t k = 0; k < t->set->n_metric; k++) {
		if (!is_memory(t->set->metric[k]))
			continue;
		t->sum[k] = NAN;
		t->supplied[k] = 0;
	}
}

void totals_end(struct totals *t)
{
	struct totals_state *st = t->state;
	struct table swap = st->before;

	for (size_t k = 0; k < t->set->n_metric; k++) {
		if (t->set->metric[k]->kind == METRIC_COUNTER)
			t->sum[k] = st->grown[k];
		else if (t->supplied[k] == 0 || st->lacking[k] > 0)
			t->sum[k] = NAN;
	}
	if (st->exiting > 0 && st->exiting == t->processes)
		forget_memory(t);
	st->before = st->now;
	st->now = swap;
}
