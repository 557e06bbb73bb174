/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection of the load: see redis_load.h. hiredis connects and reads the protocol, the driver's loop waits. */
#ifdef HAVE_HIREDIS
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "scenarios/load.h"
#include "scenarios/pace.h"
#include "scenarios/redis_load.h"

#define LOGIN_NS        (10 * (int64_t)NS_PER_S) /* to connect and log in: a thousand at once take their time */
#define BACKOFF_FIRST_S 0.1
#define BACKOFF_MAX_S   30.0
#define OUT_KEPT        (256 * 1024) /* bytes of output that stay allocated */
#define READS_IN_A_WAKE 16           /* then the others have their turn */

void redis_link_release(struct redis_link *c)
{
	if (c->c)
		redisFree(c->c);
	c->c = NULL;
	c->phase = REDIS_DOWN;
	c->n = c->head = c->sent = 0;
	c->loading = c->unsent = c->renew = c->script.runs = false;
	c->seen = (struct redis_seen){ 0 };
	text_reset(&c->out);
}

bool redis_link_idle(const struct redis_link *c)
{
	return c->n == 0 && !c->first && !c->script.runs;
}

static void not_connecting(struct redis_load *l, const struct redis_link *c)
{
	if (c->phase == REDIS_CONNECTING || c->phase == REDIS_LOGIN)
		l->n_connecting--;
}

void redis_link_close(struct redis_load *l, struct redis_link *c)
{
	not_connecting(l, c);
	redis_link_release(c);
	redis_count_connections(l->r);
}

/* Of no use any more: what was under way has failed, tried again later. */
static void lost(struct redis_load *l, struct redis_link *c, const char *why, int64_t now_ns)
{
	char address[REDIS_TEXT], sentence[640];
	bool was_up = c->phase == REDIS_UP;

	if (c->script.runs)
		redis_load_dropped(l, &(struct redis_slot){ .op = REDIS_RUN, .id = c->script.work });
	for (size_t i = 0; i < c->n; i++)
		redis_load_dropped(l, &c->ring[(c->head + i) % REDIS_RING]);
	if (c->first)
		redis_load_dropped(l, &c->waiting);
	c->first = c->parked = false;
	redis_link_close(l, c);
	c->lost = true;
	c->try_ns =
		now_ns + (int64_t)(pace_retry(&c->backoff_s, BACKOFF_FIRST_S, BACKOFF_MAX_S, rng_unit(&l->jitter)) * NS_PER_S);
	redis_address_text(&l->r->at, address, sizeof(address));
	snprintf(sentence, sizeof(sentence), "%s Redis at %s: %s", was_up ? "lost a connection to" : "cannot connect to", address,
		 why);
	redis_load_tell_lost(l, sentence, now_ns);
}

void redis_link_start(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	c->c = redis_dial(&l->r->at);
	c->phase = REDIS_CONNECTING;
	c->deadline_ns = now_ns + LOGIN_NS;
	l->n_connecting++;
	if (!c->c || c->c->err) {
		lost(l, c, c->c ? c->c->errstr : "no memory", now_ns);
		return;
	}
	c->c->reader->fn = &redis_look;
	c->c->reader->privdata = &c->seen;
}

static void ask(struct redis_link *c, const char *const *words)
{
	redis_put(&c->out, words);
	c->login_asked++;
}

#define ASK(c, ...) ask(c, (const char *const[]){ __VA_ARGS__, NULL })

/* One round trip: who, under which name, where, and what to listen to. */
static void log_in(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	const struct redis_address *at = &l->r->at;
	char word[64];

	c->phase = REDIS_LOGIN;
	c->login_asked = c->login_answered = 0;
	if (*at->password && *at->user)
		ASK(c, "AUTH", at->user, at->password);
	else if (*at->password)
		ASK(c, "AUTH", at->password);
	ASK(c, "CLIENT", "SETNAME", "soakd-load");
	snprintf(word, sizeof(word), "%d", at->db);
	if (at->db)
		ASK(c, "SELECT", word);
	snprintf(word, sizeof(word), "soakd:%s:c:%012zx", l->words.run, (size_t)(c - l->link) - l->n_worker);
	if (c->listens)
		ASK(c, "SUBSCRIBE", word);
	redis_link_flush(l, c, now_ns);
}

