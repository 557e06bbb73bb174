/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What soakd itself costs, by the same files and parsers as everybody else's memory. */
#include <math.h>

#include "samplers/parse.h"
#include "samplers/proc_stat.h"
#include "samplers/sampler.h"

enum sk_code self_cost_read(struct procfs *fs, pid_t pid, struct self_cost *out, struct sk_err *err)
{
	double status[STATUS_N];
	struct proc_stat st;
	enum sk_code rc;

	out->cpu_s = out->rss_kb = out->anon_kb = NAN;
	rc = procfs_read(fs, pid, pid ? "stat" : "self/stat", err);
	if (rc != SK_OK)
		return rc;
	if (proc_stat_parse(fs->buf, fs->len, &st) == 0)
		out->cpu_s = st.cpu_s;
	rc = procfs_read(fs, pid, pid ? "status" : "self/status", err);
	if (rc != SK_OK)
		return rc;
	status_parse(fs->buf, fs->len, status);
	out->rss_kb = status[STATUS_RSS];
	out->anon_kb = status[STATUS_ANON];
	return SK_OK;
}
