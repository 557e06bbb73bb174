/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What surrounds a target, in a run: its columns, events of pressure and of killed processes, lines at epochs, and a resumed run. */
#include <limits.h>
#include <math.h>

#include "tests/soakd/fake_proc.h"

#include "base/csv.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/run_json.h"
#include "soakd/session.h"

#define PRESSURE(pct) "some avg10=" pct " avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"

struct story {
	struct fake f;
	struct run_options opt;
	struct target target;
	struct session s;
	struct clock_fake clock;
	json_t *run;
	char dir[96], path[PATH_MAX], text[8192];
};

static void put(struct story *st, const char *name, const char *text)
{
	fake_write(fake_path(&st->f, "%s", name), text);
}

static void folder(struct story *st, const char *name)
{
	assert_int_equal(mkdir(fake_path(&st->f, "%s", name), 0755), 0);
}

/* A file of the run, whole. */
static const char *read_back(struct story *st, const char *name)
{
	size_t n;
	FILE *in;

	snprintf(st->path, sizeof(st->path), "%s/%s", st->dir, name);
	in = fopen(st->path, "r");
	assert_non_null(in);
	n = fread(st->text, 1, sizeof(st->text) - 1, in);
	st->text[n] = '\0';
	fclose(in);
	return st->text;
}

static size_t count(struct story *st, const char *name, const char *needle)
{
	size_t n = 0;

	for (const char *s = read_back(st, name); (s = strstr(s, needle)); s++)
		n++;
	return n;
}

