/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does it still grow? Caches that fill slowly are the commonest false alarm: their last third is slower than the whole. */
#ifndef ANALYSIS_PERSIST_H
#define ANALYSIS_PERSIST_H

#include <stdbool.h>

#include "analysis/judge.h"

/*
 * persist_check - slope of the last third of f's tail, less everything in the model but the tail: f->last_slope, f->last_se
 * (KiB/s); where the level fell, of all after the fall. Returns false when it is slower than 70 % of what was before by more than two
 * standard errors (than 60 % of it where a warm-up was left out or the level fell: what slowed down once is believed to do so again), when
 * it does not grow at all (and 60 % of the tail's slope is more than a standard error away), when a segment between restarts does
 * not grow, or where the shape itself goes slower and slower. True where a part is under 8 points.
 */
bool persist_check(struct findings *f);

#endif
