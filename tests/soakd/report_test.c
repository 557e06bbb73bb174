/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on the page and in report.md, from a run directory written here. The drawing itself is tested in tests/plots. */
#include "soakd/report_internal.h"

#include <stdio.h>
#include <string.h>

#include "soakd/decide.h"
#include "soakd/phase_table.h"
#include "tests/soakd/fixture_verdict.h"
#include "tests/soakd/run_fixture.h"

/* 300 rows of 300 s: private memory leaks 25 KiB a row, RSS counts shared memory many times over; a hole, a restart. */
static int make_run(void **state)
{
	FILE *f;

	(void)state;
	make_dir();
	f = create("samples.csv");
	fputs("timestamp,elapsed_s,rss_kb,vsz_kb,pss_kb,anon_kb,swap_kb,heap_kb,ops,errors,missed\n", f);
	for (int i = 0; i < 300; i++)
		if (i < 100 || i > 104)
			fprintf(f, "%d,%d,%d,500000,%s,%d,8,,%d,0,5\n", 1795140000 + 300 * i, 300 * i, 400000 + i,
				i % 10 ? "" : "50000", 20000 + 25 * i, 60000 * i);
	fclose(f);
	f = create("events.csv");
	fputs("timestamp,kind,detail\n1795140000,start,x\n1795143000,reconnect,driver\n", f);
	fclose(f);
	f = create("run.json");
	fputs("{\"schema\": \"soakd.run/1\", \"id\": \"postgres-1\", \"target\": \"postgres\", \"scenario\": \"postgres/mixed\", "
	      "\"seed\": 7,\n"
	      "\"interval_s\": 300, \"expected_rows\": 300, \"limit_kb\": 2097152, \"command\": [\"soakd\", \"--target\", "
	      "\"it's\", \"a b\"],\n"
	      "\"soakd\": {\"version\": \"9.8\", \"commit\": \"abcdef\"}, \"host\": {\"kernel\": \"6.1\", \"cpus\": 2, "
	      "\"memory_kb\": 4194304},\n"
	      "\"target_info\": {\"version\": \"PostgreSQL 15.3\", \"setting.shared_buffers\": \"16MB\", "
	      "\"setting.lc_time\": \"C\", \"setting.fsync\": \"off\", \"extensions\": \"plpgsql 1.0\"}, \"cost\": {\"cpu_s\": "
	      "1.5, \"worst_stall_ms\": 8.25, "
	      "\"exact_s\": 2.016, \"exact_share\": 0.0084, \"budget_share\": 0.001, \"whole_epochs\": 4, "
	      "\"not_read\": {\"processes\": 3, \"pid\": 71, \"role\": \"worker\", \"rss_kb\": 8147435, \"read_ms\": 109.2}, "
	      "\"smaps_not_read\": {\"processes\": 1, \"pid\": 72, \"role\": \"jvm\", \"rss_kb\": 60416, \"read_ms\": 22.1}, "
	      "\"rows\": 295, \"rows_with_pss\": 30, \"pss_share\": 0.1017},\n"
	      "\"roles\": [{\"role\": \"postmaster\", \"living\": 1, \"born\": 0, \"died\": 0, \"grown_kb\": 8, "
	      "\"dead_grown_kb\": 0},\n"
	      "{\"role\": \"autovacuum worker\", \"living\": 0, \"born\": 9, \"died\": 9, \"grown_kb\": 0, "
	      "\"dead_grown_kb\": 90},\n"
	      "{\"role\": \"back|end\", \"living\": 4, \"born\": 120, \"died\": 116, \"grown_kb\": 2048, "
	      "\"dead_grown_kb\": 356352}],\n"
	      "\"options\": {\"min-rate\": \"1GiB\"}}\n",
	      f);
	fclose(f);
	fixture_leak(&v);
	v.limit_unix = NAN;
	return evidence_read(dir, SERIES_DRAWN, &ef, &err) == SK_OK ? 0 : -1;
}

#define BREAKING_DOT "\302\240\302\267 " /* a line breaks behind it */

static void assert_footer(const char *line)
{
	for (size_t i = 0; i < scene.n_footer; i++)
		if (strncmp(scene.footer[i], line, strlen(line)) == 0) /* the digest behind it is of the whole file */
			return;
	fail_msg("no footer %s, the last is %s", line, scene.footer[scene.n_footer - 1]);
}

