/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels that come back, worked by hand and from seeds: which points are in which column; and what is no regime. */
#include <math.h>

#include "tests/analysis/made.h"

#include "analysis/regimes.h"

#define N     120
#define SEEDS 20

typedef double level_fn(size_t i, struct made *m);

static void track_of(struct track *tr, level_fn *f, unsigned long seed, size_t n)
{
	struct made m;

	memset(tr, 0, sizeof(*tr));
	made_init(&m, seed);
	tr->n = n;
	tr->segments = 1;
	tr->width_s = 60;
	tr->quantum = PAGE_KB;
	for (size_t i = 0; i < n; i++) {
		tr->t[i] = tr->u[i] = 60 * (double)i;
		tr->lag[i] = i > 0;
		tr->y[i] = 1e5 + f(i, &m);
	}
	made_free(&m);
}

static bool find(level_fn *f, unsigned long seed, struct design *d, struct regimes *out)
{
	struct track tr;

	track_of(&tr, f, seed, N);
	design_levels(d, &tr);
	return regimes_find(&tr, d, out);
}

/* Low, middle, high and back, ten points each, four times. */
static double up_the_ladder_and_back(size_t i, struct made *m)
{
	static const double level[] = { 0, 1000, 4000 };

	(void)m;
	return level[i / 10 % 3];
}

static void columns_by_hand(void **state)
{
	struct regimes r;
	struct design d;

	(void)state;
	assert_true(find(up_the_ladder_and_back, 1, &d, &r));
	assert_int_equal(r.jumps, 11);
	assert_int_equal(r.levels, 3);
	assert_true(r.returns);
	assert_int_equal(d.p, 3);
	for (size_t i = 0; i < N; i++) {
		assert_double_equal(d.x[0][i], 1, 0);
		assert_double_equal(d.x[1][i], i / 10 % 3 == 1, 0);
		assert_double_equal(d.x[2][i], i / 10 % 3 == 2, 0);
	}
}

/* Out and back: two levels, two jumps, one return, of which one cannot say that it comes back as a habit. */
static double away_and_back(size_t i, struct made *m)
{
	(void)m;
	return i >= 40 && i < 80 ? 500 : 0;
}

static double away_and_back_twice(size_t i, struct made *m)
{
	(void)m;
	return i / 24 % 2 ? 500 : 0;
}

static void one_return_is_no_habit(void **state)
{
	struct regimes r;
	struct design d;

	(void)state;
	assert_true(find(away_and_back, 1, &d, &r));
	assert_int_equal(r.jumps, 2);
	assert_int_equal(r.levels, 2);
	assert_false(r.returns);
	assert_int_equal(d.p, 2);
	assert_true(find(away_and_back_twice, 1, &d, &r));
	assert_int_equal(r.jumps, 4);
	assert_int_equal(r.levels, 2);
	assert_true(r.returns);
}

/* Three points up are a spike and stay with the visit before; levels apart by a fiftieth of the range are one. */
static double with_spikes_and_almost_equal(size_t i, struct made *m)
{
	(void)m;
	if (i >= 50 && i < 53)
		return 3000;
	return i / 30 % 2 ? 1000 : i < 30 ? 0 : 20;
}

static void what_is_one_level(void **state)
{
	struct regimes r;
	struct design d;

	(void)state;
	assert_true(find(with_spikes_and_almost_equal, 1, &d, &r));
	assert_int_equal(r.jumps, 3);
	assert_int_equal(r.levels, 2);
	for (size_t i = 0; i < N; i++)
		assert_double_equal(d.x[1][i], i / 30 % 2 == 1, 0);
}

static double stairs(size_t i, struct made *m)
{
	(void)m;
	return 500 * (double)(i / 20);
}

static double three_stairs(size_t i, struct made *m)
{
	(void)m;
	return 500 * (double)(i / 40);
}

static double ten_levels(size_t i, struct made *m)
{
	(void)m;
	return 500 * (double)(i / 10 * 7 % 10);
}

/* Two visits to what is one level, a fiftieth of the range apart, and a jump. */
static double almost_one_jump(size_t i, struct made *m)
{
	(void)m;
	return i < 40 ? 0 : i < 80 ? 20 : 1000;
}

static double flat(size_t i, struct made *m)
{
	(void)i, (void)m;
	return 0;
}

static double one_jump(size_t i, struct made *m)
{
	(void)m;
	return i < 60 ? 0 : 500;
}

static void what_is_none(void **state)
{
	struct regimes r;
	struct design d;

	(void)state;
	assert_false(find(stairs, 1, &d, &r)); /* five jumps, all up */
	assert_int_equal(r.jumps, 5);
	assert_true(find(three_stairs, 1, &d, &r)); /* two jumps may be steps */
	assert_false(r.returns);
	assert_false(find(ten_levels, 1, &d, &r));
	assert_int_equal(r.levels, 10);
	assert_false(find(almost_one_jump, 1, &d, &r));
	assert_int_equal(r.jumps, 1);
	assert_false(find(flat, 1, &d, &r));
	assert_false(find(one_jump, 1, &d, &r));
	assert_int_equal(d.p, 1);
}

static void limits(void **state)
{
	static double ones[TRACK_MAX];
	struct track tr;
	struct regimes r;
	struct design d;

	(void)state;
	track_of(&tr, away_and_back_twice, 1, 48);
	design_levels(&d, &tr);
	assert_false(regimes_find(&tr, &d, &r)); /* one jump in 48 points */
	track_of(&tr, up_the_ladder_and_back, 1, 47);
	design_levels(&d, &tr);
	assert_false(regimes_find(&tr, &d, &r));
	track_of(&tr, up_the_ladder_and_back, 1, 48);
	design_levels(&d, &tr);
	assert_true(regimes_find(&tr, &d, &r));
	tr.segments = 2;
	assert_false(regimes_find(&tr, &d, &r));
	tr.segments = 1;
	design_levels(&d, &tr);
	while (d.p < LSQ_MAX_P - 5) /* room for the shape must stay */
		assert_true(design_add(&d, ones));
	assert_false(regimes_find(&tr, &d, &r));
}

static double load_in_blocks(size_t i, struct made *m)
{
	static const double level[] = { 0, 12, 6, 12, 0, 6 };

	return 100 * (level[i / 20] + made_noise(m, .5));
}

static double line(size_t i, struct made *m)
{
	return 100 * (.1 * (double)i + made_noise(m, .5));
}

static double white(size_t i, struct made *m)
{
	(void)i;
	return 100 * made_noise(m, 0);
}

/* A load is found nearly always, its levels exactly in half of the series; a line is cut now and then, and the caller's price
 * decides. */
static void from_seeds(void **state)
{
	int found = 0, exact = 0, of_line = 0, of_white = 0;
	struct regimes r;
	struct design d;

	(void)state;
	for (unsigned long seed = 1; seed <= SEEDS; seed++) {
		if (find(load_in_blocks, seed, &d, &r)) {
			found += r.returns;
			exact += r.levels == 3 && r.jumps == 5;
		}
		of_line += find(line, seed, &d, &r);
		of_white += find(white, seed, &d, &r);
	}
	print_message("load %d, exactly %d, line %d, white %d of %d\n", found, exact, of_line, of_white, SEEDS);
	assert_in_range(found, 18, SEEDS);
	assert_in_range(exact, 9, SEEDS);
	assert_in_range(of_line, 0, 6);
	assert_int_equal(of_white, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_by_hand),
		cmocka_unit_test(one_return_is_no_habit),
		cmocka_unit_test(what_is_one_level),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(limits),
		cmocka_unit_test(from_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
