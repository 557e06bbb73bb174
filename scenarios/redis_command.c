/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands and profiles of the load on a Redis: see redis_command.h. Pure. */
#include "scenarios/redis_command.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/load.h"

#define POOL_SLACK 4096 /* a value begins at one of so many places of the pool */

/* A word whose length is known when soakd is built. */
#define WORD_(n, s) "$" #n "\r\n" s "\r\n"
#define KEY_HEAD    "$29\r\nsoakd:"

#define ADD(out, literal) text_addn(out, literal, sizeof(literal) - 1)

/* n in decimal digits, which end at `end`; returns where they begin. */
static char *digits(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while (n /= 10);
	return end;
}

/* "$20\r\n" for a word of 20 bytes, "*3\r\n" for a command of three. */
static void put_count(struct text *out, char mark, uint64_t n)
{
	char buf[24], *end = buf + sizeof(buf) - 2, *s = digits(end, n);

	*--s = mark;
	memcpy(end, "\r\n", 2);
	text_addn(out, s, (size_t)(end + 2 - s));
}

void redis_put_head(struct text *out, size_t n)
{
	put_count(out, '*', n);
}

void redis_put_word(struct text *out, const char *s, size_t n)
{
	put_count(out, '$', n);
	text_addn(out, s, n);
	ADD(out, "\r\n");
}

void redis_put(struct text *out, const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	redis_put_head(out, n);
	for (size_t i = 0; i < n; i++)
		redis_put_word(out, words[i], strlen(words[i]));
}

static void put_key(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	char key[] = KEY_HEAD "00000000:x:000000000000\r\n", *run = key + sizeof(KEY_HEAD) - 1;
	char *at = key + sizeof(key) - 4;

	memcpy(run, w->run, REDIS_RUN_ID);
	run[REDIS_RUN_ID + 1] = letter;
	for (; id; id >>= 4)
		*at-- = "0123456789abcdef"[id & 15];
	text_addn(out, key, sizeof(key) - 1);
}

/* A number as a word. */
static void put_number(struct text *out, uint64_t n)
{
	char buf[24], *end = buf + sizeof(buf), *s = digits(end, n);

	redis_put_word(out, s, (size_t)(end - s));
}

/* n bytes of the pool: which, is a function of id. */
static void put_value(const struct redis_words *w, struct text *out, uint64_t id, size_t n)
{
	redis_put_word(out, w->pool + (id * 0x9e3779b97f4a7c15u >> 52) % POOL_SLACK, n);
}

static void put_set(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*3\r\n" WORD_(3, "SET"));
	put_key(w, out, letter, id);
	put_value(w, out, id, REDIS_VALUE);
}

static void put_big_set(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*3\r\n" WORD_(3, "SET"));
	put_key(w, out, letter, id);
	put_value(w, out, id, REDIS_BIG);
}

static void put_get(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*2\r\n" WORD_(3, "GET"));
	put_key(w, out, letter, id);
}

static void put_setex(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*5\r\n" WORD_(3, "SET"));
	put_key(w, out, letter, id);
	put_value(w, out, id, REDIS_VALUE);
	ADD(out, WORD_(2, "EX"));
	put_number(out, 1 + id % REDIS_TTL_S);
}

static void put_ttl(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*2\r\n" WORD_(3, "TTL"));
	put_key(w, out, letter, id);
}

static void put_publish(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*3\r\n" WORD_(7, "PUBLISH"));
	put_key(w, out, letter, id % w->channels);
	put_value(w, out, id, REDIS_VALUE);
}

static void put_evalsha(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*5\r\n" WORD_(7, "EVALSHA") WORD_(40, REDIS_LUA_SHA) WORD_(1, "1"));
	put_key(w, out, letter, id);
	put_value(w, out, id, REDIS_VALUE);
}

static void put_script_load(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	(void)w;
	(void)letter;
	(void)id;
	redis_put(out, (const char *const[]){ "SCRIPT", "LOAD", REDIS_LUA, NULL });
}

