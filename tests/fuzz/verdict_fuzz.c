/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a run: two columns, restarts and options from the first bytes, then doubles, raw or scaled. The verdict must come,
 * with a reason and without an infinity.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verdict.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict v;
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct series s[3];
	const struct series *cols[3] = { &s[0], &s[1], &s[2] };
	static const char *const name[] = { "anon_kb", "pss_kb", "ops" };
	double restart[2], t = 0;

	if (size < 4)
		return 0;
	for (int c = 0; c < 3; c++)
		if (series_init(&s[c], name[c], 1, SERIES_ONLINE, NULL) != SK_OK)
			abort();
	size_t stride = data[0] & 2 ? 8 : 2, n = 0;

	for (size_t i = 4; i + 8 <= size && n < 2000; i += stride, n++) {
		double y = value(data + i, data[0] & 1);

		t += data[0] & 4 ? 1 + data[i] % 8 : 1;
		series_add(&s[0], t, y);
		series_add(&s[1], t, y + (double)n);
		series_add(&s[2], t, (double)n * (1 + data[i] % 3));
	}
	restart[0] = t * data[1] / 256;
	restart[1] = restart[0] + t / 4;
	opt.warmup_s = data[0] & 8 ? t * data[2] / 256 : NAN;

	struct evidence ev = { .column = cols,
			       .n_columns = 3,
			       .restart_s = restart,
			       .n_restarts = data[0] & 16 ? 2 : 0,
			       .start_unix = 1795140000,
			       .interval_s = 1,
			       .samples = n,
			       .limit_kb = data[0] & 32 ? 1e6 : NAN };

	if (verdict_decide(&ev, &opt, &v, NULL) == SK_OK)
		check(&v);
	for (int c = 0; c < 3; c++)
		series_release(&s[c]);
	return 0;
}
