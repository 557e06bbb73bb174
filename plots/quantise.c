/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting colours in a hash table, median cut (Heckbert, SIGGRAPH 1982) over what does not fit.
 * A page is mostly runs of one colour: what is counted is runs, and these are kept, so that the pixels are looked at once.
 */
#include "plots/quantise.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { PALETTE = 256 };

struct colour {
	uint32_t rgb;
	uint32_t entry; /* in the palette, once decided */
	uint32_t seen;  /* as the how many-th colour of the picture */
	uint64_t count;
};

struct run {
	uint32_t colour; /* index in the census */
	uint32_t length;
};

/* Open addressing: slot 0 = empty, else index in `c` plus 1. */
struct census {
	struct colour *c;
	size_t n, cap;
	uint32_t *slot;
	size_t slots;    /* a power of two */
	struct run *run; /* the rows after one another; none crosses the end of a row */
	size_t n_runs, run_cap;
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

/* The end of the run of one colour that begins at x: two pixels at a time, for most runs are long. */
static size_t run_end(const uint32_t *row, size_t x, size_t width)
{
	const uint64_t both = UINT64_C(0x00ffffff00ffffff);
	uint32_t rgb = row[x] & 0xffffff;
	uint64_t wanted = (uint64_t)rgb << 32 | rgb, pair;

	for (; x + 2 <= width; x += 2) {
		memcpy(&pair, row + x, sizeof(pair));
		if ((pair & both) != wanted)
			break;
	}
	while (x < width && (row[x] & 0xffffff) == rgb)
		x++;
	return x;
}

static bool count_row(struct census *s, const uint32_t *row, size_t width)
{
	for (size_t x = 0, end; x < width; x = end) {
		struct colour *c = seen(s, row[x] & 0xffffff);

		if (!c || sk_grow((void **)&s->run, &s->run_cap, s->n_runs + 1, sizeof(*s->run)) != 0)
			return false;
		end = run_end(row, x, width);
		c->count += end - x;
		s->run[s->n_runs++] = (struct run){ (uint32_t)(c - s->c), (uint32_t)(end - x) };
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

/*
 * Chooses the palette: the order of the colours in s->c becomes another, so that their entries are returned by the order in
 * which they were seen, or NULL without memory.
 */
static uint8_t *choose(struct census *s, size_t most, struct indexed *out)
{
	uint8_t *entry = sk_calloc(s->n, 1);
	/* of few colours those of a small flat area, the stripe of one card among 48, must still be their own */
	size_t exact = s->n <= most ? s->n : most < 256 ? most * 3 / 4 : most / 2;

	if (!entry)
		return NULL;
	for (size_t i = 0; i < s->n; i++)
		s->c[i].seen = (uint32_t)i;
	qsort(s->c, s->n, sizeof(*s->c), by_count);
	for (size_t i = 0; i < exact; i++) {
		s->c[i].entry = (uint32_t)i;
		out->palette[i] = s->c[i].rgb;
	}
	out->n_colours = exact;
	if (s->n > exact)
		out->n_colours += median_cut(s->c + exact, s->n - exact, out->palette + exact, most - exact, (uint32_t)exact);
	for (size_t i = 0; i < s->n; i++)
		entry[s->c[i].seen] = (uint8_t)s->c[i].entry;
	return entry;
}

static void write_indices(const struct census *s, const uint8_t *entry, uint8_t *out)
{
	for (size_t i = 0; i < s->n_runs; i++) {
		memset(out, entry[s->run[i].colour], s->run[i].length);
		out += s->run[i].length;
	}
}

enum sk_code quantise(const uint32_t *px, size_t width, size_t height, size_t stride, size_t most, struct indexed *out,
		      struct sk_err *err)
{
	struct census s = { .n = 0 };
	uint8_t *entry = NULL;
	bool ok = true;

	*out = (struct indexed){ .index = sk_large(width * height) }; /* every byte is written below */
	for (size_t y = 0; ok && y < height; y++)
		ok = count_row(&s, px + y * stride, width);
	if (ok && out->index)
		entry = choose(&s, most > PALETTE ? PALETTE : most < 2 ? 2 : most, out);
	if (entry)
		write_indices(&s, entry, out->index);
	ok = entry != NULL;
	free(s.c);
	free(s.slot);
	free(s.run);
	free(entry);
	if (ok)
		return SK_OK;
	indexed_release(out);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
}

void indexed_release(struct indexed *p)
{
	free(p->index);
	memset(p, 0, sizeof(*p));
}
