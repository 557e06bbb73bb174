/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a matrix: combinations, order, names, what is refused, the table and the exit status. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "soakd/cmds.h"
#include "soakd/matrix.h"
#include "tests/base/tmp.h"

static enum sk_code make(struct matrix *m, char **vary, size_t n, int64_t repeats, struct sk_err *err)
{
	const struct opt_list list = { vary, n, n };
	const struct opt_given given = { 0 };

	return matrix_init(m, &list, repeats, &given, err);
}

static void every_combination_in_each_repeat(void **state)
{
	char *vary[] = { "rows=1000,10000,100000", "journal=wal,rollback" };
	struct matrix m;
	char name[MATRIX_NAME];
	unsigned seen[6][4] = { { 0 } }, first[6] = { 0 };

	(void)state;
	assert_int_equal(make(&m, vary, 2, 4, NULL), SK_OK);
	assert_int_equal(matrix_cells(&m), 24);
	for (size_t i = 0; i < 24; i++) {
		struct matrix_cell c = matrix_cell(&m, i);

		assert_int_equal(c.repeat, i / 6); /* repeat by repeat */
		assert_int_equal(matrix_index(&m, c), i);
		seen[c.combination][c.repeat]++;
		if (i % 6 == 0)
			first[c.combination]++;
	}
	for (size_t c = 0; c < 6; c++)
		for (size_t r = 0; r < 4; r++)
			assert_int_equal(seen[c][r], 1);
	for (size_t c = 0; c < 6; c++)
		assert_true(first[c] <= 1); /* each repeat begins with another one */
	assert_string_equal(matrix_name(&m, (struct matrix_cell){ 3, 0 }, name, sizeof(name)),
			    "rows=10000,journal=rollback,repeat=1");
	assert_string_equal(matrix_value(&m, 4, 0), "100000");
	assert_string_equal(matrix_value(&m, 4, 1), "wal");
	matrix_release(&m);
	matrix_release(&m);
}

static void names_are_safe_and_their_own(void **state)
{
	char *vary[] = { "disk=/a/b,_a_b,../c",
			 "samplers=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct matrix m;
	char name[3][MATRIX_NAME];

	(void)state;
	assert_int_equal(make(&m, vary, 2, 1, NULL), SK_OK);
	for (size_t i = 0; i < 3; i++) {
		matrix_name(&m, matrix_cell(&m, i), name[i], sizeof(name[i]));
		assert_null(strchr(name[i], '/'));
		assert_true(strlen(name[i]) < MATRIX_NAME);
	}
	assert_string_not_equal(name[0], name[1]);
	assert_non_null(strstr(name[1], "disk=_a_b,"));
	matrix_release(&m);
}

static void what_is_refused(void **state)
{
	static const struct {
		char *vary[2];
		size_t n;
		int64_t repeats;
		const char *says;
	} all[] = {
		{ { NULL }, 0, 1, "nothing varies" },
		{ { "rows" }, 1, 1, "give an option of run and its values" },
		{ { "rows=" }, 1, 1, "give an option of run and its values" },
		{ { "=1" }, 1, 1, "give an option of run and its values" },
		{ { "nope=1" }, 1, 1, "run has no option --nope" },
		{ { "out=a" }, 1, 1, "not a setting that can vary" },
		{ { "rows=1,,2" }, 1, 1, "a comma without a value" },
		{ { "rows=1,2,1" }, 1, 1, "the value 1 is there twice" },
		{ { "rows=1,many" }, 1, 1, "is no whole number" },
		{ { "journal=wal,both" }, 1, 1, "takes one of wal" },
		{ { "rows=1", "rows=2" }, 2, 1, "varies already" },
		{ { "rows=1,2" }, 1, 5001, "more than 10000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct sk_err err = { 0 };
		struct matrix m;

		assert_int_equal(make(&m, (char **)all[i].vary, all[i].n, all[i].repeats, &err), SK_EUSAGE);
		if (!strstr(err.msg, all[i].says))
			fail_msg("\"%s\" does not say \"%s\"", err.msg, all[i].says);
	}
}

static const struct matrix_result good = { true, 0, "stable", 0, NAN, 1000, 50, 0 },
				  bad = { true, 1, "leak", 300, 12, 3000, 70, 2 },
				  open = { .done = false,
					   .rate_kb_per_h = NAN,
					   .per_op_bytes = NAN,
					   .rss_peak_kb = NAN,
					   .ops_per_s = NAN,
					   .errors = NAN };

static void the_table_and_the_files(void **state)
{
	char *vary[] = { "journal=wal,rollback" };
	struct tmp *t = *state;
	struct matrix m;
	struct matrix_result r[4], back;
	struct text table = TEXT_INIT;
	json_t *arguments = json_pack("[s,s]", "--vary", "journal=wal,rollback"), *j = NULL;

	assert_int_equal(make(&m, vary, 1, 2, NULL), SK_OK);
	/* the order is wal, rollback, rollback, wal */
	r[0] = good;
	r[1] = open;
	r[2] = good;
	r[3] = bad;
	matrix_table(&m, r, &table);
	assert_non_null(strstr(text_str(&table), "journal=wal         2  1 stable, 1 leak                          150 [0..300]  "
						 "        2000        60.0         2        12.0\n"));
	assert_non_null(strstr(text_str(&table), "journal=rollback    1  1 stable  "));
	assert_int_equal(matrix_write(&m, t->dir, arguments, NULL, r, NULL), SK_OK);
	assert_file(tmp_path(t, "matrix.csv"),
		    "cell,journal,repeat,status,verdict,rate_kb_per_h,rss_peak_kb,ops_per_s,errors,per_op_bytes\n"
		    "\"journal=wal,repeat=1\",wal,1,0,stable,0,1000,50,0,\n"
		    "\"journal=rollback,repeat=1\",rollback,1,,,,,,,\n"
		    "\"journal=rollback,repeat=2\",rollback,2,0,stable,0,1000,50,0,\n"
		    "\"journal=wal,repeat=2\",wal,2,1,leak,300,3000,70,2,12\n");
	assert_int_equal(json_read_file(tmp_path(t, "matrix.json"), &j, NULL), SK_OK);
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(j, "cells"), 1), "status")));
	matrix_result_from_json(json_array_get(json_object_get(j, "cells"), 3), &back);
	assert_true(back.done && back.status == 1 && strcmp(back.verdict, "leak") == 0 && back.per_op_bytes == 12);
	matrix_result_from_json(json_array_get(json_object_get(j, "cells"), 1), &back);
	assert_false(back.done);
	json_decref(j);
	json_decref(arguments);
	text_release(&table);
	matrix_release(&m);
}

static void the_worst_status_first(void **state)
{
	static const int order[] = { 125, 1, 4, 5, 6, 127, 126, 2, 3, 0 };
	struct matrix_result r[3] = { { .done = true }, { .done = true }, { .status = 125 } };

	(void)state;
	for (size_t i = 0; i < 10; i++)
		for (size_t k = i; k < 10; k++) {
			r[0].status = order[k];
			r[1].status = order[i];
			assert_int_equal(matrix_status(r, 3), order[i]); /* the third is not done */
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_in_each_repeat),
		cmocka_unit_test(names_are_safe_and_their_own),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test_setup_teardown(the_table_and_the_files, tmp_setup, tmp_teardown),
		cmocka_unit_test(the_worst_status_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
