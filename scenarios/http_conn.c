/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request on one connection: see http.h. A handle keeps its settings, so that the same request again sets nothing. */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MS    30000L /* from its start to the last byte of the answer */
#define RECEIVE_BYTES 4096   /* the kernel's buffer of a slow reader: else it takes in what nobody reads */

/* What is wrong with it, for counting; others are "CURLE_n". */
static const struct {
	CURLcode rc;
	const char *key;
} keys[] = {
	{ CURLE_COULDNT_CONNECT, "COULDNT_CONNECT" }, { CURLE_OPERATION_TIMEDOUT, "TIMEDOUT" },
	{ CURLE_SEND_ERROR, "SEND_ERROR" },           { CURLE_RECV_ERROR, "RECV_ERROR" },
	{ CURLE_GOT_NOTHING, "GOT_NOTHING" },         { CURLE_PARTIAL_FILE, "PARTIAL_FILE" },
	{ CURLE_WEIRD_SERVER_REPLY, "WEIRD_REPLY" },  { CURLE_UNSUPPORTED_PROTOCOL, "NO_HTTP" },
	{ CURLE_SSL_CONNECT_ERROR, "SSL_CONNECT" },   { CURLE_PEER_FAILED_VERIFICATION, "PEER_VERIFY" },
	{ CURLE_OUT_OF_MEMORY, "OUT_OF_MEMORY" },
};

const char *http_error_key(CURLcode rc, char buf[DRIVE_KEY])
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].rc == rc)
			return keys[i].key;
	snprintf(buf, DRIVE_KEY, "CURLE_%u", (unsigned)rc % 1000);
	return buf;
}

/* ---- what libcurl calls ------------------------------------------------------------------------------------------------ */

/* The body of an answer: counted and dropped. */
static size_t on_body(char *data, size_t one, size_t n, void *ctx)
{
	(void)data;
	(void)one;
	((struct http_conn *)ctx)->bytes += n;
	return n;
}

/* The first line of an answer has come: enough of it. Anything but n makes libcurl close the connection. */
static size_t on_header_cut(char *data, size_t one, size_t n, void *ctx)
{
	(void)data;
	(void)one;
	(void)n;
	(void)ctx;
	return 0;
}

/* Of the first request: who answers. */
static size_t on_header_server(char *data, size_t one, size_t n, void *ctx)
{
	static const char name[] = "Server:";
	struct http *h = ((struct http_conn *)ctx)->h;
	size_t skip = sizeof(name) - 1;

	(void)one;
	if (n > skip && strncasecmp(data, name, skip) == 0) {
		while (skip < n && data[skip] == ' ')
			skip++;
		snprintf(h->product, sizeof(h->product), "%.*s", (int)(n - skip), data + skip);
		h->product[strcspn(h->product, "\r\n")] = '\0';
	}
	return n;
}

/* Half of the body that was announced, then no more. */
static size_t on_half_body(char *buf, size_t one, size_t n, void *ctx)
{
	struct http_conn *c = ctx;
	size_t half = one * n < HTTP_BODY / 2 ? one * n : HTTP_BODY / 2;

	if (c->cut)
		return CURL_READFUNC_ABORT;
	c->cut = true;
	memcpy(buf, c->h->body, half);
	c->bytes += half;
	return half;
}

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_conn *c = ctx;
	struct drive_shared *shared = c->h->d->shared;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol), small = RECEIVE_BYTES;

	(void)purpose;
	if (fd == -1)
		return CURL_SOCKET_BAD;
	if (c->step == HTTP_SLOW)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	c->fd = fd;
	drive_count(&shared->connects, 1);
	if (c->failed)
		drive_count(&shared->reconnects, 1);
	c->failed = false;
	atomic_fetch_add_explicit(&shared->connections, 1, memory_order_relaxed);
	return fd;
}

static int on_close(void *ctx, curl_socket_t fd)
{
	struct http_conn *c = ctx;

	if (c->fd == fd)
		c->fd = -1;
	atomic_fetch_sub_explicit(&c->h->d->shared->connections, 1, memory_order_relaxed);
	return close(fd);
}

/* ---- a connection ------------------------------------------------------------------------------------------------------ */

static void set_up(struct http_conn *c)
{
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "soakd");
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, REQUEST_MS);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, REQUEST_MS);
	curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, 365 * 86400L); /* how long a connection is kept is the server's to say */
	curl_easy_setopt(e, CURLOPT_CONNECT_TO, c->pin);
	curl_easy_setopt(e, CURLOPT_RESOLVE, c->resolve);
	curl_easy_setopt(e, CURLOPT_DNS_CACHE_TIMEOUT, -1L); /* else libcurl looks through all addresses after each request */
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_half_body);
	curl_easy_setopt(e, CURLOPT_READDATA, c);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
	curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, c);
}

enum sk_code http_conn_begin(struct http *h, unsigned index, struct sk_err *err)
{
	struct http_conn *c = &h->conn[index];
	char to[64], resolve[HTTP_HOST + 64];

