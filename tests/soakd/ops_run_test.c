/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of operation in a run over a made /proc: what is in operations.csv and samples.csv, and how a resumed run goes on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/soakd/fake_proc.h"

#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/run_json.h"
#include "soakd/session.h"
#include "tests/soakd/fake_page.h"

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
		cmocka_unit_test_setup_teardown(a_row_for_each_kind, make_world, drop_world),
		cmocka_unit_test_setup_teardown(a_resumed_run_goes_on, make_world, drop_world),
		cmocka_unit_test_setup_teardown(nothing_without_a_workload, make_world, drop_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
