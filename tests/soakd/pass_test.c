/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of made processes, a made clock and made costs: who is read in which row, and what that costs. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "soakd/pass.h"

#define N     1000
#define ROLES 4

struct tree {
	struct pass p;
	struct budget b;
	struct proc_past past[N];
	struct pass_item item[N];
	double cost_s[N];
	unsigned reads[N];
	size_t n, read;                  /* read: in the last row */
	double t, had_s, least_credit_s; /* had_s: credit at the beginning of the last row */
};

static struct tree *tree_new(size_t n, double cost_s, double interval_s, double length_s, double share)
{
	struct tree *y = calloc(1, sizeof(*y));

	assert_non_null(y);
	y->n = n;
	budget_init(&y->b, share, pass_saves_s(interval_s, length_s), false);
	pass_init(&y->p, interval_s, length_s);
	for (size_t i = 0; i < n; i++) {
		y->item[i] = (struct pass_item){
			.past = &y->past[i], .role = i % ROLES, .now = { 4000, 1000, 3000, 0, 1 }, .able = true
		};
		y->cost_s[i] = cost_s;
	}
	return y;
}

static enum pass_kind row_as(struct tree *y, enum pass_wish wish)
{
	enum pass_kind kind;

	budget_earn(&y->b, y->p.interval_s);
	y->had_s = y->b.credit_s;
	kind = pass_begin(&y->p, &y->b, y->item, y->n, ROLES, y->t, wish);
	y->read = 0;
	for (size_t i; (i = pass_next(&y->p, &y->b, y->item, y->n)) < y->n; y->read++) {
		budget_spend(&y->b, y->item[i].now[CHEAP_RSS], y->cost_s[i]);
		pass_done(&y->p, &y->b, &y->item[i], y->t, y->cost_s[i]);
		y->reads[i]++;
	}
	if (y->p.wish == PASS_EPOCH)
		budget_defer(&y->b);
	y->least_credit_s = fmin(y->least_credit_s, y->b.credit_s);
	y->t += y->p.interval_s;
	return kind;
}

static enum pass_kind row(struct tree *y, bool epoch)
{
	return row_as(y, epoch ? PASS_EPOCH : PASS_ROW);
}

static void stir(struct tree *y)
{
	for (size_t i = 0; i < y->n; i++)
		y->item[i].now[CHEAP_ANON] += 4;
}

/* A thousand of 1 ms each second at 0.1 %: a pass costs a second and a second earns a millisecond, that is one of them. */
static void a_thousand_are_read_in_turn(void **state)
{
	struct tree *y = tree_new(N, 0.001, 1, 3600, 0.001);
	double per_row, rows;
	size_t read = 0;

	(void)state;
	assert_int_equal(row(y, true), PASS_ALL); /* the first row is an epoch: all, and a debt of a second */
	assert_int_equal(y->read, N);
	assert_double_equal(y->b.debt_s, 0.999, 1e-9);
	for (int i = 0; i < 1998; i++) {
		stir(y);
		assert_int_equal(row(y, false), PASS_SOME);
		read += y->read;
	}
	assert_in_range(read, 998, 999); /* one in two rows, until it is paid */
	assert_double_equal(y->b.debt_s, 0, 1e-9);
	y->b.credit_s = y->b.debt_s = 0;
	memset(y->reads, 0, sizeof(y->reads));
	y->least_credit_s = 0;
	for (int i = 0; i < 10; i++) {
		stir(y);
		row(y, false);
		assert_int_equal(y->read, 1); /* one a row is what is earned, and it is spent */
	}
	pass_pace(&y->p, &y->b, &per_row, &rows);
	assert_double_equal(per_row, 1, 1e-9);
	assert_double_equal(rows, ceil(N / 0.75), 0);
	for (int i = 10; i < (int)rows + 1; i++) {
		stir(y);
		row(y, false);
	}
	for (size_t i = 0; i < N; i++)
		assert_true(y->reads[i] >= 1); /* everybody, in so many rows */
	assert_true(y->least_credit_s >= -1e-12);
	free(y);
}

/* The purse is never overdrawn by more than the last one read, whatever was predicted. */
static void the_credit_is_exceeded_by_one_at_most(void **state)
{
	struct tree *y = tree_new(N, 0.0001, 1, 1000, 0.001);

	(void)state;
	row(y, true);
	for (int i = 0; i < 200; i++) {
		stir(y);
		for (size_t k = 0; k < N; k++)
			y->cost_s[k] = 0.0001 * (double)(1 + (k * 7 + (size_t)i * 13) % 40); /* up to 4 ms, never as before */
		assert_int_equal(row(y, false), PASS_SOME);
		assert_true(y->b.credit_s >= fmin(0, y->had_s) - 0.004 - 1e-12);
	}
	assert_true(y->b.spent_s <= 0.0001 * N + 0.001 * 201 + 0.010 + 0.004);
	free(y);
}

