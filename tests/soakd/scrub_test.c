/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

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
		{ "/x --password hunter2 --next y", "/x --password *** --next y" },
		{ "'/x --password hunter2'", "'/x --password ***'" },
		{ "sh -c 'run pwd:hunter2'", "sh -c 'run pwd:***'" },
		{ "Token: abc next", "Token: *** next" },
		{ "{\"password\": \"a b\", \"x\": 1}", "{\"password\": *** \"x\": 1}" },
		{ "curl -H 'Authorization: Bearer abc' http://h", "curl -H 'Authorization: *** ***' http://h" },
		{ "ALTER ROLE x PASSWORD 'a b' LOGIN", "ALTER ROLE x PASSWORD *** LOGIN" },
		{ "--password --token x", "--password *** ***" },
		{ "mysql -phunter2 -P 3306 db", "mysql -p*** -P 3306 db" },
		{ "psql -p5432 db", "psql -p5432 db" },
		{ "password=a;b c", "password=*** c" }, /* a part of it; a parameter follows only with its '=' */
		{ "--api-key x --secret-key=y", "--api-key *** --secret-key=***" },
		{ "--password-file /etc/x", "--password-file /etc/x" },
		{ "pw=a pw2=b TOKEN_1=c", "pw=*** pw2=*** TOKEN_1=***" },
		{ "-Dpw=sekret9", "-Dpw=***" },
		{ "mysqladmin -psekret4 ping", "mysqladmin -p*** ping" },
		{ "mongosh -psekret4", "mongosh -p***" },
		{ "ldapsearch -wsekret4", "ldapsearch -w***" },
		{ "find /x -print", "find /x -print" }, /* of clients that are not known it may be anything */
		{ "the password is long", "the password is long" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *s = scrub(cases[i].in);

		assert_non_null(s);
		assert_string_equal(s, cases[i].out);
		free(s);
	}
}

/* Of words a value is the whole next one, with its blanks; '|' stands for the NUL here. */
static void values_are_words(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "a|b|", "a|b|" },
		{ "x|--password|two words|y|", "x|--password|***|y|" },
		{ "x|--password=two words|y|", "x|--password=***|y|" },
		{ "x|--dsn|host=h password=p|y|", "x|--dsn|***|y|" },
		{ "psql|host=h password=p user=u|", "psql|host=h password=*** user=u|" },
		{ "sh|-c|x --token hunter2; y|", "sh|-c|x --token *** y|" },
		{ "curl|-H|X-Token: hunter 2|", "curl|-H|X-Token: ***|" },
		{ "/usr/bin/mysql|-phunter 2|db|", "/usr/bin/mysql|-p***|db|" },
		{ "redis-cli|-a|hunter2|ping|", "redis-cli|-a|***|ping|" },
		{ "x|--password|--token|abc|", "x|--password|***|***|" },
		{ "x|-D|pw=two words|-D|n=1|", "x|-D|pw=***|-D|n=1|" },
		{ "x|--define=api_key=two words|", "x|--define=api_key=***|" },
		{ "x|--password|", "x|--password|" },
		{ "x|http://u:p@h/|", "x|http://u:***@h/|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n = strlen(cases[i].in), got;
		char *in = strdup(cases[i].in), *out;

		for (size_t k = 0; k < n; k++)
			in[k] = (char)(in[k] == '|' ? '\0' : in[k]);
		out = scrub_words(in, n, &got);
		assert_non_null(out);
		for (size_t k = 0; k < got; k++)
			out[k] = (char)(out[k] == '\0' ? '|' : out[k]);
		assert_string_equal(out, cases[i].out);
		assert_int_equal(got, strlen(out));
		free(in);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_secret_survives), cmocka_unit_test(values_are_words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
