/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a tree in which processes come and go: who counts, who was read, what is kept of the dead. A made /proc, a made clock. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/soakd/fake_proc.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/run_json.h"
#include "soakd/session.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"
#include "soakd/workload.h"

#define BOOT_S 5000 /* the machine is up so long when the run begins: start times are in hundredths of a second */

struct world {
	struct fake f;
	double anon_kb[64];  /* of f.p[i] */
	bool unreadable[64]; /* its page tables */
	const char *rollup;  /* of process 0, behind the status of one that lives; NULL: its own */
	const char *maps;    /* of everybody; NULL: none */
	struct run_options opt;
	struct target target;
	struct session s;
	struct clock_fake clock;
	json_t *run;
	char dir[128];
};

static void put_memory(struct world *w)
{
	char text[1024];

	fake_sync(&w->f);
	for (size_t i = 0; i < w->f.n; i++) {
		int pid = (int)w->f.p[i].pid;
		double kb = w->anon_kb[i];

		mkdir(fake_path(&w->f, "proc/%d/fd", pid), 0755);
		fake_write(fake_path(&w->f, "proc/%d/smaps_rollup", pid), "");
		fake_write(fake_path(&w->f, "proc/%d/smaps", pid), "");
		if ((w->f.p[i].flags && !(i == 0 && w->rollup)) ||
		    w->f.p[i].state == 'Z') { /* it has exited, or never had memory */
			fake_write(fake_path(&w->f, "proc/%d/status", pid), "Name:\tx\nThreads:\t1\n");
			continue;
		}
		snprintf(text, sizeof(text),
			 "Name:\tx\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\nVmSize:\t%.0f kB\nVmRSS:\t%.0f kB\nRssAnon:\t%.0f kB\n"
			 "RssFile:\t1000 kB\nRssShmem:\t0 kB\nVmPTE:\t40 kB\nVmSwap:\t0 kB\nThreads:\t1\n",
			 kb + 9000, kb + 1000, kb);
		fake_write(fake_path(&w->f, "proc/%d/status", pid), text);
		snprintf(text, sizeof(text),
			 "00400000-7ffe0000 ---p 00000000 00:00 0    [rollup]\nRss: %.0f kB\nPss: %.0f kB\nPss_Shmem: 0 kB\n"
			 "Private_Clean: 0 kB\nPrivate_Dirty: %.0f kB\nAnonymous: %.0f kB\n",
			 kb + 1000, kb + 500, kb, kb);
		fake_write(fake_path(&w->f, "proc/%d/smaps_rollup", pid), w->unreadable[i]      ? "nonsense\n"
									  : i == 0 && w->rollup ? w->rollup
												: text);
		if (w->maps)
			fake_write(fake_path(&w->f, "proc/%d/maps", pid), w->maps);
	}
}

static int make_world(void **state)
{
	struct world *w = sk_calloc(1, sizeof(*w));
	struct sk_err err = { 0 };

	fake_open(&w->f);
	snprintf(w->dir, sizeof(w->dir), "%s", fake_path(&w->f, "run"));
	fake_add(&w->f, 100, 1, 1000, "serve", NULL);
	w->anon_kb[0] = 2000;
	assert_int_equal(opt_defaults(&cmd_run_options, &w->opt, &err), SK_OK);
	w->opt.interval_s = 10;
	w->opt.length_s = NAN;
	free(w->opt.samplers);
	w->opt.samplers = sk_strdup("status,stat,fds,smaps_rollup");
	*state = w;
	return 0;
}

