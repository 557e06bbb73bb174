/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to an HTTP service over N connections: the scenario. Its parts are named in http.h. */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"
#include "scenarios/registry.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "scenarios/load.h"

#define STOP_NS (5 * (int64_t)NS_PER_S) /* for the requests under way when the run ends */

/* ---- beginning --------------------------------------------------------------------------------------------------------- */

static enum sk_code find_address(struct http *h, struct sk_err *err)
{
	const struct drive_job *job = h->d->job;
	char dsn[HTTP_HOST + 16];

	if (job->dsn && *job->dsn)
		return http_address_parse(job->dsn, &h->at, err);
	if (!job->host || !*job->host || !*job->port)
		return sk_fail(err, SK_EUSAGE, 0, "cannot tell where the service listens; say it: --dsn http://127.0.0.1:8080/");
	snprintf(dsn, sizeof(dsn), strchr(job->host, ':') ? "http://[%.200s]:%s/" : "http://%.200s:%s/", job->host, job->port);
	return http_address_parse(dsn, &h->at, err);
}

/*
 * The numeric address that is connected to. A name is looked up once, here, before the load begins: the answer holds for the run.
 */
static enum sk_code find_server(struct http *h, struct sk_err *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found = NULL;
	int rc = 0;

	if (*h->at.ip) {
		snprintf(h->server, sizeof(h->server), "%s", h->at.ip);
		return SK_OK;
	}
	rc = getaddrinfo(h->at.host, NULL, &hints, &found);
	if (rc == 0)
		rc = getnameinfo(found->ai_addr, found->ai_addrlen, h->server, sizeof(h->server), NULL, 0, NI_NUMERICHOST);
	if (found)
		freeaddrinfo(found);
	if (rc != 0)
		return sk_fail(err, SK_EUSAGE, 0, "--dsn: the host %s has no address: %s", h->at.host, gai_strerror(rc));
	return SK_OK;
}

static enum sk_code make_shared(struct http *h, struct sk_err *err)
{
	uint64_t digits = h->d->job->seed;

	h->close_headers = curl_slist_append(NULL, "Connection: close");
	h->post_headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/octet-stream"), "Expect:");
	h->script_headers = curl_slist_append(NULL, "Expect:");
	h->body = sk_calloc(1, HTTP_BODY + 1);
	h->conn = sk_calloc(h->n_conn, sizeof(*h->conn));
	h->ring = sk_calloc(h->n_conn, sizeof(*h->ring));
	h->aside = sk_calloc(h->n_conn, sizeof(*h->aside));
	h->done = sk_calloc(h->n_conn, sizeof(*h->done));
	if (!h->close_headers || !h->post_headers || !h->script_headers || !h->body || !h->conn || !h->ring || !h->aside ||
	    !h->done)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %u HTTP connections", h->n_conn);
	for (size_t i = 0; i < HTTP_BODY; i++)
		h->body[i] = "0123456789abcdef"[rng_next(&digits) & 15];
	return SK_OK;
}

static enum sk_code find_work(struct http *h, struct sk_err *err)
{
	const struct drive_job *job = h->d->job;

	for (size_t i = 0; i < job->n_work; i++) {
		if (job->work[i].script)
			h->work_kind[i] = drive_kind(h->d, job->work[i].name);
		else if (!(h->profile[i] = http_profile_find(job->work[i].profile)))
			return sk_fail(err, SK_EUSAGE, 0, "the scenario http has no profile \"%s\"", job->work[i].profile);
		for (unsigned step = 0; h->profile[i] && step < HTTP_STEPS; step++)
			if (h->profile[i]->share[step])
				h->kind[step] = drive_kind(h->d, http_step_kind[step]);
		if (h->profile[i] && h->profile[i]->share[HTTP_SLOW]) /* of the other half of the connections */
			h->kind[HTTP_GET] = drive_kind(h->d, http_step_kind[HTTP_GET]);
	}
	return http_script_begin(h, err);
}

static enum sk_code http_open(struct drive *d, void *state, struct sk_err *err)
{
	struct http *h = state;
	enum sk_code rc;

