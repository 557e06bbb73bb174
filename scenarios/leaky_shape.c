/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of a leak: see leaky_shape.h. */
#include "scenarios/leaky_shape.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const names[] = { "linear", "staircase", "sawtooth", "onset", "warmup", "none" }; /* as enum leaky_kind */

int leaky_shape_init(struct leaky_shape *s, const char *profile, double per_h, double length_s, double onset_s)
{
	double parts;
	size_t k = 0;

	while (k < sizeof(names) / sizeof(names[0]) && strcmp(names[k], profile) != 0)
		k++;
	if (k == sizeof(names) / sizeof(names[0]))
		return -1;
	*s = (struct leaky_shape){ .kind = (enum leaky_kind)k, .per_s = k == LEAKY_NONE ? 0 : per_h / 3600 };
	parts = k == LEAKY_SAWTOOTH ? LEAKY_TEETH : LEAKY_STEPS;
	s->period_s = length_s > 0 ? length_s / parts : LEAKY_OPEN_PERIOD_S;
	s->tau_s = length_s > 0 ? length_s / LEAKY_TAU_PART : LEAKY_OPEN_TAU_S;
	if (k == LEAKY_ONSET)
		s->onset_s = !isnan(onset_s) ? onset_s : length_s > 0 ? length_s / 3 : LEAKY_OPEN_PERIOD_S;
	return 0;
}

struct leaky_level leaky_level_at(const struct leaky_shape *s, double t)
{
	struct leaky_level l = { .leaked = s->per_s * fmax(0, t - s->onset_s) };
	double periods = t / s->period_s;

	if (s->kind == LEAKY_STAIRCASE)
		l.leaked = s->per_s * s->period_s * floor(periods);
	if (s->kind == LEAKY_SAWTOOTH)
		l.cycle = LEAKY_EXTRA * (periods - floor(periods));
	if (s->kind == LEAKY_WARMUP)
		l.warm = -LEAKY_EXTRA * expm1(-t / s->tau_s);
	return l;
}
