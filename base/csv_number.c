/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain decimal numbers of a CSV, eight digits at a time: of records that csv_rows.h does not take whole. What is longer than 15
 * digits, has a sign, an exponent or anything else is left to real_parse(), which gives the same number for what is read here.
 */
#include "base/csv.h"

#include "base/csv_plain.h"

bool csv_number(const struct csv_reader *r, size_t i, double *out)
{
	static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };
	const char *p = r->field[i];
	uint64_t whole, more, fraction;
	size_t n = csv_digits(p, &whole), n_more = 0, n_fraction = 0;

	if (n == 0)
		return false;
	if (n < 8 && p[n] == '\0') { /* most */
		*out = (double)(int64_t)whole;
		return true;
	}
	if (n == 8) {
		n_more = csv_digits(p + 8, &more);
		whole = whole * power[n_more] + more;
	}
	p += n + n_more;
	if (*p == '.') {
		n_fraction = csv_digits(p + 1, &fraction);
		whole = whole * power[n_fraction] + fraction;
		p += 1 + n_fraction;
	}
	if (*p != '\0' ||
	    n + n_more + n_fraction > 15) /* 10^15 < 2^53: numerator and divisor are exact, the quotient the nearest */
		return false;
	*out = n_fraction ? (double)(int64_t)whole / power[n_fraction] : (double)(int64_t)whole;
	return true;
}
