/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From blocks to points: gaps dropped, restarts cut, single spikes taken out. */
#include "analysis/track.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "analysis/ols.h"
#include "base/mem.h"

#define START_MOST  3         /* points */
#define START_CLEAR 16        /* quanta */
#define START_APART (1. / 30) /* of the jump */

/*
 * m falls of A among noise: s3 = -m A^3 and s4 = m A^4, to which symmetric noise adds nothing and little. They are teeth when they make up
 * a good part of all movement.
 */
static void find_falls(struct column *c, const struct increments *i)
{
	double fall = i->s4 / -i->s3, n = i->s3 * i->s3 * i->s3 * i->s3 / (i->s4 * i->s4 * i->s4);

	c->falls = c->fall = 0;
	if (!(fall > 0) || !isfinite(fall) || !isfinite(n) || n * fall * fall < .3 * i->s2)
		return;
	c->falls = n;
	c->fall = fall;
}

enum sk_code column_load(struct column *c, const struct series *s, double quantum)
{
	struct ols f;
	struct block *all = sk_calloc(s->cap, sizeof(*all));

	memset(c, 0, sizeof(*c));
	if (!all)
		return SK_ENOMEM;
	size_t n = series_blocks(s, all, &c->width_s);

	n = blocks_merge(all, n, TRACK_MAX, &c->width_s);
	memcpy(c->b, all, n * sizeof(*all));
	free(all);
	c->n = n;
	c->quantum = quantum;
	c->samples = s->all.n;
	c->ols_slope = ols_moments(&s->all, &f) == SK_OK ? f.slope : NAN;
	find_falls(c, &s->step);
	snprintf(c->name, sizeof(c->name), "%s", s->name);
	return SK_OK;
}

static void block_add(struct block *a, const struct block *b, double sign)
{
	if (a->n == 0)
		return;
	if (b->n == 0) {
		*a = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		return;
	}
	a->mean += sign * b->mean;
	a->median += sign * b->median;
	a->min += sign * (sign > 0 ? b->min : b->max);
	a->max += sign * (sign > 0 ? b->max : b->min);
}

void column_add(struct column *c, const struct column *other, double sign)
{
	struct column o = *other;

	while (c->n > 1 && c->width_s < o.width_s * .75)
		c->n = blocks_merge(c->b, c->n, (c->n + 1) / 2, &c->width_s);
	while (o.n > 1 && o.width_s < c->width_s * .75)
		o.n = blocks_merge(o.b, o.n, (o.n + 1) / 2, &o.width_s);
	for (size_t i = 0; i < c->n; i++) {
		const struct block none = { 0, NAN, NAN, NAN, NAN, NAN };

		block_add(&c->b[i], i < o.n ? &o.b[i] : &none, sign);
	}
	c->ols_slope += sign * o.ols_slope;
	c->falls = c->fall = 0; /* of the one says nothing of the sum */
}

double median_small(const double *v, size_t n)
{
	double w[TRACK_MAX];

	if (n == 0 || n > TRACK_MAX)
		return NAN;
	memcpy(w, v, n * sizeof(*v));
	double hi = gsl_stats_select(w, 1, n, n / 2);

	return n % 2 ? hi : (hi + gsl_stats_select(w, 1, n, n / 2 - 1)) / 2;
}

double track_median(const struct track *tr, size_t from, size_t to)
{
	return from < to && to <= tr->n ? median_small(tr->y + from, to - from) : NAN;
}

double track_span(const struct track *tr)
{
	return tr->n ? tr->t[tr->n - 1] - tr->t[0] + tr->width_s : 0;
}

/* Median of the five points around i; y[i] itself within two of a segment's ends, where a steep start would look like a spike. */
static double around(const struct track *tr, const double *y, size_t i)
{
	if (i < 2 || i + 2 >= tr->n || tr->segment[i - 2] != tr->segment[i + 2])
		return y[i];
	return median_small(y + i - 2, 5);
}

/*
 * A point more than 8 robust sd from the median of its neighbourhood is a spike, not a level: one sample in the middle of a
 * vacuum must not bend a line. More than 5 % of such points are the behaviour itself and stay. Edges survive a median.
 */
