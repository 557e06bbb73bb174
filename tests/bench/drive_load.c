/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The monitor's part for drive.sh and redis.sh: runs soakd-drive with a job for some seconds and prints what it did and took; or
 * runs any command and prints what that took. System calls are counted by the kernel (a tracepoint; "-" where it may not be read).
 *
 *   drive_load drive SOAKD-DRIVE SECONDS JOB      "ops/s us/op errors user-us/op operations-in-all"
 *   drive_load figures SOAKD-DRIVE SECONDS JOB    "ops/s us/op errors user-us/op calls/op"
 *   drive_load cpu COMMAND...                     seconds of CPU and of its user part, last line of stderr
 *   drive_load took OPS COMMAND...                "user-us/op calls/op", last line of stderr
 */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

/* A counter of the system calls of a process and of those that it will start; -1: not to be had. */
static int open_calls(pid_t pid)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .inherit = 1 };
	FILE *f = fopen("/sys/kernel/tracing/events/raw_syscalls/sys_enter/id", "re");
	unsigned long id = 0;

	if (!f)
		f = fopen("/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter/id", "re");
	if (!f || fscanf(f, "%lu", &id) != 1)
		id = 0;
	if (f)
		fclose(f);
	attr.config = id;
	return id ? (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC) : -1;
}

static uint64_t read_calls(int fd)
{
	uint64_t n = 0;

	return fd >= 0 && read(fd, &n, sizeof(n)) == (ssize_t)sizeof(n) ? n : 0;
}

static void print_calls(FILE *out, int fd, uint64_t calls, double ops)
{
	if (fd >= 0 && ops > 0)
		fprintf(out, " %.3f\n", (double)calls / ops);
	else
		fputs(" -\n", out);
}

/* User CPU of a process so far, in seconds, of the kernel's ticks. */
static double user_s(pid_t pid)
{
	char path[64], line[1024], *at;
	unsigned long ticks = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && fgets(line, sizeof(line), f) && (at = strrchr(line, ')')))
		sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &ticks);
	if (f)
		fclose(f);
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static int took(double ops, char **argv)
{
	struct rusage ru;
	int status, calls;
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP); /* until it is counted */
		execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid)
		return 1;
	calls = open_calls(pid);
	kill(pid, SIGCONT);
	if (wait4(pid, &status, 0, &ru) != pid || status != 0)
		return 1;
	fprintf(stderr, "%.3f", ((double)ru.ru_utime.tv_sec * 1e6 + (double)ru.ru_utime.tv_usec) / ops);
	print_calls(stderr, calls, read_calls(calls), ops);
	return 0;
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

static int drive(const char *path, unsigned length, const char *job, bool figures)
{
	int fd = memfd_create("shared", MFD_CLOEXEC), pair[2], status = 1, calls_fd;
	struct drive_shared *s;
	clockid_t cpu;
	double t, c, user;
	uint64_t ops, calls;
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
	calls_fd = figures ? open_calls(pid) : -1;
	t = seconds(CLOCK_MONOTONIC), c = seconds(cpu), user = user_s(pid), calls = read_calls(calls_fd), ops = s->ops;
	sleep(length);
	ops = s->ops - ops, calls = read_calls(calls_fd) - calls, user = user_s(pid) - user, c = seconds(cpu) - c;
	t = seconds(CLOCK_MONOTONIC) - t;
	send(pair[0], "stop", 4, 0);
	wait_for(pair[0], "done");
	waitpid(pid, &status, 0);
	printf("%.0f %.2f %llu %.3f", (double)ops / t, ops ? c * 1e6 / (double)ops : 0, (unsigned long long)s->errors,
	       ops ? user * 1e6 / (double)ops : 0);
	if (figures)
		print_calls(stdout, calls_fd, calls, (double)ops);
	else
		printf(" %llu\n", (unsigned long long)s->ops);
	return status != 0 || ops == 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "cpu") == 0)
		return cpu_of(argv + 2);
	if (argc > 3 && strcmp(argv[1], "took") == 0)
		return took(strtod(argv[2], NULL), argv + 3);
	if (argc == 5 && (strcmp(argv[1], "drive") == 0 || strcmp(argv[1], "figures") == 0))
		return drive(argv[2], (unsigned)strtoul(argv[3], NULL, 10), argv[4], strcmp(argv[1], "figures") == 0);
	return 2;
}
