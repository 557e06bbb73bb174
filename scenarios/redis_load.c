/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load on a Redis: its beginning and end, its losses, and what it did. See redis_load.h. */
#ifdef HAVE_HIREDIS
#include "scenarios/redis_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The profiles of the job. *load false: it only observes. */
static enum sk_code look_up(struct redis_load *l, bool *load, bool *listen, struct sk_err *err)
{
	const struct drive_job *job = l->d->job;
	size_t observes = 0;

	*listen = false;
	for (size_t i = 0; i < job->n_work; i++) {
		const char *name = job->work[i].profile;

		l->profile[i] = name ? redis_profile_find(name) : NULL;
		observes += name && !l->profile[i];
		*listen |= l->profile[i] && l->profile[i]->subscribes;
	}
	*load = observes < job->n_work;
	if (observes && *load)
		return sk_fail(err, SK_EUSAGE, 0,
			       "redis/observe makes no load and cannot be mixed with profiles that do: leave it out");
	if (*listen && job->connections < 2)
		return sk_fail(err, SK_EUSAGE, 0,
			       "redis/pubsub needs at least 2 --connections: half of them publish, half listen");
	return SK_OK;
}

static void name_kinds(struct redis_load *l, bool listen)
{
	for (size_t i = 0; i < l->d->job->n_work; i++)
		for (size_t k = 0; l->profile[i] && k < REDIS_SHARES; k++)
			if (l->profile[i]->share[k].percent)
				l->kind[l->profile[i]->share[k].op] =
					drive_kind(l->d, redis_commands[l->profile[i]->share[k].op].name);
	if (listen)
		l->message_kind = drive_kind(l->d, "message");
}

static enum sk_code allocate(struct redis_load *l, bool listen, struct sk_err *err)
{
	const struct drive_job *job = l->d->job;

	l->n_link = job->connections;
	l->n_worker = listen ? job->connections - job->connections / 2 : job->connections;
	l->link = sk_calloc(l->n_link, sizeof(*l->link));
	l->slots = sk_calloc(l->n_link, REDIS_RING * sizeof(*l->slots));
	l->in = malloc(REDIS_IN);
	l->pool = redis_pool(job->seed);
	if (!l->link || !l->slots || !l->in || !l->pool)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %u connections", job->connections);
	l->words = (struct redis_words){ .pool = l->pool, .channels = listen ? job->connections / 2 : 1 };
	memcpy(l->words.run, job->run_id, sizeof(l->words.run));
	for (size_t i = 0; i < l->n_link; i++) {
		l->link[i].ring = l->slots + i * REDIS_RING;
		l->link[i].listens = i >= l->n_worker;
	}
	return SK_OK;
}

enum sk_code redis_load_open(struct redis *r, struct redis_load **out, struct sk_err *err)
{
	struct redis_load *l = sk_calloc(1, sizeof(*l));
	bool load = false, listen;
	enum sk_code rc;

	*out = NULL;
	if (!l)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the load on Redis");
	l->r = r;
	l->d = r->d;
	l->rng = r->d->job->seed;
	l->jitter = ~r->d->job->seed;
	rc = look_up(l, &load, &listen, err);
	if (rc == SK_OK && load)
		rc = allocate(l, listen, err);
	if (rc == SK_OK && load)
		rc = redis_scripts_open(l, err);
	if (rc != SK_OK || !load) {
		redis_load_close(l);
		return rc;
	}
	name_kinds(l, listen);
	*out = l;
	return SK_OK;
}

void redis_load_close(struct redis_load *l)
{
	if (!l)
		return;
	redis_scripts_close(l);
	for (size_t i = 0; l->link && i < l->n_link; i++) {
		redis_link_release(&l->link[i]);
		text_release(&l->link[i].out);
	}
	free(l->link);
	free(l->slots);
	free(l->in);
	free(l->pool);
	free(l);
}

bool redis_load_busy(const struct redis_load *l)
{
	for (size_t i = 0; i < l->n_worker; i++)
		if (!redis_link_idle(&l->link[i]))
			return true;
	return false;
}

static bool all_up(const struct redis_load *l)
{
	for (size_t i = 0; i < l->n_link; i++)
		if (l->link[i].lost || (l->link[i].phase != REDIS_UP && !l->link[i].parked))
			return false;
	return l->r->phase == REDIS_UP;
}

void redis_load_up(struct redis_load *l, struct redis_link *c)
{
	(void)c;
	if (l->d->phase == DRIVE_CONNECTING && all_up(l))
		drive_connected(l->d);
	redis_load_tell_back(l);
}

void redis_load_tell_back(struct redis_load *l)
{
	if (!l->losing || !all_up(l))
		return;
	l->losing = false;
	drive_event(l->d, "reconnect", "all %zu connections are back after %.1f s", l->n_link,
		    (double)(clock_boot_ns(l->d->clock) - l->lost_ns) * 1e-9);
}

void redis_load_tell_lost(struct redis_load *l, const char *why, int64_t now_ns)
{
	enum drive_phase phase = l->d->phase;

	if (phase < DRIVE_RUNNING && !(phase == DRIVE_CONNECTING && l->d->job->resumed)) {
		bool away = strstr(why, strerror(ENOENT)) || strstr(why, strerror(ECONNREFUSED));

		drive_failed(l->d, 2, "%s%s", why,
			     phase != DRIVE_CONNECTING ? " (before the workload began)"
			     : away                    ? "; is it up? --dsn says where, redis://HOST:PORT or unix:///PATH"
						       : "");
	} else if (phase <= DRIVE_RUNNING && !l->losing) {
		l->losing = true;
		l->lost_ns = now_ns;
		drive_event(l->d, "reconnect", "%s; trying again with growing pauses", why);
	}
}

