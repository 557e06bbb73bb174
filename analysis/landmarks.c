/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Floors, levels and levels at the same load: see landmarks.h. */
#include "analysis/landmarks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/known.h"
#include "analysis/partition.h"
#include "analysis/residuals.h"
#include "analysis/season.h"

/* Its points after the warm-up. n 0: there is no such column. */
static enum sk_code points(const struct evidence *ev, const struct series_verdict *m, struct track *tr)
{
	const struct series *s = evidence_samples(ev, m->column), *swap = evidence_samples(ev, "swap_kb");
	double quantum = is_count(m->column) ? 1 : PAGE_KB;
	struct column col, other;
	enum sk_code rc;

	tr->n = 0;
	if (!s || m->beyond_own)
		return SK_OK;
	rc = column_load(&col, s, quantum);
	if (rc == SK_OK && strcmp(m->column, "anon_kb") == 0 && swap && swap->max > 0) {
		rc = column_load(&other, swap, quantum);
		if (rc == SK_OK)
			column_add(&col, &other, 1);
	}
	if (rc == SK_OK)
		track_build(tr, &col, m->warmup_s > 0 ? m->warmup_s : -INFINITY, ev->restart_s, ev->n_restarts);
	return rc;
}

#define LEVEL_POINTS 3 /* fewer are the way from one level to the next */

static bool find_floors(const struct track *tr, struct landmarks *out)
{
	double period, share;

	if (sawtooth_find(tr, &out->teeth) == SK_OK && sawtooth_floor(&out->teeth, tr->quantum, &out->floor) == SK_OK)
		return true;
	if (season_period(tr, &period, &share) == SK_OK && share > .5 && sawtooth_of_cycle(tr, period, &out->teeth) == SK_OK &&
	    sawtooth_floor(&out->teeth, tr->quantum, &out->floor) == SK_OK)
		return true;
	out->teeth.n = 0;
	return false;
}

static void find_levels(const struct track *tr, struct landmarks *out)
{
	struct parts parts;

	if (tr->n < 3)
		return;
	partition_best(tr->y, tr->n, tr->quantum, false, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		size_t from = parts.p[i].from, to = parts.p[i].to;
		double level = track_median(tr, from, to), t0 = tr->t[from], t1 = tr->t[to - 1];

		if (to - from < LEVEL_POINTS)
			continue;
		if (out->n_levels == LEVELS_MAX) {
			out->n_levels = 0;
			return;
		}
		out->level[out->n_levels++] = (struct fit_line){ true, t0, t1, level, level, 0, 0, (t0 + t1) / 2, level, 0 };
	}
	if (out->n_levels < 2)
		out->n_levels = 0;
}

enum sk_code landmarks_find(const struct evidence *ev, const struct series_verdict *m, struct landmarks *out)
{
	bool toothed = m->verdict == VERDICT_SAWTOOTH || m->kind == LEAK_UNDER_SAWTOOTH;
	struct track tr;
	enum sk_code rc;

	memset(out, 0, sizeof(*out));
	if (!toothed && m->verdict != VERDICT_STEP)
		return SK_OK;
	rc = points(ev, m, &tr);
	if (rc != SK_OK || (toothed && find_floors(&tr, out)))
		return rc;
	if (m->kind == LEAK_NONE)
		find_levels(&tr, out);
	return SK_OK;
}

struct loaded {
	double load, y;
	bool late;
};

static int by_load(const void *pa, const void *pb)
{
	const struct loaded *a = pa, *b = pb;

	return (a->load > b->load) - (a->load < b->load);
}

/* Median level of one half of p[n]; NaN under three points. */
static double half_median(const struct loaded *p, size_t n, bool late)
{
	double v[SERIES_DRAWN];
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i].late == late)
			v[k++] = p[i].y;
	return k < 3 ? NAN : line_level(v, v, k, 0);
}

void at_loads(const double *y, const double *rate, size_t n, struct at_loads *out)
{
	struct loaded p[SERIES_DRAWN];
	double change[AT_LOADS];
	size_t kept = 0, groups;

	memset(out, 0, sizeof(*out));
	out->change = NAN;
	for (size_t i = 0; i < n && kept < SERIES_DRAWN; i++)
		if (isfinite(y[i]) && isfinite(rate[i]))
			p[kept++] = (struct loaded){ rate[i], y[i], i >= n / 2 };
	qsort(p, kept, sizeof(*p), by_load);
	groups = kept / 8 < AT_LOADS ? kept / 8 : AT_LOADS; /* about eight points in each */
	for (size_t g = 0, from = 0, to; g < groups && from < kept; g++, from = to) {
		to = kept * (g + 1) / groups;
		while (to > from && to < kept && !(p[to].load > p[to - 1].load))
			to++;  /* one load stays together */
		if (to < from) /* they went with the group before */
			to = from;
		double early = half_median(p + from, to - from, false), late = half_median(p + from, to - from, true);

		if (isnan(early) || isnan(late))
			continue;
		out->load[out->n] = p[(from + to) / 2].load;
		out->early[out->n] = early;
		out->late[out->n] = late;
		change[out->n++] = late - early;
	}
	if (out->n < 2)
		out->n = 0;
	out->change = out->n ? median_small(change, out->n) : NAN;
}
