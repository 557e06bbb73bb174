/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series as one line of characters of eight heights: see term_chart.h. */
#include <math.h>

#include "soakd/term_chart.h"

#define SPARK_CELLS 64
#define LEAST_RANGE 0.02

/* The mean of each cell's blocks; NaN: a gap. Returns how many cells there are: no more than blocks. */
static size_t cell_means(const struct block *b, size_t n, size_t cells, double *mean)
{
	cells = cells < SPARK_CELLS ? cells : SPARK_CELLS;
	cells = cells < n ? cells : n;
	for (size_t i = 0; i < cells; i++) {
		double sum = 0;
		size_t values = 0;

		for (size_t k = i * n / cells; k < (i + 1) * n / cells; k++) {
			if (b[k].n > 0 && isfinite(b[k].mean)) {
				sum += b[k].mean;
				values++;
			}
		}
		mean[i] = values ? sum / (double)values : NAN;
	}
	return cells;
}

void term_spark(const struct block *b, size_t n, size_t cells, bool eighths, struct text *out)
{
	static const char *const heights[2][8] = {
		{ "_", "_", ".", "-", "-", "=", "=", "#" },
		{ "\342\226\201", "\342\226\202", "\342\226\203", "\342\226\204", "\342\226\205", "\342\226\206", "\342\226\207",
		  "\342\226\210" },
	};
	double mean[SPARK_CELLS], lo = NAN, hi = NAN;

	cells = cell_means(b, n, cells, mean);
	for (size_t i = 0; i < cells; i++) {
		lo = fmin(lo, mean[i]); /* NaN loses */
		hi = fmax(hi, mean[i]);
	}
	if (isnan(lo))
		return;
	hi = fmax(hi, lo + LEAST_RANGE * fabs(lo));
	for (size_t i = 0; i < cells; i++) {
		double share = hi > lo ? (mean[i] - lo) / (hi - lo) : 0;

		text_add(out, isnan(mean[i]) ? " " : heights[eighths][share < 1 ? (size_t)(share * 8) : 7]);
	}
}
