/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users' scripts of requests: METHOD PATH-OR-URL [BODY] between meta-commands. One run from the start to the end is one operation
 * of the script's name, and takes its requests one after the other on its connection.
 * A URL must be on the one server that is watched.
 */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"

#include <stdio.h>
#include <string.h>

#include "scenarios/script.h"

enum sk_code http_script_begin(struct http *h, struct sk_err *err)
{
	const struct drive_job *job = h->d->job;
	bool any = false;

	for (size_t i = 0; i < job->n_work; i++) {
		const struct job_work *w = &job->work[i];
		enum sk_code rc = w->script ? script_parse(w->script, w->file, SCRIPT_HTTP, &h->script[i], err) : SK_OK;

		if (rc != SK_OK)
			return rc;
		any |= w->script != NULL;
	}
	for (unsigned i = 0; any && i < h->n_conn; i++) {
		struct http_conn *c = &h->conn[i];

		c->run = drive_script_run(h->d, i);
		if (!c->run)
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the scripts of %u connections", h->n_conn);
	}
	return SK_OK;
}

/* The run's last request was answered, or it has ended without. */
static void end_run(struct http_conn *c)
{
	c->in_script = false;
	if (c->h->d->job->work[c->work].reconnect)
		http_conn_disconnect(c);
}

void http_script_failed(struct http_conn *c)
{
	if (c->in_script)
		end_run(c);
}

/* A step that cannot be done: an expression, or a URL of elsewhere. */
static bool give_up(struct http_conn *c, const char *key, const char *why)
{
	drive_error(c->h->d, c->h->work_kind[c->work], 1, key, "%s", why);
	end_run(c);
	return false;
}

static bool request(struct http_conn *c, const struct script_statement *s)
{
	struct http *h = c->h;
	struct text *word = h->word;
	char url[HTTP_URL], why[400];
	const char *path;

	for (size_t k = 0; k < 3; k++)
		if (k < s->n_word ? !script_word(c->run, s, k, &word[k]) : (text_reset(&word[k]), false))
			return give_up(c, "no memory", "no memory for a request of a script");
	if (!http_address_has(&h->at, text_str(&word[1]), &path) || strlen(path) >= HTTP_PATH) {
		snprintf(why, sizeof(why), "%.60s line %u: \"%.200s\" is no path and no URL of the watched server",
			 h->d->job->work[c->work].file, s->line, text_str(&word[1]));
		return give_up(c, "bad URL", why);
	}
	http_conn_start_scripted(c, text_str(&word[0]), http_address_url(&h->at, path, url, sizeof(url)),
				 s->n_word > 2 ? text_str(&word[2]) : NULL, word[2].len);
	return true;
}

/*
 * Requests are always answered before the next, so that a pipeline is nothing;
 * while the disk is nearly full what writes is left out.
 */
static bool is_nothing(const struct http_conn *c, const struct script_step *step)
{
	struct http *h = c->h;

	if (step->what == SCRIPT_PIPELINE || step->what == SCRIPT_SYNC)
		return true;
	return step->what == SCRIPT_DO && h->d->holding && script_word(c->run, step->statement, 0, &h->word[0]) &&
	       !http_method_reads(text_str(&h->word[0]));
}

bool http_script_step(struct http_conn *c, int64_t now_ns)
{
	struct http *h = c->h;
	struct script_step step;
	struct sk_err err = { 0 };

	if (!c->in_script) {
		script_run_begin(c->run, h->script[c->work]);
		c->in_script = true;
	}
	do
		script_next(c->run, &step, &err);
	while (is_nothing(c, &step));
	if (step.what == SCRIPT_DO)
		return request(c, step.statement);
	if (step.what == SCRIPT_FAILED)
		return give_up(c, "script", err.msg);
	if (step.what == SCRIPT_SLEEP) {
		h->n_asleep++;
		http_pause(c, now_ns + step.wait_ns);
		return true;
	}
	now_ns = clock_boot_ns(h->d->clock);
	drive_did(h->d, h->work_kind[c->work], 1, 0, c->bytes, now_ns > c->begin_ns ? (uint64_t)(now_ns - c->begin_ns) : 1);
	end_run(c);
	return false;
}

void http_script_release(struct http *h)
{
	for (unsigned i = 0; h->conn && i < h->n_conn; i++) {
		if (h->conn[i].run)
			script_run_release(h->conn[i].run);
		h->conn[i].run = NULL;
	}
	for (size_t i = 0; i < JOB_MAX_WORK; i++) {
		if (h->script[i])
			script_release(h->script[i]);
		h->script[i] = NULL;
	}
	for (size_t k = 0; k < 3; k++)
		text_release(&h->word[k]);
}
#endif
