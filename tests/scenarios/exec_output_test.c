/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What load generators print, as recorded in tests/fixtures/exec, however the pipe cuts it. */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/exec_output.h"

static struct exec_output seen(const char *text, size_t piece)
{
	struct exec_output o;
	size_t n = strlen(text);

	memset(&o, 0x5a, sizeof(o));
	exec_output_reset(&o);
	for (size_t i = 0; i < n; i += piece)
		exec_output_add(&o, text + i, n - i < piece ? n - i : piece);
	exec_output_end(&o);
	return o;
}

static struct exec_output recorded(const char *name, size_t piece)
{
	static char text[1 << 16];
	char path[128];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fixtures/exec/%s", name);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return seen(text, piece);
}

static void says(const struct exec_output *o, const char *item, const char *unit, int64_t value)
{
	for (size_t i = 0; i < o->n_figure; i++)
		if (strcmp(o->figure[i].item, item) == 0) {
			assert_string_equal(o->figure[i].unit, unit);
			assert_int_equal(o->figure[i].value, value);
			return;
		}
	fail_msg("no figure \"%s\"", item);
}

static void is(const struct exec_output *o, const char *tool, uint64_t ops, uint64_t errors, size_t figures)
{
	assert_true(o->counted);
	assert_string_equal(o->tool, tool);
	assert_int_equal(exec_output_ops(o), ops);
	assert_int_equal(exec_output_errors(o), errors);
	assert_int_equal(o->n_figure, figures);
}

static void pgbench(void **unused)
{
	(void)unused;
	for (size_t piece = 1; piece < 2000; piece += 37) {
		struct exec_output o = recorded("pgbench.txt", piece);

		is(&o, "pgbench", 4251, 0, 2);
		says(&o, "latency average", "us", 468);
		says(&o, "transactions", "per_s", 4275);
	}
	assert_int_equal(seen("number of transactions actually processed: 7/10", 100).requests, 7); /* -t, and no newline */
	assert_int_equal(
		seen("number of transactions actually processed: 7\nnumber of transactions actually processed: 8\n", 9).requests,
		15);
	struct exec_output o = seen("number of transactions actually processed: 90\nnumber of failed transactions: 10 (10.000%)\n"
				    "latency stddev = 1.250 ms\n",
				    5);

	is(&o, "pgbench", 90, 10, 1);
	says(&o, "latency stddev", "us", 1250);
}

static void redis_benchmark(void **unused)
{
	struct exec_output o = recorded("redis_benchmark.txt", 7);

	(void)unused;
	is(&o, "redis-benchmark", 40000, 0, 14);
	says(&o, "SET requests", "per_s", 20597);
	says(&o, "SET latency avg", "us", 1526);
	says(&o, "SET latency p95", "us", 5287);
	says(&o, "SET latency max", "us", 12407);
	says(&o, "GET latency min", "us", 144);
	o = recorded("redis_benchmark_q.txt", 7);
	assert_false(o.counted); /* it says none */
}

static void wrk(void **unused)
{
	struct exec_output o = recorded("wrk.txt", 7);

	(void)unused;
	is(&o, "wrk", 7185, 0, 8);
	says(&o, "requests", "per_s", 7130);
	says(&o, "latency avg", "us", 1370);
	says(&o, "latency stdev", "us", 1920);
	says(&o, "latency max", "us", 12310);
	says(&o, "latency p50", "us", 243);
	says(&o, "latency p99", "us", 7900);
	o = recorded("wrk_404.txt", 7);
	is(&o, "wrk", 0, 7819, 4);
	o = seen("  10 requests in 1.00s, 1MB read\n  Socket errors: connect 1, read 2, write 3, timeout 40\n", 9);
	is(&o, "wrk", 10, 46, 0);
}

static void ab(void **unused)
{
	struct exec_output o = recorded("ab.txt", 7);

	(void)unused;
	is(&o, "ab", 2000, 0, 11);
	says(&o, "requests", "per_s", 16726);
	says(&o, "latency mean", "us", 239);
	says(&o, "latency p99", "us", 2000);
	says(&o, "latency max", "us", 23000);
	o = recorded("ab_404.txt", 7);
	assert_int_equal(exec_output_ops(&o), 0);
	assert_int_equal(exec_output_errors(&o), 200);
}

static void k6(void **unused)
{
	struct exec_output o = recorded("k6.txt", 7);

	(void)unused;
	is(&o, "k6", 994, 6, 6);
	says(&o, "latency avg", "us", 3200);
	says(&o, "latency min", "us", 413);
	says(&o, "latency max", "us", 62500000);
	says(&o, "latency p(95)", "us", 8750);
	o = seen("http_req_failed................: 0.20%  2 out of 1000\nhttp_reqs......................: 1000 9/s\n", 9);
	is(&o, "k6", 998, 2, 0);
	o = seen("iterations.....................: 500    49.8/s\n", 9); /* a script that makes no requests */
	is(&o, "k6", 500, 0, 0);
}

static void none(void **unused)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"number of transactions actually processed: \n",
		"number of transactions actually processed: -3\n",
		"the number of transactions actually processed: 3\n",
		"number of transactions actually processed: 99999999999999999999999\n",
		"number of transactions actually proc",
		"99999999999999999999999 requests in 1s\n",
		"12 requests\n",
		"http_reqs: 12\n",
		"Complete requests: many\n",
	};
	char lengthy[2000];

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(seen(texts[i], 3).counted);
		assert_int_equal(seen(texts[i], 3).requests, 0);
	}
	memset(lengthy, 'x', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	assert_false(seen(lengthy, 100).counted);
	assert_true(seen("number of transactions actually processed: 0\n", 100).counted);
	assert_int_equal(seen("Latency 1.2 2.0 3.0\nlatency average = 99999999999999999999 h\n", 100).n_figure, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pgbench), cmocka_unit_test(redis_benchmark),
		cmocka_unit_test(wrk),     cmocka_unit_test(ab),
		cmocka_unit_test(k6),      cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
