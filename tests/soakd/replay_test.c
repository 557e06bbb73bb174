/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days in milliseconds: a /proc tree on disk whose numbers a story moves, a fake clock, and the real path from the session
 * through the log to verdict and report. Each story is 24 hours at 300 s.
 */
#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/evidence.h"
#include "soakd/report.h"
#include "soakd/run_json.h"
#include "soakd/schedule.h"
#include "soakd/session.h"
#include "soakd/verdict_json.h"

#define START 1795204800.0 /* 2026-11-20T20:00:00Z */

/* ---- a /proc tree ------------------------------------------------------------------------------------------------------ */

struct fake_proc {
	int pid, ppid;
	const char *title; /* command line */
	unsigned long start;
	double anon_kb, shmem_kb; /* resident */
	double lag_kb;            /* what the cheap counters have not yet counted of it */
};

static char root[64], work[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(int pid, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void put(int pid, const char *name, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d/%s", root, pid, name);
	f = fopen(path, "w");
	assert_non_null(f);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	assert_int_equal(fclose(f), 0);
}

static void make_folders(int pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%d", root, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%d/fd", root, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%d/task", root, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%d/task/%d", root, pid, pid);
	mkdir(path, 0755);
}

static void put_memory(const struct fake_proc *p)
{
	double rss = p->anon_kb + p->shmem_kb + 4000;

	put(p->pid, "status",
	    "Name:\tpostgres\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nUid:\t105\t105\t105\t105\nVmSize:\t%8.0f "
	    "kB\nVmRSS:\t%8.0f kB\n"
	    "RssAnon:\t%8.0f kB\nRssFile:\t%8.0f kB\nRssShmem:\t%8.0f kB\nVmPTE:\t%8d kB\nVmSwap:\t%8d kB\nThreads:\t1\n",
	    p->pid, p->pid, p->ppid, p->anon_kb + 400000, rss, p->anon_kb - p->lag_kb, 4000.0, p->shmem_kb, 100, 0);
	put(p->pid, "statm", "%.0f %.0f 0 0 0 0 0\n", (p->anon_kb + 400000) / 4, rss / 4);
	put(p->pid, "smaps_rollup",
	    "00400000-7ffe0000 ---p 00000000 00:00 0    [rollup]\nRss: %.0f kB\nPss: %.0f kB\nPss_Anon: %.0f kB\nPss_File: 1000 "
	    "kB\nPss_Shmem: %.0f kB\n"
	    "Shared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: %.0f kB\nReferenced: 0 kB\nAnonymous: "
	    "%.0f kB\nSwap: 0 kB\nSwapPss: 0 kB\n",
	    rss, p->anon_kb + p->shmem_kb / 3 + 1000, p->anon_kb, p->shmem_kb / 3, p->anon_kb, p->anon_kb);
	put(p->pid, "smaps",
	    "55d000000000-55d040000000 rw-p 00000000 00:00 0    [heap]\nSize: 1048576 kB\nKernelPageSize: 4 kB\nMMUPageSize: 4 "
	    "kB\nRss: %.0f kB\nPss: %.0f kB\n"
	    "Shared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: %.0f kB\nReferenced: 0 kB\nAnonymous: "
	    "%.0f kB\nSwap: 0 kB\nSwapPss: 0 kB\n"
	    "VmFlags: rd wr mr mw me ac \n",
	    p->anon_kb, p->anon_kb, p->anon_kb, p->anon_kb);
}

static void put_proc(const struct fake_proc *p, const char *children, double cpu_ticks)
{
	size_t n = strlen(p->title);
	char task[32];

	make_folders(p->pid);
	put(p->pid, "stat",
	    "%d (postgres) S %d 1 1 0 -1 4194304 %.0f 0 7 0 %.0f 0 0 0 20 0 1 0 %lu 200000000 1000 18446744073709551615 0 0\n",
	    p->pid, p->ppid, 1000 + cpu_ticks, cpu_ticks, p->start);
	put(p->pid, "cmdline", "%.*s%c", (int)n, p->title, '\0');
	snprintf(task, sizeof(task), "task/%d/children", p->pid);
	put(p->pid, task, "%s", children);
	put_memory(p);
}

/* ---- a run ------------------------------------------------------------------------------------------------------------- */

struct story {
	struct run_options opt;
	struct procfs fs;
	struct target target;
	struct session s;
	struct clock_fake clock;
	json_t *run;
	struct fake_proc postmaster, checkpointer, backend;
};

/* What the tree looks like at a second of the story. */
typedef void scene_fn(struct story *st, double t);

static void put_tree(const struct story *st, double t)
{
	char children[64];

	snprintf(children, sizeof(children), "%d %d ", st->checkpointer.pid, st->backend.pid);
	put_proc(&st->postmaster, children, t / 100);
	put_proc(&st->checkpointer, "", t / 50);
	put_proc(&st->backend, "", t);
}

static void open_story(struct story *st)
{
	struct target_spec spec;
	struct sk_clock clock = clock_fake_make(&st->clock);
	char *argv[] = { (char *)(uintptr_t) "soakd", NULL };
	struct sk_err err = { 0 };

	assert_int_equal(opt_defaults(&cmd_run_options, &st->opt, &err), SK_OK);
	st->opt.target = sk_strdup("postgres");
	st->opt.interval_s = 300;
	st->opt.hours = 24;
	assert_int_equal(run_options_settle(&st->opt, &err), SK_OK);
	st->clock = (struct clock_fake){ START, INT64_C(5000000000000) };
	put_tree(st, 0);
	assert_int_equal(procfs_open(&st->fs, root, &err), SK_OK);
	assert_int_equal(target_spec_parse("postgres", &spec, &err), SK_OK);
	assert_int_equal(target_init(&st->target, &spec, &st->fs, &err), SK_OK);
	if (target_find(&st->target, &err) != SK_OK)
		fail_msg("%s", err.msg);
	st->run = run_json_new(1, argv, &st->opt, "postgres", START);
	if (session_open(&st->s, &st->opt, &clock, &st->fs, &st->target, st->run, work, false, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(session_begin(&st->s, &err), SK_OK);
}

/* Every tick of the day, but those in [gap0, gap1): the machine was suspended. */
static void play(struct story *st, scene_fn *scene, double gap0, double gap1)
{
	struct schedule sched;
	bool final = false;
	struct sk_err err = { 0 };

	schedule_init(&sched, st->clock.boot_ns, st->opt.interval_s, st->opt.length_s);
	for (double t = 0; !final; t += 300) {
		if (t > 0)
			clock_fake_advance(&st->clock, 300);
		if (t >= gap0 && t < gap1)
			continue;
		scene(st, t);
		put_tree(st, t);
		uint64_t missed = schedule_take(&sched, st->clock.boot_ns, &final);
		enum sk_code rc = session_row(&st->s, missed, &err);

		if (rc != SK_OK)
			fail_msg("at %g s: %s", t, err.msg);
		if (online_look_due(st->s.online, st->s.last_elapsed_s))
			assert_int_equal(session_look(&st->s, &err), SK_OK);
	}
	assert_int_equal(session_end(&st->s, "finished", &err), SK_OK);
}

static void close_story(struct story *st)
{
	session_release(&st->s);
	target_release(&st->target);
	procfs_close(&st->fs);
	json_decref(st->run);
	opt_release(&cmd_run_options, &st->opt);
}

static int setup(void **state)
{
	struct story *st = sk_calloc(1, sizeof(*st));

	snprintf(root, sizeof(root), "/tmp/soakd-proc-XXXXXX");
	snprintf(work, sizeof(work), "/tmp/soakd-run-XXXXXX");
	assert_non_null(mkdtemp(root));
	assert_non_null(mkdtemp(work));
	st->postmaster = (struct fake_proc){ 100, 1, "/usr/lib/postgresql/15/bin/postgres", 1000, 3000, 20000, 0 };
	st->checkpointer = (struct fake_proc){ 101, 100, "postgres: checkpointer ", 1010, 1500, 5000, 0 };
	st->backend = (struct fake_proc){ 102, 100, "postgres: app app 127.0.0.1(40000) idle", 2000, 8000, 20000, 0 };
	*state = st;
	return 0;
}

static int teardown(void **state)
{
	close_story(*state);
	free(*state);
	remove_tree(root);
	remove_tree(work);
	return 0;
}

static size_t count_lines(const char *name, const char *needle)
{
	char path[PATH_MAX], line[8192];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", work, name);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += !needle || strstr(line, needle) ? 1 : 0;
	fclose(f);
	return n;
}

/* The verdict offline, from the files; also that the monitor's own blocks say the same. */
static struct verdict *decide(struct story *st)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct evidence_file f;
	struct sk_err err = { 0 };

	if (evidence_read(work, SERIES_ONLINE, &f, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(verdict_decide(&f.ev, &st->s.vopt, v, &err), SK_OK);
	struct verdict *online = sk_calloc(1, sizeof(*online));

	assert_int_equal(online_decide(st->s.online, &st->s.vopt, online, &err), SK_OK);

	assert_string_equal(verdict_class_name[v->main.verdict], verdict_class_name[online->main.verdict]);
	assert_double_equal(v->main.rate_kb_per_h, online->main.rate_kb_per_h, 1e-6 * fabs(v->main.rate_kb_per_h) + 1e-9);
	assert_int_equal(v->samples, online->samples);
	free(online);
	evidence_release(&f);
	return v;
}

/* What grew most among the parts of a kind. */
static const char *first_part(const struct verdict *v, const char *by)
{
	for (size_t i = 0; i < v->n_parts; i++)
		if (strcmp(v->part[i].by, by) == 0)
			return v->part[i].name;
	return "nothing";
}

/* ---- the stories ------------------------------------------------------------------------------------------------------- */

/* A few kilobytes of breathing that repeats only after the day. */
static double breath(double t)
{
	return 4 * floor(12 * sin(t / 700) + 9 * sin(t / 1900 + 1) + 7 * sin(t / 431 + 2));
}

static void leaking_backend(struct story *st, double t)
{
	st->backend.anon_kb = 8000 + 4 * floor(t / 3600 * 512 / 4) + breath(t);
}

static void a_leaking_backend_is_found_and_named(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, leaking_backend, -1, -1);
	assert_int_equal(count_lines("samples.csv", NULL), 290);
	assert_int_equal(count_lines("processes.csv", NULL), 1 + 3 * 289);
	assert_int_equal(count_lines("processes.csv", ",backend,"), 289);
	struct verdict *v = decide(st);

	assert_string_equal(verdict_class_name[v->main.verdict], "leak");
	assert_double_equal(v->main.rate_kb_per_h, 512, 512 * 0.05);
	assert_string_equal(first_part(v, "role"), "backend");
	/* smaps was paid for in every row, and every row's is kept */
	assert_int_equal(count_lines("mappings.csv", ",heap,"), 3 * 289);
	assert_int_equal(count_lines("objects.csv", ",heap,[heap],"), 3 * 289);
	assert_string_equal(first_part(v, "class"), "heap");
	assert_string_equal(first_part(v, "mapping"), "heap [heap] of backend");
	assert_non_null(strstr(v->main.why, "; mostly in heap [heap] of backend"));
	free(v);
}

/* At one second a day would have 86400 rows of maps: beyond 512 they become as rare as blocks would merge them. */
static void short_intervals_write_fewer_maps(void **state)
{
	struct story *st = *state;
	size_t early;

	open_story(st);
	budget_init(&st->s.budget, 1, 1, true);
	st->s.pass.every_s = 0; /* this tree is at rest, and read in every row all the same */
	for (int t = 0; t <= 4096; t++) {
		if (t > 0)
			clock_fake_advance(&st->clock, 1);
		assert_int_equal(session_row(&st->s, 0, NULL), SK_OK);
		if (t == 512) {
			early = count_lines("mappings.csv", ",postmaster,");
			assert_int_equal(early, 513);
		}
	}
	assert_int_equal(count_lines("samples.csv", NULL), 1 + 4097);
	assert_int_equal(count_lines("objects.csv", ",postmaster,"), count_lines("mappings.csv", ",postmaster,"));
	/* 513, and about 512 (1/2 + 1/3 + ... + 1/8); an epoch, 24 of a day, is one of them or one more */
	size_t all = count_lines("mappings.csv", ",postmaster,");

	assert_true(all >= 513 + 860 && all <= 513 + 890);
	session_end(&st->s, "finished", NULL);
}

static void steady(struct story *st, double t)
{
	st->backend.anon_kb = 8000 + breath(t);
}

static void a_steady_day_is_no_leak_and_says_what_it_would_have_seen(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, steady, -1, -1);
	struct verdict *v = decide(st);

	assert_false(verdict_leaking(v));
	assert_int_equal(verdict_exit_status(v), 0);
	assert_true(v->main.detectable_kb_per_h > 0 && v->main.detectable_kb_per_h < 64);
	free(v);
}

/* The trap of RSS: a backend touches shared buffers for the first time, page by page, all day. */
static void touching(struct story *st, double t)
{
	st->backend.anon_kb = 8000 + breath(t);
	st->backend.shmem_kb = 20000 + t / 3600 * 4096;
}

static void touching_shared_buffers_is_no_leak(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, touching, -1, -1);
	struct verdict *v = decide(st);

	assert_string_equal(verdict_class_name[v->main.verdict], "shared-touch");
	assert_non_null(strstr(v->main.why, "shared"));
	free(v);
}

static void an_hour_of_suspend_is_a_gap_and_no_more(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, leaking_backend, 36000, 39600);
	assert_int_equal(count_lines("samples.csv", NULL), 290 - 12);
	assert_int_equal(count_lines("events.csv", ",gap,"), 1);
	assert_int_equal(st->s.missed, 12);
	struct verdict *v = decide(st);

	assert_string_equal(verdict_class_name[v->main.verdict], "leak");
	assert_double_equal(v->main.rate_kb_per_h, 512, 512 * 0.05);
	assert_int_equal(v->gaps, 1);
	free(v);
}

