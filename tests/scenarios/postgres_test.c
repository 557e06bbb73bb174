/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario postgres against a real server: native profiles, epochs, restarts, refused logins. */
#include "tests/check.h"

#include "tests/scenarios/cluster.h"

static void profile(const char *name, unsigned rate)
{
	char more[256];
	struct monitor *m;

	snprintf(more, sizeof(more), "\"profile\":\"%s\",\"rate\":%u,\"batch\":20,\"connections\":3", name, rate);
	m = monitor_new(job_with(more));
	assert_non_null(monitor_wait(m, "connected", PATIENCE_S));
	assert_int_equal(schemas(), 0); /* nothing is written before go */
	monitor_say(m, "go");
	if (!monitor_wait(m, "ready", PATIENCE_S))
		fail_msg("%s: not ready; it said: %s", name, m->all);
	assert_int_equal(atomic_load(&m->shared->connections), 3);
	wait_ops(m, 200);
	assert_int_equal(schemas(), 1);
	if (atomic_load(&m->shared->errors))
		fail_msg("%s: errors; it said: %s", name, m->all);
	monitor_end(m);
	assert_int_equal(schemas(), 0);
}

static void profiles(void **unused)
{
	(void)unused;
	profile("mixed", 1000);
	profile("mixed", 0);
	profile("insert-heavy", 0);
	profile("read-heavy", 1000);
	profile("read-heavy", 0);
	profile("scan-heavy", 0);
	profile("series-blob", 0);
	profile("prepare", 1000);
	profile("settings", 1000);
}

/* How often the backend has said the sum of its contexts. */
static unsigned contexts_of(const struct monitor *m, int64_t pid)
{
	char start[96];
	const char *at = m->all;
	unsigned n = 0;

	snprintf(start, sizeof(start), "internal %lld pg_backend_memory_contexts bytes ", (long long)pid);
	while ((at = strstr(at, start)) != NULL) {
		at += strlen(start);
		n += strncmp(at + strspn(at, "0123456789"), " total\n", 7) == 0;
	}
	return n;
}

static void backends_and_epoch(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"connections\":2"));
	char postmaster[96], line[32];
	int64_t pid, parent, backends[2];
	FILE *f;

	(void)unused;
	snprintf(postmaster, sizeof(postmaster), "%s/postmaster.pid", data);
	f = fopen(postmaster, "re");
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(int_parse(line, &parent, NULL), SK_OK);
	assert_non_null(monitor_wait(m, "backend", PATIENCE_S));
	assert_int_equal(int_parse(m->last + strlen("backend "), &pid, NULL), SK_OK);
	assert_int_equal(proc_kb((pid_t)pid, "status", "PPid:"), parent);
	backends[0] = pid;
	assert_non_null(monitor_wait(m, "backend", PATIENCE_S));
	assert_int_equal(int_parse(m->last + strlen("backend "), &backends[1], NULL), SK_OK);
	monitor_run(m);
	assert_non_null(strstr(m->all, "info version PostgreSQL 15"));
	assert_non_null(strstr(m->all, "info setting.fsync off"));
	monitor_say(m, "epoch");
	assert_non_null(monitor_wait(m, "internal", PATIENCE_S));
	assert_non_null(strstr(m->last, " pg_backend_memory_contexts bytes "));
	while (!strstr(m->all, " pg_stat_activity 1 1 client backend/active") || !strstr(m->all, " pg_database_size bytes ") ||
	       contexts_of(m, backends[0]) == 0 || contexts_of(m, backends[1]) == 0)
		assert_non_null(monitor_wait(m, "internal", PATIENCE_S));
	assert_non_null(strstr(m->all, "internal 0 pg_database_size bytes ")); /* of no one process */
	assert_non_null(strstr(m->all, " TopMemoryContext/CacheMemoryContext/CachedPlanSource/CachedPlanQuery\n"));
	assert_null(strstr(m->all, "SELECT")); /* identifiers of contexts are statements */
	monitor_end(m);
}

static void foreign_schema(void **unused)
{
	struct monitor *m;

	(void)unused;
	sql("CREATE SCHEMA soakd");
	m = monitor_new(job_with(""));
	assert_non_null(monitor_wait(m, "connected", PATIENCE_S));
	monitor_say(m, "go");
	assert_non_null(monitor_wait(m, "failed 2", PATIENCE_S));
	assert_non_null(strstr(m->last, "that soakd did not make"));
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
	assert_int_equal(schemas(), 1);
	sql("DROP SCHEMA soakd");
}

