/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/smaps: the heap. No file of /proc has a line for it (there is no "Heap:" in status): it is a sum of mapping classes.
 */
#include <string.h>

#include "samplers/denied.h"
#include "samplers/memoryless.h"
#include "samplers/registry.h"
#include "samplers/smaps_parse.h"

enum { HEAP, STACK, HUGETLB, SMAPS_N };

static const struct metric metrics[SMAPS_N] = {
	[HEAP] = { "heap_kb", "KiB", METRIC_GAUGE, "heap",
		   "resident memory of the classes heap, arena, anon and anon-named, where allocators take theirs; "
		   "/proc/PID/smaps" },
	[STACK] = { "stack_kb", "KiB", METRIC_GAUGE, "stacks",
		    "resident memory of the main and the thread stacks; /proc/PID/smaps" },
	[HUGETLB] = { "hugetlb_kb", "KiB", METRIC_GAUGE, "huge pages (hugetlbfs)",
		      "pages of hugetlbfs, which RSS does not count; /proc/PID/smaps" },
};

enum sk_code smaps_read(struct smaps_parser *p, struct procfs *fs, pid_t pid, struct smaps_summary *out,
			struct map_objects *objects, struct sk_err *err)
{
	enum sk_code rc;

	smaps_parser_reset(p, objects);
	rc = procfs_stream(fs, pid, "smaps", smaps_parser_feed, p, err);
	if (rc == SK_EPERM)
		return denied_explain(rc, fs, pid, "smaps", "CAP_SYS_PTRACE", "map of the memory (heap_kb, stack_kb, hugetlb_kb)",
				      err);
	if (rc != SK_OK && rc != SK_EGONE)
		return rc;
	if (rc == SK_EGONE || (!p->open && p->line_len == 0)) { /* nothing: zombie, kernel thread, or gone */
		memset(out, 0, sizeof(*out));
		return memoryless_check(fs, pid, "smaps", err);
	}
	/* statm is never 0 while the process has memory: had it been given back meanwhile, the text would end early without a
	 * word */
	rc = procfs_read(fs, pid, "statm", err);
	if (rc != SK_OK)
		return rc;
	if (strncmp(fs->buf, "0 ", 2) == 0)
		return SK_EGONE;
	return smaps_parser_end(p, out, err);
}

struct counter {
	uint64_t n, most;
};

static int count_lines(void *ctx, const char *chunk, size_t n)
{
	struct counter *c = ctx;

	for (const char *end = chunk + n; (chunk = memchr(chunk, '\n', (size_t)(end - chunk))); chunk++)
		c->n++;
	return c->n >= c->most;
}

enum sk_code smaps_count(struct procfs *fs, pid_t pid, uint64_t most, uint64_t *n, struct sk_err *err)
{
	struct counter c = { 0, most };
	enum sk_code rc = procfs_stream(fs, pid, "maps", count_lines, &c, err);

	if (rc == SK_OK)
		*n = c.n;
	return rc;
}

struct smaps_heap smaps_heap(const struct smaps_summary *sum)
{
	const struct map_sum *c = sum->by_class;

	return (struct smaps_heap){
		.heap_kb = c[MAP_HEAP].rss_kb + c[MAP_ARENA].rss_kb + c[MAP_ANON].rss_kb + c[MAP_ANON_NAMED].rss_kb,
		.stack_kb = c[MAP_STACK].rss_kb + c[MAP_THREAD_STACK].rss_kb,
		.hugetlb_kb = sum->all.hugetlb_kb,
	};
}

static enum sk_code heap_read(struct procfs *fs, pid_t pid, double *out, struct sk_err *err)
{
	struct smaps_parser parser; /* 2 KiB of stack: nothing to allocate, nothing to keep */
	struct smaps_summary sum;
	enum sk_code rc = smaps_read(&parser, fs, pid, &sum, NULL, err);

	if (rc == SK_EPARSE)
		sk_err_prefix(err, "%s/%d/smaps: ", fs->root, (int)pid);
	if (rc != SK_OK)
		return rc;
	const struct smaps_heap h = smaps_heap(&sum);

	out[HEAP] = h.heap_kb;
	out[STACK] = h.stack_kb;
	out[HUGETLB] = h.hugetlb_kb;
	return SK_OK;
}

const struct sampler sampler_smaps = { .name = "smaps",
				       .help = "heap, stacks and huge pages, by mapping class",
				       .tier = TIER_EPOCH,
				       METRICS(metrics),
				       .read = heap_read };
