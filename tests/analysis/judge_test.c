/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of every family, counted over 20 fixed seeds: what leaks is said to leak, and nothing else is. */
#include <stdio.h>

#include "tests/analysis/made.h"

#include "analysis/judge.h"

#define SEEDS 20

struct counts {
	int of[VERDICT_CLASSES], kind[LEAK_KINDS], covers;
};

static void judge(enum family f, unsigned long seed, int n, double dt, double sd, struct series_verdict *v)
{
	static struct findings found;
	struct series s;
	struct column c;
	struct context x = { NULL, 0, dt, 64, NAN, NULL, VERDICT_ALPHA, 0, false };

	made_series(&s, "anon_kb", f, seed, n, dt, sd);
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	assert_int_equal(judge_column(&c, &x, &found, v), SK_OK);
	assert_true(v->why[0] != '\0');
	series_release(&s);
}

/* 288 samples at 300 s. true_rate in KiB/h or NaN. */
static struct counts count(enum family f, double sd, double true_rate)
{
	struct counts k;
	struct series_verdict v;

	memset(&k, 0, sizeof(k));
	for (unsigned long seed = 1; seed <= SEEDS; seed++) {
		judge(f, seed, 288, 300, sd, &v);
		k.of[v.verdict]++;
		k.kind[v.kind]++;
		k.covers += v.rate_lo <= true_rate && true_rate <= v.rate_hi;
	}
	print_message("family %d: leak %d suspected %d insufficient %d, covers %d\n", f, k.of[VERDICT_LEAK],
		      k.of[VERDICT_SUSPECTED], k.of[VERDICT_INSUFFICIENT], k.covers);
	return k;
}

static void no_leak_is_no_leak(void **state)
{
	static const struct {
		enum family f;
		double sd;
		enum verdict_class want;
		int least;
	} t[] = {
		{ MADE_WHITE, 200, VERDICT_STABLE, 20 },      { MADE_AR8, 200, VERDICT_STABLE, 19 },
		{ MADE_CONSTANT, 200, VERDICT_STABLE, 20 },   { MADE_QUANTISED, 200, VERDICT_STABLE, 20 },
		{ MADE_WARMUP, 200, VERDICT_PLATEAU, 18 },    { MADE_FILL, 200, VERDICT_PLATEAU, 18 },
		{ MADE_STEP, 200, VERDICT_STEP, 18 },         { MADE_SAWTOOTH, 200, VERDICT_SAWTOOTH, 20 },
		{ MADE_SEASON, 200, VERDICT_SAWTOOTH, 19 },   { MADE_WALK, 2000, VERDICT_INSUFFICIENT, 15 },
		{ MADE_SHRINK, 2000, VERDICT_SHRINKING, 18 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct counts k = count(t[i].f, t[i].sd, NAN);

		assert_in_range(k.of[t[i].want], t[i].least, SEEDS);
		assert_int_equal(k.of[VERDICT_LEAK], 0);
	}
}

static void a_leak_is_a_leak(void **state)
{
	static const struct {
		enum family f;
		enum leak_kind kind;
		double sds; /* slope in sd per run */
		int least, of_kind;
	} t[] = {
		{ MADE_LEAK, LEAK_LINEAR, 12, 20, 19 },           { MADE_LEAK_AR8, LEAK_LINEAR, 12, 19, 18 },
		{ MADE_LEAK_WARMUP, LEAK_LINEAR, 15, 19, 13 }, /* noise of .8 in 250 points is easily a row of levels */
		{ MADE_LEAK_ONSET, LEAK_ONSET, 40, 19, 19 },      { MADE_LEAK_SAWTOOTH, LEAK_UNDER_SAWTOOTH, 15, 20, 20 },
		{ MADE_LEAK_STAIRS, LEAK_STAIRCASE, 24, 19, 19 }, { MADE_LEAK_SEASON, LEAK_LINEAR, 15, 18, 18 },
		{ MADE_LEAK_STEP, LEAK_LINEAR, 15, 19, 19 },      { MADE_LEAK_BURSTS, LEAK_BURSTY, 28, 18, 15 },
	};
	int cover = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct counts k = count(t[i].f, 2000, t[i].sds * 2000 / 24);

		assert_in_range(k.of[VERDICT_LEAK], t[i].least, SEEDS);
		assert_in_range(k.kind[t[i].kind], t[i].of_kind, SEEDS);
		cover += t[i].f <= MADE_LEAK_WARMUP ? k.covers : 0;
	}
	assert_in_range(cover, 54, 60); /* 95 % of 60 */
}

