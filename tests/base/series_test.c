/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of a series against hand-worked ones and against a plain recursion over all samples; gaps, long jumps, time going
 * backwards; moments against NIST's certified line.
 */
#include <malloc.h>
#include <math.h>
#include <stdbool.h>

#include "base/series.h"
#include "tests/base/tmp.h"

static void assert_block(const struct block *b, uint64_t n, double t, double mean, double median, double min, double max)
{
	assert_int_equal(b->n, n);
	assert_true(b->t == t && b->mean == mean && b->median == median && b->min == min && b->max == max);
}

static void assert_gap(const struct block *b)
{
	assert_int_equal(b->n, 0);
	assert_true(isnan(b->t) && isnan(b->mean) && isnan(b->median) && isnan(b->min) && isnan(b->max));
}

static void hand_worked(void **state)
{
	struct block b[4];
	struct series s;
	double w = 0;

	(void)state;
	assert_int_equal(series_init(&s, "rss_kb", 10, 4, NULL), SK_OK);
	assert_int_equal(series_blocks(&s, b, &w), 0);
	assert_true(w == 10);
	series_add(&s, 0, 4); /* base block 0: [-5, 5) */
	series_add(&s, 4.9, 8);
	series_add(&s, 5, 100); /* 1: [5, 15) */
	series_add(&s, 31, 7);  /* 3; 2 is a gap */
	assert_int_equal(series_blocks(&s, b, &w), 4);
	assert_block(&b[0], 2, 2.45, 6, 6, 4, 8);
	assert_block(&b[1], 1, 5, 100, 100, 100, 100);
	assert_gap(&b[2]);
	assert_block(&b[3], 1, 31, 7, 7, 7, 7);
	series_add(&s, 40, 3); /* the fifth base block: pairs merge */
	assert_int_equal(series_blocks(&s, b, &w), 3);
	assert_true(w == 20 && s.width_s == 20);
	assert_int_equal(b[0].n, 3);
	assert_true(fabs(b[0].t - 9.9 / 3) < 1e-15 && fabs(b[0].mean - 112.0 / 3) < 1e-13 &&
		    fabs(b[0].median - 112.0 / 3) < 1e-13);
	assert_true(b[0].min == 4 && b[0].max == 100);
	assert_block(&b[1], 1, 31, 7, 7, 7, 7);
	assert_block(&b[2], 1, 40, 3, 3, 3, 3);
	assert_true(s.first_t == 0 && s.first_y == 4 && s.last_t == 40 && s.last_y == 3);
	assert_true(s.min == 3 && s.min_t == 40 && s.max == 100 && s.max_t == 5);
	series_release(&s);
	series_release(&s);
}

static void refuses(void **state)
{
	struct sk_err e = { 0 };
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "x", 0, 4, &e), SK_EUSAGE);
	series_release(&s);
	assert_int_equal(series_init(&s, "x", NAN, 4, NULL), SK_EUSAGE);
	assert_int_equal(series_init(&s, "x", INFINITY, 4, NULL), SK_EUSAGE);
	assert_int_equal(series_init(&s, "x", 1, 2, NULL), SK_EUSAGE);
	assert_int_equal(series_init(&s, "x", 1, 5, &e), SK_EUSAGE);
	assert_string_equal(e.msg, "series x: 5 blocks: must be even and at least 4");
	assert_int_equal(series_init(&s, "x", 1, SIZE_MAX - 1, NULL), SK_EUSAGE);
	series_release(&s);
}

static void time_backwards_and_no_value(void **state)
{
	struct block b[4];
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1, 4, NULL), SK_OK);
	series_add(&s, -1, 5);
	series_add(&s, NAN, 5);
	series_add(&s, INFINITY, 5);
	series_add(&s, 1e17, 5); /* beyond the whole numbers of a double */
	assert_int_equal(s.backwards, 4);
	assert_int_equal(series_blocks(&s, b, NULL), 0);
	assert_true(isnan(s.first_t) && isnan(s.max) && isnan(s.min_t));
	series_add(&s, 1, 5);
	series_add(&s, 1, 6);
	series_add(&s, 0.5, 6);
	assert_int_equal(s.backwards, 6);
	series_add(&s, 2, NAN); /* only time passes */
	series_add(&s, 2.1, -INFINITY);
	series_add(&s, 2.05, 9);
	assert_int_equal(s.backwards, 7);
	assert_int_equal(s.all.n, 1);
	assert_int_equal(series_blocks(&s, b, NULL), 3);
	assert_gap(&b[0]);
	assert_block(&b[1], 1, 1, 5, 5, 5, 5);
	assert_gap(&b[2]);
	assert_true(s.last_t == 1 && s.last_y == 5);
	series_release(&s);
}

