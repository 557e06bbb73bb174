/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stairs and bursts worked by hand and from seeds; lines, curves and walks that are none. */
#include <math.h>

#include "tests/analysis/made.h"

#include "analysis/stairs.h"

#define Q     PAGE_KB
#define SEEDS 20

/* Level i of n points; r: where noise comes from. */
typedef double level_fn(size_t i, size_t n, struct made *r);

static bool find(level_fn *f, unsigned long seed, size_t n, struct stairs *out)
{
	double t[TRACK_MAX], y[TRACK_MAX];
	struct made m;
	bool found;

	made_init(&m, seed);
	for (size_t i = 0; i < n && i < TRACK_MAX; i++) {
		t[i] = 60 * (double)i;
		y[i] = 1e5 + f(i, n, &m);
	}
	found = stairs_find(t, y, n, Q, out);
	made_free(&m);
	return found;
}

static int count(level_fn *f)
{
	int k = 0;
	struct stairs s;

	for (unsigned long seed = 1; seed <= SEEDS; seed++)
		k += find(f, seed, 200, &s);
	return k;
}

static double twelve_stairs(size_t i, size_t n, struct made *m)
{
	(void)m;
	return 100 * (double)(i / (n / 12));
}

/* 12 levels of 10 points, 100 KiB apart. */
static void stairs_by_hand(void **state)
{
	struct stairs s;

	(void)state;
	assert_true(find(twelve_stairs, 1, 120, &s));
	assert_int_equal(s.n, 11);
	assert_double_equal(s.mean, 100, 1e-9);
	assert_double_equal(s.share, 1, 1e-12);
	assert_double_equal(s.flat, 1, 0);
	assert_double_equal(s.ramps, 0, 0);
	assert_double_equal(s.inside, 0, 1e-6);
	assert_true(s.lead > 100);
}

/* 12 levels of 10 points, 1000 apart, that rise by 2 a point, with 10 up and down in turns. */
static double rising_levels(size_t i, size_t n, struct made *m)
{
	(void)n;
	(void)m;
	return 1000 * (double)(i / 10) + 2 * (double)(i % 10) + (i % 2 ? -10 : 10);
}

/*
 * A level's ten points lie at x = -4.5 .. 4.5: sum x^2 = 82.5, the turns add 10 (-5) to sum x y, so the slope is 2 - 50 / 82.5.
 * The squares sum to 4 * 82.5 + 1000 - 4 * 50 = 1130 and neighbours do not go together: error sqrt(113 / (12 * 82.5)). The whole
 * rises by 11000 in 120 points.
 */
static void the_slope_inside_by_hand(void **state)
{
	struct stairs s;

	(void)state;
	assert_true(find(rising_levels, 1, 120, &s));
	assert_int_equal(s.n, 11);
	assert_double_equal(s.mean, 1000, 1e-9);
	assert_double_equal(s.inside, (2 - 50 / 82.5 + 2 * sqrt(113 / 990.)) / (11000 / 120.), 1e-9);
}

/* Five times 16 points flat, then 8 points up by 50 each: a burst is a ramp of 400 from the level's last point to the next one's
 * first. */
static double five_bursts(size_t i, size_t n, struct made *m)
{
	size_t in = i % 24;

	(void)n;
	(void)m;
	return 400 * (double)(i / 24) + (in > 15 ? 50 * (double)(in - 15) : 0);
}

static void bursts_by_hand(void **state)
{
	struct stairs s;

	(void)state;
	assert_true(find(five_bursts, 1, 120, &s));
	assert_int_equal(s.n, 5);
	assert_double_equal(s.mean, 400,
			    50 + 1e-9); /* which of two parts the point on both belongs to is open: a rise is 350 or 400 */
	assert_double_equal(s.share, 1, .12);
	assert_double_equal(s.ramps, 1, .03);
	assert_double_equal(s.flat, 80 / 120., 5 * 2 / 120. + 1e-9);
}

/* Up by 300 five times, and down by 50 after each but the last: 1300 of 1500 stay. */
static double up_and_down(size_t i, size_t n, struct made *m)
{
	size_t k = i / 12;

	(void)n;
	(void)m;
	return k == 0 ? 0 : 250 * (double)((k - 1) / 2) + (k % 2 ? 300 : 250);
}

static double down_again(size_t i, size_t n, struct made *m)
{
	(void)n;
	(void)m;
	return i / 12 % 2 ? 300 : 0;
}

