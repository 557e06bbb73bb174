/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a Redis listens, by its process title. */
#include "tests/soakd/fake_proc.h"

static void at(const char *title, const char *host, const char *port)
{
	struct postmaster_info info = { .datadir = "" };

	if (!redis_title_parse(title, &info))
		fail_msg("\"%s\" has no address", title);
	assert_string_equal(info.host, host);
	assert_string_equal(info.port, port);
}

static void titles(void **state)
{
	static const char *const none[] = {
		"redis-server",       "redis-server ",         "redis-server /etc/redis.conf",       "redis-server *:",
		"redis-server *:12x", "redis-server *:123456", "redis-server unixsocket:run/r.sock", ""
	};
	struct postmaster_info info;

	(void)state;
	at("redis-server 127.0.0.1:6379", "127.0.0.1", "6379");
	at("/usr/bin/redis-server *:6380 [cluster]", "127.0.0.1", "6380");
	at("redis-server 0.0.0.0:1", "127.0.0.1", "1");
	at("redis-server ::1:6379", "::1", "6379");
	at("redis-server -::*:6379", "::1", "6379");
	at("./redis-server unixsocket:/tmp/s.sock      ", "/tmp/s.sock", "");
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (redis_title_parse(none[i], &info))
			fail_msg("\"%s\" gave %s port %s", none[i], info.host, info.port);
}

static void addresses(void **state)
{
	static const struct {
		const char *dsn;
		bool tcp, other, local;
	} t[] = {
		{ "127.0.0.1:7391", true, false, false },
		{ "redis://joe:p%40:6379@localhost:7391/0", true, false, false },
		{ "[::1]:7391", true, false, false },
		{ "localhost", false, true, false },
		{ "redis://:pw@localhost/3", false, true, false },
		{ "/run/r.sock", false, false, true },
		{ "unix://u:p@/run/r.sock", false, false, true },
		{ "127.0.0.1:739", false, false, false },
		{ "", false, true, false },
	};
	struct postmaster_info tcp, other, local;

	(void)state;
	assert_true(redis_title_parse("redis-server *:7391", &tcp) && redis_title_parse("redis-server *:6379", &other) &&
		    redis_title_parse("redis-server unixsocket:/run/r.sock", &local));
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		assert_int_equal(redis_dsn_meets(t[i].dsn, &tcp), t[i].tcp);
		assert_int_equal(redis_dsn_meets(t[i].dsn, &other), t[i].other);
		assert_int_equal(redis_dsn_meets(t[i].dsn, &local), t[i].local);
	}
}

/* Of several servers the address picks one; where it does not, how to is said. */
static void one_of_several(void **state)
{
	struct fake f;
	struct target t;
	struct sk_err err;

	(void)state;
	fake_open(&f);
	fake_add(&f, 600, 1, 100, "redis-server", "redis-server *:6379");
	fake_add(&f, 601, 1, 100, "redis-server", "redis-server 127.0.0.1:7391");
	fake_sync(&f);
	fake_target(&f, &t, "redis");
	assert_int_equal(target_find(&t, &err), SK_EMANY);
	assert_non_null(strstr(err.msg, "pick one with --target pid:N: pid 600"));
	t.dsn = "127.0.0.1:1234";
	assert_int_equal(target_find(&t, &err), SK_EMANY);
	assert_non_null(strstr(err.msg, "pick one with --target pid:N beside --dsn: pid 600"));
	t.dsn = "127.0.0.1:7391";
	assert_int_equal(target_find(&t, &err), SK_OK);
	assert_string_equal(fake_tree(&f, &t), "601*:redis-server");
	target_release(&t);
	fake_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(titles), cmocka_unit_test(addresses),
					    cmocka_unit_test(one_of_several) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
