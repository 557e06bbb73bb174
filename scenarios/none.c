/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No load: the driver only keeps the protocol, so that a run without a workload needs no special case. */
#include "scenarios/registry.h"

static enum sk_code none_open(struct drive *d, void *state, struct sk_err *err)
{
	(void)state;
	(void)err;
	drive_connected(d);
	return SK_OK;
}

static int64_t none_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	(void)d;
	(void)state;
	(void)fds;
	(void)n;
	(void)now_ns;
	return INT64_MAX;
}

static void none_close(struct drive *d, void *state)
{
	(void)d;
	(void)state;
}

const struct scenario scenario_none = { .name = "none", .open = none_open, .run = none_run, .close = none_close };
