/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load on a Redis without one: commands byte by byte, profiles, and answers that come in pieces. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_HIREDIS
#include "scenarios/catalog.h"
#include "scenarios/redis_load.h"

static const char *bytes_of(enum redis_op op, uint64_t id, uint64_t seed)
{
	static struct text out;
	struct redis_words w = { .pool = redis_pool(seed), .channels = 3, .run = "0badcafe" };

	text_reset(&out);
	redis_commands[op].put(&w, &out, redis_commands[op].letter, id);
	free((char *)(uintptr_t)w.pool);
	assert_false(out.failed);
	return text_str(&out);
}

static void begins(const char *text, const char *with)
{
	assert_memory_equal(text, with, strlen(with));
}

static void exact_bytes(void **unused)
{
	(void)unused;
	assert_string_equal(bytes_of(REDIS_GET, 0, 1), "*2\r\n$3\r\nGET\r\n$29\r\nsoakd:0badcafe:s:000000000000\r\n");
	assert_string_equal(bytes_of(REDIS_TTL, 0xabc, 1), "*2\r\n$3\r\nTTL\r\n$29\r\nsoakd:0badcafe:e:000000000abc\r\n");
	assert_string_equal(bytes_of(REDIS_EVAL, 1234, 1), "*3\r\n$4\r\nEVAL\r\n$11\r\nreturn 1234\r\n$1\r\n0\r\n");
	assert_string_equal(bytes_of(REDIS_EVAL, UINT64_MAX, 1),
			    "*3\r\n$4\r\nEVAL\r\n$27\r\nreturn 18446744073709551615\r\n$1\r\n0\r\n");
	begins(bytes_of(REDIS_SETEX, 19, 1), "*5\r\n$3\r\nSET\r\n$29\r\nsoakd:0badcafe:e:000000000013\r\n$96\r\n");
	assert_non_null(strstr(bytes_of(REDIS_SETEX, 19, 1), "$2\r\nEX\r\n$2\r\n10\r\n"));
	begins(bytes_of(REDIS_PUBLISH, 4, 1), "*3\r\n$7\r\nPUBLISH\r\n$29\r\nsoakd:0badcafe:c:000000000001\r\n$96\r\n");
}

/* The same seed gives the same values, another one others. */
static void values_by_seed(void **unused)
{
	char *a = strdup(bytes_of(REDIS_SET, 7, 5));

	(void)unused;
	assert_string_equal(bytes_of(REDIS_SET, 7, 5), a);
	assert_string_not_equal(bytes_of(REDIS_SET, 7, 6), a);
	assert_string_not_equal(bytes_of(REDIS_SET, 8, 5) + 40, a + 40);
	free(a);
}

/* Each command is as many arrays of strings as it has answers, to the last byte. */
static void whole_commands(void **unused)
{
	struct redis_words w = { .pool = redis_pool(1), .channels = 1, .run = "0badcafe" };

	(void)unused;
	for (int op = 0; op < REDIS_OPS; op++) {
		redisReader *reader = redisReaderCreate();
		struct text out = TEXT_INIT;
		unsigned n = 0;
		void *reply;

		redis_commands[op].put(&w, &out, redis_commands[op].letter, 123456);
		assert_int_equal(redisReaderFeed(reader, out.s, out.len), REDIS_OK);
		for (; redisReaderGetReply(reader, &reply) == REDIS_OK && reply; n++) {
			const redisReply *r = reply;

			assert_int_equal(r->type, REDIS_REPLY_ARRAY);
			for (size_t i = 0; i < r->elements; i++)
				assert_int_equal(r->element[i]->type, REDIS_REPLY_STRING);
			freeReplyObject(reply);
		}
		assert_int_equal(reader->err, 0);
		assert_int_equal(reader->pos, reader->len);
		assert_int_equal(n, redis_commands[op].answers);
		redisReaderFree(reader);
		text_release(&out);
	}
	free((char *)(uintptr_t)w.pool);
}

