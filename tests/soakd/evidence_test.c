/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files into series: our run directories, scripts' CSVs, and what damaged files cost. Fixtures: tests/data/csv, or written here.
 */
#include "soakd/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soakd/evidence_growers.h"
#include "tests/check.h"

static struct evidence_file ef;
static struct sk_err err;
static char dir[64];

static enum sk_code read_csv(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "tests/data/csv/%s", name);
	memset(&err, 0, sizeof(err));
	return evidence_read(path, SERIES_ONLINE, &ef, &err);
}

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/evidence_test_XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	static const char *const names[] = { "samples.csv", "processes.csv", "mappings.csv", "objects.csv",
					     "events.csv",  "run.json",      "big.csv" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static const struct series *column(const char *name)
{
	const struct series *s = evidence_column(&ef, name);

	assert_non_null(s);
	return s;
}

static const struct evidence_part *part(const char *by, const char *name)
{
	for (size_t i = 0; i < ef.ev.n_parts; i++)
		if (strcmp(ef.ev.part[i].by, by) == 0 && strcmp(ef.ev.part[i].name, name) == 0)
			return &ef.ev.part[i];
	return NULL;
}

static double slope(const struct series *s)
{
	struct moments all = moments_whole(&s->all);

	return (double)(all.sty / all.stt);
}

static void a_script_s_csv(void **state)
{
	(void)state;
	assert_int_equal(read_csv("script.csv"), SK_OK);
	assert_int_equal(ef.ev.samples, 4);
	assert_int_equal(ef.ev.gaps, 0);
	assert_int_equal(ef.ev.n_columns, 3);
	assert_true(ef.ev.interval_s == 300);
	assert_true(ef.ev.start_unix == 1795140000);
	assert_true(ef.first_unix == 1795140000 && ef.last_unix == 1795140900);
	assert_true(isnan(ef.ev.limit_kb));
	assert_true(column("rss_kb")->last_y == 10300);
	assert_true(column("heap_kb")->first_y == 4.5 * 1024);
	assert_double_equal(slope(column("rss_kb")), 100.0 / 300, 1e-15);
	assert_string_equal(ef.note, "");
	assert_null(ef.dir);
	evidence_release(&ef);
	evidence_release(&ef);
}

static void norris_to_the_last_digits(void **state)
{
	(void)state;
	assert_int_equal(read_csv("norris.csv"), SK_OK);
	assert_int_equal(ef.ev.samples, 35);
	/*
	 * Python: X, Y = columns as Fraction(text); mx, my their means;
	 * 3600 * sum((x-mx)*(y-my)) / sum((x-mx)**2) = 3607.83525801918848
	 */
	assert_double_equal(3600 * slope(column("rss_kb")), 3607.83525801918848, 1e-9);
	evidence_release(&ef);
}

static void faults_are_counted_and_named(void **state)
{
	(void)state;
	assert_int_equal(read_csv("torn.csv"), SK_OK);
	assert_int_equal(ef.ev.samples, 6);
	assert_int_equal(ef.dropped_rows, 1);
	assert_int_equal(ef.bad_cells, 2);
	assert_true(ef.torn);
	assert_true(ef.ev.start_unix == 1795132800);
	assert_int_equal(column("rss_kb")->all.n, 5);
	assert_true(column("rss_kb")->last_y == 1050);
	assert_int_equal(column("threads")->all.n, 4);
	assert_null(evidence_column(&ef, "comment"));
	assert_string_equal(
		ef.note,
		"1 row is left out because the time does not go forward there (first: line 6); "
		"2 cells have no usable number (text, below 0 or above 1e18), taken as no value (first: line 4, column rss_kb); "
		"the last line is cut short and left out");
	evidence_release(&ef);
}

static void other_units_gaps_and_another_pid(void **state)
{
	(void)state;
	assert_int_equal(read_csv("windows.csv"), SK_OK);
	assert_true(column("rss_kb")->first_y == 1536);
	assert_true(column("swap_kb")->last_y == 4);
	assert_true(column("processes")->last_y == 2);
	assert_null(evidence_column(&ef, "pid"));
	assert_true(ef.ev.interval_s == 10);
	assert_int_equal(ef.ev.gaps, 1);
	assert_int_equal(ef.ev.n_restarts, 1);
	assert_true(ef.ev.restart_s[0] == 20);
	assert_int_equal(ef.n_events, 2);
	assert_string_equal(ef.event[0].kind, "restart");
	assert_string_equal(ef.event[0].detail, "pid 9, before 7");
	assert_string_equal(ef.event[1].kind, "gap");
	assert_true(ef.event[1].elapsed_s == 20 && ef.event[1].length_s == 40);
	evidence_release(&ef);
}

static void one_row_is_a_series(void **state)
{
	(void)state;
	assert_int_equal(read_csv("one_row.csv"), SK_OK);
	assert_int_equal(ef.ev.samples, 1);
	assert_true(isnan(ef.ev.interval_s)); /* one row shows none */
	evidence_release(&ef);
}

static void assert_refused(const char *name, enum sk_code code, const char *words)
{
	assert_int_equal(read_csv(name), code);
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.msg, name));
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" has no \"%s\"", err.msg, words);
	assert_null(ef.series);
}

