/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "soakd/budget.h"

#define GIB_KB 1048576.0

static void a_pass_is_earned_by_wall_time(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 10, false);
	assert_false(budget_allows(&b, 0.005));
	for (int i = 0; i < 4; i++)
		budget_earn(&b, 1);
	assert_false(budget_allows(&b, 0.005));
	budget_earn(&b, 1);
	assert_true(budget_allows(&b, 0.005));
	budget_spend(&b, 100 * 1024, 0.005);
	assert_false(budget_allows(&b, 0.005));
	assert_double_equal(b.spent_s, 0.005, 1e-12);
	assert_double_equal(b.worst_s, 0.005, 1e-12);
}

static void a_big_process_is_guarded_before_it_was_ever_read(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 3000, false);
	assert_true(budget_guards(&b, 2 * GIB_KB));
	assert_false(budget_guards(&b, 0.5 * GIB_KB));
	budget_init(&b, 0.001, 3000, true);
	assert_false(budget_guards(&b, 200 * GIB_KB));
}

static void costs_are_learned(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 3000, false);
	for (int i = 0; i < 60; i++) /* huge pages: 1 GiB in 0.1 ms */
		budget_spend(&b, GIB_KB, 0.0001 + b.fixed_s);
	assert_true(budget_predict(&b, GIB_KB) < 0.001);
	assert_false(budget_guards(&b, 10 * GIB_KB));
}

static void a_full_purse_buys_one_read_of_a_big_process(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 10, false);
	for (int i = 0; i < 100; i++)
		budget_earn(&b, 1);
	assert_true(budget_allows(&b, 5));
	budget_spend(&b, GIB_KB, 5);
	for (int i = 0; i < 1000; i++)
		budget_earn(&b, 1);
	assert_false(budget_allows(&b, 5)); /* 5 s must first be worked off at 1 ms a second */
}

static void without_a_share_nothing_is_read(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0, 10, false);
	budget_earn(&b, 1e6);
	assert_false(budget_allows(&b, 0.001));
}

/* What one epoch took over a hundred processes, 20 ms, is earned in 20 s: a run of a minute has three of them and not 24. */
static void an_epoch_is_earned_before_the_next(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 10, false);
	assert_double_equal(budget_earned_in(&b, 0.020), 20, 1e-9);
	assert_double_equal(budget_earned_in(&b, 0), 0, 0);
	budget_init(&b, 0, 10, false);
	assert_double_equal(budget_earned_in(&b, 0.020), 0, 0);
}

/* 20 ms of an epoch at 1 ms a second: half goes to the debt, which is paid after 40 s, half is there for the rows meanwhile. */
static void an_epoch_leaves_the_rows_a_half(void **state)
{
	struct budget b;

	(void)state;
	budget_init(&b, 0.001, 100, false);
	budget_earn(&b, 4);
	budget_spend(&b, 100 * 1024, 0.024);
	budget_defer(&b);
	assert_double_equal(b.debt_s, 0.020, 1e-12);
	assert_double_equal(b.credit_s, 0, 0);
	budget_earn(&b, 10);
	assert_double_equal(b.debt_s, 0.015, 1e-12);
	assert_double_equal(b.credit_s, 0.005, 1e-12);
	budget_earn(&b, 40); /* the last 10 s of it are free of debt */
	assert_double_equal(b.debt_s, 0, 1e-12);
	assert_double_equal(b.credit_s, 0.030, 1e-12);
	budget_defer(&b);
	assert_double_equal(b.credit_s, 0.030, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass_is_earned_by_wall_time),
		cmocka_unit_test(a_big_process_is_guarded_before_it_was_ever_read),
		cmocka_unit_test(costs_are_learned),
		cmocka_unit_test(a_full_purse_buys_one_read_of_a_big_process),
		cmocka_unit_test(without_a_share_nothing_is_read),
		cmocka_unit_test(an_epoch_is_earned_before_the_next),
		cmocka_unit_test(an_epoch_leaves_the_rows_a_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