/* The cell of the last whole row. */
static const char *last_cell(struct story *st, const char *column)
{
	static char cell[64];
	struct csv_reader r;
	int at;

	snprintf(st->path, sizeof(st->path), "%s/samples.csv", st->dir);
	assert_int_equal(csv_open(&r, st->path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	at = csv_find(&r, column);
	if (at < 0)
		fail_msg("no column %s", column);
	while (csv_next(&r, NULL) == SK_OK)
		snprintf(cell, sizeof(cell), "%s", r.field[at]);
	csv_close(&r);
	return cell;
}

static void make_tree(struct story *st)
{
	static const char *const folders[] = {
		"proc/self", "proc/pressure", "proc/42",     "proc/42/fd",         "cg",
		"cg/a",      "sys",           "sys/devices", "sys/devices/system", "sys/devices/system/node"
	};

	fake_open(&st->f);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		folder(st, folders[i]);
	put(st, "proc/self/mountinfo", "35 31 0:32 / /cg rw - cgroup cgroup rw,memory\n");
	put(st, "proc/42/cgroup", "4:memory:/a\n");
	put(st, "proc/42/numa_maps", "01a0 default heap anon=5 N0=2 N1=3 kernelpagesize_kB=4\n");
	put(st, "sys/devices/system/node/has_memory", "0-1\n");
	put(st, "cg/a/memory.usage_in_bytes", "1048576\n");
	put(st, "cg/a/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	put(st, "proc/pressure/memory", PRESSURE("0.00"));
	assert_int_equal(symlink("pipe:[7]", fake_path(&st->f, "proc/42/fd/0")), 0);
	put(st, "data", "x");
	fake_add(&st->f, 42, 1, 100, "server", NULL);
	fake_sync(&st->f);
	snprintf(st->dir, sizeof(st->dir), "%s/run", st->f.dir);
}

static void open_run(struct story *st, bool resume)
{
	struct target_spec spec;
	struct sk_clock clock = clock_fake_make(&st->clock);
	char *argv[] = { (char *)(uintptr_t) "soakd", NULL };
	struct sk_err err = { 0 };

	memset(&st->opt, 0, sizeof(st->opt));
	assert_int_equal(opt_defaults(&cmd_run_options, &st->opt, &err), SK_OK);
	assert_int_equal(opt_set(&cmd_run_options, &st->opt, "target", "pid:42", &err), SK_OK);
	assert_int_equal(opt_set(&cmd_run_options, &st->opt, "samplers", "stat,cgroup,pressure,fd_kinds", &err), SK_OK);
	assert_int_equal(opt_set(&cmd_run_options, &st->opt, "disk", fake_path(&st->f, "data"), &err), SK_OK);
	st->opt.interval_s = 10;
	assert_int_equal(run_options_settle(&st->opt, &err), SK_OK);
	assert_int_equal(target_spec_parse("pid:42", &spec, &err), SK_OK);
	assert_int_equal(target_init(&st->target, &spec, &st->f.fs, &err), SK_OK);
	st->target.priv->self = FAKE_SELF;
	assert_int_equal(target_find(&st->target, &err), SK_OK);
	st->run = run_json_new(1, argv, &st->opt, "pid:42", 1795204800);
	if (session_open(&st->s, &st->opt, &clock, &st->f.fs, &st->target, st->run, st->dir, resume, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(session_begin(&st->s, &err), SK_OK);
}

static void close_run(struct story *st)
{
	session_end(&st->s, "finished", NULL);
	session_release(&st->s);
	target_release(&st->target);
	json_decref(st->run);
	opt_release(&cmd_run_options, &st->opt);
}

static void row(struct story *st)
{
	struct sk_err err = { 0 };

	clock_fake_advance(&st->clock, 10);
	if (session_row(&st->s, 0, &err) != SK_OK)
		fail_msg("%s", err.msg);
}

static int setup(void **state)
{
	struct story *st = sk_calloc(1, sizeof(*st));

	st->clock = (struct clock_fake){ 1795204800, INT64_C(5000000000000) };
	make_tree(st);
	open_run(st, false);
	*state = st;
	return 0;
}

static int teardown(void **state)
{
	struct story *st = *state;

	close_run(st);
	fake_close(&st->f);
	free(st);
	return 0;
}

static void columns_and_lines(void **state)
{
	struct story *st = *state;
	const char *lines;

	row(st);
	assert_string_equal(last_cell(st, "cgroup_kb"), "1024");
	assert_string_equal(last_cell(st, "cgroup_limit_kb"), "");
	assert_string_equal(last_cell(st, "fds_pipe"), "1");
	assert_string_equal(last_cell(st, "fds_socket"), "0");
	assert_string_equal(last_cell(st, "psi_io_some_s"), "");
	assert_true(strtod(last_cell(st, "disk_kb"), NULL) >= 0);
	assert_true(strtod(last_cell(st, "disk_free_kb"), NULL) > 0);
	lines = read_back(st, "internals.csv");
	assert_non_null(strstr(lines, ",42,fds,pipe,1,1\n"));
	assert_non_null(strstr(lines, ",42,numa,node0 anon,8,KiB\n"));
	assert_non_null(strstr(lines, ",42,numa,node1 anon,12,KiB\n"));
	assert_non_null(strstr(lines, ",42,disk,/"));
	assert_null(strstr(lines, "file"));
	row(st); /* no epoch: no lines, the same columns */
	assert_int_equal(count(st, "internals.csv", ",numa,"), 2);
	assert_string_equal(last_cell(st, "cgroup_kb"), "1024");
}

static void pressure_is_told_once_and_when_it_is_over(void **state)
{
	struct story *st = *state;
	static const char *const course[] = { PRESSURE("10.00"), PRESSURE("10.01"), PRESSURE("80.00"), PRESSURE("1.00"),
					      PRESSURE("0.99"),  PRESSURE("5.00"),  PRESSURE("11.00") };
	static const size_t told[] = { 0, 1, 1, 1, 2, 2, 3 };

	for (size_t i = 0; i < sizeof(course) / sizeof(*course); i++) {
		put(st, "proc/pressure/memory", course[i]);
		row(st);
		if (count(st, "events.csv", ",pressure,") != told[i])
			fail_msg("row %zu: %s", i, read_back(st, "events.csv"));
	}
	assert_int_equal(count(st, "events.csv", "the machine is short of memory: some process waited for it 10 % of"), 1);
	assert_int_equal(count(st, "events.csv", "the machine is no longer short of memory"), 1);
}

static void a_killed_process_is_told(void **state)
{
	struct story *st = *state;

	row(st); /* what was killed before the run is no event */
	row(st);
	assert_int_equal(count(st, "events.csv", ",oom,"), 0);
	put(st, "cg/a/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
	row(st);
	row(st);
	assert_int_equal(count(st, "events.csv", ",oom,the kernel killed 2 processes of the target's control group"), 1);
	assert_int_equal(count(st, "events.csv", ",oom,"), 1);
	assert_string_equal(last_cell(st, "cgroup_oom_kills"), "2");
	/* counters of an interrupted run go on, and are not told again */
	close_run(st);
	open_run(st, true);
	row(st);
	assert_string_equal(last_cell(st, "cgroup_oom_kills"), "2");
	assert_int_equal(count(st, "events.csv", ",oom,"), 1);
}

/* A path that is not there yet, a row between its walks, and then it is. */
static void what_recovers_is_told(void **state)
{
	struct story *st = *state;

	assert_int_equal(remove(fake_path(&st->f, "data")), 0);
	row(st);
	row(st);
	assert_int_equal(count(st, "events.csv", ",unreadable,disk: there is no /"), 1);
	assert_string_equal(last_cell(st, "disk_kb"), "");
	put(st, "data", "x");
	row(st);
	row(st);
	assert_int_equal(count(st, "events.csv", ",recovered,disk can be read"), 1);
	assert_int_equal(remove(fake_path(&st->f, "data")), 0);
	row(st);
	assert_int_equal(count(st, "events.csv", ",unreadable,"), 1);
}

static void what_cannot_be_read_is_told_once(void **state)
{
	struct story *st = *state;

	row(st);
	assert_int_equal(count(st, "events.csv", ",unreadable,"), 0);
	close_run(st);
	assert_int_equal(remove(fake_path(&st->f, "proc/pressure/memory")), 0);
	open_run(st, true);
	row(st);
	row(st);
	assert_int_equal(count(st, "events.csv", ",unreadable,"), 1);
	assert_int_equal(count(st, "events.csv", "pressure: cannot read"), 1);
	assert_string_equal(last_cell(st, "psi_memory_avg10_pct"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(columns_and_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(pressure_is_told_once_and_when_it_is_over, setup, teardown),
		cmocka_unit_test_setup_teardown(a_killed_process_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(what_recovers_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_told_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
