/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redis's own texts, as 7.0 and 4.0 write them, torn, and with what must not be taken for a figure. */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/redis_info.h"

static char seen[1024];

static void note(void *ctx, const char *item, const char *unit, int64_t value)
{
	size_t at = strlen(seen);

	(void)ctx;
	snprintf(seen + at, sizeof(seen) - at, "%s=%lld %s;", item, (long long)value, unit);
}

static const char *items(const char *text)
{
	*seen = '\0';
	redis_info_items(text, strlen(text), note, NULL);
	return seen;
}

static void info(void **unused)
{
	(void)unused;
	assert_string_equal(
		items("# Clients\r\nconnected_clients:3\r\n\r\n# Memory\r\nused_memory:966384\r\n"
		      "used_memory_human:943.73K\r\nallocator_active:1904640\r\nallocator_frag_ratio:1.08\r\n"
		      "evicted_keys:7\r\n# Keyspace\r\ndb0:keys=7,expires=1,avg_ttl=0\r\ndb12:keys=5,expires=0\r\n"),
		"connected_clients=3 1;used_memory=966384 bytes;allocator_active=1904640 bytes;evicted_keys=7 1;keys=12 1;");
	assert_string_equal(items("# Keyspace\r\n"), "keys=0 1;"); /* an empty server has 0 keys */
	assert_string_equal(items("used_memory:1\n"),
			    "used_memory=1 bytes;"); /* a text without the section says nothing of keys */
	assert_string_equal(items(""), "");
}

static void no_figures(void **unused)
{
	(void)unused;
	assert_string_equal(items("used_memory:12x\nused_memory:\nused_memory:-5\nused_memory: 5\nused_memory:1.5\n"), "");
	assert_string_equal(items("used_memory:99999999999999999999\nused_memory:9999999999999999999999999\n"), "");
	assert_string_equal(items("xused_memory:5\nused_memoryx:5\n# used_memory:5\nused_memory"), "");
	assert_string_equal(items("used_memory:5"), "used_memory=5 bytes;"); /* the last line may lack its end */
	assert_string_equal(items("# Keyspace\ndb0:keys=,\ndb0:key=5\ndb:keys=5\ndb0:expires=1,keys=5\n"), "keys=0 1;");
	assert_string_equal(items("# Keyspace\ndb0:keys=9223372036854775807\ndb1:keys=1\n"), "keys=9223372036854775807 1;");
}

static void values(void **unused)
{
	static const char text[] = "redis_version:7.0.15\r\nprocess_id:4862\r\nempty:\r\nbad:x\r\n";
	char buf[8];
	int64_t v = -1;

	(void)unused;
	assert_true(redis_info_value(text, strlen(text), "redis_version", buf, sizeof(buf)));
	assert_string_equal(buf, "7.0.15");
	assert_false(redis_info_value(text, strlen(text), "redis_version", buf, 6)); /* cut would be another version */
	assert_false(redis_info_value(text, strlen(text), "redis", buf, sizeof(buf)));
	assert_true(redis_info_value(text, strlen(text), "empty", buf, sizeof(buf)));
	assert_string_equal(buf, "");
	assert_true(redis_info_number(text, strlen(text), "process_id", &v));
	assert_int_equal(v, 4862);
	assert_false(redis_info_number(text, strlen(text), "bad", &v));
	assert_false(redis_info_number(text, strlen(text), "empty", &v));
}

static void malloc_stats(void **unused)
{
	static const char text[] = "___ Begin jemalloc statistics ___\nVersion: \"5.3.0\"\n"
				   "Allocated: 1776864, active: 1921024, metadata: 2757616 (n_thp 0), resident: 4591616, "
				   "mapped: 8212480, retained: 176128\nresident: 5\n";
	int64_t v = -1;

	(void)unused;
	assert_true(redis_malloc_stats(text, strlen(text), "retained", &v));
	assert_int_equal(v, 176128);
	assert_true(redis_malloc_stats(text, strlen(text), "resident", &v));
	assert_int_equal(v, 4591616);
	assert_false(redis_malloc_stats(text, strlen(text), "tained", &v));
	assert_false(redis_malloc_stats(text, strlen(text), "Allocated", &v)); /* the line's own first word is INFO's */
	assert_false(redis_malloc_stats("Stats not supported for the current allocator", 45, "retained", &v));
	assert_false(redis_malloc_stats("Allocated: 1, retained: ", 24, "retained", &v));
	assert_false(redis_malloc_stats("x Allocated: 1, retained: 5", 27, "retained", &v));
	assert_false(redis_malloc_stats("", 0, "retained", &v));
}

static void stats_units(void **unused)
{
	(void)unused;
	assert_string_equal(redis_stats_unit("keys.count"), "1");
	assert_string_equal(redis_stats_unit("dataset.bytes"), "bytes");
	assert_null(redis_stats_unit("peak.percentage"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(info),         cmocka_unit_test(no_figures),  cmocka_unit_test(values),
		cmocka_unit_test(malloc_stats), cmocka_unit_test(stats_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
