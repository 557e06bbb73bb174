/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/line.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct line line_fit(const double *t, const double *y, size_t n)
{
	struct line l = { 0 };
	double sty = 0, syy = 0;

	for (size_t i = 0; i < n; i++) {
		l.mean_t += t[i] / (double)n;
		l.mean_y += y[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double dt = t[i] - l.mean_t, dy = y[i] - l.mean_y;

		l.stt += dt * dt;
		sty += dt * dy;
		syy += dy * dy;
	}
	l.slope = sty / l.stt;
	if (syy > 0)
		l.r = fmax(-1, fmin(1, sty / sqrt(l.stt * syy)));
	return l;
}

double line_p(const struct line *l, size_t n)
{
	const double tiny = 1e-20; /* a perfect line has a large t, not an infinite one */
	double df = (double)n - 2;

	if (n < 3)
		return 1;
	return 2 * gsl_cdf_tdist_Q(fabs(l->r) * sqrt(df / ((1 - l->r + tiny) * (1 + l->r + tiny))), df);
}