static void onset_is_found(void **state)
{
	struct series_verdict v;

	(void)state;
	for (unsigned long seed = 1; seed <= 10; seed++) {
		judge(MADE_LEAK_ONSET, seed, 288, 300, 2000, &v);
		assert_int_equal(v.kind, LEAK_ONSET);
		assert_double_equal(v.onset_s, 43200, .06 * 86400);
	}
}

/* n rows from a function of the row, judged alone. */
static void judge_rows(double (*row)(int i, int k), int k, int n, double dt, double min_rate, struct series_verdict *v)
{
	static struct findings f;
	struct context x = { NULL, 0, dt, min_rate, NAN, NULL, VERDICT_ALPHA, 0, false };
	struct column c;
	struct series s;

	assert_int_equal(series_init(&s, "anon_kb", dt, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < n; i++)
		if (isfinite(row(i, k)))
			series_add(&s, i * dt, row(i, k));
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	assert_int_equal(judge_column(&c, &x, &f, v), SK_OK);
	series_release(&s);
}

static double a_page_now_and_then(int i, int leak)
{
	return 5000 + 4 * floor(leak * 600 * 1024. * i * .2 / 3600 / 4);
}

/* The command line's own truth: 600 MiB/h for a minute, 300 rows. */
static void a_minute_at_five_hertz(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int leak = 0; leak <= 1; leak++) {
		judge_rows(a_page_now_and_then, leak, 300, .2, 64, &v);
		assert_int_equal(v.verdict, leak ? VERDICT_LEAK : VERDICT_STABLE);
		if (leak)
			assert_double_equal(v.rate_kb_per_h, 600 * 1024, .01 * 600 * 1024);
		else
			assert_true(v.detectable_kb_per_h > 0 && v.detectable_kb_per_h < 64 * 60);
	}
}

static void few_points(void **state)
{
	struct series_verdict v;

	(void)state;
	judge(MADE_WHITE, 1, 20, 300, 200, &v);
	assert_int_equal(v.verdict, VERDICT_INSUFFICIENT);
	assert_double_equal(v.need_more_s, 76 * 300, 0);
	judge(MADE_LEAK, 1, 20, 300, 200000, &v);
	assert_int_not_equal(v.verdict, VERDICT_LEAK);
	judge(MADE_LEAK, 1, 1, 300, 200, &v);
	assert_int_equal(v.verdict, VERDICT_INSUFFICIENT);
	assert_true(v.need_more_s > 0 && isnan(v.rate_kb_per_h) && isnan(v.ols_slope_kb_per_h));
}

static double huge_line(int i, int each)
{
	return 10000 + each * i;
}

static void twenty_rows_of_a_huge_line_are_suspected(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(huge_line, 1000, 20, 60, 64, &v);
	assert_int_equal(v.verdict, VERDICT_SUSPECTED);
	assert_true(v.need_more_s > 0);
	assert_double_equal(v.rate_kb_per_h, 60000, 1);
	assert_double_equal(v.ols_slope_kb_per_interval, 1000, 1e-9);
}

