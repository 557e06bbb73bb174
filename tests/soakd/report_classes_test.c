/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page shows of each class, from series that are written here: 240 rows, one each 10 s, in which nothing is left to chance. */
#include "soakd/report_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/decide.h"
#include "tests/check.h"

#define ROWS  240
#define START 1795140000

static char path[64];
static struct evidence_file ef;
static struct verdict v;
static struct scene scene;
static struct sk_err err;

/* Writes what row() prints of each row below a header, reads and judges it, and makes the page. */
static void page_of(const char *header, void (*row)(FILE *, int))
{
	const struct decide_options none = { NAN, NULL, NAN, NULL };
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "%s\n", header);
	for (int i = 0; i < ROWS; i++)
		row(f, i);
	fclose(f);
	assert_int_equal(evidence_read(path, SERIES_DRAWN, &ef, &err), SK_OK);
	assert_int_equal(decide_file(&ef, &none, &v, &err), SK_OK);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
}

static int make_name(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/report_classes_test_XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int drop_all(void **state)
{
	(void)state;
	evidence_release(&ef);
	scene_release(&scene);
	return unlink(path);
}

static const struct scene_panel *panel(const char *title)
{
	for (size_t i = 0; i < scene.n_panels; i++)
		if (strcmp(scene.panel[i].title, title) == 0)
			return &scene.panel[i];
	return NULL;
}

static size_t gaps_of(const struct scene_series *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->b[i].n == 0;
	return n;
}

static void step_row(FILE *f, int i)
{
	fprintf(f, "%d,%d\n", START + 10 * i, (i < 120 ? 40000 : 50240) + i % 2 * 4);
}

/* Two levels, the mark with its size between them, and what they leave: nothing but the noise. */
static void a_step_has_levels(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb", step_row);
	assert_int_equal(v.main.verdict, VERDICT_STEP);
	assert_int_equal(scene.n_markers, 1);
	assert_int_equal(scene.marker[0].kind, MARK_CHANGE);
	assert_true(fabs(scene.marker[0].x - 1195) <= 20);
	assert_string_equal(scene.marker[0].label, "+10.0 MiB");
	p = panel("Memory");
	assert_int_equal(p->n_lines, 2);
	assert_string_equal(p->line[0].label, "");
	assert_string_equal(p->line[1].label, "level 49.1 MiB");
	p = panel("Residuals of the levels");
	assert_non_null(p);
	assert_int_equal(gaps_of(&p->series[0]), 1);
	for (size_t i = 0; i < p->series[0].n; i++)
		assert_true(p->series[0].b[i].n == 0 || fabs(p->series[0].b[i].median) <= 4);
	assert_int_equal(p->n_lines, 2); /* 0, and the least leak */
	assert_true(p->line[1].y1 > 0 && p->line[1].y0 == 0);
	assert_non_null(strstr(p->note, "would show"));
}

static void spike_row(FILE *f, int i)
{
	fprintf(f, "%d,%d\n", START + 10 * i, i == 150 ? 90000 : 40000 + 50 * i + i % 3 * 4);
}

/* One row far out: the axis of what the line leaves is that of the others, and says what is not on it. */
static void one_row_far_out_is_beyond(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb", spike_row);
	p = panel("Residuals of the line");
	assert_non_null(p);
	assert_true(p->y0 >= -100 && p->y0 < p->y1 && p->y1 <= 100);
	assert_string_equal(p->beyond, "1 beyond: +41.5 MiB");
	assert_int_equal(strncmp(p->note, "\302\2614", 3), 0);
}

static void tooth_row(FILE *f, int i)
{
	fprintf(f, "%d,%d\n", START + 10 * i, 30000 + 500 * (i % 20));
}

static void a_sawtooth_has_floors(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb", tooth_row);
	assert_int_equal(v.main.verdict, VERDICT_SAWTOOTH);
	p = panel("Floors of the cycles");
	assert_non_null(p);
	for (size_t i = 0; i < p->series[0].n; i++)
		assert_true(p->series[0].b[i].median == 30000);
	assert_null(panel("Residuals of the line"));
	assert_null(panel("Change by role"));
	p = panel("Memory");
	assert_string_equal(p->line[0].label, "floor");
	assert_true(p->line[0].y0 == 30000 && p->line[0].y1 == 30000);
}

static void life_row(FILE *f, int i)
{
	fprintf(f, "%d,%d,%d\n", START + 10 * i, 100 + i / 80, 40000 + 50 * (i % 80) + i % 3);
}

/* Three lives: the line breaks twice, and each has the same rate. */
static void a_restart_breaks_the_line(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,pid,anon_kb", life_row);
	assert_int_equal(v.restarts, 2);
	assert_int_equal(v.main.kind, LEAK_ACROSS_RESTARTS);
	p = panel("Memory");
	assert_int_equal(gaps_of(&p->series[0]), 2);
	assert_int_equal(p->n_lines, 3);
	for (size_t i = 0; i < 3; i++) {
		double slope = (p->line[i].y1 - p->line[i].y0) / (p->line[i].x1 - p->line[i].x0);

		assert_true(fabs(slope - v.main.rate_kb_per_h / 3600) < 1e-9);
		assert_true(p->line[i].x0 >= 800.0 * (double)i && p->line[i].x1 < 800.0 * (double)(i + 1));
	}
	/* 50 KiB in each of 79 intervals of three lives */
	assert_non_null(strstr(v.main.why, " over all lives, and still does at the end"));
	assert_double_equal(v.main.growth_kb, 3 * 79 * 50, 20);
	assert_non_null(panel("Residuals of the lines"));
}

static void cube_row(FILE *f, int i)
{
	fprintf(f, "%d,%.0f,%d\n", START + 10 * i, 40000 + 200000 * pow(i / 240.0, 3) + 40 * (i % 3), 100 * i);
}

/* The rate is that of the last tenth: so is the line, and touches the memory there; what it leaves is shown there, and chip and line agree. */
static void what_bends_is_drawn_over_its_last_tenth(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb,ops", cube_row);
	assert_int_equal(v.main.kind, LEAK_ACCELERATING);
	assert_string_equal(scene.chip[2], "over the last tenth");
	p = panel("Memory");
	assert_int_equal(p->n_lines, 1);
	assert_double_equal(p->line[0].x0, 2390 * .9, 15);
	assert_double_equal(p->line[0].x1, 2390, 15);
	for (size_t i = 216; i < ROWS; i++) {
		double slope = (p->line[0].y1 - p->line[0].y0) / (p->line[0].x1 - p->line[0].x0);

		assert_double_equal(p->line[0].y0 + slope * (10.0 * (double)i - p->line[0].x0),
				    40000 + 200000 * pow((double)i / 240, 3), 1000); /* 2 % of what the tenth grows */
	}
	assert_double_equal(panel("Residuals of the line")->x0, p->line[0].x0, 1e-9);
	p = panel("Memory against operations");
	assert_int_equal(p->n_lines, 1);
	assert_double_equal(p->line[0].x0, 100 * 216, 150);
	assert_double_equal(v.main.per_op_bytes * 36000, v.main.rate_kb_per_h * 1024, 1e-6 * v.main.rate_kb_per_h * 1024);
}

static void leaking_tooth_row(FILE *f, int i)
{
	fprintf(f, "%d,%d,%d\n", START + 10 * i, 30000 + 20 * i + 500 * (i % 20), 100 * i);
}

/* Against operations too the line is through the floors. */
static void floors_over_operations(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb,ops", leaking_tooth_row);
	assert_int_equal(v.main.kind, LEAK_UNDER_SAWTOOTH);
	p = panel("Memory against operations");
	assert_int_equal(p->n_lines, 1);
	assert_double_equal(p->line[0].y0, 30000 + .2 * p->line[0].x0, 1);
	assert_double_equal(p->line[0].y1, 30000 + .2 * p->line[0].x1, 1);
}

static void late_row(FILE *f, int i)
{
	fprintf(f, "%d,%d\n", START + 10 * i + (i % 5 == 3 ? 6 : 0) + (i >= 200 ? 300 : 0), 40000 + 60 * i);
}

/* Rows that are late by six seconds of ten leave a place empty, and nothing is missing; 300 s are missing. */
static void late_rows_are_no_gaps(void **state)
{
	const struct scene_series *s;
	double before = NAN;

	(void)state;
	page_of("timestamp,anon_kb", late_row);
	s = &panel("Memory")->series[0];
	for (size_t i = 0; i < s->n; i++) {
		if (s->b[i].n > 0)
			before = s->b[i].t;
		else
			assert_true(before >= 1980 && before < 2300);
	}
	assert_true(gaps_of(s) > 0);
}

static void seldom_row(FILE *f, int i)
{
	char heap[16] = "";

	if (i == 0)
		snprintf(heap, sizeof(heap), "8192");
	fprintf(f, "%d,%d,%s\n", START + 10 * i, 40000 + 60 * i, heap);
}

/* Read once, at the start: no line from it to the end. */
static void what_was_read_once_says_when(void **state)
{
	const struct scene_panel *p;
	bool found = false;

	(void)state;
	page_of("timestamp,anon_kb,heap_kb", seldom_row);
	p = panel("Memory");
	for (size_t i = 0; i < p->n_series; i++) {
		if (p->series[i].role != LINE_HEAP) {
			assert_non_null(p->series[i].start);
			continue;
		}
		found = true;
		assert_string_equal(p->series[i].end, "8.00 MiB at 0 s");
		assert_null(p->series[i].start);
	}
	assert_true(found);
}

static void touch_row(FILE *f, int i)
{
	int touched = i < 120 ? 2000 * i : 240000;

	fprintf(f, "%d,%d,30000,%d,9000,400000\n", START + 10 * i, 39000 + touched, touched);
}

/* RSS by what the kernel counts it as, the shared line beside it, and no forecast. */
static void touched_memory_is_shown(void **state)
{
	const struct scene_panel *p;
	double at;

	(void)state;
	page_of("timestamp,rss_kb,anon_kb,rss_shmem_kb,file_kb,vsz_kb", touch_row);
	v.main.verdict = VERDICT_SHARED_TOUCH; /* or stable with a word: the page is of that class */
	scene_release(&scene);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = panel("RSS by kind of page");
	assert_non_null(p);
	assert_string_equal(p->bar[1].label, "shared, touched");
	at = p->bar[0].to;
	for (size_t i = 1; i + 1 < p->n_bars; i++) {
		assert_true(fabs(p->bar[i].from - at) < 1e-6);
		at = p->bar[i].to;
	}
	assert_true(fabs(p->bar[p->n_bars - 1].to - at) < 1e-6);
	assert_int_equal(panel("Memory")->n_series, 3); /* private, RSS, shared in it */
	assert_null(panel("RSS"));
	assert_null(panel("Forecast"));
}

static void load_row(FILE *f, int i)
{
	static long ops;
	int busy = i / 12 % 3;

	ops = i == 0 ? 0 : ops + 1000 * (busy + 1);
	fprintf(f, "%d,%d,%ld\n", START + 10 * i, 40000 + 4000 * busy + i % 2 * 4, ops);
}

/* The halves lie on one another: later there is as much as before at the same load. */
static void load_is_compared_with_itself(void **state)
{
	const struct scene_panel *p;

	(void)state;
	page_of("timestamp,anon_kb,ops", load_row);
	v.main.verdict = VERDICT_LOAD;
	v.main.kind = LEAK_NONE;
	scene_release(&scene);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = panel("Memory at the same operations/s");
	assert_non_null(p);
	assert_int_equal(p->n_series, 2);
	assert_true(p->series[0].n >= 2 && p->series[0].n == p->series[1].n);
	for (size_t i = 0; i < p->series[0].n; i++) {
		assert_true(p->series[0].b[i].t == p->series[1].b[i].t);
		assert_true(fabs(p->series[0].b[i].median - p->series[1].b[i].median) <= 4);
	}
	assert_null(panel("Memory against operations"));
	assert_null(panel("Residuals of the line"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_name, drop_all)
	const struct CMUnitTest tests[] = {
		TEST(a_step_has_levels),
		TEST(a_sawtooth_has_floors),
		TEST(one_row_far_out_is_beyond),
		TEST(a_restart_breaks_the_line),
		TEST(what_bends_is_drawn_over_its_last_tenth),
		TEST(floors_over_operations),
		TEST(what_was_read_once_says_when),
		TEST(late_rows_are_no_gaps),
		TEST(touched_memory_is_shown),
		TEST(load_is_compared_with_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
