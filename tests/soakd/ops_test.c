/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of operation, from a driver's page to operations.csv and run.json: totals that go on, latencies of an interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/soakd/fake_proc.h"

#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/operations.h"
#include "soakd/operations_table.h"
#include "soakd/run_json.h"
#include "soakd/session.h"
#include "soakd/words.h"
#include "tests/soakd/fixture_verdict.h"

#define MS 1000000u

/* As drive_kind() does. */
static struct drive_op *kind(struct drive_shared *page, const char *name)
{
	unsigned n = page->n_kinds;

	for (unsigned i = 0; i < n; i++)
		if (strcmp(page->kind[i].name, name) == 0)
			return &page->kind[i];
	strncpy(page->kind[n].name, name, DRIVE_OP_NAME - 1);
	page->n_kinds = n + 1;
	return &page->kind[n];
}

static void did(struct drive_op *op, uint64_t n, uint64_t rows, uint64_t bytes, uint64_t ns)
{
	op->ops += n;
	op->rows += rows;
	op->bytes += bytes;
	if (ns)
		latency_add(&op->latency, ns, n);
}

static void assert_line(const struct operations *o, size_t i, const char *want)
{
	struct text line = TEXT_INIT;

	operations_line(o, i, 1795204800.5, &line);
	assert_string_equal(text_str(&line), want);
	text_release(&line);
}

static void totals_and_the_interval(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();

	(void)state;
	operations_read(o, page);
	assert_int_equal(operations_count(o), 0);
	did(kind(page, "select"), 99, 990, 4000, 1 * MS);
	did(kind(page, "select"), 1, 10, 0, 50 * MS);
	kind(page, "a, b")->errors = 7;
	operations_read(o, page);
	assert_int_equal(operations_count(o), 2);
	assert_line(o, 0, "1795204800.500,select,100,0,1000,4000,1015.807,1015.807,1015.807,50000");
	assert_line(o, 1, "1795204800.500,\"a, b\",0,7,,,,,,"); /* nothing measured is no 0 */
	did(kind(page, "select"), 2, 0, 0, 3 * MS);
	operations_read(o, page);
	/* of the two alone; their maximum is known by its bucket, because an earlier one was longer */
	assert_line(o, 0, "1795204800.500,select,102,0,1000,4000,3014.655,3014.655,3014.655,3014.655");
	operations_read(o, page);
	assert_line(o, 0, "1795204800.500,select,102,0,1000,4000,,,,");
	did(kind(page, "select"), 1, 0, 0, 60 * MS);
	did(kind(page, "select"), 1, 0, 0, 0); /* counted, not measured */
	operations_read(o, page);
	assert_line(o, 0, "1795204800.500,select,104,0,1000,4000,60000,60000,60000,60000");
	operations_free(o);
	free(page);
}

static void the_whole_run(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();
	json_t *j;

	(void)state;
	assert_null(operations_json(o, 10));
	did(kind(page, "get"), 950, 950, 0, 1 * MS);
	operations_read(o, page);
	did(kind(page, "get"), 50, 50, 0, 8 * MS);
	did(kind(page, "begin"), 3, 0, 0, 0);
	operations_read(o, page);
	j = operations_json(o, 20);
	assert_int_equal(json_array_size(j), 2);
	json_t *get = json_array_get(j, 0), *begin = json_array_get(j, 1);

	assert_string_equal(json_get_str(get, "kind", ""), "get");
	assert_double_equal(json_get_num(get, "ops", -1), 1000, 0);
	assert_double_equal(json_get_num(get, "errors", -1), 0, 0);
	assert_double_equal(json_get_num(get, "per_s", -1), 50, 0);
	assert_double_equal(json_get_num(get, "measured", -1), 1000, 0);
	assert_double_equal(json_get_num(get, "p50_us", -1), 1015.807, 1e-9);
	assert_double_equal(json_get_num(get, "p95_us", -1), 1015.807, 1e-9); /* of all buckets, not of the last row's */
	assert_double_equal(json_get_num(get, "p99_us", -1), 8000, 0);
	assert_double_equal(json_get_num(get, "max_us", -1), 8000, 0);
	assert_true(json_is_null(json_object_get(get, "bytes")));
	assert_true(json_is_null(json_object_get(begin, "p50_us")) && json_is_null(json_object_get(begin, "max_us")));
	assert_double_equal(json_get_num(begin, "measured", -1), 0, 0);
	json_decref(j);
	j = operations_json(o, 0);
	assert_true(json_is_null(json_object_get(json_array_get(j, 0), "per_s")));
	json_decref(j);
	operations_free(o);
	free(page);
}

