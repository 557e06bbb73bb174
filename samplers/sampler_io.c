/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/PID/io: what a process has read from and written to disks. Not read unless asked for: it needs the rights of a debugger,
 * and is one file more for each process of each row (4.9 us, measured; status takes 10).
 */
#include "samplers/denied.h"
#include "samplers/key_value.h"
#include "samplers/registry.h"

enum { READ, WRITTEN, IO_N };

static const struct metric metrics[IO_N] = {
	[READ] = { "io_read_kb", "KiB", METRIC_COUNTER, "read from disk",
		   "what it caused to be read from a disk; read_bytes in /proc/PID/io" },
	[WRITTEN] = { "io_write_kb", "KiB", METRIC_COUNTER, "written to disk",
		      "what it caused to be written to a disk; write_bytes in /proc/PID/io" },
};

static enum sk_code io_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	static const struct key key[IO_N] = { [READ] = KEY("read_bytes"), [WRITTEN] = KEY("write_bytes") };
	enum sk_code rc = procfs_read(fs, pid, "io", err);

	if (rc != SK_OK)
		return denied_explain(rc, fs, pid, "io", "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
				      "input and output (io_read_kb, io_write_kb)", err);
	key_values(fs->buf, fs->len, key, IO_N, out);
	for (size_t i = 0; i < IO_N; i++)
		out[i] /= 1024;
	return SK_OK;
}

const struct sampler sampler_io = {
	.name = "io", .help = "read from and written to disks", .tier = TIER_TICK, METRICS(metrics), .read = io_read
};
