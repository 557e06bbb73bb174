/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/loop_inject.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "soakd/loop_priv.h"
#include "soakd/target.h"

#define INJECTED_S 60 /* an injected program may run so long */

static bool is_reload(const struct phase_inject *in)
{
	return in->what == INJECT_RELOAD || (in->what == INJECT_SIGNAL && in->number == SIGHUP);
}

bool loop_injects_reloads(const struct phase_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < list->phase[i].n_inject; k++)
			if (is_reload(&list->phase[i].inject[k]))
				return true;
	return false;
}

/* Only the process that the rows call the root: a number that was given away again is never hit. */
static void signal_root(struct loop *l, int sig, const char *label)
{
	const struct target *t = l->s->target;
	int fd = target_root_pidfd(t);
	bool hit = false;

	if (t->state == TARGET_ALIVE && t->n && fd >= 0)
		hit = syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) == 0;
	if (hit && sig == SIGHUP)
		session_reload_sent(l->s);
	if (hit)
		session_eventf(l->s, "inject", "%s: signal %s to the target (pid %d)", label, sigabbrev_np(sig),
			       (int)t->proc[0].pid);
	else
		session_eventf(l->s, "error", "%s: signal %s could not be sent: %s", label, sigabbrev_np(sig),
			       t->state == TARGET_ALIVE ? "no right to, or this kernel has no pidfds" : "the target is away");
}

static void tell_driver(struct loop *l, const char *word, const char *label)
{
	char message[64];

	if (!l->d || l->d->state != DRIVER_RUNNING) {
		session_eventf(l->s, "error", "%s: no workload runs that could %s", label, word);
		return;
	}
	snprintf(message, sizeof(message), "inject %s", word);
	driver_say(l->d, message);
	session_eventf(l->s, "inject", "%s: %s", label, word);
}

void loop_inject(struct loop *l, const struct phase_inject *in)
{
	struct loop_phases *p = &l->phases;
	char label[PHASES_LABEL], words[PROGRAM_WORDS];

	phases_label(&p->machine, label, sizeof(label));
	switch (in->what) {
	case INJECT_RECONNECT:
		tell_driver(l, "reconnect", label);
		break;
	case INJECT_VACUUM:
		tell_driver(l, "vacuum", label);
		break;
	case INJECT_RELOAD:
		signal_root(l, SIGHUP, label);
		break;
	case INJECT_SIGNAL:
		signal_root(l, in->number, label);
		break;
	case INJECT_RUN:
		snprintf(words, sizeof(words), "%s: the program %.60s", label, in->argv[0]);
		if (programs_start(&p->programs, in->argv, INJECTED_S, false, words))
			session_eventf(l->s, "inject", "%s was started", words);
		break;
	}
}