static void begin(struct world *w)
{
	char *argv[] = { (char *)(uintptr_t) "soakd", NULL };
	struct sk_clock clock = clock_fake_make(&w->clock);
	struct sk_err err = { 0 };

	w->clock = (struct clock_fake){ 1795204800, (int64_t)BOOT_S * 1000000000 };
	put_memory(w);
	fake_target(&w->f, &w->target, "pid:100");
	assert_int_equal(target_find(&w->target, &err), SK_OK);
	w->run = run_json_new(1, argv, &w->opt, "serve", 1795204800);
	if (session_open(&w->s, &w->opt, &clock, &w->f.fs, &w->target, w->run, w->dir, false, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(session_begin(&w->s, &err), SK_OK);
	assert_int_equal(session_row(&w->s, 0, &err), SK_OK);
}

static void next_row(struct world *w)
{
	clock_fake_advance(&w->clock, 10);
	put_memory(w);
	assert_int_equal(session_row(&w->s, 0, NULL), SK_OK);
}

static int drop_world(void **state)
{
	struct world *w = *state;

	session_release(&w->s);
	target_release(&w->target);
	json_decref(w->run);
	free(w->opt.samplers);
	w->opt.samplers = NULL;
	opt_release(&cmd_run_options, &w->opt);
	fake_close(&w->f);
	free(w);
	return 0;
}

/* A cell of the last row. */
static double cell(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->s.plan.n; i++)
		if (strcmp(w->s.plan.metric[i]->name, name) == 0)
			return w->s.values[i];
	fail_msg("no column %s", name);
	return NAN;
}

static size_t add(struct world *w, pid_t pid, double start_s, double kb)
{
	fake_add(&w->f, pid, 100, (uint64_t)(start_s * 100), "work", NULL);
	w->anon_kb[w->f.n - 1] = kb;
	return w->f.n - 1;
}

static void end_process(struct world *w, pid_t pid)
{
	size_t i = (size_t)(fake_find(&w->f, pid) - w->f.p);

	fake_kill(&w->f, pid);
	w->anon_kb[i] = w->anon_kb[w->f.n];
	w->unreadable[i] = w->unreadable[w->f.n];
}

static void births_and_deaths_are_counted(void **state)
{
	struct world *w = *state;

	begin(w);
	for (int i = 0; i < 20; i++) { /* a worker for each row, which grows by 300 KiB and dies in the next but one */
		add(w, 200 + i, BOOT_S + 10 * i, 1000);
		if (i > 0)
			w->anon_kb[fake_find(&w->f, 200 + i - 1) - w->f.p] = 1300;
		if (i > 1)
			end_process(w, 200 + i - 2);
		next_row(w);
	}
	assert_double_equal(cell(w, "processes"), 3, 0);
	assert_double_equal(cell(w, "processes_born"), 20, 0);
	assert_double_equal(cell(w, "processes_died"), 18, 0);
	assert_double_equal(cell(w, "anon_kb"), 2000 + 1300 + 1000, 0); /* the tree has not grown */
	assert_int_equal(session_end(&w->s, "done", NULL), SK_OK);
	const json_t *work = json_array_get(json_object_get(w->run, "roles"), 1);

	assert_string_equal(json_get_str(work, "role", ""), "work");
	assert_double_equal(json_get_num(work, "living", -1), 2, 0);
	assert_double_equal(json_get_num(work, "born", -1), 20, 0);
	assert_double_equal(json_get_num(work, "died", -1), 18, 0);
	assert_double_equal(json_get_num(work, "grown_kb", -1), 300, 0);
	assert_double_equal(json_get_num(work, "dead_grown_kb", -1), 18 * 300, 0); /* and each worker has */
}

static void the_young_and_the_small_are_left_out(void **state)
{
	struct world *w = *state;
	size_t old, small;

	w->opt.min_age_s = 60;
	w->opt.min_rss_bytes = 3000 * 1024;
	w->anon_kb[0] = 10; /* the root is small, and always in */
	old = add(w, 201, BOOT_S - 100, 5000);
	small = add(w, 202, BOOT_S - 100, 500);
	add(w, 203, BOOT_S - 45, 5000);
	begin(w);
	assert_double_equal(cell(w, "processes"), 2, 0);
	assert_double_equal(cell(w, "left_out"), 2, 0);
	assert_double_equal(cell(w, "anon_kb"), 10 + 5000, 0);
	assert_double_equal(cell(w, "pss_expected"), 2, 0);
	assert_double_equal(cell(w, "pss_kb"), 510 + 5500, 0);
	w->anon_kb[old] = 100; /* once in, in for ever */
	next_row(w);
	assert_double_equal(cell(w, "anon_kb"), 10 + 100, 0);
	next_row(w); /* 203 is 65 s old now */
	assert_double_equal(cell(w, "processes"), 3, 0);
	assert_double_equal(cell(w, "left_out"), 1, 0);
	w->anon_kb[small] = 2000; /* and 1000 of files */
	next_row(w);
	assert_double_equal(cell(w, "processes"), 4, 0);
	assert_double_equal(cell(w, "left_out"), 0, 0);
	assert_double_equal(cell(w, "anon_kb"), 10 + 100 + 2000 + 5000, 0);
	session_end(&w->s, "done", NULL);
	assert_double_equal(json_get_num(json_array_get(json_object_get(w->run, "roles"), 1), "living", 0), 3, 0);
}

/* A row between the end of the only process and its successor: it is there, and what it has is no level of the target. */
static void a_row_of_a_dying_target(void **state)
{
	struct world *w = *state;
	size_t other;

	begin(w);
	assert_double_equal(cell(w, "anon_kb"), 2000, 0);
	w->f.p[0].flags = PROC_STAT_EXITING;
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "processes"), 1, 0);
	for (size_t i = 0; i < w->s.plan.n; i++) /* soakd's own memory is known */
		if (w->s.plan.slot[i] >= 0 && strcmp(w->s.plan.metric[i]->unit, "KiB") == 0)
			assert_true(isnan(w->s.values[i]));
	assert_double_equal(cell(w, "threads"), 1, 0);
	w->f.p[0].flags = 0;
	other = add(w, 201, 50, 5000);
	next_row(w);
	assert_double_equal(cell(w, "anon_kb"), 7000, 0);
	w->f.p[other].state = 'Z'; /* beside one that lives it has none */
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "processes"), 2, 0);
	assert_double_equal(cell(w, "anon_kb"), 2000, 0);
	assert_double_equal(cell(w, "vsz_kb"), 11000, 0);
	assert_double_equal(cell(w, "pss_kb"), 2500, 0);
	w->f.p[0].flags = PROC_STAT_KTHREAD; /* of a thread of the kernel 0 is the level */
	end_process(w, 201);
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "processes"), 1, 0);
	assert_double_equal(cell(w, "anon_kb"), 0, 0);
	session_end(&w->s, "done", NULL);
}

