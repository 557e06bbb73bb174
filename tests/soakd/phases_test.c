/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of orders, with made-up times: boundaries, hooks, injects, draining, rounds. */
#include "tests/check.h"

#include <math.h>
#include <string.h>

#include "soakd/phases.h"

static char *hook_argv[] = { (char *)(uintptr_t) "true", NULL };

static struct phase timed(const char *name, double length_s)
{
	struct phase p = { .plan = { .length_s = length_s } };

	snprintf(p.plan.name, sizeof(p.plan.name), "%s", name);
	return p;
}

static struct phases begin(const struct phase_list *l)
{
	struct phases p;

	assert_int_equal(phases_init(&p, l, 0, 1, NULL), SK_OK);
	return p;
}

/* The next order, and what it is of. */
static void expect(struct phases *p, double now, enum phases_do what, const char *name)
{
	struct phases_order o = phases_next(p, now);

	assert_int_equal(o.what, what);
	if (name)
		assert_string_equal(o.phase->plan.name, name);
	else
		assert_null(o.phase);
}

static void one_row_stands_between_two_phases(void **state)
{
	struct phase ph[] = { timed("a", 10), timed("b", 5) };
	struct phase_list l = { .phase = ph, .n = 2 };
	struct phases p = begin(&l);

	(void)state;
	expect(&p, 0, PHASES_ROW, "a");
	assert_true(isinf(phases_due_s(&p)));
	expect(&p, 0, PHASES_WAIT, NULL);
	phases_row_taken(&p);
	expect(&p, 1, PHASES_OPEN, "a");
	assert_true(phases_open(&p) && phases_loading(&p));
	expect(&p, 1, PHASES_WAIT, NULL);
	assert_true(phases_due_s(&p) == 11); /* its length counts from its own start */
	expect(&p, 10.9, PHASES_WAIT, NULL);
	expect(&p, 11, PHASES_DRAIN, "a");
	assert_true(phases_draining(&p));
	expect(&p, 12, PHASES_WAIT, NULL);
	phases_drained(&p, 1, 12); /* of another phase */
	expect(&p, 12, PHASES_WAIT, NULL);
	phases_drained(&p, 0, 12);
	expect(&p, 12, PHASES_ROW, "a");
	assert_true(phases_open(&p));
	phases_row_taken(&p);
	expect(&p, 12, PHASES_CLOSE, "a");
	assert_false(phases_open(&p));
	expect(&p, 12, PHASES_OPEN, "b"); /* the row just taken is its "before" */
	expect(&p, 17, PHASES_DRAIN, "b");
	phases_drained(&p, 1, 17);
	expect(&p, 17, PHASES_ROW, "b");
	phases_row_taken(&p);
	expect(&p, 17, PHASES_CLOSE, "b");
	expect(&p, 17, PHASES_OVER, NULL);
	expect(&p, 17, PHASES_WAIT, NULL); /* said once */
	assert_true(isinf(phases_due_s(&p)));
	phases_release(&p);
}

static void the_row_at_the_start_serves(void **state)
{
	struct phase ph[] = { timed("a", 10) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p = begin(&l);

	(void)state;
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "a");
	phases_release(&p);
}

static void hooks_run_while_nothing_is_under_way_and_make_the_row_old(void **state)
{
	struct phase ph[] = { timed("a", 10), timed("b", 5) };
	struct phase_list l = { .phase = ph, .n = 2 };
	struct phases p = begin(&l);
	struct phases_order o;

	(void)state;
	ph[0].before = ph[0].after = ph[1].before = hook_argv;
	phases_row_taken(&p);
	o = phases_next(&p, 0);
	assert_int_equal(o.what, PHASES_HOOK);
	assert_ptr_equal(o.argv, hook_argv);
	expect(&p, 3, PHASES_WAIT, NULL);
	phases_hook_ended(&p);
	expect(&p, 3, PHASES_ROW, "a"); /* the one of the start is from before the hook */
	phases_row_taken(&p);
	expect(&p, 3, PHASES_OPEN, "a");
	expect(&p, 13, PHASES_DRAIN, "a");
	phases_drained(&p, 0, 13);
	expect(&p, 13, PHASES_ROW, "a");
	phases_row_taken(&p);
	expect(&p, 13, PHASES_CLOSE, "a"); /* what its own hook does is no part of it */
	expect(&p, 13, PHASES_HOOK, "a");
	phases_hook_ended(&p);
	expect(&p, 14, PHASES_HOOK, "b");
	phases_hook_ended(&p);
	expect(&p, 15, PHASES_ROW, "b");
	phases_release(&p);
}

static void it_settles_after_it_drained(void **state)
{
	struct phase ph[] = { timed("a", 10) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p = begin(&l);

	(void)state;
	ph[0].settle_s = 4;
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "a");
	expect(&p, 10, PHASES_DRAIN, "a");
	phases_drained(&p, 0, 12);
	expect(&p, 12, PHASES_WAIT, NULL);
	assert_true(phases_due_s(&p) == 16);
	expect(&p, 16, PHASES_ROW, "a");
	phases_release(&p);
}

static void operations_may_end_it_before_its_time(void **state)
{
	struct phase ph[] = { timed("a", 10) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p = begin(&l);

	(void)state;
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "a");
	phases_drained(&p, 0, 2); /* without having been told to */
	expect(&p, 2, PHASES_ROW, "a");
	phases_drained(&p, 0, 2); /* and again: no news */
	phases_row_taken(&p);
	expect(&p, 2, PHASES_CLOSE, "a");
	expect(&p, 2, PHASES_OVER, NULL);
	phases_release(&p);
}

