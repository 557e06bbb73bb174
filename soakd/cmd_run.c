/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `run`: options -> target -> run directory -> driver (run_prepare.c) -> loop -> report. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/finish.h"
#include "soakd/launch.h"
#include "soakd/loop.h"
#include "soakd/privileges.h"
#include "soakd/run_prepare.h"
#include "soakd/script_option.h"
#include "soakd/under.h"

#define LAUNCHED_STOP_S 10

/* sd-event hears signals by signalfd: they must be blocked, and before anything is started. */
static void block_signals(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		sigaddset(&set, all[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error we report, not our end */
}

static void discard(struct run *r)
{
	under_discard(r->session.dir.path);
	script_option_forget(&r->set.opt, r->session.dir.path);
	scenario_file_forget(&r->set.file, r->session.dir.path);
	rundir_discard(&r->session.dir);
}

/* No row was taken: why, and nothing left behind that would be in the way of the next try. */
static int never_began(struct run *r, const struct loop_result *result)
{
	if (result->end == END_WORKLOAD || result->end == END_ERROR)
		complain(&result->err);
	if (r->set.resume)
		session_event(&r->session, "stopping", "ended before its first sample"); /* it stays unfinished: try again */
	else
		discard(r);
	switch (result->end) {
	case END_WORKLOAD:
		return result->status;
	case END_TARGET_DIED:
		complainf("the target died before the first sample");
		return EXIT_TARGET_DIED;
	case END_TARGET:
		complainf("the launched command ended before the first sample: nothing can be said of it");
		return EXIT_INCONCLUSIVE;
	case END_SIGNAL:
		return EXIT_INCONCLUSIVE;
	default:
		return EXIT_USAGE;
	}
}

static volatile sig_atomic_t interrupts;

static void on_interrupt(int sig)
{
	(void)sig;
	if (++interrupts > 1)
		_exit(EXIT_AT_ONCE); /* every file is whole at any moment */
}

/* After the loop nobody reads the signal descriptor: the report has its time, but a second INT still ends it. */
static void hear_interrupts(bool had_one)
{
	struct sigaction sa = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };
	sigset_t set;

	interrupts = had_one;
	sigaction(SIGINT, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Whether the run directory is ours: root that keeps no power over files can write into its own only. */
static bool owns(const char *dir)
{
	struct stat st;

	return stat(dir, &st) == 0 && st.st_uid == geteuid();
}

/* The launched command, and of what it has left behind all that is known to be its own. */
static void stop_launched(struct run *r, double grace_s)
{
	struct identities seen = { 0 };
	struct launch_ending how = { .ask = SIGTERM, .wait_s = grace_s, .kin = &r->kin, .seen = &seen, .log = &r->log };
	struct sk_err err = { 0 };
	unsigned killed = 0;

	target_members(&r->target, &seen, NULL); /* without memory for all of them the kin are still found */
	if (launch_stop_command(r->launched, &how, &killed, &err) != SK_OK)
		complain(&err);
	free(seen.id);
}

/* What the tool writes comes with the end of what runs under it. */
static void stop_under(struct run *r, const struct loop_result *result)
{
	const struct run_options *o = &r->set.opt;
	struct identities seen = { 0 };
	struct sk_err err = { 0 };
	json_t *found = NULL;
	unsigned killed = 0;

	if (result->began && !o->quiet && r->target.n)
		complainf("waiting for the target to end under %s, at most %g s", under_tool_names[o->under], o->under_wait_s);
	target_members(&r->target, &seen, NULL);
	if (under_stop(o, r->launched, &r->kin, &seen, &r->log, &killed, &err) != SK_OK)
		session_event(&r->session, "error", err.msg);
	free(seen.id);
	if (!result->began)
		return;
	if (under_collect(o, r->session.dir.path, killed, &found, &err) == SK_OK) {
		json_object_set_new(r->set.json, "under", found);
		session_eventf(&r->session, "under", "%s: %.0f files, %s", under_tool_names[o->under],
			       json_get_num(found, "processes", 0), json_get_str(found, "why", "each whole"));
	} else {
		session_event(&r->session, "error", err.msg);
	}
}

static int run_loop(struct run *r)
{
	struct loop_result result;
	struct sk_err err = { 0 };
	const char *own = r->target.spec.how == TARGET_OWN ? r->session.dir.path : NULL,
		   *data = r->have_pm && *r->pm.datadir ? r->pm.datadir : own;

	privileges_drop(!owns(r->session.dir.path), NULL);
	if (loop_run(&r->session, r->have_driver ? &r->driver : NULL, &r->set.phases, data, &result, &err) != SK_OK) {
		complain(&err);
		return EXIT_INTERNAL;
	}
	hear_interrupts(result.interrupted);
	if (r->launched && r->set.opt.under != UNDER_NONE && !result.at_once)
		stop_under(r, &result);
	else if (r->launched)
		stop_launched(r, result.at_once ? 0 : LAUNCHED_STOP_S);
	if (result.at_once)
		return EXIT_AT_ONCE; /* not ended in run.json: --resume goes on where it was */
	if (r->target.spec.how == TARGET_OWN && !r->set.opt.keep && (result.began || !r->set.resume))
		rundir_remove_database(&r->session.dir); /* its own process has removed it, unless it was killed */
	if (!result.began)
		return never_began(r, &result);
	session_end(&r->session, "finished", NULL);
	return finish_run(&r->session, &result);
}

static void release(struct run *r)
{
	if (r->have_driver)
		driver_release(&r->driver);
	if (r->have_session)
		session_release(&r->session);
	if (r->have_target)
		target_release(&r->target);
	if (r->have_fs)
		procfs_close(&r->fs);
	malloc_watch_release(&r->malloc);
	kin_release(&r->kin);
	log_bound_close(&r->log);
	free(r->phases);
	free(r->scenario);
	free(r->profile);
	run_setup_release(&r->set);
}

static int print_help(bool man)
{
	opt_print(&cmd_run_options, man);
	return EXIT_NO_LEAK;
}

static void unstarted(struct run *r)
{
	if (r->launched)
		stop_launched(r, LAUNCHED_STOP_S);
	if (r->have_session && !r->set.resume)
		discard(r);
	if (r->have_driver && r->driver.pid > 0) {
		driver_kill(&r->driver);
		driver_exited(&r->driver);
	}
}

static int run(struct run *r)
{
	struct target_spec spec = { 0 };
	struct sk_err err = { 0 };
	bool help = false;
	int status = 0;
	enum sk_code rc = run_setup_parse(&r->set, &help, &err);

	if (rc == SK_OK && help)
		return print_help(false);
	if (rc == SK_OK && r->set.opt.version)
		return print_version();
	if (rc == SK_OK)
		rc = run_setup_settle(&r->set, &spec, &err);
	if (r->set.opt.check_config) {
		status = run_setup_check(&r->set, &spec, rc, &err);
		target_spec_release(&spec);
		return status;
	}
	if (rc == SK_OK) {
		block_signals();
		rc = run_find_target(r, &spec, &err);
	}
	if (rc == SK_OK)
		rc = run_prepare(r, &status, &err);
	if (rc != SK_OK) {
		complain(&err);
		unstarted(r);
		target_spec_release(&spec);
		return status ? status : exit_of(rc);
	}
	return run_loop(r);
}

int cmd_run(int argc, char **argv)
{
	struct run *r = sk_calloc(1, sizeof(*r));
	int status;

	if (!r)
		return EXIT_INTERNAL;
	r->log.fd = -1;
	r->set.argc = argc;
	r->set.argv = argv;
	status = run(r);
	release(r);
	free(r);
	return status;
}
