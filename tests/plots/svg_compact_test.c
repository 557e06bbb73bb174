/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fewer bytes, the same picture: exact texts, and a long path whose points must be where they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plots/svg_compact.h"

static void assert_compact(const char *svg, const char *want)
{
	struct text t = TEXT_INIT;

	svg_compact(&t, svg);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), want);
	text_release(&t);
}

static void paths_are_steps(void **state)
{
	(void)state;
	assert_compact("<path d=\"M 1 2 L 3.5 2.25 L 3 1 \"/>", "<path d=\"M1 2l2.5 .25-.5-1.25\"/>");
	assert_compact("<path d=\"M 1 2 L 3 2 L 4 2 L 4 0 L 0 0 \"/>", "<path d=\"M1 2h2 1v-2h-4\"/>");
	assert_compact("<path d=\"M 0 0 C 1 0 2 1 2 2 C 2 3 1 4 0 4 \"/>", "<path d=\"M0 0c1 0 2 1 2 2 0 1-1 2-2 2\"/>");
	/* behind a closed piece it is where that began, and a last step to there is none */
	assert_compact("<path d=\"M 5 5 L 6 6 Z M 5 5 M 7 7 L 8 9 Z M 7 7 \"/>", "<path d=\"M5 5l1 1zM5 5M7 7l1 2z\"/>");
	assert_compact("<path d=\"\"/>", "<path d=\"\"/>");
}

static void points_are_rounded_each_by_itself(void **state)
{
	(void)state;
	/* steps of 0.004: none of them is a hundredth, all together they are */
	assert_compact("<path d=\"M 0 0 L 0.004 1 L 0.008 2 L 0.012 3 L 0.016 4 \"/>", "<path d=\"M0 0v1l.01 1v1l.01 1\"/>");
	assert_compact("<path d=\"M -0.004 -12.346 \"/>", "<path d=\"M0-12.35\"/>");
}

/* Each point of a path of a thousand, added up again; none of its steps is level. */
static void no_error_adds_up(void **state)
{
	struct text in = TEXT_INIT, out = TEXT_INIT;
	double x = 0, y = 900;
	char *s;

	(void)state;
	text_add(&in, "<path d=\"M 0.000000 900.000000 ");
	for (int i = 1; i < 1000; i++)
		text_addf(&in, "L %.6f %.6f ", i * 1.730469, 900 - 0.333713 * i);
	text_add(&in, "\"/>");
	svg_compact(&out, text_str(&in));
	assert_memory_equal(text_str(&out), "<path d=\"M0 900l", 16);
	s = out.s + 16;
	for (int i = 1; i < 1000; i++) {
		x += strtod(s, &s);
		y += strtod(s, &s);
		assert_true(fabs(x - i * 1.730469) < 0.0051 && fabs(y - 900 + 0.333713 * i) < 0.0051);
	}
	assert_string_equal(s, "\"/>");
	assert_true(2 * out.len < in.len + 1000);
	text_release(&in);
	text_release(&out);
}

static void what_is_no_path_that_we_know_is_copied(void **state)
{
	(void)state;
	assert_compact("<path d=\"m 1 2 q 3.12345 4 5 6\"/>", "<path d=\"m 1 2 q 3.12 4 5 6\"/>");
	assert_compact("<path d=\"M 1 2 L nan 3 \"/>", "<path d=\"M 1 2 L nan 3 \"/>");
	assert_compact("<path d=\"M 1e9 2 \"/>", "<path d=\"M 1e9 2 \"/>");
	assert_compact("<path d=\"M 1 ", "<path d=\"M 1 ");
	assert_compact("", "");
}

static void numbers_have_two_decimals_and_matrices_all(void **state)
{
	(void)state;
	assert_compact("x=\"364.826172\" y=\"-0.501\" r=\"1.25\"", "x=\"364.83\" y=\"-.5\" r=\"1.25\"");
	assert_compact("rgb(72.156863%,0%,100%)", "rgb(72.16%,0%,100%)");
	assert_compact("matrix(0.518750,0,0,0.518750,0,0) 1.2345", "matrix(0.518750,0,0,0.518750,0,0) 1.23");
	assert_compact("version=\"1.1\" 1.2.3456", "version=\"1.1\" 1.2.3456");
}

static void glyphs_are_paths(void **state)
{
	(void)state;
	assert_compact("<symbol overflow=\"visible\" id=\"glyph0-1\">\n<path style=\"stroke:none;\" d=\"M 1 2 L 3 4 Z M 1 2 "
		       "\"/>\n</symbol>\n"
		       "<g style=\"fill:rgb(0%,0%,0%);fill-opacity:1;\">\n  <use xlink:href=\"#glyph0-1\" x=\"1\" y=\"2\"/>\n"
		       "  <use xlink:href=\"#glyph0-1\" x=\"3\" y=\"2\"/>\n</g>\n",
		       "<path id=\"g0-1\" d=\"M1 2l2 2z\"/>\n"
		       "<g style=\"fill:rgb(0%,0%,0%);\">\n<use x:href=\"#g0-1\" x=\"1\" y=\"2\"/><use x:href=\"#g0-1\" x=\"3\" "
		       "y=\"2\"/>\n</g>\n");
	assert_compact("<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\">", "<svg xmlns:x=\"http://www.w3.org/1999/xlink\">");
	assert_compact("fill-opacity:0.2;stroke-opacity:1;", "fill-opacity:0.2;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_steps),
		cmocka_unit_test(points_are_rounded_each_by_itself),
		cmocka_unit_test(no_error_adds_up),
		cmocka_unit_test(what_is_no_path_that_we_know_is_copied),
		cmocka_unit_test(numbers_have_two_decimals_and_matrices_all),
		cmocka_unit_test(glyphs_are_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