static void assert_fact(const struct report_facts *facts, const char *name, const char *text)
{
	for (size_t i = 0; i < facts->n; i++) {
		if (strcmp(facts->fact[i].name, name) == 0) {
			assert_string_equal(facts->fact[i].text, text);
			return;
		}
	}
	fail_msg("no fact %s", name);
}

static void the_words_of_the_page(void **state)
{
	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_string_equal(scene.verdict, "LEAK");
	assert_int_equal(scene.tone, TONE_BAD);
	assert_string_equal(scene.headline, "PostgreSQL 15.3 \302\267 private memory \302\267 linear \302\267 24 h 55 min");
	assert_int_equal(scene.n_chips, 3); /* without a limit */
	assert_string_equal(scene.chip[0], "+3.10 MiB/h [+2.70, +3.50]");
	assert_string_equal(scene.chip[1], "412 B [371, 453] per operation");
	assert_string_equal(scene.chip[2], "since the warm-up, 34 min");
	assert_string_equal(scene.why, "Anonymous memory grows, a | b <c>.");
	assert_true(scene.x0 == 0 && scene.x1 == 299 * 300 && scene.start_unix == 1795140000);
	assert_footer("$ soakd --target 'it'\\''s' 'a b'");
	assert_footer("soakd 9.8 (abcdef)" BREAKING_DOT "PostgreSQL 15.3" BREAKING_DOT "Linux 6.1" BREAKING_DOT
		      "2 CPUs" BREAKING_DOT "4.00 GiB" BREAKING_DOT "limit 2.00 GiB" BREAKING_DOT
		      "postgres/mixed \302\267 seed 7" BREAKING_DOT
		      "288 of 300 samples, one each 5 min (at most 30 min), 5 missed" BREAKING_DOT "1 gap" BREAKING_DOT
		      "2 restarts" BREAKING_DOT "from 2026-11-20 02:00Z" BREAKING_DOT "longest stall 8.25 ms" BREAKING_DOT
		      "data sha256 ");
	const char *method = strstr(scene.footer[1], BREAKING_DOT "detects growth from ");

	assert_non_null(method); /* last: what a narrow page cuts is in report.md */
	assert_string_equal(method, BREAKING_DOT "detects growth from +96 KiB/h (trend of block medians)");
	assert_true(scene.n_footer <= 32);
	assert_string_equal(scene.meta[1], "postgres \302\267 private memory (anonymous) +3.10 MiB/h [+2.70, +3.50] \302\267 "
					   "412 B [371, 453] per operation");
	assert_string_equal(scene.meta[2 * 3], "soakd:run");
	assert_string_equal(scene.meta[2 * 3 + 1], "postgres-1");
	assert_string_equal(scene.meta[2 * 4], "soakd:data");
	assert_null(strchr(scene.meta[2 * 4 + 1], '/'));
	assert_string_equal(scene.meta[2 * 5], "soakd:data-sha256");
	assert_int_equal(strlen(scene.meta[2 * 5 + 1]), 64);
}

static void the_facts_of_the_text(void **state)
{
	struct report_facts facts;

	(void)state;
	assert_int_equal(report_facts(&ef, &v, &facts, &err), SK_OK);
	assert_fact(&facts, "command", "soakd --target 'it'\\''s' 'a b'");
	assert_fact(&facts, "programs", "soakd 9.8 (abcdef) \302\267 PostgreSQL 15.3");
	assert_fact(&facts, "host", "Linux 6.1 \302\267 2 CPUs \302\267 4.00 GiB memory");
	assert_fact(&facts, "memory", "limit 2.00 GiB");
	assert_fact(&facts, "workload", "postgres/mixed \302\267 seed 7");
	assert_fact(&facts, "samples",
		    "288 of 300, one each 5 min (median 5 min, longest 30 min), 5 missed \302\267 gaps: 1 \302\267 "
		    "restarts: 2 \302\267 "
		    "2026-11-20T02:00:00Z to 2026-11-21T02:55:00Z");
	assert_fact(&facts, "soakd's cost",
		    "1.5 s CPU in all, 0.0017 % of one CPU \302\267 longest read of page tables 8.25 ms "
		    "\302\267 page tables: 2 s = 0.84 % of the time (budget 0.1 %, 4 epochs read everybody) "
		    "\302\267 PSS of all processes in 30 of 295 rows, on average of 10.2 %");
	assert_fact(&facts, "settings", "shared_buffers 16MB \302\267 fsync off \302\267 extensions: plpgsql 1.0");
	assert_fact(&facts, "not read",
		    "page tables of worker (pid 71, 7.77 GiB, one read would take 109 ms) and 2 more \302\267 "
		    "full smaps of jvm (pid 72, 59.0 MiB, one read would take at least 22 ms); --allow-stall lifts this");
	report_facts_release(&facts);
}

