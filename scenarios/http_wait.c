/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl's sockets and its clock in the driver's loop, by the multi interface's socket callbacks: it says which descriptors it
 * waits for and when it wants to be called, and is called for these alone. An idle connection is in no list, so that a thousand
 * of them cost nothing.
 */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"

#include <stdlib.h>

#include "base/mem.h"

#define ROUNDS 4 /* an answer may be there at once: looked for so often before the loop waits */

static void forget(struct http *h, curl_socket_t fd)
{
	unsigned at = (size_t)fd < h->n_place ? h->place[fd] : 0;

	if (!at)
		return;
	h->watch[at - 1] = h->watch[--h->n_watch];
	h->place[h->watch[at - 1].fd] = at;
	h->place[fd] = 0;
}

/* CURLMOPT_SOCKETFUNCTION */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *mine)
{
	struct http *h = ctx;
	short events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
	void *watch = h->watch, *place = h->place;

	(void)easy;
	(void)mine;
	if (what == CURL_POLL_REMOVE) {
		forget(h, fd);
		return 0;
	}
	if (sk_grow(&place, &h->n_place, (size_t)fd + 1, sizeof(*h->place)) != 0)
		return -1;
	h->place = place;
	if (!h->place[fd]) {
		if (sk_grow(&watch, &h->cap_watch, h->n_watch + 1, sizeof(*h->watch)) != 0)
			return -1;
		h->watch = watch;
		h->watch[h->n_watch++].fd = fd;
		h->place[fd] = (unsigned)h->n_watch;
	}
	h->watch[h->place[fd] - 1].events = events;
	return 0;
}

/* CURLMOPT_TIMERFUNCTION: ms from now; -1: none. */
static int on_timer(CURLM *multi, long ms, void *ctx)
{
	struct http *h = ctx;

	(void)multi;
	h->timer_ns = ms < 0 ? INT64_MAX : clock_boot_ns(h->d->clock) + (int64_t)ms * 1000000;
	return 0;
}

enum sk_code http_wait_begin(struct http *h, struct sk_err *err)
{
	h->timer_ns = INT64_MAX;
	h->multi = curl_multi_init();
	if (!h->multi)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the HTTP connections");
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->n_conn);
	curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)h->n_conn);
	return SK_OK;
}

/* All messages first: libcurl looks through those that wait whenever a handle is removed. */
static unsigned take_finished(struct http *h, int64_t now_ns)
{
	struct CURLMsg *msg;
	unsigned n = 0;
	int left;

	while (n < h->n_conn && (msg = curl_multi_info_read(h->multi, &left))) {
		struct http_conn *c = NULL;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&c);
		c->result = msg->data.result;
		h->done[n++] = c->index;
	}
	for (unsigned i = 0; i < n; i++)
		http_finished(&h->conn[h->done[i]], h->conn[h->done[i]].result, now_ns);
	return n;
}

void http_wait_act(struct http *h, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	int running;

	for (size_t i = 0; i < n; i++) {
		int what = (fds[i].revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
			   (fds[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
			   (fds[i].revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);

		if (what && fds[i].fd >= 0)
			curl_multi_socket_action(h->multi, fds[i].fd, what, &running);
	}
	for (int round = 0; round < ROUNDS; round++) {
		if (h->timer_ns <= now_ns) {
			h->timer_ns = INT64_MAX;
			curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		} else if (round) {
			return;
		}
		if (!take_finished(h, now_ns))
			return;
	}
}

void http_wait_release(struct http *h)
{
	if (h->multi)
		curl_multi_cleanup(h->multi); /* closes the idle connections, and says so to on_socket() */
	h->multi = NULL;
	free(h->watch);
	free(h->place);
	h->watch = NULL;
	h->place = NULL;
}
#endif
