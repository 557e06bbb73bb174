/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a track as a track of its own. */
#ifndef ANALYSIS_SLICE_H
#define ANALYSIS_SLICE_H

#include "analysis/track.h"

/* Points from .. to - 1 of tr, to <= tr->n: segments are numbered from 0 again, and the first point begins one. */
void track_slice(const struct track *tr, size_t from, size_t to, struct track *out);

#endif
