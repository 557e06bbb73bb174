/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts, mixes of work, kinds and injections of scenario sqlite: soakd-drive itself, with the test as its monitor. */
#include "tests/check.h"

#include <sqlite3.h>

#include "tests/scenarios/monitor.h"

static char job[8192];

#define JOB(...) (snprintf(job, sizeof(job), __VA_ARGS__), job)

static const struct drive_op *kind(const struct monitor *m, const char *name)
{
	for (unsigned k = 0; k < atomic_load(&m->shared->n_kinds); k++)
		if (strcmp(m->shared->kind[k].name, name) == 0)
			return &m->shared->kind[k];
	return NULL;
}

static uint64_t ops_of(const struct monitor *m, const char *name)
{
	const struct drive_op *k = kind(m, name);

	return k ? atomic_load(&k->ops) : 0;
}

/* Waits until the kind has so many; what counts is that it does, not when. */
static void wait_kind(const struct monitor *m, const char *name, uint64_t n)
{
	double end = now_s() + PATIENCE_S;

	while (ops_of(m, name) < n) {
		if (now_s() > end)
			fail_msg("%llu of %s, and no more in time", (unsigned long long)ops_of(m, name), name);
		sleep_s(0.02);
	}
}

/* The text that an SQL expression gives on the kept file; in static memory. */
static const char *ask(const char *dir, const char *sql)
{
	static char out[200];
	char path[PATH_MAX];
	sqlite3 *db;
	sqlite3_stmt *st;

	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	snprintf(out, sizeof(out), "%s", sqlite3_column_text(st, 0) ? (const char *)sqlite3_column_text(st, 0) : "NULL");
	sqlite3_finalize(st);
	sqlite3_close(db);
	return out;
}

static void remove_kept(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	unlink(path);
}

#define MAKE  "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, a, b, c, d);\\n"
#define START "{\"scenario\":\"sqlite\",\"dir\":\"%s\",\"rate\":0,\"keep\":true,\"checkpoint\":true,\"connections\":2,"

/* Numbers are bound as numbers, text as text, null as null; \gset gives the row to what follows; unique() never repeats. */
static void values_are_bound(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = monitor_new(
		JOB(START "\"define\":{\"word\":\"it's\"},\"work\":[{\"name\":\"put\",\"file\":\"put.sql\",\"script\":\"" MAKE
			  "\\\\set id unique()\\n\\\\set n NULL\\nSELECT :id * 2 AS twice, 'x' AS letter \\\\gset my_\\n"
			  "INSERT INTO t VALUES (:id, :my_twice, :word, :n, :my_letter || '1.5');\"}]}",
		    dir));

	(void)unused;
	monitor_run(m);
	wait_kind(m, "put", 50);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	assert_string_equal(ask(dir, "SELECT typeof(a) || typeof(b) || typeof(c) || d FROM t LIMIT 1"), "integertextnullx1.5");
	assert_string_equal(ask(dir, "SELECT count(*) = count(DISTINCT id) AND sum(a <> 2 * id) = 0 FROM t"), "1");
	remove_kept(dir);
	temp_dir_remove(dir);
}

/* Entries are drawn by weight, each is a kind of its own, and profiles' operations are. */
static void work_is_mixed(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = monitor_new(JOB(START "\"work\":[{\"name\":\"insert-heavy\",\"profile\":\"insert-heavy\"},{\"name\":"
						  "\"scan\",\"profile\":\"scan-heavy\"},"
						  "{\"name\":\"often\",\"weight\":20,\"file\":\"a\",\"script\":\"SELECT k FROM "
						  "item WHERE id = :client_id + 1;\"}]}",
					    dir));

	(void)unused;
	monitor_run(m);
	wait_kind(m, "scan", 5);
	wait_kind(m, "insert", 100);
	assert_true(ops_of(m, "often") > ops_of(m, "scan"));
	assert_true(atomic_load(&kind(m, "often")->rows) > 0);
	assert_true(latency_quantile(&kind(m, "scan")->latency, NULL, 0.5) > 0);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	remove_kept(dir);
	temp_dir_remove(dir);
}

