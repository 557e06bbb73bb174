/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

#include "soakd/report_term.h"
#include "soakd/terminal.h"

static int pipe_end[2];

/* A descriptor that is no terminal, and an environment that says nothing. */
static int clean(void **state)
{
	static const char *const names[] = { "COLUMNS", "TERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
	return pipe_end[0] == 0 ? pipe(pipe_end) : 0;
}

static void a_pipe_is_eighty_plain_columns(void **state)
{
	struct terminal t = terminal_of(pipe_end[1], NULL);

	(void)state;
	assert_false(t.is_one || t.rewrites || t.colour || t.utf8);
	assert_int_equal(t.width, 80);
	assert_int_equal(t.chart, CHART_ASCII);
}

static void the_environment_says_how_wide(void **state)
{
	static const struct {
		const char *columns;
		size_t width;
	} rows[] = { { "100", 100 }, { "60", 60 }, { "5", TERMINAL_LEAST }, { "99999", TERMINAL_MOST },
		     { "", 80 },     { "0", 80 },  { "-3", 80 },            { "wide", 80 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setenv("COLUMNS", rows[i].columns, 1);
		assert_int_equal(terminal_of(pipe_end[1], NULL).width, rows[i].width);
	}
}

static void the_locale_says_which_characters(void **state)
{
	(void)state;
	setenv("LANG", "de_DE.UTF-8", 1);
	assert_int_equal(terminal_of(pipe_end[1], NULL).chart, CHART_BRAILLE);
	setenv("TERM", "linux", 1);
	assert_int_equal(terminal_of(pipe_end[1], NULL).chart, CHART_BLOCKS);
	assert_false(terminal_of(pipe_end[1], NULL).eighths);
	setenv("LC_CTYPE", "C", 1);
	assert_int_equal(terminal_of(pipe_end[1], NULL).chart, CHART_ASCII);
	setenv("LC_ALL", "C.utf8", 1);
	assert_true(terminal_of(pipe_end[1], NULL).utf8);
}

static void options_go_before_the_environment(void **state)
{
	struct terminal_options o = { .chart = CHART_BLOCKS, .colour = COLOUR_ALWAYS };

	(void)state;
	setenv("NO_COLOR", "1", 1);
	assert_true(terminal_of(pipe_end[1], &o).colour);
	assert_int_equal(terminal_of(pipe_end[1], &o).chart, CHART_BLOCKS);
	o.colour = COLOUR_AUTO;
	assert_false(terminal_of(pipe_end[1], &o).colour);
}

static void wide_characters_take_two_columns_and_combining_ones_none(void **state)
{
	(void)state;
	assert_int_equal(columns_of(""), 0);
	assert_int_equal(columns_of("postgres"), 8);
	assert_int_equal(columns_of("Größe"), 5);
	assert_int_equal(columns_of("数据库"), 6);
	assert_int_equal(columns_of("e\314\201"), 1); /* e and a combining acute accent */
	assert_int_equal(columns_of("⣀░▁"), 3);
	assert_int_equal(columns_fit("数据库", 5), 6);
	assert_int_equal(columns_fit("e\314\201x", 1), 3);
	assert_int_equal(columns_of("\377\376"), 2); /* no UTF-8 at all: still an end */
}

static void assert_cell(void (*add)(struct text *, const char *, size_t, bool), const char *s, size_t width, bool utf8,
			const char *expected)
{
	struct text t = TEXT_INIT;

	add(&t, s, width, utf8);
	assert_string_equal(text_str(&t), expected);
	text_release(&t);
}

static void a_cell_is_as_wide_as_it_is_told(void **state)
{
	(void)state;
	assert_cell(add_cell_left, "heap", 6, true, "heap  ");
	assert_cell(add_cell_right, "heap", 6, true, "  heap");
	assert_cell(add_cell_left, "postmaster", 6, true, "postm…");
	assert_cell(add_cell_left, "postmaster", 6, false, "postm~");
	assert_cell(add_cell_right, "postmaster", 6, true, "postm…");
	assert_cell(add_cell_left, "数据库", 6, true, "数据库");
	assert_cell(add_cell_left, "数据库", 5, true, "数据…");
	assert_cell(add_cell_left, "数据库", 4, true, "数… ");
	assert_cell(add_cell_right, "数据库", 4, true, "数… ");
	assert_cell(add_cell_left, "heap", 0, true, "");
}

static void text_is_wrapped_at_blanks(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	add_wrapped(&t, "Memory grows by 3 MiB/h", 12, 2);
	assert_string_equal(text_str(&t), "  Memory\n  grows by 3\n  MiB/h\n");
	text_reset(&t);
	add_wrapped(&t, "abcdefghij kl", 4, 0);
	assert_string_equal(text_str(&t), "abcd\nefgh\nij\nkl\n");
	text_reset(&t);
	add_wrapped(&t, "数据库数据库", 5, 0);
	assert_string_equal(text_str(&t), "数据\n库数\n据库\n");
	text_reset(&t);
	add_wrapped(&t, "数", 1, 0); /* does not fit at all: there is an end all the same */
	assert_string_equal(text_str(&t), "数\n");
	text_reset(&t);
	add_wrapped(&t, "", 10, 0);
	assert_string_equal(text_str(&t), "");
	text_release(&t);
}

static void our_own_signs_have_a_plain_form(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	add_ascii(&t, "postgres · −3.1 µs … 数据");
	assert_string_equal(text_str(&t), "postgres - -3.1 us ... ??");
	text_release(&t);
}

static char *const table[] = {
	"series", "start",    "end",      "change",  "per hour",   "95 %",    "verdict", /* heads */
	"private memory (anonymous)", "8.0 MiB", "14.0 MiB", "+6.0 MiB", "+15.7 MiB/h", "+15.5 MiB/h to +15.9 MiB/h", "leak",
	"数据库 backend", "", "", "+5.9 MiB", "+15.6 MiB/h", "", "98 %",
};

static void assert_table(size_t width, const char *expected)
{
	struct terminal term = { .utf8 = true, .width = width };
	struct text t = TEXT_INIT;

	add_terminal_table(&t, table, 3, 7, &term);
	assert_string_equal(text_str(&t), expected);
	text_release(&t);
}

static void a_narrow_table_leaves_out_what_says_least(void **state)
{
	(void)state;
	assert_table(120, "series                        start       end    change     per hour                        95 %  verdict\n"
			  "private memory (anonymous)  8.0 MiB  14.0 MiB  +6.0 MiB  +15.7 MiB/h  +15.5 MiB/h to +15.9 MiB/h  leak\n"
			  "数据库 backend                                 +5.9 MiB  +15.6 MiB/h                              98 %\n");
	assert_table(80, "series                           end    change     per hour  verdict\n"
			 "private memory (anonymous)  14.0 MiB  +6.0 MiB  +15.7 MiB/h  leak\n"
			 "数据库 backend                        +5.9 MiB  +15.6 MiB/h  98 %\n");
	assert_table(60, "series                        change     per hour  verdict\n"
			 "private memory (anonymous)  +6.0 MiB  +15.7 MiB/h  leak\n"
			 "数据库 backend              +5.9 MiB  +15.6 MiB/h  98 %\n");
	assert_table(46, "series                       per hour  verdict\n"
			 "private memory (anonymo…  +15.7 MiB/h  leak\n"
			 "数据库 backend            +15.6 MiB/h  98 %\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_pipe_is_eighty_plain_columns, clean),
		cmocka_unit_test_setup(the_environment_says_how_wide, clean),
		cmocka_unit_test_setup(the_locale_says_which_characters, clean),
		cmocka_unit_test_setup(options_go_before_the_environment, clean),
		cmocka_unit_test(wide_characters_take_two_columns_and_combining_ones_none),
		cmocka_unit_test(a_cell_is_as_wide_as_it_is_told),
		cmocka_unit_test(text_is_wrapped_at_blanks),
		cmocka_unit_test(our_own_signs_have_a_plain_form),
		cmocka_unit_test(a_narrow_table_leaves_out_what_says_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
