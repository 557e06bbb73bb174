/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: the code comes back, the sentence is whole, long ones are cut at a character, arguments may be the old message. */
#include <errno.h>

#include "base/err.h"
#include "tests/base/tmp.h"

static void fills_and_returns(void **state)
{
	struct sk_err e = { 0 };

	(void)state;
	assert_int_equal(sk_fail(&e, SK_EIO, ENOENT, "cannot open %s: %d", "/x", 7), SK_EIO);
	assert_int_equal(e.code, SK_EIO);
	assert_int_equal(e.sys, ENOENT);
	assert_string_equal(e.msg, "cannot open /x: 7");
	assert_int_equal(sk_fail(NULL, SK_EUSAGE, 0, "nobody listens"), SK_EUSAGE);
}

static void old_message_as_argument(void **state)
{
	struct sk_err e = { 0 };

	(void)state;
	sk_fail(&e, SK_EIO, 5, "inner");
	sk_fail(&e, SK_EUSAGE, 0, "outer: %s", e.msg);
	assert_string_equal(e.msg, "outer: inner");
}

static void prefix_keeps_code(void **state)
{
	struct sk_err e = { 0 };

	(void)state;
	sk_fail(&e, SK_EPERM, EACCES, "no access");
	sk_err_prefix(&e, "cannot resume %s: ", "run");
	assert_string_equal(e.msg, "cannot resume run: no access");
	assert_int_equal(e.code, SK_EPERM);
	assert_int_equal(e.sys, EACCES);
	sk_err_prefix(NULL, "nobody");
}

static void long_message_is_cut_at_a_character(void **state)
{
	struct sk_err e = { 0 };
	char s[3000];

	(void)state;
	memset(s, 'a', sizeof(s));
	memcpy(s + sizeof(e.msg) - 2, "\xc3\xa4", 2); /* the last place has room for half of it */
	s[sizeof(s) - 1] = '\0';
	sk_fail(&e, SK_EIO, 0, "%s", s);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 2);
	sk_err_prefix(&e, "%s", s);
	assert_true(strlen(e.msg) < sizeof(e.msg));
	assert_int_equal(e.msg[sizeof(e.msg) - 3], 'a');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_and_returns),
		cmocka_unit_test(old_message_as_argument),
		cmocka_unit_test(prefix_keeps_code),
		cmocka_unit_test(long_message_is_cut_at_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