/* The last line of processes.csv that is of that process, or "". */
static const char *line_of(struct world *w, pid_t pid, char *line, size_t n)
{
	char text[256], want[24], path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/processes.csv", w->dir);
	snprintf(want, sizeof(want), ",%d,", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	line[0] = '\0';
	while (fgets(text, sizeof(text), f))
		if (strstr(text, want))
			snprintf(line, n, "%s", strstr(text, want));
	fclose(f);
	return line;
}

/* A zombie has an empty cell for each kind of memory, a thread of the kernel the 0 that it has. */
static void cells_of_those_without_memory(void **state)
{
	struct world *w = *state;
	size_t zombie, thread;
	char line[256];

	zombie = add(w, 201, 50, 5000);
	thread = add(w, 202, 50, 0);
	w->f.p[thread].flags = PROC_STAT_KTHREAD;
	begin(w);
	assert_string_equal(line_of(w, 201, line, sizeof(line)), ",201,5000,work,work,6000,5500,5000,0,1000,0,,1,0,0.03\n");
	assert_string_equal(line_of(w, 202, line, sizeof(line)), ",202,5000,work,work,0,0,0,0,0,0,,1,0,0.03\n");
	w->f.p[zombie].state = 'Z';
	w->s.epoch_due = true;
	next_row(w);
	assert_string_equal(line_of(w, 201, line, sizeof(line)), ",201,5000,work,work,,,,,,,,1,0,0.03\n");
	assert_double_equal(cell(w, "processes"), 3, 0);
	assert_double_equal(cell(w, "anon_kb"), 2000, 0);
	assert_double_equal(cell(w, "pss_expected"), 2, 0);
	assert_double_equal(cell(w, "pss_sampled"), 2, 0);
	end_process(w, 201);
	next_row(w);
	session_end(&w->s, "done", NULL);
	const json_t *work = json_array_get(json_object_get(w->run, "roles"), 1);

	assert_double_equal(json_get_num(work, "dead_grown_kb", NAN), 0, 0); /* that it ended is no shrinking */
}

/* Between status and smaps_rollup of the same row: its files show what they show then, stat that it exits. */
static void one_that_exits_within_a_row(void **state)
{
	static const char *const left[] = { "", "00400000-7ffe0000 ---p 00000000 00:00 0    [rollup]\nRss: 0 kB\nPss: 0 kB\n"
						"Pss_Shmem: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\nAnonymous: 0 kB\n" };
	struct world *w = *state;
	char line[256], before[256];

	add(w, 201, 50, 5000);
	begin(w);
	assert_double_equal(cell(w, "pss_kb"), 2500 + 5500, 0);
	line_of(w, 100, before, sizeof(before));
	for (int i = 0; i < 2; i++) {
		w->rollup = left[i];
		w->f.p[0].flags = PROC_STAT_EXITING;
		w->s.epoch_due = true;
		next_row(w);
		w->f.p[0].flags = 0;
		assert_double_equal(cell(w, "processes"), 1, 0); /* all columns are of the same processes */
		assert_double_equal(cell(w, "anon_kb"), 5000, 0);
		assert_double_equal(cell(w, "rss_kb"), 6000, 0);
		assert_double_equal(cell(w, "pss_kb"), 5500, 0);
		assert_double_equal(cell(w, "pss_expected"), 1, 0);
		assert_double_equal(cell(w, "pss_sampled"), 1, 0);
		assert_string_equal(line_of(w, 100, line, sizeof(line)), before); /* the line of the row before is its last */
	}
	w->rollup = left[1]; /* all its pages are in swap: the process lives, and 0 is what it has */
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "processes"), 2, 0);
	assert_double_equal(cell(w, "pss_kb"), 5500, 0);
	end_process(w, 201);
	w->rollup = left[0]; /* it lives, and its file is empty */
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "anon_kb"), 2000, 0);
	assert_true(isnan(cell(w, "pss_kb")));
	w->f.p[0].flags = PROC_STAT_EXITING; /* the only one */
	w->s.epoch_due = true;
	size_t rows = w->s.rows;

	clock_fake_advance(&w->clock, 10);
	put_memory(w);
	assert_int_equal(session_row(&w->s, 0, NULL), SK_EGONE); /* nobody was there: no row of no processes */
	assert_int_equal(w->s.rows, rows);
}