static void take_out_spikes(struct track *tr)
{
	double y[TRACK_MAX], r[TRACK_MAX], near[TRACK_MAX];
	size_t wild = 0;

	if (tr->n < 16)
		return;
	memcpy(y, tr->y, tr->n * sizeof(*y));
	for (size_t i = 0; i < tr->n; i++) {
		near[i] = around(tr, y, i);
		r[i] = fabs(y[i] - near[i]);
	}
	double limit = 8 * fmax(1.4826 /* MAD to sigma */ * median_small(r, tr->n), tr->quantum);

	for (size_t i = 0; i < tr->n; i++)
		wild += r[i] > limit;
	if (wild == 0 || wild * 20 > tr->n)
		return;
	for (size_t i = 0; i < tr->n; i++)
		if (r[i] > limit)
			tr->y[i] = near[i];
	tr->spikes = wild;
}

/* How many points from i on are before a jump behind which three are together, a thirtieth of it apart or less: START_MOST at the most, else 0. */
static size_t before_start(const struct track *tr, size_t i)
{
	const double *y = tr->y + i;

	for (size_t k = 1; k <= START_MOST && i + k + 2 < tr->n && tr->segment[i + k + 2] == tr->segment[i]; k++) {
		double jump = fabs(y[k] - y[0]), apart = fmax(fabs(y[k + 1] - y[k]), fabs(y[k + 2] - y[k + 1]));

		if (jump > START_CLEAR * tr->quantum && apart <= START_APART * jump)
			return k;
	}
	return 0;
}

/*
 * The first points of a life may be what was there before the program: the shell that became it, half of its start. They say
 * nothing of it. A warm-up goes on after its first points, and is none of this.
 */
static void take_out_start(struct track *tr)
{
	for (size_t i = 0; i < tr->n; i++)
		if (i == 0 || tr->segment[i] != tr->segment[i - 1]) {
			size_t n = before_start(tr, i);

			for (size_t k = 0; k < n; k++)
				tr->y[i + k] = tr->y[i + n];
		}
}

/* A block of two lives has the level of neither. */
static bool restart_within(double t, double width, const double *restart_s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fabs(restart_s[i] - t) < width / 2)
			return true;
	return false;
}

static size_t segment_of(double t, const double *restart_s, size_t n)
{
	size_t s = 0;

	while (s < n && t >= restart_s[s])
		s++;
	return s;
}

#define SEGMENT_POINTS 8

/* Keeps the last TRACK_MAX_SEGMENTS segments that have 8 points, and numbers them from 0. */
static void drop_short_segments(struct track *tr)
{
	size_t end = tr->n, kept = 0, out = tr->n;

	while (end > 0 && kept < TRACK_MAX_SEGMENTS) {
		size_t a = end;

		while (a > 0 && tr->segment[a - 1] == tr->segment[end - 1])
			a--;
		if (end - a >= SEGMENT_POINTS) {
			out -= end - a;
			memmove(tr->t + out, tr->t + a, (end - a) * sizeof(*tr->t));
			memmove(tr->y + out, tr->y + a, (end - a) * sizeof(*tr->y));
			memmove(tr->lag + out, tr->lag + a, (end - a) * sizeof(*tr->lag));
			memmove(tr->segment + out, tr->segment + a, (end - a) * sizeof(*tr->segment));
			kept++;
		}
		end = a;
	}
	tr->n -= out;
	memmove(tr->t, tr->t + out, tr->n * sizeof(*tr->t));
	memmove(tr->y, tr->y + out, tr->n * sizeof(*tr->y));
	memmove(tr->lag, tr->lag + out, tr->n * sizeof(*tr->lag));
	memmove(tr->segment, tr->segment + out, tr->n * sizeof(*tr->segment));
}

static void number_segments(struct track *tr)
{
	size_t s = 0, start = 0;

	for (size_t i = 0; i < tr->n; i++) {
		size_t raw = tr->segment[i];

		if (i > 0 && raw != tr->segment[start]) {
			for (size_t j = start; j < i; j++)
				tr->segment[j] = s;
			s++;
			start = i;
		}
		tr->lag[i] = i == start ? 0 : fmax(1, round((tr->t[i] - tr->t[i - 1]) / tr->width_s));
		tr->u[i] = tr->t[i] - tr->t[start];
	}
	for (size_t j = start; j < tr->n; j++)
		tr->segment[j] = s;
	tr->segments = tr->n ? s + 1 : 0;
}

/* Between two levels: a large rise or fall in two parts, with nothing like it beside. scale: of an increment's noise. */
static bool inside_jump(const struct track *tr, size_t i, double mid, double scale)
{
	if (i < 3 || i + 3 >= tr->n || tr->segment[i - 3] != tr->segment[i + 3])
		return false;
	double in = tr->y[i] - tr->y[i - 1] - mid, out = tr->y[i + 1] - tr->y[i] - mid, whole = fabs(in + out);

	if (in * out <= 0 || whole < 8 * scale || fmin(fabs(in), fabs(out)) < 2 * scale)
		return false;
	for (size_t k = i - 2; k <= i + 3; k++)
		if (k != i && k != i + 1 && fabs(tr->y[k] - tr->y[k - 1] - mid) > whole / 4)
			return false;
	return true;
}