	h->d = d;
	h->n_conn = h->limit = d->job->connections;
	h->rng = d->job->seed;
	h->deadline_ns = h->pauses_ns = INT64_MAX;
	rc = find_address(h, err);
	if (rc == SK_OK)
		rc = find_server(h, err);
	if (rc == SK_OK)
		rc = make_shared(h, err);
	if (rc == SK_OK)
		rc = http_wait_begin(h, err);
	if (rc != SK_OK)
		return rc;
	http_address_url(&h->at, NULL, h->url, sizeof(h->url));
	for (unsigned i = 0; i < h->n_conn && rc == SK_OK; i++) {
		rc = http_conn_begin(h, i, err);
		h->ring[h->n_ring++] = i;
	}
	if (rc == SK_OK)
		rc = find_work(h, err);
	if (rc == SK_OK)
		drive_connected(d);
	return rc;
}

void http_ready(struct http *h)
{
	struct drive *d = h->d;

	h->probing = false;
	if (*h->product)
		drive_say(d, "info version %s", h->product);
	drive_ready(d);
	if (!h->at.loopback)
		drive_event(
			d, "error",
			"--dsn names %s, which is not on the loopback: whether the service there is the one watched cannot be "
			"known, and the load goes over a network",
			h->at.host);
}

/* One request before the run begins tells a wrong address from a service that fails later. A driver's successor needs none. */
static void http_go(struct drive *d, void *state)
{
	struct http *h = state;

	if (d->job->resumed) {
		http_ready(h);
		return;
	}
	h->probing = true;
	h->n_ring--;
	h->ring_first = 1 % h->n_conn;
	http_conn_start(&h->conn[0], HTTP_GET, NULL, clock_boot_ns(d->clock));
}

/* ---- who may start ----------------------------------------------------------------------------------------------------- */

static void push(struct http *h, unsigned i)
{
	h->ring[(h->ring_first + h->n_ring++) % h->n_conn] = i;
}

/* The connection that has waited longest, of those that take part in this phase; NULL: none is free. */
static struct http_conn *pop(struct http *h)
{
	while (h->n_ring) {
		unsigned i = h->ring[h->ring_first];

		h->ring_first = (h->ring_first + 1) % h->n_conn;
		h->n_ring--;
		if (i < h->limit)
			return &h->conn[i];
		h->aside[h->n_aside++] = i;
	}
	return NULL;
}

static void follow_limit(struct http *h)
{
	unsigned limit = turns_connections(&h->d->turns);

	if (limit == h->limit)
		return;
	h->limit = limit;
	while (h->n_aside)
		push(h, h->aside[--h->n_aside]);
}

void http_free(struct http_conn *c)
{
	push(c->h, c->index);
}

void http_pause(struct http_conn *c, int64_t until_ns)
{
	c->until_ns = until_ns;
	if (until_ns < c->h->pauses_ns)
		c->h->pauses_ns = until_ns;
}

/* Connections whose pause, or slowness, is over. */
static void end_pauses(struct http *h, int64_t now_ns)
{
	int64_t first = INT64_MAX;

	if (now_ns < h->pauses_ns)
		return;
	for (unsigned i = 0; i < h->n_conn; i++) {
		struct http_conn *c = &h->conn[i];

		if (c->until_ns > now_ns) {
			first = c->until_ns < first ? c->until_ns : first;
			continue;
		}
		c->until_ns = INT64_MAX;
		if (c->busy)
			http_conn_hurry(c);
		else if (!c->in_script)
			push(h, i);
		else {
			h->n_asleep--;
			if (!http_script_step(c, now_ns))
				push(h, i);
		}
		first = c->until_ns < first ? c->until_ns : first;
	}
	h->pauses_ns = first;
}

static bool writes(unsigned step)
{
	return step == HTTP_POST || step == HTTP_CUT_REQUEST;
}