/* A new postmaster under the same name at hour 12: other pids, memory from the start again, no leak in either half. */
static void restarting(struct story *st, double t)
{
	if (t >= 43200 && st->postmaster.pid == 100) {
		remove_tree(root);
		mkdir(root, 0755);
		procfs_set_root(&st->fs, root, NULL);
		st->postmaster.pid = 200;
		st->checkpointer.pid = 201;
		st->backend.pid = 202;
		st->checkpointer.ppid = st->backend.ppid = 200;
		st->postmaster.start = 9000000;
		st->checkpointer.start = 9000010;
		st->backend.start = 9000020;
	}
	st->backend.anon_kb = 8000 + breath(t);
}

static void a_restart_is_a_new_segment(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, restarting, -1, -1);
	assert_int_equal(count_lines("samples.csv", NULL), 290);
	assert_int_equal(count_lines("events.csv", ",restart,"), 1);
	assert_int_equal(st->target.restarts, 1);
	assert_int_equal(json_array_size(json_object_get(st->run, "segments")), 2);
	struct verdict *v = decide(st);

	assert_false(verdict_leaking(v));
	assert_int_equal(v->restarts, 1);
	free(v);
}

/* Somebody sets the clock back an hour at noon: timestamps repeat, the run's own time and the verdict do not notice. */
static void set_back(struct story *st, double t)
{
	leaking_backend(st, t);
	if (t == 43200)
		st->clock.wall_s -= 3600;
}

