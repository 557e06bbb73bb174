/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verb `run` holds, between its preparation (run_prepare.c), and the run itself and its end (cmd_run.c). */
#ifndef SOAKD_RUN_PREPARE_H
#define SOAKD_RUN_PREPARE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "soakd/driver.h"
#include "soakd/kin.h"
#include "soakd/log_bound.h"
#include "soakd/malloc_page.h"
#include "soakd/run_setup.h"
#include "soakd/session.h"
#include "soakd/target.h"

struct run {
	struct run_setup set;
	struct procfs fs;
	struct target target;
	struct driver driver;
	struct session session;
	struct malloc_watch malloc;
	struct phase_table *phases; /* NULL: the run has none */
	struct kin kin;             /* of a launched command */
	struct log_bound log;       /* of its output */
	pid_t launched;             /* 0: nothing was */
	bool have_fs, have_target, have_driver, have_session;
	char *scenario, *profile;
	struct postmaster_info pm;
	bool have_pm;
};

/* The target of the settled options, or that it is waited for; r->set is filled. SK_EUSAGE, SK_ENOTFOUND, SK_EPERM, SK_ENOMEM. */
enum sk_code run_find_target(struct run *r, struct target_spec *spec, struct sk_err *err);
/*
 * The run directory, then the driver, then the target where it is ours or launched. *status: the exit status where it is not that
 * of the code, else untouched. On error what was begun is in r: who calls stops and discards it.
 */
enum sk_code run_prepare(struct run *r, int *status, struct sk_err *err);

#endif
