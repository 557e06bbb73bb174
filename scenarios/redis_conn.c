/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection to the observed Redis: see redis.h. hiredis speaks the protocol, the driver's loop waits. */
#ifdef HAVE_HIREDIS
#include "scenarios/redis.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "scenarios/pace.h"

#define LOGIN_NS        (5 * (int64_t)NS_PER_S)  /* to connect and log in: a server on this machine that needs more hangs */
#define ANSWER_NS       (10 * (int64_t)NS_PER_S) /* for an epoch's questions: a script may hold the server for a while */
#define BACKOFF_FIRST_S 0.25
#define BACKOFF_MAX_S   60.0

void redis_release(struct redis *r)
{
	if (r->c)
		redisFree(r->c);
	r->c = NULL;
	r->phase = REDIS_DOWN;
	r->n = 0;
	r->unsent = false;
	r->deadline_ns = INT64_MAX;
	redis_count_connections(r);
}

/* The connection is of no use any more: given up, told, tried again later. */
static void gone(struct redis *r, const char *why, int64_t now_ns)
{
	char address[REDIS_TEXT], sentence[512];
	bool was_up = r->phase == REDIS_UP;

	redis_address_text(&r->at, address, sizeof(address));
	snprintf(sentence, sizeof(sentence), "%s Redis at %s: %s",
		 was_up    ? "lost the connection to"
		 : r->load ? "cannot connect to"
			   : "cannot ask",
		 address, why);
	redis_release(r);
	r->try_ns = now_ns + (int64_t)(pace_retry(&r->backoff_s, BACKOFF_FIRST_S, BACKOFF_MAX_S, 1) * NS_PER_S);
	redis_tell_lost(r, sentence, now_ns);
}

redisContext *redis_dial(const struct redis_address *at)
{
	return at->port ? redisConnectNonBlock(at->host, at->port) : redisConnectUnixNonBlock(at->host);
}

const char *redis_dial_failed(const redisContext *c)
{
	int sys = 0;
	socklen_t n = sizeof(sys);

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &sys, &n) != 0)
		sys = errno;
	return sys ? strerror(sys) : NULL;
}

void redis_connect(struct redis *r, int64_t now_ns)
{
	r->c = redis_dial(&r->at);
	r->phase = REDIS_CONNECTING;
	r->deadline_ns = now_ns + LOGIN_NS;
	r->nobody = r->c && r->c->err;
	if (!r->c || r->c->err)
		gone(r, r->c ? r->c->errstr : "no memory", now_ns);
}

bool redis_ask_bytes(struct redis *r, enum redis_question q, int argc, const char **argv, const size_t *lengths)
{
	if (!r->c || r->n == REDIS_QUESTIONS || redisAppendCommandArgv(r->c, argc, argv, lengths) != REDIS_OK)
		return false;
	r->asked[r->n++] = q;
	return true;
}

bool redis_ask(struct redis *r, enum redis_question q, int argc, const char *const *argv)
{
	return redis_ask_bytes(r, q, argc, (const char **)(uintptr_t)argv, NULL);
}

#define ASK(r, q, ...)                                                                                                           \
	redis_ask(r, q, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)),                                    \
		  (const char *const[]){ __VA_ARGS__ })

/* Of a server that closed the connection: the error that it left there, with what to do; else the library's word. */
static const char *last_words(const struct redis *r, char *buf, size_t n)
{
	char said[200];
	ssize_t got = recv(r->c->fd, said, sizeof(said) - 1, MSG_DONTWAIT);

	if (got < 2 || said[0] != '-')
		return r->c->errstr;
	said[got] = '\0';
	said[strcspn(said, "\r\n")] = '\0';
	snprintf(buf, n, "%s%s", said + 1, redis_login_advice(said + 1));
	return buf;
}

void redis_send(struct redis *r, int64_t now_ns)
{
	char why[400];
	int done = 0;

	if (r->phase == REDIS_UP && r->deadline_ns == INT64_MAX && r->n)
		r->deadline_ns = now_ns + ANSWER_NS;
	if (redisBufferWrite(r->c, &done) != REDIS_OK)
		gone(r, last_words(r, why, sizeof(why)), now_ns);
	else
		r->unsent = !done;
}

