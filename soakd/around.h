/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What surrounds the target, in a run: the site samplers (samplers/site.h) in each row, their events, and what they say in detail at
 * epochs, memory by NUMA node among it.
 */
#ifndef SOAKD_AROUND_H
#define SOAKD_AROUND_H

#include <stdbool.h>

#include "base/err.h"
#include "samplers/site.h"

struct session;
struct around;

/* Chooses and opens them, by --samplers and --disk. SK_EUSAGE, SK_ENOMEM. s->fs and s->opt must be set. */
struct around *around_new(const struct session *s, struct sk_err *err);
void around_free(struct around *a); /* NULL: nothing */

const struct site_set *around_set(const struct around *a);

/* Counters of the interrupted run, from the last row that was read again. */
void around_resume(struct session *s);

/* Reads a row, after target_refresh(). The values in the order of around_set(). epoch: lines in internals.csv too. */
const double *around_row(struct session *s, double elapsed_s, bool epoch);

#endif
