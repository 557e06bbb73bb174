/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "tests/check.h"

#include "soakd/finish.h"
#include "soakd/status.h"
#include "soakd/terminal.h"

static struct verdict verdict;

static struct status example(void)
{
	snprintf(verdict.main.column, sizeof(verdict.main.column), "anon_kb");
	verdict.main.verdict = VERDICT_SUSPECTED;
	verdict.main.rate_kb_per_h = 3174.4;
	verdict.main.rate_lo = 2775.0;
	verdict.main.rate_hi = 3573.8;
	return (struct status){ .elapsed_s = 25920, .length_s = 86400, .rss_kb = 421888, .anon_kb = 58675, .ops_per_s = 200,
				.ends_unix = 1795204800, .verdict = &verdict };
}

static void a_log_line_has_everything(void **state)
{
	struct status s = example();
	struct text t = TEXT_INIT;

	(void)state;
	status_line(&s, 0, &t);
	assert_non_null(strstr(text_str(&t), "7 h 12 min/"));
	assert_non_null(strstr(text_str(&t), "rss 412 MiB"));
	assert_non_null(strstr(text_str(&t), "private 57.3 MiB"));
	assert_non_null(strstr(text_str(&t), "suspected"));
	assert_non_null(strstr(text_str(&t), "200 ops/s"));
	assert_non_null(strstr(text_str(&t), "until 20:00 UTC"));
	assert_null(strchr(text_str(&t), '>'));
	text_release(&t);
}

static void a_terminal_line_never_wraps(void **state)
{
	struct status s = example();

	(void)state;
	for (size_t width = 1; width < 200; width++) {
		struct text t = TEXT_INIT;

		status_line(&s, width, &t);
		assert_true(t.len <= width);
		assert_true(strlen(text_str(&t)) == t.len);
		text_release(&t);
	}
}

static void eighty_columns_have_what_matters(void **state)
{
	struct status s = example();
	struct text t = TEXT_INIT;

	(void)state;
	status_line(&s, 79, &t);
	assert_string_equal(text_str(&t), "7 h 12 min/24 h  rss 412 MiB  private 57.3 MiB  +3.10 MiB/h  suspected");
	text_reset(&t);
	status_line(&s, 150, &t);
	assert_string_equal(text_str(&t), "[===>      ] 7 h 12 min/24 h  rss 412 MiB  private 57.3 MiB  +3.10 MiB/h [+2.71, +3.49]  suspected  "
					  "200 ops/s  until 20:00 UTC");
	text_release(&t);
}

static void a_wide_terminal_has_the_course(void **state)
{
	struct status s = example();
	struct text t = TEXT_INIT;
	struct block course[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		course[i] = (struct block){ .n = 1, .t = (double)i, .mean = (double)(i / 2) };
	s.course = course;
	s.n_course = 16;
	s.eighths = true;
	status_line(&s, 110, &t);
	assert_string_equal(text_str(&t), "[===>      ] 7 h 12 min/24 h  rss 412 MiB  private 57.3 MiB  ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██  +3.10 MiB/h  suspected");
	for (size_t width = 1; width < 200; width++) {
		text_reset(&t);
		status_line(&s, width, &t);
		assert_true(columns_of(text_str(&t)) <= width);
	}
	text_reset(&t);
	status_line(&s, 0, &t); /* a log and systemd get no picture */
	assert_null(strstr(text_str(&t), "▁"));
	s.eighths = false;
	text_reset(&t);
	status_line(&s, 110, &t);
	assert_non_null(strstr(text_str(&t), "  ____..----====##  "));
	text_release(&t);
}

static void the_bar_shows_the_share(void **state)
{
	struct status s = { .elapsed_s = 50, .length_s = 100, .rss_kb = NAN, .anon_kb = NAN, .ops_per_s = NAN, .ends_unix = NAN };
	struct text t = TEXT_INIT;

	(void)state;
	status_line(&s, 79, &t);
	assert_int_equal(strncmp(text_str(&t), "[=====>    ] 50 s/", 18), 0);
	text_release(&t);
}

static void the_unknown_is_left_out(void **state)
{
	struct status s = { .elapsed_s = 5, .length_s = NAN, .rss_kb = NAN, .anon_kb = NAN, .ops_per_s = NAN, .ends_unix = NAN, .away = "away" };
	struct text t = TEXT_INIT;

	(void)state;
	status_line(&s, 0, &t);
	assert_string_equal(text_str(&t), "5 s  (away)");
	text_release(&t);
}

static void the_first_status_that_applies(void **state)
{
	struct loop_result r = { .end = END_LENGTH, .began = true };

	(void)state;
	assert_int_equal(finish_status(0, &r, 100, 100), 0);
	assert_int_equal(finish_status(3, &r, 100, 100), 3);
	assert_int_equal(finish_status(3, &r, 79, 100), 6);
	assert_int_equal(finish_status(0, &r, 80, 100), 0);
	assert_int_equal(finish_status(1, &r, 10, 100), 1);
	r.workload_lost = true;
	assert_int_equal(finish_status(0, &r, 10, 100), 5);
	r.end = END_TARGET_DIED;
	assert_int_equal(finish_status(3, &r, 100, 100), 4);
	assert_int_equal(finish_status(1, &r, 100, 100), 1);
	r.end = END_ERROR;
	assert_int_equal(finish_status(1, &r, 100, 100), 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_line_has_everything),	cmocka_unit_test(a_terminal_line_never_wraps),
		cmocka_unit_test(the_bar_shows_the_share), cmocka_unit_test(a_wide_terminal_has_the_course), cmocka_unit_test(eighty_columns_have_what_matters),	cmocka_unit_test(the_unknown_is_left_out),
		cmocka_unit_test(the_first_status_that_applies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
