/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the page beside the memory, from a run written here: 200 rows of 60 s, in which private memory grows by 60 KiB a row, 40
 * of it in backends, 15 in the writer, 5 in no role; 100 operations a second, three descriptors that come and go.
 */
#include "soakd/report_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "soakd/decide.h"
#include "soakd/words.h"
#include "tests/soakd/run_fixture.h"

#define ROWS  200
#define STEP  60
#define START 1795140000

static void write_rows(void)
{
	FILE *f = create("samples.csv");

	fputs("timestamp,elapsed_s,anon_kb,ops,errors,threads,fds,cpu_s,psi_io_some_s,driver_anon_kb\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,%d,%d,%d,0,7,%d,%d,0,2048\n", START + STEP * i, STEP * i, 20000 + 60 * i, 6000 * i, 12 + i % 4,
			6 * i);
	fclose(f);
	f = create("processes.csv");
	fputs("timestamp,pid,starttime,role,anon_kb\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,10,1,backend,%d\n%d,11,1,writer,%d\n%d,12,1,logger,500\n", START + STEP * i, 9000 + 40 * i,
			START + STEP * i, 3000 + 15 * i, START + STEP * i);
	fclose(f);
	f = create("operations.csv");
	fputs("timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,select,%d,0,,,,,%d,\n%d,insert,%d,0,,,,,9000,\n", START + STEP * i, 5000 * i, 200 + i,
			START + STEP * i, 1000 * i);
	fclose(f);
	f = create("run.json");
	fputs("{\"schema\": \"soakd.run/1\", \"target\": \"postgres\", \"interval_s\": 60, \"limit_kb\": 65536}\n", f);
	fclose(f);
}