/* What fails is counted for its script, said once with file and line, and rolled back. */
static void failures_are_said(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m =
		monitor_new(JOB(START "\"work\":[{\"name\":\"bad\",\"file\":\"bad.sql\",\"script\":\"" MAKE
				      "BEGIN;\\nINSERT INTO t (a) VALUES (1);\\nINSERT INTO nowhere VALUES (1);\\nCOMMIT;\"}]}",
				dir));
	const char *said;

	(void)unused;
	monitor_run(m);
	said = monitor_wait(m, "event", PATIENCE_S);
	assert_non_null(said);
	assert_string_equal(said, "event error sqlite 1: bad.sql:4: no such table: nowhere");
	for (int i = 0; i < 3000 && atomic_load(&kind(m, "bad")->errors) < 20; i++)
		sleep_s(0.01);
	assert_true(atomic_load(&kind(m, "bad")->errors) >= 20);
	assert_int_equal(atomic_load(&kind(m, "bad")->ops), 0);
	monitor_end(m);
	assert_string_equal(ask(dir, "SELECT count(*) FROM t"), "0");
	remove_kept(dir);
	temp_dir_remove(dir);
}

static void expressions_fail(void **unused)
{
	static const struct {
		const char *script, *says;
	} t[] = {
		{ "\\\\set x 1 / 0\\nSELECT 1;", "event error script: s.sql:1:10: division by zero" },
		{ "SELECT 1;\\nSELECT :nothing;", "event error script: s.sql:2: a variable of this statement is not set" },
		{ "SELECT 1 AS a WHERE 1 = 0 \\\\gset", "event error script: s.sql:1: \\gset needs exactly one row" },
		{ "SELECT 1 + 1 \\\\gset",
		  "event error script: s.sql:1: a column's name is no name of a variable: give it one with AS" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		char *dir = temp_dir();
		struct monitor *m = monitor_new(JOB("{\"scenario\":\"sqlite\",\"dir\":\"%s\",\"work\":[{\"name\":\"s\",\"file\":"
						    "\"s.sql\",\"script\":\"%s\"}]}",
						    dir, t[i].script));
		const char *said;

		monitor_run(m);
		said = monitor_wait(m, "event", PATIENCE_S);
		assert_non_null(said);
		assert_string_equal(said, t[i].says);
		monitor_end(m);
		temp_dir_remove(dir);
	}
}

/* A script that sleeps in a transaction holds the others up for no longer; each of its runs ends. Connections of their own. */
static void scripts_sleep_and_reconnect(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = monitor_new(
		JOB(START "\"work\":[{\"name\":\"slow\",\"file\":\"a\",\"script\":\"SELECT 1;\\n\\\\sleep 1 ms\\nSELECT 2;\"},"
			  "{\"name\":\"own\",\"file\":\"b\",\"reconnect\":true,\"script\":\"SELECT 1;\"}]}",
		    dir));

	(void)unused;
	monitor_run(m);
	wait_kind(m, "slow", 20);
	wait_kind(m, "own", 20);
	monitor_say(m, "inject reconnect");
	monitor_say(m, "inject vacuum");
	wait_kind(m, "slow", ops_of(m, "slow") + 5);
	assert_true(atomic_load(&m->shared->connects) >= 22 + 2);
	assert_true(latency_quantile(&kind(m, "slow")->latency, NULL, 0.5) >= 980000);
	assert_true(atomic_load(&m->shared->errors) <= 2); /* at most what was under way when all connections were closed */
	monitor_end(m);
	remove_kept(dir);
	temp_dir_remove(dir);
}

static void journal_in_memory(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = monitor_new(JOB("{\"scenario\":\"sqlite\",\"dir\":\"%s\",\"rate\":0,\"journal\":\"memory\","
					    "\"profile\":\"insert-heavy\",\"keep\":true}",
					    dir));

	(void)unused;
	monitor_run(m);
	wait_kind(m, "insert", 1000);
	assert_false(exists(dir, "soakd.sqlite-wal") || exists(dir, "soakd.sqlite-journal"));
	monitor_end(m);
	assert_string_equal(ask(dir, "SELECT count(*) >= 1000 FROM item"), "1");
	remove_kept(dir);
	temp_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_bound),
		cmocka_unit_test(work_is_mixed),
		cmocka_unit_test(failures_are_said),
		cmocka_unit_test(expressions_fail),
		cmocka_unit_test(scripts_sleep_and_reconnect),
		cmocka_unit_test(journal_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
