/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/fd, counted: a leak of descriptors is a leak. */
#include "samplers/denied.h"
#include "samplers/registry.h"

static const struct metric metrics[] = {
	{ "fds", "1", METRIC_GAUGE, "open descriptors", "open file descriptors; entries of /proc/PID/fd" },
};

static enum sk_code fds_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	size_t n;
	enum sk_code rc = procfs_count_fds(fs, pid, &n, err);

	if (rc != SK_OK)
		return denied_explain(rc, fs, pid, "fd", "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", "count of descriptors (fds)",
				      err);
	out[0] = (double)n;
	return SK_OK;
}

const struct sampler sampler_fds = {
	.name = "fds", .help = "open descriptors", .tier = TIER_TICK, METRICS(metrics), .read = fds_read
};
