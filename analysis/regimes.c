/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a partition, and which of them are the same level. */
#include "analysis/regimes.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/partition.h"

#define LEVELS_MAX 9
#define STAIRS_MIN 4 /* jumps that go up, with hardly a fall: a staircase */
#define SHORT      4 /* points; a shorter part is a spike and belongs to no level */

struct visit {
	size_t from, to;
	double mean, error;
	size_t level;
};

struct visits {
	size_t n;
	struct visit v[LSQ_MAX_N];
};

static double residual_sd(const struct track *tr, const struct parts *l)
{
	double e[TRACK_MAX];
	size_t m = 0;

	for (size_t j = 0; j < l->n; j++)
		for (size_t i = l->p[j].from; i < l->p[j].to; i++)
			e[m++] = fabs(tr->y[i] - l->p[j].first);
	return fmax(1.4826 /* MAD to sigma */ * median_small(e, m), tr->quantum / 2);
}

/* A short part goes to the visit before it. */
static void long_parts(const struct track *tr, const struct parts *l, struct visits *out)
{
	double sd = residual_sd(tr, l);

	out->n = 0;
	for (size_t j = 0; j < l->n; j++) {
		size_t len = l->p[j].to - l->p[j].from;

		if (len < SHORT && out->n > 0)
			out->v[out->n - 1].to = l->p[j].to;
		else
			out->v[out->n++] = (struct visit){ l->p[j].from, l->p[j].to, l->p[j].first, sd / sqrt((double)len), 0 };
	}
}

static int by_mean(const void *pa, const void *pb)
{
	const struct visit *const *a = pa, *const *b = pb;

	return (*a)->mean < (*b)->mean ? -1 : (*a)->mean > (*b)->mean;
}

/* Numbers the levels from the lowest. Returns how many. */
static size_t number_levels(struct visits *v)
{
	struct visit *s[LSQ_MAX_N];
	size_t level = 0;

	for (size_t j = 0; j < v->n; j++)
		s[j] = &v->v[j];
	qsort(s, v->n, sizeof(*s), by_mean);
	double range = s[v->n - 1]->mean - s[0]->mean, base = s[0]->mean, error = s[0]->error;

	for (size_t j = 1; j < v->n; j++) {
		/* noise that remembers makes means worse than independent noise: 6 in the place of 3 */
		if (s[j]->mean - base > fmax(6 * hypot(error, s[j]->error), .05 * range)) {
			level++;
			base = s[j]->mean;
			error = s[j]->error;
		}
		s[j]->level = level;
	}
	return level + 1;
}

static size_t join_equal(struct visits *v)
{
	size_t m = 0, falls = 0;

	for (size_t j = 0; j < v->n; j++) {
		if (m > 0 && v->v[m - 1].level == v->v[j].level) {
			v->v[m - 1].to = v->v[j].to;
			continue;
		}
		falls += m > 0 && v->v[j].level < v->v[m - 1].level;
		v->v[m++] = v->v[j];
	}
	v->n = m;
	return falls;
}

bool regimes_find(const struct track *tr, struct design *d, struct regimes *out)
{
	struct parts l;
	struct visits v;
	double x[TRACK_MAX];

	*out = (struct regimes){ 0, 0, false };
	if (tr->n < 48 || tr->segments != 1)
		return false;
	partition_best(tr->y, tr->n, tr->quantum, false, &l);
	long_parts(tr, &l, &v);
	if (v.n < 3)
		return false;
	out->levels = number_levels(&v);
	size_t falls = join_equal(&v);

	out->jumps = v.n - 1;
	out->returns = v.n >= out->levels + 2;
	if (out->jumps < 2 || out->levels < 2 || out->levels > LEVELS_MAX || (falls * 5 < out->jumps && out->jumps >= STAIRS_MIN))
		return false;
	for (size_t k = 1; k < out->levels; k++) {
		for (size_t i = 0; i < tr->n; i++)
			x[i] = 0;
		for (size_t j = 0; j < v.n; j++)
			for (size_t i = v.v[j].from; v.v[j].level == k && i < v.v[j].to; i++)
				x[i] = 1;
		if (d->p + 6 > LSQ_MAX_P || !design_add(d, x))
			return false;
	}
	return true;
}
