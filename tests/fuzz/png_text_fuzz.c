/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a PNG, and as the data of each kind of text chunk with a right sum, which chance does not find: no crash, and what is
 * accepted is strings within the limits.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"
#include "plots/png_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_u32(struct text *t, uint32_t v)
{
	const char b[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v };

	text_addn(t, b, 4);
}

static void add_chunk(struct text *t, const char *type, const uint8_t *data, size_t n)
{
	add_u32(t, (uint32_t)n);
	size_t from = t->len;

	text_addn(t, type, 4);
	text_addn(t, (const char *)data, n);
	add_u32(t, (uint32_t)crc32(0, (const Bytef *)t->s + from, (uInt)(n + 4)));
}

static void read_it(const void *data, size_t n, size_t most)
{
	struct png_texts t;
	struct sk_err err;

	if (png_texts_read(data, n, &t, &err) != SK_OK)
		return;
	assert(t.n <= most);
	for (size_t i = 0; i < t.n; i++) {
		assert(strlen(t.value[i]) <= PNG_TEXT_BYTES);
		assert(strcmp(png_texts_get(&t, t.key[i]), t.value[i]) == 0 || i > 0);
	}
	png_texts_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "tEXt", "iTXt" };

	read_it(data, size, PNG_TEXTS);
	for (size_t i = 0; i < 2; i++) {
		struct text t = TEXT_INIT;

		text_addn(&t, "\211PNG\r\n\032\n", 8);
		add_chunk(&t, types[i], data, size);
		add_chunk(&t, "IEND", data, 0);
		read_it(t.s, t.len, 1);
		text_release(&t);
	}
	return 0;
}
