/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth itself, exactly. */
#include "tests/check.h"

#include "scenarios/leaky_shape.h"

#define MIB 1048576.0

static struct leaky_shape make(const char *name, double per_h, double length, double onset)
{
	struct leaky_shape s;

	assert_int_equal(leaky_shape_init(&s, name, per_h, length, onset), 0);
	return s;
}

static double leaked(const struct leaky_shape *s, double t)
{
	return leaky_level_at(s, t).leaked;
}

static void linear(void **unused)
{
	struct leaky_shape s = make("linear", 3600 * MIB, 60, NAN);

	(void)unused;
	assert_double_equal(leaked(&s, 0), 0, 0);
	assert_double_equal(leaked(&s, 60), 60 * MIB, 0);
	assert_double_equal(leaked(&s, 86400), 86400 * MIB, 0);
	assert_double_equal(leaky_level_at(&s, 30).warm, 0, 0);
	assert_double_equal(leaky_level_at(&s, 30).cycle, 0, 0);
	s = make("linear", 0, NAN, NAN);
	assert_double_equal(leaked(&s, 1e6), 0, 0);
}

static void staircase(void **unused)
{
	struct leaky_shape s = make("staircase", 3600 * MIB, 160, NAN);

	(void)unused;
	assert_double_equal(leaked(&s, 9.99), 0, 0);
	assert_double_equal(leaked(&s, 10), 10 * MIB, 0);
	assert_double_equal(leaked(&s, 19.99), 10 * MIB, 0);
	assert_double_equal(leaked(&s, 160), 160 * MIB, 0); /* the same mean rate over the run */
	s = make("staircase", 3600 * MIB, NAN, NAN);
	assert_double_equal(leaked(&s, 599), 0, 0);
	assert_double_equal(leaked(&s, 600), 600 * MIB, 0);
}

static void sawtooth(void **unused)
{
	struct leaky_shape s = make("sawtooth", 0, 120, NAN);

	(void)unused;
	for (int i = 0; i <= 12; i++) {
		assert_double_equal(leaky_level_at(&s, 10.0 * i).cycle, 0, 0);
		assert_double_equal(leaked(&s, 10.0 * i), 0, 0); /* the floor is flat at rate 0 */
	}
	assert_double_equal(leaky_level_at(&s, 5).cycle, 16 * MIB, 0);
	s = make("sawtooth", 3600 * MIB, 120, NAN);
	assert_double_equal(leaked(&s, 65), 65 * MIB, 0);
	assert_double_equal(leaky_level_at(&s, 65).cycle, 16 * MIB, 0);
}

static void onset(void **unused)
{
	struct leaky_shape s = make("onset", 3600 * MIB, 90, NAN);

	(void)unused;
	assert_double_equal(leaked(&s, 30), 0, 0);
	assert_double_equal(leaked(&s, 31), MIB, 0);
	s = make("onset", 3600 * MIB, 90, 80);
	assert_double_equal(leaked(&s, 80), 0, 0);
	assert_double_equal(leaked(&s, 90), 10 * MIB, 0);
	s = make("linear", 3600 * MIB, 90, 80); /* only the shape onset has one */
	assert_double_equal(leaked(&s, 1), MIB, 0);
}

static void warmup(void **unused)
{
	struct leaky_shape s = make("warmup", 0, 200, NAN);

	(void)unused;
	assert_double_equal(leaky_level_at(&s, 0).warm, 0, 0);
	assert_double_equal(leaky_level_at(&s, 10).warm, 32 * MIB * (1 - exp(-1)), 1e-6);
	assert_double_equal(leaky_level_at(&s, 200).warm, 32 * MIB, 0.1);
	assert_double_equal(leaked(&s, 200), 0, 0);
	s = make("warmup", 3600 * MIB, 200, NAN);
	assert_double_equal(leaked(&s, 200), 200 * MIB, 0);
}

static void none(void **unused)
{
	struct leaky_shape s = make("none", 3600 * MIB, 60, NAN);

	(void)unused;
	assert_double_equal(leaked(&s, 60), 0, 0);
	assert_int_equal(leaky_shape_init(&s, "nonesuch", 1, 1, 1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear), cmocka_unit_test(staircase), cmocka_unit_test(sawtooth),
		cmocka_unit_test(onset),  cmocka_unit_test(warmup),    cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
