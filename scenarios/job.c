/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parsing and checking a job: see job.h. */
#include "scenarios/job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "scenarios/catalog.h"

struct reader {
	const json_t *doc;
	struct sk_err *err;
	enum sk_code rc; /* sticky: the first complaint stands */
};

static void complain(struct reader *r, const char *key, const char *what)
{
	if (r->rc == SK_OK)
		r->rc = sk_fail(r->err, SK_EUSAGE, 0, "the driver's job: \"%s\" must be %s", key, what);
}

static const json_t *get(const struct reader *r, const char *key)
{
	const json_t *v = json_object_get(r->doc, key);

	return v && !json_is_null(v) ? v : NULL;
}

static double get_num(struct reader *r, const char *key, double dflt, double min, double max)
{
	const json_t *v = get(r, key);
	double x;
	char what[64];

	if (!v)
		return dflt;
	x = json_number_value(v);
	if (json_is_number(v) && x >= min && x <= max)
		return x;
	snprintf(what, sizeof(what), "a number from %.0f to %.17g", min, max);
	complain(r, key, what);
	return dflt;
}

static int64_t get_int(struct reader *r, const char *key, int64_t dflt, int64_t min, int64_t max)
{
	const json_t *v = get(r, key);
	char what[80];

	if (!v)
		return dflt;
	if (json_is_integer(v) && json_integer_value(v) >= min && json_integer_value(v) <= max)
		return json_integer_value(v);
	snprintf(what, sizeof(what), "an integer from %lld to %lld", (long long)min, (long long)max);
	complain(r, key, what);
	return dflt;
}

static bool get_bool(struct reader *r, const char *key)
{
	const json_t *v = get(r, key);

	if (v && !json_is_boolean(v))
		complain(r, key, "true or false");
	return json_is_true(v);
}

static const char *get_str(struct reader *r, const char *key, const char *dflt)
{
	const json_t *v = get(r, key);

	if (v && !json_is_string(v))
		complain(r, key, "a string");
	return json_is_string(v) ? json_string_value(v) : dflt;
}

/* The index of one of the names, NULL-terminated; the first is the default. */
static int get_choice(struct reader *r, const char *key, const char *const *names, const char *what)
{
	const char *value = get_str(r, key, names[0]);

	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	complain(r, key, what);
	return 0;
}

static void get_port(struct reader *r, char *port, size_t n)
{
	const json_t *v = get(r, "port");

	if (json_is_integer(v) && json_integer_value(v) > 0 && json_integer_value(v) < 65536)
		snprintf(port, n, "%d", (int)json_integer_value(v));
	else if (json_is_string(v) && json_string_length(v) < n)
		snprintf(port, n, "%s", json_string_value(v));
	else if (v)
		complain(r, "port", "a port number");
}

static char **get_words(struct reader *r, const char *key)
{
	const json_t *v = get(r, key);
	size_t n = json_array_size(v);
	char **words;

	if (!v)
		return NULL;
	words = sk_calloc(n + 1, sizeof(*words));
	if (!words) {
		r->rc = sk_fail(r->err, SK_ENOMEM, 0, "no memory for the driver's job");
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		/* execvp() takes char *, and writes nothing */
		words[i] = (char *)(uintptr_t)json_string_value(json_array_get(v, i));
		if (!words[i])
			complain(r, key, "an array of strings");
	}
	if (n == 0)
		complain(r, key, "an array of at least one string");
	return words;
}

static void get_run_id(struct reader *r, char id[9])
{
	const char *s = get_str(r, "run_id", "00000000");

	if (strlen(s) != 8 || strspn(s, "0123456789abcdef") != 8)
		complain(r, "run_id", "8 hexadecimal digits");
	snprintf(id, 9, "%.8s", s);
}

static void get_names(struct reader *r, struct drive_job *job)
{
	const struct catalog_scenario *s;

	job->scenario = get_str(r, "scenario", NULL);
	job->profile = get_str(r, "profile", NULL);
	if (r->rc != SK_OK)
		return;
	s = job->scenario ? catalog_find(job->scenario) : NULL;
	if (!s) {
		r->rc = sk_fail(r->err, SK_EUSAGE, 0, "there is no scenario \"%s\"; `soakd list` shows those there are",
				job->scenario ? job->scenario : "");
		return;
	}
	if (!s->built)
		r->rc = sk_fail(r->err, SK_EUSAGE, 0,
				"this soakd was built without the scenario %s: its client library was missing", s->name);
	if (!job->profile || !*job->profile)
		job->profile = s->n_profile ? s->profile[0].name : "";
	else if (!catalog_profile_find(s, job->profile) && r->rc == SK_OK)
		r->rc = sk_fail(r->err, SK_EUSAGE, 0, "the scenario %s has no profile \"%s\"; `soakd list` shows those there are",
				s->name, job->profile);
}

/* One entry of `work`. */
static void get_work(struct reader *r, const json_t *j, const char *scenario, struct job_work *w)
{
	const struct catalog_scenario *s = catalog_find(scenario);
	struct reader at = { .doc = j, .err = r->err, .rc = r->rc };

	w->profile = get_str(&at, "profile", NULL);
	w->script = get_str(&at, "script", NULL);
	w->name = get_str(&at, "name", w->profile ? w->profile : "script");
	w->file = get_str(&at, "file", w->script ? w->name : NULL);
	w->weight = get_num(&at, "weight", 1, 0, 1e9);
	w->reconnect = get_bool(&at, "reconnect");
	w->at_end = get_bool(&at, "at_end");
	if (!json_is_object(j) || !w->profile == !w->script)
		complain(&at, "work", "an array of objects, each with a profile or a script");
	else if (w->weight <= 0)
		complain(&at, "weight", "greater than 0");
	else if (w->profile && !catalog_profile_find(s, w->profile) && at.rc == SK_OK)
		at.rc = sk_fail(r->err, SK_EUSAGE, 0, "the scenario %s has no profile \"%s\"; `soakd list` shows those there are",
				s->name, w->profile);
	r->rc = at.rc;
}

