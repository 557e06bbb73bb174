/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a request over HTTP ended: an answer that was wanted, a refusal, a broken connection; and what the connection does next. */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/pace.h"

#define PAUSE_FIRST_S 0.1 /* after a failure, before the connection is used again */
#define PAUSE_MAX_S   5.0

/* Why libcurl failed, without the host name that is ours alone. */
static const char *reason(struct http_conn *c, CURLcode rc)
{
	long sys = 0;

	if (rc == CURLE_COULDNT_CONNECT && curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &sys) == CURLE_OK && sys)
		return strerror((int)sys);
	return *c->why && !strstr(c->why, ".soakd") ? c->why : curl_easy_strerror(rc);
}

static void probed(struct http_conn *c, CURLcode rc)
{
	struct http *h = c->h;

	if (rc == CURLE_OK || h->d->phase != DRIVE_SETUP) {
		c->set = HTTP_NOTHING_SET; /* it looked at headers */
		http_ready(h);
		return;
	}
	drive_failed(h->d, 2, "no answer from %s: %s%s", h->url, reason(c, rc),
		     rc == CURLE_PEER_FAILED_VERIFICATION ? "; is its authority known to this machine (SSL_CERT_FILE)?" : "");
}

/* Said once for all connections: a server that stops loses them together. */
static void say_lost(struct http *h, const char *why, int64_t now_ns)
{
	if (h->lost || h->d->phase != DRIVE_RUNNING)
		return;
	h->lost = true;
	h->lost_ns = now_ns;
	drive_event(h->d, "reconnect", "cannot connect to %s: %s; trying again with growing pauses", h->url, why);
}

static void say_back(struct http *h, int64_t now_ns)
{
	if (!h->lost)
		return;
	h->lost = false;
	drive_event(h->d, "reconnect", "%s answers again after %.1f s", h->url, (double)(now_ns - h->lost_ns) * 1e-9);
}

static bool was_cut(unsigned step, CURLcode rc)
{
	return (step == HTTP_CUT_ANSWER && rc == CURLE_WRITE_ERROR) ||
	       (step == HTTP_CUT_REQUEST && rc == CURLE_ABORTED_BY_CALLBACK);
}

/* Is that status what the step wanted? A request that was to be cut and was not has been served. */
static bool is_wanted(unsigned step, long status)
{
	if (step == HTTP_MISSING)
		return status == 404 || status == 410;
	return status < 400 || step == HTTP_CUT_ANSWER || step == HTTP_CUT_REQUEST;
}

static void answered(struct http_conn *c, unsigned kind, long status, int64_t now_ns)
{
	struct http *h = c->h;
	char key[DRIVE_KEY];
	curl_off_t us = 0;

	c->pause_s = 0;
	say_back(h, now_ns);
	if (is_wanted(c->step, status)) {
		curl_easy_getinfo(c->easy, CURLINFO_TOTAL_TIME_T, &us);
		drive_did(h->d, kind, 1, 0, c->bytes, us > 0 ? (uint64_t)us * 1000 : 1000);
		return;
	}
	snprintf(key, sizeof(key), "HTTP %u", (unsigned)status % 1000);
	drive_error(h->d, kind, 1, key,
		    status < 400 ? "%s: answered for a page that is not there" : "%s: the service refuses the request",
		    http_step_kind[c->step]);
}

static void broke(struct http_conn *c, unsigned kind, CURLcode rc, int64_t now_ns)
{
	char key[DRIVE_KEY];

	drive_error(c->h->d, kind, 1, http_error_key(rc, key), "%s %s: %s",
		    c->step < HTTP_STEPS ? http_step_kind[c->step] : c->h->d->job->work[c->work].name, c->h->url, reason(c, rc));
	if (rc == CURLE_COULDNT_CONNECT)
		say_lost(c->h, reason(c, rc), now_ns);
	c->failed = true;
	http_pause(c, now_ns + (int64_t)(pace_retry(&c->pause_s, PAUSE_FIRST_S, PAUSE_MAX_S, 1) * NS_PER_S));
}

/* A request of a script was answered: the next one, or the run's end. true: the connection has something to do. */
static bool go_on(struct http_conn *c, long status, int64_t now_ns)
{
	char key[DRIVE_KEY];

	say_back(c->h, now_ns);
	c->pause_s = 0;
	if (status < 400)
		return http_script_step(c, now_ns);
	snprintf(key, sizeof(key), "HTTP %u", (unsigned)status % 1000);
	drive_error(c->h->d, c->h->work_kind[c->work], 1, key, "%s: the service refuses a request of it",
		    c->h->d->job->work[c->work].name);
	http_script_failed(c);
	return false;
}

void http_finished(struct http_conn *c, CURLcode rc, int64_t now_ns)
{
	struct http *h = c->h;
	bool scripted = c->step == HTTP_SCRIPTED, goes_on = false;
	unsigned kind = scripted ? h->work_kind[c->work] : h->kind[c->step];
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	http_conn_abandon(c);
	c->slow = false;
	c->until_ns = INT64_MAX;
	if (was_cut(c->step, rc))
		rc = CURLE_OK;
	if (h->probing) {
		probed(c, rc);
	} else if (rc != CURLE_OK) {
		broke(c, kind, rc, now_ns);
		http_script_failed(c);
	} else if (scripted) {
		goes_on = go_on(c, status, now_ns);
	} else {
		answered(c, kind, status, now_ns);
	}
	if (!goes_on && c->until_ns == INT64_MAX)
		http_free(c);
}
#endif