/* A non-blocking connect() has an outcome. */
static void connected(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	const char *why = redis_dial_failed(c->c);

	if (why)
		lost(l, c, why, now_ns);
	else
		log_in(l, c, now_ns);
}

static void logged_in(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	bool first = c->first;

	not_connecting(l, c);
	c->phase = REDIS_UP;
	c->backoff_s = 0;
	drive_count(&l->d->shared->connects, 1);
	if (c->lost)
		drive_count(&l->d->shared->reconnects, 1);
	c->lost = c->parked = false;
	c->first = false;
	redis_count_connections(l->r);
	redis_load_up(l, c);
	if (first && c->waiting.op == REDIS_RUN)
		redis_script_begin(l, c, c->waiting.id, c->waiting.start_ns, now_ns);
	else if (first)
		redis_link_put(l, c, c->waiting);
}

/* Its name is of no importance: one that may not have it goes on without. */
static bool only_the_name(const struct redis_load *l, const struct redis_link *c)
{
	return c->login_answered == (*l->r->at.password ? 1 : 0) &&
	       (strncmp(c->seen.text, "NOPERM", 6) == 0 || strncmp(c->seen.text, "ERR unknown", 11) == 0);
}

static void login_answer(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	char why[400];

	if (c->seen.error && !only_the_name(l, c)) {
		snprintf(why, sizeof(why), "%s%s", c->seen.text, redis_login_advice(c->seen.text));
		lost(l, c, why, now_ns);
	} else if (++c->login_answered == c->login_asked) {
		logged_in(l, c, now_ns);
	}
}

void redis_link_put(struct redis_load *l, struct redis_link *c, struct redis_slot s)
{
	const struct redis_command *command = &redis_commands[s.op];

	s.left = command->answers;
	command->put(&l->words, &c->out, command->letter, s.id);
	c->ring[(c->head + c->n++) % REDIS_RING] = s;
}

/* The server does not have the script (it was started anew, or flushed it): hand it over, and the operation once more. */
static void hand_over(struct redis_load *l, struct redis_link *c, struct redis_slot s)
{
	if (!c->loading)
		redis_link_put(l, c, (struct redis_slot){ .op = REDIS_SCRIPT_LOAD });
	c->loading = true;
	s.again = true;
	redis_link_put(l, c, s);
}

static void operation_answer(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	struct redis_slot *s = &c->ring[c->head], ended;
	const struct redis_seen *a = &c->seen;
	bool no_script = a->error && s->op == REDIS_EVALSHA && !s->again && strncmp(a->text, "NOSCRIPT", 8) == 0;

	if (a->error && !no_script && !s->failed && s->op != REDIS_STATEMENT) {
		s->failed = true;
		redis_load_refused(l, s, a->text);
	}
	if (--s->left)
		return;
	ended = *s;
	c->head = (c->head + 1) % REDIS_RING;
	c->n--;
	if (ended.op == REDIS_STATEMENT)
		redis_script_answer(l, c, a, now_ns);
	else if (ended.op == REDIS_SCRIPT_LOAD)
		c->loading = false;
	else if (no_script)
		hand_over(l, c, ended);
	else
		redis_load_ended(l, c, &ended, now_ns);
}

/* Takes one answer. Afterwards the connection may be gone. */
static void take(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	if (c->phase == REDIS_LOGIN)
		login_answer(l, c, now_ns);
	else if (c->n)
		operation_answer(l, c, now_ns);
	else if (c->seen.message && c->listens)
		redis_load_message(l, c->seen.bytes);
	else
		lost(l, c, c->seen.error ? c->seen.text : "it says what nobody asked", now_ns);
	c->seen.error = c->seen.nil = c->seen.message = false;
	c->seen.bytes = 0;
}