/* All that a driver may call its operations, and more kinds than there is room for. */
static void names(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();
	char name[DRIVE_OP_NAME];

	(void)state;
	kind(page, "caf\xc3\xa9");
	kind(page, "cut\xc3");
	kind(page, "bell\a");
	memset(page->kind[3].name, 'x',
	       DRIVE_OP_NAME); /* no NUL: no driver of ours leaves it so, and nothing is read behind it */
	page->n_kinds = 4;
	while (page->n_kinds < DRIVE_OP_KINDS) {
		snprintf(name, sizeof(name), "k%u", page->n_kinds);
		kind(page, name);
	}
	page->n_kinds = DRIVE_OP_KINDS + 5;
	operations_read(o, page);
	assert_int_equal(operations_count(o), DRIVE_OP_KINDS - 1);
	assert_line(o, 0, "1795204800.500,caf\xc3\xa9,0,0,,,,,,");
	assert_line(o, 1, "1795204800.500,cut?,0,0,,,,,,");
	assert_line(o, 2, "1795204800.500,bell ,0,0,,,,,,");
	json_t *j = operations_json(o, 1);

	assert_int_equal(json_array_size(j), DRIVE_OP_KINDS - 1);
	assert_string_equal(json_get_str(json_array_get(j, 1), "kind", ""), "cut?");
	json_decref(j);
	operations_free(o);
	free(page);
}

/* ---- the table ----------------------------------------------------------------------------------------------------------- */

static const char run_json[] =
	"{\"operations\": [{\"kind\": \"commit\", \"ops\": 120, \"errors\": 0, \"per_s\": 2, \"p50_us\": null},"
	"{\"kind\": \"none|known\"},"
	"{\"kind\": \"caf\xc3\xa9\", \"ops\": 1234567, \"errors\": 31, \"per_s\": 20576.1, \"p50_us\": 12.345, \"p95_us\": 999.4,"
	" \"p99_us\": 1015.807, \"max_us\": 2000000}]}";

static void the_table_for_the_terminal(void **state)
{
	struct text t = TEXT_INIT;
	json_t *run = json_loads(run_json, 0, NULL), *none = json_object();

	(void)state;
	assert_non_null(run);
	operations_table_human(&t, run);
	assert_string_equal(text_str(&t),
			    "  operations: operation   operations  per second  errors      p50     p95      p99  max\n"
			    "              caf\xc3\xa9            1.23 M      20.6 k      31  12.3 us  999 us  1.02 ms  2 s\n"
			    "              commit             120           2       0        -       -        -    -\n"
			    "              none|known           -           -       -        -       -        -    -\n");
	text_reset(&t);
	operations_table_human(&t, none);
	operations_table_human(&t, NULL); /* a directory without run.json */
	assert_string_equal(text_str(&t), "");
	json_decref(run);
	json_decref(none);
	text_release(&t);
}

static void the_table_of_the_report(void **state)
{
	struct text t = TEXT_INIT;
	json_t *run = json_loads(run_json, 0, NULL), *all = json_object_get(run, "operations");

	(void)state;
	assert_non_null(all);
	operations_table_markdown(&t, run);
	assert_string_equal(text_str(&t), "\n| operation | operations | per second | errors | p50 | p95 | p99 | max |\n"
					  "|---|--:|--:|--:|--:|--:|--:|--:|\n"
					  "| caf\xc3\xa9 | 1.23 M | 20.6 k | 31 | 12.3 us | 999 us | 1.02 ms | 2 s |\n"
					  "| commit | 120 | 2 | 0 | - | - | - | - |\n"
					  "| none\\|known | - | - | - | - | - | - | - |\n");
	for (size_t i = json_array_size(all); i < OPERATIONS_SHOWN + 3; i++)
		json_array_append_new(all, json_pack("{s:s, s:i}", "kind", "k", "ops", (int)i));
	text_reset(&t);
	operations_table_markdown(&t, run);
	assert_null(strstr(text_str(&t), "none"));
	assert_non_null(strstr(text_str(&t), "\n\nand 3 kinds more, in operations.csv and run.json\n"));
	json_decref(run);
	text_release(&t);
}

