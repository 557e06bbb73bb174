/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no font has is told, and which package has it: whatever fonts this machine has, none has a character that is no character yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fontconfig/fontconfig.h>
#include <unistd.h>

#include "plots/type.h"

static void what_no_font_has_is_remembered(void **state)
{
	const struct type_style st = { .px = 20 };
	struct type *t;

	(void)state;
	assert_int_equal(type_new(&t, NULL), SK_OK);
	type_width(t, &st, "plain letters\n\t\x1b");
	assert_int_equal(type_lacks(t), 0);

	double asked = type_width(t, &st, "?");

	assert_true(type_width(t, &st, "\362\240\200\200") == asked); /* U+A0000, in a plane without any: drawn as "?" */
	assert_int_equal(type_lacks(t), 0xa0000);
	type_width(t, &st, "\362\240\200\201");
	assert_int_equal(type_lacks(t), 0xa0000); /* the first */
	type_free(t);
}

static void packages(void **state)
{
	(void)state;
	assert_string_equal(type_package(0x5185), "fonts-noto-cjk");  /* han */
	assert_string_equal(type_package(0x3042), "fonts-noto-cjk");  /* hiragana */
	assert_string_equal(type_package(0xd55c), "fonts-noto-cjk");  /* hangul */
	assert_string_equal(type_package(0x20000), "fonts-noto-cjk"); /* han, extension B */
	assert_string_equal(type_package(0x1f600), "fonts-noto-color-emoji");
	assert_string_equal(type_package(0x0939), "fonts-noto-core"); /* devanagari */
	assert_string_equal(type_package(0x10fffd), "fonts-noto-core");
}

/* Threads of this process: Pango asks fontconfig in one of its own, which ends by itself and cannot be joined. */
static int threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_font_has_is_remembered),
		cmocka_unit_test(packages),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	/* What it keeps for the next picture is given back, so that what a leak checker still finds is ours, once that thread has ended. */
	for (int ms = 0; threads() > 1 && ms < 10000; ms++)
		usleep(1000);
	if (threads() == 1)
		FcFini();
	return failed;
}