/* A script that nobody has sent before: Redis compiles it, and keeps it. */
static void put_eval(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	char script[40] = "return ", *end = script + sizeof(script), *s = digits(end, id);
	size_t n = (size_t)(end - s);

	(void)w;
	(void)letter;
	memmove(script + 7, s, n);
	ADD(out, "*3\r\n" WORD_(4, "EVAL"));
	redis_put_word(out, script, 7 + n);
	ADD(out, WORD_(1, "0"));
}

/* All fields at once: a hash is as big after its first write as it will ever be. */
static void put_hset(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*10\r\n" WORD_(4, "HSET"));
	put_key(w, out, letter, id);
	for (char f = 'a'; f < 'e'; f++) {
		redis_put_word(out, &f, 1);
		put_value(w, out, id + (uint64_t)f, REDIS_VALUE);
	}
}

static void put_hgetall(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*2\r\n" WORD_(7, "HGETALL"));
	put_key(w, out, letter, id);
}

static void put_lpush(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*3\r\n" WORD_(5, "LPUSH"));
	put_key(w, out, letter, id);
	put_value(w, out, id, REDIS_VALUE);
	ADD(out, "*4\r\n" WORD_(5, "LTRIM"));
	put_key(w, out, letter, id);
	ADD(out, WORD_(1, "0"));
	put_number(out, REDIS_ENTRIES - 1);
}

static void put_lrange(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*4\r\n" WORD_(6, "LRANGE"));
	put_key(w, out, letter, id);
	ADD(out, WORD_(1, "0") WORD_(2, "-1"));
}

static void put_xadd(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*7\r\n" WORD_(4, "XADD"));
	put_key(w, out, letter, id);
	ADD(out, WORD_(6, "MAXLEN"));
	put_number(out, REDIS_ENTRIES);
	ADD(out, WORD_(1, "*") WORD_(1, "f"));
	put_value(w, out, id, REDIS_VALUE);
}

static void put_xrange(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*4\r\n" WORD_(6, "XRANGE"));
	put_key(w, out, letter, id);
	ADD(out, WORD_(1, "-") WORD_(1, "+"));
}

static void put_churn(const struct redis_words *w, struct text *out, char letter, uint64_t id)
{
	ADD(out, "*1\r\n" WORD_(4, "PING"));
	put_set(w, out, letter, id);
}

const struct redis_command redis_commands[REDIS_OPS] = {
	[REDIS_SET] = { "set", 's', true, 1, 0, REDIS_VALUE, put_set },
	[REDIS_GET] = { "get", 's', false, 1, 0, 0, put_get },
	[REDIS_BIG_SET] = { "set-big", 'b', true, 1, REDIS_BIG_KEYS, REDIS_BIG, put_big_set },
	[REDIS_BIG_GET] = { "get-big", 'b', false, 1, REDIS_BIG_KEYS, 0, put_get },
	[REDIS_SETEX] = { "setex", 'e', true, 1, 0, REDIS_VALUE, put_setex },
	[REDIS_TTL] = { "ttl", 'e', false, 1, 0, 0, put_ttl },
	[REDIS_PUBLISH] = { "publish", 'c', false, 1, REDIS_NO_KEYS, REDIS_VALUE, put_publish },
	[REDIS_EVALSHA] = { "evalsha", 's', true, 1, 0, REDIS_VALUE, put_evalsha },
	[REDIS_EVAL] = { "eval", '-', false, 1, REDIS_NO_KEYS, 0, put_eval },
	[REDIS_HSET] = { "hset", 'h', true, 1, REDIS_FEW_KEYS, (uint64_t)4 * REDIS_VALUE, put_hset },
	[REDIS_HGETALL] = { "hgetall", 'h', false, 1, REDIS_FEW_KEYS, 0, put_hgetall },
	[REDIS_LPUSH] = { "lpush", 'l', true, 2, REDIS_FEW_KEYS, REDIS_VALUE, put_lpush },
	[REDIS_LRANGE] = { "lrange", 'l', false, 1, REDIS_FEW_KEYS, 0, put_lrange },
	[REDIS_XADD] = { "xadd", 'x', true, 1, REDIS_FEW_KEYS, REDIS_VALUE, put_xadd },
	[REDIS_XRANGE] = { "xrange", 'x', false, 1, REDIS_FEW_KEYS, 0, put_xrange },
	[REDIS_CHURN] = { "connect", 's', true, 2, 0, REDIS_VALUE, put_churn },
	[REDIS_SCRIPT_LOAD] = { "script", '-', false, 1, REDIS_NO_KEYS, 0, put_script_load },
};