static void log_in(struct redis *r, int64_t now_ns)
{
	r->phase = REDIS_LOGIN;
	if (*r->at.password && *r->at.user)
		ASK(r, ASK_AUTH, "AUTH", r->at.user, r->at.password);
	else if (*r->at.password)
		ASK(r, ASK_AUTH, "AUTH", r->at.password);
	ASK(r, ASK_NAME, "CLIENT", "SETNAME", "soakd"); /* CLIENT LIST says who asks; a refusal does not matter */
	if (r->load && r->at.db) {
		char db[16];

		snprintf(db, sizeof(db), "%d", r->at.db);
		ASK(r, ASK_SELECT, "SELECT", db);
	}
	ASK(r, ASK_WHO, "INFO", "server");
	redis_send(r, now_ns);
}

static void connected(struct redis *r, int64_t now_ns)
{
	const char *why = redis_dial_failed(r->c);

	r->nobody = why != NULL;
	if (why)
		gone(r, why, now_ns);
	else
		log_in(r, now_ns);
}

const char *redis_login_advice(const char *error)
{
	static const struct {
		const char *begin, *advice;
	} known[] = {
		{ "NOAUTH", " Give the password in REDISCLI_AUTH" },
		{ "WRONGPASS", " Look at REDISCLI_AUTH and --dsn" },
		{ "ERR max number of clients", "; raise its maxclients or give fewer --connections" },
		{ "ERR DB index", "; look at the database in --dsn" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(error, known[i].begin, strlen(known[i].begin)) == 0)
			return known[i].advice;
	return "";
}

/* What Redis said to a refusal, with what to do; false: it was none that ends the login. */
static bool login_refused(struct redis *r, enum redis_question q, const redisReply *reply, int64_t now_ns)
{
	char why[400];

	if (reply->type != REDIS_REPLY_ERROR || (q == ASK_NAME && strncmp(reply->str, "ERR max number", 14) != 0))
		return false;
	snprintf(why, sizeof(why), "%.200s%s", reply->str, redis_login_advice(reply->str));
	gone(r, why, now_ns);
	return true;
}

/* Takes one answer. Afterwards the connection may be gone. */
static void take(struct redis *r, const redisReply *reply, int64_t now_ns)
{
	enum redis_question q;

	if (r->n == 0) {
		gone(r, "it says what nobody asked", now_ns);
		return;
	}
	q = r->asked[0];
	memmove(r->asked, r->asked + 1, --r->n * sizeof(r->asked[0]));
	if (r->n == 0)
		r->deadline_ns = INT64_MAX;
	if (r->phase == REDIS_LOGIN && login_refused(r, q, reply, now_ns))
		return;
	redis_answer(r, q, reply);
	if (q != ASK_WHO)
		return;
	r->phase = REDIS_UP;
	r->backoff_s = 0;
	redis_count_connections(r);
	redis_became_up(r);
}

static void take_answers(struct redis *r, int64_t now_ns)
{
	void *reply;

	while (r->c) {
		if (redisGetReplyFromReader(r->c, &reply) != REDIS_OK) {
			gone(r, r->c->errstr, now_ns);
			return;
		}
		if (!reply)
			return;
		take(r, reply, now_ns);
		freeReplyObject(reply);
	}
}

void redis_ready(struct redis *r, short revents, int64_t now_ns)
{
	if (r->phase == REDIS_DOWN) {
		if (now_ns >= r->try_ns)
			redis_connect(r, now_ns);
		return;
	}
	if (!revents && now_ns >= r->deadline_ns) {
		gone(r, "it does not answer", now_ns);
	} else if (revents && r->phase == REDIS_CONNECTING) {
		connected(r, now_ns);
	} else if (revents) {
		if (revents & POLLOUT)
			redis_send(r, now_ns);
		if (!r->c || !(revents & ~POLLOUT))
			return;
		if (redisBufferRead(r->c) != REDIS_OK)
			gone(r, r->c->errstr, now_ns);
		else
			take_answers(r, now_ns);
	}
}

short redis_events(const struct redis *r)
{
	return r->phase == REDIS_CONNECTING ? POLLOUT : r->unsent ? POLLIN | POLLOUT : POLLIN;
}

int64_t redis_wake_ns(const struct redis *r)
{
	return r->phase == REDIS_DOWN ? r->try_ns : r->deadline_ns;
}
#endif
