/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts against a real server: the profiles that are scripts, and what a user's own may do wrong. Counters, not times. */
#include "tests/check.h"

#include <sys/resource.h>

#include "tests/scenarios/cluster.h"

/* Fails, without leaving a driver to those that come after. */
#define give_up(m, ...)                                                                                                          \
	do {                                                                                                                     \
		kill((m)->pid, SIGKILL);                                                                                         \
		fail_msg(__VA_ARGS__);                                                                                           \
	} while (0)

/* The counters of a kind of operation; fails when there is none. */
static const struct drive_op *kind(const struct monitor *m, const char *name)
{
	for (unsigned i = 0; i < atomic_load(&m->shared->n_kinds); i++)
		if (strcmp(m->shared->kind[i].name, name) == 0)
			return &m->shared->kind[i];
	give_up(m, "no operations of the kind %s; it said: %s", name, m->all);
	return NULL;
}

static void wait_for(const struct monitor *m, const _Atomic uint64_t *counter, uint64_t n)
{
	double end = now_s() + PATIENCE_S;

	while (atomic_load(counter) < n) {
		if (now_s() > end)
			give_up(m, "%llu of %llu after 60 s; it said: %s", (unsigned long long)atomic_load(counter),
				(unsigned long long)n, m->all);
		sleep_s(0.01);
	}
}

/* Runs a profile until n operations of a kind, without an error, and leaves nothing behind. */
static void profile(const char *name, const char *of, uint64_t n)
{
	struct monitor *m;
	char more[128];

	snprintf(more, sizeof(more), "\"profile\":\"%s\",\"rate\":0,\"connections\":3", name);
	m = monitor_new(job_with(more));
	monitor_run(m);
	wait_for(m, &kind(m, of)->ops, n);
	assert_true(latency_count(&kind(m, of)->latency, NULL) > 0);
	if (atomic_load(&m->shared->errors))
		give_up(m, "%s: errors; it said: %s", name, m->all);
	assert_int_equal(schemas(), 1);
	monitor_end(m);
	assert_int_equal(schemas(), 0);
}

static void profiles(void **unused)
{
	(void)unused;
	profile("point-select", "select", 100);
	profile("churn", "churn", 10);
	profile("ddl", "ddl", 20);
	profile("cursor", "cursor", 20);
	profile("temp-tables", "temp-tables", 20);
	profile("errors", "error", 70);
	profile("listen", "listen", 50);
	profile("large-objects", "large-objects", 20);
	profile("idle-in-transaction", "idle-in-transaction", 20);
	assert_int_equal(sql("SELECT count(*) FROM pg_largeobject_metadata"), 0);
}

/* One entry of `work` of a script; quotes and line ends are JSON's already. */
static struct monitor *script(const char *text, const char *more)
{
	char keys[2048];
	struct monitor *m;

	snprintf(keys, sizeof(keys),
		 "\"rate\":0,\"connections\":2%s,\"work\":[{\"name\":\"s\",\"file\":\"s.sql\",\"script\":\"%s\"}]", more, text);
	m = monitor_new(job_with(keys));
	monitor_run(m);
	return m;
}

static void succeeds(const char *text, const char *more)
{
	struct monitor *m = script(text, more);

	while (atomic_load(&kind(m, "s")->ops) < 20 && atomic_load(&m->shared->errors) == 0)
		sleep_s(0.01);
	monitor_wait(m, "event", atomic_load(&m->shared->errors) ? 2 : 0);
	if (atomic_load(&m->shared->errors))
		give_up(m, "%s: errors; it said: %s", text, m->all);
	monitor_end(m);
}

/* Every run of it fails, and is said so. */
static void fails(const char *text, const char *event)
{
	struct monitor *m = script(text, "");

	wait_for(m, &kind(m, "s")->errors, 20);
	assert_int_equal(atomic_load(&kind(m, "s")->ops), 0);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	if (!strstr(m->all, event))
		fail_msg("\"%s\" is not in: %s", event, m->all);
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	assert_int_equal(sql("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"), 0);
}

