/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Axes as arithmetic: where the ticks are and what they say. No Cairo, tested exactly.
 *
 * A tick is a whole multiple of a round step: 1, 2 or 5 times a power of ten of the unit that its label names, which suits
 * the level: 0.5 GiB, 1.0 GiB. The label is written from integers and says exactly the tick's value, in any locale.
 */
#ifndef PLOTS_AXIS_H
#define PLOTS_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "plots/scene.h"

enum { AXIS_MAX_TICKS = 24, AXIS_LABEL = 32 };

struct tick {
	double v; /* in the axis's unit: KiB, a count, 1/s, seconds */
	char label[AXIS_LABEL];
	bool strong; /* a new day on the UTC axis: its label is a date */
};

struct axis {
	double lo, hi; /* lo < hi, finite */
	size_t n;
	struct tick tick[AXIS_MAX_TICKS];
};

/*
 * A y axis over lo..hi with about `want` ticks (2..12), two at least, all inside. Unknown or empty ranges become a small one
 * around what is known; a range below four of the smallest steps (1 byte, 1 piece, 0.001/s, 1 ns) or below 0.22 % of the level is
 * widened to that.
 * Zero is written "0". Values beyond +-1e15 of the largest unit are cut there.
 */
void axis_values(struct axis *a, enum scene_unit unit, double lo, double hi, size_t want);

/* An x axis of elapsed seconds, one at least, at most `most` ticks (2..AXIS_MAX_TICKS), in the unit of the step: "30 s", "4 h",
 * "12 d". */
void axis_elapsed(struct axis *a, double x0, double x1, size_t most);

/* An x axis of a count, at least one wide, at most `most` ticks (2..AXIS_MAX_TICKS): "0", "500 k", "1 M". */
void axis_count(struct axis *a, double x0, double x1, size_t most);

/*
 * The same span as UTC: ticks on round times of the day, v still in elapsed seconds. "22:00", "22:00:30" for steps
 * below a minute; midnight is written as the date, "21 Nov", or "2026-11-21" on an axis longer than a year. start_unix: Unix seconds at elapsed 0.
 */
void axis_utc(struct axis *a, double x0, double x1, double start_unix, size_t most);

/* Where v lies between the pixels p0 (lo) and p1 (hi); NaN stays NaN; far outside is held within 1e5 pixels for Cairo's sake. */
double axis_pixel(const struct axis *a, double v, double p0, double p1);

/* What a panel's x axis covers: x0..x1 of its own, else the scene's, else (X_COUNT) that of its blocks and lines; 0, 0 if
 * unknown. */
void panel_span(const struct scene *s, const struct scene_panel *p, double *x0, double *x1);

/*
 * The range that a panel's y axis must cover: its series (with their bands) or y0..y1 in their place, fits, and those limits that leave the data
 * at least a third of the height; 0 too if from_zero. NaN, NaN if nothing is known. A margin is included.
 */
void panel_range(const struct scene_panel *p, double *lo, double *hi);

#endif
