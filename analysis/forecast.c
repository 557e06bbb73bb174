/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time to a limit along the line and the edges of its interval. */
#include "analysis/forecast.h"

#include <math.h>

static double when(double room_kb, double rate)
{
	if (room_kb <= 0)
		return 0;
	double s = room_kb / rate * 3600;

	return rate > 0 && s <= FORECAST_FAR_S ? s : NAN;
}

void forecast_limit(double level_kb, double limit_kb, double rate, double rate_lo, double rate_hi, struct forecast *out)
{
	double room = limit_kb - level_kb;

	*out = (struct forecast){ NAN, NAN, NAN };
	if (!isfinite(room) || !(rate > 0))
		return;
	out->at_s = when(room, rate);
	out->lo_s = when(room, rate_hi);
	out->hi_s = when(room, rate_lo);
}
