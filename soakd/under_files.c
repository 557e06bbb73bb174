/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the files of massif, dhat and heaptrack end: a byte walk for each, in constant memory. */
#include "soakd/under_files.h"

#include <string.h>

/* ---- massif --------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "heap_tree=empty", or a node of one: "  n0: 1000 0x109173: leak_here (leak.c:6)". */
static bool ends_a_snapshot(const char *line, size_t n)
{
	size_t i = 0;

	if (n == 15 && memcmp(line, "heap_tree=empty", 15) == 0)
		return true;
	while (i < n && line[i] == ' ')
		i++;
	if (i == n || line[i++] != 'n' || i == n || !is_digit(line[i]))
		return false;
	while (i < n && is_digit(line[i]))
		i++;
	return i < n && line[i] == ':';
}

bool massif_is_whole(const char *head, size_t n_head, const char *tail, size_t n_tail)
{
	const char *line;

	if (n_head < 5 || memcmp(head, "desc:", 5) != 0 || n_tail < 2 || tail[n_tail - 1] != '\n')
		return false;
	line = memrchr(tail, '\n', n_tail - 1);
	line = line ? line + 1 : tail;
	return ends_a_snapshot(line, (size_t)(tail + n_tail - 1 - line));
}

/* ---- dhat ----------------------------------------------------------------------------------------------------------- */

static void dhat_byte(struct dhat_check *d, char c)
{
	if (d->in_string) {
		if (d->escaped)
			d->escaped = false;
		else if (c == '\\')
			d->escaped = true;
		else if (c == '"')
			d->in_string = false;
		return;
	}
	if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
		return;
	if (d->ended || (!d->begun && c != '{')) {
		d->bad = true;
		return;
	}
	d->begun = true;
	if (c == '"') {
		d->in_string = true;
	} else if (c == '{' || c == '[') {
		d->depth++;
	} else if (c == '}' || c == ']') {
		d->depth--;
		d->ended = d->depth == 0;
	}
}

void dhat_feed(struct dhat_check *d, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && !d->bad; i++) {
		if (d->n_head < sizeof(d->head))
			d->head[d->n_head++] = bytes[i];
		dhat_byte(d, bytes[i]);
	}
}

bool dhat_is_whole(const struct dhat_check *d)
{
	static const char first[] = "{\"dhatFileVersion\":";

	return d->ended && !d->bad && d->n_head >= sizeof(first) - 1 && memcmp(d->head, first, sizeof(first) - 1) == 0;
}

/* ---- heaptrack ------------------------------------------------------------------------------------------------------ */

static uint32_t little_endian(const uint8_t *b, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint32_t)b[i] << (8 * i);
	return v;
}

static void expect(struct pressed_check *z, enum pressed_state state, size_t want)
{
	z->state = state;
	z->have = 0;
	z->want = want;
}

/* The descriptor says how long the rest of the frame's header is: window, dictionary, size of the content. */
static void take_descriptor(struct pressed_check *z)
{
	static const uint8_t dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	uint8_t d = z->part[0];
	bool single = d & 0x20;

	z->checksum = d & 4;
	z->skip = (single ? 0u : 1u) + dictionary[d & 3] + (d >> 6 ? content[d >> 6] : single ? 1u : 0u);
	expect(z, PRESSED_BLOCK, 3);
}

static void take_block(struct pressed_check *z)
{
	uint32_t h = little_endian(z->part, 3), type = h >> 1 & 3;

	if (type == 3) {
		z->state = PRESSED_BAD;
		return;
	}
	z->skip = type == 1 ? 1 : h >> 3; /* a run of one byte is that byte */
	z->last_block = h & 1;
	if (z->last_block) {
		z->skip += z->checksum ? 4 : 0;
		z->frames++;
		expect(z, PRESSED_MAGIC, 4);
	} else {
		expect(z, PRESSED_BLOCK, 3);
	}
}

static void take_part(struct pressed_check *z)
{
	switch (z->state) {
	case PRESSED_MAGIC:
		if (little_endian(z->part, 4) == 0xfd2fb528u)
			expect(z, PRESSED_FRAME, 1);
		else
			z->state = z->at == 4 && z->part[0] == 0x1f && z->part[1] == 0x8b ? PRESSED_GZIP : PRESSED_BAD;
		break;
	case PRESSED_FRAME:
		take_descriptor(z);
		break;
	default:
		take_block(z);
	}
}

void pressed_feed(struct pressed_check *z, const uint8_t *bytes, size_t n)
{
	if (z->at == 0)
		expect(z, PRESSED_MAGIC, 4);
	for (size_t i = 0; i < n && z->state < PRESSED_GZIP;) {
		uint64_t over = z->skip < n - i ? z->skip : n - i;

		z->skip -= over;
		z->at += over;
		i += over;
		if (i == n)
			return;
		z->part[z->have++] = bytes[i++];
		z->at++;
		if (z->have == z->want)
			take_part(z);
	}
	if (z->state == PRESSED_GZIP)
		z->at += n;
}

/* At the end of a frame, with nothing left to skip. 18 bytes are the frame of an empty gzip. */
bool pressed_is_whole(const struct pressed_check *z)
{
	if (z->state == PRESSED_GZIP)
		return z->at >= 18;
	return z->state == PRESSED_MAGIC && z->frames > 0 && z->have == 0 && z->skip == 0;
}