static void get_all_work(struct reader *r, struct drive_job *job)
{
	const json_t *v = get(r, "work");
	size_t n = v ? json_array_size(v) : 1;

	if (r->rc != SK_OK)
		return;
	if (n == 0 || n > JOB_MAX_WORK) {
		complain(r, "work", "an array of 1 to 32 objects");
		return;
	}
	job->work = sk_calloc(n, sizeof(*job->work));
	if (!job->work) {
		r->rc = sk_fail(r->err, SK_ENOMEM, 0, "no memory for the driver's job");
		return;
	}
	job->n_work = n;
	if (!v)
		job->work[0] = (struct job_work){ .name = job->profile, .profile = job->profile, .weight = 1 };
	for (size_t i = 0; v && i < n; i++)
		get_work(r, json_array_get(v, i), job->scenario, &job->work[i]);
}

static void get_plan(struct reader *r, struct drive_job *job)
{
	static const char *const protocols[] = { "prepared", "extended", "simple", NULL };
	const char *key;
	json_t *value;

	get_all_work(r, job);
	if (r->rc == SK_OK)
		r->rc = plan_from_json(get(r, "phases"), job->n_work, &job->phase, &job->n_phase, r->err);
	job->protocol = (enum job_protocol)get_choice(r, "protocol", protocols, "\"simple\", \"extended\" or \"prepared\"");
	job->define = get(r, "define");
	if (job->define && !json_is_object(job->define))
		complain(r, "define", "an object of strings");
	json_object_foreach((json_t *)(uintptr_t)job->define, key, value) if (!json_is_string(value))
		complain(r, "define", "an object of strings");
}

static void get_all(struct reader *r, struct drive_job *job)
{
	static const char *const journals[] = { "wal", "rollback", "memory", NULL };

	get_names(r, job);
	get_plan(r, job);
	job->seed = (uint64_t)get_int(r, "seed", 1, INT64_MIN, INT64_MAX);
	job->connections = (unsigned)get_int(r, "connections", 4, 1, JOB_MAX_CONNECTIONS);
	job->rate = get_num(r, "rate", 200, 0, 1e9);
	job->batch = (uint64_t)get_int(r, "batch", 100, 1, JOB_MAX_BATCH);
	job->rows = get_int(r, "rows", 0, 0, 1000000000000);
	if (job->rows == 0) /* a server that somebody uses has memory to spare for few keys rather than for many */
		job->rows = job->scenario && strcmp(job->scenario, "redis") == 0 ? JOB_REDIS_ROWS : JOB_ROWS;
	job->depth = (unsigned)get_int(r, "depth", 0, 0, JOB_MAX_DEPTH);
	job->length_s = get_num(r, "length_s", NAN, 0, 1e12);
	job->interval_s = get_num(r, "interval_s", NAN, 0, 1e12);
	job->keep = get_bool(r, "keep");
	job->checkpoint = get_bool(r, "checkpoint");
	job->resumed = get_bool(r, "resumed");
	job->look = get_bool(r, "look");
	job->journal = (enum job_journal)get_choice(r, "journal", journals, "\"wal\", \"rollback\" or \"memory\"");
	get_run_id(r, job->run_id);
	job->dir = get_str(r, "dir", NULL);
	job->dsn = get_str(r, "dsn", NULL);
	job->host = get_str(r, "host", NULL);
	get_port(r, job->port, sizeof(job->port));
	job->uid = get_int(r, "uid", -1, 0, UINT32_MAX - 1);
	job->gid = get_int(r, "gid", -1, 0, UINT32_MAX - 1);
	job->exec = get_words(r, "exec");
	job->exec_continuous = get_bool(r, "exec_continuous");
	job->exec_timeout_s = get_num(r, "exec_timeout_s", NAN, 0.001, 1e9);
	job->leak_per_h = get_num(r, "leak_rate_bytes_per_h", 0, 0, 1e15);
	job->leak_noise = get_num(r, "leak_noise_bytes", 0, 0, 1e12);
	job->leak_onset_s = get_num(r, "leak_onset_s", NAN, 0, 1e12);
}

enum sk_code job_parse(struct drive_job *job, const char *text, size_t n, struct sk_err *err)
{
	struct reader r = { .err = err };
	json_error_t je;

	*job = (struct drive_job){ .uid = -1, .gid = -1 };
	job->doc = json_loadb(text, n, JSON_REJECT_DUPLICATES, &je);
	/* jansson's words quote the text near the mistake: it may be the dsn */
	if (!json_is_object(job->doc)) {
		job_release(job);
		return sk_fail(err, SK_EPARSE, 0, "the driver's job is no JSON object (line %d, column %d)", je.line, je.column);
	}
	r.doc = job->doc;
	get_all(&r, job);
	if (r.rc != SK_OK)
		job_release(job);
	return r.rc;
}

void job_release(struct drive_job *job)
{
	json_decref(job->doc);
	free(job->exec);
	free(job->work);
	plan_release(job->phase, job->n_phase);
	*job = (struct drive_job){ .uid = -1, .gid = -1 };
}
