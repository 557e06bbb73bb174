/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings from outside are one line of UTF-8, and so valid in JSON, whatever bytes they are made of. */
#include "base/plain.h"

#include <stdlib.h>

#include <jansson.h>

#include "tests/base/adds.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_one_line_of_utf8),
		cmocka_unit_test(any_bytes_are_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
