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

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
		assert_int_equal(picture_make(&s, PICTURE_PNG, &a, &err), SK_OK);
		assert_int_equal(picture_make(&s, PICTURE_PNG, &b, &err), SK_OK);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.s, b.s, a.len);
		assert_true(a.len < 200 * 1024);
		if (dir) {
			char path[512];
			json_t *j = scene_to_json(&s);

			snprintf(path, sizeof(path), "%s/%s.png", dir, demos[i].name);
			assert_int_equal(picture_write(&s, path, NULL, &err), SK_OK);
			snprintf(path, sizeof(path), "%s/%s.json", dir, demos[i].name);
			assert_int_equal(json_write_file(path, j, &err), SK_OK);
			json_decref(j);
		}
		text_release(&a);
		text_release(&b);
		scene_release(&s);
	}
}

static void pages_of_lines_are_the_same_bytes_each_time(void **state)
{
	static const enum picture_form forms[] = { PICTURE_SVG, PICTURE_PDF };

	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		for (size_t k = 0; k < 2; k++) {
			struct text a = TEXT_INIT, b = TEXT_INIT;
			struct sk_err err;
			struct scene s;

			demos[i].make(&s);
			assert_int_equal(picture_make(&s, forms[k], &a, &err), SK_OK);
			assert_int_equal(picture_make(&s, forms[k], &b, &err), SK_OK);
			assert_int_equal(a.len, b.len);
			assert_memory_equal(a.s, b.s, a.len);
			assert_int_equal(strncmp(text_str(&a), k ? "%PDF-1." : "<?xml ", 6), 0);
			text_release(&a);
			text_release(&b);
			scene_release(&s);
		}
	}
}

static char *copy(const char *s)
{
	char *c = demo_alloc(strlen(s) + 1, 1);

	return strcpy(c, s);
}

static void an_svg_says_what_it_shows(void **state)
{
	struct text svg = TEXT_INIT;
	struct sk_err err;
	struct scene s;

	(void)state;
	demo_one_sample(&s);
	free(s.verdict);
	free(s.headline);
	free(s.why);
	s.verdict = copy("LEAK");
	s.headline = copy("a<b & \"c\"");
	s.why = copy("tab\there, bell\a, \357\277\276\357\277\277, \377"); /* U+FFFE, U+FFFF, no UTF-8 */
	for (size_t i = 0; i < 2 * s.n_meta; i++)
		free(s.meta[i]);
	free(s.meta);
	s.meta = demo_alloc(2, sizeof(*s.meta));
	s.n_meta = 1;
	s.meta[0] = copy("soakd:run");
	s.meta[1] = copy("soak-1>2");
	assert_int_equal(picture_make(&s, PICTURE_SVG, &svg, &err), SK_OK);
	assert_non_null(strstr(text_str(&svg),
			       "viewBox=\"0 0 1600 1200\" version=\"1.1\">\n"
			       "<title>LEAK: a&lt;b &amp; &quot;c&quot;</title>\n"
			       "<desc>tab here, bell ,   , ?</desc>\n"
			       "<metadata>\n<pair xmlns=\"\" key=\"soakd:run\">soak-1&gt;2</pair>\n</metadata>\n"));
	assert_null(strstr(text_str(&svg), "surface"));
	assert_non_null(strstr(text_str(&svg), "<g id=\"page\">"));
	text_release(&svg);
	scene_release(&s);
}

/* Of a name beside the verdict there is so much that two which begin alike are told apart, or nothing. */
static void no_stump_of_a_name_is_beside_a_long_verdict(void **state)
{
	static const char *const heads[] = { "", "postgres/session-chain", "postgres/session-churn" };
	size_t with = 0, without = 0;

	(void)state;
	for (size_t n = 26; n <= 48; n += 2) {
		struct text page[3] = { TEXT_INIT, TEXT_INIT, TEXT_INIT };

		for (size_t k = 0; k < 3; k++) {
			char verdict[49] = "";
			struct sk_err err;
			struct scene s;

			demo_page(&s);
			memset(verdict, 'a', n);
			free(s.verdict);
			free(s.headline);
			s.verdict = copy(verdict);
			s.headline = copy(heads[k]);
			assert_int_equal(picture_make(&s, PICTURE_PNG, &page[k], &err), SK_OK);
			scene_release(&s);
		}
		bool shown = page[0].len != page[1].len || memcmp(page[0].s, page[1].s, page[0].len) != 0;
		bool told = page[1].len != page[2].len || memcmp(page[1].s, page[2].s, page[1].len) != 0;

		assert_int_equal(shown, told);
		with += shown;
		without += !shown;
		for (size_t k = 0; k < 3; k++)
			text_release(&page[k]);
	}
	assert_true(with > 0 && without > 0);
}