static void what_is_no_series_is_refused(void **state)
{
	(void)state;
	assert_refused("no_timestamp.csv", SK_EPARSE, "found: time, rss");
	assert_refused("no_memory.csv", SK_EPARSE, "found: timestamp, rss, comment");
	assert_refused("header_only.csv", SK_EPARSE, "no row");
	assert_refused("empty.csv", SK_EPARSE, "is empty");
	assert_refused("backwards.csv", SK_EPARSE, "in 2 of 4 rows the time does not go forward or is none (first: line 3)");
	assert_refused("absent.csv", SK_ENOTFOUND, "No such file");
}

static void a_million_columns(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/big.csv", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("timestamp", f);
	for (int i = 0; i < 1000000; i++)
		fprintf(f, ",c%d_kb", i);
	fputs("\n1,2\n", f);
	fclose(f);
	assert_int_equal(evidence_read(path, SERIES_ONLINE, &ef, &err), SK_EPARSE);
	assert_non_null(strstr(err.msg, "1000001 columns"));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("timestamp", f);
	for (int i = 0; i < 513; i++)
		fprintf(f, ",c%d_kb", i);
	fputs("\n1,2\n", f);
	fclose(f);
	assert_int_equal(evidence_read(path, SERIES_ONLINE, &ef, &err), SK_EPARSE);
	assert_non_null(strstr(err.msg, "more than 512 columns"));
}

static void a_directory_without_samples(void **state)
{
	(void)state;
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "no samples.csv"));
}

/* A run whose wall clock is set back by 100 s before its third row. */
static void a_run_with_a_clock_step(void **state)
{
	(void)state;
	put("run.json", "{\"interval_s\": 10, \"limit_kb\": 4096}");
	put("samples.csv", "timestamp,elapsed_s,rss_kb,anon_kb,ops\n"
			   "1000.000,0,50,10,0\n1010.000,10,50,20,100\n920.000,20,50,30,200\n930.000,30,50,40,300\n");
	put("processes.csv",
	    "timestamp,pid,starttime,role,name,anon_kb\n"
	    "1000.000,1,5,postmaster,postgres,6\n1000.000,2,6,backend,postgres,4\n"
	    "1010.000,1,5,postmaster,postgres,6\n1010.000,2,6,backend,postgres,9\n1010.000,3,7,backend,postgres,5\n"
	    "920.000,1,5,postmaster,postgres,6\n920.000,2,6,backend,postgres,24\n"
	    "930.000,1,5,postmaster,postgres,6\n");
	put("mappings.csv", "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb\n"
			    "1000.000,1,postmaster,heap,[heap],1,9,8,8,8,7,0\n1000.000,2,backend,heap,[heap],1,9,8,8,8,3,0\n"
			    "1000.000,1,postmaster,shmem,/dev/zero,1,99,50,25,0,0,0\n"
			    "930.000,1,postmaster,heap,[heap],1,9,8,8,8,17,0\n");
	put("events.csv",
	    "timestamp,kind,detail\n1000.000,start,go\n925.000,restart,\"a, new postmaster\"\n925.500,gap,resumed\n");
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_string_equal(ef.note, "");
	assert_int_equal(ef.ev.samples, 4);
	assert_true(ef.ev.limit_kb == 4096);
	assert_true(ef.ev.start_unix == 1000);
	assert_true(column("anon_kb")->last_t == 30 && column("anon_kb")->last_y == 40);
	assert_int_equal(ef.ev.n_columns, 3);
	assert_int_equal(ef.ev.n_restarts, 1);
	assert_true(ef.ev.restart_s[0] == 25);
	assert_int_equal(ef.ev.gaps, 1);
	assert_int_equal(ef.n_events, 2);
	assert_string_equal(ef.event[1].detail, "a, new postmaster");
	evidence_release(&ef);
}