static void take_answers(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	while (c->c && l->d->phase != DRIVE_OVER) {
		void *whole = NULL;

		if (redisReaderGetReply(c->c->reader, &whole) != REDIS_OK) {
			lost(l, c, c->c->reader->errstr, now_ns);
			return;
		}
		if (!whole)
			return;
		take(l, c, now_ns);
	}
}

static void receive(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	ssize_t n = REDIS_IN;

	for (int i = 0; i < READS_IN_A_WAKE && n == REDIS_IN && c->c && l->d->phase != DRIVE_OVER; i++) {
		n = recv(c->c->fd, l->in, REDIS_IN, MSG_DONTWAIT);
		if (n > 0 && redisReaderFeed(c->c->reader, l->in, (size_t)n) == REDIS_OK)
			take_answers(l, c, now_ns);
		else if (n > 0)
			lost(l, c, c->c->reader->errstr, now_ns);
		else if (n == 0)
			lost(l, c, "it closed the connection", now_ns);
		else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			lost(l, c, strerror(errno), now_ns);
	}
}

void redis_link_flush(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	size_t left = c->out.len - c->sent;
	ssize_t n = left && !c->out.failed ? send(c->c->fd, c->out.s + c->sent, left, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

	c->unsent = false;
	if (c->out.failed) {
		lost(l, c, "no memory for what is to be sent", now_ns);
	} else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		c->sent =
			c->out.len; /* it closed the connection, and may have said why: reading it comes next, and then the end */
	} else if (n >= 0 && (size_t)n == left) {
		c->sent = 0;
		if (c->out.cap > OUT_KEPT)
			text_release(&c->out);
		else
			text_reset(&c->out);
	} else {
		c->sent += n > 0 ? (size_t)n : 0;
		c->unsent = true;
	}
}

static void wait_over(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	if (c->phase == REDIS_DOWN && !c->parked && now_ns >= c->try_ns && l->r->phase == REDIS_UP &&
	    l->n_connecting < REDIS_CONNECTING_MOST)
		redis_link_start(l, c, now_ns);
	else if ((c->phase == REDIS_CONNECTING || c->phase == REDIS_LOGIN) && now_ns >= c->deadline_ns)
		lost(l, c, "it does not answer", now_ns);
}

void redis_link_ready(struct redis_load *l, struct redis_link *c, short revents, int64_t now_ns)
{
	if (!revents || !c->c) {
		if (c->phase != REDIS_UP)
			wait_over(l, c, now_ns);
		else
			redis_script_wake(l, c, now_ns);
		return;
	}
	if (c->phase == REDIS_CONNECTING) {
		connected(l, c, now_ns);
		return;
	}
	if (revents & ~POLLOUT)
		receive(l, c, now_ns);
	if (c->c && c->out.len > c->sent && (c->unsent ? revents & POLLOUT : true))
		redis_link_flush(l, c, now_ns);
}

short redis_link_events(const struct redis_link *c)
{
	return c->phase == REDIS_CONNECTING ? POLLOUT : c->unsent ? POLLIN | POLLOUT : POLLIN;
}

int64_t redis_link_wake_ns(const struct redis_load *l, const struct redis_link *c)
{
	if (c->phase == REDIS_CONNECTING || c->phase == REDIS_LOGIN)
		return c->deadline_ns;
	if (c->phase == REDIS_UP)
		return c->script.runs && c->script.sleeps ? c->script.wake_ns : INT64_MAX;
	/* while the server is away the observer knocks alone; a queue of those that connect moves on by itself */
	return c->parked || l->r->phase != REDIS_UP || l->n_connecting >= REDIS_CONNECTING_MOST ? INT64_MAX : c->try_ns;
}
#endif
