/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings from outside stay strings: in JSON, Markdown and XML, whatever bytes they are made of. */
#include "soakd/escape.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tests/check.h"

typedef void add_fn(struct text *out, const char *s);

static void assert_adds(add_fn *add, const char *in, const char *out)
{
	struct text t = TEXT_INIT;

	add(&t, in);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), out);
	text_release(&t);
}

static void plain_is_one_line_of_utf8(void **state)
{
	(void)state;
	assert_adds(add_plain, "", "");
	assert_adds(add_plain, "a\tb\nc\033[31m", "a b c [31m");
	assert_adds(add_plain, "gr\303\274n \342\202\254 \360\237\230\200", "gr\303\274n \342\202\254 \360\237\230\200");
	assert_adds(add_plain, "\377\300\257x\303", "???x?");                      /* no start, too long a form, cut */
	assert_adds(add_plain, "\355\240\200 \364\220\200\200", "??? ????");       /* a surrogate, beyond U+10FFFF */
	assert_adds(add_plain, "a\342\200\250b\342\200\256c\302\205d", "a b c d"); /* line separator, right-to-left, NEL */
}

/* Every byte, alone and before a letter: what comes out is a JSON string. */
static void any_bytes_are_json(void **state)
{
	(void)state;
	for (int a = 1; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			char in[4] = { (char)a, (char)b, 'x', '\0' }, *clean = plain_dup(in);
			json_t *j;

			assert_non_null(clean);
			j = json_string(clean);
			assert_non_null(j);
			json_decref(j);
			free(clean);
		}
	}
}

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

static void xml(void **state)
{
	(void)state;
	assert_adds(add_xml, "a\357\277\276\357\277\277b\357\277\275", "a  b\357\277\275"); /* U+FFFE, U+FFFF; U+FFFD is one */
	assert_adds(add_xml_lines, "a<\n\n\001b\n", "a&lt;\n\n b\n");
	assert_adds(add_xml, "<a href=\"x\">&]]>\001\r\n", "&lt;a href=&quot;x&quot;&gt;&amp;]]&gt;   ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_one_line_of_utf8),
		cmocka_unit_test(any_bytes_are_json),
		cmocka_unit_test(markdown),
		cmocka_unit_test(code_spans),
		cmocka_unit_test(xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
