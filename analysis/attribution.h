/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who grew: roles, processes and mapping classes, each with its rate and its share. */
#ifndef ANALYSIS_ATTRIBUTION_H
#define ANALYSIS_ATTRIBUTION_H

#include "analysis/verdict.h"

/*
 * attribute - rates of ev->part over the span that v->main judged, sorted by growth within each `by`.
 *
 * In       v->main decided; the growth of a part that covers the span is its Theil-Sen line over it, else last level less first,
 * where absent means 0 (a process that was born later brought all that it has) Out      v->part, v->n_parts; share: of the
 * growing parts of its kind, NaN where none of them grows. The VERDICT_PARTS_MAX that grew most are kept. Return   SK_OK,
 * SK_ENOMEM. Checked  tests/analysis/attribution_test.c: parts with known slopes; one born late; none growing.
 */
enum sk_code attribute(const struct evidence *ev, struct verdict *v);

#endif
