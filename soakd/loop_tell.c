/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/loop_tell.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/launch.h"
#include "soakd/status.h"
#include "soakd/terminal.h"
#include "soakd/workload.h"

#define PAINT_S  0.2
#define NOTIFY_S 10

/* Events that a person at the terminal wants to know at once; --verbose shows all. */
static bool is_loud(const char *kind)
{
	static const char *const loud[] = { "error",     "gap",        "restart",   "target-exit", "driver-exit",
					    "reconnect", "unreadable", "guard",     "disk-low",    "disk-ok",
					    "verdict",   "budget",     "recovered", "oom",         "pressure", "evicted", "stalled" };

	for (size_t i = 0; i < sizeof(loud) / sizeof(*loud); i++)
		if (strcmp(loud[i], kind) == 0)
			return true;
	return false;
}

static void end_line(struct tell *t)
{
	if (t->line_open)
		fputs("\r\033[K", stderr);
	t->line_open = false;
}

static void on_event(void *ctx, const char *kind, const char *detail)
{
	struct tell *t = ctx;

	if (t->quiet || !(t->verbose || is_loud(kind)))
		return;
	end_line(t);
	complainf("%s: %s", kind, detail);
}

void tell_init(struct tell *t, struct session *s)
{
	*t = (struct tell){ .terminal = terminal_of(STDERR_FILENO, NULL).rewrites,
			    .quiet = s->opt->quiet,
			    .verbose = s->opt->verbose,
			    .ops_before = NAN,
			    .ops_per_s = NAN };
	s->tell = on_event;
	s->tell_ctx = t;
}

static struct status status_now(const struct tell *t, const struct session *s)
{
	double rss = NAN, anon = NAN;

	for (size_t i = 0; i < s->plan.n; i++) {
		if (strcmp(s->plan.metric[i]->name, "rss_kb") == 0)
			rss = s->values[i];
		else if (strcmp(s->plan.metric[i]->name, "anon_kb") == 0)
			anon = s->values[i];
	}
	return (struct status){
		.elapsed_s = s->last_elapsed_s,
		.length_s = s->opt->length_s,
		.rss_kb = rss,
		.anon_kb = anon,
		.ops_per_s = t->ops_per_s,
		.ends_unix = clock_wall_s(&s->clock) + s->opt->length_s - s->last_elapsed_s,
		.verdict = online_verdict(s->online),
		.away = s->target->state == TARGET_AWAY ? "the target is away, waiting for it" : NULL,
	};
}

/* Operations per second over at least a second, so that the figure can be read. */
static void measure_rate(struct tell *t, const struct session *s)
{
	if (isnan(s->facts.ops))
		return;
	if (isnan(t->ops_before)) {
		t->ops_before = s->facts.ops;
		t->ops_at_s = s->last_elapsed_s;
	} else if (s->last_elapsed_s - t->ops_at_s >= 1) {
		t->ops_per_s = (s->facts.ops - t->ops_before) / (s->last_elapsed_s - t->ops_at_s);
		t->ops_before = s->facts.ops;
		t->ops_at_s = s->last_elapsed_s;
	}
}

static void notify_status(const struct tell *t, const struct session *s)
{
	struct status st = status_now(t, s);
	struct text line = TEXT_INIT;

	status_line(&st, 0, &line);
	sd_notifyf(0, "STATUS=%s", text_str(&line));
	text_release(&line);
}

/* The last column stays free: some terminals wrap there. COLUMNS is not asked, which a line that must never wrap cannot trust. */
static size_t terminal_width(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1 ? (size_t)w.ws_col - 1 : 79;
}

/* Painted in one write, over the last one: nothing flickers. */
static void paint_line(const struct status *st, const char *column, const struct session *s)
{
	struct block course[SERIES_ONLINE];
	struct status with = *st;
	struct text line = TEXT_INIT;

	with.course = course;
	with.n_course = online_blocks(s->online, column, course);
	with.eighths = terminal_of(STDERR_FILENO, NULL).eighths;
	status_line(&with, terminal_width(), &line);
	fprintf(stderr, "\r%s\033[K", text_str(&line));
	text_release(&line);
}

static void say_line(struct tell *t, const struct session *s)
{
	struct status st = status_now(t, s);
	struct text line = TEXT_INIT;

	t->line_open = t->terminal;
	if (t->terminal) {
		paint_line(&st, st.verdict ? st.verdict->main.column : "anon_kb", s);
		return;
	}
	status_line(&st, 0, &line);
	complainf("%s", text_str(&line));
	text_release(&line);
}

void tell_row(struct tell *t, struct session *s)
{
	double now = s->last_elapsed_s;

	measure_rate(t, s);
	if (!t->ready)
		return;
	if (now >= t->next_notify_s) {
		t->next_notify_s = now + NOTIFY_S;
		notify_status(t, s);
	}
	if (t->terminal && !t->quiet && now >= t->next_paint_s) {
		t->next_paint_s = now + PAINT_S;
		say_line(t, s);
	}
	if (now < t->next_plain_s)
		return;
	/* a tenth of the run apart, between 10 s and an hour */
	t->next_plain_s = now + fmax(10, fmin(3600, isnan(s->opt->length_s) ? now : s->opt->length_s / 10));
	if (!t->terminal && !t->quiet)
		say_line(t, s);
}

static void say_watching(const struct session *s)
{
	struct text work = TEXT_INIT;

	workload_words(s->run, &work);
	complainf("watching %s (%zu process%s), one sample each %g s, in %s%s%s", s->target->spec.text, s->target->n,
		  s->target->n == 1 ? "" : "es", s->opt->interval_s, s->dir.path, work.len ? "; workload " : "", text_str(&work));
	text_release(&work);
}

void tell_ready(struct tell *t, struct session *s)
{
	t->ready = true;
	sd_notify(0, "READY=1");
	if (!t->quiet)
		say_watching(s);
	tell_row(t, s);
}

void tell_stopping(struct tell *t, const char *why, double need_s)
{
	sd_notifyf(0, "STOPPING=1\nSTATUS=stopping: %s\nEXTEND_TIMEOUT_USEC=%.0f", why, need_s * 1e6);
	end_line(t);
	if (!t->quiet)
		complainf("stopping: %s", why);
}

void tell_end(struct tell *t)
{
	end_line(t);
}

void tell_report_start(const char *dir, pid_t *pid)
{
	char self[PATH_MAX], verb[] = "report", quiet[] = "--quiet", path[PATH_MAX];
	char *argv[] = { self, verb, quiet, path, NULL };

	*pid = 0;
	if (snprintf(path, sizeof(path), "%s", dir) < (int)sizeof(path) &&
	    helper_path("soakd", self, sizeof(self), NULL) == SK_OK)
		launch_helper(argv, NULL, 0, pid, NULL);
}