static void median_within_a_block(void **state)
{
	struct block b[4];
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1000, 4, NULL), SK_OK);
	for (int i = 0; i < 63; i++)
		series_add(&s, i, (i * 37) % 63); /* each of 0..62 once, in another order */
	series_blocks(&s, b, NULL);
	assert_true(b[0].median == 31 && b[0].mean == 31);
	series_add(&s, 63, 1e6); /* the sixty-fourth: still exact */
	series_blocks(&s, b, NULL);
	assert_true(b[0].median == 31.5);
	for (int i = 0; i < 64; i++) /* the second sixty-four: the mean of two medians, 31.5 and 101.5 */
		series_add(&s, 64 + i, 70 + i);
	series_blocks(&s, b, NULL);
	assert_int_equal(b[0].n, 128);
	assert_true(b[0].median == 66.5 && b[0].min == 0 && b[0].max == 1e6);
	series_add(&s, 200, 66.5 + 129); /* weighted by count */
	series_blocks(&s, b, NULL);
	assert_true(fabs(b[0].median - 67.5) < 1e-12);
	series_release(&s);
}

struct sample {
	double t, y;
};

static double mixed(double a, double na, double b, double nb)
{
	return (na * a + nb * b) / (na + nb);
}

/* The block of base blocks [from, from + 2^level) of width 1, by the definition. At most two samples lie in a base block. */
static struct block by_definition(const struct sample *v, size_t n, double from, unsigned level)
{
	struct block r = { 0, NAN, NAN, NAN, NAN, NAN };

	if (level == 0) {
		for (size_t i = 0; i < n; i++) {
			if (floor(v[i].t + 0.5) != from)
				continue;
			double k = (double)r.n;

			r.t = r.n ? mixed(r.t, k, v[i].t, 1) : v[i].t;
			r.mean = r.median = r.n ? mixed(r.mean, k, v[i].y, 1) : v[i].y;
			r.min = fmin(r.min, v[i].y);
			r.max = fmax(r.max, v[i].y);
			r.n++;
		}
		return r;
	}
	struct block a = by_definition(v, n, from, level - 1), b = by_definition(v, n, from + exp2(level - 1), level - 1);

	if (a.n == 0)
		return b;
	if (b.n == 0)
		return a;
	double na = (double)a.n, nb = (double)b.n;

	return (struct block){
		a.n + b.n,          mixed(a.t, na, b.t, nb), mixed(a.mean, na, b.mean, nb), mixed(a.median, na, b.median, nb),
		fmin(a.min, b.min), fmax(a.max, b.max)
	};
}

static void assert_near(double a, double b)
{
	if (!(isnan(a) && isnan(b)) && !(fabs(a - b) <= 1e-12 * (1 + fabs(b))))
		fail_msg("%.17g instead of %.17g", a, b);
}

/* Half a second apart with jitter, a gap now and then; the same numbers on every machine. */
static size_t make_samples(struct sample *v, size_t n)
{
	uint32_t x = 12345;
	double t = 0;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		v[i] = (struct sample){ t, (double)(x >> 8) / 1000 };
		t += 0.5 + (x >> 28) / 64.0 + (x % 37 == 0 ? 11 : 0);
	}
	return n;
}

