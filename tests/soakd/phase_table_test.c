/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From rows to the figures of a phase, to phases.csv and back, and what they come to. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/columns.h"
#include "soakd/cmds.h"
#include "soakd/phase_check.h"
#include "soakd/phase_measure.h"
#include "soakd/phase_table.h"

static const struct metric rss = { "rss_kb", "KiB", METRIC_GAUGE, "", "" }, ops = { "ops", "1", METRIC_COUNTER, "", "" },
			   other = { "cpu_s", "s", METRIC_COUNTER, "", "" };
static const struct metric *const columns[] = { &other, &rss, &ops };

static struct phase_line taken[16];
static size_t n_taken;

static void take(void *ctx, const struct phase_line *l)
{
	(void)ctx;
	taken[n_taken++] = *l;
}

static struct phase_line line(const char *phase, unsigned round, const char *column, double before, double peak, double after)
{
	struct phase_line l = { .started = 1000 * round,
				.ended = 1000 * round + 10,
				.round = round,
				.before = before,
				.peak = peak,
				.after = after,
				.most = NAN };

	snprintf(l.phase, sizeof(l.phase), "%s", phase);
	snprintf(l.column, sizeof(l.column), "%s", column);
	return l;
}

static struct phase_line budgeted(struct phase_line l, enum budget_of of, double most)
{
	l.budgeted = true;
	l.of = of;
	l.most = most;
	return l;
}

static void a_phase_has_before_peak_and_after(void **state)
{
	struct phase_budget b[] = { { "rss_kb", BUDGET_PEAK, 300 }, { "rss_kb", BUDGET_GROWTH, 10 } };
	struct phase ph = { .plan = { .name = "load" }, .budget = b, .n_budget = 2 };
	struct phase_list l = { .phase = &ph, .n = 1 };
	struct phase_measure m;
	const double rows[][3] = { { 1, 100, 5 }, { 2, 400, 6 }, { 3, NAN, 7 }, { 4, 120, 9 } };

	(void)state;
	n_taken = 0;
	assert_int_equal(phase_measure_init(&m, &l, columns, 3, NULL), SK_OK);
	phase_measure_open(&m, rows[0], 50);
	for (size_t i = 1; i < 4; i++)
		phase_measure_row(&m, rows[i]);
	phase_measure_close(&m, &ph, 2, false, 60, take, NULL);
	assert_int_equal(n_taken, 3); /* a line for each budget, and one for ops */
	assert_string_equal(taken[0].column, "rss_kb");
	assert_double_equal(taken[0].before, 100, 0);
	assert_double_equal(taken[0].peak, 400, 0);
	assert_double_equal(taken[0].after, 120, 0);
	assert_double_equal(taken[0].started, 50, 0);
	assert_double_equal(taken[0].ended, 60, 0);
	assert_int_equal(taken[0].round, 2);
	assert_true(phase_line_exceeded(&taken[0])); /* 400 > 300 */
	assert_double_equal(phase_line_value(&taken[1]), 20, 0);
	assert_true(phase_line_exceeded(&taken[1]));
	assert_string_equal(taken[2].column, "ops");
	assert_false(taken[2].budgeted);
}

static void what_was_not_read_is_not_known(void **state)
{
	struct phase ph = { .plan = { .name = "load" } };
	struct phase_list l = { .phase = &ph, .n = 1 };
	struct phase_measure m;
	const double row[] = { 2, 400, 6 };
	struct phase_line b;

	(void)state;
	n_taken = 0;
	assert_int_equal(phase_measure_init(&m, &l, columns, 3, NULL), SK_OK);
	phase_measure_open(&m, NULL, 50);
	phase_measure_row(&m, row);
	phase_measure_lost(&m);
	phase_measure_close(&m, &ph, 1, true, 60, take, NULL);
	assert_true(isnan(taken[0].before) && isnan(taken[0].after));
	assert_double_equal(taken[0].peak, 400, 0);
	assert_true(taken[0].cut);
	b = budgeted(taken[0], BUDGET_GROWTH, 0);
	assert_true(isnan(phase_line_value(&b)));
	assert_false(phase_line_exceeded(&b));
}