const struct redis_profile redis_profiles[] = {
	{ "set-get", { { REDIS_SET, 50 }, { REDIS_GET, 50 } }, .rounds = 1 },
	{ "read-heavy", { { REDIS_SET, 10 }, { REDIS_GET, 90 } }, .rounds = 1 },
	{ "expire", { { REDIS_SETEX, 50 }, { REDIS_TTL, 50 } }, .rounds = 0 },
	{ "pipeline", { { REDIS_SET, 50 }, { REDIS_GET, 50 } }, .rounds = 1, .depth = 16, .together = true },
	{ "pubsub", { { REDIS_PUBLISH, 100 } }, .subscribes = true },
	{ "lua", { { REDIS_EVALSHA, 100 } }, .rounds = 1 },
	{ "lua-cache", { { REDIS_EVAL, 100 } }, .rounds = 0 },
	{ "big-values", { { REDIS_BIG_SET, 50 }, { REDIS_BIG_GET, 50 } }, .rounds = 1, .depth = 1 },
	{ "structures",
	  { { REDIS_HSET, 17 },
	    { REDIS_HGETALL, 17 },
	    { REDIS_LPUSH, 17 },
	    { REDIS_LRANGE, 17 },
	    { REDIS_XADD, 16 },
	    { REDIS_XRANGE, 16 } },
	  .rounds = REDIS_ENTRIES },
	{ "churn", { { REDIS_CHURN, 100 } }, .rounds = 1, .depth = 1, .reconnects = true },
};
const size_t n_redis_profiles = sizeof(redis_profiles) / sizeof(redis_profiles[0]);

const struct redis_profile *redis_profile_find(const char *name)
{
	for (size_t i = 0; i < n_redis_profiles; i++)
		if (strcmp(redis_profiles[i].name, name) == 0)
			return &redis_profiles[i];
	return NULL;
}

enum redis_op redis_share(const struct redis_profile *p, uint64_t draw)
{
	size_t i = 0;

	while (i + 1 < REDIS_SHARES && draw >= p->share[i].percent)
		draw -= p->share[i++].percent;
	return p->share[i].op;
}

uint64_t redis_keys(const struct redis_command *c, int64_t rows)
{
	return c->most_keys && c->most_keys < (uint64_t)rows ? c->most_keys : (uint64_t)rows;
}

uint64_t redis_need(const struct redis_profile *const *p, size_t n, int64_t rows)
{
	uint64_t of[128] = { 0 }, need = 0; /* by the letter: commands of one are about the same keys */

	for (size_t i = 0; i < n * REDIS_SHARES; i++) {
		const struct redis_profile *of_these = p[i / REDIS_SHARES];
		size_t k = i % REDIS_SHARES;

		if (!of_these || !of_these->share[k].percent || !redis_commands[of_these->share[k].op].writes)
			continue;
		const struct redis_command *c = &redis_commands[of_these->share[k].op];
		uint64_t each = REDIS_OVERHEAD + c->value * (of_these->rounds > 1 ? of_these->rounds : 1);
		uint64_t all = redis_keys(c, rows) * each, *most = &of[(unsigned char)c->letter % 128];

		need += all > *most ? all - *most : 0;
		*most = all > *most ? all : *most;
	}
	return need;
}

char *redis_pool(uint64_t seed)
{
	size_t n = REDIS_BIG + POOL_SLACK;
	char *pool = malloc(n);

	for (size_t i = 0; pool && i < n; i += 16) {
		uint64_t v = rng_next(&seed);

		for (size_t k = 0; k < 16; k++, v >>= 4)
			pool[i + k] = "0123456789abcdef"[v & 15];
	}
	return pool;
}