static double last_elapsed_is_sorted(void)
{
	char path[PATH_MAX];
	struct csv_reader r;
	double before = -1, now = 0;
	enum sk_code rc;

	snprintf(path, sizeof(path), "%s/samples.csv", work);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	int at = csv_find(&r, "elapsed_s");

	assert_true(at >= 0);
	while ((rc = csv_next(&r, NULL)) == SK_OK) {
		assert_int_equal(real_parse(r.field[at], &now, NULL), SK_OK);
		assert_true(now > before);
		before = now;
	}
	assert_int_equal(rc, SK_EEND);
	csv_close(&r);
	return before;
}

static void a_wall_clock_set_back_is_an_event_and_no_more(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, set_back, -1, -1);
	assert_int_equal(count_lines("samples.csv", NULL), 290);
	assert_double_equal(last_elapsed_is_sorted(), 86400, 1e-6);
	assert_int_equal(count_lines("events.csv", ",clock-step,"), 1);
	assert_int_equal(count_lines("events.csv", "set back by 3600.0 s"), 1);
	assert_int_equal(count_lines("events.csv", ",gap,"), 0);
	struct verdict *v = decide(st);

	assert_string_equal(verdict_class_name[v->main.verdict], "leak");
	assert_double_equal(v->main.rate_kb_per_h, 512, 512 * 0.05);
	assert_int_equal(v->gaps, 0);
	assert_int_equal(v->restarts, 0);
	free(v);
}