static void start(struct http *h, struct http_conn *c, int64_t now_ns)
{
	char path[64], url[HTTP_URL];
	unsigned step;

	c->work = drive_pick(h->d);
	c->begin_ns = now_ns;
	if (h->script[c->work]) {
		c->bytes = 0;
		if (!http_script_step(c, now_ns))
			http_free(c);
		return;
	}
	step = http_profile_step(h->profile[c->work], &h->rng, c->index);
	if (h->d->holding && writes(step))
		step = HTTP_GET;
	if (step != HTTP_MISSING) {
		http_conn_start(c, step, NULL, now_ns);
		return;
	}
	snprintf(path, sizeof(path), "/soakd-no-such-page-%016llx", (unsigned long long)rng_next(&h->rng));
	http_conn_start(c, step, http_address_url(&h->at, path, url, sizeof(url)), now_ns);
}

static void start_due(struct http *h, int64_t now_ns)
{
	uint64_t due = drive_due(h->d, now_ns);
	unsigned most = h->n_conn;
	struct http_conn *c;

	follow_limit(h);
	while (due && most-- && (c = pop(h))) {
		drive_take(h->d, 1);
		due--;
		start(h, c, now_ns);
	}
}

/* ---- the scenario ------------------------------------------------------------------------------------------------------ */

static size_t http_fds(struct drive *d, void *state, struct pollfd *fds, size_t max)
{
	const struct http *h = state;
	size_t n = h->n_watch < max ? h->n_watch : max;

	(void)d;
	if (n)
		memcpy(fds, h->watch, n * sizeof(*fds));
	return n;
}

static bool http_busy(const struct drive *d, const void *state)
{
	const struct http *h = state;

	(void)d;
	return h->n_busy || h->n_asleep;
}

/* Nobody is slow when the phase, or the run, is to end. */
static void hurry_all(struct http *h)
{
	for (unsigned i = 0; i < h->n_conn; i++)
		http_conn_hurry(&h->conn[i]);
}

static int64_t wake_ns(const struct http *h)
{
	int64_t wake = h->n_ring && h->d->phase == DRIVE_RUNNING ? drive_next_ns(h->d) : INT64_MAX;

	wake = h->timer_ns < wake ? h->timer_ns : wake;
	wake = h->pauses_ns < wake ? h->pauses_ns : wake;
	return h->deadline_ns < wake ? h->deadline_ns : wake;
}

static int64_t http_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct http *h = state;

	http_wait_act(h, fds, n, now_ns);
	end_pauses(h, now_ns);
	if (d->phase == DRIVE_RUNNING) {
		start_due(h, now_ns);
		http_wait_act(h, NULL, 0, h->timer_ns < INT64_MAX ? clock_boot_ns(d->clock) : now_ns); /* they go out */
		if (d->turns.draining && h->n_busy)
			hurry_all(h);
	}
	if (d->phase == DRIVE_STOPPING && (!h->n_busy || now_ns >= h->deadline_ns))
		drive_done(d);
	return wake_ns(h);
}

static bool http_inject(struct drive *d, void *state, const char *what)
{
	struct http *h = state;

	if (strcmp(what, "reconnect") != 0)
		return false;
	for (unsigned i = 0; i < h->n_conn; i++)
		http_conn_disconnect(&h->conn[i]);
	drive_event(d, "reconnect", "all connections are closed and made again");
	return true;
}

static void http_stop(struct drive *d, void *state)
{
	struct http *h = state;

	h->deadline_ns = clock_boot_ns(d->clock) + STOP_NS;
	hurry_all(h);
}

static void http_close(struct drive *d, void *state)
{
	struct http *h = state;

	h->d = d;
	for (unsigned i = 0; h->conn && i < h->n_conn; i++) {
		if (h->conn[i].h)
			http_conn_abandon(&h->conn[i]);
		http_conn_release(&h->conn[i]);
	}
	http_script_release(h);
	http_wait_release(h);
	curl_slist_free_all(h->close_headers);
	curl_slist_free_all(h->post_headers);
	curl_slist_free_all(h->script_headers);
	free(h->body);
	free(h->ring);
	free(h->aside);
	free(h->done);
	free(h->conn);
}

const struct scenario scenario_http = {
	.name = "http",
	.state_size = sizeof(struct http),
	.open = http_open,
	.go = http_go,
	.fds = http_fds,
	.run = http_run,
	.busy = http_busy,
	.inject = http_inject,
	.stop = http_stop,
	.close = http_close,
};
#endif
