/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decision on one screen:
 *
 *   every column by itself (judge.h) -> which one speaks (columns.h) -> many series, one error rate -> who grew
 *   (attribution.h), whether it accounts for it (explained.h), only keeps it (fragmentation.h) or uses it again (cycles.h) -> when
 *   it runs out (forecast.h)
 */
#include "analysis/verdict.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "analysis/attribution.h"
#include "analysis/columns.h"
#include "analysis/explained.h"
#include "analysis/forecast.h"
#include "analysis/fragmentation.h"
#include "analysis/known.h"

const char *const verdict_class_name[VERDICT_CLASSES] = {
	"insufficient", "stable", "plateau", "step", "sawtooth", "load", "shrinking", "shared-touch", "suspected", "leak",
};

const char *const leak_kind_name[LEAK_KINDS] = {
	NULL,     "linear",          "staircase", "onset",         "accelerating", "under-sawtooth",
	"bursty", "across-restarts", "processes", "address-space", "fds",          "threads",
};

const char *const growth_driver_name[GROWS_DRIVERS] = { NULL,       "operations", "time",   "connections",
							"restarts", "connects",   "reloads" };

/* The fitted line and its noise, as the forecast wants them. */
static struct forecast_in future_of(const struct series_verdict *m, double limit_kb)
{
	return (struct forecast_in){ .limit_kb = limit_kb,
				     .rate = m->rate_kb_per_h / 3600,
				     .rate_se = (m->rate_hi - m->rate_lo) / (2 * 1.959964) / 3600,
				     .line_kb = m->fit.y1,
				     .level_se = m->fit.level_se,
				     .pivot_s = m->fit.t1 - m->fit.t_mean,
				     .noise = m->noise,
				     .seen_s = m->fit.t1 };
}

static enum sk_code when_full(const struct evidence *ev, struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	struct forecast f = { NAN, NAN, NAN, NAN, NAN, NAN };
	double now = ev->start_unix + m->fit.t1;
	enum sk_code rc = SK_OK;

	v->limit_kb = isfinite(ev->limit_kb) ? ev->limit_kb : NAN;
	/* of what is proven: a date is believed. And of memory: address space that nobody touches has none of it */
	if (m->verdict == VERDICT_LEAK && m->fit.valid && !is_count(m->column) && strcmp(m->column, "vsz_kb") != 0) {
		struct forecast_in in = future_of(m, v->limit_kb);

		rc = forecast_limit(&in, &f);
	}
	v->limit_unix = now + f.at_s;
	v->limit_unix_p10 = now + f.p10_s;
	v->limit_unix_p90 = now + f.p90_s;
	v->limit_unix_lo = now + f.lo_s;
	v->limit_unix_hi = now + f.hi_s;
	v->limit_never = f.never;
	return rc;
}

enum sk_code verdict_decide(const struct evidence *ev, const struct verdict_options *opt, struct verdict *out, struct sk_err *err)
{
	gsl_set_error_handler_off(); /* the default aborts the program */
	memset(out, 0, sizeof(*out));
	out->samples = ev->samples;
	out->gaps = ev->gaps;
	out->restarts = ev->n_restarts;
	out->start_unix = ev->start_unix;

	enum sk_code rc = columns_judge(ev, opt, out, err);

	if (rc != SK_OK)
		return rc;
	rc = attribute(ev, out);
	if (rc == SK_OK)
		rc = account_for(ev, out);
	if (rc == SK_OK) {
		fragmentation_overrules(out, opt->min_rate_kb_per_h);
		cycles_overrule(ev, opt, out);
		rc = when_full(ev, out);
	}
	if (rc != SK_OK)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	return SK_OK;
}
