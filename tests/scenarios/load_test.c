/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sequence of operations, the held table, the rows: pure functions, exactly. */
#include "tests/check.h"

#include <string.h>

#include "scenarios/catalog.h"
#include "scenarios/load.h"
#include "scenarios/postgres_profiles.h"

static struct load make(const char *profile, uint64_t seed, int64_t rows, uint64_t batch)
{
	struct load l;

	load_init(&l, load_profile_find(profile), seed, rows, batch);
	return l;
}

/* splitmix64 from seed 1234567: the values that Rosetta Code and the Java library give. */
static void generator(void **unused)
{
	uint64_t s = 1234567;

	(void)unused;
	assert_true(rng_next(&s) == 6457827717110365317u);
	assert_true(rng_next(&s) == 3203168211198807973u);
	assert_true(rng_next(&s) == 9817491932198370423u);
	for (int i = 0; i < 10000; i++) {
		double u = rng_unit(&s);

		assert_true(u >= 0 && u < 1);
		assert_true(rng_below(&s, 7) < 7);
	}
	assert_true(rng_below(&s, 1) == 0);
}

static void shares(const char *profile, enum load_op op, unsigned pct)
{
	struct load l = make(profile, 42, 1000, 10);
	unsigned n = 0;

	for (int i = 0; i < 100000; i++)
		n += load_next(&l) == op;
	/* five standard deviations of a binomial at 50 % */
	assert_true(n + 800 >= pct * 1000 && n <= pct * 1000 + 800);
}

static void profile_shares(void **unused)
{
	(void)unused;
	shares("mixed", LOAD_SELECT, 50);
	shares("mixed", LOAD_INSERT, 50);
	shares("insert-heavy", LOAD_INSERT, 100);
	shares("read-heavy", LOAD_SELECT, 90);
	shares("read-heavy", LOAD_INSERT, 10);
	shares("scan-heavy", LOAD_SCAN, 100);
	shares("series-blob", LOAD_BLOBS, 100);
	shares("prepare", LOAD_PREPARE, 100);
	shares("settings", LOAD_SETTING, 100);
}

static void same_seed_same_operations(void **unused)
{
	struct load a = make("mixed", 7, 1000, 1), b = make("mixed", 7, 1000, 1), c = make("mixed", 8, 1000, 1);
	unsigned differ = 0;

	(void)unused;
	for (int i = 0; i < 1000; i++) {
		enum load_op op = load_next(&a);

		assert_int_equal(op, load_next(&b));
		assert_int_equal(load_pick(&a, 5000), load_pick(&b, 5000));
		differ += op != load_next(&c);
		load_pick(&c, 5000);
	}
	assert_true(differ > 300);
}

static void units(void **unused)
{
	(void)unused;
	assert_int_equal(make("insert-heavy", 1, 1000, 100).unit, 100);
	assert_int_equal(make("series-blob", 1, 1000, 100).unit, 100);
	assert_int_equal(make("mixed", 1, 1000, 100).unit, 1);
	assert_int_equal(make("insert-heavy", 1, 30, 100).unit, 30); /* never more than the table holds */
	assert_int_equal(make("scan-heavy", 1, 1000000, 1).rows, LOAD_SEED_ROWS);
	assert_int_equal(make("scan-heavy", 1, 50, 1).rows, 50);
}

static void held(void **unused)
{
	struct load l = make("insert-heavy", 1, 1000, 10);
	int64_t from, to;

	(void)unused;
	assert_false(load_expired(&l, 991, 1000, &from, &to)); /* the table is just full */
	assert_true(load_expired(&l, 996, 1005, &from, &to));
	assert_int_equal(from, 1);
	assert_int_equal(to, 5);
	assert_true(load_expired(&l, 2001, 2010, &from, &to));
	assert_int_equal(from, 1001);
	assert_int_equal(to, 1010);
	l.low_id = 1006;
	assert_true(load_expired(&l, 2001, 2010, &from, &to));
	assert_int_equal(from, 1006);
	/* simulated: after any number of inserts the table has exactly its rows */
	l.low_id = 1;
	int64_t rows = 0;

	for (int64_t id = 1; id < 20000; id += 10) {
		rows += 10;
		if (load_expired(&l, id, id + 9, &from, &to))
			rows -= to - from + 1;
		assert_true(rows <= 1000);
	}
	assert_int_equal(rows, 1000);
}

