/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a leaky process holds at which time: a pure function, the truth that every verdict is measured against. */
#ifndef SCENARIOS_LEAKY_SHAPE_H
#define SCENARIOS_LEAKY_SHAPE_H

#define LEAKY_STEPS         16               /* of a staircase, over the run */
#define LEAKY_TEETH         12               /* of a sawtooth, over the run */
#define LEAKY_OPEN_PERIOD_S 600.0            /* a step or a tooth, and the onset, in a run without a length */
#define LEAKY_EXTRA         (32.0 * 1048576) /* bytes of a tooth, and of a warm-up */
#define LEAKY_TAU_PART      20               /* of the run is a warm-up's time constant */
#define LEAKY_OPEN_TAU_S    300.0

enum leaky_kind { LEAKY_LINEAR, LEAKY_STAIRCASE, LEAKY_SAWTOOTH, LEAKY_ONSET, LEAKY_WARMUP, LEAKY_NONE };

struct leaky_shape {
	enum leaky_kind kind;
	double per_s;    /* bytes leaked per second while it leaks */
	double onset_s;  /* when it begins to */
	double period_s; /* of a step or a tooth */
	double tau_s;    /* of a warm-up */
};

struct leaky_level {
	double leaked; /* bytes that are lost for good: the truth */
	double warm;   /* bytes of a warm-up: kept too, but bounded by LEAKY_EXTRA */
	double cycle;  /* bytes of a tooth: given back */
};

/* profile: a name of the catalogue. per_h: bytes per hour; length_s, onset_s: NaN where not given. Returns 0; -1: no such shape.
 */
int leaky_shape_init(struct leaky_shape *s, const char *profile, double per_h, double length_s, double onset_s);

/* t: seconds since the leak was ready, >= 0. */
struct leaky_level leaky_level_at(const struct leaky_shape *s, double t);

#endif