static void parts_of_a_run(void **state)
{
	const struct evidence_part *p;
	struct block b[SERIES_ONLINE];

	a_run_with_a_clock_step(state);
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_OK);
	p = part("role", "backend");
	assert_non_null(p);
	assert_int_equal(series_blocks(p->series, b, NULL), 4);
	assert_true(b[0].mean == 4 && b[1].mean == 14 && b[2].mean == 24 && b[3].mean == 0);
	p = part("role", "postmaster");
	assert_non_null(p);
	assert_true(p->series->min == 6 && p->series->max == 6);
	p = part("process", "backend pid 2");
	assert_non_null(p);
	assert_int_equal(p->series->all.n, 3);
	assert_true(p->series->last_t == 20 && p->series->last_y == 24);
	assert_null(part("process", "postmaster pid 1")); /* has not grown */
	p = part("class", "heap");
	assert_non_null(p);
	assert_true(p->series->first_y == 10 && p->series->last_y == 17 && p->series->last_t == 30);
	p = part("class", "shmem");
	assert_non_null(p);
	assert_true(p->series->first_y == 25 && p->series->last_y == 0);
	assert_int_equal(ef.ev.n_parts, 5);
	evidence_release(&ef);
}

/* Of two processes that live one has no maps at 1010: no sum of that time. At 1020 it has gone: the other is all there is. */
static void maps_of_some_are_no_sum(void **state)
{
	const struct evidence_part *p;

	(void)state;
	put("samples.csv", "timestamp,elapsed_s,rss_kb\n1000,0,50\n1010,10,50\n1015,15,50\n1020,20,50\n1030,30,50\n");
	put("processes.csv",
	    "timestamp,pid,starttime,role,name,anon_kb\n"
	    "1000,1,5,a,a,6\n1000,2,6,a,a,4\n1000,3,6,zombie,a,0\n1010,1,5,a,a,6\n1010,2,6,a,a,9\n1010,3,6,zombie,a,0\n"
	    "1015,1,5,a,a,6\n1015,2,6,a,a,9\n1020,1,5,a,a,6\n1030,1,5,a,a,6\n1030,3,6,zombie,a,0\n");
	put("mappings.csv", "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb\n"
			    "1000,1,a,heap,a,1,9,8,8,8,7,0\n1000,2,a,heap,a,1,9,8,8,8,3,0\n1000,3,a,heap,a,1,9,8,8,8,1,0\n"
			    "1010,1,a,heap,a,1,9,8,8,8,8,0\n"
			    "1015,1,a,heap,a,1,9,8,8,8,8,0\n1015,2,a,heap,a,1,9,8,8,8,5,0\n"
			    "1020,1,a,heap,a,1,9,8,8,8,20,0\n1030,1,a,heap,a,1,9,8,8,8,21,0\n");
	put("objects.csv", "timestamp,pid,role,class,name,pss_kb,anon_kb,swap_kb,starttime,start,end\n"
			   "1000,1,a,heap,[heap],1,7,0,5,1000,2000\n1000,2,a,heap,[heap],1,3,0,6,1000,2000\n"
			   "1010,1,a,heap,[heap],1,999,0,5,1000,2000\n"
			   "1020,1,a,heap,[heap],1,20,0,5,1000,2000\n1030,1,a,heap,[heap],1,21,0,5,1000,2000\n");
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_string_equal(ef.note, "");
	p = part("class", "heap");
	assert_non_null(p);
	assert_int_equal(p->series->all.n, 4); /* without 1010 */
	assert_true(p->series->first_y == 11 && p->series->min == 11 && p->series->last_y == 21);
	p = part("mapping", "heap [heap] of a");
	assert_non_null(p);
	assert_true(p->series->all.n == 3 && p->series->first_y == 10 && p->series->max == 21);
	evidence_release(&ef);
}