static void the_main_panel(void **state)
{
	const struct scene_panel *p;
	const struct scene_line *l;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	p = &scene.panel[0];
	assert_string_equal(p->title, "Memory");
	assert_int_equal(p->place, PLACE_MAIN);
	assert_true(p->from_zero);
	assert_int_equal(p->inset, 0); /* it grows by a quarter */
	assert_int_equal(p->n_series, 2);
	assert_string_equal(p->series[0].label, "private");
	assert_true(p->series[0].band);
	assert_true(p->series[0].b[0].mean == 20008); /* with swap */
	assert_string_equal(p->series[0].end, "26.8 MiB");
	assert_string_equal(p->series[1].label, "PSS");
	assert_int_equal(p->n_lines, 1);
	l = &p->line[0];
	assert_true(l->x0 == 2040 && l->y0 == 31000 && l->x1 == 86100 && l->y1 == 107000);
	assert_string_equal(l->label, "+3.10 MiB/h");
	assert_int_equal(l->n_band, 25);
	assert_double_equal(l->hi[12] - l->lo[12], 2 * 1.96 * 300, 1e-6); /* at the mean time: the level alone */
	assert_double_equal((l->hi[24] - l->lo[24]) / 2, hypot(1.96 * 300, 0.115 * (86100 - 44070)), 1e-6);
	assert_string_equal(scene.panel[1].title, "RSS"); /* it would hide the others: a strip */
	assert_int_equal(scene.panel[1].place, PLACE_STRIP);
}

/* A column that is read in one row of ten is drawn as a line, not as dots. */
static void a_sparse_series_is_joined(void **state)
{
	const struct scene_series *pss;
	size_t empty = 0;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	pss = &scene.panel[0].series[1];
	for (size_t i = 0; i < pss->n; i++)
		empty += pss->b[i].n == 0;
	assert_true(pss->n >= 16 && empty * 2 <= pss->n);
}

static void what_happened_when(void **state)
{
	(void)state;
	v.main.onset_s = 9000;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_int_equal(scene.n_spans, 2);
	assert_int_equal(scene.span[0].kind, SHADE_WARMUP);
	assert_true(scene.span[0].x0 == 0 && scene.span[0].x1 == 2040);
	assert_string_equal(scene.span[0].label, "warm-up 34 min");
	assert_int_equal(scene.span[1].kind, SHADE_GAP);
	assert_true(scene.span[1].x0 == 99 * 300 && scene.span[1].x1 == 105 * 300);
	assert_int_equal(scene.n_markers, 2);
	assert_int_equal(scene.marker[0].kind, MARK_ONSET);
	assert_int_equal(scene.marker[1].kind, MARK_EVENT);
	assert_true(scene.marker[1].x == 3000);
}

static void the_table(void **state)
{
	static const char *const row1[] = { "private memory", "30.3 MiB*",      "105 MiB", "+75.2 MiB",
					    "+3.10 MiB",      "[+2.70, +3.50]", "412 B",   "leak" };

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_int_equal(scene.n_cols, 8); /* without that of per cents */
	assert_int_equal(scene.n_rows, 5); /* header, main, rss, role, class */
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(scene.table[8 + i], row1[i]);
	assert_string_equal(scene.table[16 + 7], "plateau");
	assert_string_equal(scene.table[24], "role backend");
	assert_string_equal(scene.table[24 + 7], "98 %");
	assert_string_equal(scene.table_note, "start, end: medians of first and last tenth");
	assert_string_equal(scene.table_mark, "* of the line, after a warm-up");
}

/* The mark is explained where a row has it, and only there; a rate that is not of the change is not beside it. */
static void the_mark_of_a_warm_up(void **state)
{
	struct shown {
		const char *start, *rate;
	} expect[] = { { "31.2 MiB", "+3.10 MiB" }, { "31.2 MiB", "" } };
	struct text t = TEXT_INIT;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		v.main.warmup_s = i ? 600 : 0;
		v.main.fit.valid = false;
		v.series[1].warmup_s = 0;
		assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
		assert_null(scene.table_mark);
		assert_string_equal(scene.table[8 + 1], expect[i].start);
		assert_string_equal(scene.table[8 + 4], expect[i].rate);
		scene_release(&scene);
	}
	assert_int_equal(report_markdown(&ef, &v, NULL, &t, &err), SK_OK);
	assert_non_null(strstr(t.s, " |\n\n<sub>start, end: medians of first and last tenth</sub>\n"));
	text_release(&t);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
}

