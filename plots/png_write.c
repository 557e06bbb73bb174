/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunks: length, type, data, CRC. */
#include "plots/png_write.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "plots/png_text.h"
#include "plots/quantise.h"

/*
 * How a picture is written: the first that fits. FAST_LEVEL is zlib's highest that takes the first match it finds; with a longer search
 * (pack()) a full page is 5 to 8 % larger than at level 4, which looks for a better one behind each, and takes 4.7 ms instead of 7.1.
 * A sheet of 48 runs is 247 KiB at level 4 and 194 KiB at level 9, for 0.6 s. 48 colours are a tenth to a fifth smaller still, the
 * edges of letters a little coarser; 32 are what the worst sheet that was found needs.
 */
#define FAST_LEVEL 3
static const struct attempt {
	size_t colours;
	int level;
} attempts[] = { { 256, FAST_LEVEL }, { 256, 9 }, { 48, 9 }, { 32, 9 } };

#define ATTEMPTS (sizeof(attempts) / sizeof(*attempts))

enum { AROUND = 12 }; /* bytes of a chunk beside its data */

static void add_u32(struct text *out, uint32_t v)
{
	const char b[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v };

	text_addn(out, b, 4);
}

static void chunk(struct text *out, const char type[static 5], const void *data, size_t n)
{
	uLong crc = crc32(0, (const Bytef *)type, 4);

	if (n)
		crc = crc32(crc, data, (uInt)n);
	add_u32(out, (uint32_t)n);
	text_addn(out, type, 4);
	text_addn(out, data, n);
	add_u32(out, (uint32_t)crc);
}

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

static bool keyword_ok(const char *s)
{
	size_t n = strlen(s);

	if (n < 1 || n > 79 || s[0] == ' ' || s[n - 1] == ' ')
		return false;
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			return false;
	return true;
}

static enum sk_code text_chunk(struct text *out, const char *key, const char *value, struct sk_err *err)
{
	struct text data = TEXT_INIT;
	bool plain = is_ascii(value);

	if (!keyword_ok(key))
		return sk_fail(err, SK_EUSAGE, 0,
			       "\"%.80s\" is no keyword for a PNG: it must be 1 to 79 printable ASCII characters", key);
	text_addn(&data, key, strlen(key) + 1);
	if (!plain)
		text_addn(&data, "\0\0\0\0", 4); /* not compressed, method 0, no language, no translated keyword */
	text_add(&data, value);
	bool failed = data.failed;

	if (!failed)
		chunk(out, plain ? "tEXt" : "iTXt", text_str(&data), data.len);
	text_release(&data);
	return failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the picture") : SK_OK;
}

/* The filter of a row, and the row, without a copy of the picture. false: zlib has no memory. */
static bool pack_row(z_stream *z, const uint8_t *row, size_t width, bool last)
{
	static const Bytef no_filter = 0; /* as the standard advises for palettes */

	z->next_in = (Bytef *)(uintptr_t)&no_filter;
	z->avail_in = 1;
	if (deflate(z, Z_NO_FLUSH) != Z_OK)
		return false;
	z->next_in = (Bytef *)(uintptr_t)row;
	z->avail_in = (uInt)width;
	return deflate(z, last ? Z_FINISH : Z_NO_FLUSH) == (last ? Z_STREAM_END : Z_OK);
}

/* The whole picture packed, to be freed; NULL without memory. */
static Bytef *pack(const struct indexed *p, size_t width, size_t height, int level, size_t *n)
{
	z_stream z = { .next_in = NULL };

	if (deflateInit(&z, level) != Z_OK)
		return NULL;
	if (level == FAST_LEVEL)
		deflateTune(&z, 8, 16, 258, 32); /* 4, 6, 32, 32: most rows are a few long runs */
	size_t most = deflateBound(&z, (uLong)(height * (width + 1)));
	Bytef *packed = malloc(most);
	bool ok = packed != NULL;

	z.next_out = packed;
	z.avail_out = (uInt)most;
	for (size_t y = 0; ok && y < height; y++)
		ok = pack_row(&z, p->index + y * width, width, y + 1 == height);
	*n = z.total_out;
	deflateEnd(&z);
	if (!ok) {
		free(packed);
		packed = NULL;
	}
	return packed;
}

