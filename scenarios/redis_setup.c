/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key space of the load: filled before the run begins, so that filling it is no growth that anybody could take for a leak,
 * and removed when it ends, by what the server itself lists under the run's own prefix. Nothing else is touched: no FLUSH of any kind.
 */
#ifdef HAVE_HIREDIS
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "scenarios/redis_load.h"

#define SEED_LINKS 4                        /* connections that fill */
#define SEED_OUT   (1 << 20)                /* bytes that wait for the socket before no more is added */
#define AGAIN_NS   (NS_PER_S / 4)           /* while the server loads its own data */
#define ANSWERS_NS (3 * (int64_t)NS_PER_S)  /* patience with what is under way when the run ends */
#define CLEAN_NS   (15 * (int64_t)NS_PER_S) /* and with all of the end: the monitor waits for 20 s */

/* The next key to fill: moves on. false: all are. */
static bool next_seed(struct redis_load *l, struct redis_slot *out)
{
	struct redis_seeding *s = &l->seeding;

	for (; s->work < l->d->job->n_work; s->work++, s->share = 0) {
		const struct redis_profile *p = l->profile[s->work];

		for (; p && s->share < REDIS_SHARES; s->share++, s->round = 0) {
			const struct redis_command *c = &redis_commands[p->share[s->share].op];

			if (!p->share[s->share].percent || !c->writes)
				continue;
			for (; s->round < p->rounds; s->round++, s->id = 0) {
				if (s->id == redis_keys(c, l->d->job->rows))
					continue;
				*out = (struct redis_slot){ .op = (uint8_t)p->share[s->share].op, .id = s->id++, .seed = true };
				return true;
			}
		}
	}
	return false;
}

static const char *advice(const char *why)
{
	if (strncmp(why, "OOM", 3) == 0)
		return "; give it more maxmemory, an eviction policy, or fewer --rows";
	if (strncmp(why, "READONLY", 8) == 0)
		return "; it is a replica: load its master, or watch it with --scenario redis/observe";
	if (strncmp(why, "MISCONF", 7) == 0)
		return "; is its disk full?";
	return "; the keys of the load begin with \"soakd:\"";
}

void redis_seed_refused(struct redis_load *l, const char *why, int64_t now_ns)
{
	if (strncmp(why, "LOADING", 7) == 0)
		l->seeding.again_ns = now_ns + AGAIN_NS;
	else if (!*l->refusal)
		snprintf(l->refusal, sizeof(l->refusal), "Redis refuses the first writes: %s%s", why, advice(why));
}

int64_t redis_seed_run(struct redis_load *l, int64_t now_ns)
{
	struct redis_slot s;
	bool more = !l->d->job->resumed;

	if (more && !l->room_asked)
		redis_room_ask(l);
	if (more && !l->room_known)
		return INT64_MAX;
	l->wrote = true;
	if (*l->refusal)
		return redis_clean_run(l, now_ns);
	if (l->seeding.again_ns) {
		if (now_ns < l->seeding.again_ns || redis_load_busy(l))
			return l->seeding.again_ns > now_ns ? l->seeding.again_ns : INT64_MAX;
		l->seeding = (struct redis_seeding){ 0 };
	}
	for (size_t i = 0; more && i < l->n_worker && i < SEED_LINKS; i++) {
		struct redis_link *c = &l->link[i];

		if (c->n > JOB_MAX_DEPTH / 2)
			continue;
		while (more && c->n < JOB_MAX_DEPTH && c->out.len < SEED_OUT) {
			more = next_seed(l, &s);
			if (more)
				redis_link_put(l, c, s);
		}
		redis_link_flush(l, c, now_ns);
	}
	if (!more && !redis_load_busy(l) && l->d->phase == DRIVE_SETUP)
		drive_ready(l->d);
	return INT64_MAX;
}

/* Nothing is left to do. */
static void over(struct redis_load *l)
{
	if (*l->refusal && l->d->phase == DRIVE_SETUP)
		drive_failed(l->d, 2, "%s", l->refusal);
	else
		drive_done(l->d);
}

#define PATTERN_BYTES (sizeof("soakd::*") + REDIS_RUN_ID)

