/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Things in a row that must not overlap: names beside lines, columns of a table. */
#include <math.h>

#include "plots/layout.h"

/* Order of centres, stable: equal ones keep the order in which they came. n is small. */
static void sort_by_centre(size_t *order, const double *centre, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		for (; k > 0 && centre[order[k - 1]] > centre[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

/*
 * With the sizes before each thing subtracted, "no overlap" means "not decreasing": the nearest such sequence is the
 * isotonic regression, by pooling neighbours that are out of order, and bounds only clip it.
 */
void layout_spread(double *centre, const double *size, size_t n, double lo, double hi)
{
	size_t order[SPREAD_MAX], count[SPREAD_MAX], pools = 0;
	double before[SPREAD_MAX], level[SPREAD_MAX], total = 0;

	sort_by_centre(order, centre, n);
	for (size_t i = 0; i < n; i++) {
		before[i] = total;
		total += size[order[i]];
		level[pools] = centre[order[i]] - size[order[i]] / 2 - before[i];
		count[pools++] = 1;
		for (; pools > 1 && level[pools - 2] > level[pools - 1]; pools--) {
			double a = (double)count[pools - 2], b = (double)count[pools - 1];

			level[pools - 2] = (level[pools - 2] * a + level[pools - 1] * b) / (a + b);
			count[pools - 2] += count[pools - 1];
		}
	}
	for (size_t p = 0, i = 0; p < pools; p++)
		for (size_t k = 0; k < count[p]; k++, i++)
			centre[order[i]] = fmax(lo, fmin(level[p], hi - total)) + before[i] + size[order[i]] / 2;
}

double layout_columns(const double *natural, size_t n, double room, double gap, double gap_max, double *out)
{
	double sum = 0, left, cut;
	size_t wide = n;

	for (size_t i = 0; i < n; i++)
		sum += out[i] = natural[i];
	left = room - sum;
	if (n < 2 && left >= 0)
		return gap;
	if (n >= 2 && left >= gap * (double)(n - 1))
		return fmin(gap_max, left / (double)(n - 1));
	/* the common width: what remains when the columns below it keep theirs; it only rises, so this ends */
	left = fmax(0, room - gap * (double)(n - 1));
	for (cut = left / (double)n;;) {
		double kept = 0;
		size_t now = 0;

		for (size_t i = 0; i < n; i++) {
			kept += natural[i] <= cut ? natural[i] : 0;
			now += natural[i] > cut;
		}
		if (now == 0 || now == wide)
			break;
		wide = now;
		cut = (left - kept) / (double)now;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = fmin(natural[i], cut);
	return gap;
}
