/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of a series; see series.h. The tree over base blocks, with blocks of level k kept (here k = 2, base block 6 being
 * filled):
 *
 *   level 2   [ block 0 ]        [ (block 1) ]          blocks[0] is complete
 *   level 1   [    ][    ]       [ L1 ][    ]           pending[1] = L1, the merge of base blocks 4 and 5
 *   level 0    0  1  2  3         4  5  6               now: 6; a right child merges with the pending left one on its way up
 *
 * Each node is the merge of its left and right child whenever that merge happens, so the numbers do not depend on when.
 */
#include "base/series.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/series_block.h"
#include "base/text.h"

#define EXACT  64 /* samples of a base block whose median is exact; beyond it see struct filling */
#define LEVELS 54 /* base block numbers are below TOO_FAR */

/*
 * The base block being filled. Its median: each 64 samples, in order of time, give the exact median of these 64, and the block's
 * is the mean of those medians (and of the rest's), weighted by count, as when blocks merge. It lies between the smallest and the
 * largest of the partial medians, and is exact up to 64 samples.
 */
struct filling {
	uint64_t n;
	double first_t;
	long double sum_t, sum_y; /* from the second sample on: most blocks of a file have one */
	double min, max;
	uint64_t n_before; /* samples in full sixty-fours, and their median */
	double median_before;
	double y[EXACT];
	size_t n_y;
};

struct series_state {
	uint64_t now;   /* number of the base block being filled */
	double now_t;   /* time of the last call, values and none alike; < 0 before the first */
	unsigned level; /* of the blocks */
	struct filling fill;
	struct block pending[LEVELS]; /* complete left children that wait for their right sibling; n = 0: none */
	struct block blocks[];        /* cap; complete ones below now >> level, the others EMPTY */
};

static void increments_add(struct increments *i, double d)
{
	i->s2 += d * d;
	i->s3 += d * d * d;
	i->s4 += d * d * (d * d);
}

/* Median of y[n], n in 1..EXACT. Sorting by insertion: qsort may allocate. */
static double median(const double *y, size_t n)
{
	double s[EXACT];

	for (size_t i = 0; i < n; i++) {
		size_t j = i;

		for (; j > 0 && s[j - 1] > y[i]; j--)
			s[j] = s[j - 1];
		s[j] = y[i];
	}
	return n % 2 ? s[n / 2] : mix(s[n / 2 - 1], s[n / 2], 0.5);
}

/* The median of all samples so far. */
static double fill_median(const struct filling *f)
{
	if (f->n_y == 0)
		return f->median_before;
	double last = median(f->y, f->n_y);

	return f->n_before ? mix(f->median_before, last, (double)f->n_y / (double)f->n) : last;
}

static inline void fill_add(struct filling *f, double t, double y)
{
	if (f->n_y == EXACT) {
		f->median_before = fill_median(f);
		f->n_before = f->n;
		f->n_y = 0;
	}
	if (f->n == 0) {
		f->first_t = t;
		f->min = f->max = y;
	} else {
		f->sum_t = (f->n == 1 ? f->first_t : f->sum_t) + t;
		f->sum_y = (f->n == 1 ? f->y[0] : f->sum_y) + y;
		f->min = smaller(f->min, y);
		f->max = larger(f->max, y);
	}
	f->n++;
	f->y[f->n_y++] = y;
}

/* Not by a whole zero struct: the 64 values would be most of the cost of a sample. */
static void fill_reset(struct filling *f)
{
	f->n = f->n_before = f->n_y = 0;
}

static inline void fill_block(const struct filling *f, struct block *b)
{
	if (f->n == 0) {
		*b = EMPTY;
		return;
	}
	b->n = f->n;
	b->min = f->min;
	b->max = f->max;
	if (f->n == 1) {
		b->t = f->first_t;
		b->mean = b->median = f->y[0];
		return;
	}
	b->t = (double)(f->sum_t / (long double)f->n);
	b->mean = (double)(f->sum_y / (long double)f->n);
	b->median = fill_median(f);
}