static void as_defined(void **state)
{
	static const size_t caps[] = { 4, 6, 16, 512 };
	struct sample v[300];
	size_t n = make_samples(v, 300);

	(void)state;
	for (size_t c = 0; c < sizeof(caps) / sizeof(caps[0]); c++) {
		struct block b[512];
		struct series s;
		double w = 0;

		assert_int_equal(series_init(&s, "x", 1, caps[c], NULL), SK_OK);
		for (size_t i = 0; i < n; i++)
			series_add(&s, v[i].t, v[i].y);
		size_t got = series_blocks(&s, b, &w);

		assert_true(got <= caps[c] && got > caps[c] / 2);
		assert_int_equal(got, (size_t)(floor(v[n - 1].t + 0.5) / w) + 1);
		for (size_t i = 0; i < got; i++) {
			struct block want = by_definition(v, n, (double)i * w, (unsigned)log2(w));

			assert_int_equal(b[i].n, want.n);
			assert_near(b[i].t, want.t);
			assert_near(b[i].mean, want.mean);
			assert_near(b[i].median, want.median);
			assert_true(want.n == 0 || (b[i].min == want.min && b[i].max == want.max));
		}
		series_release(&s);
	}
}

/* Bit for bit the same: looked at after every sample or only at the end, through gaps that a NaN marks or nothing does. */
static void independent_of_looking(void **state)
{
	struct sample v[300];
	size_t n = make_samples(v, 300);
	struct block one[8], two[8];
	struct series a, b;

	(void)state;
	assert_int_equal(series_init(&a, "a", 1, 8, NULL), SK_OK);
	assert_int_equal(series_init(&b, "b", 1, 8, NULL), SK_OK);
	for (size_t i = 0; i < n; i++) {
		series_add(&a, v[i].t, v[i].y);
		series_blocks(&a, two, NULL);
		for (double t = i ? v[i - 1].t + 0.3 : 0; i && t < v[i].t; t += 0.3)
			series_add(&b, t, NAN);
		series_add(&b, v[i].t, v[i].y);
	}
	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	size_t na = series_blocks(&a, one, NULL), nb = series_blocks(&b, two, NULL);

	assert_int_equal(na, nb);
	assert_memory_equal(one, two, sizeof(one));
	series_release(&a);
	series_release(&b);
}

/* Neither the padding of a long double nor the address of the state is of the series. */
static void assert_same_samples(const struct series *a, const struct series *b)
{
	struct moments m = moments_whole(&a->all), n = moments_whole(&b->all);

	assert_true(m.n == n.n && m.mt == n.mt && m.my == n.my && m.stt == n.stt && m.sty == n.sty);
	assert_memory_equal(&a->step, &b->step, sizeof(a->step));
	assert_memory_equal(&a->first_t, &b->first_t, offsetof(struct series, cap) - offsetof(struct series, first_t));
}

/*
 * The samples one by one and `step` at a time, in blocks of `dt`: the same blocks and samples. between: the blocks are asked for between
 * two such calls. *a: what became of them, without blocks.
 */
static void assert_same_in_steps(const double *t, const double *y, size_t n, size_t step, double dt, size_t cap, bool between,
				 struct series *a)
{
	static struct block one[64], two[64];
	struct series b;

	assert_in_range(cap, 1, 64);
	assert_int_equal(series_init(a, "x", dt, cap, NULL), SK_OK);
	assert_int_equal(series_init(&b, "x", dt, cap, NULL), SK_OK);
	for (size_t i = 0; i < n; i++)
		series_add(a, t[i], y[i]);
	for (size_t i = 0; i < n; i += step) {
		series_add_many((struct series *[]){ &b }, 1, t + i, y + i, 0, step < n - i ? step : n - i);
		if (between)
			series_blocks(&b, two, NULL);
	}
	memset(one, 0, sizeof(one));
	memset(two, 0, sizeof(two));
	assert_int_equal(series_blocks(a, one, NULL), series_blocks(&b, two, NULL));
	assert_memory_equal(one, two, sizeof(one));
	series_release(a);
	series_release(&b);
	assert_same_samples(a, &b);
}

