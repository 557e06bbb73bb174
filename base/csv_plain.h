/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a CSV eight at a time: what ends a field, and plain decimal numbers. For the reader's own files: a file of a
 * million rows has millions of both, so all is inline.
 */
#ifndef BASE_CSV_PLAIN_H
#define BASE_CSV_PLAIN_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CSV_ONES UINT64_C(0x0101010101010101) /* one in each byte */
#define CSV_HIGH (0x80 * CSV_ONES)

/* The eight bytes at p, the first in the lowest place. */
static inline uint64_t csv_eight(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

/* The highest bit of each byte of x that is `limit` or more; limit <= 0x80. No carry leaves its byte. */
static inline uint64_t csv_at_least(uint64_t x, unsigned limit)
{
	return (((x & ~CSV_HIGH) + (0x80 - limit) * CSV_ONES) | x) & CSV_HIGH;
}

/* The highest bit of each of the eight bytes at p that is below '-', as all that ends a field is. */
static inline uint64_t csv_below_minus(const char *p)
{
	return csv_at_least(csv_eight(p), '-') ^ CSV_HIGH;
}

/*
 * The number of eight digits, the first in the lowest byte, each as its value: neighbours are joined to pairs, and the four
 * pairs to the number (Lemire, "Quickly parsing eight digits", 2022).
 */
static inline uint64_t csv_join_digits(uint64_t x)
{
	const uint64_t pair = UINT64_C(0x000000ff000000ff);

	x = x * 10 + (x >> 8);
	return ((x & pair) * (100 + (UINT64_C(1000000) << 32)) + (x >> 16 & pair) * (1 + (UINT64_C(10000) << 32))) >> 32;
}

/* Up to eight digits at p, of which eight bytes can be read; returns how many. Shifted up, so that zeros stand before them. */
static inline size_t csv_digits(const char *p, uint64_t *value)
{
	uint64_t x = csv_eight(p) ^ '0' * CSV_ONES, others = csv_at_least(x, 10); /* a digit is its value, all else is above 9 */
	size_t n = others ? (size_t)__builtin_ctzll(others) / 8 : 8;

	*value = n ? csv_join_digits(x << (64 - 8 * n)) : 0;
	return n;
}

#endif
