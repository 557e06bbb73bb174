/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Redis says of its memory, asked at each epoch over one connection, and the load beside it: the scenario. Parts: redis.h. */
#ifdef HAVE_HIREDIS
#include "scenarios/redis.h"
#include "scenarios/registry.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/redis_info.h"
#include "scenarios/redis_load.h"

#define STOP_NS (3 * (int64_t)NS_PER_S) /* patience with the last epoch's answers when the run ends */

static enum sk_code redis_open(struct drive *d, void *state, struct sk_err *err)
{
	struct redis *r = state;
	enum sk_code rc;

	r->d = d;
	r->deadline_ns = INT64_MAX;
	rc = redis_address_init(&r->at, d->job, err);
	if (rc == SK_OK)
		rc = redis_load_open(r, &r->load, err);
	if (rc == SK_OK)
		redis_connect(r, clock_boot_ns(d->clock));
	return rc;
}

/* The observer is one of the load's connections, where there is a load. */
void redis_count_connections(struct redis *r)
{
	uint32_t up = r->phase == REDIS_UP;

	for (size_t i = 0; r->load && i < r->load->n_link; i++)
		up += r->load->link[i].phase == REDIS_UP;
	atomic_store_explicit(&r->d->shared->connections, up, memory_order_relaxed);
}

void redis_tell_lost(struct redis *r, const char *why, int64_t now_ns)
{
	if (r->load) {
		redis_load_tell_lost(r->load, why, now_ns);
		return;
	}
	if (r->lost)
		return;
	r->lost = true;
	r->lost_ns = now_ns;
	if (r->d->phase == DRIVE_RUNNING) {
		drive_event(r->d, "reconnect", "%s; trying again with growing pauses, internals.csv has a hole until then", why);
		return;
	}
	snprintf(r->why, sizeof(r->why), "%s", why);
	if (r->d->phase == DRIVE_CONNECTING)
		drive_connected(r->d); /* the run begins without it */
}

void redis_became_up(struct redis *r)
{
	double s = (double)(clock_boot_ns(r->d->clock) - r->lost_ns) * 1e-9;

	if (r->load) {
		redis_load_tell_back(r->load);
		return;
	}
	if (r->d->phase == DRIVE_CONNECTING)
		drive_connected(r->d);
	else if (r->d->phase == DRIVE_RUNNING && r->lost) {
		drive_count(&r->d->shared->reconnects, 1);
		drive_event(r->d, "reconnect", "Redis answers again after %.1f s", s);
	}
	r->lost = false;
	*r->why = '\0';
}

static void redis_go(struct drive *d, void *state)
{
	struct redis *r = state;

	if (r->load)
		return; /* redis_seed_run() says when */
	drive_ready(d);
	if (*r->why)
		drive_event(d, "error", "%s; the run goes on without its own figures, and it is asked again from time to time",
			    r->why);
	*r->why = '\0';
}

static size_t redis_fds(struct drive *d, void *state, struct pollfd *fds, size_t max)
{
	const struct redis *r = state;

	(void)d;
	fds[0] = (struct pollfd){ .fd = r->c ? r->c->fd : -1, .events = redis_events(r) };
	return 1 + (r->load ? redis_load_fds(r->load, fds + 1, max - 1) : 0);
}

static int64_t redis_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct redis *r = state;

	redis_ready(r, fds[0].revents, now_ns);
	if (r->load && d->phase != DRIVE_OVER) {
		int64_t wake = redis_load_run(r->load, fds + 1, n - 1, now_ns), own = redis_wake_ns(r);

		return own < wake ? own : wake;
	}
	if (d->phase == DRIVE_STOPPING && (r->phase != REDIS_UP || r->n == 0))
		drive_done(d);
	return redis_wake_ns(r);
}

/* An epoch's questions, one round trip. One still unanswered: the next epoch asks again. */
static void redis_epoch(struct drive *d, void *state)
{
	static const char *const info[] = { "INFO" }, *const stats[] = { "MEMORY", "STATS" },
				 *const malloc_stats[] = { "MEMORY", "MALLOC-STATS" };
	struct redis *r = state;

	if (r->phase != REDIS_UP || r->n)
		return;
	if (redis_ask(r, ASK_INFO, 1, info) && redis_ask(r, ASK_STATS, 2, stats) &&
	    redis_ask(r, ASK_MALLOC_STATS, 2, malloc_stats))
		redis_send(r, clock_boot_ns(d->clock));
}

static void say_item(void *ctx, const char *item, const char *unit, int64_t value)
{
	const struct redis *r = ctx;

	drive_internal(r->d, r->pid, "redis", unit, value, item);
}

