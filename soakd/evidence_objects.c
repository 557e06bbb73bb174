/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mappings that grew most, from objects.csv: a first pass ranks them all (evidence_regions.h), a second one makes the series
 * of the few. What processes share is one for the whole tree, by its share of the pages; what is private is its role's where it has
 * a name, and its process's where it has none.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/evidence_internal.h"
#include "soakd/evidence_regions.h"

enum { O_TIME, O_PID, O_START, O_ROLE, O_CLASS, O_NAME, O_PSS, O_ANON, O_SWAP, O_FROM, O_TO, O_N };
static const char *const object_fields[O_N] = { "timestamp", "pid",     "starttime", "role",  "class", "name",
						"pss_kb",    "anon_kb", "swap_kb",   "start", "end" };

static bool address(const char *s, uint64_t *out)
{
	char *end;

	*out = strtoull(s, &end, 16);
	return *s && *s != '-' && *end == '\0';
}

static void put(char *out, size_t *at, const char *s)
{
	while (*s && *at + 1 < REGION_NAME)
		out[(*at)++] = *s++;
	out[*at] = '\0';
}

/* "CLASS WHAT of WHOSE" in a series' name: of a long WHAT, as a rule a path, the end is kept. */
static void full_name(char out[REGION_NAME], const char *class, const char *what, const char *whose)
{
	size_t fixed = strlen(class) + strlen(whose) + 2, at = 0; /* a blank, the end */
	size_t room = fixed + 3 < REGION_NAME ? REGION_NAME - fixed : 3;

	put(out, &at, class);
	put(out, &at, " ");
	if (strlen(what) > room) {
		what = utf8_end(what, room - 3);
		put(out, &at, "...");
	}
	put(out, &at, what);
	put(out, &at, whose);
}

static void take_row(const struct part_csv *p, struct regions *g)
{
	const char *class = part_text(p, O_CLASS), *name = part_text(p, O_NAME);
	const struct process_id id = { part_number(p, O_PID), part_number(p, O_START) };
	double kb = part_held_kb(class, part_number(p, O_PSS), part_number(p, O_ANON), part_number(p, O_SWAP));
	char whose[40], what[24], full[REGION_NAME];
	uint64_t from, to;

	if (isnan(kb))
		return;
	if (*name) {
		snprintf(whose, sizeof(whose), " of %.24s", part_text(p, O_ROLE));
		full_name(full, class, name, part_is_shared(class) ? "" : whose);
		regions_add_named(g, full, kb);
	} else if (address(part_text(p, O_FROM), &from) && address(part_text(p, O_TO), &to) && from < to) {
		snprintf(whose, sizeof(whose), " of %.16s pid %.0f", part_text(p, O_ROLE), id.pid);
		snprintf(what, sizeof(what), "%llx", (unsigned long long)from);
		full_name(full, class, what, whose);
		regions_add_range(g, &id, class, from, to, full, kb);
	}
}

/* Both files are written in the same rows. last: the one that was found last, and which its other rows have too. */
static bool is_partial(const struct evidence_reader *r, double unix_s, double *last)
{
	for (size_t i = 0; i < r->n_partial && unix_s != *last; i++)
		if (r->partial[i] == unix_s)
			*last = unix_s;
	return unix_s == *last;
}

/* A pass over the file. With series: what the numbered ones held, at each time. */
static enum sk_code pass(struct evidence_reader *r, struct regions *g, const struct region *top, size_t n, struct series *s,
			 struct sk_err *err)
{
	struct wall_cursor cursor = { &r->wall, 0, -INFINITY };
	struct part_csv p = { .csv.fd = -1 };
	double unix_s, open_s = NAN, partial_s = NAN, t = 0;
	enum sk_code rc = part_open(&p, r->out->dir, "objects.csv", object_fields, O_N, err);
	bool more = rc == SK_OK;

	while (more) {
		do
			rc = part_next(&p, &unix_s, err);
		while (rc == SK_OK && unix_s != open_s && is_partial(r, unix_s, &partial_s));
		more = rc == SK_OK;
		if (!isnan(open_s) && (!more || unix_s != open_s)) {
			regions_close_group(g);
			for (size_t i = 0; i < n; i++)
				series_add(&s[i], t, regions_value(g, top[i].number));
		}
		if (more && unix_s != open_s) {
			open_s = unix_s;
			t = wall_cursor_elapsed(&cursor, unix_s);
		}
		if (more)
			take_row(&p, g);
	}
	csv_close(&p.csv);
	return rc;
}

enum sk_code evidence_objects(struct evidence_reader *r, struct sk_err *err)
{
	struct region top[REGIONS_TOP];
	struct regions *g = regions_new();
	struct series *s = r->out->part_series + r->out->n_part_series;
	enum sk_code rc = g ? pass(r, g, NULL, 0, NULL, err) : SK_ENOMEM, made = SK_OK;
	size_t n = 0;

	if (rc == SK_EEND || rc == SK_EPARSE) /* what was read of a damaged file stays */
		n = regions_top(g, top);
	for (size_t i = 0; i < n && made == SK_OK; i++) {
		made = series_init(&s[i], top[i].name, r->out->ev.interval_s, r->blocks, NULL);
		r->out->n_part_series += made == SK_OK;
	}
	regions_free(g);
	g = n > 0 && made == SK_OK ? regions_new() : NULL;
	if (g)
		pass(r, g, top, n, s, NULL); /* what is wrong with the file the first pass has said */
	else if (n > 0)
		rc = SK_ENOMEM;
	regions_free(g);
	return rc;
}
