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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(titles) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
