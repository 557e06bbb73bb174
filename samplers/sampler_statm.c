/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/statm: resident and virtual size for 4 us, the cheapest there is (0.8 us with a kept descriptor, measured). */
#include <stdint.h>
#include <unistd.h>

#include "samplers/memoryless.h"
#include "samplers/parse.h"
#include "samplers/registry.h"

static const struct metric metrics[STATM_N] = {
	[STATM_RSS] = { "rss_kb", "KiB", METRIC_GAUGE, "resident memory (RSS)",
			"pages in memory, shared ones counted in each process; field 2 of /proc/PID/statm" },
	[STATM_VSZ] = { "vsz_kb", "KiB", METRIC_GAUGE, "virtual size",
			"address space reserved, touched or not; field 1 of /proc/PID/statm" },
};

static bool pages(const char **s, const char *end, uint64_t *out)
{
	const char *p = *s;

	for (*out = 0; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*out, 10u, out) || __builtin_add_overflow(*out, (uint64_t)(*p - '0'), out))
			return false;
	if (p == *s || p == end || *p != ' ')
		return false;
	*s = p + 1;
	return true;
}

bool statm_parse(const char *buf, size_t n, double page_kb, double out[STATM_N])
{
	const char *s = buf, *end = buf + n;
	uint64_t size, resident;

	if (!pages(&s, end, &size) || !pages(&s, end, &resident))
		return false;
	out[STATM_VSZ] = (double)size * page_kb;
	out[STATM_RSS] = (double)resident * page_kb;
	return true;
}

static enum sk_code statm_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	enum sk_code rc = procfs_read_once(fs, pid, "statm", err);

	if (rc != SK_OK)
		return rc;
	if (!statm_parse(fs->buf, fs->len, (double)sysconf(_SC_PAGESIZE) / 1024, out))
		return sk_fail(err, SK_EIO, 0, "%s/%d/statm is not in its format", fs->root, (int)pid);
	/* a main thread that has exited shows 0 as a zombie does, and its process lives */
	return out[STATM_VSZ] > 0 ? SK_OK : memoryless_check(fs, pid, "statm", err);
}

const struct sampler sampler_statm = {
	.name = "statm", .help = "resident and virtual size only", .tier = TIER_TICK, METRICS(metrics), .read = statm_read
};
