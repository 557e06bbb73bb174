/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/decide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "tests/corpus/draw.h"

#define LOOK_AHEAD 512 /* rows: as many as evidence_read() looks at */

/* The interval is in no foreign file: the median step of its first rows stands for it, there and here. */
static double interval_as_read(const struct corpus_series *s)
{
	double step[LOOK_AHEAD];
	size_t n = 0;

	for (size_t i = 1; i < s->n && i < LOOK_AHEAD; i++)
		step[n++] = s->t[i] - s->t[i - 1];
	return gsl_stats_median(step, 1, n);
}

void corpus_decide(const struct corpus_series *s, struct verdict *v)
{
	double interval = interval_as_read(s);
	struct series y, ops;
	const struct series *column[] = { &y, &ops };
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence ev = { .column = column,
			       .n_columns = s->has_ops ? 2 : 1,
			       .restart_s = s->restart_s,
			       .n_restarts = s->n_restarts,
			       .interval_s = interval,
			       .samples = s->n,
			       .limit_kb = NAN };

	if (series_init(&y, "rss_kb", interval, SERIES_ONLINE, NULL) != SK_OK ||
	    series_init(&ops, "ops", interval, SERIES_ONLINE, NULL) != SK_OK)
		abort();
	for (size_t i = 0; i < s->n; i++) {
		series_add(&y, s->t[i], s->y[i]);
		if (s->has_ops)
			series_add(&ops, s->t[i], s->ops[i]);
	}
	if (verdict_decide(&ev, &opt, v, NULL) != SK_OK)
		abort();
	series_release(&y);
	series_release(&ops);
}

bool corpus_is_right(const struct corpus_series *s, const struct verdict *v)
{
	double limit = fmax(MIN_RATE, s->level_kb * .01 / 24);

	if (s->right & 1u << v->main.verdict)
		return !s->leaking || s->kinds & 1u << v->main.kind;
	return !s->leaking && v->main.verdict == VERDICT_INSUFFICIENT && s->detectable_kb_per_h * 1.5 > limit;
}

struct outcome outcome_of(const struct corpus_series *s, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	bool found = s->leaking && m->verdict == VERDICT_LEAK;
	struct outcome o = { .leaking = s->leaking,
			     .right = corpus_is_right(s, v),
			     .truth = s->right,
			     .said = m->verdict,
			     .kind = m->kind,
			     .rated = found && isfinite(s->rate_kb_per_h),
			     .rate_error = fabs(m->rate_kb_per_h - s->rate_kb_per_h) / s->rate_kb_per_h,
			     .covered = m->rate_lo <= s->rate_kb_per_h && s->rate_kb_per_h <= m->rate_hi,
			     .onset_error = NAN };

	if (found && isfinite(s->onset_s))
		o.onset_error = isfinite(m->onset_s) ? fabs(m->onset_s - s->onset_s) / s->t[s->n - 1] : 1;
	snprintf(o.why, sizeof(o.why), "%s", m->why);
	return o;
}
