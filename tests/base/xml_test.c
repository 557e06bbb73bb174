/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings from outside are well-formed XML, whatever bytes they are made of. */
#include "base/xml.h"

#include "tests/base/adds.h"

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
		cmocka_unit_test(xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
