/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the target says of itself, from internals.csv, beside what the kernel saw of the same processes at the same moments.
 *
 *   internals.csv ─1st pass─▶ which items grew most, which processes have accounts ─2nd pass─▶ their points at epochs
 *   processes.csv ──────────────────────────────────────────────────▶ private memory of those processes at those epochs
 *
 * Bounded: ITEMS_SEEN different items, GROWERS_MAX of items and processes while ranking, then ACCOUNTS_MAX processes with
 * EXPLAINED_TOP items each, of EXPLAINED_POINTS points; of longer series every second point is dropped, again and again.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence_growers.h"
#include "soakd/evidence_internal.h"

#define ITEMS_SEEN   512 /* different (source, item); later ones are left out */
#define ACCOUNTS_MAX 32

/* What an item says of all of its process's memory. */
enum part_of { PART_ITEM, PART_IN_USE, PART_IN_USE_ELSE, PART_ACTIVE, PART_HELD, PART_IGNORED };

static const struct account_source sources[] = {
	{ "pg_backend_memory_contexts", "context", "PostgreSQL's memory contexts", "explain",
	  "taken outside of them (malloc: settings, libraries, extensions)", 1 },
	{ "redis", NULL, "redis's own accounting", "explains", "taken outside of its allocator", 0 },
	{ "malloc", NULL, "what malloc has handed out", "explains", "mapped beside malloc", 0 },
};
#define SOURCES (sizeof(sources) / sizeof(*sources))

static const struct {
	const char *source, *item;
	enum part_of part;
} roles[] = {
	{ "pg_backend_memory_contexts", "used", PART_IN_USE },
	{ "pg_backend_memory_contexts", "total", PART_HELD },
	{ "pg_backend_memory_contexts", "free", PART_IGNORED },
	/* used_memory leaves out what Lua and libraries take from the same allocator: beside its pages that would look like waste */
	{ "redis", "allocator_allocated", PART_IN_USE },
	{ "redis", "used_memory", PART_IN_USE_ELSE }, /* up to version 3.2 there is nothing else */
	{ "redis", "allocator_active", PART_ACTIVE },
	{ "redis", "allocator_resident", PART_HELD },
	{ "malloc", "in use", PART_IN_USE },
	{ "malloc", "mapped", PART_HELD },
	{ "malloc", "arenas free", PART_IGNORED },
};

struct item {
	char *name;
	const struct account_source *source;
	enum part_of part;
	double growth; /* over all processes */
	int place;     /* among the chosen; -1: none of them */
};

/* Points of one number, thinned when they are too many. */
struct track_of {
	double t[EXPLAINED_POINTS], kb[EXPLAINED_POINTS];
	size_t n;
	unsigned stride, skip; /* of so many points one is taken; so many more are left out */
};

enum { T_SEEN, T_IN_USE, T_ACTIVE, T_HELD, T_ITEMS };

struct reading {
	struct evidence_reader *r;
	struct item item[ITEMS_SEEN];
	size_t n_items;
	struct growers *grow; /* pid and item; `role` is the item's number */
	struct {
		double pid;
		const struct account_source *source;
		size_t in_use;              /* the item that is T_IN_USE */
		size_t epoch;               /* of T_IN_USE, that the kernel's figure is looked for */
		double before_t, before_kb; /* the kernel's figure in the row before; NaN */
		struct track_of *track[T_ITEMS + EXPLAINED_TOP];
	} account[ACCOUNTS_MAX];
	size_t n_accounts;
	const char *chosen[EXPLAINED_TOP];
	size_t n_chosen;
};

enum { I_TIME, I_PID, I_SOURCE, I_ITEM, I_VALUE, I_UNIT, I_FIELDS };
static const char *const internal_fields[I_FIELDS] = { "timestamp", "pid", "source", "item", "value", "unit" };

enum { P_TIME, P_PID, P_ANON, P_FIELDS };
static const char *const process_fields[P_FIELDS] = { "timestamp", "pid", "anon_kb" };

static const struct account_source *source_find(const char *name)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (strcmp(sources[i].name, name) == 0)
			return &sources[i];
	return NULL;
}

static enum part_of part_find(const char *source, const char *item)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (strcmp(roles[i].source, source) == 0 && strcmp(roles[i].item, item) == 0)
			return roles[i].part;
	return PART_ITEM;
}