static int make_run(void **state)
{
	const struct decide_options none = { NAN, NULL, NAN, NULL };

	(void)state;
	make_dir();
	write_rows();
	assert_int_equal(evidence_read(dir, SERIES_DRAWN, &ef, &err), SK_OK);
	assert_int_equal(decide_file(&ef, &none, &v, &err), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	return 0;
}

static const struct scene_panel *panel(const char *title)
{
	for (size_t i = 0; i < scene.n_panels; i++)
		if (strcmp(scene.panel[i].title, title) == 0)
			return &scene.panel[i];
	return NULL;
}

static void bytes_in_three_digits(void **state)
{
	static const struct {
		double bytes;
		const char *text;
	} cases[] = {
		{ 0.8537, "0.854 B" }, { 999.4, "999 B" }, { 1023.7, "1.00 KiB" }, { 1010, "1010 B" }, { -1010, "-1010 B" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text t = TEXT_INIT;

		add_bytes(&t, cases[i].bytes);
		assert_string_equal(text_str(&t), cases[i].text);
		text_release(&t);
	}
}

static void the_chips(void **state)
{
	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_int_equal(scene.n_chips, 4);
	assert_string_equal(scene.chip[0], "+3.52 MiB/h [+3.52, +3.52]");        /* 3600 KiB */
	assert_string_equal(scene.chip[1], "10.2 B [10.2, 10.2] per operation"); /* 60 KiB of 6000 */
	assert_string_equal(scene.chip[2], "from the start");
	/* 45 536 KiB at 60 a minute from 02:00 on: the 759th row is the first that is there */
	assert_string_equal(scene.chip[3], "limit 64.0 MiB at 14:39Z");
	assert_null(strstr(scene.why, "At this rate")); /* the chip has said it */
}

/* Each bar begins where the one before ended, the last part ends where the end is; per cents are of the whole. */
static void the_waterfall_sums_to_the_whole(void **state)
{
	const struct scene_panel *p;
	double at;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = panel("Growth by role");
	assert_non_null(p);
	assert_int_equal(p->place, PLACE_SIDE);
	assert_int_equal(p->n_bars, 5); /* the logger does not grow */
	assert_int_equal(p->bar[0].kind, BAR_START);
	assert_string_equal(p->bar[1].label, "backend");
	assert_string_equal(p->bar[2].label, "writer");
	assert_int_equal(p->bar[3].kind, BAR_UNEXPLAINED);
	assert_int_equal(p->bar[4].kind, BAR_END);
	at = p->bar[0].to;
	for (size_t i = 1; i < 4; i++) {
		assert_true(p->bar[i].from == at);
		at = p->bar[i].to;
	}
	assert_true(at == p->bar[4].to && p->bar[4].from == 0 && p->bar[0].from == 0);
	/* from the middle of the first 20 rows to that of the last 20: 179.x rows, for the whole and for each part */
	assert_double_equal((p->bar[1].to - p->bar[1].from) / (p->bar[4].to - p->bar[0].to), 40 / 60.0, 1e-9);
	assert_double_equal((p->bar[3].to - p->bar[3].from) / (p->bar[4].to - p->bar[0].to), 5 / 60.0, 1e-9);
	assert_non_null(strstr(p->bar[1].text, "\302\267 67 %"));
	assert_non_null(strstr(p->bar[3].text, "\302\267 8 %"));
}

/* What moved; of the rest it is said in words, where that is an answer: a machine that never waited is none. */
static void the_strips(void **state)
{
	static const char *const titles[] = { "operations/s", "p99 of select", "descriptors", "CPU %" };
	size_t n = 0;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	for (size_t i = 0; i < scene.n_panels; i++) {
		if (scene.panel[i].place != PLACE_STRIP)
			continue;
		assert_true(n < 4);
		assert_string_equal(scene.panel[i].title, titles[n++]);
	}
	assert_int_equal(n, 4);
	assert_string_equal(scene.flat, "errors 0, threads 7, load driver 2.00 MiB");
	assert_string_equal(panel("operations/s")->series[0].end, "1.19 M in all");
	assert_true(panel("operations/s")->series[0].b[1].mean == 100);
	assert_int_equal(panel("operations/s")->series[0].b[0].n, 0); /* one count is no rate */
	assert_string_equal(panel("p99 of select")->series[0].end, "up to 399 \302\265s");
	assert_double_equal(panel("p99 of select")->series[0].b[3].mean, 203e-6, 1e-12);
	assert_string_equal(panel("CPU %")->series[0].end, "mean 10");
	assert_double_equal(panel("CPU %")->series[0].b[5].mean, 10, 1e-9);
}

static void memory_against_operations(void **state)
{
	const struct scene_panel *p;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = panel("Memory against operations");
	assert_non_null(p);
	assert_int_equal(p->x, X_COUNT);
	assert_true(p->series[0].b[10].t == 60000 && p->series[0].b[10].mean == 20600);
	assert_string_equal(p->note, "10.2 B [10.2, 10.2] per operation");
	assert_int_equal(p->n_lines, 1);
	assert_double_equal(p->line[0].y0, 20000 + 60 * p->line[0].x0 / 6000, .5);
	assert_double_equal(p->line[0].y1, 20000 + 60 * p->line[0].x1 / 6000, .5);
}

/* The end of an interval that is on another day than its begin says so. */
static void a_bound_says_its_day(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	v.limit_unix = 1795478400 + 600;         /* 2026-11-24 00:10 */
	v.limit_unix_p10 = v.limit_unix - 29040; /* 2026-11-23 16:06 */
	v.limit_unix_p90 = v.limit_unix + 58260; /* 2026-11-24 16:21 */
	add_limit_date(&t, &v, v.limit_unix - 50000);
	assert_string_equal(text_str(&t), "on 11-24 00:10Z [11-23 16:06, 11-24 16:21]");
	text_reset(&t);
	v.limit_unix_p10 = v.limit_unix - 300;
	add_limit_date(&t, &v, v.limit_unix - 50000);
	assert_string_equal(text_str(&t), "on 11-24 00:10Z [00:05, 16:21]");
	text_release(&t);
}

static void headline_is_short(void **state)
{
	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_non_null(strstr(scene.headline, "private memory \302\267 linear"));
	scene_release(&scene);
	strcpy(v.main.column, "threads");
	v.main.kind = LEAK_THREADS;
	char *headline = report_page_headline(&ef, &v);

	assert_null(strstr(strstr(headline, "threads") + 1, "threads"));
	free(headline);
}

static void residuals_and_forecast(void **state)
{
	const struct scene_panel *p;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = panel("Residuals of the line");
	assert_non_null(p);
	assert_true(p->x0 == v.main.fit.t0 && p->x1 == v.main.fit.t1);
	for (size_t i = 0; i < p->series[0].n; i++)
		assert_double_equal(p->series[0].b[i].median, 0, 1e-6);
	p = panel("Forecast");
	assert_non_null(p);
	assert_string_equal(p->note, "at 14:39Z");
	assert_string_equal(p->line[1].label, "limit 64.0 MiB (machine)");
	assert_int_equal(p->n_lines, 2);
	assert_true(p->line[0].x0 == v.main.fit.t1 && p->line[0].y1 == 65536);
	assert_true(p->line[1].limit && p->line[1].y0 == 65536);
	assert_true(p->x1 > p->line[0].x1);
	assert_int_equal(scene.marker[0].kind, MARK_LIMIT);
	assert_string_equal(scene.marker[0].label, "14:39");
	/* where the rate may as well be none, nothing is foretold */
	v.main.rate_lo = -1;
	scene_release(&scene);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_null(panel("Forecast"));
	assert_int_equal(scene.n_chips, 3);
}

/* A step: its mark with its size, no bytes per operation, parts where the rate tells no noise. */
static void no_leak(void **state)
{
	(void)state;
	v.main.verdict = VERDICT_STEP;
	v.main.n_jumps = 1;
	v.main.jump[0] = (struct jump){ 600, -2048 };
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_int_equal(scene.marker[0].kind, MARK_CHANGE);
	assert_true(scene.marker[0].x == 600);
	assert_string_equal(scene.marker[0].label, "-2.00 MiB");
	assert_string_equal(scene.chip[2], "-2.00 MiB at 10 min");
	assert_int_equal(panel("Memory against operations")->n_lines, 0);
	assert_string_equal(panel("Memory against operations")->note, "no more than 10.2 B per operation (95 %)");
	assert_non_null(panel("Change by role"));
	v.main.verdict = VERDICT_STABLE;
	v.main.rate_lo = -1;
	scene_release(&scene);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_null(panel("Change by role"));
}

/* The load driver's row says what it is there for; a page without a rate has no chip of one. */
static void the_driver_and_a_gate(void **state)
{
	const char *last;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	for (size_t r = 1; r < scene.n_rows; r++) {
		last = scene.table[r * scene.n_cols + scene.n_cols - 1];
		assert_true((strcmp(scene.table[r * scene.n_cols], "soakd's driver") == 0) == (strcmp(last, "exonerated") == 0));
	}
	v.gate = GATE_KEPT;
	scene_release(&scene);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_int_equal(scene.n_chips, 0);
	assert_null(panel("Residuals of the line"));
}

/* Less than a tenth of the level: from 0, and enlarged. */
static void a_small_change_has_an_inset(void **state)
{
	const struct decide_options none = { NAN, NULL, NAN, NULL };
	FILE *f;

	(void)state;
	evidence_release(&ef);
	f = create("samples.csv");
	fputs("timestamp,elapsed_s,rss_kb,anon_kb\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,%d,950000,%d\n", START + STEP * i, STEP * i, 900000 + 60 * i);
	fclose(f);
	assert_int_equal(evidence_read(dir, SERIES_DRAWN, &ef, &err), SK_OK);
	assert_int_equal(decide_file(&ef, &none, &v, &err), SK_OK);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_true(scene.panel[0].from_zero);
	assert_int_equal(scene.panel[0].inset, 1);
	assert_null(panel("Memory against operations")); /* there were none */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_run, drop_run)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_chips),
		cmocka_unit_test(bytes_in_three_digits),
		TEST(the_waterfall_sums_to_the_whole),
		TEST(the_strips),
		TEST(memory_against_operations),
		TEST(a_bound_says_its_day),
		TEST(headline_is_short),
		TEST(residuals_and_forecast),
		TEST(no_leak),
		TEST(the_driver_and_a_gate),
		TEST(a_small_change_has_an_inset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