/* What won the race is what the growth is said by. */
static void the_words_of_what_explains_it(void **state)
{
	struct text t = TEXT_INIT;
	struct verdict *v = sk_calloc(1, sizeof(*v));

	(void)state;
	fixture_leak(v);
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "412 B [371, 453] per operation");
	text_reset(&t);
	v->main.grows_with = GROWS_CONNECTS;
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "20.1 KiB [18.1 KiB, 22.1 KiB] per connection");
	text_reset(&t);
	v->main.grows_with = GROWS_RELOADS;
	assert_false(add_per_op(&t, &v->main)); /* not known */
	assert_string_equal(text_str(&t), "");
	v->main.per_reload_bytes = 3e6;
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "2.86 MiB per reload");
	text_release(&t);
	free(v);
}

/* ---- in a run ------------------------------------------------------------------------------------------------------------ */

struct world {
	struct fake f;
	struct run_options opt;
	struct target target;
	struct session s;
	struct clock_fake clock;
	struct driver driver;
	json_t *run;
	char dir[128];
};

static void put_memory(struct world *w)
{
	fake_sync(&w->f);
	mkdir(fake_path(&w->f, "proc/100/fd"), 0755);
	fake_write(fake_path(&w->f, "proc/100/status"), "Name:\tserve\nVmRSS:\t3000 kB\nRssAnon:\t2000 kB\nThreads:\t1\n");
}

static int make_world(void **state)
{
	struct world *w = sk_calloc(1, sizeof(*w));

	fake_open(&w->f);
	snprintf(w->dir, sizeof(w->dir), "%s", fake_path(&w->f, "run"));
	fake_add(&w->f, 100, 1, 1000, "serve", NULL);
	assert_int_equal(opt_defaults(&cmd_run_options, &w->opt, NULL), SK_OK);
	w->opt.interval_s = 10;
	w->opt.length_s = NAN;
	free(w->opt.samplers);
	w->opt.samplers = sk_strdup("status");
	w->clock = (struct clock_fake){ 1795204800, INT64_C(5000000000000) };
	*state = w;
	return 0;
}

/* A new one, or the same again as --resume has it; the driver is one that works, with a page of its own. */
static void begin(struct world *w, bool resume)
{
	char argv0[] = "soakd", *argv[] = { argv0, NULL };
	struct sk_clock clock = clock_fake_make(&w->clock);
	struct sk_err err = { 0 };

	put_memory(w);
	fake_target(&w->f, &w->target, "pid:100");
	assert_int_equal(target_find(&w->target, &err), SK_OK);
	if (!resume)
		w->run = run_json_new(1, argv, &w->opt, "serve", 1795204800);
	if (session_open(&w->s, &w->opt, &clock, &w->f.fs, &w->target, w->run, w->dir, resume, &err) != SK_OK)
		fail_msg("%s", err.msg);
	w->driver = (struct driver){ .state = DRIVER_RUNNING, .sock = -1, .shared_fd = -1 };
	w->driver.shared = sk_calloc(1, sizeof(*w->driver.shared));
	session_driver(&w->s, &w->driver);
	assert_int_equal(session_begin(&w->s, &err), SK_OK);
}

static void row(struct world *w)
{
	clock_fake_advance(&w->clock, 10);
	put_memory(w);
	assert_int_equal(session_row(&w->s, 0, NULL), SK_OK);
}

static void end(struct world *w)
{
	session_release(&w->s);
	target_release(&w->target);
	free(w->driver.shared);
	w->driver.shared = NULL;
}

static int drop_world(void **state)
{
	struct world *w = *state;

	json_decref(w->run);
	opt_release(&cmd_run_options, &w->opt);
	fake_close(&w->f);
	free(w);
	return 0;
}

static double cell(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->s.plan.n; i++)
		if (strcmp(w->s.plan.metric[i]->name, name) == 0)
			return w->s.values[i];
	fail_msg("no column %s", name);
	return NAN;
}

static void assert_file(const struct world *w, const char *want)
{
	char path[160], got[2048];
	FILE *f;

	snprintf(path, sizeof(path), "%s/operations.csv", w->dir);
	f = fopen(path, "r");
	assert_non_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(got, want);
}

#define HEADER "timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us\n"

