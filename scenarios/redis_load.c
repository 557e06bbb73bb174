/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load on a Redis: what is due goes to whoever has room, what came back is counted. See redis_load.h. */
#ifdef HAVE_HIREDIS
#include "scenarios/redis_load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "scenarios/load.h"

#define DEEP_RATE   500  /* operations/s per connection above which one round trip each no longer suffices */
#define HELD_MOST   1000 /* writes passed over in a row while writing is on hold; then there is nothing else */
#define SPARE_FILES 64

/* Beyond the usual soft limit of 1024 lies a hard one that soakd may use. */
static void raise_files(size_t n)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= n + SPARE_FILES)
		return;
	r.rlim_cur = r.rlim_max < n + SPARE_FILES ? r.rlim_max : n + SPARE_FILES;
	setrlimit(RLIMIT_NOFILE, &r);
}

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
	for (size_t i = 0; i < job->n_work; i++)
		if (job->work[i].script)
			return sk_fail(err, SK_EUSAGE, 0, "%s: scripts of redis commands cannot be run yet", job->work[i].file);
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
	if (rc != SK_OK || !load) {
		redis_load_close(l);
		return rc;
	}
	name_kinds(l, listen);
	raise_files(l->n_link);
	*out = l;
	return SK_OK;
}

void redis_load_close(struct redis_load *l)
{
	for (size_t i = 0; l && l->link && i < l->n_link; i++) {
		redis_link_release(&l->link[i]);
		text_release(&l->link[i].out);
	}
	if (!l)
		return;
	free(l->link);
	free(l->slots);
	free(l->in);
	free(l->pool);
	free(l);
}

static bool is_idle(const struct redis_link *c)
{
	return c->n == 0 && !c->first;
}

bool redis_load_busy(const struct redis_load *l)
{
	for (size_t i = 0; i < l->n_worker; i++)
		if (!is_idle(&l->link[i]))
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
		drive_failed(l->d, 2, phase == DRIVE_CONNECTING ? "%s" : "%s (before the workload began)", why);
	} else if (phase <= DRIVE_RUNNING && !l->losing) {
		l->losing = true;
		l->lost_ns = now_ns;
		drive_event(l->d, "reconnect", "%s; trying again with growing pauses", why);
	}
}

static unsigned kind_of(const struct redis_load *l, const struct redis_slot *s)
{
	return s->op == REDIS_SCRIPT_LOAD ? DRIVE_NO_KIND : l->kind[s->op];
}

void redis_load_dropped(struct redis_load *l, const struct redis_slot *s)
{
	if (!s->seed && s->op != REDIS_SCRIPT_LOAD)
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
	if (s->op != REDIS_CHURN || s->seed)
		return;
	redis_link_close(l, c);
	c->parked = true;
}

/* The next operation, drawn but not started. */
static const struct redis_next *draw(struct redis_load *l)
{
	struct redis_next *x = &l->next;

	if (x->drawn)
		return x;
	x->drawn = true;
	x->work = drive_pick(l->d);
	x->op = redis_share(l->profile[x->work], rng_below(&l->rng, 100));
	if (redis_commands[x->op].most_keys == REDIS_NO_KEYS)
		x->id = x->op == REDIS_EVAL ? atomic_fetch_add(&l->d->shared->next_id, 1) : rng_next(&l->rng) >> 32;
	else
		x->id = rng_below(&l->rng, redis_keys(&redis_commands[x->op], l->d->job->rows));
	return x;
}

/* How many of a profile may be under way on a connection. */
static size_t depth_of(const struct redis_load *l, const struct redis_profile *p)
{
	double per_s = l->d->turns.per_s;

	if (p->reconnects)
		return 1;
	if (l->d->job->depth || p->depth)
		return l->d->job->depth ? l->d->job->depth : p->depth;
	return isinf(per_s) || per_s / (double)l->n_worker > DEEP_RATE ? REDIS_DEEP : 1;
}

static bool has_room(const struct redis_link *c, const struct redis_profile *p, size_t depth)
{
	if (c->renew)
		return false;
	if (p->reconnects || p->together || c->parked)
		return is_idle(c) && (c->phase == REDIS_UP || c->parked);
	return c->phase == REDIS_UP && c->n < depth;
}

/* The next in turn that has room among those that take part, or NULL: an answer will wake us. */
static struct redis_link *next_free(struct redis_load *l, const struct redis_profile *p, size_t depth)
{
	size_t part = turns_connections(&l->d->turns), n = part < l->n_worker ? part : l->n_worker;

	for (size_t i = 0; i < n; i++) {
		struct redis_link *c = &l->link[l->turn < n ? l->turn : 0];

		l->turn = l->turn + 1 < n ? l->turn + 1 : 0;
		if (has_room(c, p, depth))
			return c;
	}
	return NULL;
}

/* A connection for this operation alone, or one that was closed for such: what is to be done waits until it is made. */
static void connect_first(struct redis_load *l, struct redis_link *c, struct redis_slot s, int64_t now_ns)
{
	if (c->phase == REDIS_UP)
		redis_link_close(l, c);
	c->waiting = s;
	c->first = true;
	redis_link_start(l, c, now_ns);
}

/* Gives a connection what is due, as much as it has room for; returns how many. */
static uint64_t start(struct redis_load *l, struct redis_link *c, uint64_t due, int64_t now_ns)
{
	const struct redis_profile *p = l->profile[draw(l)->work];
	size_t depth = depth_of(l, p);
	uint64_t n = 0, most = p->together && due < depth ? depth : due;

	do {
		const struct redis_next *x = draw(l);
		struct redis_slot s = { .op = (uint8_t)x->op, .id = x->id, .start_ns = now_ns };

		if (l->profile[x->work] != p || (l->d->holding && redis_commands[x->op].writes))
			break;
		l->next.drawn = false;
		n++;
		if (p->reconnects || c->parked) {
			connect_first(l, c, s, now_ns);
			return n;
		}
		redis_link_put(l, c, s);
	} while (n < most && c->n < depth);
	redis_link_flush(l, c, now_ns);
	return n;
}

/* Sends what is due; returns when more is. */
static int64_t work(struct redis_load *l, int64_t now_ns)
{
	uint64_t due = drive_due(l->d, now_ns), held = 0;

	while (due > 0) {
		const struct redis_profile *p = l->profile[draw(l)->work];
		struct redis_link *c;
		uint64_t n = 1;

		if (l->d->holding && redis_commands[l->next.op].writes) {
			l->next.drawn = false; /* its time passes */
			if (++held > HELD_MOST)
				return now_ns + NS_PER_S;
		} else {
			c = next_free(l, p, depth_of(l, p));
			if (!c)
				return INT64_MAX;
			n = start(l, c, due, now_ns);
		}
		drive_take(l->d, n);
		due -= n < due ? n : due;
	}
	return drive_next_ns(l->d);
}

void redis_load_renew(struct redis_load *l)
{
	for (size_t i = 0; i < l->n_link; i++)
		l->link[i].renew = l->link[i].phase == REDIS_UP;
}

/* Those that were told to are closed when nothing is under way, and made again at once. */
static void renew(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	if (!c->renew || !is_idle(c))
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
		if (d->phase == DRIVE_STOPPING && !l->link[i].c)
			continue; /* no new ones any more */
		redis_link_ready(l, &l->link[i], fds[i].revents, now_ns);
		renew(l, &l->link[i], now_ns);
	}
	if (d->phase == DRIVE_SETUP)
		wake = redis_seed_run(l, now_ns);
	if (d->phase == DRIVE_RUNNING)
		wake = work(l, now_ns);
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