static void statements(void **unused)
{
	static const char *const protocols[] = { "", ",\"protocol\":\"extended\"", ",\"protocol\":\"simple\"" };

	(void)unused;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		succeeds("\\\\set x random(1, 9)\\nSELECT 1 / (:x / :x);\\n", protocols[i]);
		succeeds("SELECT 7 AS v \\\\gset p_\\nSELECT 1 / (CASE :p_v WHEN 7 THEN 1 ELSE 0 END);\\n", protocols[i]);
		succeeds("\\\\set x 5\\n\\\\startpipeline\\nSELECT :x::int;\\nSELECT 2;\\n\\\\endpipeline\\n", protocols[i]);
	}
	/* types that cannot be told while it is prepared: as text from then on, and no error */
	succeeds("\\\\set x 5\\nSELECT :x + :x, :x IS NULL;\\n", "");
	succeeds("\\\\set x 5\\nBEGIN;\\nSELECT :x + :x;\\nCOMMIT;\\n", "");
	/* what was prepared is gone after it */
	succeeds("\\\\set x 5\\nSELECT :x::int;\\nDISCARD ALL;\\n", "");
	succeeds("SELECT 1 / (CASE :scale WHEN 12 THEN 1 ELSE 0 END);\\n", ",\"define\":{\"scale\":\"12\"}");
	succeeds("SELECT 1 / (CASE :scale WHEN 1 THEN 1 ELSE 0 END);\\n", ""); /* no tables of pgbench */
}

static void mistakes(void **unused)
{
	(void)unused;
	fails("SELECT 1 / 0;\\n", "event error 22012: s.sql:1: division by zero");
	fails("BEGIN;\\nSELECT 1 / 0;\\nCOMMIT;\\n", "event error 22012: s.sql:2: division by zero");
	fails("\\\\startpipeline\\nBEGIN;\\nSELECT 1 / 0;\\nCOMMIT;\\n\\\\endpipeline\\n", "event error 22012: s.sql:3: ");
	fails("BEGIN;\\nSELECT 1;\\n", "event error unfinished: s.sql ends within a transaction");
	fails("SELECT :nonesuch;\\n", "event error not sent: s.sql:1: ");
	fails("SELECT 1 WHERE false \\\\gset\\n", "event error gset: s.sql:1: ");
	fails("\\\\set x 1 / 0\\nSELECT 1;\\n", "event error script: s.sql:1:");
	fails("SET statement_timeout = '20ms';\\nSELECT pg_sleep(20);\\n", "; see statement_timeout of the role");
	fails("BEGIN ISOLATION LEVEL SERIALIZABLE;\\nDO 'BEGIN RAISE SQLSTATE ''40001''; END';\\nCOMMIT;\\n",
	      "event error 40001: ");
	fails("DO 'BEGIN RAISE SQLSTATE ''53100''; END';\\n", "the disk of the server is full: make room there");
}

static void refused(const char *text, const char *says)
{
	struct monitor *m;
	char keys[512];

	snprintf(keys, sizeof(keys), "\"work\":[{\"name\":\"s\",\"file\":\"s.sql\",\"script\":\"%s\"}]", text);
	m = monitor_new(job_with(keys));
	if (!monitor_wait(m, "failed 2", PATIENCE_S) || !strstr(m->last, says))
		fail_msg("\"%s\" is not in: %s", says, m->all);
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
}

static void not_begun(void **unused)
{
	(void)unused;
	refused("SELECT 1;\\n\\\\set x random(1\\n", "s.sql:2:");
	refused("\\\\set x 1\\n", "s.sql has no statement");
}

/* A role that may not make a schema runs a script of its own all the same, and none is made. */
static void without_schema(void **unused)
{
	struct monitor *m;

	(void)unused;
	m = monitor_new(job_with("\"dsn\":\"user=soaker password=right-secret dbname=postgres\",\"rate\":0,"
				 "\"work\":[{\"name\":\"s\",\"script\":\"SELECT 1;\"}]"));
	monitor_run(m);
	wait_for(m, &kind(m, "s")->ops, 20);
	assert_int_equal(schemas(), 0);
	monitor_say(m, "inject vacuum"); /* a bare VACUUM would take the whole database */
	assert_non_null(monitor_wait(m, "event inject vacuum: nothing was done", PATIENCE_S));
	monitor_end(m);
}