static void between_restarts(void **state)
{
	static struct findings f;
	const double restart[] = { 28800, 57600 };
	struct context x = { restart, 2, 300, 64, NAN, NULL, VERDICT_ALPHA, 0, false };
	struct series_verdict v;
	struct column c;

	(void)state;
	for (int leak = 0; leak <= 1; leak++) {
		struct series s;
		struct made m;

		made_init(&m, 11);
		assert_int_equal(series_init(&s, "anon_kb", 300, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < 288; i++)
			series_add(&s, i * 300, 50000 + 100 * made_noise(&m, .5) + leak * (i % 96) * 50);
		made_free(&m);
		assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
		assert_int_equal(judge_column(&c, &x, &f, &v), SK_OK);
		series_release(&s);
		assert_int_equal(v.verdict, leak ? VERDICT_LEAK : VERDICT_STABLE);
		assert_int_equal(v.kind, leak ? LEAK_ACROSS_RESTARTS : LEAK_NONE);
		if (leak)
			assert_double_equal(v.rate_kb_per_h, 600, 30);
	}
}

/* Seven rows of a last life are too few to judge it, and are most of the last tenth. */
static void the_end_is_that_of_the_last_life(void **state)
{
	static struct findings f;
	const double restart[] = { 93 * 300 - 150 };
	struct context x = { restart, 1, 300, 64, NAN, NULL, VERDICT_ALPHA, 0, false };
	struct series_verdict v;
	struct column c;
	struct series s;

	(void)state;
	assert_int_equal(series_init(&s, "anon_kb", 300, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 100; i++)
		series_add(&s, i * 300, i < 93 ? 50000 : 10000);
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	assert_int_equal(judge_column(&c, &x, &f, &v), SK_OK);
	series_release(&s);
	assert_int_equal(f.tr.n, 93);
	assert_true(v.start_kb == 50000 && v.end_kb == 10000);
}

/* The same 50 KiB of noise in every series of a test: only the place of the jump differs. */
static double jitter(int i)
{
	static double noise[300];

	if (noise[0] == 0) {
		struct made m;

		made_init(&m, 3);
		for (int j = 0; j < 300; j++)
			noise[j] = gsl_ran_gaussian(m.r, 50);
		made_free(&m);
	}
	return noise[i];
}

static double jump_after(int i, int k)
{
	return 100000 + 100 * i + jitter(i) + (i > k ? 10000 : 0);
}

static double two_jumps_after(int i, int k)
{
	return jump_after(i, k) + (i > k + 50 ? 8000 : 0);
}

static double three_jumps_after(int i, int k)
{
	return two_jumps_after(i, k) + (i > k + 100 ? 9000 : 0);
}

/* Rows merge by two: the jump falls on a border of blocks or into one. */
static void a_jump_anywhere_hides_no_leak(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 0; k < 300; k++) {
		judge_rows(jump_after, k, 300, 300, 64, &v);
		assert_int_equal(v.verdict, VERDICT_LEAK);
		if (k < 290) /* what comes after it is too short for a level of its own */
			assert_double_equal(v.rate_kb_per_h, 1200, 40);
	}
	for (int k = 5; k < 240; k++) {
		judge_rows(two_jumps_after, k, 300, 300, 64, &v);
		assert_int_equal(v.verdict, VERDICT_LEAK);
	}
	for (int k = 5; k < 190; k++) {
		judge_rows(three_jumps_after, k, 300, 300, 64, &v);
		assert_in_range(v.verdict, VERDICT_SUSPECTED, VERDICT_LEAK);
	}
}

static void the_line_touches_the_last_level(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 140; k < 160; k++) {
		judge_rows(jump_after, k, 300, 300, 64, &v);
		assert_true(v.fit.valid);
		assert_double_equal(v.fit.t0, 300 * (k + 1), 900);
		assert_double_equal(v.fit.y0, 110000 + v.fit.t0 / 3, 60);
		assert_double_equal(v.fit.y1, 110000 + v.fit.t1 / 3, 60);
	}
}

static double leaks_then_gone(int i, int k)
{
	return 100000 + 4 * floor(jitter(i) / 4) + (i < k ? 100 * i : k * 50 + 50 * (i - k));
}

