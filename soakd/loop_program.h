/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of the user's beside the loop: hooks of phases and events that are injected. Rows go on meanwhile. */
#ifndef SOAKD_LOOP_PROGRAM_H
#define SOAKD_LOOP_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#define PROGRAMS_MAX  4          /* at a time */
#define PROGRAM_LOG   (1u << 20) /* bytes that hooks.log takes of one run's programs; the rest is read and dropped */
#define PROGRAM_WORDS 200

struct loop;

struct program {
	struct loop *loop;
	pid_t pid; /* 0: this place is free, but for its output */
	int out;   /* the end of its output that we read; -1: none */
	sd_event_source *io, *timer;
	bool hook; /* the phases wait for it */
	bool told_to_end;
	double timeout_s;
	char words[PROGRAM_WORDS]; /* "the hook before load (pg_ctl)" */
};

struct programs {
	struct program one[PROGRAMS_MAX];
	char **env; /* ours and the run's own; NULL: ours */
	int log;    /* hooks.log; -1: not open yet */
	uint64_t written;
	bool flooded; /* that the log is full was said */
};

/* environment: "NAME=value", NULL-terminated, or NULL. What is given is borrowed, its strings for as long as programs run. */
bool programs_init(struct programs *p, struct loop *l, char *const *environment);
/*
 * Starts one in a process group of its own. false: it could not be started, or too many are; told as an event. When a hook ends,
 * loop_phases_hook_ended() is called.
 */
bool programs_start(struct programs *p, char *const *argv, double timeout_s, bool hook, const char *words);
/* waitpid() gave this pid: true if it was one of these. */
bool programs_reaped(struct programs *p, pid_t pid, int status);
void programs_stop(struct programs *p);    /* the run ends: TERM to those that still run */
void programs_release(struct programs *p); /* KILL, reaped; may be repeated */

#endif