/* It fell while it warmed up and grows since: no change of another sign than the rate. */
static void the_table_behind_a_warm_up(void **state)
{
	(void)state;
	v.main.start_kb = 200 * 1024;
	v.main.end_kb = 105 * 1024;
	v.main.warmup_s = 2040;
	v.main.fit = (struct fit_line){ .valid = true, .t0 = 2040, .t1 = 86400, .y0 = 40 * 1024, .y1 = 105 * 1024 };
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_string_equal(scene.table[8 + 1], "40.0 MiB*");
	assert_string_equal(scene.table[8 + 3], "+65.0 MiB");
}

/* Phases that are the result: their table, and no chips of a verdict that was not asked for. */
static void phases_alone_have_their_table(void **state)
{
	struct phase_line rest = { .started = 1795140000 + 3000,
				   .ended = 1795140000 + 9000,
				   .round = 1,
				   .phase = "rest",
				   .column = "ops",
				   .before = 7,
				   .peak = 7,
				   .after = 7,
				   .most = NAN };

	(void)state;
	assert_int_equal(json_object_set_new(json_object_get(ef.run, "options"), "phases-only", json_string("yes")), 0);
	ef.phases = phase_table_new(false);
	assert_non_null(ef.phases);
	phase_table_add(ef.phases, &rest);
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	assert_string_equal(scene.verdict, "MEASURED");
	assert_int_equal(scene.n_cols, PHASE_CELLS);
	assert_int_equal(scene.n_rows, 2);
	assert_string_equal(scene.table[PHASE_CELLS], "rest");
	assert_int_equal(scene.n_chips, 0);
}

/* The scene is one that soakd-draw accepts. */
static void the_scene_reads_back(void **state)
{
	struct scene again;
	json_t *j;

	(void)state;
	assert_int_equal(report_scene(&ef, &v, &scene, &err), SK_OK);
	j = scene_to_json(&scene);
	assert_non_null(j);
	scene_init(&again);
	assert_int_equal(scene_from_json(j, &again, &err), SK_OK);
	assert_string_equal(again.headline, scene.headline);
	assert_int_equal(again.panel[0].series[0].n, scene.panel[0].series[0].n);
	scene_release(&again);
	json_decref(j);
}

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void the_markdown(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	v.n_series = VERDICT_SERIES_MAX;
	for (size_t i = 1; i < v.n_series; i++) {
		v.series[i] = v.series[0];
		snprintf(v.series[i].column, sizeof(v.series[i].column), "c%zu_kb", i);
	}
	assert_int_equal(report_markdown(&ef, &v, "a>b.png", &t, &err), SK_OK);
	assert_true(lines(t.s) < 60);
	assert_int_equal(strncmp(t.s, "## \360\237\224\264 LEAK\n\n**postgres ", 21), 0);
	assert_non_null(strstr(t.s, "\nAnonymous memory grows, a \\| b &lt;c>.\n"));
	assert_non_null(strstr(t.s, "\\[+2.70, +3.50\\] \302\267 412 B \\[371, 453\\] per operation](<a%3Eb.png>)\n"));
	assert_non_null(
		strstr(t.s, " |\n\n<sub>start, end: medians of first and last tenth; \\* of the line, after a warm-up</sub>"));
	assert_non_null(strstr(t.s, "<details>"));
	assert_non_null(strstr(t.s, "- command: `soakd --target 'it'\\''s' 'a b'`\n"));
	assert_null(strstr(t.s, dir)); /* no paths of the machine */
	assert_non_null(strstr(
		t.s, "| role | living | born | died | the living grew by | each of the dead by |\n|---|--:|--:|--:|--:|--:|\n"
		     "| back\\|end | 4 | 120 | 116 | 2.00\302\240MiB | 3.00\302\240MiB |\n"
		     "| autovacuum worker | 0 | 9 | 9 | 0\302\240KiB | 10\302\240KiB |\n"));
	assert_null(strstr(t.s, "| postmaster |")); /* nobody came or went */
	text_reset(&t);
	json_object_set_new(json_object_get(ef.run, "cost"), "worst_stall_ms", json_integer(0));
	add_cost(&t, &ef, ", ");
	assert_non_null(strstr(t.s, ", longest read of page tables: none, page tables: ")); /* 0 ms would be a reading */
	text_reset(&t);
	assert_true(add_dead(&t, &ef));
	assert_string_equal(
		t.s, "116 processes of back|end died, grown by 3.00 MiB each since they were first seen: 348 MiB that went "
		     "with them");
	text_release(&t);
}

