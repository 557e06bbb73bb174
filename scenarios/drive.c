/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a driver says to its monitor, and the errors that it tells apart. */
#include "scenarios/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "scenarios/script.h"

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

uint64_t drive_unique(void *ctx)
{
	struct drive *d = ctx;

	if (d->unique == 0 && d->job->resumed)
		d->unique = (uint64_t)(clock_wall_s(d->clock) * 1e6);
	return ++d->unique;
}

struct script_run *drive_script_run(struct drive *d, unsigned client)
{
	struct script_run *r = script_run_new(d->job->seed, client, drive_unique, d);
	void *define = (void *)(uintptr_t)d->job->define; /* jansson walks objects that may change, and changes nothing */
	bool set = true;

	for (void *at = json_object_iter(define); r && at && set; at = json_object_iter_next(define, at))
		set = script_set(r, json_object_iter_key(at), json_string_value(json_object_iter_value(at)));
	if (set)
		return r;
	script_run_release(r);
	return NULL;
}

void drive_connected(struct drive *d)
{
	d->phase = DRIVE_WAITING;
	drive_say(d, "connected");
}

void drive_ready(struct drive *d)
{
	d->phase = DRIVE_RUNNING;
	turns_open(&d->turns, clock_boot_ns(d->clock));
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

int64_t drive_watch_stall(struct drive *d, bool busy, int64_t now_ns)
{
	struct drive_stall *s = &d->stall;
	uint64_t ops = atomic_load_explicit(&d->shared->ops, memory_order_relaxed);
	uint64_t errors = atomic_load_explicit(&d->shared->errors, memory_order_relaxed);

	if (ops != s->ops && s->told) {
		drive_event(d, "stalled", "answers come again after %.1f s", (double)(now_ns - s->since_ns) * 1e-9);
		s->told = false;
	}
	/* connections that were given up are errors, and no answer */
	if (ops != s->ops || (!s->told && (errors != s->errors || !s->busy)))
		s->since_ns = now_ns;
	s->ops = ops;
	s->errors = errors;
	s->busy = busy;
	if (busy && !s->told && now_ns - s->since_ns >= DRIVE_STALL_NS) {
		s->told = true;
		drive_event(d, "stalled",
			    "nothing was answered for %d s: no operation has ended, and some are under way; the server hangs, or "
			    "they take that long",
			    (int)(DRIVE_STALL_NS / NS_PER_S));
	}
	return busy && !s->told ? s->since_ns + DRIVE_STALL_NS : INT64_MAX;
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

uint64_t drive_due(struct drive *d, int64_t now_ns)
{
	uint64_t n = d->phase == DRIVE_RUNNING ? turns_due(&d->turns, now_ns) : 0;

	uint64_t missed = turns_missed(&d->turns);

	drive_count(&d->shared->missed, missed - d->missed_told); /* the page goes on from the driver before this one */
	d->missed_told = missed;
	return n;
}

void drive_take(struct drive *d, uint64_t n)
{
	drive_count(&d->shared->started, n);
	turns_take(&d->turns, n);
}

int64_t drive_next_ns(const struct drive *d)
{
	return turns_next_ns(&d->turns);
}

size_t drive_pick(struct drive *d)
{
	return turns_pick(&d->turns);
}

unsigned drive_kind(struct drive *d, const char *name)
{
	struct drive_shared *s = d->shared;
	unsigned n = atomic_load_explicit(&s->n_kinds, memory_order_relaxed), k = 0;

	while (k < n && strncmp(s->kind[k].name, name, DRIVE_OP_NAME - 1) != 0)
		k++;
	if (k < n)
		return k;
	if (n == DRIVE_OP_KINDS)
		return DRIVE_OP_KINDS - 1;
	snprintf(s->kind[n].name, DRIVE_OP_NAME, "%s", n == DRIVE_OP_KINDS - 1 ? "other" : name);
	atomic_store_explicit(&s->n_kinds, n + 1, memory_order_release);
	return n;
}

void drive_did(struct drive *d, unsigned kind, uint64_t ops, uint64_t rows, uint64_t bytes, uint64_t ns)
{
	struct drive_shared *s = d->shared;

	drive_count(&s->ops, ops);
	drive_count(&s->rows, rows);
	drive_count(&s->bytes, bytes);
	if (kind >= DRIVE_OP_KINDS)
		return;
	drive_count(&s->kind[kind].ops, ops);
	drive_count(&s->kind[kind].rows, rows);
	drive_count(&s->kind[kind].bytes, bytes);
	if (ns)
		latency_add(&s->kind[kind].latency, ns, ops);
}

void drive_count_errors(struct drive *d, unsigned kind, uint64_t n)
{
	drive_count(&d->shared->errors, n);
	if (kind < DRIVE_OP_KINDS)
		drive_count(&d->shared->kind[kind].errors, n);
}

void drive_error(struct drive *d, unsigned kind, uint64_t n, const char *key, const char *fmt, ...)
{
	struct drive_kind *k = kind_of(d, key);
	char detail[DRIVE_MSG - 64];
	va_list ap;

	drive_count_errors(d, kind, n);
	k->n += n;
	if (k->n != n)
		return;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	drive_event(d, "error", "%s: %s", key, detail);
}