/* Growth whose lower end is above all that could be missed is not "not proven", and its end in the middle is said. */
static void a_fall_in_the_middle_is_said(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(leaks_then_gone, 150, 300, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_SUSPECTED);
	assert_non_null(strstr(v.why, "it fell by"));
	assert_true(v.need_more_s > 3600 && v.need_more_s < 2 * 86400);
}

/* Fragmentation: 200 MiB more over a day, slower and slower. */
/* A line that stands still for twelve rows from k on, and then is where it would have been. */
static double pauses(int i, int k)
{
	return 2000 + 204.8 * (i > k && i < k + 12 ? k : i);
}

/* What never goes down has not fallen, though the line of the model does where growth pauses. */
static void a_pause_is_no_fall(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 8; k < 161; k++) {
		judge_rows(pauses, k, 161, .1, 8192, &v);
		assert_null(strstr(v.why, "it fell by"));
		if (k < 128) /* later ones may be its end */
			assert_int_equal(v.verdict, VERDICT_LEAK);
		else
			assert_true(verdict_grows(v.verdict) || v.verdict == VERDICT_INSUFFICIENT);
	}
}

/* 20 MiB/h until row k, and a level since then. */
static double fills(int i, int k)
{
	return 200000 + 4 * floor(jitter(i) / 40) + 5000 / 3. * (i < k ? i : k);
}

/*
 * Memory that stands still for the last rows may only have paused; once it does for a tenth of the run it has levelled off, wherever
 * in a block of rows the knee is.
 */
static void a_level_must_be_seen_for_a_while(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 100; k < 288; k++) {
		judge_rows(fills, k, 288, 300, 64, &v);
		if (k < 288 - 288 / 10 - 4)
			assert_int_equal(v.verdict, VERDICT_PLATEAU);
		else if (k > 288 - 288 / 10 + 4)
			assert_true(verdict_grows(v.verdict) || v.verdict == VERDICT_INSUFFICIENT);
	}
}

/* A shell that became the program in its first row, or in its first three. */
static double begins_as_a_shell(int i, int k)
{
	return i < k ? 300 : 31740 + 4 * (i % 2);
}

static void what_was_before_the_program_is_left_out(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 1; k <= 3; k++) {
		judge_rows(begins_as_a_shell, k, 261, .5, 64, &v);
		assert_in_range(v.verdict, VERDICT_STABLE, VERDICT_STEP);
		assert_true(fabs(v.rate_kb_per_h) < 64);
	}
}

/* 300 KiB a row until row k, and a level since then. */
static double stops(int i, int k)
{
	return 200000 + 300 * (i < k ? i : k);
}

/* What is judged once more, in parts, does not say of a short level what the whole did not, and nothing is wanted of what is decided. */
static void a_short_level_is_not_judged_alone(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int n = 440; n <= 512; n += 8)
		for (int level = 2; level < n / 8; level++) {
			judge_rows(stops, n - level, n, 60, 64, &v);
			if (level < n / 10 - 4)
				assert_true(verdict_grows(v.verdict) || v.verdict == VERDICT_INSUFFICIENT);
			else if (level > n / 10 + 4)
				assert_int_equal(v.verdict, VERDICT_PLATEAU);
			assert_int_equal(isfinite(v.need_more_s),
					 v.verdict == VERDICT_SUSPECTED || v.verdict == VERDICT_INSUFFICIENT);
			if (v.verdict == VERDICT_LEAK && level >= 16)
				assert_non_null(strstr(v.why, "though not in the last"));
		}
}

/* 300 KiB a row until row 172, and k percent of that after it. */
static double bends(int i, int k)
{
	return 200000 + 300 * (i < 172 ? i : 172 + k / 100. * (i - 172));
}

/* Growth, rate and the time over which it was are one sum, wherever a line bends. */
static void growth_is_rate_times_time(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 30; k < 180; k += 2) {
		judge_rows(bends, k, 288, 60, 64, &v);
		assert_int_equal(v.verdict, VERDICT_LEAK);
		double begin = isfinite(v.onset_s) ? v.onset_s : v.warmup_s;

		assert_double_equal(v.growth_kb, v.rate_kb_per_h * (287 * 60 - begin) / 3600, .02 * v.growth_kb);
	}
}

