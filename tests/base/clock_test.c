/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fake clock steps exactly; the real one agrees with the kernel's. */
#include <time.h>

#include "base/clock.h"
#include "tests/base/tmp.h"

static void fake_steps_exactly(void **state)
{
	struct clock_fake f = { 1795140000.0, 5 };
	struct sk_clock c = clock_fake_make(&f);

	(void)state;
	for (int i = 0; i < 288; i++)
		clock_fake_advance(&f, 300.0);
	assert_true(clock_wall_s(&c) == 1795140000.0 + 86400.0);
	assert_int_equal(clock_boot_ns(&c), 86400 * INT64_C(1000000000) + 5);
	clock_fake_advance(&f, 0.1);
	assert_int_equal(clock_boot_ns(&c), 86400 * INT64_C(1000000000) + 100000005);
	f.wall_s -= 3600; /* a step of the wall clock alone */
	assert_int_equal(clock_boot_ns(&c), 86400 * INT64_C(1000000000) + 100000005);
}

static void real_is_the_kernels(void **state)
{
	struct timespec before, after;
	int64_t ns;

	(void)state;
	clock_gettime(CLOCK_BOOTTIME, &before);
	ns = clock_boot_ns(&clock_real);
	clock_gettime(CLOCK_BOOTTIME, &after);
	assert_true(ns >= before.tv_sec * INT64_C(1000000000) + before.tv_nsec);
	assert_true(ns <= after.tv_sec * INT64_C(1000000000) + after.tv_nsec);
	assert_true(clock_wall_s(&clock_real) > 1.7e9); /* after 2023 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fake_steps_exactly),
		cmocka_unit_test(real_is_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
