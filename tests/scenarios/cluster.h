/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cluster of the test's own: in a temporary directory, on a Unix socket, with peer authentication as on Debian. As root the
 * cluster is the user postgres's, and the driver becomes that user, as it does for soakd.
 */
#ifndef TESTS_SCENARIOS_CLUSTER_H
#define TESTS_SCENARIOS_CLUSTER_H

#include <pwd.h>
#include <signal.h>

#include "tests/scenarios/monitor.h"

#define BIN "/usr/lib/postgresql/15/bin/"

static char dir[64], data[80], job[8192];
static uid_t uid;
static gid_t gid;
static bool root;

#define JOB(...) (snprintf(job, sizeof(job), __VA_ARGS__), job)

/* Runs a program as the cluster's user; its output goes to `out` (may be NULL). Returns its exit status. */
static inline int run(const char *const *argv, char *out, size_t n)
{
	int p[2], status = -1;
	size_t got = 0;
	ssize_t r;
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (root && (setgid(gid) != 0 || setuid(uid) != 0))
			_exit(99);
		if (chdir("/") != 0)
			_exit(98);
		dup2(p[1], 1);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(p[1]);
	while (out && got < n - 1 && (r = read(p[0], out + got, n - 1 - got)) > 0)
		got += (size_t)r;
	if (out)
		out[got] = '\0';
	waitpid(pid, &status, 0);
	close(p[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL }, NULL, 0)

/* pg_ctl leaves a server that would hold a pipe open, so its output is not read. */
static inline void pg_ctl(const char *verb)
{
	char options[160], log[96];

	snprintf(options, sizeof(options), "-k %s -c listen_addresses= -c fsync=off -c shared_buffers=16MB", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	assert_int_equal(RUN(BIN "pg_ctl", "-s", "-w", "-D", data, "-l", log, "-o", options, "-m", "fast", verb), 0);
}

static inline int64_t sql(const char *statement)
{
	char out[256];
	int64_t v = 0;

	assert_int_equal(run((const char *const[]){ BIN "psql", "-XAtqh", dir, "-d", "postgres", "-c", statement, NULL }, out,
			     sizeof(out)),
			 0);
	out[strcspn(out, "\n")] = '\0';
	if (*out)
		assert_int_equal(int_parse(out, &v, NULL), SK_OK);
	return v;
}

static inline int64_t schemas(void)
{
	return sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'soakd'");
}

static inline int cluster_up(void **unused)
{
	char hba[96];
	FILE *f;

	(void)unused;
	root = geteuid() == 0;
	uid = geteuid();
	gid = getegid();
	if (root) {
		const struct passwd *pw = getpwnam("postgres");

		assert_non_null(pw);
		uid = pw->pw_uid;
		gid = pw->pw_gid;
	}
	snprintf(dir, sizeof(dir), "/tmp/soakd-pg.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chown(dir, uid, gid), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	snprintf(data, sizeof(data), "%s/data", dir);
	assert_int_equal(
		run((const char *const[]){ BIN "initdb", "-D", data, "-A", "peer", "-N", "-E", "UTF8", "--locale=C", NULL },
		    (char[65536]){ 0 }, 65536),
		0);
	snprintf(hba, sizeof(hba), "%s/pg_hba.conf", data);
	f = fopen(hba, "we");
	assert_non_null(f);
	fputs("local all soaker scram-sha-256\nlocal all all peer\n", f);
	fclose(f);
	pg_ctl("start");
	sql("CREATE ROLE soaker LOGIN PASSWORD 'right-secret'");
	unsetenv("PGHOST");
	unsetenv("PGPORT");
	return 0;
}

static inline int cluster_down(void **unused)
{
	(void)unused;
	pg_ctl("stop");
	assert_int_equal(RUN("/bin/rm", "-rf", data), 0);
	snprintf(data, sizeof(data), "%s/log", dir);
	unlink(data);
	assert_int_equal(rmdir(dir), 0);
	return 0;
}

/* A job with these further keys, against our cluster, as its user. */
static inline const char *job_with(const char *more)
{
	char as[64] = "";

	if (root)
		snprintf(as, sizeof(as), ",\"uid\":%u,\"gid\":%u", uid, gid);
	return JOB("{\"scenario\":\"postgres\",\"host\":\"%s\",\"port\":\"5432\"%s%s%s}", dir, as, *more ? "," : "", more);
}

static inline void wait_ops(struct monitor *m, uint64_t n)
{
	double end = now_s() + PATIENCE_S;

	while (atomic_load(&m->shared->ops) < n) {
		if (now_s() > end)
			fail_msg("%llu operations, and no more in time; it said: %s",
				 (unsigned long long)atomic_load(&m->shared->ops), m->all);
		sleep_s(0.02);
	}
}

#endif