/* Which process it is, so that the monitor knows whether it is the watched one; then what it is, for run.json. */
static void say_who(struct redis *r, const char *text, size_t n)
{
	static const char *const keys[] = { "redis_mode", "redis_build_id", "multiplexing_api" };
	char value[128];
	int64_t pid;

	r->pid = redis_info_number(text, n, "process_id", &pid) && pid <= INT32_MAX ? (pid_t)pid : 0;
	drive_say(r->d, "backend %d", (int)r->pid);

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (redis_info_value(text, n, keys[i], value, sizeof(value)))
			drive_say(r->d, "info %s %s", keys[i], value);
	if (redis_info_value(text, n, "redis_version", value, sizeof(value)))
		drive_say(r->d, "info version Redis %s", value);
}

static const char *const tables[] = { "overhead.hashtable.main", "overhead.hashtable.expires" };

/* Of one database: names and values, as flat. */
static void add_tables(const redisReply *db, int64_t sum[2])
{
	for (size_t i = 0; i + 1 < db->elements; i += 2) {
		const redisReply *key = db->element[i], *value = db->element[i + 1];

		for (size_t t = 0; key->type == REDIS_REPLY_STRING && value->type == REDIS_REPLY_INTEGER && t < 2; t++)
			if (strcmp(key->str, tables[t]) == 0 && value->integer <= INT64_MAX - sum[t])
				sum[t] += value->integer;
	}
}

/* Flat names and values; of each database an array of the same, whose tables are summed. */
static void say_stats(struct redis *r, const redisReply *reply)
{
	int64_t sum[2] = { 0, 0 };

	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		const redisReply *key = reply->element[i], *value = reply->element[i + 1];
		const char *unit = key->type == REDIS_REPLY_STRING ? redis_stats_unit(key->str) : NULL;

		if (unit && value->type == REDIS_REPLY_INTEGER)
			say_item(r, key->str, unit, value->integer);
		if (value->type == REDIS_REPLY_ARRAY)
			add_tables(value, sum);
	}
	for (size_t t = 0; t < 2; t++)
		say_item(r, tables[t], "bytes", sum[t]);
}

static void say_malloc_stats(struct redis *r, const redisReply *reply)
{
	static const char *const keys[] = { "resident", "retained" };
	int64_t v;

	for (size_t i = 0; i < 2; i++)
		if (redis_malloc_stats(reply->str, reply->len, keys[i], &v))
			say_item(r, keys[i], "bytes", v);
}

/* A command that this user may not give, or this server does not know: said once, the others are asked on. */
static void refused(struct redis *r, enum redis_question q, const char *why)
{
	static const char *const command[] = {
		[ASK_INFO] = "INFO", [ASK_STATS] = "MEMORY STATS", [ASK_MALLOC_STATS] = "MEMORY MALLOC-STATS"
	};

	if (q < ASK_INFO || (r->refused & 1u << q))
		return;
	r->refused |= 1u << q;
	drive_event(r->d, "error", "Redis refuses %s: %.300s", command[q], why);
}

void redis_answer(struct redis *r, enum redis_question q, const redisReply *reply)
{
	bool text = reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS;

	if (q == ASK_ROOM) {
		redis_room_answer(r->load, reply);
	} else if (q == ASK_SCAN || q == ASK_UNLINK) {
		redis_clean_answer(r->load, q, reply);
	} else if (reply->type == REDIS_REPLY_ERROR) {
		refused(r, q, reply->str);
	} else if (q == ASK_WHO && text) {
		say_who(r, reply->str, reply->len);
	} else if (q == ASK_INFO && text) {
		redis_info_items(reply->str, reply->len, say_item, r);
		redis_watch_evicted(r, reply->str, reply->len);
	} else if (q == ASK_STATS && reply->type == REDIS_REPLY_ARRAY) {
		say_stats(r, reply);
	} else if (q == ASK_MALLOC_STATS && text) {
		say_malloc_stats(r, reply);
	}
}

static bool redis_busy(const struct drive *d, const void *state)
{
	const struct redis *r = state;

	(void)d;
	return r->load && redis_load_busy(r->load);
}

static bool redis_inject(struct drive *d, void *state, const char *what)
{
	struct redis *r = state;

	(void)d;
	if (!r->load || strcmp(what, "reconnect") != 0)
		return false;
	redis_load_renew(r->load);
	return true;
}

static void redis_stop(struct drive *d, void *state)
{
	struct redis *r = state;
	int64_t end = clock_boot_ns(d->clock) + STOP_NS;

	if (r->deadline_ns > end)
		r->deadline_ns = end;
}

static void redis_close(struct drive *d, void *state)
{
	struct redis *r = state;

	r->d = d;
	redis_load_close(r->load);
	r->load = NULL;
	redis_release(r);
	redis_address_release(&r->at);
}

const struct scenario scenario_redis = {
	.name = "redis",
	.state_size = sizeof(struct redis),
	.open = redis_open,
	.go = redis_go,
	.fds = redis_fds,
	.run = redis_run,
	.busy = redis_busy,
	.inject = redis_inject,
	.epoch = redis_epoch,
	.stop = redis_stop,
	.close = redis_close,
};
#endif