/* 500 ppm for a day are 43 s, and none of them is a step. */
static void slewed(struct story *st, double t)
{
	leaking_backend(st, t);
	if (t > 0)
		st->clock.wall_s += 300 * 500e-6;
}

static void a_slewed_clock_is_no_event(void **state)
{
	struct story *st = *state;

	open_story(st);
	play(st, slewed, -1, -1);
	assert_int_equal(count_lines("events.csv", ",clock-step,"), 0);
	struct verdict *v = decide(st);

	assert_string_equal(verdict_class_name[v->main.verdict], "leak");
	free(v);
}

/* The memory stays as it is, and the counters of an old kernel catch up with it in steps of 16 pages. */
static void lagging(struct story *st, double t)
{
	st->backend.anon_kb = 8000 + breath(t);
	st->backend.lag_kb = 64 * (12 - floor(t / 7200));
}

static double column_end(const char *name, bool last)
{
	struct evidence_file f;

	assert_int_equal(evidence_read(work, SERIES_ONLINE, &f, NULL), SK_OK);
	const struct series *s = evidence_column(&f, name);

	assert_non_null(s);
	double v = last ? s->last_y : s->first_y;

	evidence_release(&f);
	return v;
}

static void counters_that_catch_up_are_no_growth(void **state)
{
	struct story *st = *state;
	struct verdict *v;

	for (int old = 0; old < 2; old++) {
		open_story(st);
		st->s.vopt.min_rate_kb_per_h = 8;
		const char *kernel = old ? "6.1.0-18-amd64" : "6.18.44";

		json_object_set_new(json_object_get(st->run, "host"), "kernel", json_string(kernel));
		online_kernel(st->s.online, kernel, 2);
		play(st, lagging, -1, -1);
		assert_double_equal(column_end("anon_lag_kb", false), 768, 0);
		assert_double_equal(column_end("anon_lag_kb", true), 0, 0);
		v = decide(st);
		assert_int_equal(v->main.verdict, old ? VERDICT_INSUFFICIENT : VERDICT_LEAK);
		assert_true(!old || strstr(v->main.why, "RssAnon may be off by (768 KiB)"));
		free(v);
		if (!old) {
			close_story(st);
			memset(&st->opt, 0, sizeof(st->opt));
			remove_tree(work);
			assert_int_equal(mkdir(work, 0755), 0);
		}
	}
}