/* Bit for bit what one call for each sample gives, wherever the calls are cut: gaps, no values, time that goes back, full base blocks. */
static void many_at_once(void **state)
{
	enum { N = 1000 };
	static double t[N], y[N];
	struct series a;

	(void)state;
	for (int i = 0; i < N; i++) {
		t[i] = i * 0.37 + (i > 400 ? 1000 : 0) + (i > 700 && i < 900 ? -0.3 * i : 0);
		y[i] = i % 13 == 0 ? NAN : (i * 7919) % 1013 + i / 3.0;
	}
	for (size_t step = 1; step <= N; step = step * 3 + 1) {
		assert_same_in_steps(t, y, N, step, 0.5, 8, false, &a);
		assert_true(a.backwards > 100 && a.all.n > 500);
	}
}

/*
 * The same of samples alone in their base blocks, a thousand at a time, with what ends such runs: time that jitters and drifts, two in
 * a block, an empty block, no value, time that goes back.
 */
static void runs_at_once(void **state)
{
	enum { N = 4000, CAP = 64 };
	static double t[N], y[N];
	struct series a;

	(void)state;
	for (int i = 0; i < N; i++) {
		t[i] = i * 1.003 + (i * 7919 % 101) / 300.0 + (i > 2000 ? 37 : 0) - (i == 3000 ? 90 : 0);
		y[i] = i % 211 == 210 ? NAN : i % 499 == 7 ? INFINITY : (i * 7919) % 1013 + i / 3.0;
	}
	for (size_t step = 1; step <= N; step = step * 4 + 1) {
		assert_same_in_steps(t, y, N, step, 1, CAP, true, &a);
		assert_true(a.backwards > 0 && a.all.n > 3900);
	}
}

/* Several with their times in common are what each of them is alone: blocks of other counts, values that are not there. */
static void several_at_once(void **state)
{
	enum { N = 4000, SERIES = 4, STRIDE = N + 3 };
	static const size_t cap[SERIES] = { 64, 16, 512, 64 };
	static double t[N], y[SERIES * STRIDE];
	static struct block one[512], two[512];
	struct series alone[SERIES], together[SERIES], *list[SERIES];

	(void)state;
	for (int i = 0; i < N; i++)
		t[i] = i + (i > 1000 && i < 2000 ? (i * 7919 % 101) / 300.0 : 0) + (i > 2500 ? 16 : 0);
	for (int k = 0; k < SERIES; k++) {
		assert_int_equal(series_init(&alone[k], "x", 1, cap[k], NULL), SK_OK);
		assert_int_equal(series_init(&together[k], "x", 1, cap[k], NULL), SK_OK);
		list[k] = &together[k];
		for (int i = 0; i < N; i++) {
			y[k * STRIDE + i] = i % 500 < 100 * k ? NAN : (i * 7919) % 1013 / 3.0 - i * (k - 1);
			series_add(&alone[k], t[i], y[k * STRIDE + i]);
		}
	}
	for (size_t i = 0; i < N; i += 700)
		series_add_many(list, SERIES, t + i, y + i, STRIDE, 700 < N - i ? 700 : N - i);
	for (int k = 0; k < SERIES; k++) {
		size_t n = series_blocks(&alone[k], one, NULL);

		assert_int_equal(series_blocks(&together[k], two, NULL), n);
		assert_memory_equal(one, two, n * sizeof(*one));
		assert_same_samples(&alone[k], &together[k]);
		series_release(&alone[k]);
		series_release(&together[k]);
	}
}

/* Joined part by part, as from all values in two passes. */
static void moments_of_many(void **state)
{
	enum { N = 1000 };
	static double t[N], y[N];
	struct moments m = { 0 };
	long double mt = 0, my = 0, stt = 0, sty = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		t[i] = 1e5 + i * 0.37;
		y[i] = 4e6 + (i * 7919) % 1013 + i / 3.0;
		mt += t[i] / (long double)N;
		my += y[i] / (long double)N;
	}
	for (int i = 0; i < N; i++) {
		stt += (t[i] - mt) * (t[i] - mt);
		sty += (t[i] - mt) * (y[i] - my);
	}
	moments_add(&m, t, y, N);
	m = moments_whole(&m);
	assert_int_equal(m.n, N);
	assert_true(fabsl(m.mt / mt - 1) < 1e-15L && fabsl(m.my / my - 1) < 1e-15L); /* valgrind has no more than double */
	assert_true(fabsl(m.stt / stt - 1) < 1e-12L && fabsl(m.sty / sty - 1) < 1e-12L);
}

