/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When the next operation is due, and the next attempt after one that failed: an absolute schedule, so that a late wake-up does not lower the rate, with a bounded backlog,
 * so that a server that was stuck for a minute is not hit by a minute's operations at once. Pure arithmetic on given times.
 */
#ifndef SCENARIOS_PACE_H
#define SCENARIOS_PACE_H

#include <stdint.h>

struct pace {
	double per_s;     /* operations per second; 0: as fast as it can */
	int64_t start_ns; /* operation k (from 0) is due at start + k / per_s */
	uint64_t taken;
	uint64_t unit;    /* operations that are always taken together: a batch */
	uint64_t backlog; /* most operations that wait; what is beyond was missed and is not caught up with */
	uint64_t missed;
};

/* unit >= 1. The first unit is due at once. The backlog is a tenth of a second, at least two units. */
void pace_init(struct pace *p, double per_s, uint64_t unit, int64_t now_ns);

/* How many units may start now; UINT64_MAX when unpaced. Drops what is beyond the backlog. */
uint64_t pace_due(struct pace *p, int64_t now_ns);

void pace_take(struct pace *p, uint64_t units);

/* From now on at another rate: what was taken beyond the schedule stays ahead, what waited is dropped and counted as missed. */
void pace_rate(struct pace *p, double per_s, int64_t now_ns);

/* When the next unit is due (it may be in the past); INT64_MIN when unpaced. */
int64_t pace_next_ns(const struct pace *p);

/*
 * After a failure: seconds to wait before the next attempt. *next_s (0: the last attempt went well) doubles from first_s up to
 * most_s. random, [0, 1]: the wait is that much between the half and the whole of it, so that many do not come back together; 1
 * for the whole. The caller sets *next_s to 0 when one goes well.
 */
double pace_retry(double *next_s, double first_s, double most_s, double random);

#endif
