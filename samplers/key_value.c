/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and lines by hand: strtod() and sscanf() would depend on the locale and read beyond a text without a NUL. */
#include "samplers/key_value.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

bool key_number(const char *s, const char *end, double *out)
{
	uint64_t v = 0;

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	if (s == end || *s < '0' || *s > '9')
		return false;
	for (; s < end && *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return false;
	if (s != end && !(end - s == 3 && memcmp(s, " kB", 3) == 0))
		return false;
	*out = (double)v;
	return true;
}

/* True if the line gave one of the keys its value. */
static bool line_value(const char *s, const char *end, const struct key *key, size_t n_key, double *out)
{
	for (size_t i = 0; i < n_key; i++) {
		if (*s != *key[i].name || (size_t)(end - s) <= key[i].len || s[key[i].len] != ':' ||
		    memcmp(s, key[i].name, key[i].len) != 0)
			continue;
		if (!isnan(out[i]))
			return false;
		if (!key_number(s + key[i].len + 1, end, &out[i])) {
			out[i] = NAN;
			return false;
		}
		return true;
	}
	return false;
}

void key_values(const char *buf, size_t n, const struct key *key, size_t n_key, double *out)
{
	const char *s = buf, *end;
	uint32_t letters = 0; /* that keys begin with: most lines are passed over by their first byte */
	size_t left = n_key;

	for (size_t i = 0; i < n_key; i++) {
		out[i] = NAN;
		letters |= 1u << (*key[i].name & 31);
	}
	while (left && (end = memchr(s, '\n', n - (size_t)(s - buf)))) {
		if (letters >> (*s & 31) & 1 && line_value(s, end, key, n_key, out))
			left--;
		s = end + 1;
	}
}
