/* SPDX-License-Identifier: GPL-3.0-or-later */
/* internals.csv beside processes.csv as accounts, and the verdict on them: foreign, damaged and endless files too. */
#include <math.h>

#include "soakd/decide.h"
#include "soakd/verdict_json.h"
#include "tests/soakd/run_fixture.h"

static int begin(void **state)
{
	(void)state;
	make_dir();
	return 0;
}

#define ROWS 2000 /* of 10 s; each backend grows by 90 KiB a row */

/* Two backends and a bystander; an epoch each 50 rows. The contexts of both hold 80 KiB a row more, 50 in use. */
static void write_run(int rows, int each)
{
	FILE *s = create("samples.csv"), *p = create("processes.csv"), *i = create("internals.csv"), *r = create("run.json");

	fputs("{\"interval_s\": 10}", r);
	fputs("timestamp,elapsed_s,processes,anon_kb,ops\n", s);
	fputs("timestamp,pid,starttime,role,anon_kb\n", p);
	fputs("timestamp,pid,source,item,value,unit\n", i);
	for (int k = 0; k < rows; k++) {
		double at = 1000000 + 10.0 * k;

		fprintf(s, "%.3f,%d,3,%d,%d\n", at, 10 * k, 3000 + 180 * k, 20 * k);
		for (int b = 0; b < 2; b++)
			fprintf(p, "%.3f,%d,5,backend (soakd),%d\n", at, 11 + b, 1000 + 90 * k);
		fprintf(p, "%.3f,7,5,postmaster,1000\n", at);
		if (k % each)
			continue;
		fprintf(i, "%.3f,,pg_database_size,postgres,7667047,bytes\n", at + .01);
		fprintf(i, "%.3f,,pg_stat_activity,client backend/idle,%d,1\n", at + .01, k);
		for (int b = 0; b < 2; b++) {
			double t = at + .02 + .001 * b;

			fprintf(i, "%.3f,%d,pg_backend_memory_contexts,total,%d,bytes\n", t, 11 + b, 1024 * (2000 + 80 * k));
			fprintf(i, "%.3f,%d,pg_backend_memory_contexts,used,%d,bytes\n", t, 11 + b, 1024 * (1500 + 50 * k));
			fprintf(i, "%.3f,%d,pg_backend_memory_contexts,free,%d,bytes\n", t, 11 + b, 1024 * (500 + 30 * k));
			fprintf(i, "%.3f,%d,pg_backend_memory_contexts,\"Top/Cache, \"\"odd\"\"/Source\",%d,bytes\n", t, 11 + b,
				1024 * 70 * k);
			fprintf(i, "%.3f,%d,pg_backend_memory_contexts,Top,99999,bytes\n", t, 11 + b);
		}
	}
	fclose(s);
	fclose(p);
	fclose(i);
	fclose(r);
}

static void decide(void)
{
	const struct decide_options none = { NAN, NULL, NAN, NULL };

	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, &err), SK_OK);
	assert_int_equal(decide_file(&ef, &none, &v, &err), SK_OK);
}

static void accounts_of_a_run(void **state)
{
	const struct account *a;

	(void)state;
	write_run(ROWS, 50);
	decide();
	assert_string_equal(ef.note, "");
	assert_int_equal(ef.ev.n_accounts, 2);
	a = &ef.ev.account[0];
	assert_string_equal(a->source->name, "pg_backend_memory_contexts");
	assert_int_equal(a->in_use.n, ROWS / 50);
	assert_int_equal(a->seen.n, ROWS / 50);
	assert_int_equal(a->n_items, 1); /* `free` is no part, and Top does not grow */
	assert_string_equal(a->item[0].name, "Top/Cache, \"odd\"/Source");
	/* the kernel's figure at the epoch, between two rows */
	assert_double_equal(a->seen.t[1], a->in_use.t[1], 1e-9);
	assert_double_equal(a->seen.kb[1], 1000 + 90 * (a->seen.t[1] / 10), .1);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_int_equal(v.explained.processes, 2);
	assert_double_equal(v.explained.share, 80. / 90, 1e-3);
	assert_double_equal(v.explained.top[0].share, 70. / 90, 1e-3);
	assert_double_equal(v.explained.per_op_bytes, 80 * 2 / 20. * 1024, 10);
	assert_non_null(strstr(v.main.why,
			       "of the growth of 2 processes 89 % is in PostgreSQL's memory contexts, most of it in context "
			       "Source below Cache, \"odd\""));
	evidence_release(&ef);
}

/* More epochs than are kept: thinned, both ends of the run in. */
static void epochs_without_end(void **state)
{
	const struct account *a;

	(void)state;
	write_run(ROWS, 1);
	decide();
	a = &ef.ev.account[0];
	assert_in_range(a->in_use.n, EXPLAINED_POINTS / 2, EXPLAINED_POINTS);
	assert_true(a->in_use.t[0] < 1);
	assert_true(a->in_use.t[a->in_use.n - 1] > 10 * (ROWS - 20));
	assert_in_range(a->seen.n, a->in_use.n - 1, a->in_use.n);
	assert_double_equal(v.explained.share, 80. / 90, 1e-3);
	evidence_release(&ef);
}