/* The number of an item, new ones included; ITEMS_SEEN where there is no room. */
static size_t item_number(struct reading *in, const struct account_source *source, const char *name)
{
	struct item *it = in->item;

	for (; it < in->item + in->n_items; it++)
		if (it->source == source && strncmp(it->name, name, EXPLAINED_NAME - 1) == 0)
			return (size_t)(it - in->item);
	if (in->n_items == ITEMS_SEEN)
		return ITEMS_SEEN;
	*it = (struct item){ strndup(name, EXPLAINED_NAME - 1), source, part_find(source->name, name), 0, -1 };
	return it->name ? in->n_items++ : ITEMS_SEEN;
}

/* One usable row: bytes of a process, from a source that we know. */
struct internal_row {
	double t, pid, kb;
	size_t item;
};

static enum sk_code next_row(struct part_csv *p, struct reading *in, struct wall_cursor *cursor, struct internal_row *row,
			     struct sk_err *err)
{
	const struct account_source *source;
	double unix_s;
	enum sk_code rc;

	while ((rc = part_next(p, &unix_s, err)) == SK_OK) {
		source = source_find(part_text(p, I_SOURCE));
		if (!source || strcmp(part_text(p, I_UNIT), "bytes") != 0)
			continue;
		row->pid = field_number(&p->csv, p->field[I_PID], NULL);
		row->kb = field_number(&p->csv, p->field[I_VALUE], NULL) / 1024;
		row->item = item_number(in, source, part_text(p, I_ITEM));
		if (isnan(row->pid) || isnan(row->kb) || row->item == ITEMS_SEEN)
			continue;
		row->t = wall_cursor_elapsed(cursor, unix_s);
		return SK_OK;
	}
	return rc;
}

static enum sk_code rank_pass(struct part_csv *p, struct reading *in, struct sk_err *err)
{
	struct wall_cursor cursor = { &in->r->wall, 0, -INFINITY };
	struct internal_row row;
	enum sk_code rc;

	while ((rc = next_row(p, in, &cursor, &row, err)) == SK_OK) {
		struct process_id id = { row.pid, (double)row.item };

		if (in->item[row.item].part <= PART_IN_USE_ELSE)
			growers_add(in->grow, &id, row.item, row.t, row.kb);
	}
	return rc;
}

/* The items that grew most, all processes together. */
static void choose_items(struct reading *in)
{
	while (in->n_chosen < EXPLAINED_TOP) {
		struct item *best = NULL;

		for (struct item *it = in->item; it < in->item + in->n_items; it++)
			if (it->part == PART_ITEM && it->source->by && it->place < 0 && it->growth > 0 &&
			    (!best || it->growth > best->growth))
				best = it;
		if (!best)
			return;
		best->place = (int)in->n_chosen;
		in->chosen[in->n_chosen++] = best->name;
	}
}

static int by_growth(const void *a, const void *b)
{
	const struct grower *x = *(const struct grower *const *)a, *y = *(const struct grower *const *)b;
	double gx = x->last - x->first, gy = y->last - y->first;

	return (gx < gy) - (gx > gy);
}

/* An item that says what its process has in use, and none says it better. */
static bool is_in_use(const struct reading *in, const struct grower *all, size_t n, const struct grower *g)
{
	const struct item *it = &in->item[g->role];

	if (it->part != PART_IN_USE_ELSE)
		return it->part == PART_IN_USE;
	for (size_t i = 0; i < n; i++)
		if (all[i].id.pid == g->id.pid && in->item[all[i].role].source == it->source &&
		    in->item[all[i].role].part == PART_IN_USE)
			return false;
	return true;
}

/* Of the processes with accounts those whose own grew most. SK_ENOMEM. */
static enum sk_code choose(struct reading *in)
{
	size_t n, n_in_use = 0;
	const struct grower *all = growers_all(in->grow, &n);
	const struct grower **in_use = sk_calloc(n, sizeof(*in_use));