static double creep(int i, int k)
{
	return 100000 + 4 * floor(jitter(i) / 4) + 200000 * log1p(i / 300. / .05) / log1p(20) + 0 * k;
}

static void what_goes_slower_and_slower_is_no_proven_leak(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(creep, 0, 300, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_SUSPECTED);
	assert_non_null(strstr(v.why, "more slowly towards the end"));
	assert_true(v.need_more_s > 0);
}

/* Two warm-ups and a line of 30000 KiB: no shape has all three, and what is left of the best is smooth like a random walk. */
static double two_warmups_and_a_line(int i, int k)
{
	double u = i / 300.;

	return 100000 + 4 * floor(jitter(i) / 4) + 80000 * (1 - exp(-u / .02)) + 60000 * (1 - exp(-u / .15)) + 60000 * u + 0 * k;
}

static void no_weeks_for_a_smooth_rise(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(two_warmups_and_a_line, 0, 300, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_SUSPECTED);
	assert_double_equal(v.rate_kb_per_h, 60000 / 25., 200);
	assert_non_null(strstr(v.why, "no curve explains how it slowed down before"));
	assert_true(v.need_more_s > 0 && v.need_more_s < 86400);
}

static double slow_line(int i, int k)
{
	return 100000 + k * i + jitter(i);
}

static void growth_below_the_least_rate_is_said(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(slow_line, 50, 300, 300, 1024, &v); /* 600 KiB/h */
	assert_int_equal(v.verdict, VERDICT_STABLE);
	assert_non_null(strstr(v.why, "grows by +600 KiB/h, below --min-rate 1.00 MiB/h; growth above +1.00 MiB/h would"));
	judge_rows(slow_line, 0, 300, 300, 64, &v);
	assert_non_null(strstr(v.why, "stays at 97.7 MiB over 24 h 55 min; growth above +64 KiB/h would have been found"));
	judge_rows(slow_line, -50, 300, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_SHRINKING);
	assert_non_null(strstr(v.why, " shrinks by "));
	assert_null(strstr(v.why, "by -")); /* the verb says which way */
	assert_non_null(strstr(v.why, "; growth above +64 KiB/h would have been found"));
}

static double exact_line(int i, int k)
{
	return 50000 + k * i;
}

static void a_perfect_line_has_no_warm_up(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int n = 250; n <= 520; n += 10) {
		judge_rows(exact_line, 25, n, 300, 64, &v);
		assert_int_equal(v.verdict, VERDICT_LEAK);
		assert_double_equal(v.warmup_s, 0, 0);
		assert_double_equal(v.rate_kb_per_h, 300, .01);
	}
}

static double begins_a_little_faster(int i, int k)
{
	return 50000 + 66 * i + 165 * (1 - exp(-(double)i / k)) + .1 * jitter(i);
}

/* A curve of 2 % beside a line is a warm-up that takes 3 time constants: all of the run but a tenth, which is no reason to leave them out. */
static void a_little_warm_up_is_no_reason_to_leave_a_line_out(void **state)
{
	struct series_verdict v;

	(void)state;
	for (int k = 10; k <= 34; k++) {
		judge_rows(begins_a_little_faster, k, 110, 300, 64, &v);
		assert_int_equal(v.verdict, VERDICT_LEAK);
		assert_double_equal(v.warmup_s, 0, 0);
		assert_double_equal(v.rate_kb_per_h, 66 * 12, 24);
		assert_double_equal(v.growth_kb, 66 * 109, 220);
	}
}

static double with_a_gap(int i, int k)
{
	return i < 60 || i >= k ? 50000 + jitter(i % 300) : NAN;
}

static double now_and_then(int i, int k)
{
	return i % k ? NAN : 50000;
}

