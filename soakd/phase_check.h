/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be known to be wrong with the phases of a run before anything begins. */
#ifndef SOAKD_PHASE_CHECK_H
#define SOAKD_PHASE_CHECK_H

#include "base/err.h"
#include "soakd/phase.h"

/*
 * load: the run has a workload that does operations. SK_EUSAGE: a phase waits for operations and there are none, or cycles of
 * nothing; SK_ENOTFOUND, SK_EPERM: the program of a hook or of an event that is injected is missing, or may not be run.
 */
enum sk_code phase_check(const struct phase_list *l, bool load, struct sk_err *err);

#endif
