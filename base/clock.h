/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clocks, real and fake. Wall time says when (it may step); boot time says how long (it counts suspend, never goes back).
 * Nothing but clock_real reads the machine's clock, so that tests replay a day in milliseconds.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct sk_clock {
	double (*wall_s)(void *ctx);	/* Unix seconds */
	int64_t (*boot_ns)(void *ctx);	/* CLOCK_BOOTTIME */
	void *ctx;
};

extern const struct sk_clock clock_real;

struct clock_fake {
	double wall_s;
	int64_t boot_ns;
};

struct sk_clock clock_fake_make(struct clock_fake *f);		/* borrows f */
void clock_fake_advance(struct clock_fake *f, double seconds); /* both clocks */

static inline double clock_wall_s(const struct sk_clock *c) { return c->wall_s(c->ctx); }
static inline int64_t clock_boot_ns(const struct sk_clock *c) { return c->boot_ns(c->ctx); }

#endif