/* The first half of a run in a smaller series is the beginning of the whole run: merging late or early is the same. */
static void merging_is_a_tree(void **state)
{
	struct sample v[300];
	size_t n = make_samples(v, 300);
	struct block wide[512], narrow[8];
	struct series a, b;
	double wa = 0, wb = 0;

	(void)state;
	assert_int_equal(series_init(&a, "a", 1, 512, NULL), SK_OK);
	assert_int_equal(series_init(&b, "b", 1, 8, NULL), SK_OK);
	for (size_t i = 0; i < n; i++) {
		series_add(&a, v[i].t, v[i].y);
		series_add(&b, v[i].t, v[i].y);
	}
	size_t na = series_blocks(&a, wide, &wa), nb = series_blocks(&b, narrow, &wb);

	na = blocks_merge(wide, na, nb, &wa);
	assert_int_equal(na, nb);
	assert_true(wa == wb);
	assert_memory_equal(wide, narrow, nb * sizeof(*narrow));
	series_release(&a);
	series_release(&b);
}

static void merges_odd_counts(void **state)
{
	struct block b[5];
	struct series s;
	double w = 1;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1, 6, NULL), SK_OK);
	for (int i = 0; i < 5; i++)
		series_add(&s, i, i * 10);
	assert_int_equal(series_blocks(&s, b, &w), 5);
	assert_int_equal(blocks_merge(b, 5, 5, &w), 5);
	assert_int_equal(blocks_merge(b, 5, 4, &w), 3);
	assert_true(w == 2);
	assert_block(&b[0], 2, 0.5, 5, 5, 0, 10);
	assert_block(&b[1], 2, 2.5, 25, 25, 20, 30);
	assert_block(&b[2], 1, 4, 40, 40, 40, 40);
	assert_int_equal(blocks_merge(b, 3, 0, &w), 1); /* no loop without end */
	assert_int_equal(blocks_merge(b, 0, 4, &w), 0);
	series_release(&s);
}

static void a_constant_stays_exact(void **state)
{
	struct block b[8];
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1, 8, NULL), SK_OK);
	for (int i = 0; i < 5000; i++)
		series_add(&s, i, 0.1);
	size_t n = series_blocks(&s, b, NULL);

	for (size_t i = 0; i < n; i++)
		assert_true(b[i].mean == 0.1 && b[i].median == 0.1);
	assert_true(moments_whole(&s.all).sty == 0);
	series_release(&s);
}

/* A jump over 10^15 base blocks: three blocks, at once (a loop over them would not end today). */
static void long_gaps_are_cheap(void **state)
{
	struct block b[512];
	struct series s;
	double w = 0;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1, 512, NULL), SK_OK);
	for (int i = 0; i < 1000; i++)
		series_add(&s, i, i);
	series_add(&s, 1e15, 5);
	series_add(&s, 2e15, 6);
	size_t n = series_blocks(&s, b, &w);

	assert_true(w == exp2(42)); /* the smallest with 2e15 / w < 512 */
	assert_int_equal(n, (size_t)(2e15 / w) + 1);
	assert_int_equal(b[0].n, 1000);
	assert_true(b[0].min == 0 && b[0].max == 999 && fabs(b[0].mean - 499.5) < 1e-9);
	assert_gap(&b[1]);
	assert_block(&b[(size_t)(1e15 / w)], 1, 1e15, 5, 5, 5, 5);
	assert_block(&b[n - 1], 1, 2e15, 6, 6, 6, 6);
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += b[i].n;
	assert_int_equal(total, 1002);
	series_release(&s);
}

static void allocates_nothing(void **state)
{
	struct block b[SERIES_ONLINE];
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "x", 1, SERIES_ONLINE, NULL), SK_OK);
	struct mallinfo2 before = mallinfo2();

	for (int i = 0; i < 20000; i++) {
		series_add(&s, i * 0.37, i % 91);
		if (i % 1000 == 0)
			series_blocks(&s, b, NULL);
	}
	struct mallinfo2 after = mallinfo2();

	assert_int_equal(after.uordblks, before.uordblks);
	series_release(&s);
}

