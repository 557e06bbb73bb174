/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records that are laid out as the one before; see csv_rows.h. That layout is learnt byte by byte from a record, and forgotten
 * with the first that is another.
 */
#include "base/csv_rows.h"

#include <math.h>
#include <stdlib.h>

#include "base/csv_plain.h"
#include "base/mem.h"

#define LONGEST    1024
#define DIGITS_MAX 15 /* 10^15 < 2^53: numerator and divisor are exact, the quotient the nearest */

__extension__ typedef unsigned __int128 sixteen; /* bytes, the first in the lowest place */

/* A cell of up to eight digits and nothing else. */
struct narrow {
	size_t at, to; /* in the record, in `out` */
	unsigned up;   /* bits by which its last digit is moved to the highest place, zeros before the first */
};

/* Any other: up to 15 digits, and the point anywhere among them. */
struct wide {
	size_t at, to;
	sixteen before,
		behind; /* what is kept of the bytes, and of the same one place further down: that is, without the point */
	unsigned up;
	double divisor;
};

struct csv_layout {
	size_t length; /* of a record with its newline; 0: none is known */
	/* '0' for any digit, else the byte itself; and what makes 0x80 or more of each byte that differs in any other way */
	char text[LONGEST], over[LONGEST];
	uint16_t begin[LONGEST + 1]; /* of each field; behind the last one of what would follow it */
	size_t n_field, n_narrow, n_wide, n_empty;
	struct narrow *narrow;
	struct wide *wide;
	size_t *empty; /* their `to` */
};

bool csv_rows_init(struct csv_rows *c, const int *field, size_t n_columns, size_t stride)
{
	struct csv_layout *l = sk_calloc(1, sizeof(*l));

	*c = (struct csv_rows){ .layout = l, .field = field, .n_columns = n_columns, .stride = stride };
	if (!l)
		return false;
	l->narrow = sk_calloc(n_columns, sizeof(*l->narrow));
	l->wide = sk_calloc(n_columns, sizeof(*l->wide));
	l->empty = sk_calloc(n_columns, sizeof(*l->empty));
	return l->narrow && l->wide && l->empty;
}

void csv_rows_release(struct csv_rows *c)
{
	if (c->layout) {
		free(c->layout->narrow);
		free(c->layout->wide);
		free(c->layout->empty);
	}
	free(c->layout);
	c->layout = NULL;
}

/* Text, length and fields of the record at p. False if it has anything but digits, points and commas, or does not end there. */
static bool learn_text(struct csv_layout *l, const char *p, size_t n)
{
	l->n_field = 0;
	l->begin[0] = 0;
	for (size_t i = 0; i < n && i < LONGEST; i++) {
		bool digit = p[i] >= '0' && p[i] <= '9', end = p[i] == ',' || p[i] == '\n';

		if (!digit && !end && p[i] != '.' && !(p[i] == '\r' && i + 1 < n && p[i + 1] == '\n'))
			return false;
		l->text[i] = digit ? '0' : p[i];
		l->over[i] = digit ? 0x80 - 10 : 0x7f;
		if (end)
			l->begin[++l->n_field] = (uint16_t)(i + 1);
		if (p[i] == '\n') {
			l->length = i + 1;
			return true;
		}
	}
	return false;
}

/* The lowest n bytes. */
static sixteen lowest(size_t n)
{
	return n < 16 ? ((sixteen)1 << 8 * n) - 1 : ~(sixteen)0;
}