static void header(struct text *out, size_t width, size_t height)
{
	const uint32_t w = (uint32_t)width, h = (uint32_t)height;
	const unsigned char ihdr[13] = { (unsigned char)(w >> 24),
					 (unsigned char)(w >> 16),
					 (unsigned char)(w >> 8),
					 (unsigned char)w,
					 (unsigned char)(h >> 24),
					 (unsigned char)(h >> 16),
					 (unsigned char)(h >> 8),
					 (unsigned char)h,
					 8 /* bits */,
					 3 /* palette */,
					 0,
					 0,
					 0 };

	text_addn(out, "\211PNG\r\n\032\n", 8);
	chunk(out, "IHDR", ihdr, sizeof(ihdr));
	chunk(out, "sRGB", "\0", 1); /* perceptual: the colours are what the theme says */
}

static void palette(struct text *out, const struct indexed *p)
{
	unsigned char rgb[3 * 256];

	for (size_t i = 0; i < p->n_colours; i++) {
		rgb[3 * i] = (unsigned char)(p->palette[i] >> 16);
		rgb[3 * i + 1] = (unsigned char)(p->palette[i] >> 8);
		rgb[3 * i + 2] = (unsigned char)p->palette[i];
	}
	chunk(out, "PLTE", rgb, 3 * p->n_colours);
}

/* Pixels per metre: the only unit that the standard knows. */
static void density(struct text *out, double dpi)
{
	uint32_t ppm = (uint32_t)lround(dpi / 0.0254);
	const unsigned char phys[9] = { (unsigned char)(ppm >> 24), (unsigned char)(ppm >> 16), (unsigned char)(ppm >> 8),
					(unsigned char)ppm,         (unsigned char)(ppm >> 24), (unsigned char)(ppm >> 16),
					(unsigned char)(ppm >> 8),  (unsigned char)ppm,         1 };

	if (dpi > 0)
		chunk(out, "pHYs", phys, sizeof(phys));
}

/* Palette and picture. More than `most` bytes of both (0: any) are not written. */
static enum sk_code image(struct text *out, const struct png_pixels *px, const struct attempt *how, size_t most, bool *written,
			  struct sk_err *err)
{
	struct indexed p;
	size_t n = 0;
	enum sk_code rc = quantise(px->px, px->width, px->height, px->stride, how->colours, &p, err);

	if (rc != SK_OK)
		return rc;
	Bytef *packed = pack(&p, px->width, px->height, how->level, &n);

	*written = packed && (most == 0 || n + 3 * p.n_colours <= most);
	if (*written) {
		palette(out, &p);
		chunk(out, "IDAT", packed, n);
	}
	if (!packed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	free(packed);
	indexed_release(&p);
	return rc;
}

enum sk_code png_encode(struct text *out, const struct png_pixels *px, char *const *meta, size_t n_meta, struct sk_err *err)
{
	size_t begin = out->len;
	enum sk_code rc = SK_OK;
	bool written = false;

	header(out, px->width, px->height);
	density(out, px->dpi);
	for (size_t i = 0; rc == SK_OK && i < n_meta; i++)
		if (meta[2 * i] && meta[2 * i + 1])
			rc = text_chunk(out, meta[2 * i], meta[2 * i + 1], err);
	size_t around = out->len - begin + 3 * AROUND,
	       room = px->most_bytes > around ? px->most_bytes - around : px->most_bytes > 0;

	for (size_t i = 0; rc == SK_OK && !written && i < ATTEMPTS; i++)
		rc = image(out, px, &attempts[i], i + 1 < ATTEMPTS ? room : 0, &written, err);
	chunk(out, "IEND", NULL, 0);
	if (rc == SK_OK && out->failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	return rc;
}

enum sk_code png_seal(struct text *png, size_t begin, struct sk_err *err)
{
	char sums[PNG_SUMS];

	png_pixel_sums(png->s + begin, png->len - begin, sums);
	png->len -= AROUND; /* IEND, which is the last */
	enum sk_code rc = text_chunk(png, PNG_PIXELS, sums, err);

	chunk(png, "IEND", NULL, 0);
	return rc == SK_OK && png->failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the picture") : rc;
}