enum sk_code series_init(struct series *s, const char *name, double base_s, size_t cap, struct sk_err *err)
{
	*s = (struct series){ .base_s = base_s, .width_s = base_s, .cap = cap };
	s->first_t = s->last_t = s->first_y = s->last_y = s->min = s->max = s->min_t = s->max_t = NAN;
	snprintf(s->name, sizeof(s->name), "%.*s", (int)utf8_fit(name, sizeof(s->name) - 1), name);
	if (!(base_s > 0) || !isfinite(base_s))
		return sk_fail(err, SK_EUSAGE, 0, "series %s: the width of a block must be above 0", s->name);
	if (cap < 4 || cap % 2 || cap > SIZE_MAX / 2 / sizeof(struct block))
		return sk_fail(err, SK_EUSAGE, 0, "series %s: %zu blocks: must be even and at least 4", s->name, cap);
	s->state = sk_calloc(1, sizeof(*s->state) + cap * sizeof(struct block));
	if (!s->state)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a series of %zu blocks", cap);
	s->state->now_t = -1;
	for (size_t i = 0; i < LEVELS; i++)
		s->state->pending[i] = EMPTY;
	for (size_t i = 0; i < cap; i++)
		s->state->blocks[i] = EMPTY;
	return SK_OK;
}

void series_release(struct series *s)
{
	free(s->state);
	s->state = NULL;
}

/* One level up: complete blocks in pairs; a complete left one without its right sibling becomes pending. */
static void widen(struct series *s)
{
	struct series_state *st = s->state;
	size_t n = (size_t)(st->now >> st->level); /* complete ones */

	if (n % 2)
		st->pending[st->level] = st->blocks[n - 1];
	merge_pairs(st->blocks, n & ~(size_t)1);
	for (size_t i = n / 2; i < n; i++)
		st->blocks[i] = EMPTY;
	st->level++;
	s->width_s *= 2;
}

/*
 * `carry` is the whole node at level `from` that ends with the base block now, `next` > now is the one to fill: up as far as its
 * ancestors are complete too.
 */
static inline void carry_up(struct series *s, struct block carry, unsigned from, uint64_t next)
{
	struct series_state *st = s->state;
	unsigned top = from;

	while (next >> st->level >= s->cap)
		widen(s);
	while (top < st->level && st->now >> (top + 1) != next >> (top + 1))
		top++;
	/* the parent of what goes there is not complete: it is a left child, and nothing is pending there; or it is a whole block */
	for (unsigned level = from; level < top; level++) {
		if (st->now >> level & 1) {
			merge_left(&st->pending[level], &carry);
			st->pending[level].n = 0;
		}
	}
	*(top < st->level ? &st->pending[top] : &st->blocks[st->now >> top]) = carry;
	st->now = next;
}

/* The base block is complete, `next` > now is the one to fill. */
static void advance(struct series *s, uint64_t next)
{
	struct block carry; /* on its way in registers: what was just stored is slow to load */

	fill_block(&s->state->fill, &carry);
	fill_reset(&s->state->fill);
	carry_up(s, carry, 0, next);
}

/* The runs among n samples at t, in order, with `at` < max_at; returns how many. Series of one base width have them in common. */
static size_t find_runs(double base_s, const double *t, size_t n, size_t max_at, struct run *run)
{
	size_t found = 0;

	for (size_t i = 0; i < max_at && n - i > RUN;) {
		double first = t[i] / base_s + 0.5, behind = t[i + RUN] / base_s + 0.5;
		uint64_t number = first >= 0 && first < TOO_FAR - RUN ? (uint64_t)(int64_t)first : 1;
		int outside = number % RUN != 0;

		first = (double)(int64_t)number;
		for (int k = 0; k < RUN && !(outside && k == 0); k++) {
			double at = t[i + (size_t)k] / base_s + 0.5 - first;

			outside |= !(at >= k) | !(at < k + 1);
		}
		if (outside || !(behind >= first + RUN && behind < TOO_FAR)) {
			i++;
			continue;
		}
		run[found++] = (struct run){ i, number, (uint64_t)(int64_t)behind, run_mean(t + i) };
		i += RUN;
	}
	return found;
}

/* The extremes and when they were first seen; n samples that have values. */
static void note_extremes(struct series *s, const double *t, const double *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!(y[i] >= s->min)) {
			s->min = y[i];
			s->min_t = t[i];
		}
		if (!(y[i] <= s->max)) {
			s->max = y[i];
			s->max_t = t[i];
		}
	}
}