	if (!in_use)
		return SK_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		in->item[all[i].role].growth += all[i].last - all[i].first;
		if (is_in_use(in, all, n, &all[i]))
			in_use[n_in_use++] = &all[i];
	}
	qsort(in_use, n_in_use, sizeof(*in_use), by_growth);
	for (size_t i = 0; i < n_in_use && in->n_accounts < ACCOUNTS_MAX; i++) {
		in->account[in->n_accounts].pid = in_use[i]->id.pid;
		in->account[in->n_accounts].before_t = NAN;
		in->account[in->n_accounts].in_use = in_use[i]->role;
		in->account[in->n_accounts++].source = in->item[in_use[i]->role].source;
	}
	free(in_use);
	choose_items(in);
	return SK_OK;
}

static void thin(struct track_of *tr)
{
	for (size_t i = 0; 2 * i < tr->n; i++) {
		tr->t[i] = tr->t[2 * i];
		tr->kb[i] = tr->kb[2 * i];
	}
	tr->n = (tr->n + 1) / 2;
	tr->stride *= 2;
}

static enum sk_code track_add(struct track_of **at, double t, double kb)
{
	struct track_of *tr = *at;

	if (!tr) {
		*at = tr = sk_calloc(1, sizeof(*tr));
		if (!tr)
			return SK_ENOMEM;
		tr->stride = 1;
	}
	if (tr->n && !(t > tr->t[tr->n - 1]))
		return SK_OK; /* the clock was set back */
	if (tr->skip > 0) {
		tr->skip--;
		return SK_OK;
	}
	if (tr->n == EXPLAINED_POINTS)
		thin(tr);
	tr->skip = tr->stride - 1;
	tr->t[tr->n] = t;
	tr->kb[tr->n++] = kb;
	return SK_OK;
}

static int track_number(const struct item *it)
{
	switch (it->part) {
	case PART_IN_USE:
	case PART_IN_USE_ELSE:
		return T_IN_USE;
	case PART_ACTIVE:
		return T_ACTIVE;
	case PART_HELD:
		return T_HELD;
	case PART_ITEM:
		return it->place < 0 ? -1 : T_ITEMS + it->place;
	case PART_IGNORED:
		break;
	}
	return -1;
}

static enum sk_code point_pass(struct part_csv *p, struct reading *in, struct sk_err *err)
{
	struct wall_cursor cursor = { &in->r->wall, 0, -INFINITY };
	struct internal_row row;
	enum sk_code rc;

	while ((rc = next_row(p, in, &cursor, &row, err)) == SK_OK) {
		const struct item *it = &in->item[row.item];
		int track = track_number(it);

		for (size_t i = 0; track >= 0 && i < in->n_accounts; i++)
			if (in->account[i].pid == row.pid && in->account[i].source == it->source &&
			    (track != T_IN_USE || in->account[i].in_use == row.item) &&
			    track_add(&in->account[i].track[track], row.t, row.kb) != SK_OK)
				return SK_ENOMEM;
	}
	return rc;
}

/* The kernel's figure at the epochs up to t: on the line between the row before and this one. */
static enum sk_code see(struct reading *in, size_t i, double t, double kb)
{
	const struct track_of *own = in->account[i].track[T_IN_USE];
	double t0 = in->account[i].before_t, kb0 = in->account[i].before_kb;

	for (; own && in->account[i].epoch < own->n && own->t[in->account[i].epoch] <= t; in->account[i].epoch++) {
		double at = own->t[in->account[i].epoch];

		if (isfinite(t0) &&
		    track_add(&in->account[i].track[T_SEEN], at, kb0 + (kb - kb0) * (at - t0) / (t - t0)) != SK_OK)
			return SK_ENOMEM;
	}
	in->account[i].before_t = t;
	in->account[i].before_kb = kb;
	return SK_OK;
}

/* The last epoch comes after the last row. */
static enum sk_code see_last(struct reading *in)
{
	for (size_t i = 0; i < in->n_accounts; i++) {
		const struct track_of *own = in->account[i].track[T_IN_USE];
		double t = in->account[i].before_t;

		if (own && isfinite(t) && in->account[i].epoch + 1 == own->n && own->t[own->n - 1] > t &&
		    track_add(&in->account[i].track[T_SEEN], own->t[own->n - 1], in->account[i].before_kb) != SK_OK)
			return SK_ENOMEM;
	}
	return SK_OK;
}

static enum sk_code kernel_pass(struct part_csv *p, struct reading *in, struct sk_err *err)
{
	struct wall_cursor cursor = { &in->r->wall, 0, -INFINITY };
	double unix_s, t, pid, kb;
	enum sk_code rc;