static void a_tree_that_can_be_paid_is_read_as_a_whole_or_not_at_all(void **state)
{
	struct tree *y = tree_new(100, 50e-6, 1, NAN, 0.001);
	unsigned whole = 0;

	(void)state;
	row(y, true);
	for (int i = 0; i < 100; i++) { /* a pass is 5 ms, five rows earn it */
		stir(y);
		row(y, false);
		assert_true(y->read == 0 || y->read == 100);
		whole += y->read == 100;
	}
	assert_true(whole == 19 || whole == 20);
	free(y);
}

/* 1, 2, 4, 8, 16, 16 ... rows between readings; a change is seen in its row. */
static void who_rests_is_left_alone(void **state)
{
	struct tree *y = tree_new(10, 40e-6, 1, NAN, 0.01);
	unsigned reads = 0;

	(void)state;
	for (int i = 0; i <= 31; i++)
		row(y, false);
	assert_int_equal(y->reads[0], 6); /* rows 0, 1, 3, 7, 15, 31 */
	for (int i = 0; i < 160; i++) {
		row(y, false);
		reads += y->read > 0;
	}
	assert_int_equal(reads, 10); /* a sixteenth of reading in every row */
	row(y, false);
	assert_int_equal(y->read, 0);
	y->item[3].now[CHEAP_FILE] += 4;
	assert_int_equal(row(y, false), PASS_ALL);
	assert_int_equal(y->read, 10);
	row(y, false); /* one moved: it waits a row, the others were at rest */
	assert_int_equal(y->read, 10);
	assert_int_equal(y->past[3].wait, 2);
	assert_int_equal(y->past[4].wait, 16);
	free(y);
}

/* A run of 600 s has 200 chances of a whole row; one of 288 intervals a whole row each time. */
static void a_run_has_its_chances(void **state)
{
	struct tree *y = tree_new(10, 40e-6, 1, 600, 0.01);
	unsigned reads = 0;

	(void)state;
	for (int i = 0; i <= 600; i++) {
		row(y, false);
		reads += y->read > 0;
	}
	assert_in_range(reads, 200, 202);
	free(y);
	y = tree_new(10, 40e-6, 300, 86400, 0.001);
	for (int i = 0; i <= 288; i++) {
		row(y, false);
		assert_int_equal(y->read, 10);
	}
	free(y);
}

static void who_grows_speaks_for_its_role(void **state)
{
	struct tree *y = tree_new(400, 0.001, 10, 3600, 0.001); /* ten a row */

	(void)state;
	row(y, true);
	y->b.credit_s = y->b.debt_s = 0;
	stir(y);
	y->item[202].now[CHEAP_ANON] += 4000; /* role 2 */
	y->item[301].now[CHEAP_RSS] = 50000;  /* the biggest of role 1 */
	memset(y->reads, 0, sizeof(y->reads));
	for (int i = 0; i < 3; i++)
		row(y, false); /* 30 reads, of which every fourth is a representative's: each role's two have had their turn */
	assert_true(y->reads[202] >= 1);
	assert_true(y->reads[301] >= 1);
	free(y);
}

static void two_long_reads_guard_and_are_tried_again(void **state)
{
	struct tree *y = tree_new(5, 40e-6, 1, NAN, 0.1);

	(void)state;
	y->cost_s[2] = 0.030;
	row(y, true);
	assert_int_equal(y->past[2].stalls, 1);
	row(y, true); /* once is nothing, for so small a one */
	assert_int_equal(y->past[2].stalls, 2);
	y->reads[2] = 1;
	y->b.credit_s = 1;
	for (int i = 1; i < 16; i++) {
		stir(y);
		row(y, false);
		assert_int_equal(y->p.guarded, 1);
		assert_true(y->item[2].guarded);
		assert_int_equal(y->read, 4);
	}
	stir(y);
	row(y, false); /* 16 rows later */
	assert_int_equal(y->p.guarded, 0);
	assert_int_equal(y->reads[2], 2);
	y->cost_s[2] = 40e-6;
	for (int i = 0; i < 31; i++) {
		row(y, true); /* an epoch lifts no guard */
		assert_int_equal(y->reads[2], 2);
	}
	row(y, true); /* twice as long */
	assert_int_equal(y->reads[2], 3);
	assert_int_equal(y->past[2].stalls, 0);
	free(y);
}

static void it_may_shrink(void **state)
{
	struct tree *y = tree_new(2, 40e-6, 1, NAN, 0.1);

	(void)state;
	y->item[1].now[CHEAP_RSS] = 1e6;
	y->cost_s[1] = 0.025;
	row(y, true);
	stir(y);
	row(y, false);
	assert_true(y->item[1].guarded);
	y->item[1].now[CHEAP_RSS] = 5e5; /* half the pages: 12.5 ms */
	row(y, false);
	assert_false(y->item[1].guarded);
	assert_double_equal(y->item[1].predicted_s, 0.0125, 0.0002);
	free(y);
}