static void damaged_helpers_cost_their_part_only(void **state)
{
	(void)state;
	put("run.json", "{\"interval_s\": ");
	put("samples.csv", "timestamp,elapsed_s,rss_kb\n1000.000,0,50\n1010.000,10,50\n");
	put("processes.csv", "timestamp,role\n1,2\n");
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_int_equal(ef.ev.samples, 2);
	assert_true(ef.ev.interval_s == 10);
	assert_int_equal(ef.ev.n_parts, 0);
	assert_non_null(strstr(ef.note, "run.json"));
	assert_non_null(strstr(ef.note, "has no column pid"));
	evidence_release(&ef);
}

/* 100 000 rows at the tightest: no more memory than for a thousand, and both ends are there. */
static void a_long_file(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/big.csv", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("timestamp,rss_kb\n", f);
	for (int i = 0; i < 100000; i++)
		fprintf(f, "%d,%d\n", 1795140000 + i, 1000 + i);
	fclose(f);
	assert_int_equal(evidence_read(path, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_int_equal(ef.ev.samples, 100000);
	assert_int_equal(column("rss_kb")->all.n, 100000);
	assert_true(slope(column("rss_kb")) == 1);
	assert_true(column("rss_kb")->last_t == 99999);
	evidence_release(&ef);
}

/* As sha256sum says it of the same bytes; for an analysis nobody asks. */
static void the_hash_of_what_was_read(void **state)
{
	char path[128];

	(void)state;
	put("big.csv", "timestamp,rss_kb\n1795140000,1\n1795140300,2\n");
	snprintf(path, sizeof(path), "%s/big.csv", dir);
	assert_int_equal(evidence_read(path, SERIES_DRAWN, &ef, &err), SK_OK);
	assert_string_equal(ef.sha256, "6c95227b28d7f4226370802315bd93f3fccb0423b1a433b2c7f19a778843ad41");
	evidence_release(&ef);
	assert_int_equal(evidence_read(path, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_string_equal(ef.sha256, "");
	evidence_release(&ef);
}

static void the_growers_of_many(void **state)
{
	struct growers *g = growers_new();
	struct grower top[GROWERS_TOP];

	(void)state;
	assert_non_null(g);
	for (int i = 0; i < 20000; i++) { /* short-lived: seen twice, growing by i % 100, then gone */
		struct process_id id = { i, 1 };

		growers_add(g, &id, 0, i, 10);
		growers_add(g, &id, 0, i, 10 + i % 100);
		struct process_id old = { 1e6, 1 };

		growers_add(g, &old, 3, i, i); /* one that lives all the time */
	}
	assert_int_equal(growers_top(g, top), GROWERS_TOP);
	assert_true(top[0].id.pid == 1e6 && top[0].last - top[0].first == 19999 && top[0].role == 3);
	for (size_t i = 1; i < GROWERS_TOP; i++)
		assert_true(top[i].last - top[i].first == 99);
	growers_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_s_csv),
		cmocka_unit_test(norris_to_the_last_digits),
		cmocka_unit_test(faults_are_counted_and_named),
		cmocka_unit_test(other_units_gaps_and_another_pid),
		cmocka_unit_test(one_row_is_a_series),
		cmocka_unit_test(what_is_no_series_is_refused),
		cmocka_unit_test_setup_teardown(the_hash_of_what_was_read, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(a_million_columns, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(a_directory_without_samples, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(a_run_with_a_clock_step, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(parts_of_a_run, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(maps_of_some_are_no_sum, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(damaged_helpers_cost_their_part_only, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(a_long_file, make_dir, drop_dir),
		cmocka_unit_test(the_growers_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