	c->h = h;
	c->index = index;
	c->fd = -1;
	c->set = HTTP_NOTHING_SET;
	c->until_ns = INT64_MAX;
	snprintf(to, sizeof(to), "::c%u.soakd:", index);
	snprintf(resolve, sizeof(resolve), "c%u.soakd:%u:%s", index, h->at.port, h->server);
	c->easy = curl_easy_init();
	c->pin = curl_slist_append(NULL, to);
	c->resolve = curl_slist_append(NULL, resolve);
	if (!c->easy || !c->pin || !c->resolve)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %u HTTP connections", h->n_conn);
	set_up(c);
	return SK_OK;
}

/* Back to a plain GET of the address. */
static void reset(struct http_conn *c)
{
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_POSTFIELDS, NULL); /* this alone would mean POST */
	curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, NULL);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, NULL); /* with it alone headers would go to on_body() */
	curl_easy_setopt(e, CURLOPT_URL, c->h->url);
	if (c->set == HTTP_SLOW) {
		curl_easy_setopt(e, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
		curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)CURL_MAX_WRITE_SIZE);
	}
}

static void set_step(struct http_conn *c, unsigned step)
{
	CURL *e = c->easy;
	struct http *h = c->h;

	reset(c);
	if (step == HTTP_CLOSE) {
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, h->close_headers);
	} else if (step == HTTP_POST || step == HTTP_CUT_REQUEST) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)HTTP_BODY);
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, h->post_headers);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, step == HTTP_POST ? h->body : NULL); /* NULL: on_half_body() is asked */
	} else if (step == HTTP_CUT_ANSWER) {
		curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header_cut);
		curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	} else if (step == HTTP_SLOW) {
		curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 1024L);
	}
	c->set = step;
}

static void start_slowly(struct http_conn *c, int64_t now_ns)
{
	int small = RECEIVE_BYTES;

	if (c->fd != -1)
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	curl_easy_setopt(c->easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)HTTP_SLOW_BYTES);
	c->slow = true;
	c->until_ns = now_ns + HTTP_SLOW_S * (int64_t)NS_PER_S;
	if (c->until_ns < c->h->pauses_ns)
		c->h->pauses_ns = c->until_ns;
}

static void go(struct http_conn *c)
{
	struct http *h = c->h;

	c->busy = true;
	c->cut = false;
	*c->why = '\0';
	h->n_busy++;
	curl_multi_add_handle(h->multi, c->easy);
}

void http_conn_start(struct http_conn *c, unsigned step, const char *url, int64_t now_ns)
{
	c->step = step;
	c->bytes = step == HTTP_POST ? HTTP_BODY : 0;
	if (c->set != step)
		set_step(c, step);
	if (url)
		curl_easy_setopt(c->easy, CURLOPT_URL, url);
	if (c->h->probing) {
		curl_easy_setopt(c->easy, CURLOPT_HEADERFUNCTION, on_header_server);
		curl_easy_setopt(c->easy, CURLOPT_HEADERDATA, c);
	}
	if (step == HTTP_SLOW)
		start_slowly(c, now_ns);
	curl_easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, step == HTTP_CLOSE ? 1L : 0L);
	curl_easy_setopt(c->easy, CURLOPT_FORBID_REUSE, step == HTTP_CLOSE ? 1L : 0L);
	go(c);
}

bool http_method_reads(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

void http_conn_start_scripted(struct http_conn *c, const char *method, const char *url, const char *body, size_t n_body)
{
	CURL *e = c->easy;
	bool head = strcmp(method, "HEAD") == 0;

	reset(c);
	c->set = c->step = HTTP_SCRIPTED;
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 0L);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 0L);
	curl_easy_setopt(e, CURLOPT_URL, url);
	if (body) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)n_body);
		curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, body);
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->h->script_headers);
		c->bytes += n_body;
	}
	if (head && !body)
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
	go(c);
}

void http_conn_hurry(struct http_conn *c)
{
	if (!c->slow)
		return;
	c->slow = false;
	c->until_ns = INT64_MAX;
	curl_easy_setopt(c->easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
}

/*
 * libcurl has no call that closes an idle connection of its pool; a socket that was shut down it finds dead, and makes a new one.
 */
void http_conn_disconnect(struct http_conn *c)
{
	if (c->busy)
		curl_easy_setopt(c->easy, CURLOPT_FORBID_REUSE, 1L);
	else if (c->fd != -1)
		shutdown(c->fd, SHUT_RDWR);
}

void http_conn_abandon(struct http_conn *c)
{
	if (!c->busy)
		return;
	curl_multi_remove_handle(c->h->multi, c->easy);
	c->busy = false;
	c->h->n_busy--;
}

void http_conn_release(struct http_conn *c)
{
	if (c->easy)
		curl_easy_cleanup(c->easy);
	curl_slist_free_all(c->pin);
	curl_slist_free_all(c->resolve);
	c->easy = NULL;
	c->pin = c->resolve = NULL;
}
#endif
