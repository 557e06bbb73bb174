/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "tests/check.h"

#include "soakd/scrub.h"

static void no_secret_survives(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "pgbench -T 250 postgres", "pgbench -T 250 postgres" },
		{ "host=/tmp password=hunter2 user=x", "host=/tmp password=*** user=x" },
		{ "password = 'two words' user=x", "password = *** user=x" },
		{ "PGPASSWORD=abc psql", "PGPASSWORD=*** psql" },
		{ "postgresql://bob:s3cret@host/db", "postgresql://bob:***@host/db" },
		{ "postgresql://bob:a:b@c@host/db", "postgresql://bob:***@host/db" },
		{ "postgresql://bob@host:5432/db", "postgresql://bob@host:5432/db" },
		{ "redis://:pw@127.0.0.1:6379", "redis://:***@127.0.0.1:6379" },
		{ "http://h/?token=abc&x=1", "http://h/?token=***&x=1" },
		{ "--db-password=\"a b\" --next", "--db-password=*** --next" },
		{ "bypass=1", "bypass=***" }, /* rather one word too many than one too few */
		{ "password=", "password=" },
		{ "password='open", "password=***" },
		{ "password=a\\ b c", "password=*** c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *s = scrub(cases[i].in);

		assert_non_null(s);
		assert_string_equal(s, cases[i].out);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_secret_survives) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
