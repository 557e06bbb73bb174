/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every way to write a Redis's address, who logs in, and that no sentence repeats a password. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/redis_address.h"

static void parses(const char *dsn, const char *server, const char *user, const char *password)
{
	const struct drive_job job = { .dsn = dsn, .host = "127.0.0.9", .port = "7777" };
	struct redis_address a;
	struct sk_err err = { 0 };
	char text[REDIS_TEXT];

	if (redis_address_init(&a, &job, &err) != SK_OK)
		fail_msg("%s: %s", dsn, err.msg);
	assert_string_equal(redis_address_text(&a, text, sizeof(text)), server);
	assert_string_equal(a.user, user);
	assert_string_equal(a.password, password);
	redis_address_release(&a);
	assert_string_equal(a.password, "");
}

static void refused(const char *dsn)
{
	const struct drive_job job = { .dsn = dsn };
	struct redis_address a;
	struct sk_err err = { 0 };

	if (redis_address_init(&a, &job, &err) != SK_EUSAGE)
		fail_msg("%s was taken", dsn);
	assert_null(strstr(err.msg, "secret"));
	assert_string_equal(a.password, "");
}

static void forms(void **unused)
{
	(void)unused;
	unsetenv("REDISCLI_AUTH");
	parses("redis://127.0.0.1:6380/3", "127.0.0.1:6380", "", "");
	parses("redis://127.0.0.2", "127.0.0.2:6379", "", "");
	parses("redis://", "127.0.0.1:6379", "", "");
	parses("redis://localhost:1", "127.0.0.1:1", "", "");
	parses("redis://[::1]:6380", "[::1]:6380", "", "");
	parses("redis://[::1]", "[::1]:6379", "", "");
	parses("redis://me:s%40%2Fx@127.0.0.1:1/0", "127.0.0.1:1", "me", "s@/x");
	parses("redis://:pw@127.0.0.1", "127.0.0.1:6379", "", "pw");
	parses("redis://pw@127.0.0.1", "127.0.0.1:6379", "", "pw"); /* as redis-cli takes it */
	parses("redis://me:a/b:c@d@127.0.0.1/0", "127.0.0.1:6379", "me", "a/b:c@d");
	parses("unix:///run/redis.sock", "/run/redis.sock", "", "");
	parses("unix://me:pw@/run/redis.sock?db=1", "/run/redis.sock", "me", "pw");
	parses("/run/redis.sock", "/run/redis.sock", "", "");
	parses("127.0.0.3:99", "127.0.0.3:99", "", "");
	parses("::1", "[::1]:6379", "", "");
	parses(NULL, "127.0.0.9:7777", "", ""); /* where it was found */
	parses("", "127.0.0.9:7777", "", "");
}

static void refusals(void **unused)
{
	static const char *const bad[] = {
		"redis://:secret@db.example.org:6379", /* a name: looking it up may hang, and it is another machine */
		"redis://:secret@127.0.0.1:0",
		"redis://:secret@127.0.0.1:70000",
		"redis://:secret@127.0.0.1:x",
		"redis://:secret@[::1",
		"redis://:secret@[::1]6379",
		"redis://:secret%zz@127.0.0.1",
		"redis://:secret%0@127.0.0.1",
		"redis://:secret%00@127.0.0.1",
		"rediss://:secret@127.0.0.1",
		"unix://:secret@relative",
		"unix://",
		"secret@127.0.0.1",
		"http://:secret@127.0.0.1:6379",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i]);
}

static void environment(void **unused)
{
	char longer[600];

	(void)unused;
	setenv("REDISCLI_AUTH", "env", 1);
	parses("127.0.0.1", "127.0.0.1:6379", "", "env");
	parses("redis://me:dsn@127.0.0.1", "127.0.0.1:6379", "me", "dsn");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	setenv("REDISCLI_AUTH", longer, 1);
	parses("127.0.0.1", "127.0.0.1:6379", "", ""); /* not half of it */
	unsetenv("REDISCLI_AUTH");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(refusals),
		cmocka_unit_test(environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