/* Shares by weight on the same connections, kinds told apart; each run of one of them on a connection of its own. */
static void mixed(void **unused)
{
	struct monitor *m = monitor_new(
		job_with("\"rate\":0,\"connections\":2,\"work\":[{\"name\":\"mixed\",\"profile\":\"mixed\",\"weight\":2},"
			 "{\"name\":\"one\",\"script\":\"SELECT 1;\",\"weight\":2},"
			 "{\"name\":\"fresh\",\"script\":\"SELECT 2;\",\"weight\":1,\"reconnect\":true}]"));
	uint64_t fresh, connects;

	(void)unused;
	monitor_run(m);
	wait_for(m, &kind(m, "fresh")->ops, 20);
	wait_for(m, &kind(m, "select")->ops, 10);
	wait_for(m, &kind(m, "insert")->ops, 10);
	wait_for(m, &kind(m, "one")->ops, 20);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	fresh = atomic_load(&kind(m, "fresh")->ops);
	connects = atomic_load(&m->shared->connects);
	assert_in_range(connects, fresh + 2, fresh + 2 + 2); /* two may have been under way at the end */
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(atomic_load(&m->shared->reconnects), 0); /* those are on purpose */
	monitor_free(m);
	assert_int_equal(schemas(), 0);
}

static void injected(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"rate\":0,\"connections\":3,\"profile\":\"idle-in-transaction\""));
	int64_t vacuums;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 10);
	assert_int_equal(atomic_load(&m->shared->connects), 3);
	monitor_say(m, "inject reconnect");
	wait_for(m, &m->shared->connects, 6);
	wait_ops(m, atomic_load(&m->shared->ops) + 10);
	monitor_say(m, "inject vacuum");
	for (double end = now_s() + PATIENCE_S;; sleep_s(0.1)) {
		vacuums = sql("SELECT coalesce(max(vacuum_count), 0) FROM pg_stat_user_tables WHERE schemaname = 'soakd'");
		if (vacuums > 0 || now_s() > end)
			break;
	}
	assert_int_equal(vacuums, 1);
	monitor_say(m, "inject nonsense");
	assert_non_null(monitor_wait(m, "event error the scenario postgres cannot nonsense", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(atomic_load(&m->shared->reconnects), 0);
	monitor_end(m);
}

/* A table of the user's own outlives the driver: a run that goes on meets the rows of the one before. */
static void resumed(void **unused)
{
	(void)unused;
	sql("CREATE TABLE visit (id bigint PRIMARY KEY)");
	succeeds("\\\\set id unique()\\nINSERT INTO visit VALUES (:id);\\n", "");
	assert_int_equal(sql("SELECT min(id) FROM visit"), 1);
	succeeds("\\\\set id unique()\\nINSERT INTO visit VALUES (:id);\\n", ",\"resumed\":true");
	assert_true(sql("SELECT max(id) FROM visit") > INT64_C(1000000000000000));
	sql("DROP TABLE visit");
}

/* The monitor hears of a connection that a script has made when it lasts, and of one that it is over with soon not. */
static void lasting(void **unused)
{
	struct monitor *m = monitor_new(
		job_with("\"rate\":0,\"connections\":1,\"work\":[{\"name\":\"s\",\"file\":\"s.sql\",\"reconnect\":true,"
			 "\"script\":\"SELECT 1;\\n\\\\sleep 1000 s\\n\"}]"));
	char query[128];
	int64_t pid;

	(void)unused;
	monitor_run(m);
	if (!monitor_wait(m, "backend ", PATIENCE_S))
		give_up(m, "it does not tell; it said: %s", m->all);
	assert_int_equal(int_parse(m->last + strlen("backend "), &pid, NULL), SK_OK);
	snprintf(query, sizeof(query), "SELECT count(*) FROM pg_stat_activity WHERE pid = %lld AND application_name <> 'psql'",
		 (long long)pid);
	assert_int_equal(sql(query), 1);
	assert_int_equal(atomic_load(&m->shared->connects), 2);
	monitor_end(m);
}

/* A phase of so many operations ends when they have ended, with as many connections as it names. */
static void phases(void **unused)
{
	struct monitor *m = monitor_new(job_with(
		"\"connections\":3,\"work\":[{\"name\":\"s\",\"script\":\"\\\\sleep 1 ms\\nSELECT 1;\"}],"
		"\"phases\":[{\"name\":\"a\",\"ops\":50,\"rate\":0,\"connections\":1},{\"name\":\"b\",\"ops\":70,\"rate\":0}]"));

	(void)unused;
	monitor_run(m);
	monitor_say(m, "phase 0");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 50);
	monitor_say(m, "phase 1");
	assert_non_null(monitor_wait(m, "drained 1", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 120);
	monitor_end(m);
}

/* Told to stop in the middle of the set-up, of a \sleep, of a statement that takes longer than anybody waits: nothing is left. */
static void stopped(void **unused)
{
	struct monitor *m;

	(void)unused;
	m = monitor_new(job_with("\"profile\":\"read-heavy\""));
	assert_non_null(monitor_wait(m, "connected", PATIENCE_S));
	monitor_say(m, "go");
	monitor_end(m);
	assert_int_equal(schemas(), 0);
	m = script("BEGIN;\\nCREATE TABLE soakd.left_behind ();\\n\\\\sleep 1000 s\\nCOMMIT;\\n", ",\"seed\":2");
	while (sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == 0)
		sleep_s(0.05);
	monitor_end(m);
	assert_int_equal(schemas(), 0);
	m = script("SELECT pg_sleep(1000);\\n", "");
	while (sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == 0)
		sleep_s(0.05);
	monitor_end(m);
	assert_int_equal(schemas(), 0);
	while (sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") != 0)
		sleep_s(0.05); /* the backend was told to end, and ends when it comes to it */
}

/* The schema is dropped under the workload: errors under their SQLSTATE, and the run goes on to its end. */
static void schema_dropped(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"rate\":500"));

	(void)unused;
	monitor_run(m);
	wait_ops(m, 20);
	sql("SET client_min_messages = error; DROP SCHEMA soakd CASCADE");
	wait_for(m, &m->shared->errors, 10);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_non_null(strstr(m->all, "event error 42P01: relation \"soakd.item\" does not exist"));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	assert_int_equal(schemas(), 0);
}

