/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of the CSV files. A column that several files have is one macro: its words must not differ from file to file.
 * In samples.csv a figure is the sum over the target's processes, elsewhere it is one process's, one class's or one mapping's.
 */
#include "base/columns.h"

/* clang-format off: it spreads each of these macros over six lines */
#define N(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT(name, label, help) { name, "text", METRIC_GAUGE, label, help }
#define KB(name, label, help) { name, "KiB", METRIC_GAUGE, label, help }
#define COUNT(name, label, help) { name, "1", METRIC_GAUGE, label, help }
#define TOTAL(name, unit, label, help) { name, unit, METRIC_COUNTER, label, help }

#define LEVEL(name, unit, label, help) { name, unit, METRIC_GAUGE, label, help }

#define C_TIMESTAMP LEVEL("timestamp", "s", "time", "When the row was taken: Unix seconds of the wall clock, which may step.")
#define C_PID \
	COUNT("pid", "process", "The process's number, unique only while it lives.")
#define C_START \
	LEVEL("starttime", "ticks", "start time", \
	      "When the process began, in clock ticks since boot: starttime in /proc/PID/stat.")
#define C_COMM TEXT("name", "command", "The command's name: Name in /proc/PID/status.")
#define C_CLASS \
	TEXT("class", "mapping class", "What the mappings are for: heap, arena, file-text and so on, the first rule that matches.")
#define C_SIZE KB("size_kb", "mapped", "Address space of these mappings: Size in /proc/PID/smaps.")
#define C_DIRTY \
	KB("private_dirty_kb", "private dirty", \
	   "Written pages that one process alone maps, also of shared memory that others have not touched: Private_Dirty in " \
	   "/proc/PID/smaps.")
#define C_HUGETLB \
	KB("hugetlb_kb", "huge pages (hugetlbfs)", "Pages of hugetlbfs, which RSS does not count: /proc/PID/smaps.")
#define C_ROLE TEXT("role", "role", "What the process is for, as its program or its title says; never its number.")
#define C_RSS \
	KB("rss_kb", "resident memory (RSS)", "Pages in memory, shared ones counted in every process: VmRSS in /proc/PID/status.")
#define C_PSS \
	KB("pss_kb", "PSS", "Resident memory with each shared page divided by its users: Pss in /proc/PID/smaps_rollup.")
#define C_ANON \
	KB("anon_kb", "private memory (anonymous)", \
	   "Pages that belong to no file, where heaps and stacks live and leaks show: RssAnon in /proc/PID/status.")
#define C_FILE \
	KB("file_kb", "file pages", "Resident pages of mapped files, programs and libraries: RssFile in /proc/PID/status.")
#define C_SHMEM \
	KB("shmem_kb", "shared memory", \
	   "Shared memory with each page counted once for all its users: Pss_Shmem in /proc/PID/smaps_rollup.")
#define C_SWAP KB("swap_kb", "swapped out", "Anonymous pages that are in swap instead of memory: VmSwap in /proc/PID/status.")
#define C_HEAP \
	KB("heap_kb", "heap", \
	   "Resident memory of the classes heap, arena, anon and anon-named, where allocators take theirs: /proc/PID/smaps.")
#define C_THREADS COUNT("threads", "threads", "Threads: Threads in /proc/PID/status.")
#define C_FDS COUNT("fds", "open descriptors", "Open file descriptors: the entries of /proc/PID/fd.")
#define C_CPU \
	TOTAL("cpu_s", "s", "CPU time", "Processor time spent in user and kernel mode: utime and stime in /proc/PID/stat.")
#define C_OPS TOTAL("ops", "1", "operations", "Operations that the workload has completed: counted by soakd's driver.")
#define C_ERRORS \
	TOTAL("errors", "1", "failed operations", "Operations that failed, lost connections included: counted by soakd's driver.")
/* clang-format on */

