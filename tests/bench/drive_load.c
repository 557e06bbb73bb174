/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The monitor's part for drive.sh: runs soakd-drive with a job for some seconds, or any command, and says what CPU it took.
 *   drive_load drive PATH-OF-SOAKD-DRIVE SECONDS JOB   prints "ops/s, us/op, errors, user us/op, operations in all"
 *   drive_load cpu COMMAND...                          prints seconds of CPU and of its user part, last line of stderr
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/drive.h"

static double seconds(clockid_t id)
{
	struct timespec ts = { 0 };

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int cpu_of(char **argv)
{
	struct rusage ru;
	double user, system;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &ru) != pid || status != 0)
		return 1;
	user = (double)ru.ru_utime.tv_sec + (double)ru.ru_utime.tv_usec * 1e-6;
	system = (double)ru.ru_stime.tv_sec + (double)ru.ru_stime.tv_usec * 1e-6;
	fprintf(stderr, "%.6f %.6f\n", user + system, user);
	return 0;
}

static int wait_for(int sock, const char *word)
{
	char msg[DRIVE_MSG + 1];
	ssize_t n;

	while ((n = recv(sock, msg, DRIVE_MSG, 0)) > 0) {
		msg[n] = '\0';
		if (strncmp(msg, word, strlen(word)) == 0)
			return 0;
		if (strncmp(msg, "failed", 6) == 0)
			fprintf(stderr, "%s\n", msg);
	}
	return -1;
}

static pid_t start(const char *path, const char *job, int shared, int sock)
{
	int in = memfd_create("job", MFD_CLOEXEC);
	pid_t pid;

	if (in == -1 || write(in, job, strlen(job)) != (ssize_t)strlen(job) || lseek(in, 0, SEEK_SET) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		int a = fcntl(in, F_DUPFD_CLOEXEC, 100), b = fcntl(shared, F_DUPFD_CLOEXEC, 100),
		    c = fcntl(sock, F_DUPFD_CLOEXEC, 100);

		dup2(a, 0);
		dup2(b, DRIVE_FD_SHARED);
		dup2(c, DRIVE_FD_CONTROL);
		execl(path, "soakd-drive", (char *)NULL);
		_exit(127);
	}
	close(in);
	return pid;
}

/* Seconds in user mode: utime of /proc/PID/stat, which the kernel scales so that it and stime make the exact sum. */
static double user_seconds(pid_t pid)
{
	char path[64], line[1024] = "", *at;
	unsigned long ticks = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	at = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	for (int field = 2; at && field < 14; field++)
		at = strchr(at + 1, ' ');
	ticks = at ? strtoul(at, NULL, 10) : 0;
	fclose(f);
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static int drive(const char *path, unsigned length, const char *job)
{
	int fd = memfd_create("shared", MFD_CLOEXEC), pair[2], status = 1;
	struct drive_shared *s;
	clockid_t cpu;
	double t, c, user;
	uint64_t ops;
	pid_t pid;

	if (fd == -1 || ftruncate(fd, sizeof(*s)) != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return 1;
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s == MAP_FAILED)
		return 1;
	s->magic = DRIVE_MAGIC;
	pid = start(path, job, fd, pair[1]);
	close(pair[1]);
	if (pid < 0 || wait_for(pair[0], "connected") != 0 || send(pair[0], "go", 2, 0) != 2 || wait_for(pair[0], "ready") != 0 ||
	    clock_getcpuclockid(pid, &cpu) != 0)
		return 1;
	sleep(1);
	t = seconds(CLOCK_MONOTONIC), c = seconds(cpu), user = user_seconds(pid), ops = s->ops;
	sleep(length);
	ops = s->ops - ops, c = seconds(cpu) - c, user = user_seconds(pid) - user, t = seconds(CLOCK_MONOTONIC) - t;
	send(pair[0], "stop", 4, 0);
	wait_for(pair[0], "done");
	waitpid(pid, &status, 0);
	printf("%.0f %.2f %llu %.2f %llu\n", (double)ops / t, ops ? c * 1e6 / (double)ops : 0, (unsigned long long)s->errors,
	       ops ? user * 1e6 / (double)ops : 0, (unsigned long long)s->ops);
	return status != 0 || ops == 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "cpu") == 0)
		return cpu_of(argv + 2);
	if (argc == 5 && strcmp(argv[1], "drive") == 0)
		return drive(argv[2], (unsigned)strtoul(argv[3], NULL, 10), argv[4]);
	return 2;
}
