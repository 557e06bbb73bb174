/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/check.h"

#include "base/json.h"
#include "soakd/census.h"

static struct census c;

static struct proc made(const char *role, bool born)
{
	struct proc p = { .born = born };

	snprintf(p.role, sizeof(p.role), "%s", role);
	return p;
}

static int empty(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	return 0;
}

static void the_growth_of_the_dead_is_kept(void **state)
{
	struct proc root = made("master", false), old = made("worker", false), young = made("worker", true);

	(void)state;
	census_begin(&c);
	census_see(&c, &root, 1000);
	census_see(&c, &old, 2000);
	census_begin(&c);
	census_see(&c, &root, 1004);
	census_see(&c, &old, 2500);
	census_see(&c, &young, NAN); /* born, and not yet readable */
	census_begin(&c);
	census_left(&c, &old);
	census_see(&c, &root, 1004);
	census_see(&c, &young, 3000);
	census_begin(&c);
	census_see(&c, &root, NAN);
	census_see(&c, &young, 3040);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.born, 1);
	assert_int_equal(c.died, 1);
	assert_double_equal(c.role[0].grown_kb, 4, 0); /* what it had when it was last known */
	assert_int_equal(c.role[1].living, 1);
	assert_int_equal(c.role[1].born, 1);
	assert_int_equal(c.role[1].died, 1);
	assert_double_equal(c.role[1].grown_kb, 40, 0);
	assert_double_equal(c.role[1].dead_kb, 500, 0);
}

/* Between fork and its title a server's child has only its command for a role. */
static void who_learns_his_role_takes_his_birth_along(void **state)
{
	struct proc p = made("postgres", true), unseen = made("postgres", true);

	(void)state;
	census_begin(&c);
	census_see(&c, &p, 100);
	snprintf(p.role, sizeof(p.role), "backend");
	census_begin(&c);
	census_see(&c, &p, 300);
	census_left(&c, &p);
	census_left(&c, &unseen); /* it came and went between two rows */
	assert_int_equal(c.role[0].born, 0);
	assert_int_equal(c.role[1].born, 1);
	assert_int_equal(c.role[1].died, 1);
	assert_double_equal(c.role[1].dead_kb, 200, 0);
	assert_int_equal(c.died, 1);
}

static void more_roles_than_places(void **state)
{
	struct proc p[60];
	char name[16];

	(void)state;
	for (int row = 0; row < 2; row++) {
		census_begin(&c);
		for (int i = 0; i < 60; i++) {
			snprintf(name, sizeof(name), "role %d", i);
			if (row == 0)
				p[i] = made(name, true);
			census_see(&c, &p[i], 100 + 10 * row);
		}
	}
	assert_int_equal(c.n, CENSUS_ROLES);
	assert_string_equal(c.role[CENSUS_ROLES - 1].name, "other");
	assert_int_equal(c.role[CENSUS_ROLES - 1].living, 13);
	assert_int_equal(c.role[CENSUS_ROLES - 1].born, 13);
	assert_double_equal(c.role[CENSUS_ROLES - 1].grown_kb, 130, 0);
	assert_int_equal(c.born, 60);
}

static void an_interrupted_run_goes_on(void **state)
{
	struct proc p = made("worker", true);

	(void)state;
	census_begin(&c);
	census_see(&c, &p, 100);
	census_begin(&c);
	census_see(&c, &p, 150);
	census_left(&c, &p);
	json_t *j = census_json(&c);

	memset(&c, 0, sizeof(c));
	census_resume(&c, j, 0, 0);
	json_decref(j);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.born, 1);
	assert_int_equal(c.died, 1);
	assert_double_equal(c.role[0].dead_kb, 50, 0);
	census_resume(&c, NULL, 0, 0); /* a row that is older than the roles */
	assert_int_equal(c.born, 1);
	assert_int_equal(c.died, 1);
	census_resume(&c, NULL, 114, 106); /* the roles were saved long before the last row */
	assert_int_equal(c.born, 114);
	assert_int_equal(c.died, 106);
	assert_int_equal(c.role[0].born, 1); /* whose the others were nobody knows */
}

static void who_still_lives_grows_on(void **state)
{
	struct proc p = made("worker", false), mute = made("worker", false);

	(void)state;
	census_knew(&p, NAN);
	census_knew(&p, 100);
	census_knew(&p, 250);
	census_knew(&mute, NAN);
	census_begin(&c);
	census_see(&c, &p, NAN);
	census_see(&c, &mute, NAN);
	assert_double_equal(c.role[0].grown_kb, 150, 0); /* as its last row said */
	census_begin(&c);
	census_see(&c, &p, 300);
	census_see(&c, &mute, 40);
	assert_double_equal(c.role[0].grown_kb, 200, 0);
	census_left(&c, &p);
	assert_double_equal(c.role[0].dead_kb, 200, 0);
	assert_int_equal(c.born, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_growth_of_the_dead_is_kept, empty),
		cmocka_unit_test_setup(who_learns_his_role_takes_his_birth_along, empty),
		cmocka_unit_test_setup(more_roles_than_places, empty),
		cmocka_unit_test_setup(an_interrupted_run_goes_on, empty),
		cmocka_unit_test_setup(who_still_lives_grows_on, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
