/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals and children that ended. INT and TERM end the run, HUP reopens and reloads, USR1 samples and draws, USR2 marks an
 * epoch. */
#include <signal.h>
#include <sys/wait.h>

#include "soakd/cmds.h"
#include "soakd/loop_priv.h"
#include "soakd/target.h"

static void look_done(struct loop *l)
{
	l->look = 0;
	session_look_done(l->s);
	/* what is said was confirmed; a leak that a resumed run took up is asked for again */
	const struct standing *now = online_standing(l->s->online);

	if (l->s->opt->stop_on_leak && now->said && verdict_leaking(&now->v) && now->found == VERDICT_LEAK)
		loop_finish(l, END_LEAK, "the verdict is a leak (--stop-on-leak)");
}

static void report_done(struct loop *l, int status)
{
	l->report = 0;
	if (status != 0)
		session_event(l->s, "error", "the report could not be drawn; soakd report on this directory says why");
	if (l->report_again && !l->finishing)
		loop_start_report(l);
}

static int on_child(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;
	int status;
	pid_t pid;

	(void)src;
	(void)si;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (l->d && pid == l->d->pid) {
			loop_driver_reaped(l, status);
		} else if (pid == l->look) {
			look_done(l);
		} else if (l->phases.list && programs_reaped(&l->phases.programs, pid, status)) {
			continue;
		} else if (pid == l->report) {
			report_done(l, status);
		} else if (l->s->target->spec.how == TARGET_LAUNCH && l->s->target->n && pid == l->s->target->proc[0].pid) {
			l->s->target->exit_status = status;
			if (!l->finishing && l->began)
				loop_arm(l, &l->root, loop_now_us(l) + 1000, loop_on_away);
		}
	}
	return 0;
}

static int on_stop(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	if (l->out->interrupted && si->ssi_signo == SIGINT) {
		l->out->at_once = true;
		if (l->d)
			driver_kill(l->d);
		if (l->report > 0)
			kill(l->report, SIGKILL);
		if (l->look > 0)
			kill(l->look, SIGKILL);
		return sd_event_exit(l->ev, 0);
	}
	l->out->interrupted = true;
	l->s->epoch_due = true;
	if (!l->finishing && l->began)
		loop_take_row(l);
	loop_finish(l, END_SIGNAL, si->ssi_signo == SIGINT ? "interrupted (INT)" : "asked to stop (TERM)");
	return 0;
}

/* HUP: --min-rate, --warmup and --limit of the configuration file, as it is now. A bad file changes nothing. */
static void reload_thresholds(struct session *s)
{
	struct run_options o = { 0 };
	struct sk_err err = { 0 };

	if (!s->opt->config)
		return;
	if (opt_defaults(&cmd_run_options, &o, &err) == SK_OK &&
	    opt_config(&cmd_run_options, s->opt->config, &o, NULL, &err) == SK_OK && run_options_warmup(&o, &err) == SK_OK) {
		session_thresholds(s, &o);
		session_eventf(s, "reload", "thresholds of %s taken (HUP)", s->opt->config);
	} else {
		session_eventf(s, "error", "thresholds not reloaded: %s", err.msg);
	}
	opt_release(&cmd_run_options, &o);
}

static int on_user(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	if (l->finishing || !l->began)
		return 0;
	if (si->ssi_signo == SIGHUP) {
		rundir_reopen_logs(&l->s->dir);
		if (l->phases.list)
			csvlog_reopen(&l->phases.log, NULL);
		session_event(l->s, "reopen", "logs reopened (HUP)");
		reload_thresholds(l->s);
		return 0;
	}
	if (si->ssi_signo == SIGUSR2) {
		l->s->epoch_due = true;
		session_event(l->s, "epoch", "marked by hand (USR2)");
	}
	loop_take_row(l);
	if (si->ssi_signo == SIGUSR2 && !l->finishing)
		session_log_grown(l->s);
	if (si->ssi_signo == SIGUSR1 && !l->finishing)
		loop_start_report(l);
	return 0;
}

int loop_signals(struct loop *l)
{
	const struct {
		int sig;
		sd_event_signal_handler_t handler;
	} all[] = { { SIGINT, on_stop },  { SIGTERM, on_stop }, { SIGHUP, on_user },
		    { SIGUSR1, on_user }, { SIGUSR2, on_user }, { SIGCHLD, on_child } };
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < sizeof(all) / sizeof(*all); i++)
		rc = sd_event_add_signal(l->ev, NULL, all[i].sig, all[i].handler, l);
	return rc;
}
