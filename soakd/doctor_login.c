/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `soakd doctor`, a PostgreSQL server: may the workload log in, and is it the server that is watched? The driver itself is asked,
 * with the job of a run and the word that it only looks: it connects, says what its user may do, and makes nothing in the
 * database.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/text.h"
#include "scenarios/catalog.h"
#include "soakd/doctor.h"
#include "soakd/driver.h"
#include "soakd/job.h"

#define LOGIN_S  15 /* a server that does not answer by then is down for our purpose */
#define LEAVE_S  3
#define BACKENDS 64

/* What an observer's three questions brought, each told by an item that it alone has. */
static const struct {
	const char *question, *item;
} answers[] = { { "INFO", "used_memory" }, { "MEMORY STATS", "keys.count" }, { "MEMORY MALLOC-STATS", "retained" } };
#define ANSWERS (sizeof(answers) / sizeof(*answers))

struct login {
	struct driver d;
	bool answered[ANSWERS];
	char trouble[1024]; /* the first event */
	pid_t backend[BACKENDS];
	size_t n;
	bool connected, failed;
	char why[1024], version[200], user[64], database[64];
	char contexts, log; /* "yes", "no", "unknown": its first letter; '\0': not said */
};

static void on_backend(void *ctx, pid_t pid)
{
	struct login *l = ctx;

	if (l->n < BACKENDS)
		l->backend[l->n++] = pid;
}

static void on_connected(void *ctx)
{
	((struct login *)ctx)->connected = true;
}

static void on_failed(void *ctx, int status, const char *sentence)
{
	struct login *l = ctx;

	(void)status;
	l->failed = true;
	snprintf(l->why, sizeof(l->why), "%s", sentence);
}

static void on_info(void *ctx, const char *key, const char *value)
{
	struct login *l = ctx;

	if (strcmp(key, "version") == 0)
		snprintf(l->version, sizeof(l->version), "%s", value);
	else if (strcmp(key, "user") == 0)
		snprintf(l->user, sizeof(l->user), "%s", value);
	else if (strcmp(key, "database") == 0)
		snprintf(l->database, sizeof(l->database), "%s", value);
	else if (strcmp(key, "contexts") == 0)
		l->contexts = value[0];
	else if (strcmp(key, "log") == 0)
		l->log = value[0];
}

/* What comes only after "go". */
static void on_ready(void *ctx)
{
	(void)ctx;
}

static void on_event(void *ctx, const char *kind, const char *detail)
{
	struct login *l = ctx;

	(void)kind;
	if (!*l->trouble)
		snprintf(l->trouble, sizeof(l->trouble), "%s", detail);
}

static void on_internal(void *ctx, pid_t pid, const char *source, const char *unit, const char *value, const char *item)
{
	struct login *l = ctx;

	(void)pid;
	(void)source;
	(void)unit;
	(void)value;
	for (size_t i = 0; i < ANSWERS; i++)
		l->answered[i] |= strcmp(item, answers[i].item) == 0;
}

enum until { UNTIL_CONNECTED, UNTIL_VERSION, UNTIL_CLOSED };

static bool heard(const struct login *l, enum until what)
{
	return what != UNTIL_CLOSED && (l->failed || (what == UNTIL_CONNECTED ? l->connected : *l->version != '\0'));
}

/* Hears the driver until it has said that, or has failed or closed, or the time is over. False: the time is over. */
static bool hear(struct login *l, double seconds, enum until what)
{
	int64_t end = clock_boot_ns(&clock_real) + (int64_t)(seconds * 1e9);

	while (!heard(l, what)) {
		int64_t left_ms = (end - clock_boot_ns(&clock_real)) / 1000000;
		struct pollfd p = { l->d.sock, POLLIN, 0 };

		if (left_ms <= 0)
			return false;
		if (poll(&p, 1, (int)left_ms) > 0 && driver_readable(&l->d, NULL) != SK_OK)
			return true;
	}
	return true;
}

