/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/flat.h"

#include <math.h>
#include <string.h>

#include "base/units.h"

#define V1_UNLIMITED 9e18 /* version 1 says "no limit" with the largest number of pages, in bytes */

static void line_value(const char *s, const char *end, const struct key *key, size_t n_key, double *out)
{
	for (size_t i = 0; i < n_key; i++) {
		if ((size_t)(end - s) <= key[i].len || s[key[i].len] != ' ' || memcmp(s, key[i].name, key[i].len) != 0)
			continue;
		if (isnan(out[i]) && !key_number(s + key[i].len + 1, end, &out[i]))
			out[i] = NAN;
		return;
	}
}

void flat_values(const char *buf, size_t n, const struct key *key, size_t n_key, double *out)
{
	const char *s = buf, *end;

	for (size_t i = 0; i < n_key; i++)
		out[i] = NAN;
	while ((end = memchr(s, '\n', n - (size_t)(s - buf)))) {
		line_value(s, end, key, n_key, out);
		s = end + 1;
	}
}

double flat_bytes_kb(const char *buf, size_t n)
{
	const char *end = memchr(buf, '\n', n);
	double v;

	if (!end || !key_number(buf, end, &v) || v >= V1_UNLIMITED)
		return NAN;
	return v / 1024;
}

/* The number behind "name=" among the words of a line; NaN. */
static double word_number(const char *s, const char *end, const char *name)
{
	size_t len = strlen(name);
	char number[32];
	double v;

	while (s < end) {
		const char *stop = memchr(s, ' ', (size_t)(end - s));
		size_t n = (size_t)((stop ? stop : end) - s);

		if (n > len && n - len < sizeof(number) && memcmp(s, name, len) == 0 && s[len] >= '0' && s[len] <= '9') {
			memcpy(number, s + len, n - len);
			number[n - len] = '\0';
			return real_parse(number, &v, NULL) == SK_OK && v >= 0 ? v : NAN;
		}
		s += n + 1;
	}
	return NAN;
}

void pressure_parse(const char *buf, size_t n, struct pressure *out)
{
	const char *s = buf, *end;

	*out = (struct pressure){ NAN, NAN, NAN };
	while ((end = memchr(s, '\n', n - (size_t)(s - buf)))) {
		if (end - s > 5 && memcmp(s, "some ", 5) == 0) {
			out->some_s = word_number(s, end, "total=") / 1e6;
			out->some_avg10_pct = word_number(s, end, "avg10=");
		} else if (end - s > 5 && memcmp(s, "full ", 5) == 0) {
			out->full_s = word_number(s, end, "total=") / 1e6;
		}
		s = end + 1;
	}
}