static void one_without_a_length_waits_for_its_operations(void **state)
{
	struct phase ph[] = { timed("a", NAN) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p = begin(&l);

	(void)state;
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "a");
	expect(&p, 1e9, PHASES_WAIT, NULL);
	assert_true(isinf(phases_due_s(&p)));
	phases_drained(&p, 0, 1e9);
	expect(&p, 1e9, PHASES_ROW, "a");
	phases_release(&p);
}

static void one_that_never_drains_is_told_and_left(void **state)
{
	struct phase ph[] = { timed("a", 10) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p = begin(&l);

	(void)state;
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "a");
	expect(&p, 10, PHASES_DRAIN, "a");
	assert_true(phases_due_s(&p) == 70);
	expect(&p, 69.9, PHASES_WAIT, NULL);
	expect(&p, 70, PHASES_STUCK, "a");
	expect(&p, 70, PHASES_ROW, "a");
	phases_release(&p);
}

static void injects_come_at_their_time_and_late_ones_once(void **state)
{
	struct phase_inject in[] = { { .what = INJECT_RELOAD, .at_s = 2, .every_s = 3 },
				     { .what = INJECT_VACUUM, .at_s = 4, .every_s = NAN },
				     { .what = INJECT_SIGNAL, .at_s = 10, .every_s = NAN } }; /* at its end: never */
	struct phase ph[] = { timed("a", 10) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases_order o;
	struct phases p;

	(void)state;
	ph[0].inject = in;
	ph[0].n_inject = 3;
	p = begin(&l);
	phases_row_taken(&p);
	expect(&p, 100, PHASES_OPEN, "a");
	assert_true(phases_due_s(&p) == 102);
	expect(&p, 101, PHASES_WAIT, NULL);
	o = phases_next(&p, 102);
	assert_int_equal(o.what, PHASES_INJECT);
	assert_ptr_equal(o.inject, &in[0]);
	assert_true(phases_due_s(&p) == 104);
	o = phases_next(&p, 109); /* late: each once, the older first */
	assert_ptr_equal(o.inject, &in[1]);
	o = phases_next(&p, 109);
	assert_ptr_equal(o.inject, &in[0]);
	expect(&p, 109, PHASES_WAIT, NULL);
	assert_true(phases_due_s(&p) == 110);
	expect(&p, 110, PHASES_DRAIN, "a");
	phases_release(&p);
}

static void a_list_that_repeats_begins_again(void **state)
{
	struct phase ph[] = { timed("load", 10), timed("idle", 5) };
	struct phase_list l = { .phase = ph, .n = 2, .repeat = true };
	struct phases p = begin(&l);
	char label[PHASES_LABEL];

	(void)state;
	phases_row_taken(&p);
	for (int round = 1; round <= 3; round++)
		for (size_t k = 0; k < 2; k++) {
			char want[32];

			snprintf(want, sizeof(want), "%s (round %d)", ph[k].plan.name, round);
			expect(&p, 0, PHASES_OPEN, ph[k].plan.name);
			assert_string_equal(phases_label(&p, label, sizeof(label)), want);
			phases_drained(&p, k, 0);
			expect(&p, 0, PHASES_ROW, ph[k].plan.name);
			phases_row_taken(&p);
			expect(&p, 0, PHASES_CLOSE, ph[k].plan.name);
		}
	phases_release(&p);
}

static void an_interrupted_run_begins_its_phase_anew(void **state)
{
	struct phase ph[] = { timed("load", 10), timed("idle", 5) };
	struct phase_list l = { .phase = ph, .n = 2, .repeat = true };
	struct phases p;
	char label[PHASES_LABEL];

	(void)state;
	assert_int_equal(phases_init(&p, &l, 1, 7, NULL), SK_OK);
	phases_row_taken(&p);
	expect(&p, 0, PHASES_OPEN, "idle");
	assert_string_equal(phases_label(&p, label, sizeof(label)), "idle (round 7)");
	phases_release(&p);
	phases_release(&p);
}

static void operations_that_are_never_done_end_after_a_day(void **state)
{
	struct phase ph[] = { timed("a", NAN) };
	struct phase_list l = { .phase = ph, .n = 1 };
	struct phases p;

	(void)state;
	ph[0].plan.ops = 10;
	p = begin(&l);
	expect(&p, 5, PHASES_ROW, "a");
	phases_row_taken(&p);
	expect(&p, 5, PHASES_OPEN, "a");
	assert_true(phases_due_s(&p) == 5 + 86400);
	expect(&p, 86404, PHASES_WAIT, NULL);
	expect(&p, 86405, PHASES_DRAIN, "a");
	phases_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_row_stands_between_two_phases),
		cmocka_unit_test(the_row_at_the_start_serves),
		cmocka_unit_test(hooks_run_while_nothing_is_under_way_and_make_the_row_old),
		cmocka_unit_test(it_settles_after_it_drained),
		cmocka_unit_test(operations_may_end_it_before_its_time),
		cmocka_unit_test(one_without_a_length_waits_for_its_operations),
		cmocka_unit_test(one_that_never_drains_is_told_and_left),
		cmocka_unit_test(injects_come_at_their_time_and_late_ones_once),
		cmocka_unit_test(a_list_that_repeats_begins_again),
		cmocka_unit_test(an_interrupted_run_begins_its_phase_anew),
		cmocka_unit_test(operations_that_are_never_done_end_after_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
