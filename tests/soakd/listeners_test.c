/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's list of TCP sockets: its lines, and who takes a connection to an address. */
#include "tests/check.h"

#include <arpa/inet.h>
#include <string.h>

#include "soakd/listeners.h"

static void lines(void **unused)
{
	struct listener l = { 0 };
	char text[64];

	(void)unused;
	assert_true(listener_parse(
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 48213 1 "
		"0000000000000000 100 0 0 10 0",
		&l));
	assert_int_equal(l.port, 8080);
	assert_int_equal(l.inode, 48213);
	assert_string_equal(inet_ntop(AF_INET6, &l.ip, text, sizeof(text)), "::ffff:127.0.0.1");
	assert_true(listener_parse("   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A "
				   "00000000:00000000 00:00000000 00000000     0        0 77 1 0000000000000000 100 0 0 10 0",
				   &l));
	assert_int_equal(l.port, 80);
	assert_string_equal(inet_ntop(AF_INET6, &l.ip, text, sizeof(text)), "::1");
}

static void no_listeners(void **unused)
{
	static const char *const texts[] = {
		"",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
		"timeout inode",
		"   0: 0100007F:1F90 0100007F:1234 01 00000000:00000000 00:00000000 00000000  1000       "
		" 0 48213 1", /* connected */
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000       "
		" 0", /* torn */
		"   0: 0100007F:1F9",
		"   0: 0100007F00:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000     "
		"   0 48213 1",
		"   0: 0100007F:0000 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000       "
		" 0 48213 1",
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000       "
		" 0 0 1",
		"   0: 0100007f:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000       "
		" 0 48213 1",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct listener l = { .inode = 99 };

		if (listener_parse(texts[i], &l))
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(l.inode, 99);
	}
}

static struct listener at(const char *ip, unsigned port, bool ours)
{
	struct listener l = { .port = port, .inode = 1, .ours = ours };

	assert_int_equal(inet_pton(AF_INET6, ip, &l.ip), 1);
	return l;
}

static void whose(void **unused)
{
	struct listener v[] = {
		at("::ffff:127.0.0.1", 80, false),
		at("::ffff:0.0.0.0", 80, true), /* the closer one takes it */
		at("::ffff:0.0.0.0", 81, false),
		at("::", 81, true), /* IPv4 is closer for IPv4 */
		at("::", 82, true),
		at("::ffff:10.0.0.1", 83, true),
		at("::ffff:0.0.0.0", 84, false),
		at("::ffff:0.0.0.0", 84, true), /* shared (SO_REUSEPORT) */
	};
	struct listeners l = { .v = v, .n = sizeof(v) / sizeof(v[0]) };
	struct listener_at found[8];

	(void)unused;
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 80), LISTENER_FOREIGN);
	assert_int_equal(listeners_whose(&l, "127.0.0.2", 80), LISTENER_OURS);
	assert_int_equal(listeners_whose(&l, "::1", 80), LISTENER_NONE);
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 81), LISTENER_FOREIGN);
	assert_int_equal(listeners_whose(&l, "::1", 81), LISTENER_OURS);
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 82), LISTENER_OURS);
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 83), LISTENER_NONE);
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 84), LISTENER_OURS);
	assert_int_equal(listeners_whose(&l, "name", 84), LISTENER_UNKNOWN);
	assert_int_equal(listeners_ours(&l, found, 8), 3);
	assert_int_equal(found[0].port, 81);
	assert_string_equal(found[0].ip, "::1");
	assert_int_equal(found[1].port, 82);
	assert_string_equal(found[1].ip, "127.0.0.1");
	assert_int_equal(found[2].port, 84);
	assert_int_equal(listeners_ours(&l, found, 1), 1);
	l.hidden = true; /* what may not be seen may be there */
	assert_int_equal(listeners_whose(&l, "127.0.0.1", 80), LISTENER_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(lines), cmocka_unit_test(no_listeners), cmocka_unit_test(whose) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
