/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/status: memory by kind for 10 us at any size of the process (measured). The row that is in every sample. */
#include <math.h>
#include <string.h>

#include "samplers/key_value.h"
#include "samplers/memoryless.h"
#include "samplers/parse.h"
#include "samplers/registry.h"

static const struct metric metrics[STATUS_N] = {
	[STATUS_RSS] = { "rss_kb", "KiB", METRIC_GAUGE, "resident memory (RSS)",
			 "pages in memory, shared ones counted in each process; VmRSS of /proc/PID/status" },
	[STATUS_VSZ] = { "vsz_kb", "KiB", METRIC_GAUGE, "virtual size",
			 "address space reserved, touched or not; VmSize of /proc/PID/status" },
	[STATUS_ANON] = { "anon_kb", "KiB", METRIC_GAUGE, "private memory (anonymous)",
			  "resident anonymous pages, the heap among them: what a leak grows; RssAnon of /proc/PID/status" },
	[STATUS_FILE] = { "file_kb", "KiB", METRIC_GAUGE, "file pages", "mapped pages of files; RssFile of /proc/PID/status" },
	[STATUS_SHMEM] = { "rss_shmem_kb", "KiB", METRIC_GAUGE, "shared memory (RSS)",
			   "shared memory and tmpfs pages, counted in each process that touched them; RssShmem of "
			   "/proc/PID/status" },
	[STATUS_SWAP] = { "swap_kb", "KiB", METRIC_GAUGE, "swapped out", "anonymous memory in swap; VmSwap of /proc/PID/status" },
	[STATUS_PTE] = { "pagetables_kb", "KiB", METRIC_GAUGE, "page tables",
			 "memory of the page tables themselves; VmPTE of /proc/PID/status" },
	[STATUS_THREADS] = { "threads", "1", METRIC_GAUGE, "threads", "threads; Threads of /proc/PID/status" },
};

void status_parse(const char *buf, size_t n, double out[STATUS_N])
{
	static const struct key keys[STATUS_N] = {
		[STATUS_RSS] = KEY("VmRSS"),    [STATUS_VSZ] = KEY("VmSize"),      [STATUS_ANON] = KEY("RssAnon"),
		[STATUS_FILE] = KEY("RssFile"), [STATUS_SHMEM] = KEY("RssShmem"),  [STATUS_SWAP] = KEY("VmSwap"),
		[STATUS_PTE] = KEY("VmPTE"),    [STATUS_THREADS] = KEY("Threads"),
	};

	key_values(buf, n, keys, STATUS_N, out);
}

#define ASK_EVERY 16 /* rows: a power of 2 */

/*
 * May what status said stand for this row too? Neither stat, with its counters of faults, nor statm has changed by a byte since
 * before it was read. Resident, anonymous and virtual size are sums and differences of statm's numbers; without a fault of its own
 * and with as many pages as before there is nothing to tell of the others. What is in swap can be given back without either: who
 * has some is always asked. And each is asked in one of ASK_EVERY rows, in different ones for different numbers.
 */
static bool stands(const struct kept_table *t, const struct kept *k)
{
	return k->status.known && (t->row + (unsigned)k->pid) % ASK_EVERY != 0 &&
	       kept_same_since(t, k, KEPT_STAT, k->status.row) && kept_same_since(t, k, KEPT_STATM, k->status.row);
}

static enum sk_code ask(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	enum sk_code rc = procfs_read_once(fs, pid, "status", err);

	if (rc != SK_OK)
		return rc;
	status_parse(fs->buf, fs->len, out);
	if (!isnan(out[STATUS_RSS]) || !isnan(out[STATUS_VSZ]))
		return SK_OK;
	rc = memoryless_check(fs, pid, "status", err);
	for (int i = 0; rc == SK_OK && i < STATUS_THREADS; i++)
		out[i] = 0;
	return rc;
}

/* statm is read only of who did nothing since the row before, and before status: what happens between the two is seen later. */
static enum sk_code status_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	struct kept *k = kept_find(&fs->kept, pid);
	bool quiet = k && kept_same_since(&fs->kept, k, KEPT_STAT, fs->kept.row - 1) &&
		     procfs_read_once(fs, pid, "statm", NULL) == SK_OK;
	enum sk_code rc;

	if (quiet && stands(&fs->kept, k)) {
		memcpy(out, k->status.value, sizeof(k->status.value));
		return SK_OK;
	}
	rc = ask(fs, pid, out, err);
	if (!k)
		return rc;
	k->status = (struct kept_status){ .known = rc == SK_OK && quiet && out[STATUS_SWAP] == 0, .row = fs->kept.row };
	memcpy(k->status.value, out, sizeof(k->status.value));
	return rc;
}

const struct sampler sampler_status = { .name = "status",
					.help = "memory by kind, swap, page tables, threads",
					.tier = TIER_TICK,
					METRICS(metrics),
					.read = status_read };
