/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptors by kind: which kind a leak of them is of. A link is read for each, so that this is no matter of every row: as often
 * as a thousandth of wall time pays for it, and at epochs.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "samplers/allowance.h"
#include "samplers/fd_kind.h"
#include "samplers/site_registry.h"

#define SHARE 0.001

#define KIND(name, label, help)                                                                                                  \
	{                                                                                                                        \
		name, "1", METRIC_GAUGE, label, help                                                                             \
	}
static const struct metric metrics[FD_KINDS] = {
	[FD_FILE] = KIND("fds_file", "open files", "descriptors of files and folders; links of /proc/PID/fd that begin with /"),
	[FD_SOCKET] = KIND("fds_socket", "open sockets", "descriptors of sockets; links socket:[...] of /proc/PID/fd"),
	[FD_PIPE] = KIND("fds_pipe", "open pipes", "descriptors of pipes; links pipe:[...] of /proc/PID/fd"),
	[FD_EVENTFD] =
		KIND("fds_eventfd", "open eventfds", "descriptors of eventfd(2); links anon_inode:[eventfd] of /proc/PID/fd"),
	[FD_EVENTPOLL] =
		KIND("fds_eventpoll", "open epolls", "descriptors of epoll(7); links anon_inode:[eventpoll] of /proc/PID/fd"),
	[FD_TIMERFD] = KIND("fds_timerfd", "open timers",
			    "descriptors of timerfd_create(2); links anon_inode:[timerfd] of /proc/PID/fd"),
	[FD_SIGNALFD] =
		KIND("fds_signalfd", "open signalfds", "descriptors of signalfd(2); links anon_inode:[signalfd] of /proc/PID/fd"),
	[FD_INOTIFY] =
		KIND("fds_inotify", "open inotifies", "descriptors of inotify(7); links anon_inode:inotify of /proc/PID/fd"),
	[FD_MEMFD] = KIND("fds_memfd", "open memfds", "descriptors of memfd_create(2); links /memfd:... of /proc/PID/fd"),
	[FD_DEVICE] = KIND("fds_device", "open devices", "descriptors of devices; links /dev/... of /proc/PID/fd"),
	[FD_OTHER] = KIND("fds_other", "other descriptors",
			  "descriptors of any other kind: namespaces, io_uring, pidfd; links of /proc/PID/fd"),
};

struct state {
	struct allowance may;
	double count[FD_KINDS]; /* of the newest read; NaN: it was not whole */
};

static enum sk_code kinds_open(void *state, const struct site_env *env, struct sk_err *err)
{
	struct state *s = state;

	(void)env;
	(void)err;
	*s = (struct state){ .may.share = SHARE };
	for (size_t i = 0; i < FD_KINDS; i++)
		s->count[i] = NAN;
	return SK_OK;
}

/* A sum with a silent gap is a defect: one process that cannot be read makes it unknown, one that has gone does not. */
static enum sk_code count_tree(struct state *s, const struct site_env *env, struct sk_err *err)
{
	enum sk_code all = SK_OK;

	memset(s->count, 0, sizeof(s->count));
	for (size_t i = 0; i < env->n_pid && all == SK_OK; i++) {
		enum sk_code rc = fd_kinds_count(env->fs, env->pid[i], s->count, err);

		if (rc != SK_EGONE)
			all = rc;
	}
	for (size_t i = 0; i < FD_KINDS && all != SK_OK; i++)
		s->count[i] = NAN;
	return all;
}

static enum sk_code kinds_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	struct state *s = state;
	int64_t began;
	enum sk_code rc;

	if (!env->epoch && !allowance_has(&s->may, env->elapsed_s))
		return SK_OK;
	began = clock_boot_ns(&clock_real);
	rc = count_tree(s, env, err);
	allowance_spend(&s->may, env->elapsed_s, (double)(clock_boot_ns(&clock_real) - began) / 1e9);
	memcpy(out->v, s->count, sizeof(s->count));
	return rc;
}

static void kinds_detail(const void *state, site_line_fn *line, void *ctx)
{
	const struct state *s = state;

	for (size_t i = 0; i < FD_KINDS; i++)
		if (s->count[i] > 0)
			line(ctx, fd_kind_name[i], s->count[i], "1");
}

static void kinds_close(void *state)
{
	(void)state;
}

const struct site_sampler site_fd_kinds = { .name = "fd_kinds",
					    .help = "open descriptors by kind: files, sockets, pipes, eventfds ...",
					    METRICS(metrics),
					    .budgeted = true,
					    .state_size = sizeof(struct state),
					    .open = kinds_open,
					    .read = kinds_read,
					    .source = "fds",
					    .detail = kinds_detail,
					    .close = kinds_close };
