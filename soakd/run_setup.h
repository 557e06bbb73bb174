/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `soakd run` is to do, before anything is looked for or started: its options, from the command line, the configuration file
 * or the run that it resumes; the directory; run.json as it begins or as it was left.
 */
#ifndef SOAKD_RUN_SETUP_H
#define SOAKD_RUN_SETUP_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "soakd/phase.h"
#include "soakd/run_options.h"
#include "soakd/scenario_file.h"
#include "soakd/target.h"

struct run_setup {
	int argc; /* the caller's; both are used again where a run that was to be resumed is begun anew */
	char **argv;

	struct run_options opt;
	struct opt_given given;
	struct phase_list phases;  /* none where no option and no file says any */
	struct scenario_file file; /* of --scenario FILE.conf, its phases taken out; file.text NULL: there is none */
	char **operand;
	char *dir;    /* the run directory as asked for */
	bool resume;  /* it is there already */
	json_t *json; /* run.json */
};

/* The command line alone; *help: --help was there, and nothing else matters. SK_EUSAGE, SK_ENOMEM. Releases nothing. */
enum sk_code run_setup_parse(struct run_setup *r, bool *help, struct sk_err *err);

/*
 * The rest, after it: options complete, *spec what is watched, directory and run.json of an interrupted run, or of a new one whose
 * directory is not made yet. SK_EUSAGE also for a run that is over or cannot be resumed; SK_EIO, SK_ENOMEM. Releases nothing.
 */
enum sk_code run_setup_settle(struct run_setup *r, struct target_spec *spec, struct sk_err *err);

/* Whether options were given that this workload (NULL: none) and this run do nothing with. SK_EUSAGE: the first. */
enum sk_code run_setup_fit(const struct run_setup *r, const char *scenario, struct sk_err *err);

/*
 * What drives the run, after run_setup_settle(), as far as it is known before the target is found: its scripts and phases go into
 * r->phases, its name into *driver ("postgres/mixed"; empty: none). SK_EUSAGE, SK_ENOTFOUND (a hook's program), SK_ENOMEM.
 */
enum sk_code run_setup_workload(struct run_setup *r, const struct target_spec *spec, struct text *driver, struct sk_err *err);

/* On stderr, a line for each: phases whose operations the run cannot do in time. */
void run_setup_warn(const struct run_setup *r);

/*
 * --check-config, after run_setup_settle() has said rc and *err: every mistake on stderr, or on stdout what the run would do.
 * Returns the exit status.
 */
int run_setup_check(struct run_setup *r, const struct target_spec *spec, enum sk_code rc, const struct sk_err *err);

void run_setup_release(struct run_setup *r);

#endif