static void stragglers(void **unused)
{
	struct load l = make("insert-heavy", 1, 1000, 10);
	int64_t from, to;
	unsigned n = 0;

	(void)unused;
	for (int64_t id = 1; id < 20000; id += 10) {
		if (!load_stragglers(&l, id, id + 9, &from, &to))
			continue;
		n++;
		assert_int_equal(from, 1);
		assert_int_equal(to, id - 1501);
	}
	assert_int_equal(n, 19); /* at 2000, 3000 ... 20000: once in a table's rows */
}

static void picks(void **unused)
{
	struct load l = make("mixed", 3, 100, 1);
	unsigned seen[1201] = { 0 };

	(void)unused;
	assert_int_equal(load_pick(&l, 1), 0); /* empty */
	assert_int_equal(load_pick(&l, 2), 1);
	for (int i = 0; i < 20000; i++) {
		int64_t id = load_pick(&l, 1201);

		assert_in_range(id, 1101, 1200);
		seen[id]++;
	}
	for (int i = 1101; i <= 1200; i++)
		assert_true(seen[i] > 100 && seen[i] < 320); /* 200 expected, sigma 14 */
	l.low_id = 1190;
	for (int i = 0; i < 100; i++)
		assert_in_range(load_pick(&l, 1201), 1190, 1200);
}

static void rows(void **unused)
{
	struct load l = make("scan-heavy", 5, 100, 1);
	char a[LOAD_BODY + 1], b[LOAD_BODY + 1], pattern[6];

	(void)unused;
	load_body(17, a);
	load_body(17, b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), LOAD_BODY);
	assert_int_equal(strspn(a, "0123456789abcdef"), LOAD_BODY);
	load_body(18, b);
	assert_string_not_equal(a, b);
	load_pattern(&l, pattern);
	assert_int_equal(strlen(pattern), 5);
	assert_true(pattern[0] == '%' && pattern[4] == '%');
	assert_int_equal(strspn(pattern + 1, "0123456789abcdef"), 3);
}

/* What `soakd list` promises and what the driver can do are the same names. */
static void catalogue(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < n_catalog; i++) {
		const struct catalog_scenario *s = &catalog[i];

		assert_ptr_equal(catalog_find(s->name), s);
		assert_true(strlen(s->help) > 10);
		if (strcmp(s->name, "postgres") != 0 && strcmp(s->name, "sqlite") != 0)
			continue;
		/* PostgreSQL has the scripts of postgres_profiles.def besides */
		assert_int_equal(s->n_profile, strcmp(s->name, "postgres") == 0 ? n_load_profiles + n_pg_profiles : 5);
		for (size_t k = 0; k < s->n_profile; k++)
			assert_string_equal(s->profile[k].name,
					    k < n_load_profiles ? load_profiles[k].name : pg_profiles[k - n_load_profiles].name);
		assert_string_equal(s->profile[0].name, "mixed"); /* the default of CONTRACT.md */
	}
	assert_null(catalog_find("nonesuch"));
	assert_null(catalog_profile_find(catalog_find("leaky"), "nonesuch"));
	assert_null(load_profile_find("nonesuch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generator), cmocka_unit_test(profile_shares), cmocka_unit_test(same_seed_same_operations),
		cmocka_unit_test(units),     cmocka_unit_test(held),           cmocka_unit_test(stragglers),
		cmocka_unit_test(picks),     cmocka_unit_test(rows),           cmocka_unit_test(catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
