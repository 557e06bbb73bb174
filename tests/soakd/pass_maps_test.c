/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full smaps of made processes, with made costs: who is counted, who is left out, and for how long. */
#include <math.h>

#include "tests/check.h"

#include "soakd/pass_maps.h"

struct one {
	struct pass p;
	struct budget b;
	struct proc_past past;
	struct pass_item item;
};

static struct one one(double rss_kb, double predicted_s)
{
	struct one o;

	budget_init(&o.b, 0.001, 10, false);
	pass_init(&o.p, 1, NAN);
	o.p.row = 1;
	o.past = (struct proc_past){ .row = 1, .took_s = predicted_s };
	o.item = (struct pass_item){ .now = { [CHEAP_RSS] = rss_kb }, .predicted_s = predicted_s, .able = true };
	return o;
}

/* 59 MiB in 30 000 mappings: 10 ms of rollup, 120 of smaps. */
static void many_mappings_are_counted_and_not_read(void **state)
{
	struct one o = one(60416, 0.010);

	(void)state;
	o.item.past = &o.past;
	assert_int_equal(maps_too_many(&o.b), 5001);
	assert_true(maps_want_count(&o.p, &o.b, &o.item));
	maps_counted(&o.p, &o.b, &o.item, 30000);
	assert_double_equal(maps_predict(&o.b, &o.item), 0.010 + 30000 * 4e-6, 1e-12);
	assert_true(maps_guarded(&o.p, &o.b, &o.item));
	assert_true(maps_are_many(&o.item));
	assert_false(maps_want_count(&o.p, &o.b, &o.item)); /* known for 16 rows */
	o.p.row = 16;
	assert_false(maps_want_count(&o.p, &o.b, &o.item));
	o.p.row = 17;
	assert_true(maps_want_count(&o.p, &o.b, &o.item));
	maps_counted(&o.p, &o.b, &o.item, 30000); /* still: 32 rows */
	o.p.row = 48;
	assert_false(maps_want_count(&o.p, &o.b, &o.item));
	assert_true(maps_guarded(&o.p, &o.b, &o.item));
	o.p.row = 49;
	assert_true(maps_want_count(&o.p, &o.b, &o.item));
	maps_counted(&o.p, &o.b, &o.item, 900); /* they were given back */
	assert_false(maps_guarded(&o.p, &o.b, &o.item));
	assert_false(maps_are_many(&o.item));
}

static void the_guard_is_lifted_by_its_option(void **state)
{
	struct one o = one(60416, 0.010);

	(void)state;
	o.item.past = &o.past;
	o.b.allow_stall = true;
	assert_false(maps_want_count(&o.p, &o.b, &o.item));
	maps_done(&o.p, &o.b, &o.item, 0.130, 30000);
	assert_false(maps_guarded(&o.p, &o.b, &o.item));
	assert_int_equal(o.past.maps_stalls, 0);
}

static void a_fast_rollup_needs_no_count(void **state)
{
	struct one o = one(4000, 0.0009);

	(void)state;
	o.item.past = &o.past;
	assert_false(maps_want_count(&o.p, &o.b, &o.item));
	assert_false(maps_guarded(&o.p, &o.b, &o.item));
	o.past.row = 0; /* there is no rollup to judge by */
	assert_true(maps_want_count(&o.p, &o.b, &o.item));
	maps_counted(&o.p, &o.b, &o.item, 60);
	assert_false(maps_want_count(&o.p, &o.b, &o.item));
}

/* Mappings that come later are known by the first long reading: there is no second one. */
static void what_was_long_is_not_read_again(void **state)
{
	struct one o = one(60416, 0.010);

	(void)state;
	o.item.past = &o.past;
	maps_counted(&o.p, &o.b, &o.item, 900);
	assert_false(maps_guarded(&o.p, &o.b, &o.item));
	maps_done(&o.p, &o.b, &o.item, 0.110, 28000);
	assert_true(maps_guarded(&o.p, &o.b, &o.item));
	assert_int_equal(o.past.maps_retry_row, 17);
}

/* A small one took 49 ms among 200 at work: once is the scheduler's doing, twice is not. */
static void once_is_nothing(void **state)
{
	struct one o = one(4000, 60e-6);

	(void)state;
	o.item.past = &o.past;
	maps_done(&o.p, &o.b, &o.item, 0.049, 60);
	assert_false(maps_guarded(&o.p, &o.b, &o.item));
	maps_done(&o.p, &o.b, &o.item, 0.049, 60);
	assert_true(maps_guarded(&o.p, &o.b, &o.item));
	assert_false(maps_want_count(&o.p, &o.b, &o.item)); /* they do not explain it, */
	o.p.row = o.past.maps_retry_row;
	assert_false(maps_guarded(&o.p, &o.b, &o.item)); /* so it is tried again */
	maps_done(&o.p, &o.b, &o.item, 0.0003, 60);
	assert_int_equal(o.past.maps_stalls, 0);
}

/* 100 MiB in a hundred mappings: what beside them is by size doubles with it. */
static void it_is_scaled_by_its_pages(void **state)
{
	struct one o = one(102400, 0.001);

	(void)state;
	o.item.past = &o.past;
	maps_done(&o.p, &o.b, &o.item, 0.005, 100);
	double fixed = o.b.fixed_s + 100 * o.b.s_per_mapping;

	o.item.now[CHEAP_RSS] *= 2;
	assert_double_equal(maps_predict(&o.b, &o.item), fixed + 2 * (0.005 - fixed), 1e-12);
}

/* What mappings cost is no cost of pages, and only the longest piece is a stall. */
static void the_others_pages_are_not_dearer_for_it(void **state)
{
	struct one o = one(60416, 0.010);
	double per_kb = o.b.s_per_kb, fixed = o.b.fixed_s;

	(void)state;
	o.item.past = &o.past;
	budget_pay(&o.b, 0.180, 0.0003);
	maps_done(&o.p, &o.b, &o.item, 0.180, 30000);
	assert_double_equal(o.b.s_per_kb, per_kb, 0);
	assert_double_equal(o.b.fixed_s, fixed, 0);
	assert_double_equal(o.b.s_per_mapping, 4e-6 + 0.2 * ((0.180 - budget_predict(&o.b, 60416)) / 30000 - 4e-6), 1e-15);
	assert_double_equal(o.b.worst_s, 0.0003, 0);
	assert_double_equal(o.b.spent_s, 0.180, 0);
	assert_double_equal(o.b.credit_s, -0.180, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_mappings_are_counted_and_not_read),
		cmocka_unit_test(the_guard_is_lifted_by_its_option),
		cmocka_unit_test(a_fast_rollup_needs_no_count),
		cmocka_unit_test(what_was_long_is_not_read_again),
		cmocka_unit_test(once_is_nothing),
		cmocka_unit_test(it_is_scaled_by_its_pages),
		cmocka_unit_test(the_others_pages_are_not_dearer_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
