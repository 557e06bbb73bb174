/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `doctor`: can this machine and this target be measured and driven, and at what cost? Before a night is spent. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/cmds.h"
#include "soakd/doctor.h"
#include "soakd/view.h"

static const char *const formats[] = { "human", "json", NULL };

/* A few of run's options, in run's struct, so that what is checked is what a run would do with them. */
#define AT(f) offsetof(struct run_options, f)
static const struct opt options[] = {
	{ "target", 0, OPT_STRING, AT(target), "T", NULL, 0, 0, NULL,
	  "what would be watched, as for run; without it only the machine is looked at" },
	{ "pid", 'p', OPT_STRING, AT(pid), "PID", NULL, 0, 0, NULL, "the same as --target pid:PID" },
	{ "interval", 'i', OPT_DURATION, AT(interval_s), "D", "300", 0.01, 400.0 * 86400, NULL,
	  "time between samples, of which the budget is a share" },
	{ "overhead", 0, OPT_REAL, AT(overhead_pct), "PCT", "0.1", 0, 100, NULL,
	  "budget of the expensive reads, in per cent of wall time" },
	{ "allow-stall", 0, OPT_FLAG, AT(allow_stall), NULL, NULL, 0, 0, NULL,
	  "read page tables of a process also where one read takes over 20 ms" },
	{ "samplers", 0, OPT_STRING, AT(samplers), "LIST", "default", 0, 0, NULL, "what would be read, see soakd list" },
	{ "dsn", 0, OPT_STRING, AT(dsn), "STRING", NULL, 0, 0, NULL, "connection string of the workload, as for run" },
	{ "format", 0, OPT_CHOICE, AT(format), "F", "human", 0, 0, formats, "how it is printed" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};

const struct opt_command cmd_doctor_options = {
	"doctor",
	"[-- CMD ARGS...]",
	"Can this machine and this target be measured and driven, and at what cost?",
	options,
	"Each line is ok, warn (the run will do without it) or FAIL, with the command that helps. No load is made.\n"
	"Exit status: 0; 2 when something that a run needs is missing.\n\n"
	"Examples:\n"
	"  soakd doctor\n"
	"  sudo soakd doctor --target postgres --interval 300\n"
	"  soakd doctor -- ./my-server --port 8080\n",
};

static bool is_kind(const struct target *t, const char *name)
{
	const struct target_kind *k = t->spec.kind ? t->spec.kind : target_kind_of_comm(t->proc[0].comm);

	return k && strcmp(k->name, name) == 0;
}

static void look_at(struct findings *f, struct procfs *fs, struct target *t, const struct run_options *o)
{
	struct sk_err err = { 0 };

	if (t->spec.how == TARGET_OWN) {
		found_ok(f, "%s is a process of our own: there is nothing to find, and it may be read", t->spec.text);
		return;
	}
	t->dsn = o->dsn;
	if (view_explain(target_find(t, &err), fs, &err) != SK_OK || t->n == 0) {
		found(f, FINDING_FAIL, NULL, NULL, "%s", err.msg);
		return;
	}
	doctor_tree(f, fs, t, o);
	if (is_kind(t, "postgres"))
		doctor_login(f, t, o);
	else if (is_kind(t, "redis"))
		doctor_redis(f, t, o);
}

static enum sk_code examine(struct findings *f, const struct run_options *o, struct sk_err *err)
{
	struct procfs fs;
	struct target t;
	struct target_spec spec = { 0 };
	char text[64];
	enum sk_code rc = SK_OK;

	if (!!o->target + !!o->pid + !!o->launch > 1)
		return sk_fail(err, SK_EUSAGE, 0, "--target, --pid and a command after -- are different targets; give one");
	snprintf(text, sizeof(text), "pid:%s", o->pid ? o->pid : "");
	if (o->target || o->pid)
		rc = target_spec_parse(o->target ? o->target : text, &spec, err);
	if (rc == SK_OK)
		rc = procfs_open(&fs, "/proc", err);
	if (rc != SK_OK) {
		target_spec_release(&spec);
		return rc;
	}
	doctor_machine(f, &fs);
	if (o->launch)
		doctor_command(f, o->launch[0]);
	if (o->target || o->pid) {
		rc = target_init(&t, &spec, &fs, err);
		if (rc == SK_OK) {
			look_at(f, &fs, &t, o);
			target_release(&t);
		}
	}
	target_spec_release(&spec);
	procfs_close(&fs);
	return rc;
}

static int print(const struct findings *f, int format)
{
	struct text out = TEXT_INIT;

	(format == 1 ? findings_json : findings_human)(f, &out);
	bool whole = !out.failed && !f->failed && fputs(text_str(&out), stdout) >= 0 && fflush(stdout) == 0;

	text_release(&out);
	if (!whole) {
		complainf("cannot write the findings");
		return EXIT_INTERNAL;
	}
	return findings_fatal(f) ? EXIT_USAGE : EXIT_NO_LEAK;
}

int cmd_doctor(int argc, char **argv)
{
	struct run_options o = { 0 };
	struct findings f = { 0 };
	struct sk_err err = { 0 };
	char **operand = NULL;
	size_t n = 0;
	int dashdash = -1, status = EXIT_NO_LEAK;
	bool help = false;
	enum sk_code rc = opt_defaults(&cmd_run_options, &o, &err);

	signal(SIGPIPE, SIG_IGN);
	if (rc == SK_OK)
		rc = opt_defaults(&cmd_doctor_options, &o, &err);
	if (rc == SK_OK)
		rc = opt_parse(&cmd_doctor_options, argc, argv, &o, NULL, &operand, &n, &dashdash, &help, &err);
	if (rc == SK_OK && n > 0 && dashdash == 0)
		o.launch = operand;
	else if (rc == SK_OK && !help && n > 0)
		rc = sk_fail(&err, SK_EUSAGE, 0,
			     "doctor takes no word \"%s\"; the target is given with --target, a command behind --", operand[0]);
	if (rc == SK_OK && help)
		opt_print(&cmd_doctor_options, false);
	else if (rc == SK_OK)
		rc = examine(&f, &o, &err);
	if (rc != SK_OK) {
		complain(&err);
		status = exit_of(rc);
	} else if (!help) {
		status = print(&f, o.format);
	}
	findings_release(&f);
	free(operand);
	opt_release(&cmd_run_options, &o);
	return status;
}
