/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soakd-drive: makes load, for soakd and as its child. The protocol is in base/drive.h, the loop in loop.c.
 * A program of its own so that no client library's memory lands in the monitor or in the numbers of the target.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "scenarios/identity.h"
#include "scenarios/scenario.h"
#include "version.h"

static const char usage[] = "usage: soakd-drive --help | --version\n\n"
			    "Makes the load of a run. It is started by soakd, which hands it a job and hears its answers over\n"
			    "descriptors 0, 3 and 4; there is nothing to be done with it by hand. See `soakd run --help`.\n";

static int by_hand(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("soakd-drive " SOAKD_VERSION " (" SOAKD_COMMIT ")");
		return 0;
	}
	fputs("soakd-drive: it is started by soakd, not by hand; try `soakd run --help`\n", stderr);
	return 2;
}

static struct drive_shared *map_shared(void)
{
	struct drive_shared *s;
	struct stat st;

	if (fstat(DRIVE_FD_SHARED, &st) != 0 || st.st_size < (off_t)sizeof(*s))
		return NULL;
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, DRIVE_FD_SHARED, 0);
	if (s == MAP_FAILED)
		return NULL;
	if (s->magic == DRIVE_MAGIC)
		return s;
	munmap(s, sizeof(*s));
	return NULL;
}

static bool is_control_socket(int fd)
{
	int type = 0;
	socklen_t n = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_SEQPACKET;
}

/*
 * The terminal's Ctrl-C and systemd's TERM go to the whole group: they are the monitor's to handle, which then says "stop", so
 * that the schema is dropped and the command's processes are ended.
 */
static void leave_signals_to_the_monitor(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Reads fd 0 to its end and puts /dev/null in its place. */
static enum sk_code read_job(struct drive_job *job, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	char buf[4096];
	enum sk_code rc;
	ssize_t n;
	int null;

	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			text_addn(&t, buf, (size_t)n);
	if (n < 0)
		rc = sk_fail(err, SK_EIO, errno, "the driver cannot read its job: %s", strerror(errno));
	else if (t.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the driver's job");
	else
		rc = job_parse(job, text_str(&t), t.len, err);
	explicit_bzero(buf, sizeof(buf));
	if (t.s)
		explicit_bzero(t.s, t.len); /* it may hold a password */
	text_release(&t);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
	return rc;
}

static int drive(struct drive *d, struct drive_job *job, pid_t parent)
{
	struct sk_err err = { 0 };
	enum sk_code rc = read_job(job, &err);

	if (rc == SK_OK)
		rc = identity_take(job->uid, job->gid, &err);
	if (rc == SK_OK)
		rc = identity_die_with(parent, &err);
	if (rc != SK_OK) {
		drive_failed(d, 2, "%s", err.msg);
		return d->status;
	}
	return drive_run(d);
}

int main(int argc, char **argv)
{
	struct drive d = { .clock = &clock_real, .control = DRIVE_FD_CONTROL };
	struct drive_job job = { .uid = -1, .gid = -1 };
	pid_t parent = getppid();
	int status;

	if (argc > 1 || !is_control_socket(DRIVE_FD_CONTROL))
		return by_hand(argc, argv);
	d.shared = map_shared();
	if (!d.shared || identity_die_with(parent, NULL) != SK_OK)
		return by_hand(argc, argv);
	fcntl(DRIVE_FD_SHARED, F_SETFD, FD_CLOEXEC);
	fcntl(DRIVE_FD_CONTROL, F_SETFD, FD_CLOEXEC);
	leave_signals_to_the_monitor();
	d.job = &job;
	status = drive(&d, &job, parent);
	job_release(&job);
	return status;
}