static unsigned kind_of(const struct redis_load *l, const struct redis_slot *s)
{
	if (s->op == REDIS_RUN)
		return l->script_kind[s->id];
	return s->op == REDIS_SCRIPT_LOAD ? DRIVE_NO_KIND : l->kind[s->op];
}

void redis_load_dropped(struct redis_load *l, const struct redis_slot *s)
{
	if (!s->seed && s->op != REDIS_SCRIPT_LOAD && s->op != REDIS_STATEMENT)
		drive_count_errors(l->d, kind_of(l, s), 1);
}

void redis_load_refused(struct redis_load *l, const struct redis_slot *s, const char *why)
{
	char key[DRIVE_KEY];
	size_t n = strcspn(why, " ");

	if (s->seed) {
		redis_seed_refused(l, why, clock_boot_ns(l->d->clock));
		return;
	}
	snprintf(key, sizeof(key), "%.*s", (int)n, why);
	drive_error(l->d, kind_of(l, s), 1, key, "Redis refuses %s: %s", redis_commands[s->op].name, why);
}

static void flush_tally(struct redis_load *l, unsigned kind)
{
	struct redis_tally *t = &l->tally[kind];

	if (t->ops || t->rows)
		drive_did(l->d, kind, t->ops, t->rows, t->bytes, t->ns);
	*t = (struct redis_tally){ 0 };
}

static void flush_tallies(struct redis_load *l)
{
	unsigned n = atomic_load_explicit(&l->d->shared->n_kinds, memory_order_relaxed);

	for (unsigned k = 0; k < n; k++)
		flush_tally(l, k);
}

static void tally(struct redis_load *l, unsigned kind, struct redis_tally did)
{
	struct redis_tally *t = &l->tally[kind];

	if (t->ns != did.ns)
		flush_tally(l, kind);
	t->ops += did.ops;
	t->rows += did.rows;
	t->bytes += did.bytes;
	t->ns = did.ns;
}

void redis_load_message(struct redis_load *l, uint64_t bytes)
{
	tally(l, l->message_kind, (struct redis_tally){ .rows = 1, .bytes = bytes });
}

void redis_load_ended(struct redis_load *l, struct redis_link *c, const struct redis_slot *s, int64_t now_ns)
{
	const struct redis_command *command = &redis_commands[s->op];
	int64_t took = now_ns > s->start_ns ? now_ns - s->start_ns : 1;

	if (!s->failed && !s->seed)
		tally(l, l->kind[s->op],
		      (struct redis_tally){ 1, !c->seen.nil && command->most_keys != REDIS_NO_KEYS,
					    command->value + c->seen.bytes, (uint64_t)took });
	if (s->op == REDIS_CHURN && !s->seed)
		redis_load_park(l, c);
}

void redis_load_did(struct redis_load *l, unsigned kind, int64_t start_ns, uint64_t bytes, int64_t now_ns)
{
	tally(l, kind, (struct redis_tally){ 1, 0, bytes, now_ns > start_ns ? (uint64_t)(now_ns - start_ns) : 1 });
}

void redis_load_park(struct redis_load *l, struct redis_link *c)
{
	redis_link_close(l, c);
	c->parked = true;
}

void redis_load_renew(struct redis_load *l)
{
	for (size_t i = 0; i < l->n_link; i++)
		l->link[i].renew = l->link[i].phase == REDIS_UP;
}

/* Those that were told to are closed when nothing is under way, and made again at once. */
static void renew(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	if (!c->renew || !redis_link_idle(c))
		return;
	redis_link_close(l, c);
	c->try_ns = now_ns;
}

size_t redis_load_fds(const struct redis_load *l, struct pollfd *fds, size_t max)
{
	size_t n = l->n_link < max ? l->n_link : max;

	for (size_t i = 0; i < n; i++) {
		const struct redis_link *c = &l->link[i];

		fds[i] = (struct pollfd){ .fd = c->c ? c->c->fd : -1, .events = redis_link_events(c) };
	}
	return n;
}

int64_t redis_load_run(struct redis_load *l, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct drive *d = l->d;
	int64_t wake = INT64_MAX;

	for (size_t i = 0; i < n && d->phase != DRIVE_OVER; i++) {
		if ((d->phase == DRIVE_STOPPING || *l->refusal) && !l->link[i].c)
			continue; /* no new ones any more */
		redis_link_ready(l, &l->link[i], fds[i].revents, now_ns);
		renew(l, &l->link[i], now_ns);
	}
	if (d->phase == DRIVE_SETUP)
		wake = redis_seed_run(l, now_ns);
	if (d->phase == DRIVE_RUNNING)
		wake = redis_work(l, now_ns);
	else if (d->phase == DRIVE_STOPPING)
		wake = redis_clean_run(l, now_ns);
	flush_tallies(l);
	for (size_t i = 0; i < n; i++) {
		int64_t w = redis_link_wake_ns(l, &l->link[i]);

		wake = w < wake ? w : wake;
	}
	return wake;
}
#endif