static void long_names_are_cut(void **state)
{
	struct series s;
	char name[100];

	(void)state;
	memset(name, 'n', sizeof(name));
	memcpy(name + SERIES_NAME - 2, "\xc3\xa4", 3);
	assert_int_equal(series_init(&s, name, 1, 4, NULL), SK_OK);
	assert_int_equal(strlen(s.name), SERIES_NAME - 2); /* no half of a character */
	series_release(&s);
}

/* NIST StRD Norris: y, x; certified slope 1.00211681802045, intercept -0.262323073774029. */
static void norris(void **state)
{
	static const double v[][2] = {
		{ 0.1, 0.2 },     { 338.8, 337.4 }, { 118.1, 118.2 }, { 888.0, 884.6 }, { 9.2, 10.1 },    { 228.1, 226.5 },
		{ 668.5, 666.3 }, { 998.5, 996.3 }, { 449.1, 448.6 }, { 778.9, 777.0 }, { 559.2, 558.2 }, { 0.3, 0.4 },
		{ 0.1, 0.6 },     { 778.1, 775.5 }, { 668.8, 666.9 }, { 339.3, 338.0 }, { 448.9, 447.5 }, { 10.8, 11.6 },
		{ 557.7, 556.0 }, { 228.3, 228.1 }, { 998.0, 995.8 }, { 888.8, 887.6 }, { 119.6, 120.2 }, { 0.3, 0.3 },
		{ 0.6, 0.3 },     { 557.6, 556.8 }, { 339.3, 339.1 }, { 888.0, 887.2 }, { 998.5, 999.0 }, { 778.9, 779.0 },
		{ 10.2, 11.1 },   { 117.6, 118.3 }, { 228.9, 229.2 }, { 668.4, 669.1 }, { 449.2, 448.9 }, { 0.2, 0.5 },
	};
	struct moments m = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		moments_add(&m, &v[i][1], &v[i][0], 1);
	m = moments_whole(&m);
	assert_int_equal(m.n, 36);
	long double slope = m.sty / m.stt, at0 = m.my - slope * m.mt;

	/* Where a long double is no wider than a double (valgrind, some machines) fewer digits can be had. */
	volatile long double one = 1, tiny = 0x1p-60L;
	bool wide = one + tiny > one;
	long double tol = wide ? 1e-14L : 1e-12L;

	assert_true(fabsl(slope / 1.00211681802045L - 1) < tol);
	assert_true(fabsl(at0 / -0.262323073774029L - 1) < 10 * tol);
}

/* 5, 8, 7, nothing, 3, 3: differences 3, -1, -4, 0. What is between blocks counts as well, and merging changes nothing. */
static void increments_by_hand(void **state)
{
	static const double y[] = { 5, 8, 7, NAN, 3, 3 };

	(void)state;
	for (int k = 1; k <= 1000; k *= 10) {
		struct series s;

		assert_int_equal(series_init(&s, "x", 1, 4, NULL), SK_OK);
		for (int i = 0; i < 6; i++) {
			series_add(&s, i * k, y[i]);
			assert_true(i > 0 || (s.step.s2 == 0 && s.step.s3 == 0 && s.step.s4 == 0));
			series_add(&s, i * k - 1, 1e9); /* refused: time went back */
		}
		assert_true(s.step.s2 == 9 + 1 + 16 && s.step.s3 == 27 - 1 - 64 && s.step.s4 == 81 + 1 + 256);
		series_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hand_worked),
		cmocka_unit_test(refuses),
		cmocka_unit_test(time_backwards_and_no_value),
		cmocka_unit_test(median_within_a_block),
		cmocka_unit_test(as_defined),
		cmocka_unit_test(independent_of_looking),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(runs_at_once),
		cmocka_unit_test(several_at_once),
		cmocka_unit_test(moments_of_many),
		cmocka_unit_test(merging_is_a_tree),
		cmocka_unit_test(merges_odd_counts),
		cmocka_unit_test(a_constant_stays_exact),
		cmocka_unit_test(long_gaps_are_cheap),
		cmocka_unit_test(allocates_nothing),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(increments_by_hand),
		cmocka_unit_test(norris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