static void a_budget_on_a_column_that_is_not_read_is_refused(void **state)
{
	struct phase_budget b = { "fds", BUDGET_PEAK, 300 };
	struct phase ph = { .plan = { .name = "load" }, .budget = &b, .n_budget = 1 };
	struct phase_list l = { .phase = &ph, .n = 1 };
	struct phase_measure m;
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(phase_measure_init(&m, &l, columns, 3, &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "phase load has a budget on fds"));
}

static void write_file(const char *dir, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/phases.csv", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void remove_dir(const char *dir)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/phases.csv", dir);
	unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

static void lines_are_read_back_as_they_were_written(void **state)
{
	char dir[] = "/tmp/soakd-phase-table-XXXXXX";
	struct phase_table *a = phase_table_new(true), *b = phase_table_new(true);
	struct text file = TEXT_INIT, one = TEXT_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	columns_header(&file, phases_columns, n_phases_columns);
	for (unsigned round = 1; round <= 60; round++) {
		const struct phase_line lines[] = {
			budgeted(line("load", round, "anon_kb", 100, 300, 200 + round), BUDGET_PEAK, round == 7 ? 299 : 300),
			line("load", round, "rss_kb", NAN, NAN, 7),
		};

		for (size_t i = 0; i < 2; i++) {
			phase_table_add(a, &lines[i]);
			phase_line_csv(&lines[i], &one);
			text_addf(&file, "\n%s", text_str(&one));
		}
		struct phase_line idle = line("idle, so to say", round, "anon_kb", 1, 2.5, 3);

		phase_table_add(a, &idle);
		phase_line_csv(&idle, &one);
		text_addf(&file, "\n%s", text_str(&one));
	}
	text_add(&file, "\n");
	write_file(dir, text_str(&file));
	assert_int_equal(phase_table_read(dir, b, NULL), SK_OK);
	assert_int_equal(a->n, 120);
	assert_memory_equal(a, b, sizeof(*a));
	assert_int_equal(phase_table_kept(b), PHASE_TABLE_KEPT);
	assert_string_equal(phase_table_at(b, PHASE_TABLE_KEPT - 1)->name, "idle, so to say");
	assert_int_equal(phase_table_at(b, PHASE_TABLE_KEPT - 2)->round, 60);
	assert_int_equal(b->n_budget, 1);
	assert_int_equal(b->budget[0].rounds, 60);
	assert_int_equal(b->exceeded, 1); /* in round 7 */
	assert_int_equal(b->levels[0].n, 60);
	remove_dir(dir);
	free(a);
	free(b);
	text_release(&file);
	text_release(&one);
}

static void a_damaged_file_costs_only_what_is_damaged(void **state)
{
	char dir[] = "/tmp/soakd-phase-table-XXXXXX";
	struct phase_table *t = phase_table_new(false);
	struct sk_err err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(phase_table_read(dir, t, &err), SK_ENOTFOUND);
	write_file(dir, "started,ended,round,phase,column,before,peak,after,growth,budget,most,exceeded\n"
			"1,2,1,a,rss_kb,1,2,3,2,peak,1,1\n"
			"x,2,1,a,rss_kb,1,2,3,2,,,\n"      /* no time */
			"1,2,1,a,,1,2,3,2,,,\n"            /* of no column */
			"3,4,1,b,rss_kb,huge,,3,,dip,1,\n" /* no number, no budget that we know */
			"5,6,1,c,rss_kb,1,2");
	assert_int_equal(phase_table_read(dir, t, &err), SK_OK);
	assert_int_equal(t->n, 2); /* the torn line is no phase */
	assert_int_equal(t->n_budget, 1);
	assert_true(isnan(phase_done_column(phase_table_at(t, 1), "rss_kb")->before));
	write_file(dir, "kind,detail\na,b\n");
	assert_int_equal(phase_table_read(dir, t, &err), SK_EPARSE);
	remove_dir(dir);
	free(t);
}

