/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soakd-drive itself, with the test as its monitor: sqlite, leaky, exec, none, bad jobs. */
#include "tests/check.h"

#include <signal.h>
#include <sqlite3.h>

#include "tests/scenarios/monitor.h"

static char job[8192];

#define JOB(...) (snprintf(job, sizeof(job), __VA_ARGS__), job)

/* Waits until the counter has reached n; what counts is that it does, not when. */
static void wait_ops(struct monitor *m, uint64_t n)
{
	double end = now_s() + PATIENCE_S;

	while (atomic_load(&m->shared->ops) < n) {
		if (now_s() > end)
			fail_msg("%llu operations, and no more in time", (unsigned long long)atomic_load(&m->shared->ops));
		sleep_s(0.02);
	}
}

static void sqlite_profile(const char *profile, const char *journal, unsigned rate)
{
	char *dir = temp_dir();
	struct monitor *m =
		monitor_new(JOB("{\"scenario\":\"sqlite\",\"profile\":\"%s\",\"journal\":\"%s\",\"dir\":\"%s\",\"rate\":%u,"
				"\"batch\":10,\"rows\":20000,\"connections\":3}",
				profile, journal, dir, rate));

	monitor_run(m);
	assert_true(exists(dir, "soakd.sqlite"));
	wait_ops(m, 100);
	monitor_say(m, "epoch");
	assert_non_null(monitor_wait(m, "internal", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	temp_dir_remove(dir); /* the file, its log and its index are gone */
}

static void sqlite_profiles(void **unused)
{
	(void)unused;
	sqlite_profile("mixed", "wal", 1000);
	sqlite_profile("insert-heavy", "wal", 0);
	sqlite_profile("insert-heavy", "rollback", 0);
	sqlite_profile("read-heavy", "rollback", 1000);
	sqlite_profile("scan-heavy", "wal", 0);
	sqlite_profile("series-blob", "wal", 0);
}

static int64_t sqlite_number(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t v;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

/* Kept by option; the table is held at its size; hold stops writing; a second driver does not repeat an id. */
static void sqlite_held_and_kept(void **unused)
{
	char *dir = temp_dir(), path[PATH_MAX];
	struct monitor *m =
		monitor_new(JOB("{\"scenario\":\"sqlite\",\"profile\":\"insert-heavy\",\"dir\":\"%s\",\"rate\":0,\"batch\":7,"
				"\"rows\":500,\"keep\":true,\"checkpoint\":true}",
				dir));
	uint64_t held, next;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 2000);
	monitor_say(m, "hold");
	while (!atomic_load(&m->shared->holding))
		sleep_s(0.01);
	held = atomic_load(&m->shared->ops);
	sleep_s(0.2);
	assert_int_equal(atomic_load(&m->shared->ops), held);
	monitor_say(m, "continue");
	wait_ops(m, held + 1);
	kill(m->pid, SIGKILL); /* a crash: the file stays */
	assert_int_equal(monitor_status(m), -SIGKILL);
	next = atomic_load(&m->shared->next_id);
	monitor_start(m, job);
	monitor_run(m);
	assert_true(atomic_load(&m->shared->next_id) >= next);
	wait_ops(m, atomic_load(&m->shared->ops) + 1000); /* ids that the crash left unused expire too */
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	assert_int_equal(sqlite_number(path, "SELECT count(*) FROM item"), 500);
	assert_int_equal(sqlite_number(path, "SELECT max(id) - min(id) + 1 FROM item"), 500);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_free(m);
	unlink(path);
	temp_dir_remove(dir);
}

/* A row of somebody else in the way: the error that is said is the statement's, not that of the ROLLBACK behind it. */
static void sqlite_says_why(void **unused)
{
	char *dir = temp_dir(), path[PATH_MAX];
	struct monitor *m = monitor_new(
		JOB("{\"scenario\":\"sqlite\",\"profile\":\"insert-heavy\",\"dir\":\"%s\",\"rate\":0,\"batch\":1}", dir));
	const char *said;
	sqlite3 *db;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 10);
	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	assert_int_equal(
		sqlite3_exec(db, "INSERT INTO item (id, k, body) SELECT max(id) + 100000, 0, '' FROM item", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	atomic_store(&m->shared->next_id, (uint64_t)sqlite_number(path, "SELECT max(id) FROM item"));
	said = monitor_wait(m, "event", PATIENCE_S);
	assert_non_null(said);
	assert_string_equal(said, "event error sqlite 1555: constraint failed");
	monitor_end(m);
	temp_dir_remove(dir);
}

/* Seeds once: what a resumed run finds is counted in. */
static void sqlite_seeds(void **unused)
{
	char *dir = temp_dir(), path[PATH_MAX];

	(void)unused;
	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	for (int i = 0; i < 2; i++) {
		struct monitor *m = monitor_new(
			JOB("{\"scenario\":\"sqlite\",\"profile\":\"scan-heavy\",\"dir\":\"%s\",\"keep\":true}", dir));

		monitor_run(m);
		assert_int_equal(atomic_load(&m->shared->next_id), 10001);
		monitor_end(m);
		assert_int_equal(sqlite_number(path, "SELECT count(*) FROM item"), 10000);
	}
	unlink(path);
	temp_dir_remove(dir);
}

/* What is in row 7 of a run with this seed, blob included, as SQL text. */
static void sqlite_row(unsigned seed, char *row, size_t n)
{
	char *dir = temp_dir(), path[PATH_MAX];
	struct monitor *m = monitor_new(
		JOB("{\"scenario\":\"sqlite\",\"profile\":\"series-blob\",\"dir\":\"%s\",\"keep\":true,\"seed\":%u}", dir, seed));
	sqlite3 *db;
	sqlite3_stmt *st;

	monitor_run(m);
	wait_ops(m, 100);
	monitor_end(m);
	snprintf(path, sizeof(path), "%s/soakd.sqlite", dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT k || body || hex(blob) FROM item WHERE id = 7", -1, &st, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	snprintf(row, n, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	unlink(path);
	temp_dir_remove(dir);
}

/* The same seed, the same rows, to the last byte of a blob. */
static void sqlite_blobs(void **unused)
{
	char a[5000], b[5000];

	(void)unused;
	sqlite_row(1, a, sizeof(a));
	sqlite_row(1, b, sizeof(b));
	assert_string_equal(a, b);
	assert_true(strlen(a) > 4096);
}

/* What was told to be leaked, by a step that was made between two times. */
struct told {
	double after, before; /* seconds of now_s() */
	double bytes;
};

/*
 * At the second change that is seen. The step of the first may have begun before we looked, and have been told late; that of the second
 * begins after the first is told, and is told before it is seen: however late anybody is, it lies between the two times.
 */
static struct told told_next(const struct monitor *m)
{
	struct told t = { .after = now_s() };
	uint64_t seen = atomic_load(&m->shared->truth_bytes);

	for (int changes = 0; changes < 2;) {
		uint64_t told = atomic_load(&m->shared->truth_bytes);

		if (told != seen) {
			seen = told;
			changes++;
		} else if (now_s() > t.after + PATIENCE_S) {
			fail_msg("no more was leaked than %llu bytes", (unsigned long long)told);
		} else {
			sleep_s(0.005);
		}
	}
	t.before = now_s();
	t.bytes = (double)seen;
	return t;
}

/*
 * By no two steps is it less or more than the rate makes of the time between them, and there are two between which that is known within
 * 5 %: on a busy machine they are farther apart.
 */
static void leaks_linearly(const struct monitor *m, double bytes_per_s)
{
	const double end = now_s() + PATIENCE_S;
	struct told from = told_next(m), to;
	double least, most;

	do {
		to = told_next(m);
		least = to.after - from.before;
		most = to.before - from.after;
		assert_true(to.bytes - from.bytes >= bytes_per_s * least - 1); /* whole bytes are told */
		assert_true(to.bytes - from.bytes <= bytes_per_s * most + 1);
		if (most <= 1.05 * least)
			return;
		if (to.before - to.after <
		    (from.before - from.after) / 2) /* known much better, by which it is sooner well enough */
			from = to;
	} while (now_s() < end);
	fail_msg("the time between two steps is not known better than from %.2f to %.2f s", least, most);
}

/* The truth, seen from outside: growth of private memory against what was asked for. It is looked at before a phase and after it. */
static void leaky_rate(double mib_per_h, const char *shape)
{
	struct monitor *m = monitor_new(JOB("{\"scenario\":\"leaky\",\"profile\":\"%s\",\"leak_rate_bytes_per_h\":%.0f,"
					    "\"length_s\":16,\"phases\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
					    shape, mib_per_h * 1048576));
	int64_t kb[2];
	uint64_t truth[2];
	double grown, told;

	monitor_run(m);
	monitor_say(m, "phase 0");
	wait_ops(m, 6); /* what comes once, such as the first pages of the C library, has come */
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	kb[0] = private_kb(m->pid);
	truth[0] = atomic_load(&m->shared->truth_bytes);
	monitor_say(m, "phase 1");
	if (strcmp(shape, "linear") == 0 && mib_per_h > 0)
		leaks_linearly(m, mib_per_h * 1048576 / 3600);
	wait_ops(m, atomic_load(&m->shared->ops) + 40);
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 1", PATIENCE_S));
	kb[1] = private_kb(m->pid);
	truth[1] = atomic_load(&m->shared->truth_bytes);
	grown = (double)(kb[1] - kb[0]) * 1024;
	told = (double)(truth[1] - truth[0]);
	if (strcmp(shape, "none") == 0 || mib_per_h <= 0)
		assert_int_equal(truth[1], 0);
	else
		assert_true(told > 0);
#ifdef __SANITIZE_ADDRESS__
	assert_true(grown >= told * 0.95 - 65536); /* its malloc rounds up and keeps shadow pages */
#else
	assert_double_equal(grown, told, told * 0.01 + 65536);
#endif
	monitor_end(m);
}

static void leaky_rates(void **unused)
{
	(void)unused;
	leaky_rate(0, "linear");
	leaky_rate(20 * 1024, "linear"); /* 20 GiB/h: 34 MiB in these six seconds */
	leaky_rate(20 * 1024, "staircase");
	leaky_rate(100 * 1024, "linear");
	leaky_rate(20 * 1024, "none");
}

static void exec_job(struct monitor **m, const char *dir, const char *argv, double interval)
{
	*m = monitor_new(JOB("{\"scenario\":\"exec\",\"dir\":\"%s\",\"exec\":%s,\"interval_s\":%g}", dir, argv, interval));
}

static void exec_counts(void **unused)
{
	char *dir = temp_dir(), path[PATH_MAX];
	struct monitor *m;

	(void)unused;
	exec_job(&m, dir, "[\"/bin/sh\",\"-c\",\"echo 'number of transactions actually processed: 41/50'; echo oops >&2\"]",
		 0.05);
	monitor_run(m);
	wait_ops(m, 82);
	assert_int_equal(atomic_load(&m->shared->ops) % 41, 0);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	snprintf(path, sizeof(path), "%s/exec.log", dir);
	assert_int_equal(unlink(path), 0);

	exec_job(&m, dir, "[\"/bin/sh\",\"-c\",\"exit 3\"]", 0.02);
	monitor_run(m);
	while (atomic_load(&m->shared->errors) < 3)
		sleep_s(0.02);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	assert_int_equal(atomic_load(&m->shared->ops), 0);
	assert_non_null(strstr(m->all, "event error exit 3: /bin/sh ended with status 3"));
	assert_non_null(strstr(m->all, "operations failed so in all"));
	monitor_free(m);
	unlink(path);
	temp_dir_remove(dir);
}

/* Stopping ends the command and its children, though the command ignores TERM's children; nothing else is hit. */
/* Who reaps it is not ours to know, so a zombie counts as well. */
static bool ended(pid_t pid)
{
	return kill(pid, 0) != 0 || proc_kb(pid, "status", "VmSize:") == -1;
}

static void exec_stops_its_group(void **unused)
{
	char *dir = temp_dir(), path[PATH_MAX], line[64] = "";
	struct monitor *m;
	int64_t child = 0;
	FILE *f;

	(void)unused;
	exec_job(&m, dir, "[\"/bin/sh\",\"-c\",\"sleep 1000 & echo $!; wait\"]", 60);
	monitor_run(m);
	snprintf(path, sizeof(path), "%s/exec.log", dir);
	for (double end = now_s() + PATIENCE_S; !strchr(line, '\n') && now_s() < end; sleep_s(0.02)) {
		f = fopen(path, "re");
		if (f && !fgets(line, sizeof(line), f))
			line[0] = '\0';
		if (f)
			fclose(f);
	}
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(int_parse(line, &child, NULL), SK_OK);
	assert_int_equal(kill((pid_t)child, 0), 0);
	monitor_end(m);
	/* killed, but a busy kernel ends it when it comes to it */
	for (double end = now_s() + PATIENCE_S; !ended((pid_t)child) && now_s() < end;)
		sleep_s(0.02);
	assert_true(ended((pid_t)child));
	unlink(path);
	temp_dir_remove(dir);
}

static void fails(const char *text, int status, const char *says)
{
	struct monitor *m = monitor_new(text);

	if (!monitor_wait(m, "failed", PATIENCE_S) || !strstr(m->last, says))
		fail_msg("\"%s\" is not in: %s", says, m->all);
	assert_int_equal(monitor_status(m), status);
	monitor_free(m);
}

static void bad_jobs(void **unused)
{
	(void)unused;
	fails("", 2, "no JSON object");
	fails("{\"scenario\":\"sqlite\",\"dsn\":\"password=hushhush", 2, "no JSON object");
	fails("{\"scenario\":\"nonesuch\"}", 2, "no scenario \"nonesuch\"");
	fails("{\"scenario\":\"sqlite\",\"profile\":\"nonesuch\",\"dir\":\"/tmp\"}", 2, "no profile");
	fails("{\"scenario\":\"sqlite\",\"connections\":0,\"dir\":\"/tmp\"}", 2, "\"connections\" must be an integer from 1");
	fails("{\"scenario\":\"sqlite\",\"dir\":\"/nonexistent/dir\"}", 2, "cannot open /nonexistent/dir/soakd.sqlite");
	fails("{\"scenario\":\"exec\",\"dir\":\"/tmp\"}", 2, "needs a command");
	fails("{\"scenario\":\"exec\",\"dir\":\"/tmp\",\"exec\":[\"soakd-no-such-program\"]}", 127, "there is no such program");
	fails("{\"scenario\":\"exec\",\"dir\":\"/tmp\",\"exec\":[\"/etc/passwd\"]}", 126, "cannot run /etc/passwd");
}

/* The terminal's and systemd's signals are the monitor's; the end of the monitor is the end of the driver. */
static void signals_and_the_end(void **unused)
{
	struct monitor *m = monitor_new("{\"scenario\":\"none\"}");

	(void)unused;
	monitor_run(m);
	kill(m->pid, SIGINT);
	kill(m->pid, SIGTERM);
	kill(m->pid, SIGHUP);
	monitor_end(m);
	m = monitor_new("{\"scenario\":\"leaky\",\"leak_rate_bytes_per_h\":1}");
	monitor_run(m);
	shutdown(m->sock, SHUT_RDWR);
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
}

static void stop_at_any_time(void **unused)
{
	struct monitor *m = monitor_new("{\"scenario\":\"leaky\"}");

	(void)unused;
	monitor_say(m, "stop"); /* before go */
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
}

static void by_hand(void **unused)
{
	int status;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		const char *const args[] = { NULL, "--help", "--nonesuch" };
		pid_t pid = fork();

		if (pid == 0) {
			int null = open("/dev/null", O_RDWR | O_CLOEXEC);

			dup2(null, 1);
			dup2(null, 2);
			close(DRIVE_FD_SHARED);
			close(DRIVE_FD_CONTROL);
			execl(drive_path(), "soakd-drive", args[i], (char *)NULL);
			_exit(99);
		}
		waitpid(pid, &status, 0);
		assert_int_equal(WEXITSTATUS(status), i == 1 ? 0 : 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_jobs),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(signals_and_the_end),
		cmocka_unit_test(stop_at_any_time),
		cmocka_unit_test(leaky_rates),
		cmocka_unit_test(sqlite_profiles),
		cmocka_unit_test(sqlite_held_and_kept),
		cmocka_unit_test(sqlite_says_why),
		cmocka_unit_test(sqlite_seeds),
		cmocka_unit_test(sqlite_blobs),
		cmocka_unit_test(exec_counts),
		cmocka_unit_test(exec_stops_its_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
