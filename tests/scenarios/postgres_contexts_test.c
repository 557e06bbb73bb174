/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths from the order and depth of the rows, where names repeat; what is told of them; the limits. */
#include "scenarios/postgres_contexts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static struct contexts x;
static struct {
	char item[CONTEXT_PATH];
	int64_t bytes;
} told[CONTEXT_PATHS + 3];
static size_t n_told;

static void on_tell(void *ctx, const char *item, int64_t bytes)
{
	(void)ctx;
	assert_true(n_told < CONTEXT_PATHS + 3);
	snprintf(told[n_told].item, sizeof(told[0].item), "%s", item);
	told[n_told++].bytes = bytes;
}

static void end(void)
{
	n_told = 0;
	contexts_end(&x, on_tell, NULL);
}

/* -1: it was not told */
static int64_t of(const char *item)
{
	for (size_t i = 0; i < n_told; i++)
		if (strcmp(told[i].item, item) == 0)
			return told[i].bytes;
	return -1;
}

static int fresh(void **state)
{
	(void)state;
	memset(&x, 0, sizeof(x));
	contexts_begin(&x);
	return 0;
}

static void duplicates_below_different_parents(void **state)
{
	(void)state;
	contexts_row(&x, "TopMemoryContext", 0, 100, 10);
	contexts_row(&x, "PortalContext", 1, 20, 5);
	contexts_row(&x, "ExecutorState", 2, 7, 1);
	contexts_row(&x, "ExprContext", 3, 1, 0);
	contexts_row(&x, "ExprContext", 3, 2, 0);
	contexts_row(&x, "CacheMemoryContext", 1, 50, 0);
	contexts_row(&x, "CachedPlanSource", 2, 4, 1);
	contexts_row(&x, "CachedPlanQuery", 3, 3, 1);
	contexts_row(&x, "CachedPlanSource", 2, 4, 1);
	contexts_row(&x, "CachedPlanQuery", 3, 3, 1);
	contexts_row(&x, "ExecutorState", 2, 9, 0); /* the same name and depth as above, another parent */
	contexts_row(&x, "ExprContext", 3, 8, 0);
	end();
	assert_int_equal(of("total"), 211);
	assert_int_equal(of("used"), 191);
	assert_int_equal(of("free"), 20);
	assert_int_equal(of("TopMemoryContext"), 100);
	assert_int_equal(of("TopMemoryContext/PortalContext/ExecutorState"), 7);
	assert_int_equal(of("TopMemoryContext/PortalContext/ExecutorState/ExprContext"), 3);
	assert_int_equal(of("TopMemoryContext/CacheMemoryContext/CachedPlanSource"), 8);
	assert_int_equal(of("TopMemoryContext/CacheMemoryContext/CachedPlanSource/CachedPlanQuery"), 6);
	assert_int_equal(of("TopMemoryContext/CacheMemoryContext/ExecutorState"), 9);
	assert_int_equal(of("TopMemoryContext/CacheMemoryContext/ExecutorState/ExprContext"), 8);
	assert_int_equal(n_told, 3 + 9);
}

static void small_ones_are_told_once_they_grow(void **state)
{
	char name[16];

	(void)state;
	for (int pass = 0; pass < 3; pass++) {
		contexts_begin(&x);
		contexts_row(&x, "Top", 0, 1000, 0);
		for (int i = 0; i < 30; i++) {
			snprintf(name, sizeof(name), "c%d", i);
			contexts_row(&x, name, 1, 500 - i, 0);
		}
		contexts_row(&x, "leak", 1, pass == 1 ? 2 : 1, 0);
		end();
		assert_int_equal(of("Top/c18"), 482); /* the 20th */
		assert_int_equal(of("Top/c19"), -1);
		/* told from when it has grown, also when it is small again */
		assert_int_equal(of("Top/leak"), pass == 0 ? -1 : pass == 1 ? 2 : 1);
		assert_int_equal(n_told, 3 + CONTEXT_TOP + (pass > 0));
	}
	contexts_begin(&x); /* an answer without rows says nothing, and no 0 */
	end();
	assert_int_equal(n_told, 0);
	contexts_begin(&x);
	contexts_row(&x, "Top", 0, 1000, 0);
	end();
	assert_int_equal(of("Top/leak"), 0); /* gone */
}

static void ties_end_at_the_top(void **state)
{
	char name[16];

	(void)state;
	contexts_row(&x, "Top", 0, 9000, 0);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		contexts_row(&x, name, 1, i == 39 ? 8193 : 8192, 0);
	}
	end();
	assert_int_equal(n_told, 3 + CONTEXT_TOP);
	assert_int_equal(of("Top/c39"), 8193);
	assert_int_equal(of("Top/c17"), 8192);
	assert_int_equal(of("Top/c18"), -1);
}

static void odd_depths(void **state)
{
	char name[16], path[CONTEXT_PATH] = "";

	(void)state;
	contexts_row(&x, "a", 7, 1, 0); /* nobody is above it */
	contexts_row(&x, "b", 9, 2, 0); /* below a */
	contexts_row(&x, "c", -3, 4, 0);
	end();
	assert_int_equal(of("a"), 1);
	assert_int_equal(of("a/b"), 2);
	assert_int_equal(of("c"), 4);
	contexts_begin(&x);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		contexts_row(&x, name, i, 1, 0);
		if (i < CONTEXT_DEPTH)
			snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s%s", i ? "/" : "", name);
	}
	end();
	assert_int_equal(of("total"), 40);
	assert_int_equal(of(path), 1 + 40 - CONTEXT_DEPTH); /* what is deeper counts there */
}

static void names_without_end_and_without_number(void **state)
{
	char name[300];
	int64_t sum = 0;

	(void)state;
	contexts_row(&x, "Top", 0, 1, 0);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	contexts_row(&x, name, 1, 2, 0);
	contexts_row(&x, "child", 2, 4, 0);
	end();
	assert_int_equal(of("Top"), 3); /* the long name counts for its parent */
	assert_int_equal(of("Top/child"), 4);
	contexts_begin(&x);
	contexts_row(&x, "Top", 0, 1, 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		contexts_row(&x, name, 1, 1, 0);
		contexts_row(&x, "child", 2, 1, 0);
	}
	end();
	assert_true(of("other") > 1000);
	for (size_t i = 3; i < n_told; i++)
		sum += told[i].bytes;
	assert_int_equal(of("total"), 2001);
	assert_true(sum <= 2001);
	assert_int_equal(-1, of("other/child"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(duplicates_below_different_parents, fresh),
		cmocka_unit_test_setup(small_ones_are_told_once_they_grow, fresh),
		cmocka_unit_test_setup(ties_end_at_the_top, fresh),
		cmocka_unit_test_setup(odd_depths, fresh),
		cmocka_unit_test_setup(names_without_end_and_without_number, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