static void a_gap_in_the_sum_is_counted(void **state)
{
	struct world *w = *state;

	w->opt.overhead_pct = 0; /* at epochs only */
	w->unreadable[add(w, 201, 50, 5000)] = true;
	add(w, 202, 50, 6000);
	begin(w);
	assert_double_equal(cell(w, "pss_expected"), 3, 0);
	assert_double_equal(cell(w, "pss_sampled"), 2, 0);
	assert_true(isnan(cell(w, "pss_kb")));
	assert_true(isnan(cell(w, "anon_lag_kb")));
	next_row(w);
	assert_double_equal(cell(w, "pss_expected"), 3, 0);
	assert_double_equal(cell(w, "pss_sampled"), 0, 0);
	end_process(w, 201);
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "pss_expected"), 2, 0);
	assert_double_equal(cell(w, "pss_sampled"), 2, 0);
	assert_double_equal(cell(w, "pss_kb"), 2500 + 6500, 0);
	assert_double_equal(cell(w, "anon_lag_kb"), 0, 0);
	session_end(&w->s, "done", NULL);
	const json_t *cost = json_object_get(w->run, "cost");

	assert_double_equal(json_get_num(cost, "rows", 0), 3, 0);
	assert_double_equal(json_get_num(cost, "rows_with_pss", 0), 1, 0);
	assert_double_equal(json_get_num(cost, "pss_share", 0), (2. / 3 + 0 + 1) / 3, 1e-12);
}

/* CPU time of soakd itself: ticks of a hundredth of a second since its process began. */
static void put_self(struct world *w, int ticks)
{
	char text[200];

	mkdir(fake_path(&w->f, "proc/self"), 0755);
	snprintf(text, sizeof(text), "1 (soakd) S 0 1 1 0 -1 0 0 0 0 0 %d 0 0 0 20 0 1 0 1 1000000 100\n", ticks);
	fake_write(fake_path(&w->f, "proc/self/stat"), text);
	fake_write(fake_path(&w->f, "proc/self/status"), "");
}

