/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said while a run goes on: confirmed, withdrawn, never flapping, read back; and the same through the monitor's blocks.
 */
#include "soakd/online.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/verdict_json.h"
#include "tests/check.h"

#define H     3600.
#define START 1795204800.

static struct standing s;
static struct verdict found;

static void begin(double length_s)
{
	memset(&s, 0, sizeof(s));
	standing_start(&s, length_s, 4 * H);
}

/* One look at an hour of the run; true: what is said has changed. */
static bool look(double hour, enum verdict_class c, double rate)
{
	memset(&found, 0, sizeof(found));
	found.main = (struct series_verdict){ .column = "anon_kb",
					      .verdict = c,
					      .rate_kb_per_h = rate,
					      .rate_lo = rate - 50,
					      .rate_hi = rate + 50,
					      .why = "words" };
	found.series[0] = found.main;
	found.n_series = 1;
	return standing_look(&s, &found, hour * H, START);
}

static const char *says(void)
{
	return verdict_class_name[s.v.main.verdict];
}

static void a_leak_is_said_when_it_went_on_over_half_again_as_much_data(void **state)
{
	(void)state;
	begin(24 * H);
	assert_false(look(1, VERDICT_INSUFFICIENT, 400));
	for (int h = 10; h < 15; h++)
		assert_int_equal(look(h, VERDICT_LEAK, 400), h == 12);
	assert_string_equal(says(), "suspected"); /* until it may be said */
	assert_double_equal(s.v.main.need_more_s, H, 0);
	assert_string_equal(s.v.main.why, "anonymous memory grows by +400 KiB/h (95%: +350 KiB/h to +450 KiB/h), but later looks at more data must "
					  "find it as well: run 1 h more to decide");
	assert_int_equal(s.v.series[0].verdict, VERDICT_SUSPECTED); /* nor is it said of the column */
	assert_string_equal(s.v.series[0].why, s.v.main.why);
	assert_true(look(15, VERDICT_LEAK, 420));
	assert_string_equal(says(), "leak");
	assert_int_equal(s.v.n_changes, 2);
	assert_int_equal(s.v.change[0].to, VERDICT_SUSPECTED);
	assert_int_equal(s.v.change[1].from, VERDICT_SUSPECTED);
	assert_int_equal(s.v.change[1].to, VERDICT_LEAK);
	assert_double_equal(s.v.change[1].at_unix, START + 15 * H, 0);
	assert_string_equal(s.v.change[1].why,
			    "proven at look after look, and it goes on; rate now +420 KiB/h [+370, +470], before "
			    "+400 KiB/h [+350, +450]: words");
	assert_false(look(16, VERDICT_LEAK, 420)); /* said once */
	assert_int_equal(s.v.n_changes, 2);
}

static void no_leak_is_said_before_half_of_the_planned_length(void **state)
{
	(void)state;
	begin(24 * H);
	look(1, VERDICT_SUSPECTED, 0);
	for (int h = 4; h < 12; h++)
		assert_false(look(h, VERDICT_LEAK, 400));
	assert_true(look(12, VERDICT_LEAK, 400));
}

static void without_a_length_it_takes_twice_the_data(void **state)
{
	(void)state;
	begin(NAN);
	look(1, VERDICT_SUSPECTED, 0);
	for (int h = 4; h < 8; h++)
		assert_false(look(h, VERDICT_LEAK, 400));
	assert_true(look(8, VERDICT_LEAK, 400));
}

/* A warm-up that is not over: leak at every look, each time slower. */
static void growth_that_slows_down_is_confirmed_from_the_start_again(void **state)
{
	(void)state;
	begin(24 * H);
	look(1, VERDICT_SUSPECTED, 0);
	for (int h = 4; h <= 24; h++)
		assert_false(look(h, VERDICT_LEAK, 8000. / h - 10 * h));
	assert_true(s.proofs < 5); /* two or three looks are within an interval of 50 */
	assert_false(look(25, VERDICT_SUSPECTED, 100));
	assert_int_equal(s.proofs, 0); /* a look between that does not prove it: the same */
	assert_string_equal(says(), "suspected");
}

