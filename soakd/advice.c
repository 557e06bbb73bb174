/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is ruled out, and what to send next: who reads a report has only it, and is spared a question. */
#include "soakd/advice.h"

#include <string.h>

#include "analysis/explained.h"
#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/words.h"

/* As people call them, in the order in which they are asked about; of two columns of one thing both have to be calm. */
static const struct ruled {
	const char *column, *other, *word;
} ruled[] = {
	{ "anon_kb", NULL, "private memory" },    { "shmem_kb", "rss_shmem_kb", "shared memory" },
	{ "file_kb", NULL, "file pages" },        { "stack_kb", NULL, "stacks" },
	{ "pagetables_kb", NULL, "page tables" }, { "vsz_kb", NULL, "address space" },
	{ "fds", NULL, "descriptors" },           { "threads", NULL, "threads" },
	{ "processes", NULL, "processes" },       { DRIVER_COLUMN, NULL, "soakd's driver" },
};

static const struct series_verdict *series_of(const struct verdict *v, const char *column)
{
	for (size_t i = 0; column && i < v->n_series; i++)
		if (strcmp(v->series[i].column, column) == 0)
			return &v->series[i];
	return NULL;
}

static bool calm(const struct series_verdict *s)
{
	return s && s->samples > 0 && !verdict_grows(s->verdict) && s->verdict != VERDICT_INSUFFICIENT;
}

static bool is_ruled_out(const struct verdict *v, const struct ruled *r)
{
	const struct series_verdict *one = series_of(v, r->column), *other = series_of(v, r->other);
	const char *decides = v->main.column;

	if (strcmp(decides, r->column) == 0 || (r->other && strcmp(decides, r->other) == 0))
		return false; /* the verdict has said it */
	return (calm(one) && (!other || calm(other))) || (!one && calm(other));
}

bool add_ruled_out(struct text *out, const struct verdict *v)
{
	bool any = false;

	for (size_t i = 0; v->gate == GATE_NONE && i < sizeof(ruled) / sizeof(*ruled); i++) {
		if (!is_ruled_out(v, &ruled[i]))
			continue;
		text_addf(out, "%s%s", any ? ", " : "", ruled[i].word);
		any = true;
	}
	return any;
}

static void add_next_of_gate(struct text *out, enum verdict_gate gate)
{
	static const char *const words[] = {
		[GATE_KEPT] = "a run without the tool judges the growth",
		[GATE_OPEN] = "let the target end in order: a longer --under-wait, or a shutdown of its own",
		[GATE_NO_WORK] = "see in events.csv why the operations failed, and run again when they succeed",
		[GATE_BROKEN] = "free what is lost at the places named, and run again",
	};

	text_add(out, words[gate]);
}

/* The next of a kind behind `last`, the largest growth first; NULL as `last`: the first. */
static const struct verdict_part *next_grown(const struct verdict *v, const char *by, const struct verdict_part *last)
{
	for (size_t i = last ? (size_t)(last - v->part) + 1 : 0; i < v->n_parts; i++)
		if (strcmp(v->part[i].by, by) == 0 && v->part[i].growth_kb > 0)
			return &v->part[i];
	return NULL;
}

static const struct verdict_part *grown_part(const struct verdict *v, const char *by)
{
	return next_grown(v, by, NULL);
}

/* The number of the process that grew most, "backend (soakd) pid 31574": as the data has it; else where one would be written. */
static void pid_of(const struct verdict *v, char pid[16])
{
	const struct verdict_part *p = grown_part(v, "process");
	const char *found = p ? strstr(p->name, " pid ") : NULL, *digits = found ? found + strlen(" pid ") : "";
	size_t n = strspn(digits, "0123456789");

	if (n > 0 && n < 16 && digits[n] == '\0')
		memcpy(pid, digits, n + 1);
	else
		memcpy(pid, "PID", sizeof("PID"));
}

static const char *version_of(const json_t *run)
{
	return json_get_str(json_object_get(run, "target_info"), "version", "");
}

static bool is_of(const struct verdict *v, const json_t *run, const char *source, const char *version)
{
	return strcmp(v->explained.source, source) == 0 || strncmp(version_of(run), version, strlen(version)) == 0;
}

static void add_heap_profile(struct text *out, const json_t *run, const char *pid)
{
	const char *allocator = json_get_str(json_object_get(run, "host"), "allocator", "");

	if (strstr(allocator, "jemalloc"))
		text_add(out, "a heap profile over the same load (MALLOC_CONF=prof:true,prof_final:true where jemalloc has it)");
	else if (strstr(allocator, "tcmalloc"))
		text_add(out, "a heap profile over the same load (HEAPPROFILE=/tmp/heap)");
	else
		text_addf(out, "a heap profile of the process that grows, over the same load, start to end: heaptrack -p %s",
			  pid);
}

