/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words as a shell would split them; a program of ours is found beside the running one. */
#include <limits.h>

#include "base/spawn.h"
#include "tests/base/tmp.h"

/* The words of s, joined by '|'. */
static void assert_words(const char *s, size_t n, const char *want)
{
	char **argv = NULL, got[256] = "";
	size_t argc = 0, len = 0;

	assert_int_equal(words_split(s, &argv, &argc, NULL), SK_OK);
	assert_int_equal(argc, n);
	assert_null(argv[argc]);
	for (size_t i = 0; i < argc; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s|", argv[i]);
	assert_string_equal(got, want);
	free(argv);
}

static void splits(void **state)
{
	(void)state;
	assert_words("pgbench -T 250", 3, "pgbench|-T|250|");
	assert_words("  a\t\tb\n c  ", 3, "a|b|c|");
	assert_words("sh -c 'echo \"$HOME\" \\n'", 3, "sh|-c|echo \"$HOME\" \\n|");
	assert_words("a\"b c\"d'e f'g", 1, "ab cde fg|");
	assert_words("\"a\\\"b\\\\c\\d\\$\"", 1, "a\"b\\c\\d$|");
	assert_words("a\\ b\\'c", 1, "a b'c|");
	assert_words("'' \"\" x", 3, "||x|");
	assert_words("a\\\nb", 1, "ab|");
	assert_words("end\\", 1, "end\\|");
	assert_words("$HOME *", 2, "$HOME|*|");
}

static void refuses(void **state)
{
	struct sk_err e = { 0 };
	char **argv = NULL;
	size_t argc = 0;

	(void)state;
	assert_int_equal(words_split("", &argv, &argc, &e), SK_EUSAGE);
	assert_int_equal(words_split(" \t\n", &argv, &argc, &e), SK_EUSAGE);
	assert_string_equal(e.msg, "the command is empty");
	assert_int_equal(words_split("a 'b c", &argv, &argc, &e), SK_EUSAGE);
	assert_string_equal(e.msg, "the command has a quote ' that is never closed: a 'b c");
	assert_int_equal(words_split("\"", &argv, &argc, &e), SK_EUSAGE);
	assert_null(argv);
}

static void finds_helpers(void **state)
{
	struct sk_err e = { 0 };
	char self[PATH_MAX] = "", buf[PATH_MAX];

	(void)state;
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	const char *name = strrchr(self, '/') + 1;

	assert_int_equal(helper_path(name, buf, sizeof(buf), NULL), SK_OK);
	assert_string_equal(buf, self);
	assert_int_equal(helper_path("soakd-no-such-helper", buf, sizeof(buf), &e), SK_ENOTFOUND);
	assert_non_null(strstr(e.msg, LIBEXECDIR));
	assert_non_null(strstr(e.msg, "soakd-no-such-helper"));
	assert_int_equal(helper_path(name, buf, 4, NULL), SK_ENOTFOUND);          /* no half of a path */
	assert_int_equal(helper_path(".", buf, sizeof(buf), NULL), SK_ENOTFOUND); /* a folder is no program */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),
		cmocka_unit_test(refuses),
		cmocka_unit_test(finds_helpers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