/* The first class that is found is no leak yet, and other growth than before is another leak. */
static void a_first_look_and_another_column(void **state)
{
	(void)state;
	begin(10 * H);
	assert_false(look(6, VERDICT_LEAK, 400));
	assert_string_equal(says(), "suspected");
	assert_false(look(8, VERDICT_LEAK, 400));
	memset(&found, 0, sizeof(found));
	found.main = (struct series_verdict){ .column = "fds", .verdict = VERDICT_LEAK, .rate_kb_per_h = 500, .rate_lo = 450 };
	assert_false(standing_look(&s, &found, 9 * H, START));
	assert_int_equal(s.proofs, 1);
	assert_string_equal(says(), "suspected");
}

static void a_leak_is_withdrawn_over_a_quarter_more_data(void **state)
{
	(void)state;
	begin(24 * H);
	look(6, VERDICT_SUSPECTED, 400);
	look(8, VERDICT_LEAK, 400);
	look(10, VERDICT_LEAK, 400);
	assert_true(look(12, VERDICT_LEAK, 400));
	assert_false(look(13, VERDICT_PLATEAU, 10));
	assert_false(look(14, VERDICT_LEAK, 400)); /* found again: it never went */
	assert_false(look(16, VERDICT_PLATEAU, 10));
	assert_false(look(17, VERDICT_PLATEAU, 10));
	assert_false(look(18, VERDICT_PLATEAU, 10));
	assert_string_equal(says(), "leak");
	assert_true(s.v.main.rate_kb_per_h == 400); /* with the numbers of the last look that found it */
	assert_true(look(20, VERDICT_PLATEAU, 10));
	assert_string_equal(says(), "plateau");
	assert_non_null(strstr(s.v.change[1].why, "withdrawn"));
}

static void classes_do_not_flap(void **state)
{
	(void)state;
	begin(24 * H);
	look(1, VERDICT_STABLE, 0);
	for (int i = 0; i < 18; i++) /* two of one, one of the other */
		assert_false(look(2 + i, i % 3 == 2 ? VERDICT_STABLE : VERDICT_STEP, 0));
	look(22, VERDICT_STEP, 0);
	look(23, VERDICT_STABLE, 0);
	assert_false(look(24, VERDICT_STEP, 0));
	assert_false(look(25, VERDICT_STEP, 0));
	assert_true(look(26, VERDICT_STEP, 0));
	for (int i = 0; i < 5; i++) /* none of them thrice, and none is what stands */
		assert_false(look(27 + i, i % 2 ? VERDICT_PLATEAU : VERDICT_SAWTOOTH, 0));
	assert_true(look(32, VERDICT_PLATEAU, 0));
	assert_non_null(strstr(s.v.change[1].why, "not found again at six looks"));
}

static void the_last_sixteen_changes_are_kept(void **state)
{
	double hour = 1;

	(void)state;
	begin(100 * H);
	look(hour, VERDICT_STABLE, 0);
	for (int i = 1; i <= 20; i++)
		for (int k = 0; k < 3; k++)
			assert_int_equal(look(hour += 1, i % 2 ? VERDICT_STEP : VERDICT_STABLE, i), k == 2);
	assert_int_equal(s.v.n_changes, VERDICT_CHANGES_MAX);
	assert_double_equal(s.v.change[15].at_unix, START + 61 * H, 0);
	assert_double_equal(s.v.change[0].at_unix, START + 16 * H, 0);
}

static void the_end_has_the_last_word(void **state)
{
	struct verdict *last = sk_calloc(1, sizeof(*last));

	(void)state;
	begin(24 * H);
	last->main = (struct series_verdict){ .verdict = VERDICT_LEAK, .column = "anon_kb", .rate_kb_per_h = 90, .why = "words" };
	last->main.rate_lo = last->main.rate_hi = NAN;
	assert_false(standing_conclude(&s, last, 1 * H, START)); /* never looked at: nothing to change */
	assert_int_equal(last->n_changes, 0);
	begin(24 * H);
	look(20, VERDICT_INSUFFICIENT, NAN);
	assert_true(standing_conclude(&s, last, 24 * H, START));
	assert_int_equal(last->n_changes, 1);
	assert_string_equal(last->change[0].why, "all of the run, at its end; rate now +90 KiB/h: words");
	assert_false(standing_conclude(&s, last, 24 * H, START));
	free(last);
}