/* What kill -9 leaves: the files as they are, run.json of the last epoch. Then another process takes the run up. */
static void kill_and_resume(struct world *w, double away_s)
{
	struct sk_clock clock = clock_fake_make(&w->clock);
	struct sk_err err = { 0 };
	char path[200];

	session_release(&w->s);
	target_release(&w->target);
	json_decref(w->run);
	snprintf(path, sizeof(path), "%s/run.json", w->dir);
	assert_int_equal(json_read_file(path, &w->run, &err), SK_OK);
	clock_fake_advance(&w->clock, away_s);
	put_memory(w);
	fake_target(&w->f, &w->target, "pid:100");
	assert_int_equal(target_find(&w->target, &err), SK_OK);
	if (session_open(&w->s, &w->opt, &clock, &w->f.fs, &w->target, w->run, w->dir, true, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(session_begin(&w->s, &err), SK_OK);
}

/* Every column that is a counter, over the whole file. */
static void assert_no_counter_goes_back(const struct world *w)
{
	double last[ROW_COLUMNS_MAX] = { 0 }, v;
	struct csv_reader r;
	char path[200];
	size_t rows = 0;

	snprintf(path, sizeof(path), "%s/samples.csv", w->dir);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(r.n_field, w->s.plan.n);
	for (; csv_next(&r, NULL) == SK_OK; rows++)
		for (size_t i = 0; i < w->s.plan.n; i++) {
			if (w->s.plan.metric[i]->kind != METRIC_COUNTER || real_parse(r.field[i], &v, NULL) != SK_OK)
				continue;
			if (v < last[i])
				fail_msg("%s goes back from %g to %g", w->s.plan.metric[i]->name, last[i], v);
			last[i] = v;
		}
	csv_close(&r);
	assert_int_equal(rows, w->s.rows);
}

static void a_killed_run_goes_on(void **state)
{
	struct world *w = *state;
	size_t worker;

	w->opt.min_rss_bytes = 3000 * 1024;
	put_self(w, 3);
	begin(w); /* the only epoch: run.json knows of no birth */
	worker = add(w, 200, BOOT_S, 5000);
	add(w, 201, BOOT_S, 5000);
	next_row(w);
	w->anon_kb[worker] = 5700;
	end_process(w, 201);
	put_self(w, 40);
	next_row(w);
	w->anon_kb[worker] = 1000; /* too small to join the rows, and it is in them */
	put_self(w, 2);
	kill_and_resume(w, 100);
	assert_double_equal(w->s.facts.soakd_cpu_s, 0.40, 0);
	add(w, 202, BOOT_S + 110, 5000); /* while nobody watched: no birth of the run's */
	put_memory(w);
	assert_int_equal(session_row(&w->s, 0, NULL), SK_OK);
	assert_double_equal(cell(w, "elapsed_s"), 120, 0.01);
	assert_double_equal(cell(w, "processes"), 3, 0);
	assert_double_equal(cell(w, "processes_born"), 3, 0);
	assert_double_equal(cell(w, "processes_died"), 1, 0);
	assert_double_equal(cell(w, "soakd_cpu_s"), 0.42, 1e-12);
	w->anon_kb[worker] = 5900;
	end_process(w, 202);
	next_row(w);
	assert_double_equal(cell(w, "processes_died"), 2, 0);
	session_save(&w->s, NULL);
	const json_t *work = json_array_get(json_object_get(w->run, "roles"), 1);

	assert_string_equal(json_get_str(work, "role", ""), "work");
	assert_double_equal(json_get_num(work, "grown_kb", NAN), 900, 0); /* since its first row, before the interruption */
	assert_no_counter_goes_back(w);
}

/* A row that is late and one at the end of a phase are taken in the same millisecond. */
static void time_goes_forward_from_row_to_row(void **state)
{
	struct world *w = *state;
	double elapsed, timestamp;

	begin(w);
	next_row(w);
	elapsed = cell(w, "elapsed_s");
	timestamp = cell(w, "timestamp");
	assert_int_equal(session_row(&w->s, 0, NULL), SK_OK);
	assert_double_equal(cell(w, "elapsed_s"), elapsed + .001, 1e-9);
	assert_double_equal(cell(w, "timestamp"), timestamp + .001, 1e-6);
	assert_double_equal(w->s.wall_zero_s, timestamp - elapsed, 1e-6); /* nobody has set the clock */
}

/* A share of a few milliseconds says nothing, and reads like a monitor that burns two processors. */
static void a_share_wants_an_interval(void **state)
{
	struct world *w = *state;
	const json_t *cost;

	put_self(w, 1);
	begin(w);
	clock_fake_advance(&w->clock, 0.005);
	session_row(&w->s, 0, NULL);
	session_save(&w->s, NULL);
	cost = json_object_get(w->run, "cost");
	assert_double_equal(json_get_num(cost, "cpu_s", NAN), 0.01, 0);
	assert_true(json_is_null(json_object_get(cost, "cpu_share")));
	next_row(w);
	session_save(&w->s, NULL);
	cost = json_object_get(w->run, "cost");
	assert_double_equal(json_get_num(cost, "cpu_share", NAN), 0.01 / 10.005, 1e-9);
	kill_and_resume(w, 1000);
	put_self(w, 2);
	assert_int_equal(session_row(&w->s, 0, NULL), SK_OK);
	next_row(w);
	session_save(&w->s, NULL);
	cost = json_object_get(w->run, "cost");
	assert_double_equal(json_get_num(cost, "cpu_s", NAN), 0.03, 1e-12);
	assert_double_equal(json_get_num(cost, "cpu_share", NAN), 0.02 / 10, 1e-9); /* of what this process has watched */
}

/* A change of the verdict in a run that owes for its start: nobody is read, and when the next epoch is due is not moved. */
static void a_change_waits_for_the_budget(void **state)
{
	struct world *w = *state;
	double next;

	add(w, 201, 50, 5000);
	begin(w);
	next = w->s.next_epoch_s;
	w->s.budget.debt_s = 1000;
	w->s.budget.credit_s = -1;
	w->s.change_due = true;
	next_row(w);
	assert_false(w->s.change_due);
	assert_double_equal(cell(w, "pss_sampled"), 0, 0);
	assert_double_equal(w->s.next_epoch_s, next, 0);
	w->s.change_due = w->s.epoch_due = true; /* the end, too */
	next_row(w);
	assert_double_equal(cell(w, "pss_sampled"), 2, 0);
	session_save(&w->s, NULL);
	const json_t *cost = json_object_get(w->run, "cost");

	assert_double_equal(json_get_num(cost, "whole_epochs", 0), 2, 0);
	assert_double_equal(json_get_num(cost, "budget_share", 0), 0.001, 1e-12);
	assert_double_equal(json_get_num(cost, "exact_share", 0), json_get_num(cost, "exact_s", 0) / 20, 1e-12);
}

/* Two are too big: the bigger one is named in run.json, where the reports find it. */
static void who_is_not_read_is_named(void **state)
{
	struct world *w = *state;
	const json_t *cost, *unread;

	add(w, 201, 50, 8e6);
	w->anon_kb[0] = 5e6;
	begin(w);
	assert_double_equal(cell(w, "guarded"), 2, 0);
	session_save(&w->s, NULL);
	cost = json_object_get(w->run, "cost");
	unread = json_object_get(cost, "not_read");
	assert_double_equal(json_get_num(cost, "worst_stall_ms", -1), 0, 0);
	assert_double_equal(json_get_num(unread, "processes", 0), 2, 0);
	assert_double_equal(json_get_num(unread, "pid", 0), 201, 0);
	assert_string_equal(json_get_str(unread, "role", ""), "work");
	assert_double_equal(json_get_num(unread, "rss_kb", 0), 8001000, 0);
	assert_double_equal(json_get_num(unread, "read_ms", 0), 1000 * (60e-6 + 0.014 / 1048576 * 8001000), 1e-9);
	assert_null(json_object_get(cost, "smaps_not_read"));
	end_process(w, 201);
	next_row(w); /* what was found stays known */
	session_save(&w->s, NULL);
	unread = json_object_get(json_object_get(w->run, "cost"), "not_read");
	assert_double_equal(json_get_num(unread, "pid", 0), 201, 0);
}

static unsigned told(const struct world *w, const char *what)
{
	char file[256], text[8192];
	unsigned n = 0;

	snprintf(file, sizeof(file), "%s/events.csv", w->dir);
	FILE *in = fopen(file, "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* Without a rollup to judge by mappings are counted: 8000 of them would take 32 ms, and that is said once. */
static void many_mappings_are_left_out_and_that_is_said(void **state)
{
	struct world *w = *state;
	char maps[2 * 8000 + 1];

	for (size_t i = 0; i < sizeof(maps) - 1; i++)
		maps[i] = i % 2 ? '\n' : 'x';
	maps[sizeof(maps) - 1] = '\0';
	w->maps = maps;
	free(w->opt.samplers);
	w->opt.samplers = sk_strdup("status,smaps");
	begin(w);
	assert_in_range(w->target.proc[0].past.mappings, 5001, 7999); /* as far as is enough to know */
	assert_true(isnan(cell(w, "heap_kb")));
	assert_double_equal(cell(w, "heap_sampled"), 0, 0);
	assert_double_equal(cell(w, "heap_expected"), 1, 0);
	w->s.epoch_due = true;
	next_row(w);
	assert_double_equal(cell(w, "heap_sampled"), 0, 0);
	assert_int_equal(told(w, ",guard,\"full smaps of serve (pid 100, "), 1);
	w->maps = "x\n";
	for (int i = 0; i < 16; i++)
		next_row(w);
	w->s.epoch_due = true;
	next_row(w); /* it is counted again */
	assert_int_equal(w->target.proc[0].past.mappings, 1);
	assert_int_equal(w->target.proc[0].past.maps_stalls, 0);
}

/* A rest is no failure: only time in which the workload should have worked counts. */
static void idle_phases_are_no_failure(void **state)
{
	static const struct run_options opt = { .interval_s = 1 };
	static struct driver d;
	struct session s = { .opt = &opt, .driver = &d, .worked_s = 30, .progress_s = 30, .last_elapsed_s = 60 };

	(void)state;
	s.facts.ops = 5;
	s.facts.errors = 1; /* as the last load ended */
	assert_false(session_idle(&s));
	assert_false(session_only_failed(&s));
	s.worked_s = 41;
	assert_true(session_idle(&s));
	s.progress_s = 32;
	assert_false(session_idle(&s));
	s.facts.ops = 0;
	assert_true(session_only_failed(&s)); /* at any length */
	s.facts.errors = 0;
	assert_false(session_only_failed(&s));
	s.facts.errors = 1;
	d.observes = true;
	assert_false(session_only_failed(&s));
}

/* Said in place of what the growth says, but not of a leak; a phase's stays, the whole run's may go. */
static void a_failed_workload(void **state)
{
	static struct verdict v;
	json_t *run = json_object();

	(void)state;
	v.main.verdict = VERDICT_STABLE;
	workload_judge(run, &v);
	assert_int_equal(v.gate, GATE_NONE);
	workload_note_failed(run, NULL, 7);
	workload_judge(run, &v);
	assert_string_equal(verdict_headline(&v), "WORKLOAD FAILED");
	assert_string_equal(v.main.why, "7 operations failed, none ended well");
	assert_int_equal(verdict_exit_status(&v), EXIT_INCONCLUSIVE);
	workload_forget_failed(run);
	assert_false(workload_has_failed(run));
	workload_note_failed(run, "load", 3);
	workload_note_failed(run, "later", 4);
	workload_forget_failed(run);
	workload_judge(run, &v);
	assert_string_equal(v.main.why, "phase load: 3 operations failed, none ended well");
	v.gate = GATE_NONE;
	v.main.verdict = VERDICT_LEAK;
	workload_judge(run, &v);
	assert_int_equal(v.gate, GATE_NONE);
	json_decref(run);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_world, drop_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(births_and_deaths_are_counted),
		TEST(the_young_and_the_small_are_left_out),
		TEST(a_row_of_a_dying_target),
		TEST(cells_of_those_without_memory),
		TEST(one_that_exits_within_a_row),
		TEST(a_gap_in_the_sum_is_counted),
		TEST(a_killed_run_goes_on),
		TEST(time_goes_forward_from_row_to_row),
		TEST(a_share_wants_an_interval),
		TEST(a_change_waits_for_the_budget),
		TEST(who_is_not_read_is_named),
		TEST(many_mappings_are_left_out_and_that_is_said),
		cmocka_unit_test(idle_phases_are_no_failure),
		cmocka_unit_test(a_failed_workload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
