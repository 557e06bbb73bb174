/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The monitor's part for drive_bench.sh: runs soakd-drive with a job for some seconds and prints operations per second and client
 * CPU per operation; or runs any command and prints the CPU that it took. drive_load drive PATH-OF-SOAKD-DRIVE SECONDS JOB prints
 * "ops/s us/op errors" drive_load cpu COMMAND...                             prints CPU seconds, last line of stderr
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
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &ru) != pid || status != 0)
		return 1;
	fprintf(stderr, "%.6f\n",
		(double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) + (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) * 1e-6);
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

static int drive(const char *path, unsigned length, const char *job)
{
	int fd = memfd_create("shared", MFD_CLOEXEC), pair[2], status = 1;
	struct drive_shared *s;
	clockid_t cpu;
	double t, c;
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
	t = seconds(CLOCK_MONOTONIC), c = seconds(cpu), ops = s->ops;
	sleep(length);
	ops = s->ops - ops, c = seconds(cpu) - c, t = seconds(CLOCK_MONOTONIC) - t;
	send(pair[0], "stop", 4, 0);
	wait_for(pair[0], "done");
	waitpid(pid, &status, 0);
	printf("%.0f %.2f %llu\n", (double)ops / t, ops ? c * 1e6 / (double)ops : 0, (unsigned long long)s->errors);
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
