/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the keys of the load have room beside those of others. A server with maxmemory and an eviction policy never refuses a
 * write: it throws away what was there, which nobody would be told. So it is asked before the first write, and watched later.
 */
#ifdef HAVE_HIREDIS
#include <string.h>

#include "base/units.h"
#include "scenarios/redis_info.h"
#include "scenarios/redis_load.h"

void redis_room_ask(struct redis_load *l)
{
	static const char *const info[] = { "INFO" };

	l->room_asked = redis_ask(l->r, ASK_ROOM, 1, info);
	if (l->room_asked)
		redis_send(l->r, clock_boot_ns(l->d->clock));
}

/* A server that refuses INFO would have refused the login: what it does not say here it does not have. */
void redis_room_answer(struct redis_load *l, const redisReply *reply)
{
	bool text = reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS;
	uint64_t need = redis_need(l->profile, l->d->job->n_work, l->d->job->rows);
	int64_t most, used;
	char policy[40], a[40], b[40];

	l->room_known = true;
	if (text)
		redis_watch_evicted(l->r, reply->str, reply->len);
	if (!text || !redis_info_number(reply->str, reply->len, "maxmemory", &most) || most == 0 ||
	    !redis_info_number(reply->str, reply->len, "used_memory", &used) ||
	    !redis_info_value(reply->str, reply->len, "maxmemory_policy", policy, sizeof(policy)))
		return;
	if (strcmp(policy, "noeviction") == 0 || (used <= most && need <= (uint64_t)(most - used)))
		return;
	drive_failed(
		l->d, 2,
		"the keys of the load take about %s, and Redis has %s left of its maxmemory: by its policy %s it would evict "
		"other keys for them; give fewer --rows, raise maxmemory, or load another server",
		fmt_kb(a, sizeof(a), (double)need / 1024), fmt_kb(b, sizeof(b), used < most ? (double)(most - used) / 1024 : 0),
		policy);
}

void redis_watch_evicted(struct redis *r, const char *info, size_t n)
{
	char policy[40] = "?";
	int64_t evicted;

	if (!redis_info_number(info, n, "evicted_keys", &evicted))
		return;
	if (r->evicted_known && evicted > r->evicted && !r->evicted_told) {
		redis_info_value(info, n, "maxmemory_policy", policy, sizeof(policy));
		drive_event(r->d, "evicted",
			    "Redis is full and evicts keys by its policy %s, %lld since the run began: its growth is bounded by "
			    "that, and keys of others may be lost",
			    policy, (long long)(evicted - r->evicted));
		r->evicted_told = true;
	}
	if (!r->evicted_known || evicted < r->evicted) /* the first, or it was started anew */
		r->evicted = evicted;
	r->evicted_known = true;
}
#endif
