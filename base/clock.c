/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's clocks, and one that stands still until told otherwise. */
#include "base/clock.h"

#include <math.h>
#include <time.h>

static double real_wall_s(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int64_t real_boot_ns(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

const struct sk_clock clock_real = { real_wall_s, real_boot_ns, NULL };

static double fake_wall_s(void *ctx)
{
	const struct clock_fake *f = ctx;

	return f->wall_s;
}

static int64_t fake_boot_ns(void *ctx)
{
	const struct clock_fake *f = ctx;

	return f->boot_ns;
}

struct sk_clock clock_fake_make(struct clock_fake *f)
{
	return (struct sk_clock){ fake_wall_s, fake_boot_ns, f };
}

void clock_fake_advance(struct clock_fake *f, double seconds)
{
	f->wall_s += seconds;
	f->boot_ns += llround(seconds * 1e9);
}
