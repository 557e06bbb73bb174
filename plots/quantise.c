/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting colours in a hash table, median cut (Heckbert, SIGGRAPH 1982) over what does not fit.
 * A page is mostly runs of one colour, so each pass looks at a pixel's left neighbour first.
 */
#include "plots/quantise.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { EXACT = 128, PALETTE = 256 };

struct colour {
	uint32_t rgb;
	uint32_t entry; /* in the palette, once decided */
	uint64_t count;
};

/* Open addressing: slot 0 = empty, else index in `c` plus 1. */
struct census {
	struct colour *c;
	size_t n, cap;
	uint32_t *slot;
	size_t slots; /* a power of two */
};

static size_t probe(const struct census *s, uint32_t rgb)
{
	size_t i = (rgb * UINT32_C(2654435761) >> 8) & (s->slots - 1); /* Knuth's multiplicative hash */

	while (s->slot[i] && s->c[s->slot[i] - 1].rgb != rgb)
		i = (i + 1) & (s->slots - 1);
	return i;
}

static bool grow(struct census *s)
{
	size_t slots = s->slots ? 2 * s->slots : 16384;
	uint32_t *slot = sk_calloc(slots, sizeof(*slot));

	if (!slot)
		return false;
	free(s->slot);
	s->slot = slot;
	s->slots = slots;
	for (size_t k = 0; k < s->n; k++)
		s->slot[probe(s, s->c[k].rgb)] = (uint32_t)k + 1;
	return true;
}

static struct colour *seen(struct census *s, uint32_t rgb)
{
	if (2 * s->n >= s->slots && !grow(s))
		return NULL;
	size_t i = probe(s, rgb);

	if (!s->slot[i]) {
		if (sk_grow((void **)&s->c, &s->cap, s->n + 1, sizeof(*s->c)) != 0)
			return NULL;
		s->c[s->n] = (struct colour){ .rgb = rgb };
		s->slot[i] = (uint32_t)++s->n;
	}
	return &s->c[s->slot[i] - 1];
}

/* The end of the run of one colour that begins at x. */
static size_t run_end(const uint32_t *row, size_t x, size_t width)
{
	uint32_t rgb = row[x] & 0xffffff;

	while (x < width && (row[x] & 0xffffff) == rgb)
		x++;
	return x;
}

static bool take_census(struct census *s, const uint32_t *px, size_t width, size_t height, size_t stride)
{
	for (size_t y = 0; y < height; y++) {
		const uint32_t *row = px + y * stride;

		for (size_t x = 0, end; x < width; x = end) {
			struct colour *c = seen(s, row[x] & 0xffffff);

			if (!c)
				return false;
			end = run_end(row, x, width);
			c->count += end - x;
		}
	}
	return true;
}

/* Ties go by colour, so that the order never depends on where a pixel was met. */
static int by_count(const void *a, const void *b)
{
	const struct colour *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->rgb < y->rgb ? -1 : x->rgb > y->rgb;
}

static unsigned int channel(uint32_t rgb, int ch)
{
	return rgb >> (16 - 8 * ch) & 0xff;
}

/* One comparison for each channel, since qsort takes no argument. */
static int by_channel(const struct colour *x, const struct colour *y, int ch)
{
	unsigned int a = channel(x->rgb, ch), b = channel(y->rgb, ch);

	if (a != b)
		return a < b ? -1 : 1;
	return x->rgb < y->rgb ? -1 : x->rgb > y->rgb;
}

static int by_red(const void *a, const void *b)
{
	return by_channel(a, b, 0);
}

static int by_green(const void *a, const void *b)
{
	return by_channel(a, b, 1);
}

static int by_blue(const void *a, const void *b)
{
	return by_channel(a, b, 2);
}

struct box {
	struct colour *c;
	size_t n;
	int ch;          /* the channel that spreads most */
	uint64_t weight; /* that spread times its pixels: what cutting here gains */
};

static struct box box_of(struct colour *c, size_t n)
{
	struct box b = { c, n, 0, 0 };
	uint64_t pixels = 0, spread = 0;

