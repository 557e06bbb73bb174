/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text buffers and checked memory: growth, the sticky failure, sizes that would overflow, cuts at characters. */
#include "base/mem.h"
#include "base/text.h"
#include "tests/base/tmp.h"

static void adds(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	assert_string_equal(text_str(&t), "");
	text_add(&t, "ab");
	text_addn(&t, "cdef", 2);
	text_addc(&t, '-');
	text_addf(&t, "%d %s", 42, "x");
	assert_string_equal(text_str(&t), "abcd-42 x");
	assert_int_equal(t.len, 9);
	assert_false(t.failed);
	text_release(&t);
	text_release(&t);
	assert_null(t.s);
	assert_string_equal(text_str(&t), "");
}

static void formats_across_growth(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%03d", i);
	assert_int_equal(t.len, 3000);
	for (int i = 0; i < 1000; i++) {
		char want[16];

		snprintf(want, sizeof(want), "%03d", i);
		assert_memory_equal(t.s + 3 * i, want, 3);
	}
	text_release(&t);
}

static void taken_is_the_callers(void **state)
{
	struct text t = TEXT_INIT, failed = { .failed = true };
	char *s = text_take(&t);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	text_add(&t, "ab");
	s = text_take(&t);
	assert_string_equal(s, "ab");
	assert_true(!t.s && t.len == 0 && t.cap == 0);
	free(s);
	assert_null(text_take(&failed));
	assert_false(failed.failed);
}

static void reset_keeps_memory(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	text_addf(&t, "%0500d", 1);
	const char *was = t.s;
	size_t cap = t.cap;

	t.failed = true;
	text_reset(&t);
	assert_int_equal(t.len, 0);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), "");
	text_addf(&t, "%0500d", 2);
	assert_ptr_equal(t.s, was);
	assert_int_equal(t.cap, cap);
	text_release(&t);
}

static void failure_sticks(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	text_add(&t, "kept");
	text_addn(&t, "x", SIZE_MAX - 2); /* no such memory: nothing is read */
	assert_true(t.failed);
	text_add(&t, "more");
	assert_string_equal(text_str(&t), "kept");
	text_release(&t);
}

static void grow_and_calloc(void **state)
{
	int *v = NULL;
	void *p = NULL;
	size_t cap = 0;

	(void)state;
	assert_int_equal(sk_grow(&p, &cap, 3, sizeof(*v)), 0);
	assert_true(cap >= 3);
	v = p;
	for (size_t i = 0; i < cap; i++)
		assert_int_equal(v[i], 0);
	v[2] = 7;
	assert_int_equal(sk_grow(&p, &cap, 100, sizeof(*v)), 0);
	v = p;
	assert_int_equal(v[2], 7);
	assert_int_equal(v[99], 0);
	size_t was = cap;

	assert_int_equal(sk_grow(&p, &cap, 50, sizeof(*v)), 0);
	assert_int_equal(cap, was);
	assert_int_equal(sk_grow(&p, &cap, SIZE_MAX / 2, sizeof(*v)), -1);
	assert_int_equal(cap, was);
	assert_ptr_equal(p, v);
	free(p);
	volatile size_t huge = SIZE_MAX / 2; /* volatile: the compiler would warn of the constant */

	assert_null(sk_calloc(huge, 4));
	assert_null(sk_large(2 * huge));
	for (size_t n = 1; n <= (size_t)1 << 23; n *= 8) {
		char *large = sk_large(n + 1);

		assert_non_null(large);
		large[0] = large[n] = 1;
		free(large);
	}
	char *none = sk_calloc(0, 8);

	assert_non_null(none);
	free(none);
}

static void strings(void **state)
{
	char *a = sk_strdup("abc"), *b = sk_asprintf("%s-%05.1f", a, 2.5);

	(void)state;
	assert_string_equal(a, "abc");
	assert_string_equal(b, "abc-002.5");
	free(a);
	free(b);
}

static void fits_whole_characters(void **state)
{
	(void)state;
	assert_int_equal(utf8_fit("abc", 10), 3);
	assert_int_equal(utf8_fit("abc", 2), 2);
	assert_int_equal(utf8_fit("abc", 0), 0);
	assert_int_equal(utf8_fit("\xc3\xa4", 1), 0);
	assert_int_equal(utf8_fit("a\xe2\x82\xacz", 3), 1);
	assert_int_equal(utf8_fit("a\xe2\x82\xacz", 4), 4);
	assert_int_equal(utf8_fit("a\xf0\x9f\x92\xa7", 4), 1);
	assert_int_equal(utf8_fit("\x80\x80\x80\x80\x80\x80", 5), 5); /* no UTF-8: any cut will do */
}

static void the_end_that_fits(void **state)
{
	(void)state;
	assert_string_equal(utf8_end("/usr/lib", 8), "/usr/lib");
	assert_string_equal(utf8_end("/usr/lib", 3), "lib");
	assert_string_equal(utf8_end("a\303\274b", 2), "b"); /* the character of two bytes does not fit */
	assert_string_equal(utf8_end("a\303\274b", 3), "\303\274b");
	assert_string_equal(utf8_end("", 0), "");
	assert_string_equal(utf8_end("abc", 0), "");
}

static void ends_with_the_middle_cut(void **state)
{
	static const struct {
		const char *s;
		size_t room;
		const char *want;
	} cases[] = { { "abcdef", 6, "abcdef" },
		      { "abcdefg", 6, "abc" MORE "fg" },
		      { "abcdefg", 5, "ab" MORE "fg" },
		      { "abcdefg", 1, MORE },
		      { "abc", 0, MORE },
		      { "", 0, "" },
		      { "\303\251\303\251\303\251\303\251", 3, "\303\251" MORE "\303\251" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text t = TEXT_INIT;

		text_add_ends(&t, cases[i].s, cases[i].room);
		assert_string_equal(text_str(&t), cases[i].want);
		text_release(&t);
	}
}

static void columns_of_characters(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	assert_int_equal(utf8_width(""), 0);
	assert_int_equal(utf8_width("a\303\274\342\202\254"), 3);
	text_add_left(&t, "\303\274", 3);
	text_add_right(&t, "\303\274", 3);
	text_add_right(&t, "long", 3);
	assert_string_equal(text_str(&t), "\303\274    \303\274long");
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_with_the_middle_cut), cmocka_unit_test(columns_of_characters),
		cmocka_unit_test(the_end_that_fits),        cmocka_unit_test(adds),
		cmocka_unit_test(formats_across_growth),    cmocka_unit_test(taken_is_the_callers),
		cmocka_unit_test(reset_keeps_memory),       cmocka_unit_test(failure_sticks),
		cmocka_unit_test(grow_and_calloc),          cmocka_unit_test(strings),
		cmocka_unit_test(fits_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
