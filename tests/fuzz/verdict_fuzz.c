/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a run: the first four say which columns, restarts and options there are, then samples, doubles or 16 bits of a scale.
 * The verdict must come, with a reason and without an infinity. Short runs of one column, because the search for steps takes the
 * square of the points: 128 reach every branch but the merging of blocks, which tests/base/series_test.c has. A byte more or less in
 * the middle moves samples and leaves the rest of the run as it was, which is how libFuzzer finds its way.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verdict.h"

#define MAX_SAMPLES 96

enum { RAW = 1, WIDE = 2, JITTER = 4, WARMUP = 8, RESTARTS = 16, LIMIT = 32, OPS = 64, PSS = 128 }; /* bits of the first byte */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static double value(const uint8_t *p, int raw)
{
	double v;
	int16_t s;

	memcpy(&v, p, 8);
	memcpy(&s, p, 2);
	return raw ? v : 50000 + 4. * s;
}

static void check(const struct verdict *v)
{
	for (size_t i = 0; i < v->n_series; i++) {
		const struct series_verdict *s = &v->series[i];

		must(s->why[0] != '\0');
		must(!isinf(s->rate_kb_per_h) && !isinf(s->rate_lo) && !isinf(s->rate_hi) && !isinf(s->growth_kb));
		must(!isinf(s->detectable_kb_per_h) && !isinf(s->need_more_s) && !isinf(s->ols_slope_kb_per_h) &&
		     !isinf(s->p_value));
		must(s->verdict != VERDICT_INSUFFICIENT || s->need_more_s > 0);
	}
}

/* The samples, after the four bytes; returns the time of the last. n: how many. */
static double fill(struct series s[3], const uint8_t *data, size_t size, size_t *n)
{
	size_t stride = data[0] & WIDE ? 8 : 2;
	double t = 0;

	for (size_t i = 4; i + 8 <= size && *n < MAX_SAMPLES; i += stride, ++*n) {
		double y = value(data + i, data[0] & RAW);

		t += data[0] & JITTER ? 1 + data[i] % 8 : 1;
		series_add(&s[0], t, y);
		series_add(&s[1], t, (double)*n * (1 + data[i] % 3));
		series_add(&s[2], t, y + (double)*n);
	}
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict v;
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct series s[3];
	const struct series *cols[3] = { &s[0] };
	static const char *const name[] = { "anon_kb", "ops", "pss_kb" };
	double restart[2];
	size_t n = 0, n_cols = 1;

	if (size < 4)
		return 0;
	for (int c = 0; c < 3; c++)
		if (series_init(&s[c], name[c], 1, SERIES_ONLINE, NULL) != SK_OK)
			abort();
	double t = fill(s, data, size, &n);

	if (data[0] & OPS)
		cols[n_cols++] = &s[1];
	if (data[0] & PSS)
		cols[n_cols++] = &s[2];
	restart[0] = t * data[1] / 256;
	restart[1] = restart[0] + t / 4;
	opt.warmup_s = data[0] & WARMUP ? t * data[2] / 256 : NAN;

	struct evidence ev = { .column = cols,
			       .n_columns = n_cols,
			       .restart_s = restart,
			       .n_restarts = data[0] & RESTARTS ? 2 : 0,
			       .start_unix = 1795140000,
			       .interval_s = 1,
			       .samples = n,
			       .limit_kb = data[0] & LIMIT ? 1e6 : NAN };

	if (verdict_decide(&ev, &opt, &v, NULL) == SK_OK)
		check(&v);
	for (int c = 0; c < 3; c++)
		series_release(&s[c]);
	return 0;
}
