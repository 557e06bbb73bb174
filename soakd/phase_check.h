/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be known to be wrong with the phases of a run before anything begins. */
#ifndef SOAKD_PHASE_CHECK_H
#define SOAKD_PHASE_CHECK_H

#include "base/err.h"
#include "soakd/phase.h"
#include "soakd/rows.h"
#include "soakd/rows.h"

/*
 * load: the run has a workload that does operations. SK_EUSAGE: a phase waits for operations and there are none, or cycles of
 * nothing; SK_ENOTFOUND, SK_EPERM: the program of a hook or of an event that is injected is missing, or may not be run.
 */
enum sk_code phase_check(const struct phase_list *l, bool load, struct sk_err *err);

/*
 * Budgets on columns that this run never fills. plan: of its rows; load: as above. SK_EUSAGE: the sampler that reads it is off, or
 * the workload counts it and there is none. What only the run can tell is left to phase_table_unmeasured().
 */
enum sk_code phase_check_budgets(const struct phase_list *l, const struct row_plan *plan, bool load, struct sk_err *err);

/*
 * A phase of so many operations and no length whose rate cannot do them in time: before the run ends (run_s, NaN: open), or within
 * PHASES_OPERATIONS_S. rate: the run's. true: a sentence in buf. As fast as it can is taken to be fast enough.
 */
bool phase_check_slow(const struct phase *p, double rate, double run_s, char *buf, size_t n);

#endif
