/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a number, a duration, a size, a date or a command: no crash, and what is accepted is finite and reads back. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/spawn.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void numbers(const char *s)
{
	char buf[64];
	double v, w;
	int64_t i;

	if (real_parse(s, &v, NULL) == SK_OK) {
		assert(v == strtod(s, NULL));
		assert(real_parse(fmt_real(buf, sizeof(buf), v), &w, NULL) == SK_OK && v == w);
	}
	if (int_parse(s, &i, NULL) == SK_OK)
		assert(i == strtoll(s, NULL, 10) && real_parse(s, &v, NULL) == SK_OK && v == (double)i);
}

static void with_units(const char *s)
{
	struct sk_err err;
	char buf[64];
	double v;

	if (duration_parse(s, &v, &err) == SK_OK)
		assert(isfinite(v) && v >= 0 && strlen(fmt_duration(buf, sizeof(buf), v)) > 0);
	if (size_parse(s, &v, &err) == SK_OK)
		assert(isfinite(v) && v >= 0 && strlen(fmt_kb(buf, sizeof(buf), v / 1024)) > 0);
}

static void dates(const char *s)
{
	char buf[64], again[64];
	double v, w;

	if (time_parse(s, &v, NULL) != SK_OK)
		return;
	assert(isfinite(v));
	fmt_utc(buf, sizeof(buf), v);
	if (strcmp(buf, "?") != 0) {
		assert(time_parse(buf, &w, NULL) == SK_OK && w == floor(v));
		assert(strcmp(fmt_utc(again, sizeof(again), w), buf) == 0);
	}
	fmt_utc_compact(buf, sizeof(buf), v);
	fmt_count(buf, sizeof(buf), v);
	fmt_kb_rate(buf, sizeof(buf), v);
	fmt_duration(buf, sizeof(buf), v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1), **argv;
	size_t argc;

	assert(s);
	memcpy(s, data, size);
	s[size] = '\0';
	numbers(s);
	with_units(s);
	dates(s);
	if (words_split(s, &argv, &argc, NULL) == SK_OK) {
		assert(argc > 0 && argv[argc] == NULL);
		free(argv);
	}
	free(s);
	return 0;
}