static void what_falls_back_is_no_rise(void **state)
{
	struct stairs s;

	(void)state;
	assert_true(find(up_and_down, 1, 120, &s));
	assert_int_equal(s.n, 5);
	assert_double_equal(s.mean, 300, 1e-9);
	assert_double_equal(s.share, 1300 / 1500., 1e-9);
	assert_false(find(down_again, 1, 120, &s));
	assert_double_equal(s.share, 300 / 1500., 1e-9);
}

static double two_jumps(size_t i, size_t n, struct made *m)
{
	return (i > n / 3 ? 2000 : 0) + (i > n / 2 ? 2000 : 0) + 10 * made_noise(m, 0);
}

static double small_stairs(size_t i, size_t n, struct made *m)
{
	return .12 * twelve_stairs(i, n, m); /* three pages: what a tick of a counter makes of a line */
}

static double constant(size_t i, size_t n, struct made *m)
{
	(void)i, (void)n, (void)m;
	return 0;
}

static double exact_line(size_t i, size_t n, struct made *m)
{
	(void)n, (void)m;
	return 50 * (double)i;
}

static void too_little(void **state)
{
	struct stairs s;

	(void)state;
	assert_false(find(twelve_stairs, 1, 23, &s));
	assert_true(s.n == 0 && s.lead == 0 && s.mean == 0 && s.share == 0);
	assert_true(find(twelve_stairs, 1, 24, &s));
	assert_false(find(two_jumps, 1, 120, &s));
	assert_false(find(small_stairs, 1, 120, &s));
	assert_false(find(constant, 1, 120, &s));
	assert_false(find(exact_line, 1, 120, &s));
	assert_true(isfinite(s.lead));
}

static double noisy_stairs(size_t i, size_t n, struct made *m)
{
	return 8 * twelve_stairs(i, n, m) + 100 * made_noise(m, .6);
}

static double noisy_bursts(size_t i, size_t n, struct made *m)
{
	return 5 * five_bursts(i, n, m) + 100 * made_noise(m, .6);
}

static void from_seeds(void **state)
{
	int bursts = 0, stairs = 0;

	(void)state;
	for (unsigned long seed = 1; seed <= SEEDS; seed++) {
		struct stairs s;

		stairs += find(noisy_stairs, seed, 200, &s) && s.ramps < .4 && s.n >= 12;
		bursts += find(noisy_bursts, seed, 200, &s) && s.ramps > .4;
	}
	print_message("stairs %d, bursts %d of %d\n", stairs, bursts, SEEDS);
	assert_in_range(stairs, 16, SEEDS);
	assert_in_range(bursts, 18, SEEDS);
}

static double white_line(size_t i, size_t n, struct made *m)
{
	return 5000 * (double)i / (double)n + 100 * made_noise(m, 0);
}

static double remembering_line(size_t i, size_t n, struct made *m)
{
	return 1200 * (double)i / (double)n + 100 * made_noise(m, .9);
}

static double steep_line(size_t i, size_t n, struct made *m)
{
	return 2000 * (double)i / (double)n + 100 * made_noise(m, .5);
}

static double paged_line(size_t i, size_t n, struct made *m)
{
	(void)m;
	return Q * floor(200 * (double)i / (double)n / Q); /* a page every 4 points */
}

static double curve(size_t i, size_t n, struct made *m)
{
	double u = (double)i / (double)n;

	return 5000 * u * u * u + 50 * made_noise(m, .5);
}

static double walk(size_t i, size_t n, struct made *m)
{
	(void)i, (void)n;
	return 1000 * made_noise(m, 1);
}

static double noise(size_t i, size_t n, struct made *m)
{
	(void)i, (void)n;
	return 100 * made_noise(m, .8);
}

/* Counts and not zeros where the partition is too fine: noise that remembers is cut into levels, and a line under it looks like
 * bursts. */
static void nothing_else_is(void **state)
{
	static const struct {
		const char *name;
		level_fn *f;
		int most;
	} t[] = {
		{ "white line", white_line, 0 },
		{ "line with AR(1) .9", remembering_line, 8 },
		{ "line of 20 sd with AR(1) .5", steep_line, 6 },
		{ "line in pages", paged_line, 0 },
		{ "curve", curve, 2 },
		{ "walk", walk, 1 },
		{ "noise", noise, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		int k = count(t[i].f);

		print_message("%s: %d of %d\n", t[i].name, k, SEEDS);
		assert_in_range(k, 0, t[i].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stairs_by_hand),
		cmocka_unit_test(bursts_by_hand),
		cmocka_unit_test(the_slope_inside_by_hand),
		cmocka_unit_test(what_falls_back_is_no_rise),
		cmocka_unit_test(too_little),
		cmocka_unit_test(from_seeds),
		cmocka_unit_test(nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