static void load_and_idle_become_levels(void **state)
{
	struct phase_table *t = phase_table_new(true);

	(void)state;
	for (unsigned round = 1; round <= 5; round++) {
		const struct phase_line lines[] = { line("load", round, "anon_kb", 0, 0, 100 * round),
						    line("load", round, "swap_kb", 0, 0, 5),
						    line("idle", round, "anon_kb", 0, 0, 10 * round),
						    line("idle", round, "swap_kb", 0, 0, 5) };

		for (size_t i = 0; i < 4; i++)
			phase_table_add(t, &lines[i]);
	}
	assert_int_equal(phase_table_cycles(t), 2);
	assert_string_equal(t->judged[0].column, "anon_kb");
	assert_int_equal(t->judged[0].cycles, 5);
	assert_double_equal(t->judged[0].point[4].load_kb, 505, 0); /* with what was swapped out */
	assert_double_equal(t->judged[0].point[4].idle_kb, 55, 0);
	assert_int_equal(phase_table_cycles(NULL), 0);
	free(t);
}

static void the_status_is_that_of_the_budgets(void **state)
{
	struct phase_table *t = phase_table_new(false);
	struct phase_line kept = budgeted(line("a", 1, "rss_kb", 1, 2, 3), BUDGET_RISE, 1),
			  over = budgeted(line("b", 1, "rss_kb", 1, 2.5, 3), BUDGET_AFTER, 2.9);

	(void)state;
	assert_int_equal(phase_table_status(NULL, false, EXIT_INCONCLUSIVE), EXIT_INCONCLUSIVE);
	phase_table_add(t, &kept);
	assert_int_equal(phase_table_status(t, false, EXIT_INCONCLUSIVE), EXIT_INCONCLUSIVE);
	assert_int_equal(phase_table_status(t, true, EXIT_INCONCLUSIVE), EXIT_NO_LEAK);
	assert_string_equal(phase_table_word(t, true), "WITHIN BUDGET");
	assert_null(phase_table_word(t, false));
	phase_table_add(t, &over);
	assert_int_equal(phase_table_status(t, true, EXIT_NO_LEAK), EXIT_LEAK);
	assert_int_equal(phase_table_status(t, false, EXIT_INCONCLUSIVE), EXIT_LEAK);
	assert_string_equal(phase_table_word(t, false), "BUDGET EXCEEDED");
	free(t);
}

static void a_budget_that_was_never_measured_is_not_kept(void **state)
{
	struct phase_table *t = phase_table_new(false);
	struct phase_line unknown = budgeted(line("a", 1, "heap_kb", NAN, NAN, NAN), BUDGET_PEAK, 9),
			  kept = budgeted(line("a", 2, "heap_kb", 1, 2, 1), BUDGET_PEAK, 9),
			  grown = budgeted(line("a", 1, "pss_kb", NAN, 5, 5), BUDGET_GROWTH, 9),
			  over = budgeted(line("a", 2, "rss_kb", 1, 2, 1), BUDGET_PEAK, 1);
	struct text why = TEXT_INIT;

	(void)state;
	phase_table_add(t, &unknown);
	phase_table_add(t, &grown);
	assert_int_equal(phase_table_unmeasured(t), 2);
	assert_int_equal(phase_table_status(t, true, EXIT_NO_LEAK), EXIT_INCONCLUSIVE);
	assert_int_equal(phase_table_status(t, false, EXIT_NO_LEAK), EXIT_INCONCLUSIVE);
	assert_int_equal(phase_table_status(t, false, EXIT_LEAK), EXIT_LEAK);
	assert_string_equal(phase_table_word(t, true), "BUDGET NOT MEASURED");
	phase_table_why(t, &why);
	assert_string_equal(text_str(&why), "phase a: heap peak not measured, budget 9 KiB, and 1 more budget not measured");
	phase_table_add(t, &kept); /* once is enough to say something of it */
	assert_int_equal(phase_table_unmeasured(t), 1);
	phase_table_add(t, &over);
	assert_int_equal(phase_table_status(t, true, EXIT_NO_LEAK), EXIT_LEAK);
	assert_int_equal(phase_table_unmeasured(NULL), 0);
	text_release(&why);
	free(t);
}