static int leave(struct login *l)
{
	int status = 0;

	driver_stop(&l->d);
	if (!hear(l, LEAVE_S, UNTIL_CLOSED))
		driver_kill(&l->d);
	while (waitpid(l->d.pid, &status, 0) == -1 && errno == EINTR)
		;
	driver_exited(&l->d);
	return status;
}

/* Is each of the workload's backends a process of the watched tree? */
static bool same_server(const struct login *l, struct target *t)
{
	if (target_refresh(t, 0, NULL) != SK_OK)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (!target_has_pid(t, l->backend[i]))
			return false;
	return true;
}

/* What the server says of its own memory: each right, and the command that gives it. */
static void tell_rights(struct findings *f, const struct login *l)
{
	char fix[300];

	if (l->contexts == 'u')
		found(f, FINDING_WARN, "how much of its growth they explain is not known", "PostgreSQL 14 or later",
		      "this PostgreSQL has no view of memory contexts");
	if (l->contexts == 'y' && l->log == 'y')
		found_ok(f, "it may ask for memory contexts (internals.csv, explained), and have other backends log theirs");
	snprintf(fix, sizeof(fix), "sudo -u postgres psql -c 'GRANT pg_monitor TO \"%s\"'", l->user);
	if (l->contexts == 'n')
		found(f, FINDING_WARN, "how much of its growth they explain is not known", fix,
		      "user %s may not read memory contexts", l->user);
	snprintf(fix, sizeof(fix), /* a function's rights are those of one database */
		 "sudo -u postgres psql -d \"%s\" -c 'GRANT EXECUTE ON FUNCTION pg_log_backend_memory_contexts(integer) TO "
		 "\"%s\"'",
		 l->database, l->user);
	if (l->log == 'n')
		found(f, FINDING_WARN, "the one that grew most is not looked into", fix,
		      "user %s may not have other backends log their memory contexts", l->user);
}

static void tell_login(struct findings *f, const struct login *l)
{
	found_ok(f, "login works as %s, with %zu connections to the watched server: %.*s", l->user, l->n,
		 (int)(strstr(l->version, " (") ? strstr(l->version, " (") - l->version : 100), l->version);
	tell_rights(f, l);
}

