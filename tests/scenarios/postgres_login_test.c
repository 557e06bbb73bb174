/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which server, database and user: dsn before PG* variables before the postmaster that was found. And the pauses of reconnecting.
 */
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/postgres.h"

static const char *value(const struct pg_login *l, const char *key)
{
	const char *v = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->key[i], key) == 0)
			v = l->value[i];
	assert_null(l->key[l->n]);
	return v;
}

static void expect(const char *dsn, const char *host, const char *port, const char *dbname)
{
	const struct drive_job job = { .dsn = dsn, .host = "/found", .port = "5499" };
	const char *const keys[] = { "host", "port", "dbname" }, *const wanted[] = { host, port, dbname };
	struct pg_login l;

	assert_int_equal(pg_login_init(&l, &job, NULL), SK_OK);
	for (int i = 0; i < 3; i++) {
		const char *v = value(&l, keys[i]);

		if (!v != !wanted[i] || (v && strcmp(v, wanted[i]) != 0))
			fail_msg("dsn %s: %s is %s, not %s", dsn ? dsn : "-", keys[i], v ? v : "-", wanted[i] ? wanted[i] : "-");
	}
	assert_string_equal(value(&l, "application_name"), "soakd");
	pg_login_release(&l);
	pg_login_release(&l);
}

static void precedence(void **unused)
{
	static const char *const vars[] = { "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE" };

	(void)unused;
	for (size_t i = 0; i < 5; i++)
		unsetenv(vars[i]);
	expect(NULL, "/found", "5499", "postgres");
	expect("", "/found", "5499", "postgres");
	expect("user=me", "/found", "5499", "postgres");
	expect("dbname=d", "/found", "5499", "d");
	expect("host=h", "h", NULL, "postgres");
	expect("port=1", NULL, "1", "postgres");
	expect("postgresql://me@h:77/d?application_name=x", "h", "77", "d");
	expect("service=s", NULL, NULL, NULL); /* the service file may say it */
	for (size_t i = 0; i < 4; i++) {
		setenv(vars[i], "x", 1);
		expect(NULL, NULL, NULL, i == 3 ? NULL : "postgres");
		unsetenv(vars[i]);
	}
	setenv("PGDATABASE", "x", 1);
	expect(NULL, "/found", "5499", NULL);
	expect("dbname=d", "/found", "5499", "d");
	unsetenv("PGDATABASE");
}

static void bad_dsn_is_not_repeated(void **unused)
{
	const struct drive_job job = { .dsn = "password=hush hush" };
	struct sk_err err = { 0 };
	struct pg_login l;

	(void)unused;
	assert_int_equal(pg_login_init(&l, &job, &err), SK_EUSAGE);
	assert_null(strstr(err.msg, "hush"));
	assert_non_null(strstr(err.msg, "--dsn"));
	pg_login_release(&l);
}

static void message_without_password(void **unused)
{
	const char *const keys[] = { "host", "port", "password", NULL }, *const values[] = { "/nonexistent", "1", "hush", NULL };
	PGconn *conn = PQconnectdbParams(keys, values, 0);
	struct text t = TEXT_INIT;

	(void)unused;
	pg_message(conn, "it said hush,\nand hushhush again \n", &t);
	assert_string_equal(text_str(&t), "it said ***, and ****** again");
	text_reset(&t);
	pg_login_explain(conn, &t);
	assert_null(strstr(text_str(&t), "hush"));
	assert_non_null(strstr(text_str(&t), "cannot log in to PostgreSQL at /nonexistent, port 1"));
	assert_non_null(strstr(text_str(&t), "pg_isready -h /nonexistent -p 1"));
	text_release(&t);
	PQfinish(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(precedence),
		cmocka_unit_test(bad_dsn_is_not_repeated),
		cmocka_unit_test(message_without_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
