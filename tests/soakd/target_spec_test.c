/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --target takes, what it makes of it, and what it refuses in words. */
#include <string.h>

#include "tests/check.h"

#include "soakd/target.h"

static void check(const char *text, enum target_how how, const char *arg, pid_t pid, const char *label, const char *kind)
{
	struct target_spec s;

	assert_int_equal(target_spec_parse(text, &s, NULL), SK_OK);
	assert_int_equal(s.how, how);
	assert_string_equal(s.text, text);
	assert_string_equal(s.arg, arg);
	assert_string_equal(s.label, label);
	assert_int_equal(s.pid, pid);
	if (kind)
		assert_string_equal(s.kind->name, kind);
	else
		assert_null(s.kind);
	target_spec_release(&s);
	target_spec_release(&s);
}

static void forms(void **state)
{
	(void)state;
	check("postgres", TARGET_NAME, "postgres", 0, "postgres", "postgres");
	check("redis-server", TARGET_NAME, "redis-server", 0, "redis-server", "redis");
	check("my server", TARGET_NAME, "my server", 0, "my-server", NULL);
	check("sqlite", TARGET_OWN, "sqlite", 0, "sqlite", "sqlite");
	check("leaky", TARGET_OWN, "leaky", 0, "leaky", "leaky");
	check("pid:42", TARGET_PID, "42", 42, "pid-42", NULL);
	check("pidfile:/run/a b.pid", TARGET_PIDFILE, "/run/a b.pid", 0, "pidfile-run-a-b.pid", NULL);
	check("unit:postgresql@15-main", TARGET_UNIT, "postgresql@15-main", 0, "unit-postgresql-15-main", NULL);
	check("cgroup:/system.slice/x.service", TARGET_CGROUP, "/system.slice/x.service", 0, "cgroup-system.slice-x.service",
	      NULL);
	check("cgroup:a..b", TARGET_CGROUP, "a..b", 0, "cgroup-a..b", NULL);
	check("..", TARGET_NAME, "..", 0, "_.", NULL);
}

static void refused(const char *text, const char *words)
{
	struct target_spec s;
	struct sk_err err = { 0 };

	assert_int_equal(target_spec_parse(text, &s, &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, words));
}

static void refusals(void **state)
{
	(void)state;
	refused("", "empty");
	refused("  ", "empty");
	refused("pid:", "nothing stands behind the colon");
	refused("pid:x", "no process id");
	refused("pid:0", "no process id");
	refused("pid:-3", "no process id");
	refused("pid:99999999", "no process id");
	refused("pid:1e3", "no process id");
	refused("unit:", "nothing stands");
	refused("unit:a/b", "no slash");
	refused("cgroup:/a/../../etc", "\"..\"");
	refused("cgroup:..", "\"..\"");
	refused("port:5432", "unknown form");
	refused("/usr/bin/x", "no slash");
}

static void launched(void **state)
{
	struct target_spec s;

	(void)state;
	assert_int_equal(target_spec_launch("/usr/bin/my tool", &s, NULL), SK_OK);
	assert_int_equal(s.how, TARGET_LAUNCH);
	assert_string_equal(s.label, "my-tool");
	assert_null(s.kind);
	target_spec_release(&s);
	assert_int_equal(target_spec_launch("", &s, NULL), SK_EUSAGE);
}

static void long_label(void **state)
{
	struct target_spec s;
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(target_spec_parse(name, &s, NULL), SK_OK);
	assert_int_equal(strlen(s.label), 64);
	target_spec_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(refusals),
		cmocka_unit_test(launched),
		cmocka_unit_test(long_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
