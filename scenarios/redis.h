/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the scenario redis: the connection that asks what the server says of itself. As redis/observe it is all there is: no load,
 * and nothing is written to the server. The load of the other profiles is in redis_load.h.
 *
 *   redis.c          the scenario: phases, and what an epoch asks
 *   redis_conn.c     the connection: connecting, logging in, questions and answers in order, loss and return
 *   redis_address.c  where and as whom
 *   redis_info.c     from the server's texts to items
 *
 * A server that is not there, refuses or hangs is an event to an observer: the run goes on without items, and the connection is tried
 * again. With a load it is the end of it at the start, and an event later.
 */
#ifndef SCENARIOS_REDIS_H
#define SCENARIOS_REDIS_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "scenarios/redis_address.h"
#include "scenarios/scenario.h"

enum redis_phase { REDIS_DOWN, REDIS_CONNECTING, REDIS_LOGIN, REDIS_UP };

/* What the server was asked and has not answered yet: the answers come in the order of the questions. */
enum redis_question {
	ASK_AUTH,
	ASK_NAME,
	ASK_SELECT,
	ASK_WHO,
	ASK_ROOM,
	ASK_INFO,
	ASK_STATS,
	ASK_MALLOC_STATS,
	ASK_SCAN,
	ASK_UNLINK
};
#define REDIS_QUESTIONS 8

struct redis_load;

struct redis {
	struct drive *d;
	struct redis_load *load; /* NULL: it only observes */
	struct redis_address at;
	redisContext *c;
	enum redis_phase phase;
	bool unsent; /* questions wait for the socket */
	enum redis_question asked[REDIS_QUESTIONS];
	size_t n;
	int64_t try_ns, deadline_ns; /* the next try when down; the end of patience (INT64_MAX: nothing is awaited) */
	double backoff_s;
	bool nobody; /* the last try was refused at once: nobody listens there */
	bool lost;   /* an event said so; the next one says that it is back */
	int64_t lost_ns;
	char why[512];    /* a failure from before the run: told when events.csv has begun; "": none */
	unsigned refused; /* questions whose refusal was told, a bit each */
	bool evicted_known, evicted_told;
	int64_t evicted; /* keys that the server had evicted when it was first asked */
	pid_t pid;       /* the server's own word for its process */
};

/* redis_conn.c, of the load's connections too: begins to connect (NULL or ->err: as hiredis); when the socket is writable, why it failed,
 * or NULL: it is connected. */
redisContext *redis_dial(const struct redis_address *at);
const char *redis_dial_failed(const redisContext *c);

/* redis_conn.c. ready: revents 0 when only the time has come. */
void redis_connect(struct redis *r, int64_t now_ns);
void redis_ready(struct redis *r, short revents, int64_t now_ns);
short redis_events(const struct redis *r);
int64_t redis_wake_ns(const struct redis *r);
/* Adds a question; false: the connection is broken, and its next answer says so. redis_send() lets them go. */
bool redis_ask(struct redis *r, enum redis_question q, int argc, const char *const *argv);
bool redis_ask_bytes(struct redis *r, enum redis_question q, int argc, const char **argv, const size_t *lengths);
void redis_send(struct redis *r, int64_t now_ns);
const char *redis_login_advice(const char *error); /* what to do about a refused login; "": nothing is known */
void redis_release(struct redis *r);

/* redis.c: the connection is up for the first time or again; the answer to one of an epoch's questions. */
void redis_became_up(struct redis *r);
void redis_answer(struct redis *r, enum redis_question q, const redisReply *reply);
void redis_count_connections(struct redis *r);
/* redis_room.c: from an answer to INFO: an event when keys were evicted since the first. */
void redis_watch_evicted(struct redis *r, const char *info, size_t n);
/* A connection failed or was lost. */
void redis_tell_lost(struct redis *r, const char *why, int64_t now_ns);

#endif
