/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pgbench's count in what a command prints, however the pipe cuts it. */
#include "tests/check.h"

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

static void counts(void **unused)
{
	static const char pgbench[] = "pgbench (15.20)\nscaling factor: 10\nnumber of transactions actually processed: 12345\n"
				      "number of failed transactions: 0 (0.000%)\ntps = 617.2\n";

	(void)unused;
	for (size_t piece = 1; piece < sizeof(pgbench); piece++) {
		struct exec_output o = seen(pgbench, piece);

		assert_true(o.found);
		assert_int_equal(o.transactions, 12345);
	}
	assert_int_equal(seen("number of transactions actually processed: 7/10", 100).transactions, 7); /* -t, and no newline */
	assert_int_equal(seen("number of transactions actually processed: 7\nnumber of transactions actually processed: 8\n", 9)
				 .transactions,
			 15);
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
	};
	char lengthy[2000];

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(seen(texts[i], 3).found);
		assert_int_equal(seen(texts[i], 3).transactions, 0);
	}
	memset(lengthy, 'x', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	assert_false(seen(lengthy, 100).found);
	assert_int_equal(seen("number of transactions actually processed: 0\n", 100).found, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(counts), cmocka_unit_test(none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