/* Whatever a run has to tell, how it was run is told, and all in under 60 lines: one table is open, the rest folded. */
static void the_markdown_of_a_full_run(void **state)
{
	struct text t = TEXT_INIT;
	json_t *kinds = json_array();
	const char *folded;

	(void)state;
	for (int i = 0; i < 12; i++)
		json_array_append_new(kinds, json_pack("{s:s,s:i}", "kind", "get", "ops", 7));
	json_object_set_new(ef.run, "operations", kinds);
	for (size_t i = 0; i < VERDICT_CHANGES_MAX; i++)
		v.change[v.n_changes++] = (struct verdict_change){ 1795140000, VERDICT_STABLE, VERDICT_LEAK, "so" };
	ef.phases = phase_table_new(false);
	assert_non_null(ef.phases);
	for (unsigned i = 0; i < 30; i++)
		phase_table_add(ef.phases, &(struct phase_line){ .started = 1795140000 + 60.0 * i,
								 .ended = 1795140060 + 60.0 * i,
								 .round = i,
								 .phase = "rest",
								 .column = "rss_kb",
								 .before = 7,
								 .peak = 7,
								 .after = 7,
								 .most = NAN });
	assert_int_equal(report_markdown(&ef, &v, "report.png", &t, &err), SK_OK);
	assert_true(lines(t.s) < 60);
	assert_non_null(strstr(t.s, "<summary>How it was run</summary>\n\n- command: "));
	assert_non_null(strstr(t.s, "<summary>The phases</summary>\n\n| "));
	folded = strstr(t.s, "<details>");
	assert_non_null(folded);
	assert_null(strstr(folded, "| series |"));
	assert_true(strstr(t.s, "| operation |") == NULL || strstr(t.s, "| operation |") > folded);
	text_release(&t);
}

/* The verdict on the blocks that are drawn is that on the blocks that analysis reads; the run's own --min-rate counts. */
static void one_reading_is_enough(void **state)
{
	const struct decide_options none = { NAN, NULL, NAN, NULL };
	struct decide_options low = none;
	struct evidence_file other;
	static struct verdict a, b;

	(void)state;
	low.min_rate_bytes = 1024;
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &other, &err), SK_OK);
	assert_int_equal(decide_file(&ef, &low, &a, &err), SK_OK);
	assert_int_equal(decide_file(&other, &low, &b, &err), SK_OK);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.main.verdict, VERDICT_LEAK);
	assert_double_equal(a.main.ols_slope_kb_per_h, 300, 1e-9);
	assert_true(a.main.rate_lo <= 300 && a.main.rate_hi >= 300);
	assert_int_equal(decide_file(&other, &none, &b, &err), SK_OK);
	assert_int_not_equal(b.main.verdict, VERDICT_LEAK);
	evidence_release(&other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_run, drop_run)

/* There is no half of a process, and "+5350 %" is no share of anything. */
static void counts_are_whole(void **state)
{
	static const char *const row[] = { "processes", "2", "83", "+81", "42 times" };
	char *cell[(1 + TABLE_ROWS) * TABLE_COLUMNS] = { NULL };
	struct series_verdict was = v.main;

	(void)state;
	strcpy(v.main.column, "processes");
	v.main.warmup_s = 0;
	v.main.start_kb = 1.52;
	v.main.end_kb = 83.4;
	size_t rows = report_table(&v, cell);

	assert_true(rows > 1);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_string_equal(cell[TABLE_COLUMNS + i], row[i]);
	for (size_t i = 0; i < rows * TABLE_COLUMNS; i++)
		free(cell[i]);
	v.main = was;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_are_whole),
		TEST(the_words_of_the_page),
		TEST(the_facts_of_the_text),
		TEST(the_main_panel),
		TEST(a_sparse_series_is_joined),
		TEST(what_happened_when),
		TEST(the_table),
		TEST(the_table_behind_a_warm_up),
		TEST(the_mark_of_a_warm_up),
		TEST(the_scene_reads_back),
		TEST(the_markdown),
		TEST(the_markdown_of_a_full_run),
		TEST(one_reading_is_enough),
		TEST(phases_alone_have_their_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
