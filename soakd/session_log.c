/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose growth the target shall explain itself. The workload can ask its own connections what they hold, and of the others only have
 * the server write it into its log: so of the others the one that grew most is asked for, when somebody marks an epoch and when the
 * growth is first said.
 */
#include <stdio.h>

#include "soakd/session.h"

void session_note_growth(struct session *s)
{
	double most = 0;

	s->grown_pid = 0;
	for (size_t i = 0; s->plan.anon >= 0 && i < s->target->n; i++) {
		const struct proc *p = &s->target->proc[i];
		double kb = session_value(s, i, s->plan.anon);

		if (!p->past.in || p->root || p->load || p->zombie || !(kb - p->past.first_kb > most))
			continue;
		most = kb - p->past.first_kb;
		s->grown_pid = p->pid;
	}
}

void session_log_grown(struct session *s)
{
	char message[32];

	if (!s->driver || s->driver->own || s->grown_pid <= 0)
		return;
	snprintf(message, sizeof(message), "log %d", (int)s->grown_pid);
	driver_say(s->driver, message);
}

void session_log_once(struct session *s)
{
	const struct verdict *v = online_verdict(s->online);

	if (s->log_asked || !v || !verdict_grows(v->main.verdict))
		return;
	s->log_asked = true;
	session_log_grown(s);
}
