/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regression on operations instead of on time. */
#include "analysis/per_op.h"

#include <math.h>

#include "analysis/hac.h"
#include "analysis/season.h"

void per_op(const struct findings *f, const struct column *ops, struct series_verdict *v)
{
	double o[TRACK_MAX], y[TRACK_MAX];
	struct hac_slope h;
	size_t n = 0;

	if (!ops || f->tr.segments != 1)
		return;
	for (size_t i = f->from; i < f->tr.n; i++) {
		o[n] = ops_at(ops, f->tr.t[i]);
		y[n] = f->tr.y[i];
		n += isfinite(o[n]) != 0;
	}
	if (n < 8 || !(o[n - 1] - o[0] >= 1) || hac_slope(o, y, n, &h) != SK_OK)
		return;
	v->per_op_bytes = h.slope * 1024;
	v->per_op_lo = h.lo * 1024;
	v->per_op_hi = h.hi * 1024;
}
