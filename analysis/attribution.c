/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares of the growth, part by part. */
#include "analysis/attribution.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/ar.h"
#include "analysis/fdr.h"
#include "analysis/known.h"
#include "analysis/shape.h"
#include "analysis/slice.h"
#include "analysis/theil_sen.h"
#include "analysis/track.h"
#include "analysis/words.h"
#include "base/mem.h"

#define ENOUGH  8 /* points of a part */
#define FD_KIND "fd-kind"

enum family { OF_PROCESSES, OF_CLASSES, OF_MAPPINGS, OF_FD_KINDS, FAMILIES };

static enum family family_of(const char *by)
{
	if (strcmp(by, FD_KIND) == 0)
		return OF_FD_KINDS;
	return strcmp(by, "class") == 0 ? OF_CLASSES : strcmp(by, "mapping") == 0 ? OF_MAPPINGS : OF_PROCESSES;
}

struct span {
	double from, to;
};

static struct span judged_span(const struct evidence *ev, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	struct span s = { judged_from(m), m->fit.valid ? m->fit.t1 : 0 };

	for (size_t i = 0; i < ev->n_parts && !v->main.fit.valid; i++)
		if (ev->part[i].series->last_t > s.to)
			s.to = ev->part[i].series->last_t;
	return s;
}

/*
 * Classes and mappings are read more seldom than rows, and no more once a process is too big for it: where none of them goes on, the
 * span of them all ends there. None has died then.
 */
static struct span span_of(const struct evidence *ev, const struct span *s, enum family f)
{
	struct span own = { s->from, -INFINITY };

	for (size_t i = 0; i < ev->n_parts; i++)
		if (family_of(ev->part[i].by) == f)
			own.to = fmax(own.to, ev->part[i].series->last_t);
	return f == OF_PROCESSES || !(own.to < s->to) ? *s : own;
}

/* The points of the span: *a .. *b - 1. */
static void within(const struct track *tr, const struct span *s, size_t *a, size_t *b)
{
	*a = 0;
	*b = tr->n;
	while (*a < tr->n && tr->t[*a] < s->from)
		++*a;
	while (*b > *a && tr->t[*b - 1] > s->to)
		--*b;
}

/* One-sided, of a line over the span; NaN for too few points, and for what died: it takes part no more. */
static double trend_p(const struct track *tr, const struct span *s)
{
	struct track part;
	struct py_test test;
	struct design d;
	const double *col[2];
	size_t a, b;

	within(tr, s, &a, &b);
	if (b - a < ENOUGH || tr->t[b - 1] < s->to - (s->to - s->from) / 10)
		return NAN;
	track_slice(tr, a, b, &part);
	design_levels(&d, &part);
	col[0] = d.x[0];
	col[1] = part.u;
	return py_trend(&part, col, 2, 2, &test) == SK_OK ? test.p_up : NAN;
}

/*
 * Growth within the span, NaN for fewer than ENOUGH points. What is born later counts from its first value and what dies
 * falls to 0: to exist is no growth.
 */
static double growth_of(const struct track *tr, const struct span *s)
{
	double slope, tenth = (s->to - s->from) / 10;
	size_t a, b;

	within(tr, s, &a, &b);
	if (b - a < ENOUGH)
		return NAN;
	bool born = tr->t[a] > s->from + tenth, died = tr->t[b - 1] < s->to - tenth;

	if (died)
		return born ? 0 : -track_median(tr, a, a + ENOUGH);
	if (theil_sen_slope(tr->t + a, tr->y + a, b - a, &slope) != SK_OK)
		return NAN;
	return slope * (s->to - (born ? tr->t[a] : s->from));
}

/*
 * Shared memory is counted by its own column and private memory by its own: where one of them decided, what is of the other
 * explains nothing of it. A mapping's name begins with its class.
 */
static bool explains(const struct evidence_part *p, const char *column)
{
	bool shared = strncmp(p->name, "shmem", 5) == 0 && (p->name[5] == '\0' || p->name[5] == ' ');

	if (family_of(p->by) == OF_PROCESSES || family_of(p->by) == OF_FD_KINDS)
		return true;
	if (strncmp(column, "anon_kb", 7) == 0)
		return !shared;
	return strcmp(column, "shmem_kb") != 0 || shared;
}

static bool has_fd_kinds(const struct evidence *ev)
{
	for (size_t i = 0; i < ev->n_parts; i++)
		if (family_of(ev->part[i].by) == OF_FD_KINDS)
			return true;
	return false;
}

/*
 * q values: roles and processes are one family, mapping classes another, mappings a third, kinds of descriptors a fourth, all below
 * the total that speaks for the run: where that is not proven to grow its parts are not tested, nor what is no part of it.
 */
static enum sk_code test_parts(const struct verdict *v, struct verdict_part *p, size_t n)
{
	bool open = v->main.q_value <= VERDICT_PART_Q;
	double *of = sk_calloc(2 * n + 1, sizeof(*of));

