/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole pages. The text of a page differs with the fonts of a machine, so what is asserted is what does not: the size, the
 * determinism, that no shape of data fails. To look at the pages: SOAKD_PICTURES=DIR picture_test
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "plots/picture.h"
#include "tests/plots/demo_scenes.h"

static void every_demo_becomes_a_small_page(void **state)
{
	const char *dir = getenv("SOAKD_PICTURES");

	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct text a = TEXT_INIT, b = TEXT_INIT;
		struct sk_err err;
		struct scene s;

		demos[i].make(&s);
		assert_int_equal(picture_png(&s, &a, &err), SK_OK);
		assert_int_equal(picture_png(&s, &b, &err), SK_OK);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.s, b.s, a.len);
		assert_true(a.len < 200 * 1024);
		if (dir) {
			char path[512];
			json_t *j = scene_to_json(&s);

			snprintf(path, sizeof(path), "%s/%s.png", dir, demos[i].name);
			assert_int_equal(picture_write(&s, path, &err), SK_OK);
			snprintf(path, sizeof(path), "%s/%s.json", dir, demos[i].name);
			assert_int_equal(json_write_file(path, j, &err), SK_OK);
			json_decref(j);
		}
		text_release(&a);
		text_release(&b);
		scene_release(&s);
	}
}

static void a_path_that_cannot_be_written_is_said(void **state)
{
	struct sk_err err = { .code = SK_OK };
	struct scene s;

	(void)state;
	demo_one_sample(&s);
	assert_int_equal(picture_write(&s, "/nonexistent/dir/x.png", &err), SK_EIO);
	assert_non_null(strstr(err.msg, "/nonexistent/dir/x.png"));
	scene_release(&s);
}

/* What fontconfig keeps for the next picture is no leak of ours. The leak checker asks this, where the build has one. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_demo_becomes_a_small_page),
		cmocka_unit_test(a_path_that_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
