/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's habits with memory, from a /proc and a /sys of our own, and from none. */
#include "soakd/host_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "tests/check.h"

static void the_word_in_brackets(void **state)
{
	char word[8];

	(void)state;
	chosen_word("always [madvise] never", word, sizeof(word));
	assert_string_equal(word, "madvise");
	chosen_word("[never]", word, sizeof(word));
	assert_string_equal(word, "never");
	chosen_word("always [muchlonger] never", word, sizeof(word));
	assert_string_equal(word, "");
	chosen_word("always ]madvise[", word, sizeof(word));
	assert_string_equal(word, "");
	chosen_word("", word, sizeof(word));
	assert_string_equal(word, "");
}

static void put(const char *dir, const char *file, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void what_the_kernel_says(void **state)
{
	static const char *const folders[] = {
		"proc", "proc/sys", "proc/sys/vm", "sys", "sys/kernel", "sys/kernel/mm", "sys/kernel/mm/transparent_hugepage"
	};
	static const char *const files[] = { "proc/sys/vm/overcommit_memory", "proc/sys/vm/swappiness",
					     "sys/kernel/mm/transparent_hugepage/enabled" };
	char dir[] = "/tmp/host_json_test_XXXXXX", path[200];
	json_t *j;

	(void)state;
	assert_non_null(mkdtemp(dir));
	j = host_json(dir);
	assert_null(json_object_get(j, "thp")); /* unknown is not "never", and not 0 */
	assert_null(json_object_get(j, "overcommit"));
	assert_true(json_get_num(j, "memory_kb", 0) > 0);
	assert_true(json_get_num(j, "swap_kb", -1) >= 0);
	json_decref(j);
	for (size_t i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(dir, files[0], "2\n");
	put(dir, files[1], "sixty\n");
	put(dir, files[2], "[always] madvise never\n");
	j = host_json(dir);
	assert_string_equal(json_get_str(j, "thp", ""), "always");
	assert_true(json_get_num(j, "overcommit", -1) == 2);
	assert_null(json_object_get(j, "swappiness"));
	json_decref(j);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	for (size_t i = 7; i-- > 0;) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		assert_int_equal(rmdir(path), 0);
	}
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_in_brackets),
		cmocka_unit_test(what_the_kernel_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