/* The table is held at its size across operations, a crash of the driver, and a second one; kept by option. */
static void held_and_kept(void **unused)
{
	struct monitor *m = monitor_new(
		job_with("\"profile\":\"insert-heavy\",\"rate\":0,\"batch\":7,\"rows\":500,\"keep\":true,\"checkpoint\":true"));
	uint64_t next;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 3000);
	kill(m->pid, SIGKILL);
	assert_int_equal(monitor_status(m), -SIGKILL);
	next = atomic_load(&m->shared->next_id);
	monitor_start(m, job);
	monitor_run(m);
	assert_true(atomic_load(&m->shared->next_id) >= next);
	wait_ops(m, atomic_load(&m->shared->ops) + 2000);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_free(m);
	/* 16 batches of 7 are under way at full speed: a crash may lose them, a connection that was stuck may be late with them
	 */
	assert_in_range(sql("SELECT count(*) FROM soakd.item"), 500 - 16 * 7, 500 + 16 * 7);
	m = monitor_new(job_with("\"profile\":\"scan-heavy\",\"rows\":300"));
	monitor_run(m);
	assert_int_equal(sql("SELECT count(*) FROM soakd.item"), 300);
	monitor_end(m);
	assert_int_equal(schemas(), 0);
}

static void hold_stops_writing(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"profile\":\"mixed\",\"rate\":0,\"connections\":4"));
	char reading[240];
	uint64_t ops;
	int64_t max;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 100);
	monitor_say(m, "hold");
	while (!atomic_load(&m->shared->holding))
		sleep_s(0.01);
	/* what was under way has ended where a read has begun since */
	snprintf(reading, sizeof(reading),
		 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'soakd' AND query LIKE 'SELECT %% FROM "
		 "soakd.item%%' "
		 "AND query_start > to_timestamp(%lld / 1000000.0)",
		 (long long)sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"));
	while (sql(reading) < 4)
		sleep_s(0.05);
	max = sql("SELECT max(id) FROM soakd.item");
	ops = atomic_load(&m->shared->ops);
	wait_ops(m, ops + 100); /* reads go on */
	assert_int_equal(sql("SELECT max(id) FROM soakd.item"), max);
	monitor_say(m, "continue");
	while (sql("SELECT max(id) FROM soakd.item") == max)
		sleep_s(0.05);
	monitor_end(m);
}

static void server_restarts(void **unused)
{
	struct monitor *m = monitor_new(job_with("\"rate\":500"));
	uint64_t ops;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 50);
	pg_ctl("restart");
	ops = atomic_load(&m->shared->ops);
	wait_ops(m, ops + 100);
	for (double end = now_s() + PATIENCE_S; atomic_load(&m->shared->reconnects) < 4 && now_s() < end;)
		sleep_s(0.05);
	assert_int_equal(atomic_load(&m->shared->reconnects), 4);
	assert_true(atomic_load(&m->shared->errors) >= 4);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	assert_non_null(strstr(m->all, "event reconnect connection lost: "));
	assert_non_null(strstr(m->all, "event reconnect all 4 connections are back"));
	monitor_free(m);
	assert_int_equal(schemas(), 0);
}

static void fails(const char *more, const char *says)
{
	struct monitor *m = monitor_new(job_with(more));

	if (!monitor_wait(m, "failed 2", PATIENCE_S) || !strstr(m->last, says))
		fail_msg("\"%s\" is not in: %s", says, m->all);
	if (strstr(m->all, "secret"))
		fail_msg("the password is in: %s", m->all);
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
}

static const char *role(const char *options)
{
	static char more[256];

	snprintf(more, sizeof(more), "\"dsn\":\"user=soaker dbname=postgres %s\"", options);
	return more;
}

