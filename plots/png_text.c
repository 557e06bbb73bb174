/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunk by chunk; length, type, data, sum. */
#include "plots/png_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SIGNATURE = 8, AROUND = 12 /* bytes of a chunk beside its data */ };

/* CRC-32 with a table, as in the standard's appendix D. */
static void make_table(uint32_t table[static 256])
{
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] & 1 ? UINT32_C(0xedb88320) ^ table[i] >> 1 : table[i] >> 1;
	}
}

static uint32_t sum_of(const uint32_t *table, const unsigned char *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++)
		crc = table[(crc ^ p[i]) & 0xff] ^ crc >> 8;
	return ~crc;
}

static uint32_t u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A string of n bytes; with `ascii` what is beyond ASCII is "?". NULL without memory. */
static char *words(const unsigned char *p, size_t n, bool ascii)
{
	char *s = sk_calloc(n + 1, 1);

	for (size_t i = 0; s && i < n; i++)
		s[i] = (char)(ascii && p[i] > 0x7e ? '?' : p[i]);
	return s;
}

/* After the keyword, iTXt has: compressed?, method, language NUL, translated keyword NUL. NULL: compressed, or not whole. */
static const unsigned char *international(const unsigned char *p, const unsigned char *end)
{
	if (end - p < 2 || p[0] != 0)
		return NULL;
	p += 2;
	for (int i = 0; p && i < 2; i++) {
		p = p < end ? memchr(p, 0, (size_t)(end - p)) : NULL;
		p = p ? p + 1 : NULL;
	}
	return p;
}

/* One text chunk; what is no keyword and text is left out, as readers of PNG do with what they do not understand. */
static bool take(struct png_texts *t, const unsigned char *data, size_t n, bool utf8)
{
	const unsigned char *nul = n ? memchr(data, 0, n) : NULL, *end = data + n;
	const unsigned char *value = nul ? nul + 1 : NULL;

	if (utf8 && value)
		value = international(value, end);
	if (!value || t->n == PNG_TEXTS || end - value > PNG_TEXT_BYTES || memchr(value, 0, (size_t)(end - value)))
		return true;
	char *k = words(data, (size_t)(nul - data), true), *v = words(value, (size_t)(end - value), !utf8);

	if (!k || !v) {
		free(k);
		free(v);
		return false;
	}
	t->key[t->n] = k;
	t->value[t->n++] = v;
	return true;
}

static enum sk_code chunks(const unsigned char *p, size_t n, struct png_texts *out, struct sk_err *err)
{
	size_t at = SIGNATURE;
	uint32_t table[256];

	make_table(table);
	for (;;) {
		if (n - at < AROUND)
			return sk_fail(err, SK_EPARSE, 0, "the PNG is cut short at byte %zu", at);
		size_t size = u32(p + at);
		const unsigned char *type = p + at + 4;

		if (size > n - at - AROUND)
			return sk_fail(err, SK_EPARSE, 0, "the PNG is cut short at byte %zu", at);
		if (sum_of(table, type, size + 4) != u32(type + 4 + size))
			return sk_fail(err, SK_EPARSE, 0, "the PNG is damaged: the sum of the chunk at byte %zu is wrong", at);
		bool utf8 = memcmp(type, "iTXt", 4) == 0;

		if ((utf8 || memcmp(type, "tEXt", 4) == 0) && !take(out, type + 4, size, utf8))
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the words of the PNG");
		if (memcmp(type, "IEND", 4) == 0)
			return SK_OK;
		at += size + AROUND;
	}
}

/* What is seen, and the title, which says it in words. */
static bool is_sealed(const unsigned char *type, size_t size)
{
	static const char title[] = "Title"; /* with the NUL behind a keyword */

	if (memcmp(type, "IHDR", 4) == 0 || memcmp(type, "PLTE", 4) == 0 || memcmp(type, "IDAT", 4) == 0)
		return true;
	return (memcmp(type, "tEXt", 4) == 0 || memcmp(type, "iTXt", 4) == 0) && size >= sizeof(title) &&
	       memcmp(type + 4, title, sizeof(title)) == 0;
}

void png_pixel_sums(const void *png, size_t n, char sums[PNG_SUMS])
{
	const unsigned char *p = png;
	size_t at = SIGNATURE, used = 0;

	sums[0] = '\0';
	while (n >= AROUND && at <= n - AROUND && u32(p + at) <= n - at - AROUND && used + 9 <= PNG_SUMS) {
		const unsigned char *type = p + at + 4;
		size_t size = u32(p + at);

		if (is_sealed(type, size))
			used += (size_t)snprintf(sums + used, PNG_SUMS - used, "%08x", u32(type + 4 + size));
		at += size + AROUND;
	}
}

enum sk_code png_texts_read(const void *data, size_t n, struct png_texts *out, struct sk_err *err)
{
	*out = (struct png_texts){ .n = 0 };
	if (n < SIGNATURE || memcmp(data, "\211PNG\r\n\032\n", SIGNATURE) != 0)
		return sk_fail(err, SK_EPARSE, 0, "this is no PNG");
	enum sk_code rc = chunks(data, n, out, err);

	if (rc != SK_OK)
		png_texts_release(out);
	else
		png_pixel_sums(data, n, out->pixels);
	return rc;
}

void png_texts_release(struct png_texts *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->key[i]);
		free(t->value[i]);
	}
	t->n = 0;
}

const char *png_texts_get(const struct png_texts *t, const char *key)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->key[i], key) == 0)
			return t->value[i];
	return NULL;
}