/* The run that begins with t[0]: false, and nothing is done, if it is none to this series. */
static bool add_run(struct series *s, const struct run *run, const double *t, const double *y)
{
	struct series_state *st = s->state;
	int unknown = 0;

	if (st->level < RUN_LEVEL || !(t[0] > st->now_t) || run->number < st->now || (run->number == st->now && st->fill.n > 0))
		return false;
	for (int i = 0; i < RUN; i++)
		unknown |= !(fabs(y[i]) <= DBL_MAX);
	if (unknown)
		return false;
	if (run->number != st->now)
		advance(s, run->number);
	st->now = run->number + RUN - 1;
	st->now_t = t[RUN - 1];
	struct block b = run_block(run->t, y);

	if (!(b.min >= s->min) || !(b.max <= s->max))
		note_extremes(s, t, y, RUN);
	carry_up(s, b, RUN_LEVEL, run->next);
	return true;
}

/* What is known of the series as a whole but its extremes; n samples that have values. */
static void note_samples(struct series *s, const double *t, const double *y, size_t n)
{
	if (n == 0)
		return;

	struct increments step = s->step; /* in registers too */

	if (s->all.n == 0) {
		s->first_t = t[0];
		s->first_y = y[0];
	}
	increments_add(&step, y[0] - (s->all.n > 0 ? s->last_y : y[0]));
	for (size_t i = 1; i < n; i++)
		increments_add(&step, y[i] - y[i - 1]);
	s->step = step;
	s->last_t = t[n - 1];
	s->last_y = y[n - 1];
	moments_add(&s->all, t, y, n);
}

/* The sample into its base block; true if it has a value and its time goes forward. */
static inline bool place(struct series *s, double t, double y)
{
	struct series_state *st = s->state;
	double at = t / s->base_s + 0.5; /* cut to whole numbers below, when it is known to be none below 0 */

	if (!(t >= 0 && t > st->now_t && at < TOO_FAR)) {
		s->backwards++;
		return false;
	}
	st->now_t = t;
	uint64_t number = (uint64_t)(int64_t)at; /* signed: one instruction */

	if (number != st->now)
		advance(s, number);
	if (!isfinite(y))
		return false;
	fill_add(&st->fill, t, y);
	note_extremes(s, &t, &y, 1);
	return true;
}

void series_add(struct series *s, double t, double y)
{
	if (place(s, t, y))
		note_samples(s, &t, &y, 1);
}

/* n samples, in which there are n_runs runs. */
static void add_samples(struct series *s, const double *t, const double *y, size_t n, const struct run *run, size_t n_runs)
{
	size_t noted = 0;

	for (size_t i = 0; i < n; i++) {
		bool begins = n_runs > 0 && run->at == i;

		if (begins && add_run(s, run, t + i, y + i)) {
			i += RUN - 1;
		} else if (!place(s, t[i], y[i])) {
			note_samples(s, t + noted, y + noted, i - noted);
			noted = i + 1;
		}
		run += begins;
		n_runs -= begins;
	}
	note_samples(s, t + noted, y + noted, n - noted);
}

void series_add_many(struct series *const *s, size_t n_series, const double *t, const double *y, size_t stride, size_t n)
{
	enum { PART = 512 };
	struct run run[PART / RUN];

	for (size_t from = 0, part; n_series > 0 && from < n; from += part) {
		part = n - from < PART ? n - from : PART;
		size_t n_runs = find_runs(s[0]->base_s, t + from, n - from, part - part % RUN, run);

		if (n_runs > 0 && run[n_runs - 1].at + RUN > part)
			part = run[n_runs - 1].at; /* it is the next part's first */
		for (size_t i = 0; i < n_series; i++)
			add_samples(s[i], t + from, y + i * stride + from, part, run, n_runs);
	}
}

size_t series_blocks(const struct series *s, struct block *out, double *width_s)
{
	const struct series_state *st = s->state;
	size_t n = (size_t)(st->now >> st->level);

	if (width_s)
		*width_s = s->width_s;
	if (st->now_t < 0)
		return 0;
	memcpy(out, st->blocks, n * sizeof(*out));
	fill_block(&st->fill, &out[n]);
	for (unsigned level = 0; level < st->level; level++)
		if (st->now >> level & 1)
			merge_left(&st->pending[level], &out[n]);
	return n + 1;
}

size_t blocks_merge(struct block *b, size_t n, size_t max, double *width_s)
{
	while (n > max && n > 1) {
		n = merge_pairs(b, n);
		*width_s *= 2;
	}
	return n;
}
