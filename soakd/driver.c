/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/driver.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/spawn.h"
#include "base/text.h"
#include "soakd/launch.h"

enum sk_code driver_init(struct driver *d, json_t *job, const struct driver_hooks *hooks, struct sk_err *err)
{
	*d = (struct driver){ .state = DRIVER_OFF, .sock = -1, .shared_fd = -1, .hooks = *hooks, .job = job };
	d->shared_fd = memfd_create("soakd-drive", MFD_CLOEXEC);
	if (d->shared_fd == -1 || ftruncate(d->shared_fd, sizeof(*d->shared)) != 0)
		return sk_fail(err, SK_EIO, errno, "cannot make the page shared with the driver: %s", strerror(errno));
	void *p = mmap(NULL, sizeof(*d->shared), PROT_READ | PROT_WRITE, MAP_SHARED, d->shared_fd, 0);

	if (p == MAP_FAILED)
		return sk_fail(err, SK_EIO, errno, "cannot map the page shared with the driver: %s", strerror(errno));
	d->shared = p;
	d->shared->magic = DRIVE_MAGIC;
	d->shared->version = DRIVE_VERSION;
	return SK_OK;
}

/* The job as a file that only the driver can read: it may hold a password, which a command line would show to everybody. */
static enum sk_code job_file(const struct driver *d, int *fd, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = SK_OK;

	if (d->set_up)
		json_object_set_new(d->job, "resumed", json_true());
	json_add(&t, d->job, 0);
	*fd = memfd_create("soakd-job", MFD_CLOEXEC);
	if (t.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the driver's job");
	else if (*fd == -1 || write(*fd, t.s, t.len) != (ssize_t)t.len || lseek(*fd, 0, SEEK_SET) != 0)
		rc = sk_fail(err, SK_EIO, errno, "cannot hand the driver its job: %s", strerror(errno));
	if (t.s)
		explicit_bzero(t.s, t.len);
	text_release(&t);
	return rc;
}

enum sk_code driver_start(struct driver *d, struct sk_err *err)
{
	char path[PATH_MAX];
	int pair[2] = { -1, -1 }, job = -1;
	enum sk_code rc = helper_path("soakd-drive", path, sizeof(path), err);

	if (rc != SK_OK)
		return rc;
	rc = job_file(d, &job, err);
	if (rc == SK_OK && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		rc = sk_fail(err, SK_EIO, errno, "cannot make a socket to the driver: %s", strerror(errno));
	if (rc == SK_OK) {
		char *argv[] = { path, NULL };
		const struct launch_fd fds[] = { { job, 0 }, { d->shared_fd, DRIVE_FD_SHARED }, { pair[1], DRIVE_FD_CONTROL } };

		rc = launch_helper(argv, fds, 3, &d->pid, err);
	}
	if (pair[1] != -1)
		close(pair[1]);
	if (job != -1)
		close(job);
	if (rc != SK_OK) {
		if (pair[0] != -1)
			close(pair[0]);
		return rc;
	}
	if (d->sock != -1)
		close(d->sock);
	d->sock = pair[0];
	d->state = DRIVER_CONNECTING;
	d->done = false;
	return SK_OK;
}

/* The next word of *s, which moves behind it; "" at the end. */
static char *word(char **s)
{
	char *w = *s;

	*s += strcspn(*s, " ");
	if (**s)
		*(*s)++ = '\0';
	return w;
}

static void hear_internal(struct driver *d, char *rest)
{
	char *pid = word(&rest), *source = word(&rest), *unit = word(&rest), *value = word(&rest);

	d->hooks.internal(d->hooks.ctx, (pid_t)strtol(pid, NULL, 10), source, unit, value, rest);
}

static void hear(struct driver *d, char *msg)
{
	const struct driver_hooks *h = &d->hooks;
	char *rest = msg, *kind = word(&rest);

	if (strcmp(kind, "backend") == 0) {
		h->backend(h->ctx, (pid_t)strtol(rest, NULL, 10));
	} else if (strcmp(kind, "connected") == 0) {
		h->connected(h->ctx);
	} else if (strcmp(kind, "ready") == 0) {
		d->state = DRIVER_RUNNING;
		d->set_up = true;
		h->ready(h->ctx);
	} else if (strcmp(kind, "event") == 0) {
		kind = word(&rest);
		h->event(h->ctx, kind, rest);
	} else if (strcmp(kind, "internal") == 0) {
		hear_internal(d, rest);
	} else if (strcmp(kind, "info") == 0) {
		kind = word(&rest);
		h->info(h->ctx, kind, rest);
	} else if (strcmp(kind, "failed") == 0) {
		int status = (int)strtol(word(&rest), NULL, 10);

		h->failed(h->ctx, status, rest);
	} else if (strcmp(kind, "drained") == 0) {
		if (h->drained)
			h->drained(h->ctx, strtoul(rest, NULL, 10));
	} else if (strcmp(kind, "done") == 0) {
		d->done = true;
	}
}

enum sk_code driver_readable(struct driver *d, struct sk_err *err)
{
	char msg[DRIVE_MSG + 1];

	while (d->sock != -1) {
		ssize_t n = recv(d->sock, msg, sizeof(msg) - 1, MSG_DONTWAIT);

		if (n == 0)
			return SK_EEND;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return SK_OK;
		if (n < 0)
			return errno == ECONNRESET ? SK_EEND
						   : sk_fail(err, SK_EIO, errno, "cannot hear the driver: %s", strerror(errno));
		msg[n] = '\0';
		hear(d, msg);
	}
	return SK_EEND;
}

void driver_say(struct driver *d, const char *message)
{
	if (d->sock != -1)
		send(d->sock, message, strlen(message), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void driver_go(struct driver *d)
{
	d->state = DRIVER_SETUP;
	driver_say(d, "go");
}

void driver_stop(struct driver *d)
{
	if (d->state == DRIVER_OFF || d->state == DRIVER_GONE)
		return;
	d->state = DRIVER_STOPPING;
	driver_say(d, "stop");
}

void driver_kill(struct driver *d)
{
	if (d->pid > 0 && d->state != DRIVER_OFF && d->state != DRIVER_GONE)
		kill(d->pid, SIGKILL);
}

void driver_exited(struct driver *d)
{
	d->state = DRIVER_GONE;
	d->pid = 0;
	if (d->sock != -1)
		close(d->sock);
	d->sock = -1;
}

/* One that only observes has no operations: no value, as without a driver. */
static bool works(const struct driver *d)
{
	return d->shared && !d->observes;
}

const struct drive_shared *driver_page(const struct driver *d)
{
	return works(d) ? d->shared : NULL;
}

const char *const driver_total_column[DRIVER_TOTALS] = {
	[DRIVER_OPS] = "ops",           [DRIVER_ERRORS] = "errors",     [DRIVER_ROWS] = "op_rows",
	[DRIVER_BYTES] = "op_bytes",    [DRIVER_CONNECTS] = "connects", [DRIVER_RECONNECTS] = "reconnects",
	[DRIVER_MISSED] = "missed_ops",
};

static const _Atomic uint64_t *counter(const struct drive_shared *s, enum driver_total which)
{
	const _Atomic uint64_t *const all[DRIVER_TOTALS] = {
		[DRIVER_OPS] = &s->ops,       [DRIVER_ERRORS] = &s->errors,     [DRIVER_ROWS] = &s->rows,
		[DRIVER_BYTES] = &s->bytes,   [DRIVER_CONNECTS] = &s->connects, [DRIVER_RECONNECTS] = &s->reconnects,
		[DRIVER_MISSED] = &s->missed,
	};

	return all[which];
}

double driver_total(const struct driver *d, enum driver_total which)
{
	uint64_t n;

	if (!works(d))
		return NAN;
	n = d->before[which] + atomic_load_explicit(counter(d->shared, which), memory_order_relaxed);
	/* a driver that cannot count them looks like one that has none */
	return n == 0 && (which == DRIVER_ROWS || which == DRIVER_BYTES) ? NAN : (double)n;
}

uint64_t driver_started(const struct driver *d)
{
	return works(d) ? atomic_load_explicit(&d->shared->started, memory_order_relaxed) : 0;
}

void driver_release(struct driver *d)
{
	if (d->shared)
		munmap(d->shared, sizeof(*d->shared));
	d->shared = NULL;
	if (d->sock != -1)
		close(d->sock);
	if (d->shared_fd != -1)
		close(d->shared_fd);
	d->sock = d->shared_fd = -1;
	json_decref(d->job);
	d->job = NULL;
}
