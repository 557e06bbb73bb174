/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ticks on an absolute schedule: tick k is due k intervals after the first. Late is late, missed is counted and never caught up.
 * Pure arithmetic on nanoseconds of boot time; the loop asks it when to wake.
 */
#ifndef SOAKD_SCHEDULE_H
#define SOAKD_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct schedule {
	int64_t first_ns, interval_ns;
	int64_t next;    /* index of the next tick */
	int64_t last;    /* index of the last tick of the run; INT64_MAX: open */
	uint64_t missed; /* ticks whose time passed without a sample */
};

/* length_s NaN: open. The last tick is the one at or just before the end (a tolerance of a thousandth of an interval). */
void schedule_init(struct schedule *s, int64_t first_ns, double interval_s, double length_s);

int64_t schedule_due_ns(const struct schedule *s); /* of the next tick */

/*
 * Called when a sample is about to be taken at now_ns. Returns how many ticks were missed since the last one (0 is the rule) and
 * moves on to the tick after now. *final: this was the last.
 */
uint64_t schedule_take(struct schedule *s, int64_t now_ns, bool *final);

/*
 * Ticks that a run owes which is ended by an event at now_ns: each one that was taken or let pass. Not the newest one whose time has come
 * and that waits to be taken: it is due together with the event, or came due while what was before it was done.
 */
uint64_t schedule_owed(const struct schedule *s, int64_t now_ns);

#endif
