/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer of PNGs wrote is read again; what is no PNG, is cut short, or is damaged is told of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/png_text.h"
#include "plots/png_write.h"

static char *word(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void small_png(struct text *png)
{
	const uint32_t px[2] = { 0xff0000, 0x00ff00 };
	char *meta[] = { word("soakd:run"), word("soak-1"), word("Title"), word("caf\303\251"),
			 word("soakd:run"), word("second"), word("empty"), word("") };

	assert_int_equal(png_encode(png, &(struct png_pixels){ px, 2, 1, 2, 96, 0 }, meta, 4, NULL), SK_OK);
}

static void what_was_written_is_read(void **state)
{
	struct text png = TEXT_INIT;
	struct png_texts t;

	(void)state;
	small_png(&png);
	text_addn(&png, "more", 4); /* behind the end: nobody's */
	assert_int_equal(png_texts_read(png.s, png.len, &t, NULL), SK_OK);
	assert_int_equal(t.n, 4);
	assert_string_equal(png_texts_get(&t, "soakd:run"), "soak-1");
	assert_string_equal(png_texts_get(&t, "Title"), "caf\303\251");
	assert_string_equal(png_texts_get(&t, "empty"), "");
	assert_null(png_texts_get(&t, "soakd:ru"));
	png_texts_release(&t);
	png_texts_release(&t);
	text_release(&png);
}

/* A seal says the sums of the chunks, which a reader finds again; another pixel has another sum. */
static void a_seal_is_of_these_pixels(void **state)
{
	const uint32_t px[2] = { 0xff0000, 0x0000ff };
	struct text png = TEXT_INIT, other = TEXT_INIT;
	struct png_texts t, u;
	size_t before;

	(void)state;
	text_addn(&png, "before", 6);
	small_png(&png);
	before = png.len;
	assert_int_equal(png_seal(&png, 6, NULL), SK_OK);
	assert_int_equal(png.len, before + PNG_SEAL);
	assert_int_equal(png_texts_read(png.s + 6, png.len - 6, &t, NULL), SK_OK);
	assert_int_equal(strlen(t.pixels), 4 * 8);
	assert_string_equal(png_texts_get(&t, PNG_PIXELS), t.pixels);
	assert_int_equal(png_encode(&other, &(struct png_pixels){ px, 2, 1, 2, 96, 0 }, NULL, 0, NULL), SK_OK);
	assert_int_equal(png_texts_read(other.s, other.len, &u, NULL), SK_OK);
	assert_string_not_equal(u.pixels, t.pixels);
	assert_memory_equal(u.pixels, t.pixels, 8); /* the same size */
	png_texts_release(&t);
	png_texts_release(&u);
	text_release(&png);
	text_release(&other);
}

static void cut_anywhere_it_is_refused(void **state)
{
	struct text png = TEXT_INIT;
	struct png_texts t;
	struct sk_err err;

	(void)state;
	small_png(&png);
	for (size_t n = 0; n < png.len; n++) {
		char *part = malloc(n + 1); /* a block of its own, so that a read behind it is found */

		assert_non_null(part);
		memcpy(part, png.s, n);
		assert_int_equal(png_texts_read(part, n, &t, &err), SK_EPARSE);
		assert_int_equal(t.n, 0);
		if (n >= 8)
			assert_non_null(strstr(err.msg, "the PNG is cut short at byte "));
		else
			assert_string_equal(err.msg, "this is no PNG");
		free(part);
	}
	text_release(&png);
}

static void a_changed_byte_is_found(void **state)
{
	struct text png = TEXT_INIT;
	struct png_texts t;

	(void)state;
	small_png(&png);
	for (size_t i = 0; i < png.len; i++) {
		png.s[i] ^= 1;
		assert_int_equal(png_texts_read(png.s, png.len, &t, NULL), SK_EPARSE);
		png.s[i] ^= 1;
	}
	text_release(&png);
}

static void only_so_many_are_kept(void **state)
{
	char *meta[2 * (PNG_TEXTS + 9)], *key[PNG_TEXTS + 9];
	struct text png = TEXT_INIT;
	struct png_texts t;
	const uint32_t px = 0;

	(void)state;
	for (size_t i = 0; i < PNG_TEXTS + 9; i++) {
		key[i] = malloc(16);
		assert_non_null(key[i]);
		snprintf(key[i], 16, "key %zu", i);
		meta[2 * i] = key[i];
		meta[2 * i + 1] = word("v");
	}
	assert_int_equal(png_encode(&png, &(struct png_pixels){ &px, 1, 1, 1, 0, 0 }, meta, PNG_TEXTS + 9, NULL), SK_OK);
	assert_int_equal(png_texts_read(png.s, png.len, &t, NULL), SK_OK);
	assert_int_equal(t.n, PNG_TEXTS);
	assert_non_null(png_texts_get(&t, "key 63"));
	assert_null(png_texts_get(&t, "key 64"));
	png_texts_release(&t);
	text_release(&png);
	for (size_t i = 0; i < PNG_TEXTS + 9; i++)
		free(key[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),   cmocka_unit_test(a_seal_is_of_these_pixels),
		cmocka_unit_test(cut_anywhere_it_is_refused), cmocka_unit_test(a_changed_byte_is_found),
		cmocka_unit_test(only_so_many_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
