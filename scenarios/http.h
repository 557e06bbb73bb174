/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the scenario http: N connections, each with at most one request under way.
 *
 *   http.c          the scenario: its stages, what starts when
 *   http_end.c      how a request ended, and what its connection does next
 *   http_conn.c     one request on one connection: what libcurl is told, and what it hands over
 *   http_wait.c     libcurl's sockets and its clock, for the driver's loop
 *   http_script.c   a request that is a step of a user's script
 *   http_profile.c  what the profiles do       http_address.c  where
 *
 * libcurl keeps all connections in one pool and would take whichever is free. Here a request belongs to a connection: each handle
 * asks for a host name of its own ("c17.soakd", never looked up), so that a thousand connections are a thousand. The Host header
 * and the certificate's name stay those of the address.
 * Only this one server is ever reached: no redirect is followed, no proxy used.
 */
#ifndef SCENARIOS_HTTP_H
#define SCENARIOS_HTTP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "scenarios/http_address.h"
#include "scenarios/http_profile.h"
#include "scenarios/scenario.h"

struct script;
struct script_run;
struct http;

/* A request that a script asks for, apart from the steps of profiles. */
#define HTTP_SCRIPTED HTTP_STEPS
/* What a handle is set up for before its first request. */
#define HTTP_NOTHING_SET (HTTP_STEPS + 1)

struct http_conn {
	struct http *h;
	CURL *easy;
	struct curl_slist *pin, *resolve; /* its own host name, and that name's address */
	unsigned index;
	int fd; /* its socket, -1: none */
	bool busy, failed /* the last request broke the connection */, slow;
	CURLcode result;        /* of the request that has just ended */
	size_t work;            /* which of the job's */
	unsigned step, set;     /* under way; what the handle is set up for */
	uint64_t bytes;         /* of bodies, of the operation under way */
	bool cut;               /* half of the body was given */
	int64_t begin_ns;       /* of a script's run */
	int64_t until_ns;       /* busy: the end of slowness; else of the pause. INT64_MAX: neither */
	double pause_s;         /* after the next failure; 0: the last one went well */
	struct script_run *run; /* NULL: no scripts */
	bool in_script;         /* a run of its script has begun and not ended */
	char why[CURL_ERROR_SIZE];
};

struct http {
	struct drive *d;
	struct http_address at;
	char server[HTTP_HOST]; /* the address to connect to */
	char url[HTTP_URL];     /* what is asked for */
	char product[128];      /* the first answer's Server: */
	CURLM *multi;
	struct curl_slist *close_headers, *post_headers, *script_headers;
	char *body;
	struct http_conn *conn;
	unsigned n_conn;
	/* who may start a request: a ring of places in conn, oldest first; those beyond the phase's number stand aside */
	unsigned *done; /* places of those whose request has just ended */
	unsigned *ring, *aside, ring_first, n_ring, n_aside, limit;
	unsigned n_busy, n_asleep; /* requests under way; runs of scripts between two of theirs */
	const struct http_profile *profile[JOB_MAX_WORK];
	struct script *script[JOB_MAX_WORK];
	struct text word[3]; /* of a script's request: method, URL, body */
	unsigned kind[HTTP_STEPS], work_kind[JOB_MAX_WORK];
	uint64_t rng;
	bool probing, lost;
	int64_t lost_ns;
	int64_t timer_ns;     /* libcurl's */
	int64_t pauses_ns;    /* the first until_ns of all connections */
	int64_t deadline_ns;  /* of stopping */
	struct pollfd *watch; /* libcurl's sockets, dense */
	size_t n_watch, cap_watch;
	unsigned *place; /* by descriptor: 1 + place in watch; 0: none */
	size_t n_place;
};

/* http_wait.c. begin: SK_ENOMEM. act: libcurl works on what has come and what is due; afterwards http_finished() was called. */
enum sk_code http_wait_begin(struct http *h, struct sk_err *err);
void http_wait_act(struct http *h, const struct pollfd *fds, size_t n, int64_t now_ns);
void http_wait_release(struct http *h);

/* http_conn.c. begin: SK_ENOMEM. start: a request of this step goes out; url: another than h->url, or NULL. */
enum sk_code http_conn_begin(struct http *h, unsigned index, struct sk_err *err);
void http_conn_start(struct http_conn *c, unsigned step, const char *url, int64_t now_ns);
/* A script's request: method and body (NULL: none) are copied. */
void http_conn_start_scripted(struct http_conn *c, const char *method, const char *url, const char *body, size_t n_body);
bool http_method_reads(const char *method);     /* GET, HEAD, OPTIONS: nothing is written by it */
void http_conn_hurry(struct http_conn *c);      /* a slow reader takes the rest at once */
void http_conn_disconnect(struct http_conn *c); /* now, or when the request under way has ended */
void http_conn_abandon(struct http_conn *c);    /* the request under way is given up */
void http_conn_release(struct http_conn *c);
const char *http_error_key(CURLcode rc, char buf[DRIVE_KEY]); /* "TIMEDOUT"; "CURLE_77" of a rare one, in buf */

/* http.c. ready: the first request was answered. free: c may start another. pause: c does nothing until then. */
void http_ready(struct http *h);
void http_free(struct http_conn *c);
void http_pause(struct http_conn *c, int64_t until_ns);

/* http_end.c: the request of c has ended; it is counted, and c goes on. */
void http_finished(struct http_conn *c, CURLcode rc, int64_t now_ns);

/*
 * http_script.c. begin: parses the scripts of the job.
 * step: the next request of the run, or its end: false, then the run is counted.
 */
enum sk_code http_script_begin(struct http *h, struct sk_err *err);
bool http_script_step(struct http_conn *c, int64_t now_ns);
void http_script_failed(struct http_conn *c);
void http_script_release(struct http *h);

#endif
