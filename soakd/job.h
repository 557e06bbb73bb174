/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver's job from the run's options: base/drive.h has the keys. */
#ifndef SOAKD_JOB_H
#define SOAKD_JOB_H

#include <jansson.h>

#include "base/err.h"
#include "soakd/phase.h"
#include "soakd/run_options.h"
#include "soakd/target.h"

/*
 * The scenario that a run has: --scenario, else the target's own. *name and *profile are fresh (free them); *name NULL: none,
 * *profile NULL: it has none, or scripts are the work.
 * SK_EUSAGE for an unknown one, with the known ones.
 */
enum sk_code job_scenario(const struct run_options *o, const struct target_kind *kind, char **name, char **profile, struct sk_err *err);

/*
 * phases: what is done when and by weight, or NULL. pm: where the found postmaster listens, or NULL. dir: the run directory, absolute. resumed: an
 * interrupted run goes on.
 */
enum sk_code job_make(const struct run_options *o, const char *scenario, const char *profile, const struct phase_list *phases,
		      const struct postmaster_info *pm, const char *dir, bool resumed, json_t **out, struct sk_err *err);

#endif
