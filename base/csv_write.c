/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers of a CSV field; see csv.h. */
#include "base/csv.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/clocale.h"

static void comma(struct text *line)
{
	if (line->len > 0)
		text_addc(line, ',');
}

void csv_add_str(struct text *line, const char *s)
{
	comma(line);
	/* nothing at all on an empty line would look like no field, and the next one would miss its comma */
	if (line->len == 0 && !*s) {
		text_add(line, "\"\"");
		return;
	}
	if (!strpbrk(s, ",\"\r\n")) {
		text_add(line, s);
		return;
	}
	text_addc(line, '"');
	for (const char *q; (q = strchr(s, '"')) != NULL; s = q + 1) {
		text_addn(line, s, (size_t)(q - s) + 1);
		text_addc(line, '"');
	}
	text_add(line, s);
	text_addc(line, '"');
}

#define DIGITS 24 /* of 10^19, and a sign, and a point */

/* u / 10^decimals; without zeros at the end of its fraction if `trim`. */
static void add_scaled(struct text *line, bool minus, uint64_t u, int decimals, bool trim)
{
	char buf[DIGITS], *p = buf + sizeof(buf), *end = p;

	for (int i = 0; i < decimals; i++, u /= 10) {
		*--p = (char)('0' + u % 10);
		if (trim && *p == '0' && p + 1 == end)
			end = p;
	}
	if (p != end)
		*--p = '.';
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (minus)
		*--p = '-';
	text_addn(line, p, (size_t)(end - p));
}

/*
 * Nearly all that we write has at most three decimals: times 1000 it is an integer, found in 20 ns where printf needs 200. The
 * product may be wrong by half a unit in its last place, 2^-10 below 2^43, so the integer is certain if it is not nearly in the
 * middle of two; printf, which is exact, has the rest.
 */
static bool add_short(struct text *line, double v, int decimals, bool trim)
{
	static const double scale[] = { 1, 10, 100, 1000 };
	double x, whole;

	if (decimals < 0 || decimals > 3)
		return false;
	x = fabs(v) * scale[decimals];
	whole = rint(x);
	if (!(x < 0x1p43) || fabs(x - whole) > 0.49)
		return false;
	add_scaled(line, v < 0 && whole > 0, (uint64_t)whole, decimals, trim);
	return true;
}

static void add_printed(struct text *line, double v, int decimals, bool trim)
{
	char buf[352]; /* DBL_MAX has 309 digits, and there are at most 17 decimals */

	decimals = decimals < 0 ? 0 : decimals > 17 ? 17 : decimals;
	int n = c_snprintf(buf, sizeof(buf), "%.*f", decimals, v);

	if (decimals > 0 && trim) {
		while (buf[n - 1] == '0')
			n--;
		n -= buf[n - 1] == '.';
	}
	bool minus_nothing = *buf == '-' && strspn(buf, "-0.") >= (size_t)n;

	text_addn(line, buf + minus_nothing, (size_t)n - minus_nothing);
}

static void add_number(struct text *line, double v, int decimals, bool trim)
{
	if (!isfinite(v)) {
		csv_add_str(line, "");
		return;
	}
	comma(line);
	if (trim && v == floor(v) && fabs(v) < 1e15)
		add_scaled(line, v < 0, (uint64_t)fabs(v), 0, false);
	else if (!add_short(line, v, decimals, trim))
		add_printed(line, v, decimals, trim);
}

void csv_add_num(struct text *line, double v, int decimals)
{
	add_number(line, v, decimals, true);
}

void csv_add_fixed(struct text *line, double v, int decimals)
{
	add_number(line, v, decimals, false);
}

void csv_add_count(struct text *line, uint64_t v)
{
	comma(line);
	add_scaled(line, false, v, 0, false);
}