const struct metric samples_columns[] = {
	C_TIMESTAMP,
	LEVEL("elapsed_s", "s", "time since the start", "Seconds since the run began, suspend included: CLOCK_BOOTTIME."),
	COUNT("processes", "processes", "Processes of the target that live."),
	C_RSS,
	KB("vsz_kb", "virtual size", "Address space that is reserved, touched or not: VmSize in /proc/PID/status."),
	C_PSS,
	KB("uss_kb", "unshared memory (USS)",
	   "Pages that no other process maps: Private_Clean, Private_Dirty and Private_Hugetlb in /proc/PID/smaps_rollup."),
	C_ANON,
	C_FILE,
	C_SHMEM,
	KB("rss_shmem_kb", "shared memory (RSS)",
	   "Shared memory that was touched, counted in every process that did: RssShmem in /proc/PID/status."),
	C_SWAP,
	C_HEAP,
	KB("stack_kb", "stacks", "Resident memory of the main and the thread stacks: /proc/PID/smaps."),
	C_HUGETLB,
	KB("pagetables_kb", "page tables", "Kernel memory for page tables: VmPTE in /proc/PID/status."),
	COUNT("pss_sampled", "processes with PSS", "Processes whose smaps_rollup was read for this row."),
	COUNT("heap_sampled", "processes with heap", "Processes whose full smaps was read for this row."),
	C_THREADS,
	C_FDS,
	TOTAL("minor_faults", "1", "minor page faults",
	      "Page faults served without reading a disk: minflt in /proc/PID/stat."),
	TOTAL("major_faults", "1", "major page faults", "Page faults that had to read a disk: majflt in /proc/PID/stat."),
	C_CPU,
	C_OPS,
	C_ERRORS,
	KB("driver_anon_kb", "soakd's driver (private memory)",
	   "RssAnon of soakd's own load generator, which is no part of the target."),
	TOTAL("op_rows", "1", "rows of operations",
	      "Rows that the workload has written or read, where its driver knows them: counted by soakd's driver."),
	TOTAL("op_bytes", "bytes", "bytes of operations",
	      "Bytes of values that the workload has sent and received, where its driver knows them: counted by soakd's driver."),
	TOTAL("connects", "1", "connections made",
	      "Connections that the workload has made, the first ones and each one since: counted by soakd's driver."),
	TOTAL("reconnects", "1", "reconnects", "Of these connections those made again after a loss: counted by soakd's driver."),
	TOTAL("missed_ops", "1", "missed operations",
	      "Operations whose time passed while the target was busy, and that were not made up for: counted by soakd's driver."),
	TOTAL("reloads", "1", "reloads",
	      "Reloads of the target: generations of its workers that were seen to retire, or reloads that the run sent."),
};
const size_t n_samples_columns = N(samples_columns);

const struct metric processes_columns[] = {
	C_TIMESTAMP,
	C_PID,
	C_START,
	C_ROLE,
	C_COMM,
	C_RSS,
	C_PSS,
	C_ANON,
	C_SHMEM,
	C_FILE,
	C_SWAP,
	C_HEAP,
	C_THREADS,
	C_FDS,
	C_CPU,
};
const size_t n_processes_columns = N(processes_columns);

const struct metric mappings_columns[] = {
	C_TIMESTAMP,
	C_PID,
	C_ROLE,
	C_CLASS,
	C_COMM,
	COUNT("mappings", "mappings", "Mappings of this class: entries of /proc/PID/smaps."),
	C_SIZE,
	C_RSS,
	C_PSS,
	C_DIRTY,
	C_ANON,
	C_SWAP,
};
const size_t n_mappings_columns = N(mappings_columns);

const struct metric objects_columns[] = {
	C_TIMESTAMP,
	C_PID,
	C_ROLE,
	C_CLASS,
	TEXT("name", "mapping", "The mapping's name in /proc/PID/smaps; empty: it has none."),
	COUNT("mappings", "mappings", "Mappings of this class and name: entries of /proc/PID/smaps."),
	C_SIZE,
	C_RSS,
	C_PSS,
	C_DIRTY,
	C_ANON,
	C_SWAP,
	C_HUGETLB,
	KB("thp_kb", "transparent huge pages",
	   "Memory that huge pages map, counted in the other figures too: AnonHugePages, ShmemPmdMapped, FilePmdMapped in "
	   "/proc/PID/smaps."),
	C_START,
	TEXT("start", "lowest address", "Where the lowest of these mappings begins, hexadecimal."),
	TEXT("end", "highest address", "Where the highest of these mappings ends, hexadecimal."),
	TEXT("object", "file or shared object",
	     "Device and inode: the same in each process that maps it. Empty: no file, or several of one name."),
};
const size_t n_objects_columns = N(objects_columns);

