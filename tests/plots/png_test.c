/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PNG by its standard: signature, chunks, CRC, text; and decoded again by Cairo's own reader (libpng). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "plots/png_write.h"
#include "plots/quantise.h"

static uint32_t u32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* The types of all chunks, in order; every length fits and every CRC is right. */
static void chunk_types(const struct text *png, char *out, size_t n)
{
	size_t at = 8, len = 0;

	assert_memory_equal(png->s, "\211PNG\r\n\032\n", 8);
	while (at < png->len) {
		uint32_t size = u32(png->s + at);

		assert_true(at + 12 + size <= png->len);
		uLong crc = crc32(0, (const Bytef *)png->s + at + 4, size + 4);

		assert_int_equal(crc, u32(png->s + at + 8 + size));
		len += (size_t)snprintf(out + len, n - len, "%.4s ", png->s + at + 4);
		at += 12 + size;
	}
	assert_int_equal(at, png->len);
}

static const char *find_chunk(const struct text *png, const char *type, uint32_t *size)
{
	for (size_t at = 8; at < png->len; at += 12 + u32(png->s + at)) {
		*size = u32(png->s + at);
		if (memcmp(png->s + at + 4, type, 4) == 0)
			return png->s + at + 8;
	}
	return NULL;
}

struct source {
	const struct text *png;
	size_t at;
};

static cairo_status_t feed(void *closure, unsigned char *data, unsigned int n)
{
	struct source *s = closure;

	if (s->at + n > s->png->len)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, s->png->s + s->at, n);
	s->at += n;
	return CAIRO_STATUS_SUCCESS;
}

static void assert_decodes_to(const struct text *png, const uint32_t *px, int w, int h, int stride, unsigned int tolerance)
{
	struct source src = { png, 0 };
	cairo_surface_t *s = cairo_image_surface_create_from_png_stream(feed, &src);

	assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
	assert_int_equal(cairo_image_surface_get_width(s), w);
	assert_int_equal(cairo_image_surface_get_height(s), h);
	for (int y = 0; y < h; y++) {
		const uint32_t *row =
			(const uint32_t *)(const void *)(cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s));

		for (int x = 0; x < w; x++)
			for (int shift = 0; shift < 24; shift += 8) {
				int a = (int)(row[x] >> shift & 255), b = (int)(px[y * stride + x] >> shift & 255);

				assert_in_range(a - b + 255, 255 - tolerance, 255 + tolerance);
			}
	}
	cairo_surface_destroy(s);
}

static void chunks_in_order_with_right_sums(void **state)
{
	const uint32_t px[2][4] = { { 0xff0000, 0x00ff00, 0x0000ff, 0xdead }, { 0xffffff, 0xff000000, 0x112233, 0xdead } };
	char *meta[] = { (char *)(uintptr_t) "Software",
			 (char *)(uintptr_t) "soakd",
			 (char *)(uintptr_t) "soakd:target",
			 (char *)(uintptr_t) "caf\303\251",
			 NULL,
			 (char *)(uintptr_t) "left out" };
	struct text png = TEXT_INIT;
	char types[128];
	uint32_t size;

	(void)state;
	assert_int_equal(png_encode(&png, &(struct png_pixels){ px[0], 3, 2, 4, 96, 0 }, meta, 3, NULL), SK_OK);
	chunk_types(&png, types, sizeof(types));
	assert_string_equal(types, "IHDR sRGB pHYs tEXt iTXt PLTE IDAT IEND ");
	assert_memory_equal(find_chunk(&png, "IHDR", &size), "\0\0\0\3\0\0\0\2\10\3\0\0\0", 13);
	assert_memory_equal(find_chunk(&png, "pHYs", &size), "\0\0\16\304\0\0\16\304\1", 9); /* 3780 a metre */
	assert_memory_equal(find_chunk(&png, "tEXt", &size), "Software\0soakd", 14);
	assert_int_equal(size, 14);
	assert_memory_equal(find_chunk(&png, "iTXt", &size), "soakd:target\0\0\0\0\0caf\303\251", 22);
	assert_int_equal(size, 22);
	find_chunk(&png, "PLTE", &size);
	assert_int_equal(size, 3 * 6); /* six colours: black is black whatever its fourth byte says */
	assert_decodes_to(&png, px[0], 3, 2, 4, 0);
	text_release(&png);
}

static void bad_keywords_are_refused(void **state)
{
	static const char *const bad[] = {
		"",     " x",
		"x ",   "caf\303\251",
		"a\nb", "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
	};
	const uint32_t px = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *meta[] = { (char *)(uintptr_t)bad[i], (char *)(uintptr_t) "v" };
		struct text png = TEXT_INIT;
		struct sk_err err = { .code = SK_OK };

		assert_int_equal(png_encode(&png, &(struct png_pixels){ &px, 1, 1, 1, 0, 0 }, meta, 1, &err), SK_EUSAGE);
		assert_non_null(strstr(err.msg, "no keyword for a PNG"));
		text_release(&png);
	}
}

