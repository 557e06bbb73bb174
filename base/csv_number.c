/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain decimal numbers of a CSV, eight digits at a time: a file of a million rows has millions of them. What is longer than 15 digits,
 * has a sign, an exponent or anything else is left to real_parse(), which gives the same number for what is read here.
 */
#include "base/csv.h"

#include <endian.h>
#include <string.h>

#define ONES UINT64_C(0x0101010101010101) /* one in each byte */
#define HIGH (0x80 * ONES)

/*
 * Up to eight digits at p, of which eight bytes can be read; returns how many. The first digit is in the lowest byte: shifted up, so
 * that zeros stand before them, neighbours are joined to pairs, and the four pairs to the number (Lemire, "Quickly parsing eight
 * digits", 2022).
 */
static inline size_t eight_digits(const char *p, uint64_t *value)
{
	const uint64_t pair = UINT64_C(0x000000ff000000ff);
	uint64_t x, others;
	size_t n;

	memcpy(&x, p, sizeof(x));
	x = le64toh(x) ^ '0' * ONES;                              /* a digit is now its value, all else is above 9 */
	others = (((x & ~HIGH) + (0x80 - 10) * ONES) | x) & HIGH; /* no carry leaves its byte */
	n = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
	*value = 0;
	if (n == 0)
		return 0;
	x <<= 64 - 8 * n;
	x = x * 10 + (x >> 8);
	*value = ((x & pair) * (100 + (UINT64_C(1000000) << 32)) + (x >> 16 & pair) * (1 + (UINT64_C(10000) << 32))) >> 32;
	return n;
}

bool csv_number(const struct csv_reader *r, size_t i, double *out)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };
	const char *p = r->field[i];
	uint64_t whole, more, fraction;
	size_t n = eight_digits(p, &whole), n_more = 0, n_fraction = 0;

	if (n == 0)
		return false;
	if (n < 8 && p[n] == '\0') { /* most */
		*out = (double)(int64_t)whole;
		return true;
	}
	if (n == 8) {
		n_more = eight_digits(p + 8, &more);
		whole = whole * power[n_more] + more;
	}
	p += n + n_more;
	if (*p == '.') {
		n_fraction = eight_digits(p + 1, &fraction);
		whole = whole * power[n_fraction] + fraction;
		p += 1 + n_fraction;
	}
	if (*p != '\0' ||
	    n + n_more + n_fraction > 15) /* 10^15 < 2^53: numerator and divisor are exact, the quotient the nearest */
		return false;
	*out = n_fraction ? (double)(int64_t)whole / power[n_fraction] : (double)(int64_t)whole;
	return true;
}