/*
 * A block in which the level jumps has a median that belongs to neither side. One such point hides a line under jumps, and
 * makes noise look autocorrelated; as a gap it does no harm. More than 5 % of them are stairs: the behaviour itself, and stay.
 */
static void drop_jump_blocks(struct track *tr)
{
	double d[TRACK_MAX], dev[TRACK_MAX];
	bool drop[TRACK_MAX] = { false };
	size_t m = 0, n = 0, dropped = 0;

	if (tr->n < 16)
		return;
	for (size_t i = 1; i < tr->n; i++)
		if (tr->lag[i] > 0)
			d[m++] = tr->y[i] - tr->y[i - 1];
	double mid = median_small(d, m);

	for (size_t i = 0; i < m; i++)
		dev[i] = fabs(d[i] - mid);
	double scale = fmax(1.4826 /* MAD to sigma */ * median_small(dev, m), tr->quantum);

	for (size_t i = 0; i < tr->n; i++)
		dropped += drop[i] = inside_jump(tr, i, mid, scale);
	if (dropped == 0 || dropped * 20 > tr->n)
		return;
	for (size_t i = 0; i < tr->n; i++) {
		if (drop[i])
			continue;
		tr->t[n] = tr->t[i];
		tr->y[n] = tr->y[i];
		tr->segment[n++] = tr->segment[i];
	}
	tr->n = n;
	number_segments(tr);
}

void track_build(struct track *tr, const struct column *c, double from_s, const double *restart_s, size_t n_restarts)
{
	memset(tr, 0, sizeof(*tr));
	tr->width_s = c->width_s;
	tr->quantum = c->quantum;
	for (size_t i = 0; i < c->n; i++) {
		const struct block *b = &c->b[i];

		if (b->n == 0 || !isfinite(b->median) || fabs(b->median) > 1e15 || !isfinite(b->t) || b->t < from_s)
			continue;
		if (tr->n > 0 && b->t <= tr->t[tr->n - 1])
			continue;
		if (b->n > 1 && restart_within(b->t, c->width_s, restart_s, n_restarts))
			continue;
		tr->t[tr->n] = b->t;
		tr->y[tr->n] = b->median;
		tr->segment[tr->n++] = segment_of(b->t, restart_s, n_restarts);
	}
	if (n_restarts > 0)
		drop_short_segments(tr);
	number_segments(tr);
	take_out_start(tr);
	take_out_spikes(tr);
	drop_jump_blocks(tr);
}

void track_settled(const struct track *tr, double seconds, struct track *out)
{
	memset(out, 0, sizeof(*out));
	out->width_s = tr->width_s;
	out->quantum = tr->quantum;
	for (size_t a = 0, end; a < tr->n; a = end) {
		for (end = a; end < tr->n && tr->segment[end] == tr->segment[a]; end++)
			;
		while (a < end && tr->u[a] < seconds)
			a++;
		if (end - a < SEGMENT_POINTS)
			continue;
		for (size_t i = a; i < end; i++, out->n++) {
			out->t[out->n] = tr->t[i];
			out->u[out->n] = tr->t[i] - tr->t[a];
			out->lag[out->n] = i > a ? tr->lag[i] : 0;
			out->y[out->n] = tr->y[i];
			out->segment[out->n] = out->segments;
		}
		out->segments++;
	}
}

double track_longest(const struct track *tr)
{
	double span = 0;

	for (size_t i = 0; i < tr->n; i++)
		span = fmax(span, tr->u[i]);
	return span;
}

double track_jitter(const struct track *tr)
{
	double ss = 0;
	size_t from = tr->n / 2;

	for (size_t i = from + 1; i < tr->n; i++)
		ss += (tr->y[i] - tr->y[i - 1]) * (tr->y[i] - tr->y[i - 1]);
	return fmax(sqrt(ss / (double)(tr->n - from)), tr->quantum);
}

void track_ends(const struct track *tr, double *start, double *end)
{
	size_t tenth = tr->n >= 10 ? tr->n / 10 : tr->n > 0;

	*start = track_median(tr, 0, tenth);
	*end = track_median(tr, tr->n - tenth, tr->n);
}

void column_ends(const struct column *c, double from_s, double *start, double *end)
{
	struct track all;

	track_build(&all, c, from_s, NULL, 0);
	track_ends(&all, start, end);
}
