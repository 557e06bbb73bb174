/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/stat: the counters. Its rss field is not used: it lags behind by what each CPU has not yet added up (measured). */
#include "samplers/proc_stat.h"
#include "samplers/registry.h"

enum { MINOR, MAJOR, CPU, STAT_N };

static const struct metric metrics[STAT_N] = {
	[MINOR] = { "minor_faults", "1", METRIC_COUNTER, "minor page faults",
		    "faults without reading from disk; field 10 of /proc/PID/stat" },
	[MAJOR] = { "major_faults", "1", METRIC_COUNTER, "major page faults",
		    "faults that read from disk or swap; field 12 of /proc/PID/stat" },
	[CPU] = { "cpu_s", "s", METRIC_COUNTER, "CPU time", "user and system time; fields 14 and 15 of /proc/PID/stat" },
};

static enum sk_code stat_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	enum sk_code rc = procfs_read_once(fs, pid, "stat", err);
	struct proc_stat st;

	if (rc != SK_OK)
		return rc;
	if (proc_stat_parse(fs->buf, fs->len, &st) != 0)
		return sk_fail(err, SK_EIO, 0, "%s/%d/stat is not in its format", fs->root, (int)pid);
	out[MINOR] = (double)st.minflt;
	out[MAJOR] = (double)st.majflt;
	out[CPU] = st.cpu_s;
	return SK_OK;
}

const struct sampler sampler_stat = {
	.name = "stat", .help = "page faults and CPU time", .tier = TIER_TICK, METRICS(metrics), .read = stat_read
};
