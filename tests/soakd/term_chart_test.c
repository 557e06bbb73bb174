/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "soakd/term_chart.h"

#define MOST 1200

static struct block blocks[MOST];

/* n blocks, a second apart, each of one sample. */
static struct block *series_of(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		blocks[i] = (struct block){ .n = isnan(v[i]) ? 0u : 1u, .t = (double)i, .mean = v[i], .median = v[i], .min = v[i], .max = v[i] };
	return blocks;
}

/* Counts from 0 to n - 1 s; the gutter of labels of one character is 3 wide. */
static struct term_chart chart_of(enum chart_style style, size_t columns, size_t rows, const double *v, size_t n)
{
	return (struct term_chart){ .style = style, .width = columns + 3, .rows = rows, .unit = UNIT_COUNT, .from_zero = true,
				    .x0 = 0, .x1 = n > 1 ? (double)(n - 1) : 1, .b = series_of(v, n), .n = n };
}

static void assert_chart(const struct term_chart *c, const char *expected)
{
	struct text t = TEXT_INIT;

	term_chart(c, &t);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), expected);
	text_release(&t);
}

static void braille_draws_a_ramp_with_eight_dots_a_cell(void **state)
{
	static const double ramp[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct term_chart c = chart_of(CHART_BRAILLE, 20, 5, ramp, 9);

	(void)state;
	assert_chart(&c, "  │                ⣀⠤⠔⠒\n"
			 "5 ┤         ⢀⣀⠤⠒⠒⠉⠉\n"
			 "  │   ⢀⡠⠤⠔⠒⠊⠁\n"
			 "0 ┤⠒⠊⠉⠁\n"
			 "  └┴───────────────────\n"
			 "   0\n");
}

static void blocks_and_ascii_draw_the_same_ramp(void **state)
{
	static const double ramp[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct term_chart c = chart_of(CHART_BLOCKS, 20, 5, ramp, 9);

	(void)state;
	assert_chart(&c, "  │                ▄▄▀▀\n"
			 "5 ┤         ▄▄▀▀▀▀▀\n"
			 "  │    ▄▄▀▀▀\n"
			 "0 ┤▀▀▀▀\n"
			 "  └┴───────────────────\n"
			 "   0\n");
	c.style = CHART_ASCII;
	assert_chart(&c, "  |                ****\n"
			 "5 +         *******\n"
			 "  |    *****\n"
			 "0 +****\n"
			 "  ++-------------------\n"
			 "   0\n");
}

static void equal_values_are_a_line_in_the_middle_of_its_row(void **state)
{
	static const double equal[] = { 5, 5, 5, 5 };
	struct term_chart c = chart_of(CHART_ASCII, 20, 5, equal, 4);

	(void)state;
	c.from_zero = false;
	assert_chart(&c, "  |\n"
			 "6 +\n"
			 "  |********************\n"
			 "4 +\n"
			 "  |\n"
			 "  ++-------------------\n"
			 "   0\n");
}

static void a_gap_stays_a_gap(void **state)
{
	static const double hole[] = { 4, 4, 4, NAN, NAN, NAN, 4, 4, 4 };
	static const double infinite[] = { 4, 4, 4, INFINITY, -INFINITY, INFINITY, 4, 4, 4 };
	static const char *const expected = "4 +*****        *****\n"
					    "2 +\n"
					    "0 +\n"
					    "  ++-----------------\n"
					    "   0\n";
	struct term_chart c = chart_of(CHART_ASCII, 18, 5, hole, 9);

	(void)state;
	assert_chart(&c, expected);
	c = chart_of(CHART_ASCII, 18, 5, infinite, 9);
	assert_chart(&c, expected);
	c = chart_of(CHART_BRAILLE, 18, 5, hole, 9);
	assert_chart(&c, "4 ┤⠒⠒⠒⠒⠒        ⠐⠒⠒⠒⠒\n"
			 "2 ┤\n"
			 "0 ┤\n"
			 "  └┴─────────────────\n"
			 "   0\n");
}

static void one_sample_is_a_dot_and_none_is_an_empty_plot(void **state)
{
	static const double one[] = { 3 }, none[] = { NAN, NAN };
	struct term_chart c = chart_of(CHART_ASCII, 20, 5, one, 1);

	(void)state;
	assert_chart(&c, "4 +\n"
			 "  |*\n"
			 "2 +\n"
			 "  |\n"
			 "0 +\n"
			 "  ++------------------+\n"
			 "   0                1 s\n");
	c = chart_of(CHART_ASCII, 20, 5, none, 2);
	assert_chart(&c, "4 +\n"
			 "  |\n"
			 "2 +\n"
			 "  |\n"
			 "0 +\n"
			 "  ++------------------+\n"
			 "   0                1 s\n");
}

static void below_zero_has_its_rows(void **state)
{
	static const double negative[] = { -4, 0, 4, 0, -4 };
	struct term_chart c = chart_of(CHART_ASCII, 20, 6, negative, 5);

	(void)state;
	assert_chart(&c, " 4 +        ***\n"
			 " 2 +      **   **\n"
			 " 0 +   ***       **\n"
			 "-2 + **            **\n"
			 "-4 +*                **\n"
			 "   ++------------------\n"
			 "    0\n");
}

static void a_quintillion_is_drawn_as_what_it_is(void **state)
{
	static const double huge[] = { 1, 1, 1e18, 1, 1 };
	struct term_chart c = chart_of(CHART_ASCII, 20, 5, huge, 5);

	(void)state;
	assert_chart(&c, "1000 P +       *\n"
			 "       |     ** *\n"
			 "       |    *    **\n"
			 "     0 +****       ****\n"
			 "       ++--------------\n"
			 "        0\n");
}

/* Characters of the first line that has data, other than blanks, behind the axis. */
static size_t marks_in_first_row(const char *s)
{
	for (; *s; s = strchr(s, '\n') + 1) {
		size_t n = 0;

		for (const char *p = strpbrk(s, "|+") + 1; *p != '\n'; p++)
			n += *p != ' ';
		if (n)
			return n;
	}
	return 0;
}

static void a_spike_of_one_sample_is_seen_at_any_width(void **state)
{
	static double flat[MOST];

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		flat[i] = 10;
	for (size_t width = TERMINAL_LEAST; width <= TERMINAL_MOST; width++) {
		struct term_chart c = chart_of(CHART_ASCII, width, 12, flat, MOST);
		struct text t = TEXT_INIT;

		blocks[777].max = 100; /* among 300 samples of a block the mean hardly moves */
		blocks[777].n = 300;
		blocks[777].mean = 10.3;
		term_chart(&c, &t);
		assert_int_equal(marks_in_first_row(text_str(&t)), 1);
		text_release(&t);
	}
}

static struct scene_span spans[] = { { 0, 10, SHADE_WARMUP, (char *)"warm-up 10 s" },
				     { 40, 60, SHADE_GAP, (char *)"no samples for 20 s" },
				     { 0, 50, SHADE_PHASE, (char *)"load" },
				     { 50, 99, SHADE_PHASE, (char *)"未来" } };
static struct scene_marker markers[] = { { 20, MARK_RESTART, (char *)"restart" },
					 { 70, MARK_EVENT, (char *)"error" },
					 { 75, MARK_EVENT, (char *)"error" },
					 { 80, MARK_EVENT, (char *)"reconnect" },
					 { 500, MARK_EPOCH, (char *)"later than the run" } };

static struct term_chart with_lanes(size_t width)
{
	static double v[100];
	static const struct scene_line fit = { .x0 = 0, .y0 = 10, .x1 = 99, .y1 = 0, .label = (char *)"-10/h" };
	struct term_chart c;

	for (size_t i = 0; i < 100; i++)
		v[i] = (double)i / 10;
	c = chart_of(CHART_ASCII, width - 3, 6, v, 100);
	c.fit = &fit;
	c.span = spans;
	c.n_spans = sizeof(spans) / sizeof(*spans);
	c.marker = markers;
	c.n_markers = sizeof(markers) / sizeof(*markers);
	return c;
}

static void below_are_phases_and_what_happened_when(void **state)
{
	struct term_chart c = with_lanes(64);

	(void)state;
	assert_chart(&c, "10 +. . . .                                              *******\n"
			 "   |        . . . . . . . .               ***************\n"
			 " 5 +                       ***************\n"
			 "   |       ****************               . . . . . . .\n"
			 " 0 +********                                            . . . .\n"
			 "   ++-----------------+-----------------+-----------------+-----\n"
			 "    0               30 s              60 s              90 s\n"
			 "    |load-------------------------|未来-------------------------\n"
			 "    ~~~~~~      R           xxxxxxxxxxxx      o  o  o\n"
			 "    . fit -10/h   ~ warm-up 10 s   R restart   o error,\n"
			 "    reconnect   x no samples for 20 s\n");
}

static void no_line_is_wider_than_it_may_be(void **state)
{
	(void)state;
	for (int style = CHART_BRAILLE; style <= CHART_ASCII; style++) {
		for (size_t width = TERMINAL_LEAST; width <= TERMINAL_MOST; width++) {
			struct term_chart c = with_lanes(width);
			struct text t = TEXT_INIT;
			char *rest, *line;

			c.style = (enum chart_style)style;
			term_chart(&c, &t);
			assert_null(strchr(text_str(&t), '\033'));
			for (line = strtok_r(t.s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
				assert_true(columns_of(line) <= width);
			text_release(&t);
		}
	}
}

static void a_colour_is_always_ended(void **state)
{
	struct term_chart c = with_lanes(80), plain = c;
	struct text t = TEXT_INIT, without = TEXT_INIT, stripped = TEXT_INIT;
	bool on = false;

	(void)state;
	c.colour = true;
	term_chart(&c, &t);
	term_chart(&plain, &without);
	for (const char *p = text_str(&t); *p; p++) {
		if (*p != '\033') {
			text_addc(&stripped, *p);
			continue;
		}
		on = strncmp(p, "\033[0m", 4) != 0;
		p = strchr(p, 'm');
	}
	assert_false(on);
	assert_string_equal(text_str(&stripped), text_str(&without));
	text_release(&t);
	text_release(&without);
	text_release(&stripped);
}

static void assert_spark(const double *v, size_t n, size_t cells, bool eighths, const char *expected)
{
	struct text t = TEXT_INIT;

	term_spark(series_of(v, n), n, cells, eighths, &t);
	assert_string_equal(text_str(&t), expected);
	text_release(&t);
}

static void a_spark_has_eight_heights(void **state)
{
	static const double ramp[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, flat[] = { 1000, 1001, 1000, 1002 }, zero[] = { 0, 0 },
			    hole[] = { 1, NAN, 2 }, none[] = { NAN, NAN }, down[] = { 3, 3, 0, 0, -3, -3 };

	(void)state;
	assert_spark(ramp, 8, 8, true, "▁▂▃▄▅▆▇█");
	assert_spark(ramp, 8, 4, true, "▁▃▆█"); /* 0.5, 2.5, 4.5 and 6.5 */
	assert_spark(ramp, 8, 8, false, "__.--==#");
	assert_spark(flat, 4, 8, true, "▁▁▁▁"); /* two per mille are no mountains */
	assert_spark(zero, 2, 8, true, "▁▁");
	assert_spark(hole, 3, 8, true, "▁ █");
	assert_spark(none, 2, 8, true, "");
	assert_spark(down, 6, 3, true, "█▅▁");
	assert_spark(ramp, 0, 8, true, "");
	assert_spark(ramp, 8, 0, true, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(braille_draws_a_ramp_with_eight_dots_a_cell),
		cmocka_unit_test(blocks_and_ascii_draw_the_same_ramp),
		cmocka_unit_test(equal_values_are_a_line_in_the_middle_of_its_row),
		cmocka_unit_test(a_gap_stays_a_gap),
		cmocka_unit_test(one_sample_is_a_dot_and_none_is_an_empty_plot),
		cmocka_unit_test(below_zero_has_its_rows),
		cmocka_unit_test(a_quintillion_is_drawn_as_what_it_is),
		cmocka_unit_test(a_spike_of_one_sample_is_seen_at_any_width),
		cmocka_unit_test(below_are_phases_and_what_happened_when),
		cmocka_unit_test(no_line_is_wider_than_it_may_be),
		cmocka_unit_test(a_colour_is_always_ended),
		cmocka_unit_test(a_spark_has_eight_heights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