/* verdict.json and back: what a resumed run goes on with. */
static void a_resumed_run_says_what_it_said(void **state)
{
	char dir[] = "/tmp/soakd-online-XXXXXX", path[64];
	struct verdict *back = sk_calloc(1, sizeof(*back));
	json_t *j;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/verdict.json", dir);
	assert_int_equal(verdict_read(dir, back, NULL), SK_ENOTFOUND);
	begin(24 * H);
	look(1, VERDICT_STABLE, 7);
	for (int h = 2; h < 5; h++)
		look(h, VERDICT_SUSPECTED, 400);
	j = verdict_to_json(&s.v, dir);
	assert_int_equal(json_write_file(path, j, NULL), SK_OK);
	json_decref(j);
	assert_int_equal(verdict_read(dir, back, NULL), SK_OK);
	begin(24 * H);
	standing_resume(&s, back);
	assert_string_equal(says(), "suspected");
	assert_false(s.whole);
	assert_int_equal(s.v.n_changes, 1);
	assert_int_equal(s.v.change[0].from, VERDICT_STABLE);
	assert_double_equal(s.v.change[0].at_unix, START + 4 * H, 0);
	assert_double_equal(s.v.main.rate_lo, 350, 0);
	assert_false(look(5, VERDICT_STABLE, 7)); /* and changes it as before */
	assert_false(look(6, VERDICT_STABLE, 7));
	assert_true(look(7, VERDICT_STABLE, 7));
	assert_true(s.whole);
	assert_int_equal(s.v.n_changes, 2);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_equal(verdict_read(dir, back, NULL), SK_EPARSE);
	unlink(path);
	rmdir(dir);
	free(back);
}

/* A day of a clean line through the blocks: found long before, said at half of the day, once; and again after a resume. */
static const struct metric elapsed = { .name = "elapsed_s" }, anon = { .name = "anon_kb" };
static const struct metric *const columns[] = { &elapsed, &anon };

static double level(int i)
{
	return 100000 + 4 * floor(i * 20 + 30 * sin(i * 1.7) + 25 * sin(i * .61));
}

static void a_day_of_a_line(void **state)
{
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct online *o = online_new(columns, 2, 300, NULL);
	double said_s = NAN, plain_s = NAN;
	struct verdict *v = sk_calloc(1, sizeof(*v));

	(void)state;
	assert_non_null(o);
	online_start(o, START, 24 * H, NAN);
	assert_null(online_verdict(o));
	for (int i = 0; i <= 288; i++) {
		double t = i * 300., row[] = { t, level(i) };

		online_row(o, t, row);
		if (!online_look_due(o, t))
			continue;
		assert_int_equal(online_look(o, t, &opt, NULL), SK_OK);
		assert_int_equal(online_decide(o, &opt, v, NULL), SK_OK);
		if (isnan(plain_s) && verdict_leaking(v))
			plain_s = t;
		if (isnan(said_s) && verdict_leaking(online_verdict(o)))
			said_s = t;
	}
	assert_true(plain_s < 5 * H);
	assert_true(said_s >= 12 * H && said_s < 13 * H);
	assert_true(verdict_leaking(online_verdict(o)));
	v->n_changes = 0;
	assert_false(online_conclude(o, 24 * H, v));
	assert_int_equal(v->change[v->n_changes - 1].to, VERDICT_LEAK);
	assert_double_equal(v->change[v->n_changes - 1].at_unix, START + said_s, 0);
	online_free(o);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leak_is_said_when_it_went_on_over_half_again_as_much_data),
		cmocka_unit_test(no_leak_is_said_before_half_of_the_planned_length),
		cmocka_unit_test(without_a_length_it_takes_twice_the_data),
		cmocka_unit_test(growth_that_slows_down_is_confirmed_from_the_start_again),
		cmocka_unit_test(a_first_look_and_another_column),
		cmocka_unit_test(a_leak_is_withdrawn_over_a_quarter_more_data),
		cmocka_unit_test(classes_do_not_flap),
		cmocka_unit_test(the_last_sixteen_changes_are_kept),
		cmocka_unit_test(the_end_has_the_last_word),
		cmocka_unit_test(a_resumed_run_says_what_it_said),
		cmocka_unit_test(a_day_of_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