static void as_json_and_back(void **state)
{
	static struct verdict back;
	char path[128];
	json_t *j, *e;

	(void)state;
	write_run(ROWS, 50);
	decide();
	j = verdict_to_json(&v, dir);
	e = json_object_get(j, "explained");
	assert_string_equal(json_string_value(json_object_get(e, "rest")), "other");
	assert_string_equal(json_string_value(json_object_get(e, "fragmentation_class")), "normal");
	snprintf(path, sizeof(path), "%s/verdict.json", dir);
	assert_int_equal(json_dump_file(j, path, 0), 0);
	json_decref(j);
	assert_int_equal(verdict_read(dir, &back, &err), SK_OK);
	assert_string_equal(back.explained.source, v.explained.source);
	assert_int_equal(back.explained.processes, 2);
	assert_int_equal(back.explained.rest, REST_OTHER);
	assert_double_equal(back.explained.share, v.explained.share, 1e-12);
	assert_double_equal(back.explained.growth_kb, v.explained.growth_kb, 1e-6);
	assert_double_equal(back.explained.explained_kb, v.explained.explained_kb, 1e-6);
	assert_double_equal(back.explained.other_kb, v.explained.other_kb, 1e-6);
	assert_double_equal(back.explained.fragmentation, v.explained.fragmentation, 1e-12);
	assert_int_equal(back.explained.n_top, v.explained.n_top);
	assert_string_equal(back.explained.top[0].name, v.explained.top[0].name);
	evidence_release(&ef);
}

static void few_epochs_and_none(void **state)
{
	char path[128];

	(void)state;
	write_run(ROWS, 700); /* three */
	decide();
	assert_string_equal(v.explained.source, "");
	json_t *j = verdict_to_json(&v, dir);

	assert_true(json_is_null(json_object_get(j, "explained")));
	json_decref(j);
	evidence_release(&ef);
	snprintf(path, sizeof(path), "%s/internals.csv", dir);
	unlink(path);
	decide();
	assert_string_equal(ef.note, "");
	assert_int_equal(ef.ev.n_accounts, 0);
	evidence_release(&ef);
}

static void damaged_files(void **state)
{
	FILE *f;

	(void)state;
	write_run(200, 10);
	f = create("internals.csv");
	fputs("timestamp,pid,source,item,value,unit\n"
	      "1000000,11,pg_backend_memory_contexts,used,nonsense,bytes\n1000010,,pg_backend_memory_contexts,used,5,bytes\n"
	      "x,11,pg_backend_memory_contexts,used,5,bytes\n1000020,11,unheard,used,5,bytes\n"
	      "1000030,11,pg_backend_memory_contexts\n1000040,11,pg_backend_memory_contexts,used,1024,bytes\n"
	      "1000050,11,pg_backend_memory_contexts,\"used,1024,bytes\n",
	      f);
	fclose(f);
	decide();
	assert_int_equal(ef.ev.n_accounts, 1); /* what was read before the damage stays */
	assert_int_equal(ef.ev.account[0].in_use.n, 1);
	assert_string_equal(v.explained.source, "");
	evidence_release(&ef);
	f = create("internals.csv");
	fputs("timestamp,pid,source,item\n1000000,11,pg_backend_memory_contexts,used\n", f);
	fclose(f);
	decide();
	assert_non_null(strstr(ef.note, "internals.csv has no column value"));
	evidence_release(&ef);
}

/* What Redis has in use is what its allocator has handed out; only a version that does not say that is asked for used_memory. */
static void redis_in_use(void **state)
{
	FILE *f;

	(void)state;
	for (int allocated = 0; allocated < 2; allocated++) {
		write_run(200, 10);
		f = create("internals.csv");
		fputs("timestamp,pid,source,item,value,unit\n", f);
		for (int k = 0; k < 10; k++) {
			fprintf(f, "%d,11,redis,used_memory,%d,bytes\n", 1000000 + 200 * k, 1024 * 10000);
			fprintf(f, "%d,11,redis,allocator_active,%d,bytes\n", 1000000 + 200 * k, 1024 * 20000);
			if (allocated)
				fprintf(f, "%d,11,redis,allocator_allocated,%d,bytes\n", 1000000 + 200 * k, 1024 * 16000);
		}
		fclose(f);
		decide();
		assert_int_equal(ef.ev.n_accounts, 1);
		assert_int_equal(ef.ev.account[0].in_use.n, 10);
		assert_double_equal(ef.ev.account[0].in_use.kb[0], allocated ? 16000 : 10000, 0);
		assert_double_equal(v.explained.fragmentation, allocated ? .2 : .5, 1e-9);
		evidence_release(&ef);
	}
}

/* Ten thousand processes with a thousand different items: bounded, and those that grew are there. */
static void very_many(void **state)
{
	FILE *f;

	(void)state;
	write_run(200, 10);
	f = create("internals.csv");
	fputs("timestamp,pid,source,item,value,unit\n", f);
	for (int k = 0; k < 8; k++) {
		for (int p = 0; p < 10000; p++)
			fprintf(f, "%d,%d,malloc,in use,%d,bytes\n", 1000000 + 200 * k, p,
				p == 11 || p == 12 ? 1000000 * k : 1000);
		for (int i = 0; i < 1000; i++)
			fprintf(f, "%d,11,pg_backend_memory_contexts,item %d,%d,bytes\n", 1000000 + 200 * k, i, i * k);
	}
	fclose(f);
	decide();
	assert_in_range(ef.ev.n_accounts, 2, 32);
	assert_true(ef.ev.account[0].in_use.kb[0] == 0);
	evidence_release(&ef);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(accounts_of_a_run, begin, drop_run),
		cmocka_unit_test_setup_teardown(epochs_without_end, begin, drop_run),
		cmocka_unit_test_setup_teardown(as_json_and_back, begin, drop_run),
		cmocka_unit_test_setup_teardown(few_epochs_and_none, begin, drop_run),
		cmocka_unit_test_setup_teardown(damaged_files, begin, drop_run),
		cmocka_unit_test_setup_teardown(redis_in_use, begin, drop_run),
		cmocka_unit_test_setup_teardown(very_many, begin, drop_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