/* The cell of n bytes at `at`: false if it is no plain number. */
static bool learn_cell(struct csv_layout *l, size_t at, size_t n, size_t to)
{
	static const double power[DIGITS_MAX + 1] = { 1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	const char *point = n ? memchr(l->text + at, '.', n) : NULL;
	size_t before = point ? (size_t)(point - l->text) - at : n, behind = point ? n - before - 1 : 0, digits = before + behind;

	if (n == 0)
		l->empty[l->n_empty++] = to;
	else if (!point && n <= 8)
		l->narrow[l->n_narrow++] = (struct narrow){ at, to, (unsigned)(64 - 8 * n) };
	else if (before == 0 || digits > DIGITS_MAX || memchr(l->text + at + before + 1, '.', behind))
		return false;
	else
		l->wide[l->n_wide++] = (struct wide){ .at = at,
						      .to = to,
						      .before = lowest(before),
						      .behind = lowest(digits) & ~lowest(before),
						      .up = (unsigned)(128 - 8 * digits),
						      .divisor = power[behind] };
	return true;
}

/* The cells that are asked for: false if one is not there or no plain number. */
static bool learn_cells(struct csv_layout *l, const struct csv_rows *c)
{
	l->n_narrow = l->n_wide = l->n_empty = 0;
	for (size_t i = 0; i < c->n_columns; i++) {
		if (c->field[i] < 0)
			continue;
		if ((size_t)c->field[i] >= l->n_field)
			return false;
		size_t at = l->begin[c->field[i]], end = l->begin[c->field[i] + 1] - 1U;

		end -= end > at && l->text[end - 1] == '\r';
		if (!learn_cell(l, at, end - at, i * c->stride))
			return false;
	}
	return true;
}

/* The layout becomes that of the record at p, of which n bytes are there; false, and none is known, if it is not for us. */
static bool learn(struct csv_layout *l, const struct csv_rows *c, const char *p, size_t n)
{
	if (learn_text(l, p, n) && l->length >= sizeof(uint64_t) && learn_cells(l, c))
		return true;
	l->length = 0;
	return false;
}

/* What the eight bytes at p have against standing at `at` of the layout, in their highest bits. */
static inline uint64_t against(const struct csv_layout *l, const char *p, size_t at)
{
	uint64_t x = csv_eight(p + at) ^ csv_eight(l->text + at);

	return ((x & ~CSV_HIGH) + csv_eight(l->over + at)) | x; /* no carry leaves its byte */
}

/* How many records at p, `max` at the most, are of the layout. */
static size_t alike(const struct csv_layout *l, const char *p, const char *stop, size_t max)
{
	size_t last = l->length - sizeof(uint64_t), n = 0;

	for (; n < max && (size_t)(stop - p) >= l->length; n++, p += l->length) {
		uint64_t differs = against(l, p, last);

		for (size_t at = 0; at < last; at += sizeof(uint64_t))
			differs |= against(l, p, at);
		if (differs & CSV_HIGH)
			break;
	}
	return n;
}

static void read_narrow(const struct narrow *cell, const char *p, size_t length, double *out, size_t n)
{
	for (size_t k = 0; k < n; k++, p += length)
		out[k] = (double)(int64_t)csv_join_digits((csv_eight(p) ^ '0' * CSV_ONES) << cell->up);
}

static void read_wide(const struct wide *cell, const char *p, size_t length, double *out, size_t n)
{
	const struct wide w = *cell;

	for (size_t k = 0; k < n; k++, p += length) {
		sixteen x = (csv_eight(p) ^ '0' * CSV_ONES) | (sixteen)(csv_eight(p + 8) ^ '0' * CSV_ONES) << 64;

		x = ((x & w.before) | (x >> 8 & w.behind)) << w.up;
		uint64_t number = csv_join_digits((uint64_t)x) * 100000000 + csv_join_digits((uint64_t)(x >> 64));

		out[k] = (double)(int64_t)number / w.divisor;
	}
}

/* n records of the layout at p. */
static void read_cells(const struct csv_layout *l, const char *p, double *out, size_t n)
{
	for (size_t i = 0; i < l->n_narrow; i++)
		read_narrow(&l->narrow[i], p + l->narrow[i].at, l->length, out + l->narrow[i].to, n);
	for (size_t i = 0; i < l->n_wide; i++)
		read_wide(&l->wide[i], p + l->wide[i].at, l->length, out + l->wide[i].to, n);
	for (size_t i = 0; i < l->n_empty; i++)
		for (size_t k = 0; k < n; k++)
			out[l->empty[i] + k] = NAN;
}

size_t csv_rows_read(const struct csv_rows *c, struct csv_reader *r, double *out, size_t max)
{
	const char *begin = r->buf + r->buf_pos, *p = begin, *stop = r->buf + r->buf_len;
	struct csv_layout *l = c->layout;
	size_t n = 0;

	while (n < max && r->next_line > 1) { /* the first may begin with a byte order mark */
		size_t more = l->length ? alike(l, p, stop, max - n) : 0;

		if (more == 0 && learn(l, c, p, (size_t)(stop - p)))
			more = alike(l, p, stop, max - n);
		if (more == 0)
			break;
		read_cells(l, p, out + n, more);
		p += more * l->length;
		n += more;
	}
	r->n_field = 0;
	r->buf_pos += (size_t)(p - begin);
	r->offset += (uint64_t)(p - begin);
	r->next_line += n;
	return n;
}
