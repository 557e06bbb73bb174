/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings from outside stay strings in Markdown, whatever bytes they are made of. */
#include "soakd/escape.h"

#include "tests/base/adds.h"

static void markdown(void **state)
{
	(void)state;
	assert_adds(add_markdown, "a|b <img src=x> [x](y) `c` *d* _e_ \\",
		    "a\\|b &lt;img src=x> \\[x](y) \\`c\\` \\*d\\* \\_e\\_ \\\\");
	assert_adds(add_markdown, "@user fixes #12 & ~x~ $y$", "@<!-- -->user fixes #<!-- -->12 &amp; \\~x\\~ \\$y\\$");
	assert_adds(add_markdown, "+3.1 MiB/h (95%: 2.7 to 3.5)", "+3.1 MiB/h (95%: 2.7 to 3.5)");
	assert_adds(add_markdown_figures, "+3.1 MiB/h to 4 GiB, \302\26112 %",
		    "+3.1\302\240MiB/h to 4\302\240GiB, \302\26112\302\240%");
	struct text image = TEXT_INIT;

	add_markdown_image(&image, "leak: a]b [c]", "x <1>.png");
	assert_string_equal(text_str(&image), "\n![leak: a\\]b \\[c\\]](<x %3C1%3E.png>)\n");
	text_release(&image);
	assert_adds(add_markdown_figures, "7 | 8", "7 \\| 8");
	assert_adds(add_markdown_figures, "", "");
	assert_adds(add_markdown, "two\n# lines", "two #<!-- --> lines");
}

static void code_spans(void **state)
{
	(void)state;
	assert_adds(add_code, "soakd --x", "`soakd --x`");
	assert_adds(add_code, "a `b` c", "`` a `b` c ``");
	assert_adds(add_code, "``", "``` `` ```");
	assert_adds(add_code, "", "` `");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown),
		cmocka_unit_test(code_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