/* The catalogue names what there is, and the one that only observes. */
static void profiles(void **unused)
{
	const struct catalog_scenario *s = catalog_find("redis");

	(void)unused;
	assert_int_equal(s->n_profile, n_redis_profiles + 1);
	assert_true(catalog_observes(s, s->profile[0].name));
	assert_null(redis_profile_find(s->profile[0].name));
	assert_false(catalog_observes(s, NULL));
	assert_false(catalog_observes(catalog_find("none"), "observe"));
	for (size_t i = 0; i < n_redis_profiles; i++) {
		unsigned sum = 0;

		assert_string_equal(s->profile[i + 1].name, redis_profiles[i].name);
		assert_false(catalog_observes(s, redis_profiles[i].name));
		for (size_t k = 0; k < REDIS_SHARES; k++)
			sum += redis_profiles[i].share[k].percent;
		assert_int_equal(sum, 100);
	}
}

static void shares(void **unused)
{
	const struct redis_profile *p = redis_profile_find("read-heavy");

	(void)unused;
	assert_int_equal(redis_share(p, 0), REDIS_SET);
	assert_int_equal(redis_share(p, 9), REDIS_SET);
	assert_int_equal(redis_share(p, 10), REDIS_GET);
	assert_int_equal(redis_share(p, 99), REDIS_GET);
	assert_int_equal(redis_share(redis_profile_find("structures"), 99), REDIS_XRANGE);
	assert_int_equal(redis_keys(&redis_commands[REDIS_SET], 5000), 5000);
	assert_int_equal(redis_keys(&redis_commands[REDIS_HSET], 5000), REDIS_FEW_KEYS);
	assert_int_equal(redis_keys(&redis_commands[REDIS_HSET], 5), 5);
}

/* Reads `text` in pieces of n bytes; how many answers are whole, and what was seen in all of them. */
static unsigned look(const char *text, size_t n, struct redis_seen *seen)
{
	redisReader *reader = redisReaderCreateWithFunctions(&redis_look);
	size_t len = strlen(text);
	unsigned whole = 0;
	void *mark = NULL;

	memset(seen, 0, sizeof(*seen));
	reader->privdata = seen;
	for (size_t at = 0; at < len; at += n) {
		assert_int_equal(redisReaderFeed(reader, text + at, at + n < len ? n : len - at), REDIS_OK);
		while (redisReaderGetReply(reader, &mark) == REDIS_OK && mark) {
			whole++;
			mark = NULL;
		}
	}
	redisReaderFree(reader);
	return whole;
}

static void answers(void **unused)
{
	struct redis_seen s;

	(void)unused;
	for (size_t n = 1; n < 60; n++) {
		assert_int_equal(look("+OK\r\n$5\r\nhello\r\n:12\r\n", n, &s), 3);
		assert_true(!s.error && !s.nil && !s.message && s.bytes == 5);
		assert_int_equal(look("$-1\r\n", n, &s), 1);
		assert_true(s.nil && !s.error);
		assert_int_equal(look("*2\r\n$-1\r\n$1\r\nx\r\n", n, &s), 1);
		assert_true(!s.nil && s.bytes == 1);
		assert_int_equal(look("-OOM no room\r\n-ERR second\r\n", n, &s), 2);
		assert_true(s.error);
		assert_string_equal(s.text, "OOM no room");
		assert_int_equal(look("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nab\r\n", n, &s), 1);
		assert_true(s.message && s.bytes == 10);
		assert_int_equal(look("*2\r\n:1\r\n-WRONGTYPE no\r\n", n, &s), 1); /* within EXEC */
		assert_true(s.error);
	}
}

static void long_error(void **unused)
{
	char text[1024] = "-ERR ";
	struct redis_seen s;

	(void)unused;
	memset(text + 5, 'x', 900);
	memcpy(text + 905, "\r\n", 3);
	assert_int_equal(look(text, 100, &s), 1);
	assert_int_equal(strlen(s.text), sizeof(s.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_bytes), cmocka_unit_test(values_by_seed), cmocka_unit_test(whole_commands),
		cmocka_unit_test(profiles),    cmocka_unit_test(shares),         cmocka_unit_test(answers),
		cmocka_unit_test(long_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
static void not_built(void **unused)
{
	(void)unused;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(not_built) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
