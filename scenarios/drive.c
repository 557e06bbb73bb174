/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a driver says to its monitor, and the errors that it tells apart. */
#include "scenarios/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* A monitor that has gone closes the socket: the loop sees that, so a failed send needs no answer here. */
static void send_text(struct drive *d, char *msg)
{
	size_t n = strlen(msg);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)msg[i] < ' ' || msg[i] == 0x7f)
			msg[i] = ' ';
	while (n && msg[n - 1] == ' ')
		n--;
	send(d->control, msg, n, MSG_NOSIGNAL);
}

void drive_say(struct drive *d, const char *fmt, ...)
{
	char msg[DRIVE_MSG];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	send_text(d, msg);
}

void drive_event(struct drive *d, const char *kind, const char *fmt, ...)
{
	char detail[DRIVE_MSG - 64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	drive_say(d, "event %s %s", kind, detail);
}

void drive_internal(struct drive *d, pid_t pid, const char *source, const char *unit, int64_t value, const char *item)
{
	drive_say(d, "internal %d %s %s %lld %s", (int)pid, source, unit, (long long)value, item);
}

void drive_connected(struct drive *d)
{
	d->phase = DRIVE_WAITING;
	drive_say(d, "connected");
}

void drive_ready(struct drive *d)
{
	d->phase = DRIVE_RUNNING;
	drive_say(d, "ready");
}

void drive_done(struct drive *d)
{
	for (size_t i = 0; i < d->n_kind; i++)
		if (d->kind[i].n > 1)
			drive_event(d, "error", "%s: %llu operations failed so in all", d->kind[i].key,
				    (unsigned long long)d->kind[i].n);
	d->phase = DRIVE_OVER;
	drive_say(d, "done");
}

void drive_failed(struct drive *d, int status, const char *fmt, ...)
{
	char sentence[DRIVE_MSG - 64];
	va_list ap;

	if (d->phase == DRIVE_OVER)
		return; /* the first failure is the cause */
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	d->phase = DRIVE_OVER;
	d->status = status;
	drive_say(d, "failed %d %s", status, sentence);
}

static struct drive_kind *kind_of(struct drive *d, const char *key)
{
	struct drive_kind *k = d->kind;

	for (; k < d->kind + d->n_kind; k++)
		if (strcmp(k->key, key) == 0)
			return k;
	if (d->n_kind == DRIVE_KINDS)
		return &d->kind[DRIVE_KINDS - 1];
	snprintf(k->key, sizeof(k->key), "%s", d->n_kind == DRIVE_KINDS - 1 ? "other errors" : key);
	d->n_kind++;
	return k;
}

void drive_error(struct drive *d, uint64_t n, const char *key, const char *fmt, ...)
{
	struct drive_kind *k = kind_of(d, key);
	char detail[DRIVE_MSG - 64];
	va_list ap;

	drive_count(&d->shared->errors, n);
	k->n += n;
	if (k->n != n)
		return;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	drive_event(d, "error", "%s: %s", key, detail);
}