	if (!of)
		return SK_ENOMEM;
	for (size_t i = 0; i < n; i++)
		p[i].q_value = NAN;
	for (enum family f = 0; open && f < FAMILIES; f++) {
		if (is_count(v->main.column) != (f == OF_FD_KINDS))
			continue;
		for (size_t i = 0; i < n; i++)
			of[i] = family_of(p[i].by) == f ? p[i].p_value : NAN;
		fdr_q(of, n, v->parts_scale, of + n);
		for (size_t i = 0; i < n; i++)
			p[i].q_value = isfinite(of[i]) ? of[n + i] : p[i].q_value;
	}
	free(of);
	return SK_OK;
}

static int by_then_growth(const void *pa, const void *pb)
{
	const struct verdict_part *a = pa, *b = pb;
	int c = strcmp(a->by, b->by);

	if (c != 0)
		return c;
	if (a->growth_kb != b->growth_kb)
		return a->growth_kb < b->growth_kb ? 1 : -1;
	return strcmp(a->name, b->name);
}

/* Of p[n], sorted by kind and growth: while there are too many, the kind that has most loses its last. */
static size_t keep_most(struct verdict_part *p, size_t n)
{
	while (n > VERDICT_PARTS_GREW) {
		size_t first = 0, most = 0, last = 0;

		for (size_t i = 0; i < n; i++) {
			if (strcmp(p[i].by, p[first].by) != 0)
				first = i;
			if (i + 1 - first > most) {
				most = i + 1 - first;
				last = i;
			}
		}
		memmove(p + last, p + last + 1, (n - last - 1) * sizeof(*p));
		n--;
	}
	return n;
}

bool part_makes_most(const struct verdict *v, const struct verdict_part *p)
{
	/* by its rate too: what was not read to the end has grown for a shorter time */
	bool of_whole = p->growth_kb >= v->main.growth_kb / 2 || p->rate_kb_per_h >= v->main.rate_kb_per_h / 2;
	double class = 0;

	for (size_t i = 0; i < v->n_parts; i++)
		if (family_of(v->part[i].by) == OF_CLASSES)
			class = fmax(class, v->part[i].rate_kb_per_h);
	return p->growth_kb > 0 && p->q_value <= VERDICT_PART_Q && of_whole && p->rate_kb_per_h >= class / 2;
}

static void shares(struct verdict_part *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		for (size_t j = 0; j < n; j++)
			if (strcmp(p[i].by, p[j].by) == 0 && p[j].growth_kb > 0)
				sum += p[j].growth_kb;
		p[i].share = sum > 0 ? p[i].growth_kb / sum : NAN;
	}
}

size_t attribute_fd_kinds(const struct series *const *column, size_t n, struct evidence_part *part, size_t max)
{
	size_t found = 0;

	for (size_t i = 0; i < n && found < max; i++)
		if (strncmp(column[i]->name, "fds_", 4) == 0 && column[i]->max > 0)
			part[found++] = (struct evidence_part){ FD_KIND, column[i]->name + 4, column[i] };
	return found;
}

enum sk_code attribute(const struct evidence *ev, struct verdict *v)
{
	struct span s = judged_span(ev, v);
	struct verdict_part *p = sk_calloc(ev->n_parts + 1, sizeof(*p));
	enum sk_code rc = p ? SK_OK : SK_ENOMEM;
	size_t n = 0, n_parts = ev->n_parts;

	bool of_fds = strcmp(v->main.column, "fds") == 0 && has_fd_kinds(ev);

	v->n_parts = 0;
	/* no growth, nobody to name; what began anew fell then, and a line through its lives is not what grew in each */
	if (!verdict_grows(v->main.verdict) || restarted_within(ev, s.from, s.to))
		n_parts = 0;
	for (size_t i = 0; i < n_parts && rc == SK_OK && s.to > s.from; i++) {
		const struct span own = span_of(ev, &s, family_of(ev->part[i].by));
		struct column c;
		struct track tr;

		if ((family_of(ev->part[i].by) == OF_FD_KINDS) != of_fds || !explains(&ev->part[i], v->main.column))
			continue;
		rc = column_load(&c, ev->part[i].series, of_fds ? 1 : PAGE_KB);
		if (rc != SK_OK)
			break;
		track_build(&tr, &c, -INFINITY, NULL, 0);
		snprintf(p[n].by, sizeof(p[n].by), "%s", ev->part[i].by);
		snprintf(p[n].name, sizeof(p[n].name), "%s", ev->part[i].name);
		p[n].growth_kb = growth_of(&tr, &own);
		p[n].p_value = trend_p(&tr, &own);
		p[n].rate_kb_per_h = p[n].growth_kb / (own.to - own.from) * 3600;
		n += isfinite(p[n].growth_kb) && isfinite(p[n].rate_kb_per_h);
	}
	if (rc == SK_OK)
		rc = test_parts(v, p, n);
	if (rc == SK_OK) {
		shares(p, n);
		qsort(p, n, sizeof(*p), by_then_growth);
		v->n_parts = keep_most(p, n);
		memcpy(v->part, p, v->n_parts * sizeof(*p));
		words_of_parts(v);
	}
	free(p);
	return rc;
}