static void of_a_phase_that_was_cut_off_only_what_is_exceeded_counts(void **state)
{
	struct phase_table *t = phase_table_new(true), *read = phase_table_new(true);
	struct phase_line lines[] = { budgeted(line("load", 1, "rss_kb", 1, 8, 2), BUDGET_PEAK, 5),
				      budgeted(line("load", 1, "fds", 1, 8, 8), BUDGET_GROWTH, 5),
				      budgeted(line("load", 1, "errors", 1, 8, 8), BUDGET_GROWTH, 5),
				      budgeted(line("load", 1, "pss_kb", 1, 4, 2), BUDGET_PEAK, 5),
				      budgeted(line("load", 1, "anon_kb", 1, 8, 8), BUDGET_AFTER, 5) };
	const double known[] = { 8, NAN, 7, NAN, NAN };
	char dir[] = "/tmp/soakd-phase-table-XXXXXX";
	struct text file = TEXT_INIT, one = TEXT_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	columns_header(&file, phases_columns, n_phases_columns);
	text_addc(&file, '\n');
	for (size_t i = 0; i < 5; i++) {
		lines[i].cut = true;
		phase_table_add(t, &lines[i]);
		phase_line_csv(&lines[i], &one);
		text_addf(&file, "%s\n", text_str(&one));
		assert_int_equal(isnan(phase_line_value(&lines[i])) != 0, isnan(known[i]) != 0);
		assert_true(isnan(known[i]) || phase_line_value(&lines[i]) == known[i]);
		assert_int_equal(phase_line_exceeded(&lines[i]), !isnan(known[i]));
	}
	write_file(dir, text_str(&file));
	assert_int_equal(phase_table_read(dir, read, NULL), SK_OK);
	remove_dir(dir);
	assert_memory_equal(t, read, sizeof(*t));
	assert_int_equal(t->exceeded, 2);
	assert_int_equal(phase_table_unmeasured(t), 3);
	assert_int_equal(phase_table_cycles(t), 0); /* where it was cut off is no level of a load's end */
	text_reset(&one);
	phase_table_human(t, &one);
	assert_non_null(strstr(text_str(&one), "EXCEEDED: 2 of 5; cut off"));
	text_release(&one);
	text_release(&file);
	free(read);
	free(t);
}

static void a_budget_that_nobody_fills_is_refused(void **state)
{
	struct phase_budget b = { "heap_kb", BUDGET_PEAK, 300 };
	struct phase ph = { .plan = { .name = "load" }, .budget = &b, .n_budget = 1 };
	struct phase_list l = { .phase = &ph, .n = 1 };
	const struct metric heap = { "heap_kb", "KiB", METRIC_GAUGE, "", "" };
	struct row_plan plan = { .metric = { &heap, &ops }, .slot = { -1, -1 }, .site = { -1, -1 }, .fact = { -1, 0 }, .n = 2 };
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(phase_check_budgets(&l, &plan, true, &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "phase load has a budget on heap_kb, which would never be measured: the sampler"));
	plan.slot[0] = 3;
	assert_int_equal(phase_check_budgets(&l, &plan, true, &err), SK_OK);
	strcpy(b.column, "ops");
	assert_int_equal(phase_check_budgets(&l, &plan, true, &err), SK_OK);
	assert_int_equal(phase_check_budgets(&l, &plan, false, &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "a workload counts it"));
}

static void the_table_in_words(void **state)
{
	struct phase_table *t = phase_table_new(false);
	struct text out = TEXT_INIT;
	const struct phase_line lines[] = { budgeted(line("load", 1, "rss_kb", 1024, 4096, 2048), BUDGET_PEAK, 2048),
					    line("load", 1, "ops", 10, 35, 35),
					    budgeted(line("load", 2, "rss_kb", 1024, 3072, 2048), BUDGET_PEAK, 2048),
					    line("idle", 2, "rss_kb", 2048, 2048, 1024) };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		phase_table_add(t, &lines[i]);
	phase_table_human(t, &out);
	assert_string_equal(text_str(&out),
			    "  phase           length  operations  RSS before      peak     after  net growth  budget\n"
			    "  load (round 1)    10 s          25    1.00 MiB  4.00 MiB  2.00 MiB   +1.00 MiB  EXCEEDED: 1 of 1\n"
			    "  load (round 2)    10 s                1.00 MiB  3.00 MiB  2.00 MiB   +1.00 MiB  EXCEEDED: 1 of 1\n"
			    "  idle (round 2)    10 s                2.00 MiB  2.00 MiB  1.00 MiB   -1.00 MiB\n"
			    "  budget exceeded: phase load: rss peak 4.00 MiB, budget 2.00 MiB (round 1; exceeded in 2 of 2)\n");
	text_reset(&out);
	phase_table_markdown(t, 59, &out);
	assert_non_null(strstr(text_str(&out), "| load (round 1) | 10\302\240s | 25 | 1.00\302\240MiB | 4.00\302\240MiB | "
					       "2.00\302\240MiB | +1.00\302\240MiB | EXCEEDED"));
	assert_non_null(strstr(text_str(&out), "**budget exceeded**: phase load"));
	text_release(&out);
	free(t);
}