/* A connection of somebody else that stays until its input is closed; its backend's pid. */
static int64_t stranger(pid_t *pid, int *input)
{
	int in[2], out[2];
	char line[64] = "";
	int64_t backend = 0;

	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	*pid = fork();
	if (*pid == 0) {
		if (root && (setgid(gid) != 0 || setuid(uid) != 0))
			_exit(99);
		dup2(in[0], 0);
		dup2(out[1], 1);
		execl(BIN "psql", "psql", "-XAtqh", dir, "-d", "postgres", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	*input = in[1];
	assert_true(write(in[1], "SELECT pg_backend_pid();\n", 25) == 25);
	assert_true(read(out[0], line, sizeof(line) - 1) > 0);
	close(out[0]);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(int_parse(line, &backend, NULL), SK_OK);
	return backend;
}

/* Whether the server's log has a line with this, within a while: the backend logs when it comes to it. */
static bool logged(const char *what)
{
	char path[96], line[1024];
	double end = now_s() + PATIENCE_S;
	bool found = false;

	snprintf(path, sizeof(path), "%s/log", dir);
	while (!found && now_s() < end) {
		FILE *f = fopen(path, "re");

		assert_non_null(f);
		while (!found && fgets(line, sizeof(line), f))
			found = strstr(line, what) != NULL;
		fclose(f);
		if (!found)
			sleep_s(0.1);
	}
	return found;
}

static void another_backend_logs(void **unused)
{
	struct monitor *m;
	char more[300], words[96], words_of_event[160];
	int input, status;
	int64_t backend;
	pid_t pid;

	(void)unused;
	backend = stranger(&pid, &input);
	m = monitor_new(job_with("\"connections\":1"));
	monitor_run(m);
	monitor_say(m, "log 0");
	monitor_say(m, "log x");
	snprintf(words, sizeof(words), "log %lld", (long long)backend);
	monitor_say(m, words);
	assert_non_null(monitor_wait(m, "event memory-log", PATIENCE_S));
	snprintf(words, sizeof(words), "of pid %lld: see its log (stderr)", (long long)backend);
	assert_non_null(strstr(m->last, words));
	snprintf(words_of_event, sizeof(words_of_event), "%.150s", m->last);
	snprintf(words, sizeof(words), "logging memory contexts of PID %lld", (long long)backend);
	assert_true(logged(words));
	/* a pid that is none is not asked for */
	assert_ptr_equal(strstr(m->all, "event memory-log"), strstr(m->all, words_of_event));
	monitor_end(m);
	/* a role that may not: said once, and no error of the workload */
	sql("GRANT CREATE ON DATABASE postgres TO soaker");
	snprintf(more, sizeof(more), "%s,\"connections\":1", role("password=right-secret"));
	m = monitor_new(job_with(more));
	monitor_run(m);
	snprintf(words, sizeof(words), "log %lld", (long long)backend);
	monitor_say(m, words);
	assert_non_null(monitor_wait(m, "event unreadable the memory contexts of other", PATIENCE_S));
	assert_non_null(strstr(m->last, "GRANT EXECUTE ON FUNCTION pg_log_backend_memory_contexts TO \"soaker\""));
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	sql("REVOKE CREATE ON DATABASE postgres FROM soaker");
	close(input);
	waitpid(pid, &status, 0);
}

static void refused_logins(void **unused)
{
	(void)unused;
	fails(role("password=wrong-secret"), "~/.pgpass");
	fails(role("passfile=/nonexistent"), "it wants a password: echo '");
	fails("\"dsn\":\"password=secret secret\"", "--dsn is no connection string");
	fails("\"dsn\":\"user=nobodyelse\"", "sudo -u nobodyelse soakd");
	fails("\"dsn\":\"dbname=nonesuch\"", "createdb nonesuch");
	fails("\"dsn\":\"port=1\"", "pg_isready -h ");
	fails("\"connections\":200", "--connections");
}

/* The right password, from the file of the user who called: readable by that user alone, and gone from sight after the change of
 * user. */
static void password_file(void **unused)
{
	char pass[96];
	struct monitor *m;
	FILE *f;

	(void)unused;
	snprintf(pass, sizeof(pass), "%s.pgpass", dir); /* beside the directory: the cluster's user cannot read it */
	f = fopen(pass, "we");
	assert_non_null(f);
	fputs("*:*:*:soaker:right-secret\n", f);
	fclose(f);
	chmod(pass, 0600);
	setenv("PGPASSFILE", pass, 1);
	m = monitor_new(job_with(role("")));
	if (!monitor_wait(m, "connected", PATIENCE_S))
		fail_msg("the password file was not read: %s", m->all);
	monitor_say(m, "go"); /* that role may not make a schema */
	assert_non_null(monitor_wait(m, "failed 2", PATIENCE_S));
	assert_non_null(strstr(m->last, "GRANT CREATE ON DATABASE \"postgres\" TO \"soaker\""));
	assert_null(strstr(m->all, "secret"));
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
	sql("GRANT CREATE ON DATABASE postgres TO soaker");
	m = monitor_new(job_with(role("")));
	monitor_run(m);
	wait_ops(m, 20);
	monitor_end(m);
	sql("REVOKE CREATE ON DATABASE postgres FROM soaker");
	unsetenv("PGPASSFILE");
	unlink(pass);
	assert_int_equal(schemas(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles),        cmocka_unit_test(backends_and_epoch),
		cmocka_unit_test(foreign_schema),  cmocka_unit_test(another_backend_logs),
		cmocka_unit_test(held_and_kept),   cmocka_unit_test(hold_stops_writing),
		cmocka_unit_test(refused_logins),  cmocka_unit_test(password_file),
		cmocka_unit_test(server_restarts),
	};

	return cmocka_run_group_tests(tests, cluster_up, cluster_down);
}