enum { W = 64, H = 64 };

static void up_to_256_colours_are_exact(void **state)
{
	static uint32_t px[W * H];
	struct text png = TEXT_INIT;
	struct indexed p;

	(void)state;
	for (uint32_t i = 0; i < W * H; i++)
		px[i] = (i % 256) * 0x010203 & 0xffffff;
	assert_int_equal(quantise(px, W, H, W, 256, &p, NULL), SK_OK);
	assert_int_equal(p.n_colours, 256);
	indexed_release(&p);
	assert_int_equal(png_encode(&png, &(struct png_pixels){ px, W, H, W, 0, 0 }, NULL, 0, NULL), SK_OK);
	assert_decodes_to(&png, px, W, H, W, 0);
	text_release(&png);
}

static void many_colours_stay_near_and_common_ones_exact(void **state)
{
	static uint32_t px[W * H];
	struct text png = TEXT_INIT, again = TEXT_INIT;
	struct indexed p;

	(void)state;
	for (uint32_t i = 0; i < W * H; i++) /* half flat, half a plane of 2048 colours */
		px[i] = i % 2 ? 0x0072b2 : (i / 2 % 64) << 18 | (i / 128) << 11 | 0x40;
	assert_int_equal(quantise(px, W, H, W, 256, &p, NULL), SK_OK);
	assert_int_equal(p.n_colours, 256);
	for (size_t i = 1; i < W * H; i += 2)
		assert_int_equal(p.palette[p.index[i]], 0x0072b2);
	indexed_release(&p);
	assert_int_equal(png_encode(&png, &(struct png_pixels){ px, W, H, W, 0, 0 }, NULL, 0, NULL), SK_OK);
	assert_decodes_to(&png, px, W, H, W, 24); /* 128 boxes over 64 x 32 colours 4 and 8 apart */
	assert_int_equal(png_encode(&again, &(struct png_pixels){ px, W, H, W, 0, 0 }, NULL, 0, NULL), SK_OK);
	assert_int_equal(png.len, again.len);
	assert_memory_equal(png.s, again.s, png.len);
	text_release(&png);
	text_release(&again);
}

/* Rows of letters' edges: 256 tones that few palettes hold, in a pattern that packs better the harder it is tried. */
static void many_tones(uint32_t *px)
{
	uint32_t x = 12345;

	for (uint32_t i = 0; i < W * H; i++) {
		if (i % 7 == 0)
			x = x * 1664525 + 1013904223;
		px[i] = i % 5 ? (x >> 24) * 0x010101 & 0xffffff : 0xffffff;
	}
}

static size_t encoded(const uint32_t *px, size_t most, uint32_t *colours, struct text *png)
{
	text_reset(png);
	assert_int_equal(png_encode(png, &(struct png_pixels){ px, W, H, W, 0, most }, NULL, 0, NULL), SK_OK);
	assert_non_null(find_chunk(png, "PLTE", colours));
	*colours /= 3;
	return png->len;
}

/* The size that is asked for decides how it is written: as it is, packed harder, with fewer colours; never not at all. */
static void what_is_too_large_is_packed_harder_then_has_fewer_colours(void **state)
{
	static uint32_t px[W * H];
	struct text png = TEXT_INIT;
	struct indexed p;
	uint32_t colours;

	(void)state;
	many_tones(px);
	for (size_t i = 0; i < W; i++) /* a small flat area keeps its colour among few */
		px[i] = 0xe69f00;
	size_t any = encoded(px, 0, &colours, &png);

	assert_true(colours > 200);
	assert_int_equal(encoded(px, any, &colours, &png), any); /* it fits exactly */
	size_t harder = encoded(px, any - 1, &colours, &png);

	assert_true(harder < any && colours > 200);
	assert_decodes_to(&png, px, W, H, W, 0); /* nothing is lost */
	assert_int_equal(encoded(px, harder, &colours, &png), harder);
	size_t few = encoded(px, harder - 1, &colours, &png);

	assert_true(few < harder);
	assert_int_equal(colours, 48);
	assert_decodes_to(&png, px, W, H, W, 16);
	assert_int_equal(quantise(px, W, H, W, 48, &p, NULL), SK_OK);
	for (size_t i = 0; i < W; i++)
		assert_int_equal(p.palette[p.index[i]], 0xe69f00);
	indexed_release(&p);
	size_t fewest = encoded(px, few - 1, &colours, &png);

	assert_true(fewest < few);
	for (size_t most = 1; most < 200; most += 66) { /* nothing can be so small */
		assert_int_equal(encoded(px, most, &colours, &png), fewest);
		assert_int_equal(colours, 32);
	}
	text_release(&png);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_in_order_with_right_sums),
		cmocka_unit_test(bad_keywords_are_refused),
		cmocka_unit_test(up_to_256_colours_are_exact),
		cmocka_unit_test(many_colours_stay_near_and_common_ones_exact),
		cmocka_unit_test(what_is_too_large_is_packed_harder_then_has_fewer_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
