/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a command under a memory tool is ended. Apart from the tools' table, which belongs to the options that reports know too: those
 * need nothing that reads processes.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soakd/launch.h"
#include "soakd/under.h"

/* A fast shutdown is asked of the first process alone, which under heaptrack is its script. */
static int signal_of(const struct run_options *o)
{
	return under_is_postgres(o) && o->under != UNDER_HEAPTRACK ? SIGINT : SIGTERM;
}

/* heaptrack's script, and what it has started to write the file: both end when the program that they listen to has. */
static bool is_heaptrack(pid_t root, pid_t pid, pid_t ppid, const char *comm)
{
	static const char *const writers[] = { "heaptrack_inter", "zstd", "gzip" };

	if (pid == root)
		return true;
	for (size_t i = 0; ppid == root && i < sizeof(writers) / sizeof(*writers); i++)
		if (strcmp(comm, writers[i]) == 0)
			return true;
	return false;
}

enum sk_code under_stop(const struct run_options *o, pid_t pid, const struct kin *kin, const struct identities *seen,
			const struct log_bound *log, unsigned *killed, struct sk_err *err)
{
	const struct launch_ending how = { .ask = signal_of(o),
					   .wait_s = o->under_wait_s,
					   .kin = kin,
					   .seen = seen,
					   .log = log,
					   .spare = o->under == UNDER_HEAPTRACK ? is_heaptrack : NULL };
	enum sk_code rc = launch_stop_command(pid, &how, killed, err);
	char pipe[64];
	struct stat st;

	/* the script removes it, unless it was killed */
	snprintf(pipe, sizeof(pipe), "/tmp/heaptrack_fifo%d", (int)pid);
	if (o->under == UNDER_HEAPTRACK && *killed && lstat(pipe, &st) == 0 && S_ISFIFO(st.st_mode) && st.st_uid == geteuid())
		unlink(pipe);
	return rc;
}
