/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests on a part need its lags and segments right. */
#include "analysis/slice.h"

#include <stdbool.h>
#include <string.h>

void track_slice(const struct track *tr, size_t from, size_t to, struct track *out)
{
	memset(out, 0, sizeof(*out));
	out->n = to - from;
	out->width_s = tr->width_s;
	out->quantum = tr->quantum;
	for (size_t i = 0; i < out->n; i++) {
		bool first = i == 0, same = tr->segment[from + i] == tr->segment[from];

		out->t[i] = tr->t[from + i];
		out->y[i] = tr->y[from + i];
		out->u[i] = tr->u[from + i] - (same ? tr->u[from] : 0);
		out->lag[i] = first ? 0 : tr->lag[from + i];
		out->segment[i] = tr->segment[from + i] - tr->segment[from];
	}
	out->segments = out->n ? out->segment[out->n - 1] + 1 : 0;
}
