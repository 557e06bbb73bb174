/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test vectors of RFC 4648, section 10, and bytes that are no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base64.h"

static void assert_base64(const void *data, size_t n, const char *expected)
{
	struct text t = TEXT_INIT;

	base64_add(&t, data, n);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), expected);
	text_release(&t);
}

static void vectors_of_the_rfc(void **state)
{
	(void)state;
	assert_base64("", 0, "");
	assert_base64("f", 1, "Zg==");
	assert_base64("fo", 2, "Zm8=");
	assert_base64("foo", 3, "Zm9v");
	assert_base64("foob", 4, "Zm9vYg==");
	assert_base64("fooba", 5, "Zm9vYmE=");
	assert_base64("foobar", 6, "Zm9vYmFy");
}

static void bytes_above_127_and_nul(void **state)
{
	(void)state;
	assert_base64("\377\376\375", 3, "//79");
	assert_base64("\0\0", 2, "AAA=");
	assert_base64("\373\360", 2, "+/A=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_the_rfc),
		cmocka_unit_test(bytes_above_127_and_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