/* Where lines are short the last phases come, and what was exceeded before what nobody measured. */
static void the_table_in_few_lines(void **state)
{
	struct phase_table *t = phase_table_new(false);
	struct text out = TEXT_INIT;
	static const char *const unmeasured[] = { "uss_kb", "pss_kb" };
	struct phase_line over;

	(void)state;
	for (unsigned round = 1; round <= 30; round++) {
		struct phase_line l = line("load", round, "rss_kb", 1024, 4096, 2048);

		phase_table_add(t, &l);
	}
	for (size_t i = 0; i < 2; i++) {
		struct phase_line l = budgeted(line("load", 30, unmeasured[i], NAN, NAN, NAN), BUDGET_PEAK, 2048);

		phase_table_add(t, &l);
	}
	over = budgeted(line("load", 30, "heap_kb", 0, 4096, 0), BUDGET_PEAK, 2048);
	phase_table_add(t, &over);
#define ROW(round, cell)                                                                                                         \
	"| load (round " round                                                                                                   \
	") | 10\302\240s |  | 1.00\302\240MiB | 4.00\302\240MiB | 2.00\302\240MiB | +1.00\302\240MiB | " cell " |\n"
#define HEAD                                                                                                                     \
	"\n| phase | length | operations | RSS before | peak | after | net growth | budget "                                     \
	"|\n|---|--:|--:|--:|--:|--:|--:|---|\n"
	phase_table_markdown(t, 10, &out);
	assert_string_equal(
		text_str(&out),
		HEAD ROW("30",
			 "EXCEEDED: 1 of 3") "\n29 earlier phases are in phases.csv\n\n"
					     "- **budget exceeded**: phase load: heap peak 4.00 MiB, budget 2.00 MiB\n"
					     "- **budget not measured**: phase load: uss peak not measured, budget 2.00 MiB\n"
					     "- **budget not measured**: phase load: pss peak not measured, budget 2.00 MiB\n");
	text_reset(&out);
	phase_table_markdown(t, 9, &out);
	assert_string_equal(
		text_str(&out),
		HEAD ROW("30", "EXCEEDED: 1 of 3") "\n29 earlier phases are in phases.csv\n\n"
						   "- **budget exceeded**: phase load: heap peak 4.00 MiB, budget 2.00 MiB\n"
						   "- 2 more budgets exceeded or not measured are in verdict.json\n");
	text_reset(&out);
	phase_table_markdown(t, 0, &out);
	assert_string_equal(text_str(&out),
			    HEAD ROW("30", "EXCEEDED: 1 of 3") "\n29 earlier phases are in phases.csv\n\n"
							       "- 3 budgets exceeded or not measured are in verdict.json\n");
	text_reset(&out);
	phase_table_markdown(t, 12, &out);
	assert_non_null(strstr(text_str(&out), HEAD ROW("28", "") ROW("29", "") ROW("30", "EXCEEDED: 1 of 3") "\n27 earlier"));
	text_reset(&out);
	phase_table_markdown(t, 59, &out);
	assert_non_null(strstr(text_str(&out), HEAD ROW("15", "")));
	assert_non_null(strstr(text_str(&out), "\n14 earlier phases are in phases.csv\n"));
	text_release(&out);
	free(t);
}