/* The contexts that the reason names, as it names them (analysis/explained.c): one, or the two that only together are most of it. */
static void add_contexts(struct text *out, const struct verdict *v, const struct verdict_part *first)
{
	const struct verdict_part *second = next_grown(v, first->by, first);

	char name[EXPLAINED_NAME + 16];

	if (!second || first->share > .5 || first->share + second->share <= .5 || second->share <= first->share / 2) {
		add_part_name(out, first);
		return;
	}
	item_beside(name, sizeof(name), first->name, second->name);
	text_addf(out, "%s and ", name);
	item_beside(name, sizeof(name), second->name, first->name);
	text_add(out, name);
}

/* Where most of the growth is outside of the contexts, the largest of them is not where it grows. */
static void add_next_of_postgres(struct text *out, const struct verdict *v, const json_t *run, const char *pid)
{
	const struct verdict_part *context = grown_part(v, "context");
	const struct explained *e = &v->explained;
	bool outside = e->source[0] && e->share < .5;

	if (context && part_counts(context) && !outside) {
		text_add(out, "report it with this page: it grows in ");
		add_contexts(out, v, context);
	} else if (outside && e->rest == REST_OTHER) {
		add_heap_profile(out, run, pid);
	} else {
		text_addf(out,
			  "select pg_log_backend_memory_contexts(%s) as superuser, early and late: the server's log then has "
			  "the context that grows",
			  pid);
	}
}

/* Growth of memory of the target's own. */
static void add_next_of_memory(struct text *out, const struct verdict *v, const json_t *run, const char *pid)
{
	if (is_of(v, run, "pg_backend_memory_contexts", "PostgreSQL "))
		add_next_of_postgres(out, v, run, pid);
	else if (is_of(v, run, "redis", "Redis ") || is_of(v, run, "redis", "Valkey "))
		text_add(out, "MEMORY DOCTOR and MEMORY MALLOC-STATS, early and late in the same load");
	else
		add_heap_profile(out, run, pid);
}

static void add_next_of_leak(struct text *out, const struct verdict *v, const json_t *run)
{
	const struct verdict_part *kind = grown_part(v, "fd-kind");
	const char *column = v->main.column;
	char pid[16];

	pid_of(v, pid);
	if (strcmp(column, DRIVER_COLUMN) == 0) {
		text_add(out, "report it to soakd: it is its driver that grows");
	} else if (strcmp(column, "fds") == 0) {
		text_addf(out, "ls -l /proc/%s/fd, early and late: which entries are new", pid);
		if (kind)
			text_addf(out, " (of kind %s)", kind->name);
	} else if (strcmp(column, "threads") == 0) {
		text_addf(out,
			  "grep . /proc/%s/task/*/comm, early and late: which names are new; and their stacks "
			  "(gdb -p %s -batch -ex 'thread apply all bt')",
			  pid, pid);
	} else if (strcmp(column, "processes") == 0 || v->main.kind == LEAK_PROCESSES) {
		text_add(out,
			 "ps -eo pid,ppid,stat,etime,args, early and late: which are new, and whether they still work or were "
			 "not reaped (Z)");
	} else if (strcmp(column, "vsz_kb") == 0 || v->main.kind == LEAK_ADDRESS_SPACE) {
		text_addf(out, "/proc/%s/maps, early and late: which mappings are new", pid);
	} else if (v->main.beyond_own || strstr(column, "shmem") || strcmp(column, "file_kb") == 0) {
		text_addf(out, "/proc/%s/smaps, early and late: which mappings grow", pid);
	} else {
		add_next_of_memory(out, v, run, pid);
	}
}

/* Nothing is decided: how long until it may be. */
static void add_next_of_open(struct text *out, const struct verdict *v)
{
	char buf[40];

	if (v->explained.by_allocator)
		text_add(out,
			 "let the allocator give it back (redis: activedefrag yes; glibc: malloc_trim(), MALLOC_ARENA_MAX=2; "
			 "or jemalloc), and see whether it still grows");
	else if (v->main.samples == 0)
		text_add(out, "find out why its column is empty: there is nothing to judge");
	else if (verdict_needs_too_long(&v->main))
		text_add(out, "a far longer run, or one under a steadier load: in this one memory moves too much to see a trend");
	else if (isfinite(v->main.need_more_s))
		text_addf(out, "go on for about %s more: the question can then be decided",
			  fmt_duration(buf, sizeof(buf), v->main.need_more_s));
	else
		text_add(out, "a longer run under the same load");
}

void add_next(struct text *out, const struct verdict *v, const json_t *run)
{
	struct text raw = TEXT_INIT; /* names of contexts and kinds are from outside */

	if (v->gate != GATE_NONE)
		add_next_of_gate(&raw, v->gate);
	else if (v->main.verdict == VERDICT_LEAK)
		add_next_of_leak(&raw, v, run);
	else if (v->main.verdict == VERDICT_SUSPECTED || v->main.verdict == VERDICT_INSUFFICIENT)
		add_next_of_open(&raw, v);
	else
		text_add(&raw, "nothing to do; a longer run excludes smaller leaks");
	add_plain(out, text_str(&raw));
	out->failed |= raw.failed;
	text_release(&raw);
}
