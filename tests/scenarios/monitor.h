/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays the monitor for the tests of soakd-drive: the real program, the real protocol of base/drive.h. */
#ifndef TESTS_SCENARIOS_MONITOR_H
#define TESTS_SCENARIOS_MONITOR_H

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/drive.h"
#include "base/units.h"

/* For what has to happen: no test takes it for an answer, and only one that fails waits so long. A busy machine takes its time. */
#define PATIENCE_S 120.0

struct monitor {
	pid_t pid;
	int sock, shared_fd;
	struct drive_shared *shared;
	char last[DRIVE_MSG + 1]; /* the message that was waited for */
	char all[1 << 18];        /* every message, a line each */
	size_t n_all;
};

static inline double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static inline void sleep_s(double s)
{
	const struct timespec ts = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };

	nanosleep(&ts, NULL);
}

/* The program beside the folder of the tests. */
static inline const char *drive_path(void)
{
	static char path[PATH_MAX + 16];
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	snprintf(path, sizeof(path), "%s/soakd-drive", dirname(dirname(dirname(self))));
	return path;
}

static inline int moved_up(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 100);
}

/* Starts a driver with this job; the counters of an earlier one of the same monitor go on. */
static inline void monitor_start(struct monitor *m, const char *job)
{
	int in = memfd_create("job", MFD_CLOEXEC), pair[2];

	if (!m->shared) {
		m->shared_fd = memfd_create("shared", MFD_CLOEXEC);
		assert_int_equal(ftruncate(m->shared_fd, sizeof(*m->shared)), 0);
		m->shared = mmap(NULL, sizeof(*m->shared), PROT_READ | PROT_WRITE, MAP_SHARED, m->shared_fd, 0);
		m->shared->magic = DRIVE_MAGIC;
		m->shared->version = 1;
	}
	assert_int_equal(write(in, job, strlen(job)), (ssize_t)strlen(job));
	lseek(in, 0, SEEK_SET);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	m->pid = fork();
	if (m->pid == 0) {
		int a = moved_up(in), b = moved_up(m->shared_fd), c = moved_up(pair[1]);

		dup2(a, 0);
		dup2(b, DRIVE_FD_SHARED);
		dup2(c, DRIVE_FD_CONTROL);
		execl(drive_path(), "soakd-drive", (char *)NULL);
		_exit(127);
	}
	close(in);
	close(pair[1]);
	m->sock = pair[0];
}

static inline struct monitor *monitor_new(const char *job)
{
	struct monitor *m = calloc(1, sizeof(*m));

	monitor_start(m, job);
	return m;
}

static inline void monitor_say(struct monitor *m, const char *msg)
{
	send(m->sock, msg, strlen(msg), MSG_NOSIGNAL);
}

/* Waits for a message that begins with `word`; NULL when the driver closed the socket first, or after `limit` seconds. */
static inline const char *monitor_wait(struct monitor *m, const char *word, double limit)
{
	double end = now_s() + limit;

	while (now_s() < end) {
		struct pollfd p = { .fd = m->sock, .events = POLLIN };
		ssize_t n;

		if (poll(&p, 1, 100) <= 0)
			continue;
		n = recv(m->sock, m->last, DRIVE_MSG, 0);
		if (n <= 0)
			return NULL;
		m->last[n] = '\0';
		m->n_all += (size_t)snprintf(m->all + m->n_all, sizeof(m->all) - m->n_all, "%s\n", m->last);
		if (strncmp(m->last, word, strlen(word)) == 0)
			return m->last;
	}
	return NULL;
}

/* Its exit status, after it closed the socket. */
static inline int monitor_status(struct monitor *m)
{
	int status = -1;

	waitpid(m->pid, &status, 0);
	close(m->sock);
	m->sock = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void monitor_free(struct monitor *m)
{
	munmap(m->shared, sizeof(*m->shared));
	close(m->shared_fd);
	free(m);
}

/* To the running workload. */
static inline void monitor_run(struct monitor *m)
{
	if (!monitor_wait(m, "connected", PATIENCE_S))
		fail_msg("not connected; it said: %s", m->all);
	monitor_say(m, "go");
	if (!monitor_wait(m, "ready", PATIENCE_S))
		fail_msg("not ready; it said: %s", m->all);
}

static inline void monitor_end(struct monitor *m)
{
	monitor_say(m, "stop");
	if (!monitor_wait(m, "done", PATIENCE_S))
		fail_msg("not done; it said: %s", m->all);
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
}

/* A line of /proc/PID/FILE in KiB; -1: no such line. */
static inline int64_t proc_kb(pid_t pid, const char *file, const char *key)
{
	char path[64], line[256];
	int64_t kb = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			kb = strtoll(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

/*
 * Private memory, counted page by page. Not RssAnon: before Linux 6.2 that is up to 64 page faults of each thread behind. Nor Rss:
 * pages of a program come and go with the page cache.
 */
static inline int64_t private_kb(pid_t pid)
{
	return proc_kb(pid, "smaps_rollup", "Anonymous:");
}

static inline char *temp_dir(void)
{
	char *dir = strdup("/tmp/soakd-drive.XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

/* Also a test: nothing else may be left in it. */
static inline void temp_dir_remove(char *dir)
{
	if (rmdir(dir) != 0)
		fail_msg("%s: %s", dir, strerror(errno));
	free(dir);
}

static inline bool exists(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0;
}

#endif