static void the_table_as_json(void **state)
{
	struct phase_table *t = phase_table_new(false);
	const struct phase_line lines[] = { budgeted(line("load", 1, "rss_kb", 1024, 4096, 2048), BUDGET_PEAK, 2048),
					    budgeted(line("load", 1, "pss_kb", NAN, NAN, NAN), BUDGET_GROWTH, 2048) };
	json_t *o = json_object(), *budgets;

	(void)state;
	phase_table_add(t, &lines[0]);
	phase_table_add(t, &lines[1]);
	assert_true(phase_table_to_json(t, o));
	assert_true(phase_table_to_json(NULL, o));
	budgets = json_object_get(o, "budgets");
	assert_int_equal(json_array_size(budgets), 2);
	assert_true(json_is_true(json_object_get(json_array_get(budgets, 0), "exceeded")));
	assert_int_equal(json_integer_value(json_object_get(json_array_get(budgets, 0), "value")), 4096);
	assert_true(json_is_null(json_object_get(json_array_get(budgets, 1), "exceeded"))); /* not measured is not kept */
	assert_int_equal(json_array_size(json_object_get(o, "phases")), 1);
	json_decref(o);
	free(t);
}

static void what_could_not_work_is_said_before(void **state)
{
	static char *missing[] = { (char *)(uintptr_t) "/nowhere/at/all", NULL },
		    *folder[] = { (char *)(uintptr_t) "/tmp", NULL }, *fine[] = { (char *)(uintptr_t) "sh", NULL };
	struct phase ph = { .plan = { .name = "load", .length_s = NAN, .ops = 10 } };
	struct phase_list l = { .phase = &ph, .n = 1 };
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(phase_check(&l, true, &err), SK_OK);
	assert_int_equal(phase_check(&l, false, &err), SK_EUSAGE); /* nobody does operations */
	ph.plan.length_s = 10;
	assert_int_equal(phase_check(&l, false, &err), SK_OK);
	l.cycle = true;
	assert_int_equal(phase_check(&l, false, &err), SK_EUSAGE);
	ph.before = fine;
	assert_int_equal(phase_check(&l, true, &err), SK_OK);
	ph.after = missing;
	assert_int_equal(phase_check(&l, true, &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "/nowhere/at/all does not exist"));
	ph.after = folder;
	assert_int_equal(phase_check(&l, true, &err), SK_EPERM);
}

static void operations_that_take_too_long_are_said_before(void **state)
{
	struct phase ph = { .plan = { .name = "load", .length_s = NAN, .ops = 7200, .load = { .rate = NAN } } };
	char words[300];

	(void)state;
	assert_false(phase_check_slow(&ph, 1, NAN, words, sizeof(words)));
	assert_false(phase_check_slow(&ph, 1, 7200, words, sizeof(words)));
	assert_true(phase_check_slow(&ph, 1, 3600, words, sizeof(words)));
	assert_non_null(strstr(words, "phase load will be cut off: 7200 operations at 1/s take"));
	assert_non_null(strstr(words, "the run is over after"));
	assert_true(phase_check_slow(&ph, .05, NAN, words, sizeof(words))); /* 40 hours */
	assert_non_null(strstr(words, "a phase without a length has"));
	assert_false(phase_check_slow(&ph, 0, 1, words, sizeof(words))); /* as fast as it can */
	ph.plan.load = (struct plan_load){ .shape = PLAN_ON_OFF, .rate = 4, .on_s = 1, .off_s = 3 };
	assert_false(phase_check_slow(&ph, 9, 7200, words, sizeof(words)));
	assert_true(phase_check_slow(&ph, 9, 7199, words, sizeof(words)));
	ph.plan.length_s = 10;
	assert_false(phase_check_slow(&ph, 9, 1, words, sizeof(words)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_phase_has_before_peak_and_after),
		cmocka_unit_test(what_was_not_read_is_not_known),
		cmocka_unit_test(a_budget_on_a_column_that_is_not_read_is_refused),
		cmocka_unit_test(lines_are_read_back_as_they_were_written),
		cmocka_unit_test(a_damaged_file_costs_only_what_is_damaged),
		cmocka_unit_test(load_and_idle_become_levels),
		cmocka_unit_test(the_status_is_that_of_the_budgets),
		cmocka_unit_test(a_budget_that_was_never_measured_is_not_kept),
		cmocka_unit_test(of_a_phase_that_was_cut_off_only_what_is_exceeded_counts),
		cmocka_unit_test(a_budget_that_nobody_fills_is_refused),
		cmocka_unit_test(the_table_in_words),
		cmocka_unit_test(the_table_in_few_lines),
		cmocka_unit_test(the_table_as_json),
		cmocka_unit_test(what_could_not_work_is_said_before),
		cmocka_unit_test(operations_that_take_too_long_are_said_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
