/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks to points: what is left out and why, segments between restarts, teeth that are finer than blocks. */
#include <math.h>

#include "tests/analysis/made.h"

#include "analysis/track.h"

typedef double row_fn(int i);

static void column_of(struct column *c, row_fn *row, int n)
{
	struct series s;

	assert_int_equal(series_init(&s, "anon_kb", 1, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < n; i++)
		series_add(&s, i, row(i));
	assert_int_equal(column_load(c, &s, PAGE_KB), SK_OK);
	series_release(&s);
}

static double every_second(int i)
{
	return 1000 + i;
}

/* 640 samples in blocks of four: block k has samples 4k to 4k + 3 and lies at 4k + 1.5. */
static void a_block_with_a_restart_is_left_out(void **state)
{
	static const double in_it[] = { 321, 322, 323 }, between[] = { 319.5 };
	struct column c;
	struct track tr;

	(void)state;
	column_of(&c, every_second, 640);
	assert_double_equal(c.width_s, 4, 0);
	track_build(&tr, &c, -INFINITY, NULL, 0);
	assert_int_equal(tr.n, 160);
	assert_int_equal(tr.segments, 1);
	track_build(&tr, &c, -INFINITY, between, 1); /* samples 319 and 320: blocks 79 and 80 are whole */
	assert_int_equal(tr.n, 160);
	assert_int_equal(tr.segments, 2);
	assert_int_equal(tr.segment[79], 0);
	assert_int_equal(tr.segment[80], 1);
	for (size_t k = 0; k < 3; k++) { /* 320 is the old life's, 323 the new one's */
		track_build(&tr, &c, -INFINITY, &in_it[k], 1);
		assert_int_equal(tr.n, 159);
		assert_int_equal(tr.segments, 2);
		assert_double_equal(tr.t[79], 317.5, 0);
		assert_double_equal(tr.t[80], 325.5, 0);
		assert_int_equal(tr.segment[79], 0);
		assert_int_equal(tr.segment[80], 1);
		assert_true(tr.lag[80] == 0 && tr.u[80] == 0 && tr.u[81] == 4 && tr.lag[81] == 1);
	}
}

/* A block of one sample has one life's level wherever the restart was. */
static void a_block_of_one_sample_stays(void **state)
{
	static const double restart[] = { 60 };
	struct column c;
	struct track tr;

	(void)state;
	column_of(&c, every_second, 120);
	assert_double_equal(c.width_s, 1, 0);
	track_build(&tr, &c, -INFINITY, restart, 1);
	assert_int_equal(tr.n, 120);
	assert_int_equal(tr.segments, 2);
	assert_int_equal(tr.segment[59], 0);
	assert_int_equal(tr.segment[60], 1);
}

static void short_segments_are_left_out(void **state)
{
	static const double restart[] = { 40, 47, 55, 115 };
	struct column c;
	struct track tr;

	(void)state;
	column_of(&c, every_second, 120); /* lives of 40, 7, 8, 60 and 5 samples */
	track_build(&tr, &c, -INFINITY, restart, 4);
	assert_int_equal(tr.n, 108);
	assert_int_equal(tr.segments, 3);
	assert_double_equal(tr.t[40], 47, 0);
	assert_int_equal(tr.segment[40], 1);
	assert_int_equal(tr.segment[48], 2);
	assert_double_equal(tr.t[107], 114, 0);
	track_build(&tr, &c, 50, restart, 4); /* 50 to 54 are five */
	assert_int_equal(tr.n, 60);
	assert_double_equal(tr.t[0], 55, 0);
}

/* Ten lives of 12 samples: the last eight count. */
static void the_last_segments_count(void **state)
{
	double restart[9];
	struct column c;
	struct track tr;

	(void)state;
	for (int i = 0; i < 9; i++)
		restart[i] = 12 * (i + 1);
	column_of(&c, every_second, 120);
	track_build(&tr, &c, -INFINITY, restart, 9);
	assert_int_equal(tr.segments, TRACK_MAX_SEGMENTS);
	assert_int_equal(tr.n, 96);
	assert_double_equal(tr.t[0], 24, 0);
}

static double one_spike(int i)
{
	return 1000 + (i == 50 ? 500 : 0);
}

/* One block in the middle of a rise by 400: half of its samples are of each side, and the border that it would bend is known. */
static double a_jump_in_a_block(int i)
{
	return 1000 + (i < 322 ? 0 : 400);
}

static double a_jump_between_blocks(int i)
{
	return 1000 + (i < 320 ? 0 : 400);
}

static void spikes_and_jumps(void **state)
{
	struct column c;
	struct track tr;

	(void)state;
	column_of(&c, one_spike, 120);
	track_build(&tr, &c, -INFINITY, NULL, 0);
	assert_int_equal(tr.n, 120);
	assert_int_equal(tr.spikes, 1);
	assert_double_equal(tr.y[50], 1000, 0);
	column_of(&c, a_jump_in_a_block, 640);
	track_build(&tr, &c, -INFINITY, NULL, 0);
	assert_int_equal(tr.n, 159);
	assert_double_equal(tr.t[80], 325.5, 0);
	assert_double_equal(tr.lag[80], 2, 0);
	column_of(&c, a_jump_between_blocks, 640);
	track_build(&tr, &c, -INFINITY, NULL, 0);
	assert_int_equal(tr.n, 160);
}

/*
 * 60 teeth of 11 samples: ten rises of 40, a fall of 400. Blocks of four hide them, the sums do not: s3 = 60 (10 40^3 - 400^3)
 * and s4 = 60 (10 40^4 + 400^4) without the last fall, which is not there.
 */
static double fine_teeth(int i)
{
	return 1000 + 40 * (i % 11);
}

static double teeth_upside_down(int i)
{
	return 2000 - 40 * (i % 11);
}

static double few_teeth_in_movement(int i)
{
	return fine_teeth(i) + (i % 2 ? 500 : 0);
}

static void teeth_that_are_finer_than_blocks(void **state)
{
	double s3 = 59 * -64e6 + 600 * 64e3, s4 = 59 * 256e8 + 600 * 256e4;
	struct column c, d;

	(void)state;
	column_of(&c, fine_teeth, 660);
	assert_double_equal(c.fall, s4 / -s3, 1e-9);
	assert_double_equal(c.fall, 404.5, .2);
	assert_double_equal(c.falls, s3 * s3 * s3 * s3 / (s4 * s4 * s4), 1e-9);
	assert_double_equal(c.falls, 56.5, .3); /* of 59: the rises take a little off of s3 */
	d = c;
	column_add(&d, &c, 1); /* says nothing of the sum */
	assert_true(d.falls == 0 && d.fall == 0);
	column_of(&c, teeth_upside_down, 660);
	assert_true(c.falls == 0 && c.fall == 0);
	column_of(&c, few_teeth_in_movement, 660);
	assert_true(c.falls == 0 && c.fall == 0);
	column_of(&c, every_second, 660);
	assert_true(c.falls == 0 && c.fall == 0);
	column_of(&c, every_second, 1);
	assert_true(c.falls == 0 && c.fall == 0);
}

/* Noise of any size without teeth: its third powers do not go one way. */
static double *noise;

static double of_noise(int i)
{
	return 1e5 + noise[i];
}

static void noise_has_no_teeth(void **state)
{
	static double v[2000];
	struct column c;

	(void)state;
	noise = v;
	for (unsigned long seed = 1; seed <= 20; seed++) {
		struct made m;

		made_init(&m, seed);
		for (int i = 0; i < 2000; i++)
			v[i] = 4 * floor(200 * made_noise(&m, .5) / 4);
		made_free(&m);
		column_of(&c, of_noise, 2000);
		assert_double_equal(c.falls, 0, 0);
	}
}

/* Three lives of 20, 10 and 20 points a minute apart; 5 minutes off each leave 15, nothing (5 are too few) and 15. */
static void lives_without_their_start(void **state)
{
	static const size_t length[] = { 20, 10, 20 };
	struct track tr, out;

	(void)state;
	memset(&tr, 0, sizeof(tr));
	tr.segments = 3;
	tr.width_s = 60;
	tr.quantum = 4;
	for (size_t s = 0; s < 3; s++)
		for (size_t i = 0; i < length[s]; i++, tr.n++) {
			tr.t[tr.n] = 60. * (double)tr.n;
			tr.u[tr.n] = 60. * (double)i;
			tr.lag[tr.n] = i > 0;
			tr.y[tr.n] = 1000. * (double)s + (double)i;
			tr.segment[tr.n] = s;
		}
	track_settled(&tr, 300, &out);
	assert_int_equal(out.n, 30);
	assert_int_equal(out.segments, 2);
	assert_true(out.segment[14] == 0 && out.segment[15] == 1);
	assert_true(out.y[0] == 5 && out.u[0] == 0 && out.lag[0] == 0 && out.t[0] == 300);
	assert_true(out.y[15] == 2005 && out.u[15] == 0 && out.lag[15] == 0 && out.t[15] == 35 * 60);
	assert_true(out.u[29] == 14 * 60 && out.lag[29] == 1);
	assert_true(out.width_s == 60 && out.quantum == 4);
	assert_true(track_longest(&tr) == 19 * 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_with_a_restart_is_left_out),
		cmocka_unit_test(a_block_of_one_sample_stays),
		cmocka_unit_test(short_segments_are_left_out),
		cmocka_unit_test(the_last_segments_count),
		cmocka_unit_test(spikes_and_jumps),
		cmocka_unit_test(teeth_that_are_finer_than_blocks),
		cmocka_unit_test(noise_has_no_teeth),
		cmocka_unit_test(lives_without_their_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
