/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `soakd doctor`, a PostgreSQL server: may the workload log in? soakd-drive --check answers: it takes the job on its standard input,
 * connects as a run would, makes nothing, prints one sentence and exits 0, or 2 with the sentence that says what to change.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/spawn.h"
#include "soakd/doctor.h"
#include "soakd/job.h"
#include "soakd/launch.h"

#define CHECK_S 15 /* a server that does not answer by then is down for our purpose */

/* Everything that fd gives until it closes or CHECK_S are over. False: they are over. */
static bool read_answer(int fd, struct text *out)
{
	int64_t end = clock_boot_ns(&clock_real) + (int64_t)CHECK_S * 1000000000;

	for (;;) {
		char buf[512];
		int64_t left_ms = (end - clock_boot_ns(&clock_real)) / 1000000;
		struct pollfd p = { fd, POLLIN, 0 };

		if (left_ms <= 0 || poll(&p, 1, (int)left_ms) == 0)
			return false;
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n == 0 || (n == -1 && errno != EINTR))
			return true;
		if (n > 0 && out->len < 4096)
			text_addn(out, buf, (size_t)n);
	}
}

/* The job goes through a pipe whose buffer holds it whole (64 KiB), so that nobody waits for anybody. */
static enum sk_code write_job(int fd, const json_t *job, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = SK_OK;

	json_add(&t, job, 0);
	if (t.failed || write(fd, text_str(&t), t.len) != (ssize_t)t.len)
		rc = sk_fail(err, SK_EIO, errno, "cannot hand the job to soakd-drive: %s", strerror(errno));
	text_release(&t);
	return rc;
}

static enum sk_code start_check(const json_t *job, pid_t *pid, int *answer, struct sk_err *err)
{
	char path[PATH_MAX];
	char *argv[] = { path, (char[]){ "--check" }, NULL };
	int in[2], out[2];
	enum sk_code rc = helper_path("soakd-drive", path, sizeof(path), err);

	if (rc != SK_OK)
		return rc;
	if (pipe2(in, O_CLOEXEC) != 0)
		return sk_fail(err, SK_EIO, errno, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(out, O_CLOEXEC) != 0) {
		rc = sk_fail(err, SK_EIO, errno, "cannot make a pipe: %s", strerror(errno));
		close(in[0]);
		close(in[1]);
		return rc;
	}
	const struct launch_fd fds[] = { { in[0], 0 }, { out[1], 1 }, { out[1], 2 } };

	rc = write_job(in[1], job, err);
	if (rc == SK_OK)
		rc = launch_helper(argv, fds, 3, pid, err);
	close(in[0]);
	close(in[1]);
	close(out[1]);
	if (rc == SK_OK)
		*answer = out[0];
	else
		close(out[0]);
	return rc;
}

/* The first line of what was said, without the program's name in front. */
static void first_line(const struct text *said, char *buf, size_t n)
{
	const char *s = text_str(said);

	if (strncmp(s, "soakd-drive: ", 13) == 0)
		s += 13;
	snprintf(buf, n, "%.*s", (int)strcspn(s, "\n"), s);
}

static void ask_driver(struct findings *f, const json_t *job)
{
	struct text said = TEXT_INIT;
	struct sk_err err = { 0 };
	char line[1000];
	pid_t pid = 0;
	int fd = -1, status = 0;

	if (start_check(job, &pid, &fd, &err) != SK_OK) {
		found(f, FINDING_FAIL, "the workload cannot be driven", NULL, "%s", err.msg);
		return;
	}
	bool answered = read_answer(fd, &said);

	close(fd);
	if (!answered)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	first_line(&said, line, sizeof(line));
	if (!answered)
		found(f, FINDING_FAIL, "the workload could not be driven", "is the server up, and is a firewall in between?",
		      "the server did not answer within %d s", CHECK_S);
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		found_ok(f, "login: %s", *line ? line : "accepted");
	else
		found(f, FINDING_FAIL, "the workload could not be driven; to watch only: --scenario none", NULL, "login: %s",
		      *line ? line : "soakd-drive ended without a word");
	text_release(&said);
}

void doctor_login(struct findings *f, const struct target *t, const struct run_options *o)
{
	struct postmaster_info pm = { 0 };
	struct sk_err err = { 0 };
	json_t *job = NULL;
	bool have = target_postmaster(t, &pm, &err) == SK_OK;

	if (have)
		found_ok(f, "the server's data are in %s; it listens at %s, port %s", pm.datadir, pm.host, pm.port);
	else
		found(f, FINDING_WARN, "the run goes where libpq goes by default, or where --dsn or PGHOST say",
		      "run as root or as the server's user", "%s", err.msg);
	if (job_make(o, "postgres", "mixed", have ? &pm : NULL, "/", false, &job, &err) != SK_OK) {
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
		return;
	}
	ask_driver(f, job);
	json_decref(job);
}