static void a_pdf_has_no_date(void **state)
{
	struct text pdf = TEXT_INIT;
	struct sk_err err;
	struct scene s;

	(void)state;
	demo_leak(&s);
	assert_int_equal(picture_make(&s, PICTURE_PDF, &pdf, &err), SK_OK);
	assert_non_null(memmem(pdf.s, pdf.len, "/Title", 6));
	assert_non_null(memmem(pdf.s, pdf.len, "/Keywords", 9));
	assert_null(memmem(pdf.s, pdf.len, "CreationDate", 12));
	assert_null(memmem(pdf.s, pdf.len, "ModDate", 7));
	text_release(&pdf);
	scene_release(&s);
}

static uint32_t u32_at(const struct text *t, size_t at)
{
	const unsigned char *b = (const unsigned char *)t->s + at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void density_is_more_pixels_of_the_same_page(void **state)
{
	struct text png = TEXT_INIT;
	struct sk_err err;
	struct scene s;

	(void)state;
	demo_one_sample(&s);
	s.dpi = 192;
	assert_int_equal(picture_make(&s, PICTURE_PNG, &png, &err), SK_OK);
	assert_int_equal(u32_at(&png, 16), 3200); /* IHDR: width, height */
	assert_int_equal(u32_at(&png, 20), 2400);
	text_release(&png);
	s.dpi = 1200;
	assert_int_equal(picture_make(&s, PICTURE_PNG, &png, &err), SK_EUSAGE);
	assert_string_equal(err.msg, "a picture of 20000 x 15000 pixels is too large: take a smaller size or density");
	s.dpi = -1;
	assert_int_equal(picture_make(&s, PICTURE_PNG, &png, &err), SK_EUSAGE);
	s.dpi = 1e15;
	assert_int_equal(picture_make(&s, PICTURE_PNG, &png, &err), SK_EUSAGE);
	assert_int_equal(png.len, 0);
	scene_release(&s);
}

static void the_ending_says_the_form(void **state)
{
	enum picture_form f;
	struct sk_err err;
	struct scene s;

	(void)state;
	assert_true(picture_form_of("a.b/c.png", &f) && f == PICTURE_PNG);
	assert_true(picture_form_of("c.x.svg", &f) && f == PICTURE_SVG);
	assert_true(picture_form_of("/c.pdf", &f) && f == PICTURE_PDF);
	assert_false(picture_form_of("a.png/c", &f));
	assert_false(picture_form_of("c.PNG", &f));
	assert_false(picture_form_of("png", &f));
	demo_one_sample(&s);
	assert_int_equal(picture_write(&s, "/tmp/x.jpeg", NULL, &err), SK_EUSAGE);
	assert_string_equal(err.msg, "/tmp/x.jpeg: the ending says the form of a picture: .png, .svg or .pdf");
	scene_release(&s);
}

static void a_path_that_cannot_be_written_is_said(void **state)
{
	struct sk_err err = { .code = SK_OK };
	struct scene s;

	(void)state;
	demo_one_sample(&s);
	assert_int_equal(picture_write(&s, "/nonexistent/dir/x.png", NULL, &err), SK_EWRITE);
	assert_non_null(strstr(err.msg, "/nonexistent/dir/x.png"));
	scene_release(&s);
}

/* What fontconfig keeps for the next picture is no leak of ours. The leak checker asks this, where the build has one. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

/* What the page says of characters that no font has the caller hears as well. */
static void what_is_lacking_is_noted(void **state)
{
	struct text note = TEXT_INIT;
	char path[] = "/tmp/soakd-picture-XXXXXX.png";
	struct sk_err err;
	struct scene s;
	int fd = mkstemps(path, 4);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	demos[0].make(&s);
	assert_int_equal(picture_write(&s, path, &note, &err), SK_OK);
	assert_int_equal(note.len, 0);
	free(s.headline);
	s.headline = strdup("a \362\240\200\200 b"); /* U+A0000, in a plane without any */
	assert_int_equal(picture_write(&s, path, &note, &err), SK_OK);
	assert_string_equal(text_str(&note),
			    "? stands for characters that no installed font has, the first U+A0000: install fonts-noto-core");
	text_release(&note);
	scene_release(&s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_demo_becomes_a_small_page),
		cmocka_unit_test(pages_of_lines_are_the_same_bytes_each_time),
		cmocka_unit_test(an_svg_says_what_it_shows),
		cmocka_unit_test(no_stump_of_a_name_is_beside_a_long_verdict),
		cmocka_unit_test(a_pdf_has_no_date),
		cmocka_unit_test(density_is_more_pixels_of_the_same_page),
		cmocka_unit_test(the_ending_says_the_form),
		cmocka_unit_test(a_path_that_cannot_be_written_is_said),
		cmocka_unit_test(what_is_lacking_is_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