const struct metric internals_columns[] = {
	C_TIMESTAMP,
	C_PID,
	TEXT("source", "source", "Who says so: a view, a command or a function of the target."),
	TEXT("item", "item", "The item's name in the target's own words."),
	LEVEL("value", "unit", "value", "The item's value, in the unit that the next column names."),
	TEXT("unit", "unit", "Unit of the value: bytes, KiB, 1."),
};
const size_t n_internals_columns = N(internals_columns);

const struct metric events_columns[] = {
	C_TIMESTAMP,
	TEXT("kind", "event",
	     "What happened: start, target exit, restart, reconnect, gap, phase, epoch, pressure level, error."),
	TEXT("detail", "detail", "The same in words."),
};
const size_t n_events_columns = N(events_columns);

const struct metric phases_columns[] = {
	LEVEL("started", "s", "start", "When the phase began, Unix seconds."),
	LEVEL("ended", "s", "end", "When it was over and its last row was taken, Unix seconds."),
	COUNT("round", "round", "How often the list of phases was begun by then, from 1."),
	TEXT("phase", "phase", "The phase's name."),
	TEXT("column", "column", "The column of samples.csv that the figures are of, in its unit."),
	LEVEL("before", "unit", "before", "Its value in the row just before the phase began."),
	LEVEL("peak", "unit", "peak", "The highest value of all rows of the phase, its two ends included."),
	LEVEL("after", "unit", "after", "Its value in the row when nothing was under way any more and the phase had settled."),
	LEVEL("growth", "unit", "net growth", "After less before."),
	TEXT("budget", "budget", "What of it has a budget: peak, rise (peak less before), after, growth; empty: nothing."),
	LEVEL("most", "unit", "budget", "The most that the budget allows."),
	COUNT("exceeded", "exceeded", "1: it was more; 0: it was not; empty: no budget, or the value is not known."),
	COUNT("complete", "complete", "1: the phase came to its end; 0: it was cut off, and `after` is only where that was."),
};
const size_t n_phases_columns = N(phases_columns);

const struct metric operations_columns[] = {
	C_TIMESTAMP,
	TEXT("kind", "operation", "What the driver calls these operations: a statement, a command, a script."),
	C_OPS,
	C_ERRORS,
	TOTAL("rows", "1", "rows", "Rows written or read; empty: none, or the driver does not know them."),
	TOTAL("bytes", "bytes", "bytes", "Bytes of values sent and received; empty: none, or the driver does not know them."),
	LEVEL("p50_us", "us", "median latency", "Half of the operations since the row before took no longer, within 3 %."),
	LEVEL("p95_us", "us", "latency of 95 %", "Of the operations since the row before 95 % took no longer, within 3 %."),
	LEVEL("p99_us", "us", "latency of 99 %", "Of the operations since the row before 99 % took no longer, within 3 %."),
	LEVEL("max_us", "us", "longest latency",
	      "The longest operation since the row before, within 3 %; exact where none before it was longer."),
};
const size_t n_operations_columns = N(operations_columns);

void columns_header(struct text *out, const struct metric *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			text_addc(out, ',');
		text_add(out, m[i].name);
	}
}

const struct metric *column_lookup(const char *name)
{
	const struct {
		const struct metric *m;
		size_t n;
	} table[] = {
		{ samples_columns, n_samples_columns },	    { processes_columns, n_processes_columns },
		{ mappings_columns, n_mappings_columns },   { objects_columns, n_objects_columns },
		{ events_columns, n_events_columns },	    { internals_columns, n_internals_columns },
		{ phases_columns, n_phases_columns },
		{ operations_columns, n_operations_columns },
	};

	for (size_t i = 0; i < N(table); i++) {
		int at = metric_find(table[i].m, table[i].n, name);

		if (at >= 0)
			return &table[i].m[at];
	}
	return NULL;
}
