/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers, durations and sizes as people type them. Strict: the whole string or nothing, and the C locale's ".".
 * A decimal number of up to 19 digits whose value is a product or quotient of two doubles without error is computed so
 * (Clinger, PLDI 1990: digits <= 2^53, |exponent| <= 22); every other one goes to strtod_l.
 */
#include "base/units.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What is shown of a wrong input: enough to find it, never a page of it. */
#define SHOWN   "\"%.60s%s\""
#define SHOW(s) (s), strlen(s) > 60 ? "..." : ""

enum sk_code int_parse(const char *s, int64_t *out, struct sk_err *err)
{
	bool minus = *s == '-';
	const char *p = s + (minus || *s == '+');
	int64_t v = 0;

	if (!is_digit(*p))
		return sk_fail(err, SK_EPARSE, 0, SHOWN " is no whole number", SHOW(s));
	for (; is_digit(*p); p++) {
		int d = *p - '0';

		/* downwards for negative numbers, which reach one further */
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, minus ? -d : d, &v))
			return sk_fail(err, SK_EPARSE, 0, SHOWN " is beyond the whole numbers of 64 bits", SHOW(s));
	}
	if (*p)
		return sk_fail(err, SK_EPARSE, 0, SHOWN " is no whole number", SHOW(s));
	*out = v;
	return SK_OK;
}

/* A decimal number taken apart. */
struct decimal {
	uint64_t digits; /* all of them as one whole number: exact while n_digits <= 19 */
	size_t n_digits; /* leading zeros included */
	int64_t exp10;	 /* value = digits * 10^exp10 */
	bool minus;
};

/* The digits of one side of the point; returns how many. */
static size_t scan_digits(const char *p, struct decimal *d)
{
	size_t n = 0;

	for (; is_digit(p[n]); n++)
		d->digits = d->digits * 10 + (uint64_t)(p[n] - '0'); /* beyond 19 it wraps, and nobody looks */
	d->n_digits += n;
	return n;
}

/* "[+-]digits" behind an e; NULL if it is not that. Beyond 100000 it stays there: 0 or infinity either way. */
static const char *scan_exponent(const char *p, int64_t *exp10)
{
	bool minus = *p == '-';
	int e = 0;

	p += *p == '-' || *p == '+';
	if (!is_digit(*p))
		return NULL;
	for (; is_digit(*p); p++)
		e = e < 100000 ? e * 10 + (*p - '0') : e;
	*exp10 += minus ? -e : e;
	return p;
}

/* "[+-]digits[.digits][e[+-]digits]" with a digit before the exponent; true if that is all of s. */
static bool scan_decimal(const char *s, struct decimal *d)
{
	const char *p = s;

	*d = (struct decimal){ .minus = *p == '-' };
	p += *p == '-' || *p == '+';
	p += scan_digits(p, d);
	if (*p == '.') {
		size_t n = scan_digits(++p, d);

		p += n;
		d->exp10 = -(int64_t)n;
	}
	if (d->n_digits == 0)
		return false;
	if (*p == 'e' || *p == 'E')
		p = scan_exponent(p + 1, &d->exp10);
	return p && *p == '\0';
}

static const double pow10_exact[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
				      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

enum sk_code real_parse(const char *s, double *out, struct sk_err *err)
{
	struct decimal d;
	double v;

	if (!scan_decimal(s, &d))
		return sk_fail(err, SK_EPARSE, 0, SHOWN " is no number", SHOW(s));
	/* FLT_EVAL_METHOD 0: on the x87 the product would be rounded twice */
	if (FLT_EVAL_METHOD == 0 && d.n_digits <= 19 && d.digits <= UINT64_C(1) << 53 && d.exp10 >= -22 && d.exp10 <= 22) {
		v = (double)d.digits;
		v = d.exp10 < 0 ? v / pow10_exact[-d.exp10] : v * pow10_exact[d.exp10];
		if (d.minus)
			v = -v;
	} else {
		v = strtod_l(s, NULL, clocale());
	}
	if (!isfinite(v))
		return sk_fail(err, SK_EPARSE, 0, SHOWN " is beyond the range of numbers", SHOW(s));
	*out = v;
	return SK_OK;
}

struct unit {
	const char *name;
	double factor;
};

/* A number with one of the units; `caseless` in the unit. The bare number is in the base unit. false: not one. */
static bool with_unit(const char *s, const struct unit *u, size_t n_unit, bool caseless, double *out)
{
	char num[64];
	size_t n;
	double v;

	if (real_parse(s, &v, NULL) == SK_OK) {
		*out = v;
		return v >= 0;
	}
	n = strspn(s, "0123456789.");
	if (n == 0 || n >= sizeof(num))
		return false;
	memcpy(num, s, n);
	num[n] = '\0';
	if (real_parse(num, &v, NULL) != SK_OK)
		return false;
	for (size_t i = 0; i < n_unit; i++) {
		if (caseless ? strcasecmp_l(s + n, u[i].name, clocale()) : strcmp(s + n, u[i].name))
			continue;
		*out = v * u[i].factor;
		return isfinite(*out);
	}
	return false;
}

enum sk_code duration_parse(const char *s, double *seconds, struct sk_err *err)
{
	static const struct unit units[] = { { "ms", 1e-3 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	double v;

	if (!with_unit(s, units, sizeof(units) / sizeof(units[0]), false, &v))
		return sk_fail(err, SK_EUSAGE, 0,
			       SHOWN
			       " is no duration: seconds, or a number with ms, s, m, h or d, such as 500ms, 30s, 5m, 24h, 7d",
			       SHOW(s));
	*seconds = v + 0.0; /* "-0" is 0 */
	return SK_OK;
}

enum sk_code size_parse(const char *s, double *bytes, struct sk_err *err)
{
	static const struct unit units[] = {
		{ "B", 1 },     { "K", 1024 },          { "KiB", 1024 },
		{ "KB", 1e3 },  { "M", 1048576 },       { "MiB", 1048576 },
		{ "MB", 1e6 },  { "G", 1073741824 },    { "GiB", 1073741824 },
		{ "GB", 1e9 },  { "T", 1099511627776 }, { "TiB", 1099511627776 },
		{ "TB", 1e12 },
	};
	double v;

	if (!with_unit(s, units, sizeof(units) / sizeof(units[0]), true, &v))
		return sk_fail(err, SK_EUSAGE, 0,
			       SHOWN " is no size: bytes, or a number with KiB, MiB, GiB, TiB (or K, M, G, T; KB, MB, GB, TB are "
				     "powers of 1000), such as 64KiB, 1.5GiB",
			       SHOW(s));
	*bytes = v + 0.0;
	return SK_OK;
}