static void log_in(struct findings *f, struct login *l, struct target *t)
{
	static const char lost[] = "the workload cannot be driven; to watch only: --scenario none";
	struct sk_err err = { 0 };

	if (driver_start(&l->d, &err) != SK_OK) {
		found(f, FINDING_FAIL, lost, NULL, "%s", err.msg);
		return;
	}
	bool in_time = hear(l, LOGIN_S, UNTIL_CONNECTED), same = l->connected && same_server(l, t);

	if (same) {
		driver_go(&l->d);
		in_time = hear(l, LOGIN_S, UNTIL_VERSION);
	}
	int status = leave(l);

	if (!in_time)
		found(f, FINDING_FAIL, lost, "is it up, and is a firewall in between?",
		      "login: the server did not answer within %d s", LOGIN_S);
	else if (l->failed)
		found(f, FINDING_FAIL, NULL, NULL, "login: %s", l->why);
	else if (!l->connected)
		found(f, FINDING_FAIL, lost, NULL, "login: soakd-drive ended without a word (status %d)",
		      WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	else if (!same)
		found(f, FINDING_FAIL, "one server would be loaded and another judged",
		      "look at --dsn, PGHOST, PGPORT, PGSERVICE; or pick the target by pid:N",
		      "login works, but the server behind it is not the one that is watched");
	else
		tell_login(f, l);
}

void doctor_login(struct findings *f, struct target *t, const struct run_options *o)
{
	struct login l = { .n = 0 };
	const struct driver_hooks hooks = { on_backend, on_connected, on_ready, on_event, on_internal, on_info, on_failed, NULL, &l };
	struct postmaster_info pm = { 0 };
	struct sk_err err = { 0 };
	json_t *job = NULL;
	bool have = target_postmaster(t, &pm, &err) == SK_OK,
	     told = o->dsn || getenv("PGHOST") || getenv("PGPORT") || getenv("PGSERVICE");

	if (!catalog_find("postgres")->built) {
		found(f, FINDING_FAIL, "the workload cannot be driven; to watch only: --scenario none",
		      "sudo apt-get install libpq-dev, then make", "this soakd was built without libpq");
		return;
	}
	if (have) {
		found_ok(f, "the server's data are in %s; it listens at %s, port %s", pm.datadir, pm.host, pm.port);
	} else {
		found(f, told ? FINDING_WARN : FINDING_FAIL,
		      told ? "the workload goes where --dsn or PG* variables say" : "the workload cannot be driven",
		      "run as root or as the server's user, or say where with --dsn or PGHOST and PGPORT", "%s", err.msg);
		if (!told)
			return;
	}
	if (job_make(o, "postgres", "mixed", NULL, have ? &pm : NULL, "/", false, &job, &err) != SK_OK) {
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
		return;
	}
	json_object_set_new(job, "look", json_true());
	if (driver_init(&l.d, job, &hooks, &err) == SK_OK)
		log_in(f, &l, t);
	else
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
	driver_release(&l.d);
}

/* The observer has been told to begin, asked one epoch and stopped: what came of it? */
static void judge_answers(struct findings *f, const struct login *l, bool same)
{
	static const char lost[] = "nothing that it says of itself is recorded, the rest is measured as ever";
	struct text all = TEXT_INIT;

	for (size_t i = 0; i < ANSWERS; i++)
		if (l->answered[i])
			text_addf(&all, "%s%s", all.len ? ", " : "", answers[i].question);
	if (l->n == 0)
		found(f, FINDING_WARN, lost, "say where: --dsn redis://HOST:PORT or unix:///PATH, and REDISCLI_AUTH", "%s",
		      *l->trouble ? l->trouble : "Redis does not answer");
	else if (!same)
		found(f, FINDING_WARN, lost, "look at --dsn; or pick the target by pid:N",
		      "the Redis that answers is not the one that is watched");
	else if (*l->trouble)
		found(f, FINDING_WARN, "what it refuses is not recorded", NULL, "%s; it answers %s", l->trouble,
		      all.len ? text_str(&all) : "nothing");
	else
		found_ok(f, "%s says of itself at each epoch: %s", *l->version ? l->version : "Redis", text_str(&all));
	text_release(&all);
}

static void ask_redis(struct findings *f, struct login *l, struct target *t)
{
	struct sk_err err = { 0 };

	if (driver_start(&l->d, &err) != SK_OK) {
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
		return;
	}
	hear(l, LOGIN_S, UNTIL_CONNECTED);
	bool same = same_server(l, t);

	if (l->connected) {
		driver_go(&l->d);
		driver_say(&l->d, "epoch");
	}
	leave(l);
	if (l->failed)
		found(f, FINDING_FAIL, NULL, NULL, "%s", l->why);
	else
		judge_answers(f, l, same);
}

void doctor_redis(struct findings *f, struct target *t, const struct run_options *o)
{
	struct login l = { .n = 0 };
	const struct driver_hooks hooks = { on_backend, on_connected, on_ready, on_event, on_internal, on_info, on_failed, NULL, &l };
	struct postmaster_info at;
	struct sk_err err = { 0 };
	json_t *job = NULL;

	if (!catalog_find("redis")->built) {
		found(f, FINDING_WARN, "nothing that Redis says of itself is recorded",
		      "sudo apt-get install libhiredis-dev, then make", "this soakd was built without hiredis");
		return;
	}
	if (job_make(o, "redis", "observe", NULL, target_redis(t, &at, NULL) == SK_OK ? &at : NULL, "/", false, &job, &err) == SK_OK &&
	    driver_init(&l.d, job, &hooks, &err) == SK_OK)
		ask_redis(f, &l, t);
	else
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
	driver_release(&l.d);
}
