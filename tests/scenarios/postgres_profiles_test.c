/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profiles of the scenario postgres that are scripts: each can be read, and says of each statement whether it shall fail. */
#include "tests/check.h"

#include <string.h>

#include "scenarios/catalog.h"
#include "scenarios/postgres_profiles.h"
#include "scenarios/script.h"

/* Words of `wanted`. */
static size_t words(const char *s)
{
	size_t n = 0;

	for (; *s; s += strspn(s, " ")) {
		s += strcspn(s, " ");
		n++;
	}
	return n;
}

static void table(void **unused)
{
	const struct catalog_scenario *catalogue = catalog_find("postgres");
	struct sk_err err = { 0 };

	(void)unused;
	for (size_t i = 0; i < n_pg_profiles; i++) {
		const struct pg_profile *p = &pg_profiles[i];
		struct script *script = NULL, *setup = NULL;

		assert_ptr_equal(pg_profile_find(p->name), p);
		assert_non_null(catalog_profile_find(catalogue, p->name));
		if (script_parse(p->script, p->name, SCRIPT_SQL, &script, &err) != SK_OK)
			fail_msg("%s", err.msg);
		assert_true(script_statements(script) > 0);
		if (p->wanted)
			assert_int_equal(words(p->wanted), script_statements(script));
		if (*p->setup && script_parse(p->setup, p->name, SCRIPT_SQL, &setup, &err) != SK_OK)
			fail_msg("%s", err.msg);
		script_release(script);
		script_release(setup);
	}
	assert_null(pg_profile_find("nonesuch"));
	assert_null(pg_profile_find("mixed")); /* native, in load.c */
}

static void wanted(void **unused)
{
	const struct pg_profile some = { "some", "", "", "22012 ok 42P01", PG_PLAIN }, none = { "none", "", "", NULL, PG_PLAIN };
	char state[6];

	(void)unused;
	assert_int_equal(pg_profile_failures(&some), 2);
	assert_int_equal(pg_profile_failures(&none), 0);
	pg_profile_wanted(&some, 0, state);
	assert_string_equal(state, "22012");
	pg_profile_wanted(&some, 1, state);
	assert_string_equal(state, "");
	pg_profile_wanted(&some, 2, state);
	assert_string_equal(state, "42P01");
	pg_profile_wanted(&some, 3, state);
	assert_string_equal(state, "");
	pg_profile_wanted(&none, 0, state);
	assert_string_equal(state, "");
	pg_profile_wanted(NULL, 0, state);
	assert_string_equal(state, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(table), cmocka_unit_test(wanted) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
