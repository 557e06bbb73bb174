/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --script and --define: the user's scripts become the work of the driver's job. The monitor reads the files, because the
 * driver's user may be another, and has the driver's own parser check them, so that a mistake is told before anything starts. A
 * run keeps a copy of each in DIR/scripts, which --resume reads instead of a file that may have changed since.
 */
#ifndef SOAKD_SCRIPT_OPTION_H
#define SOAKD_SCRIPT_OPTION_H

#include "base/err.h"
#include "soakd/phase.h"
#include "soakd/run_options.h"

/*
 * Fills l->work, l->n_work and l->define from the options; touches nothing where these name no script and no definition. kept:
 * the run directory of an interrupted run, or NULL. SK_EUSAGE: a file that is missing, empty, binary, over 1 MiB or wrong
 * ("FILE:LINE:COLUMN: what"), a weight that is none, a definition without "="; SK_ENOMEM.
 */
enum sk_code script_option_work(const struct run_options *o, const char *scenario, const char *kept, struct phase_list *l,
				struct sk_err *err);

/* Copies the scripts of l->work that came from files into DIR/scripts, for their owner alone. SK_EIO, SK_ENOMEM. */
enum sk_code script_option_keep(const struct run_options *o, const struct phase_list *l, const char *dir, struct sk_err *err);

/* Takes the copies away again: of a run that never began. */
void script_option_forget(const struct run_options *o, const char *dir);

#endif
