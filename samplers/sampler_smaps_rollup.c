/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/PID/smaps_rollup: proportional and private memory, exact. The kernel walks the page tables under the target's mmap lock
 * for it: 9 ms per GiB of private 4 KiB pages, 14 of shared (measured), so it is read under a budget.
 */
#include <math.h>

#include "samplers/denied.h"
#include "samplers/key_value.h"
#include "samplers/memoryless.h"
#include "samplers/parse.h"
#include "samplers/registry.h"

static const struct metric metrics[ROLLUP_N] = {
	[ROLLUP_PSS] = { "pss_kb", "KiB", METRIC_GAUGE, "PSS",
			 "each shared page divided by the processes that map it; Pss of /proc/PID/smaps_rollup" },
	[ROLLUP_USS] = { "uss_kb", "KiB", METRIC_GAUGE, "unshared memory (USS)",
			 "pages that no other process maps; Private_Clean + Private_Dirty of /proc/PID/smaps_rollup" },
	[ROLLUP_SHMEM] = { "shmem_kb", "KiB", METRIC_GAUGE, "shared memory",
			   "shared memory and tmpfs pages, each counted once over the tree; Pss_Shmem of "
			   "/proc/PID/smaps_rollup" },
	[ROLLUP_ANON] = { "anon_exact_kb", "KiB", METRIC_GAUGE, "private memory (exact)",
			  "as anon_kb, counted page by page; Anonymous of /proc/PID/smaps_rollup" },
};

bool rollup_parse(const char *buf, size_t n, double out[ROLLUP_N])
{
	static const struct key keys[] = { KEY("Pss"), KEY("Private_Clean"), KEY("Private_Dirty"), KEY("Pss_Shmem"),
					   KEY("Anonymous") };
	double v[5];

	key_values(buf, n, keys, 5, v);
	out[ROLLUP_PSS] = v[0];
	out[ROLLUP_USS] = v[1] + v[2]; /* NaN if either is */
	out[ROLLUP_SHMEM] = v[3];
	out[ROLLUP_ANON] = v[4];
	return !isnan(v[0]);
}

static enum sk_code rollup_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	enum sk_code rc = procfs_read(fs, pid, "smaps_rollup", err);

	if (rc == SK_OK && rollup_parse(fs->buf, fs->len, out))
		return SK_OK;
	/* ESRCH, or an empty file on some kernels: the answer of the dead, of zombies and of kernel threads alike */
	if (rc == SK_OK || rc == SK_EGONE) {
		rc = memoryless_check(fs, pid, "smaps_rollup", err);
		for (int i = 0; rc == SK_OK && i < ROLLUP_N; i++)
			out[i] = 0;
	}
	return denied_explain(rc, fs, pid, "smaps_rollup", "CAP_SYS_PTRACE", "PSS and USS (pss_kb, uss_kb, shmem_kb)", err);
}

const struct sampler sampler_smaps_rollup = { .name = "smaps_rollup",
					      .help = "PSS, USS, shared memory: exact, and dear on big processes",
					      .tier = TIER_BUDGET,
					      METRICS(metrics),
					      .read = rollup_read };
