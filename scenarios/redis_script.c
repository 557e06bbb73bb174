/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's own scripts of redis commands: one run of a script, from its start to its end, is one operation. A connection runs
 * one at a time; between \startpipeline and \endpipeline commands follow each other without waiting for answers. An error reply
 * fails the operation and does not end the run: what a script opened (MULTI) it shall also close.
 */
#ifdef HAVE_HIREDIS
#include <string.h>

#include "base/mem.h"
#include "scenarios/redis_load.h"

/* Each connection has its own place in the scripts, its own variables and random numbers. */
static enum sk_code give_runs(struct redis_load *l, struct sk_err *err)
{
	for (size_t i = 0; i < l->n_worker; i++) {
		struct script_run *r = drive_script_run(l->d, (unsigned)i);

		l->link[i].script.run = r;
		if (!r)
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the scripts of %zu connections", l->n_worker);
		if (!script_get(r, "run_id"))
			script_set(r, "run_id", l->d->job->run_id); /* without memory :run_id stays as it is */
	}
	return SK_OK;
}

enum sk_code redis_scripts_open(struct redis_load *l, struct sk_err *err)
{
	const struct drive_job *job = l->d->job;
	bool any = false;
	enum sk_code rc = SK_OK;

	for (size_t i = 0; i < job->n_work && rc == SK_OK; i++) {
		if (!job->work[i].script)
			continue;
		any = true;
		rc = script_parse(job->work[i].script, job->work[i].file, SCRIPT_REDIS, &l->script[i], err);
		l->script_kind[i] = drive_kind(l->d, job->work[i].name);
	}
	return rc == SK_OK && any ? give_runs(l, err) : rc;
}

void redis_scripts_close(struct redis_load *l)
{
	for (size_t i = 0; i < JOB_MAX_WORK; i++)
		script_release(l->script[i]);
	for (size_t i = 0; l->link && i < l->n_link; i++)
		script_run_release(l->link[i].script.run);
	text_release(&l->word);
}

static void fail(struct redis_load *l, struct redis_script *s, const char *key, const char *why)
{
	if (!s->failed)
		drive_error(l->d, l->script_kind[s->work], 1, key, "%s: %s", l->d->job->work[s->work].name, why);
	s->failed = true;
}

/* One command behind the others, its variables put in. */
static void put(struct redis_load *l, struct redis_link *c, const struct script_statement *statement)
{
	redis_put_head(&c->out, statement->n_word);
	for (size_t k = 0; k < statement->n_word; k++) {
		c->out.failed |= !script_word(c->script.run, statement, k, &l->word);
		redis_put_word(&c->out, text_str(&l->word), l->word.len);
	}
	c->ring[(c->head + c->n++) % REDIS_RING] = (struct redis_slot){ .op = REDIS_STATEMENT, .left = 1 };
}

/* The run is over, and nothing of it is under way. */
static void end(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	struct redis_script *s = &c->script;

	s->runs = false;
	if (!s->failed)
		redis_load_did(l, l->script_kind[s->work], s->start_ns, s->bytes, now_ns);
	if (l->d->job->work[s->work].reconnect)
		redis_load_park(l, c);
}

/* Takes one step; true: the next may follow without an answer. */
static bool step(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	struct redis_script *s = &c->script;
	struct script_step next;
	struct sk_err err = { 0 };

	script_next(s->run, &next, &err);
	switch (next.what) {
	case SCRIPT_DO:
		put(l, c, next.statement);
		return s->pipelines && c->n < JOB_MAX_DEPTH;
	case SCRIPT_SLEEP:
		s->sleeps = true;
		s->wake_ns = now_ns + next.wait_ns;
		return false;
	case SCRIPT_PIPELINE:
	case SCRIPT_SYNC:
		s->pipelines = next.what == SCRIPT_PIPELINE;
		return s->pipelines || c->n == 0;
	case SCRIPT_FAILED:
		fail(l, s, "script", err.msg);
		break;
	case SCRIPT_END:
		break;
	}
	s->ends = true;
	return false;
}

/* As far as it comes without an answer. */
static void go_on(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	struct redis_script *s = &c->script;

	while (step(l, c, now_ns))
		;
	redis_link_flush(l, c, now_ns);
	if (c->c && s->runs && s->ends && c->n == 0)
		end(l, c, now_ns);
}

void redis_script_begin(struct redis_load *l, struct redis_link *c, size_t work, int64_t start_ns, int64_t now_ns)
{
	struct script_run *run = c->script.run;

	c->script = (struct redis_script){ .run = run, .work = work, .runs = true, .start_ns = start_ns };
	script_run_begin(run, l->script[work]);
	go_on(l, c, now_ns);
}

void redis_script_answer(struct redis_load *l, struct redis_link *c, const struct redis_seen *a, int64_t now_ns)
{
	struct redis_script *s = &c->script;
	char key[DRIVE_KEY];
	size_t n = strcspn(a->text, " ");

	s->bytes += a->error ? 0 : a->bytes;
	if (a->error) {
		n = n < sizeof(key) ? n : sizeof(key) - 1;
		memcpy(key, a->text, n);
		key[n] = '\0';
		fail(l, s, key, a->text);
	}
	if (c->n == 0 && s->ends)
		end(l, c, now_ns);
	else if (c->n == 0 && !s->sleeps)
		go_on(l, c, now_ns);
}

void redis_script_wake(struct redis_load *l, struct redis_link *c, int64_t now_ns)
{
	struct redis_script *s = &c->script;

	if (!s->runs || !s->sleeps || now_ns < s->wake_ns)
		return;
	s->sleeps = false;
	if (c->n == 0)
		go_on(l, c, now_ns);
}
#endif