static void the_day_can_be_reported(void **state)
{
	struct story *st = *state;
	struct evidence_file drawn;
	struct scene scene;
	struct text md = TEXT_INIT;
	struct sk_err err = { 0 };
	size_t lines = 0;

	open_story(st);
	play(st, leaking_backend, 36000, 39600);
	struct verdict *v = decide(st);

	assert_int_equal(evidence_read(work, SERIES_DRAWN, &drawn, &err), SK_OK);
	scene_init(&scene);
	assert_int_equal(report_scene(&drawn, v, &scene, &err), SK_OK);
	assert_int_equal(scene.tone, TONE_BAD);
	assert_true(scene.n_panels >= 3);
	assert_int_equal(report_markdown(&drawn, v, "report.png", &md, &err), SK_OK);
	for (const char *p = text_str(&md); *p; p++)
		lines += *p == '\n';
	assert_true(lines < 60);
	assert_non_null(strstr(text_str(&md), "LEAK"));
	text_release(&md);
	scene_release(&scene);
	evidence_release(&drawn);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_leaking_backend_is_found_and_named, setup, teardown),
		cmocka_unit_test_setup_teardown(short_intervals_write_fewer_maps, setup, teardown),
		cmocka_unit_test_setup_teardown(a_steady_day_is_no_leak_and_says_what_it_would_have_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(touching_shared_buffers_is_no_leak, setup, teardown),
		cmocka_unit_test_setup_teardown(an_hour_of_suspend_is_a_gap_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(a_restart_is_a_new_segment, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wall_clock_set_back_is_an_event_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(a_slewed_clock_is_no_event, setup, teardown),
		cmocka_unit_test_setup_teardown(counters_that_catch_up_are_no_growth, setup, teardown),
		cmocka_unit_test_setup_teardown(the_day_can_be_reported, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
