/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of report.md is cut when a run has more to tell than 59 lines, and that the text says where the rest is. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "soakd/phase_table.h"
#include "tests/soakd/fixture_verdict.h"
#include "tests/soakd/run_fixture.h"

/* The most that stands above what is folded: eleven rows, a driver that leaks, what explains the growth, what is ruled out. */
static void fill_verdict(void)
{
	fixture_leak(&v);
	v.limit_unix = NAN;
	v.n_series = 8;
	for (size_t i = 1; i < v.n_series; i++) {
		v.series[i] = v.series[0];
		snprintf(v.series[i].column, SERIES_NAME, "c%zu_kb", i);
	}
	strcpy(v.series[6].column, "driver_anon_kb");
	strcpy(v.series[7].column, "fds");
	v.series[7].verdict = VERDICT_STABLE;
	v.part[2] = (struct verdict_part){ "mapping", "[heap]", 3090, NAN, 74000, 1e-6, 4e-6 };
	v.part[3] = (struct verdict_part){ "process", "postgres pid 7", 3090, NAN, 74000, 1e-6, 4e-6 };
	v.n_parts = 4;
	v.explained.processes = 1;
	v.explained.share = 0.9;
	v.explained.growth_kb = 76178;
	v.explained.fragmentation = NAN;
	strcpy(v.explained.source, "malloc");
}

/* A run with something for nearly every fact. */
static int make_run(void **state)
{
	FILE *f;

	(void)state;
	make_dir();
	f = create("samples.csv");
	fputs("timestamp,elapsed_s,anon_kb\n", f);
	for (int i = 0; i < 300; i++)
		fprintf(f, "%d,%d,%d\n", 1795140000 + 300 * i, 300 * i, 20000 + 25 * i);
	fclose(f);
	f = create("run.json");
	fputs("{\"schema\": \"soakd.run/1\", \"id\": \"postgres-1\", \"target\": \"postgres\", \"scenario\": \"postgres/mixed\", "
	      "\"seed\": 7, \"interval_s\": 300, \"expected_rows\": 300, \"limit_kb\": 2097152, \"command\": [\"soakd\", \"a "
	      "b\"], "
	      "\"soakd\": {\"version\": \"9.8\", \"commit\": \"abcdef\"}, \"host\": {\"kernel\": \"6.1\", \"libc\": \"glibc "
	      "2.36\"}, "
	      "\"target_info\": {\"version\": \"PostgreSQL 15.3\", \"setting.fsync\": \"off\"}, \"cost\": {\"cpu_s\": 1.5, "
	      "\"not_read\": {\"processes\": 3, \"pid\": 71, \"role\": \"worker\", \"rss_kb\": 8147435, \"read_ms\": 109.2}}}\n",
	      f);
	fclose(f);
	fill_verdict();
	return evidence_read(dir, SERIES_DRAWN, &ef, &err) == SK_OK ? 0 : -1;
}

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static struct phase_line line_of(const char *phase, unsigned round)
{
	double at = 1795140000 + 60. * round;
	struct phase_line l = {
		.started = at, .ended = at + 60, .round = round, .before = 7, .peak = 7, .after = 7, .most = NAN
	};

	strcpy(l.phase, phase);
	strcpy(l.column, "rss_kb");
	return l;
}

/* Each round is a load and an idle phase. */
static void add_phases(unsigned rounds)
{
	ef.phases = phase_table_new(true);
	assert_non_null(ef.phases);
	for (unsigned i = 0; i < 2 * rounds; i++) {
		struct phase_line l = line_of(i % 2 ? "idle" : "load", 1 + i / 2);

		phase_table_add(ef.phases, &l);
	}
}

static size_t count_phases(const char *markdown)
{
	size_t n = 0;

	for (const char *at = markdown; (at = strstr(at, " (round ")) != NULL; at++)
		n++;
	return n;
}

/* The facts that are shown, "command, programs, "; what stands behind them is cut. */
static void assert_facts(const char *markdown, const char *names)
{
	struct text t = TEXT_INIT;
	const char *at = strstr(markdown, "<summary>How it was run</summary>\n\n");

	assert_non_null(at);
	while ((at = strstr(at, "\n- ")) != NULL && at[3] >= 'a') {
		at += 3;
		text_addn(&t, at, strcspn(at, ":"));
		text_add(&t, ", ");
	}
	assert_string_equal(text_str(&t), names);
	text_release(&t);
}

/* The longest table and a line of everything above it: six rounds are there, and of the facts what has room. */
static void phases_come_before_facts(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	add_phases(6);
	assert_int_equal(report_markdown(&ef, &v, "report.png", &t, &err), SK_OK);
	assert_int_equal(lines(t.s), 59);
	assert_int_equal(count_phases(t.s), 12);
	assert_null(strstr(t.s, "earlier phase"));
	assert_facts(t.s, "command, programs, samples, data, ");
	assert_non_null(strstr(t.s,
			       "- 8 more are in run.json and the files beside it: method, workload, host, allocator, memory, "
			       "soakd's cost, not read, settings\n\n</details>\n"));
	text_release(&t);
}

/* Of very many the last ones, with how many are not shown. */
static void very_many_phases_leave_some_facts(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	add_phases(30);
	assert_int_equal(report_markdown(&ef, &v, "report.png", &t, &err), SK_OK);
	assert_int_equal(lines(t.s), 59);
	assert_int_equal(count_phases(t.s), 11);
	assert_null(strstr(t.s, "| load (round 25) |"));
	assert_non_null(strstr(t.s, "| idle (round 25) |"));
	assert_non_null(strstr(t.s, "| idle (round 30) |"));
	assert_non_null(strstr(t.s, "\n49 earlier phases are in phases.csv\n\n</details>\n"));
	assert_facts(t.s, "command, programs, samples, ");
	text_release(&t);
}

/* Nothing else is in the way of what a run tells of itself. */
static void without_phases_every_fact_is_there(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	assert_int_equal(report_markdown(&ef, &v, "report.png", &t, &err), SK_OK);
	assert_facts(t.s, "command, programs, samples, data, method, workload, host, allocator, memory, soakd's cost, "
			  "not read, settings, ");
	assert_null(strstr(t.s, " more are in run.json"));
	text_release(&t);
}

/* All rounds over their budgets, phases for a result: the table is open, and the text ends in time all the same. */
static void many_budgets_are_cut(void **state)
{
	static const char *const columns[] = { "anon_kb",  "uss_kb",  "pss_kb", "vsz_kb",  "heap_kb",  "swap_kb",
					       "shmem_kb", "file_kb", "fds",    "threads", "processes" };
	struct text t = TEXT_INIT;

	(void)state;
	v.main.verdict = VERDICT_STABLE;
	add_phases(30);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		struct phase_line l = line_of("idle", 30);

		strcpy(l.column, columns[i]);
		l.budgeted = true;
		l.most = 1;
		phase_table_add(ef.phases, &l);
	}
	assert_int_equal(report_markdown(&ef, &v, "report.png", &t, &err), SK_OK);
	assert_int_equal(lines(t.s), 59);
	assert_non_null(strstr(t.s, "\n- 4 more budgets exceeded or not measured are in verdict.json\n\n!["));
	assert_facts(t.s, "command, programs, samples, ");
	text_release(&t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_run, drop_run)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(phases_come_before_facts),
		TEST(very_many_phases_leave_some_facts),
		TEST(without_phases_every_fact_is_there),
		TEST(many_budgets_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
