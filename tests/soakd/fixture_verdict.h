/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of the example in docs: a leak with every number, so that each has to appear. */
#ifndef TESTS_SOAKD_FIXTURE_VERDICT_H
#define TESTS_SOAKD_FIXTURE_VERDICT_H

#include <math.h>
#include <string.h>

#include "analysis/verdict.h"

static inline void fixture_leak(struct verdict *v)
{
	struct series_verdict leak = {
		.column = "anon_kb",
		.verdict = VERDICT_LEAK,
		.kind = LEAK_LINEAR,
		.rate_kb_per_h = 3174.1,
		.rate_lo = 2765.0,
		.rate_hi = 3583.2,
		.p_value = 1e-9,
		.q_value = 4e-9,
		.growth_kb = 76178.4,
		.ols_slope_kb_per_h = 3105.92170512,
		.ols_slope_kb_per_interval = 258.82680876,
		.theil_sen_kb_per_h = 3120,
		.per_op_bytes = 412.0,
		.per_op_lo = 371.0,
		.per_op_hi = 453.0,
		.per_connection_bytes = 20600.0,
		.per_connection_lo = 18550.0,
		.per_connection_hi = 22650.0,
		.per_reload_bytes = NAN,
		.per_reload_lo = NAN,
		.per_reload_hi = NAN,
		.grows_with = GROWS_OPERATIONS,
		.onset_s = NAN,
		.warmup_s = 2040,
		.detectable_kb_per_h = 96,
		.need_more_s = NAN,
		.start_kb = 32000,
		.end_kb = 108000,
		.samples = 288,
		.why = "anonymous memory grows, a | b <c>",
		.fit = { .valid = true,
			 .t0 = 2040,
			 .t1 = 86100,
			 .y0 = 31000,
			 .y1 = 107000,
			 .slope_lo = 0.76,
			 .slope_hi = 0.99,
			 .t_mean = 44070,
			 .y_mean = 69000,
			 .level_se = 300 },
	};

	memset(v, 0, sizeof(*v));
	v->main = v->series[0] = leak;
	v->series[1] = leak;
	strcpy(v->series[1].column, "rss_kb");
	v->series[1].verdict = VERDICT_PLATEAU;
	v->series[1].kind = LEAK_NONE;
	v->series[1].p_value = NAN;
	v->n_series = 2;
	v->part[0] = (struct verdict_part){ "role", "backend", 3100.2, 0.98, 75000, 1e-8, 4e-8 };
	v->part[1] = (struct verdict_part){ "class", "heap", 3090, NAN, 74000, 1e-6, 4e-6 };
	v->n_parts = 2;
	v->limit_kb = 2097152;
	v->limit_unix = 1796340000;
	v->limit_unix_p10 = 1796200000;
	v->limit_unix_p90 = 1796600000;
	v->limit_never = .025;
	v->limit_unix_lo = 1796100000;
	v->limit_unix_hi = 1796700000;
	v->start_unix = 1795140000;
	v->samples = 288;
	v->gaps = 1;
	v->restarts = 2;
}

/* One that knows nothing. */
static inline void fixture_insufficient(struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->main = (struct series_verdict){
		.column = "rss_kb",
		.verdict = VERDICT_INSUFFICIENT,
		.rate_kb_per_h = NAN,
		.rate_lo = NAN,
		.rate_hi = NAN,
		.p_value = NAN,
		.q_value = NAN,
		.growth_kb = NAN,
		.ols_slope_kb_per_h = NAN,
		.ols_slope_kb_per_interval = NAN,
		.theil_sen_kb_per_h = NAN,
		.per_op_bytes = NAN,
		.per_op_lo = NAN,
		.per_op_hi = NAN,
		.per_connection_bytes = NAN,
		.per_connection_lo = NAN,
		.per_connection_hi = NAN,
		.per_reload_bytes = NAN,
		.per_reload_lo = NAN,
		.per_reload_hi = NAN,
		.onset_s = NAN,
		.warmup_s = 0,
		.detectable_kb_per_h = NAN,
		.need_more_s = 5400,
		.start_kb = NAN,
		.end_kb = NAN,
		.samples = 1,
		.why = "too few samples",
	};
	v->limit_kb = v->limit_unix = v->limit_unix_lo = v->limit_unix_hi = NAN;
	v->start_unix = 1795140000;
	v->limit_unix_p10 = v->limit_unix_p90 = v->limit_never = NAN;
	v->samples = 1;
}

#endif