	for (size_t i = 0; i < n; i++)
		pixels += c[i].count;
	for (int ch = 0; ch < 3; ch++) {
		unsigned int lo = 255, hi = 0;

		for (size_t i = 0; i < n; i++) {
			unsigned int v = channel(c[i].rgb, ch);

			lo = v < lo ? v : lo;
			hi = v > hi ? v : hi;
		}
		if (hi > lo && hi - lo > spread) {
			spread = hi - lo;
			b.ch = ch;
		}
	}
	b.weight = n > 1 ? spread * spread * pixels : 0;
	return b;
}

/* Halves the pixels of *b, along its widest channel; the upper part goes to *other. Both keep one colour at least. */
static void cut(struct box *b, struct box *other)
{
	static int (*const by[3])(const void *, const void *) = { by_red, by_green, by_blue };
	uint64_t pixels = 0, half = 0;
	size_t k = 0;

	qsort(b->c, b->n, sizeof(*b->c), by[b->ch]);
	for (size_t i = 0; i < b->n; i++)
		pixels += b->c[i].count;
	do
		half += b->c[k++].count;
	while (k < b->n - 1 && 2 * half < pixels);
	*other = box_of(b->c + k, b->n - k);
	*b = box_of(b->c, k);
}

static uint32_t mean_colour(const struct box *b)
{
	uint64_t sum[3] = { 0, 0, 0 }, pixels = 0;
	uint32_t rgb = 0;

	for (size_t i = 0; i < b->n; i++) {
		pixels += b->c[i].count;
		for (int ch = 0; ch < 3; ch++)
			sum[ch] += b->c[i].count * channel(b->c[i].rgb, ch);
	}
	for (int ch = 0; ch < 3; ch++)
		rgb = rgb << 8 | (uint32_t)((sum[ch] + pixels / 2) / pixels);
	return rgb;
}

static size_t median_cut(struct colour *c, size_t n, uint32_t *palette, size_t most, uint32_t first)
{
	struct box box[PALETTE];
	size_t boxes = 1;

	box[0] = box_of(c, n);
	while (boxes < most) {
		size_t best = 0;

		for (size_t i = 1; i < boxes; i++)
			if (box[i].weight > box[best].weight)
				best = i;
		if (box[best].weight == 0)
			break;
		cut(&box[best], &box[boxes]);
		boxes++;
	}
	for (size_t i = 0; i < boxes; i++) {
		palette[i] = mean_colour(&box[i]);
		for (size_t k = 0; k < box[i].n; k++)
			box[i].c[k].entry = first + (uint32_t)i;
	}
	return boxes;
}

static bool reindex(struct census *s)
{
	s->slots /= 2; /* grow() doubles it back and fills it anew */
	return grow(s);
}

static void write_indices(const struct census *s, const uint32_t *px, size_t width, size_t height, size_t stride, uint8_t *out)
{
	for (size_t y = 0; y < height; y++) {
		const uint32_t *row = px + y * stride;

		for (size_t x = 0, end; x < width; x = end) {
			end = run_end(row, x, width);
			memset(out + y * width + x, (int)s->c[s->slot[probe(s, row[x] & 0xffffff)] - 1].entry, end - x);
		}
	}
}

enum sk_code quantise(const uint32_t *px, size_t width, size_t height, size_t stride, struct indexed *out, struct sk_err *err)
{
	struct census s = { NULL, 0, 0, NULL, 0 };
	enum sk_code rc = SK_ENOMEM;

	*out = (struct indexed){ .index = sk_calloc(width * height, 1) };
	if (!out->index || !take_census(&s, px, width, height, stride))
		goto done;
	qsort(s.c, s.n, sizeof(*s.c), by_count);
	size_t exact = s.n <= PALETTE ? s.n : EXACT;

	for (size_t i = 0; i < exact; i++) {
		s.c[i].entry = (uint32_t)i;
		out->palette[i] = s.c[i].rgb;
	}
	out->n_colours = exact;
	if (s.n > exact)
		out->n_colours += median_cut(s.c + exact, s.n - exact, out->palette + exact, PALETTE - exact, (uint32_t)exact);
	if (!reindex(&s))
		goto done;
	write_indices(&s, px, width, height, stride, out->index);
	rc = SK_OK;
done:
	free(s.c);
	free(s.slot);
	if (rc != SK_OK) {
		indexed_release(out);
		return sk_fail(err, rc, 0, "no memory for the picture");
	}
	return SK_OK;
}

void indexed_release(struct indexed *p)
{
	free(p->index);
	memset(p, 0, sizeof(*p));
}
