/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them: three digits carry a level or a rate; and as machines read them: every digit that matters. */
#include "base/units.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"

#define NOTHING_KB 1e-6 /* a thousandth of a byte */

static char *unknown(char *buf, size_t n)
{
	c_snprintf(buf, n, "?");
	return buf;
}

/* Decimals that leave three significant digits of v >= 0, after rounding. */
static int decimals3(double v)
{
	return v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2;
}

/* Up to one decimal, a zero cut: "3.2 d", "7 d". v >= 0 */
static void with_decimal(char *buf, size_t n, const char *sign, double v, const char *unit)
{
	double tenths = round(v * 10);

	c_snprintf(buf, n, "%s%.*f %s", sign, fmod(tenths, 10) == 0 ? 0 : 1, tenths / 10, unit);
}

/* "7 h 24 min", the second part left out when it is 0. */
static void two_parts(char *buf, size_t n, const char *sign, double total, double per, const char *big, const char *small)
{
	double rest = fmod(total, per), whole = (total - rest) / per;

	if (rest == 0)
		c_snprintf(buf, n, "%s%.0f %s", sign, whole, big);
	else
		c_snprintf(buf, n, "%s%.0f %s %.0f %s", sign, whole, big, rest, small);
}

char *fmt_duration(char *buf, size_t n, double s)
{
	const char *sign = s < 0 ? "-" : "";

	s = fabs(s);
	if (!isfinite(s))
		return unknown(buf, n);
	if (s == 0)
		c_snprintf(buf, n, "0 s");
	else if (s < 0.9995) /* each limit is where the rounded text would reach the next unit */
		c_snprintf(buf, n, "%s%.3g ms", sign, s * 1e3);
	else if (s < 9.95)
		with_decimal(buf, n, sign, s, "s");
	else if (s < 59.5)
		c_snprintf(buf, n, "%s%.0f s", sign, s);
	else if (s < 3599.5)
		two_parts(buf, n, sign, round(s), 60, "min", "s");
	else if (s < 2 * 86400 - 30)
		two_parts(buf, n, sign, round(s / 60), 60, "h", "min");
	else
		with_decimal(buf, n, sign, s / 86400, "d");
	return buf;
}

/* KiB with three digits and a sign in front; `per` behind the unit. */
static char *fmt_kb_signed(char *buf, size_t n, const char *sign, double kb, const char *per)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t u = 0;

	if (kb == 0)
		c_snprintf(buf, n, "0 KiB%s", per);
	else if (kb < 0.9995)
		c_snprintf(buf, n, kb * 1024 < 999.5 ? "%s%.3g B%s" : "%s%.0f B%s", sign, kb * 1024, per);
	else {
		for (; kb >= 999.5 && u + 1 < sizeof(unit) / sizeof(unit[0]); u++)
			kb /= 1024;
		c_snprintf(buf, n, kb < 1e6 ? "%s%.*f %s%s" : "%s%.*e %s%s", sign, u == 0 && kb == floor(kb) ? 0 : decimals3(kb),
			   kb, unit[u], per);
	}
	return buf;
}

char *fmt_kb(char *buf, size_t n, double kb)
{
	return isfinite(kb) ? fmt_kb_signed(buf, n, kb < 0 ? "-" : "", fabs(kb), "") : unknown(buf, n);
}

char *fmt_kb_rate(char *buf, size_t n, double kb_per_h)
{
	if (fabs(kb_per_h) < NOTHING_KB)
		kb_per_h = 0; /* what is left of a sum of zeros */
	return isfinite(kb_per_h) ? fmt_kb_signed(buf, n, kb_per_h < 0 ? "-" : "+", fabs(kb_per_h), "/h") : unknown(buf, n);
}

char *fmt_count(char *buf, size_t n, double v)
{
	static const char *const unit[] = { "", " k", " M", " G", " T", " P", " E" };
	const char *sign = v < 0 ? "-" : "";
	size_t u = 0;

	if (!isfinite(v))
		return unknown(buf, n);
	v = fabs(v);
	for (; v >= 999.5 && u + 1 < sizeof(unit) / sizeof(unit[0]); u++)
		v /= 1000;
	if (u == 0)
		c_snprintf(buf, n, "%s%.3g", sign, v);
	else
		c_snprintf(buf, n, "%s%.*f%s", sign, decimals3(v), v, unit[u]);
	return buf;
}

/* whole / 10^decimals as text at the end of buf[REAL_DIGITS]; returns its beginning. */
#define REAL_DIGITS 24
static char *put_decimal(char *buf, bool minus, uint64_t whole, int decimals)
{
	char *p = buf + REAL_DIGITS - 1;

	*p = '\0';
	for (int i = 0; i < decimals; i++, whole /= 10)
		*--p = (char)('0' + whole % 10);
	if (decimals > 0)
		*--p = '.';
	do
		*--p = (char)('0' + whole % 10);
	while (whole /= 10);
	if (minus)
		*--p = '-';
	return p;
}

/*
 * The text of a number that has at most 15 digits, as nearly all that is drawn; NULL for others. A whole number below 10^15 by a power
 * of ten is the double nearest to that decimal (Clinger, see units.c), no two decimals of 15 digits have the same one, and the fewest
 * decimals leave no zero at the end: it is what printf's %.15g finds, without its long arithmetic.
 */
static char *short_real(char *buf, double v)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14 };
	double size = fabs(v);

	if (FLT_EVAL_METHOD != 0 || (size < 1e-4 && size > 0)) /* below, %g goes over to exponents */
		return NULL;
	for (int decimals = 0; decimals < (int)(sizeof(power) / sizeof(*power)); decimals++) {
		double scaled = size * power[decimals] + 0.5;

		if (!(scaled < 1e15))
			return NULL;
		int64_t whole = (int64_t)scaled;

		if ((double)whole / power[decimals] == size)
			return put_decimal(buf, signbit(v), (uint64_t)whole, decimals);
	}
	return NULL;
}

char *fmt_real(char *buf, size_t n, double v)
{
	char text[40], digits_of_it[REAL_DIGITS];
	const char *shown = isfinite(v) ? short_real(digits_of_it, v) : "null";

	for (int digits = 15; !shown && digits <= 17; digits++) {
		c_snprintf(text, sizeof(text), "%.*g", digits, v);
		if (digits == 17 || strtod_l(text, NULL, clocale()) == v)
			shown = text;
	}
	size_t fits = n > 0 ? strnlen(shown, n - 1) : 0;

	if (n > 0) {
		memcpy(buf, shown, fits);
		buf[fits] = '\0';
	}
	return buf;
}