/* Of this run's keys alone: others may be loading the same server. */
static const char *pattern(const struct redis_load *l, char *buf)
{
	snprintf(buf, PATTERN_BYTES, "soakd:%s:*", l->words.run);
	return buf;
}

static void say_remain(struct redis_load *l, const char *why)
{
	char keys[PATTERN_BYTES];

	pattern(l, keys);
	drive_event(l->d, "error", "%s; keys %s may remain: redis-cli -n %d --scan --pattern '%s' | xargs redis-cli -n %d unlink",
		    why, keys, l->r->at.db, keys, l->r->at.db);
	over(l);
}

static void scan(struct redis_load *l, int64_t now_ns)
{
	char keys[PATTERN_BYTES];
	const char *const words[] = { "SCAN", l->cursor, "MATCH", pattern(l, keys), "COUNT", "4000" };

	if (redis_ask(l->r, ASK_SCAN, 6, words))
		redis_send(l->r, now_ns); /* an UNLINK before it goes along: a page is one round trip */
}

/* First the answers that are under way, then the keys. */
int64_t redis_clean_run(struct redis_load *l, int64_t now_ns)
{
	if (!l->final_ns) {
		l->answers_ns = now_ns + ANSWERS_NS;
		l->final_ns = now_ns + CLEAN_NS;
		memcpy(l->cursor, "0", 2);
		l->r->nobody = false;
		if (l->r->phase == REDIS_DOWN) /* once more, whatever pause there is */
			l->r->try_ns = now_ns;
	}
	if (redis_load_busy(l) && now_ns < l->answers_ns)
		return l->answers_ns;
	for (size_t i = 0; i < l->n_link; i++)
		if (l->link[i].c)
			redis_link_close(l, &l->link[i]);
	if (!l->wrote || l->d->job->keep)
		over(l);
	else if (l->r->phase == REDIS_DOWN && l->r->nobody)
		say_remain(l, "nobody listens where the server was");
	else if (now_ns >= l->final_ns)
		say_remain(l, "the server does not answer in time");
	else if (l->r->phase == REDIS_UP && l->r->n == 0)
		scan(l, now_ns);
	return l->final_ns;
}

/* Takes away the keys of one page. They are words of the server's, so their number is what it is. */
static void unlink_keys(struct redis_load *l, const redisReply *keys)
{
	const char **words = sk_calloc(keys->elements + 1, sizeof(*words));
	size_t *lengths = sk_calloc(keys->elements + 1, sizeof(*lengths)), n = 1;

	if (!words || !lengths) {
		say_remain(l, "no memory to remove the keys");
	} else {
		words[0] = "UNLINK";
		lengths[0] = 6;
		for (size_t i = 0; i < keys->elements; i++) {
			if (keys->element[i]->type != REDIS_REPLY_STRING)
				continue;
			words[n] = keys->element[i]->str;
			lengths[n++] = (size_t)keys->element[i]->len;
		}
		if (n > 1)
			redis_ask_bytes(l->r, ASK_UNLINK, (int)n, words, lengths);
	}
	free(words);
	free(lengths);
}

void redis_clean_answer(struct redis_load *l, enum redis_question q, const redisReply *reply)
{
	char why[300];

	if (l->d->phase == DRIVE_OVER)
		return;
	if (reply->type == REDIS_REPLY_ERROR) {
		snprintf(why, sizeof(why), "cleaning up: %.250s", reply->str);
		say_remain(l, why);
	} else if (q == ASK_SCAN && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
		   reply->element[0]->type == REDIS_REPLY_STRING && reply->element[1]->type == REDIS_REPLY_ARRAY) {
		snprintf(l->cursor, sizeof(l->cursor), "%s", reply->element[0]->str);
		unlink_keys(l, reply->element[1]);
		if (strcmp(l->cursor, "0") != 0)
			scan(l, clock_boot_ns(l->d->clock));
		else if (l->r->n)
			redis_send(l->r, clock_boot_ns(l->d->clock));
	}
	/* cursor "0" again: the server has listed all that it had */
	if (l->d->phase != DRIVE_OVER && l->r->n == 0 && strcmp(l->cursor, "0") == 0)
		over(l);
}
#endif