/* More than poll() is used for, and a queue as deep as it may be. */
static void many(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"profile\":\"read-heavy\",\"rate\":0,\"depth\":64,\"connections\":70"));

	(void)unused;
	monitor_run(m);
	assert_int_equal(atomic_load(&m->shared->connections), 70);
	wait_for(m, &kind(m, "select")->ops, 70 * 64 * 16);
	wait_for(m, &kind(m, "insert")->ops, 100);
	sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'soakd'");
	wait_for(m, &m->shared->reconnects, 70);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_non_null(strstr(m->all, "event reconnect all 70 connections are back"));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	assert_int_equal(schemas(), 0);
}

/* The last one: without privilege a hard limit cannot be raised again. */
static void open_files(void **unused)
{
	const struct rlimit few = { 128, 128 };
	struct monitor *m;

	(void)unused;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	m = monitor_new(job_with("\"connections\":70"));
	assert_non_null(monitor_wait(m, "failed 2", PATIENCE_S));
	assert_non_null(strstr(m->last, "70 connections need 134 open files, and the hard limit is 128"));
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles),       cmocka_unit_test(statements), cmocka_unit_test(mistakes),
		cmocka_unit_test(not_begun),      cmocka_unit_test(mixed),      cmocka_unit_test(injected),
		cmocka_unit_test(without_schema), cmocka_unit_test(phases),     cmocka_unit_test(stopped),
		cmocka_unit_test(schema_dropped), cmocka_unit_test(many),       cmocka_unit_test(open_files),
		cmocka_unit_test(resumed),        cmocka_unit_test(lasting),
	};

	return cmocka_run_group_tests(tests, cluster_up, cluster_down);
}
