/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Residuals of the fitted line as an autoregression of order one. */
#include "analysis/noise.h"

#include <math.h>

#define PHI_MAX .995 /* beyond it a level has no mean to come back to within any run; only the test may say 1 */

/* Of what bends what its curve leaves: the line is that of a tenth, of too few points to tell how noise remembers. */
static double residual(const struct findings *f, const struct fit_line *l, bool bent, size_t i)
{
	if (bent)
		return f->left[i];
	return f->tr.y[i] - l->y_mean - f->test.slope * (f->tr.t[i] - l->t_mean);
}

void noise_about_line(const struct findings *f, struct series_verdict *v)
{
	const struct track *tr = &f->tr;
	bool bent = v->last_tenth && f->modelled;
	double n = 0, same = 0, next = 0, phi = f->test.phi, from = bent ? -INFINITY : v->fit.t0;

	v->noise = (struct noise){ 0 };
	if (!v->fit.valid || !isfinite(f->test.se))
		return;
	v->noise = (struct noise){ .phi = 1, .block_s = tr->width_s, .last_kb = tr->y[tr->n - 1] };
	if (phi >= 1) {
		v->noise.sd = f->test.se * sqrt((tr->t[tr->n - 1] - tr->t[f->from]) * tr->width_s);
		return;
	}
	for (size_t i = 0; i < tr->n; i++) {
		double left = residual(f, &v->fit, bent, i);

		if (tr->t[i] < from)
			continue;
		n++;
		same += left * left;
		if (i > 0 && tr->lag[i] == 1 && tr->t[i - 1] >= from)
			next += left * residual(f, &v->fit, bent, i - 1);
	}
	phi = fmin(fmax(fmax(phi, 0), same > 0 ? next / same : 0), PHI_MAX);
	v->noise.phi = phi;
	v->noise.sd = sqrt(same / n * (1 - phi * phi));
}