static void who_cannot_be_read_is_asked_less_and_less(void **state)
{
	struct tree *y = tree_new(2, 40e-6, 1, NAN, 0.01);
	unsigned asked = 0, last = 0;

	(void)state;
	for (unsigned r = 0; r < 200; r++) {
		stir(y);
		budget_earn(&y->b, 1);
		pass_begin(&y->p, &y->b, y->item, 2, ROLES, r, PASS_ROW);
		for (size_t i; (i = pass_next(&y->p, &y->b, y->item, 2)) < 2;) {
			if (i == 0) {
				pass_done(&y->p, &y->b, &y->item[0], r, 40e-6);
				continue;
			}
			pass_failed(&y->p, &y->item[1]);
			asked++;
			last = r;
		}
	}
	assert_int_equal(asked, 8); /* rows 0, 2, 6, 14, 30, 62, 126, 190 */
	assert_int_equal(last, 190);
	free(y);
}

/* Two hundred of 2.5 ms at 1 ms a second: an epoch is half a second, whose debt takes 1000 s to be paid. */
static void a_change_reads_everybody_only_without_debt(void **state)
{
	struct tree *y = tree_new(200, 0.0025, 10, NAN, 0.001);

	(void)state;
	assert_int_equal(row_as(y, PASS_CHANGE), PASS_ALL); /* nothing is owed */
	assert_int_equal(y->p.wish, PASS_EPOCH);
	assert_int_equal(y->read, 200);
	assert_double_equal(y->b.debt_s, 0.490, 1e-9);
	stir(y);
	y->item[102].now[CHEAP_ANON] += 4000; /* role 2 */
	memset(y->reads, 0, sizeof(y->reads));
	y->b.credit_s = 0.0225; /* and 5 ms that the row earns, of 10 */
	assert_int_equal(row_as(y, PASS_CHANGE), PASS_SOME);
	assert_int_equal(y->p.wish, PASS_CHANGE);
	assert_int_equal(y->read, 4); /* 27.5 ms buy four with their smaps, 6.25 each: one of each role */
	for (size_t r = 0, n; r < ROLES; r++) {
		n = 0;
		for (size_t i = r; i < 200; i += ROLES)
			n += y->reads[i];
		assert_int_equal(n, 1);
	}
	assert_int_equal(y->reads[102], 1);
	assert_double_equal(y->p.promised_s, 4 * 1.5 * 0.0025, 1e-9); /* left for their smaps */
	assert_true(y->b.credit_s >= y->p.promised_s);
	y->b.credit_s = 0;
	row_as(y, PASS_CHANGE);
	assert_int_equal(y->read, 0); /* 5 ms: not one of them */
	row_as(y, PASS_EPOCH);        /* by hand, or the end: always */
	assert_int_equal(y->read, 200);
	free(y);
}

static void a_change_without_a_share_is_an_epoch(void **state)
{
	struct tree *y = tree_new(3, 0.001, 1, NAN, 0);

	(void)state;
	row(y, true);
	assert_true(y->b.debt_s > 0);
	assert_int_equal(row_as(y, PASS_CHANGE), PASS_ALL);
	assert_int_equal(y->read, 3);
	free(y);
}

static void without_a_budget_only_epochs_read(void **state)
{
	struct tree *y = tree_new(3, 40e-6, 1, NAN, 0);

	(void)state;
	for (int i = 0; i < 50; i++)
		assert_int_equal(row(y, false), PASS_NONE);
	assert_int_equal(row(y, true), PASS_ALL);
	assert_int_equal(y->read, 3);
	y->item[1].able = false;
	row(y, true);
	assert_int_equal(y->read, 2);
	free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_are_read_in_turn),
		cmocka_unit_test(the_credit_is_exceeded_by_one_at_most),
		cmocka_unit_test(a_tree_that_can_be_paid_is_read_as_a_whole_or_not_at_all),
		cmocka_unit_test(who_rests_is_left_alone),
		cmocka_unit_test(a_run_has_its_chances),
		cmocka_unit_test(who_grows_speaks_for_its_role),
		cmocka_unit_test(two_long_reads_guard_and_are_tried_again),
		cmocka_unit_test(it_may_shrink),
		cmocka_unit_test(who_cannot_be_read_is_asked_less_and_less),
		cmocka_unit_test(a_change_reads_everybody_only_without_debt),
		cmocka_unit_test(a_change_without_a_share_is_an_epoch),
		cmocka_unit_test(without_a_budget_only_epochs_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