	while ((rc = part_next(p, &unix_s, err)) == SK_OK) {
		t = wall_cursor_elapsed(&cursor, unix_s);
		pid = field_number(&p->csv, p->field[P_PID], NULL);
		kb = field_number(&p->csv, p->field[P_ANON], NULL);
		for (size_t i = 0; i < in->n_accounts; i++)
			if (in->account[i].pid == pid && isfinite(kb) && see(in, i, t, kb) != SK_OK)
				return SK_ENOMEM;
	}
	if (rc == SK_EEND && see_last(in) != SK_OK)
		return SK_ENOMEM;
	return rc;
}

/* One pass over a file; what was read of a damaged one stays, and was noted at the first pass over it. */
static enum sk_code pass(struct reading *in, const char *file, const char *const *names, size_t n,
			 enum sk_code (*read)(struct part_csv *, struct reading *, struct sk_err *), struct sk_err *err)
{
	struct part_csv p = { .csv.fd = -1 };
	enum sk_code rc = part_open(&p, in->r->out->dir, file, names, n, err);

	if (rc == SK_OK)
		rc = read(&p, in, err);
	csv_close(&p.csv);
	return rc;
}

static struct points points_of(const struct track_of *tr)
{
	return tr ? (struct points){ tr->t, tr->kb, tr->n } : (struct points){ NULL, NULL, 0 };
}

/* What was read as evidence; it keeps the tracks and the names alive. SK_ENOMEM. */
static enum sk_code hand_over(struct reading *in, struct evidence_file *f)
{
	struct account *account = sk_calloc(in->n_accounts, sizeof(*account));
	struct account_item *item = sk_calloc(in->n_accounts * EXPLAINED_TOP, sizeof(*item));

	f->ev.account = account;
	f->account_item = item;
	if (!account || !item)
		return SK_ENOMEM;
	for (size_t i = 0; i < in->n_accounts; i++) {
		struct track_of **track = in->account[i].track;

		account[i] = (struct account){ .source = in->account[i].source,
					       .seen = points_of(track[T_SEEN]),
					       .in_use = points_of(track[T_IN_USE]),
					       .active = points_of(track[T_ACTIVE]),
					       .held = points_of(track[T_HELD]),
					       .item = item + i * EXPLAINED_TOP };
		for (size_t k = 0; k < in->n_chosen; k++)
			if (track[T_ITEMS + k])
				item[i * EXPLAINED_TOP + account[i].n_items++] =
					(struct account_item){ in->chosen[k], points_of(track[T_ITEMS + k]) };
	}
	f->ev.n_accounts = in->n_accounts;
	return SK_OK;
}

void evidence_internals_release(struct reading *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->n_accounts; i++)
		for (size_t k = 0; k < T_ITEMS + EXPLAINED_TOP; k++)
			free(in->account[i].track[k]);
	for (size_t i = 0; i < in->n_items; i++)
		free(in->item[i].name);
	growers_free(in->grow);
	free(in);
}

static enum sk_code read_all(struct reading *in, struct sk_err *err)
{
	enum sk_code rc = pass(in, "internals.csv", internal_fields, I_FIELDS, rank_pass, err);

	if (rc != SK_EEND && rc != SK_EPARSE)
		return rc;
	if (choose(in) != SK_OK)
		return SK_ENOMEM;
	growers_free(in->grow);
	in->grow = NULL;
	if (in->n_accounts == 0)
		return rc;
	if (pass(in, "internals.csv", internal_fields, I_FIELDS, point_pass, NULL) == SK_ENOMEM ||
	    pass(in, "processes.csv", process_fields, P_FIELDS, kernel_pass, NULL) == SK_ENOMEM)
		return SK_ENOMEM;
	return rc;
}

enum sk_code evidence_internals(struct evidence_reader *r, struct sk_err *err)
{
	struct reading *in = sk_calloc(1, sizeof(*in));
	struct sk_err why = { 0 };
	enum sk_code rc = SK_ENOMEM;

	r->out->internals = in;
	if (in) {
		in->r = r;
		in->grow = growers_new();
	}
	if (in && in->grow)
		rc = read_all(in, &why);
	if (rc != SK_ENOMEM && in->n_accounts && hand_over(in, r->out) != SK_OK)
		rc = SK_ENOMEM;
	return part_tolerate(r, rc, &why, err);
}
