/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The headers are those of the contract, word for word; every column has unit, label and a sentence. */
#include "base/columns.h"
#include "tests/base/tmp.h"

static void assert_header(const struct metric *m, size_t n, const char *want)
{
	struct text t = TEXT_INIT;

	columns_header(&t, m, n);
	assert_string_equal(text_str(&t), want);
	text_release(&t);
}

static void headers(void **state)
{
	(void)state;
	assert_header(
		samples_columns, n_samples_columns,
		"timestamp,elapsed_s,processes,rss_kb,vsz_kb,pss_kb,uss_kb,anon_kb,file_kb,shmem_kb,rss_shmem_kb,swap_kb,heap_kb,"
		"stack_kb,hugetlb_kb,pagetables_kb,pss_sampled,heap_sampled,threads,fds,minor_faults,major_faults,cpu_s,ops,"
		"errors,"
		"driver_anon_kb,op_rows,op_bytes,connects,reconnects,missed_ops,reloads");
	assert_header(
		processes_columns, n_processes_columns,
		"timestamp,pid,starttime,role,name,rss_kb,pss_kb,anon_kb,shmem_kb,file_kb,swap_kb,heap_kb,threads,fds,cpu_s");
	assert_header(mappings_columns, n_mappings_columns,
		      "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb");
	assert_header(objects_columns, n_objects_columns,
		      "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb,hugetlb_kb,"
		      "thp_kb,starttime,start,end,object");
	assert_header(internals_columns, n_internals_columns, "timestamp,pid,source,item,value,unit");
	assert_header(events_columns, n_events_columns, "timestamp,kind,detail");
	assert_header(operations_columns, n_operations_columns,
		      "timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us");
}

static void assert_described(const struct metric *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(m[i].name), help = strlen(m[i].help);

		assert_true(len > 0 && strlen(m[i].unit) > 0 && strlen(m[i].label) > 0);
		assert_true(help > 10 && m[i].help[help - 1] == '.');
		if (len > 3 && strcmp(m[i].name + len - 3, "_kb") == 0)
			assert_string_equal(m[i].unit, "KiB");
		assert_int_equal(metric_find(m, n, m[i].name), (int)i); /* no name twice */
	}
}

static void described(void **state)
{
	(void)state;
	assert_described(samples_columns, n_samples_columns);
	assert_described(processes_columns, n_processes_columns);
	assert_described(mappings_columns, n_mappings_columns);
	assert_described(objects_columns, n_objects_columns);
	assert_described(internals_columns, n_internals_columns);
	assert_described(events_columns, n_events_columns);
	assert_described(operations_columns, n_operations_columns);
}

static void counters(void **state)
{
	const char *const counter[] = { "minor_faults", "major_faults", "cpu_s",      "ops",        "errors", "op_rows",
					"op_bytes",     "connects",     "reconnects", "missed_ops", "reloads" };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_samples_columns; i++)
		n += samples_columns[i].kind == METRIC_COUNTER;
	assert_int_equal(n, sizeof(counter) / sizeof(*counter));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(column_lookup(counter[i])->kind, METRIC_COUNTER);
}

static void lookup(void **state)
{
	(void)state;
	assert_string_equal(column_lookup("anon_kb")->label, "private memory (anonymous)");
	assert_string_equal(column_lookup("pss_kb")->label, "PSS");
	assert_string_equal(column_lookup("rss_kb")->label, "resident memory (RSS)");
	assert_string_equal(column_lookup("vsz_kb")->label, "virtual size");
	assert_string_equal(column_lookup("private_dirty_kb")->unit, "KiB"); /* only in mappings.csv */
	assert_string_equal(column_lookup("detail")->unit, "text");
	assert_null(column_lookup("heap_mb"));
	assert_null(column_lookup(""));
	assert_int_equal(metric_find(samples_columns, n_samples_columns, "rss"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(described),
		cmocka_unit_test(counters),
		cmocka_unit_test(lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
