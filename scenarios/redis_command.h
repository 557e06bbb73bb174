/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the load on a Redis consists of: the commands, as bytes of its protocol, and the profiles that mix them. Two tables: a
 * profile is one entry, and a command another.
 *
 * hiredis formats each command into fresh memory; here a command goes straight behind the others that wait for the socket.
 */
#ifndef SCENARIOS_REDIS_COMMAND_H
#define SCENARIOS_REDIS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define REDIS_RUN_ID   8   /* hexadecimal digits; each key is "soakd:", these, ":", a letter, ":", 12 such digits: 29 bytes */
#define REDIS_OVERHEAD 128 /* bytes that a key takes beside its value: measured 110 with Redis 7.0 and jemalloc */
#define REDIS_VALUE    96  /* bytes of a value, except of the big ones */
#define REDIS_BIG      (1 << 20)  /* bytes of a big one */
#define REDIS_BIG_KEYS 64         /* keys that have one: 64 MiB in all */
#define REDIS_NO_KEYS  UINT64_MAX /* of a command that is about none */
#define REDIS_FEW_KEYS 100        /* hashes, lists, streams, of each */
#define REDIS_ENTRIES  16         /* of a list or stream, which are cut to it */
#define REDIS_TTL_S    10         /* keys that expire live 1 to so many seconds */
#define REDIS_LUA      "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('STRLEN', KEYS[1])"
#define REDIS_LUA_SHA  "f6c04bd90ea84dc0a419a1aa3581a6098c9f2d89" /* its SHA-1: the name under which Redis has it */

enum redis_op {
	REDIS_SET,
	REDIS_GET,
	REDIS_BIG_SET,
	REDIS_BIG_GET,
	REDIS_SETEX,
	REDIS_TTL,
	REDIS_PUBLISH,
	REDIS_EVALSHA,
	REDIS_EVAL,
	REDIS_HSET,
	REDIS_HGETALL,
	REDIS_LPUSH,
	REDIS_LRANGE,
	REDIS_XADD,
	REDIS_XRANGE,
	REDIS_CHURN,       /* on a connection of its own: PING and SET */
	REDIS_SCRIPT_LOAD, /* of our own, never counted */
	REDIS_OPS,
	REDIS_STATEMENT = REDIS_OPS, /* of a user's script */
	REDIS_RUN,                   /* a whole run of it, which waits for its connection; the id is the job's work */
};

/* What commands are made of. */
struct redis_words {
	const char *pool;  /* REDIS_BIG bytes and some: values are cut out of it */
	unsigned channels; /* that somebody listens to, at least 1 */
	char run[REDIS_RUN_ID + 1];
};

struct redis_command {
	const char *name; /* its kind: what its operations are called */
	char letter;      /* of its keys: each type has its own, so that profiles can be mixed */
	bool writes;
	unsigned char answers; /* one for each command that it sends */
	uint64_t most_keys;    /* 0: as many as the job says; REDIS_NO_KEYS */
	uint64_t value;        /* bytes of values that it sends */
	void (*put)(const struct redis_words *w, struct text *out, char letter, uint64_t id);
};
extern const struct redis_command redis_commands[REDIS_OPS];

#define REDIS_SHARES 6
struct redis_profile {
	const char *name;
	struct {
		enum redis_op op;
		unsigned percent; /* of all of them 100 */
	} share[REDIS_SHARES];
	unsigned rounds; /* how often each key is written before the run: filling the key space is no leak */
	unsigned depth;  /* under way on a connection; 0: by the rate */
	bool together;   /* depth of them in one round trip, also when paced */
	bool subscribes; /* half of the connections do nothing but listen */
	bool reconnects; /* each operation is a connection */
};
extern const struct redis_profile redis_profiles[];
extern const size_t n_redis_profiles;

const struct redis_profile *redis_profile_find(const char *name); /* NULL: none of that name: it observes */

/* The operation that `draw` (0 .. 99) falls on. */
enum redis_op redis_share(const struct redis_profile *p, uint64_t draw);

/* Keys that this command works on, when the job says rows of them: ids are 0 .. n-1. */
uint64_t redis_keys(const struct redis_command *c, int64_t rows);

/* Bytes of memory that all keys of n profiles (NULL: a script) take together, rather too many than too few. */
uint64_t redis_need(const struct redis_profile *const *p, size_t n, int64_t rows);

/* Text to cut values from: a function of the seed; the caller's to free. NULL without memory. */
char *redis_pool(uint64_t seed);

/* One word of a command, as the protocol has it: "$3\r\nGET\r\n". */
void redis_put_word(struct text *out, const char *s, size_t n);
/* The head of a command of n words. */
void redis_put_head(struct text *out, size_t n);
/* The command of these words, NULL-terminated. */
void redis_put(struct text *out, const char *const *words);

#endif