static void points_count_and_not_samples(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(with_a_gap, 2585, 2636, .2, 64, &v); /* 111 samples in blocks of 3.2 s */
	assert_int_equal(v.verdict, VERDICT_INSUFFICIENT);
	assert_int_equal(v.samples, 111);
	assert_true(v.need_more_s > 240 && v.need_more_s < 300);
	assert_non_null(strstr(v.why, "the 111 samples over 8 min 47 s lie in 8 blocks of time"));
	judge_rows(now_and_then, 17, 300, .1, 64, &v); /* 18 samples, 1.7 s apart, in blocks of .2 s */
	assert_double_equal(v.need_more_s, 78 * 1.7, 10);
	judge_rows(exact_line, 0, 9, .5, 64, &v);
	assert_non_null(strstr(v.why, "9 samples in 4 s are too few"));
	judge_rows(exact_line, 0, 1, .5, 64, &v);
	assert_non_null(strstr(v.why, "1 sample is too few"));
}

static double one_step(int i, int size)
{
	return 200000 + (i >= 100 ? size : 0) + (i % 2 ? 4 : 0);
}

/* 8 MiB more at second 30000, to a KiB; a line has no steps. */
static void a_step_is_listed_with_its_size(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(one_step, 8192, 200, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_STEP);
	assert_int_equal(v.n_jumps, 1);
	assert_true(v.jump[0].at_s == 30000);
	assert_double_equal(v.jump[0].size, 8192, 4);
	judge(MADE_LEAK, 1, 288, 300, 200, &v);
	assert_int_equal(v.n_jumps, 0);
}

static double line_with_jumps(int i, int each)
{
	return 200000 + 100.0 * i + (i >= 96 ? 2 * each : 0) + (i >= 192 ? 3 * each : 0) + i * 7919 % 101 * 4;
}

/* A line with two jumps of a table that doubles: its rate is that of all, and its line goes through all. */
static void jumps_that_come_again_are_growth(void **state)
{
	struct series_verdict v;

	(void)state;
	judge_rows(line_with_jumps, 4000, 288, 300, 64, &v);
	assert_int_equal(v.verdict, VERDICT_LEAK);
	assert_int_equal(v.n_jumps, 2);
	assert_double_equal(v.rate_kb_per_h, v.ols_slope_kb_per_h, .03 * v.ols_slope_kb_per_h); /* 2148; between the jumps 1200 */
	assert_true(v.rate_lo < 48700 / 23.9 && 48700 / 23.9 < v.rate_hi);
	assert_true(v.fit.t0 < 6 * 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_leak_is_no_leak),
		cmocka_unit_test(a_leak_is_a_leak),
		cmocka_unit_test(onset_is_found),
		cmocka_unit_test(a_minute_at_five_hertz),
		cmocka_unit_test(few_points),
		cmocka_unit_test(twenty_rows_of_a_huge_line_are_suspected),
		cmocka_unit_test(between_restarts),
		cmocka_unit_test(the_end_is_that_of_the_last_life),
		cmocka_unit_test(a_jump_anywhere_hides_no_leak),
		cmocka_unit_test(the_line_touches_the_last_level),
		cmocka_unit_test(a_fall_in_the_middle_is_said),
		cmocka_unit_test(a_pause_is_no_fall),
		cmocka_unit_test(a_level_must_be_seen_for_a_while),
		cmocka_unit_test(a_short_level_is_not_judged_alone),
		cmocka_unit_test(what_was_before_the_program_is_left_out),
		cmocka_unit_test(growth_is_rate_times_time),
		cmocka_unit_test(what_goes_slower_and_slower_is_no_proven_leak),
		cmocka_unit_test(no_weeks_for_a_smooth_rise),
		cmocka_unit_test(growth_below_the_least_rate_is_said),
		cmocka_unit_test(a_perfect_line_has_no_warm_up),
		cmocka_unit_test(a_little_warm_up_is_no_reason_to_leave_a_line_out),
		cmocka_unit_test(points_count_and_not_samples),
		cmocka_unit_test(a_step_is_listed_with_its_size),
		cmocka_unit_test(jumps_that_come_again_are_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