static void a_row_for_each_kind(void **state)
{
	struct world *w = *state;

	begin(w, false);
	row(w);
	assert_file(w, HEADER); /* no kinds, no rows */
	assert_double_equal(cell(w, "connects"), 0, 0);
	assert_true(isnan(cell(w, "op_rows")) && isnan(cell(w, "op_bytes")));
	did(kind(w->driver.shared, "insert"), 4, 8, 64, 2 * MS);
	w->driver.shared->ops = 4;
	w->driver.shared->rows = 8;
	w->driver.shared->bytes = 64;
	w->driver.shared->connects = 3;
	w->driver.shared->reconnects = 1;
	w->driver.shared->missed = 5;
	row(w);
	kind(w->driver.shared, "commit")->errors = 1;
	row(w);
	assert_file(w, HEADER "1795204820.000,insert,4,0,8,64,2000,2000,2000,2000\n"
			      "1795204830.000,insert,4,0,8,64,,,,\n"
			      "1795204830.000,commit,0,1,,,,,,\n");
	assert_double_equal(cell(w, "op_rows"), 8, 0);
	assert_double_equal(cell(w, "op_bytes"), 64, 0);
	assert_double_equal(cell(w, "connects"), 3, 0);
	assert_double_equal(cell(w, "reconnects"), 1, 0);
	assert_double_equal(cell(w, "missed_ops"), 5, 0);
	assert_double_equal(cell(w, "reloads"), 0, 0);
	assert_int_equal(session_end(&w->s, "done", NULL), SK_OK);
	assert_int_equal(json_array_size(json_object_get(w->run, "operations")), 2);
	end(w);
}

/* The page is a new one, and the totals go on, also of a kind that does not come again and of one behind a torn line. */
static void a_resumed_run_goes_on(void **state)
{
	struct world *w = *state;
	char path[160];
	FILE *f;

	begin(w, false);
	did(kind(w->driver.shared, "insert"), 4, 8, 64, 2 * MS);
	kind(w->driver.shared, "setup")->ops = 1;
	w->driver.shared->rows = 8;
	w->driver.shared->connects = 3;
	session_reload_sent(&w->s);
	row(w);
	assert_double_equal(cell(w, "reloads"), 1, 0);
	w->target.reloads = 1; /* seen: it is the same one */
	row(w);
	assert_double_equal(cell(w, "reloads"), 1, 0);
	end(w);
	snprintf(path, sizeof(path), "%s/operations.csv", w->dir);
	f = fopen(path, "a");
	assert_non_null(f);
	fputs("1795204830.000,insert,9999", f);
	fclose(f);
	begin(w, true);
	did(kind(w->driver.shared, "insert"), 6, 1, 1, 1 * MS);
	w->driver.shared->rows = 1;
	w->driver.shared->connects = 2;
	row(w);
	assert_file(w, HEADER "1795204810.000,insert,4,0,8,64,2000,2000,2000,2000\n"
			      "1795204810.000,setup,1,0,,,,,,\n"
			      "1795204820.000,insert,4,0,8,64,,,,\n"
			      "1795204820.000,setup,1,0,,,,,,\n"
			      "1795204830.000,insert,10,0,9,65,1000,1000,1000,1000\n"
			      "1795204830.000,setup,1,0,,,,,,\n");
	assert_double_equal(cell(w, "op_rows"), 9, 0);
	assert_double_equal(cell(w, "connects"), 5, 0);
	assert_double_equal(cell(w, "reloads"), 1, 0);
	end(w);
}

/* Without a workload nobody counts, and of this target nobody would see a reload. */
static void nothing_without_a_workload(void **state)
{
	struct world *w = *state;

	begin(w, false);
	w->driver.observes = true;
	kind(w->driver.shared, "info")->ops = 4;
	row(w);
	assert_file(w, HEADER);
	assert_true(isnan(cell(w, "ops")) && isnan(cell(w, "connects")) && isnan(cell(w, "missed_ops")));
	w->s.driver = NULL;
	row(w);
	assert_true(isnan(cell(w, "reloads")));
	w->target.spec.kind = target_kind_find("nginx");
	w->target.reloads = 2;
	row(w);
	assert_double_equal(cell(w, "reloads"), 2, 0);
	assert_int_equal(session_end(&w->s, "done", NULL), SK_OK);
	assert_null(json_object_get(w->run, "operations"));
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_and_the_interval),
		cmocka_unit_test(the_whole_run),
		cmocka_unit_test(names),
		cmocka_unit_test(the_table_for_the_terminal),
		cmocka_unit_test(the_table_of_the_report),
		cmocka_unit_test(the_words_of_what_explains_it),
		cmocka_unit_test_setup_teardown(a_row_for_each_kind, make_world, drop_world),
		cmocka_unit_test_setup_teardown(a_resumed_run_goes_on, make_world, drop_world),
		cmocka_unit_test_setup_teardown(nothing_without_a_workload, make_world, drop_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
