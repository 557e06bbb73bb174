/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who grew: roles, processes, mapping classes and mappings, each with its rate and its share. */
#ifndef ANALYSIS_ATTRIBUTION_H
#define ANALYSIS_ATTRIBUTION_H

#include "analysis/verdict.h"

/*
 * attribute - rates of ev->part over the span that v->main judged, sorted by growth within each `by`.
 *
 * In       v->main decided; a part's growth is its Theil-Sen line over the span. One that was born later counts from its first
 *          value, one that died falls to 0. Where no class (mapping) was read any more,
 *          the span of them all ends there
 * Out      v->part, v->n_parts; none unless v->main is a leak or suspected, none over a restart, none of fewer than 8 points. share: of the growing
 *          parts of its kind, NaN where none of them grows. p_value: trend test of its line; q_value: among roles and
 *          processes, among classes, or among mappings, below a total that is proven to grow (family.h); NaN under 12 points,
 *          and for what died. Where private or shared memory decides, classes and mappings of the other are left out. At most
 *          VERDICT_PARTS_GREW are kept, of each kind those that grew most. v->main.why says which class and mapping make most of it
 * Return   SK_OK, SK_ENOMEM.
 * Checked  tests/analysis/verdict_test.c: parts with known slopes; one born late, one short, a run that does not grow.
 */
enum sk_code attribute(const struct evidence *ev, struct verdict *v);

/*
 * Descriptors by kind as parts: each column "fds_KIND" that was ever above 0 is {"fd-kind", "KIND"} and counts. A leak of
 * descriptors, and no other, is attributed to them, and then to nothing else. At most `max`; how many there are.
 */
#define FD_KIND_PARTS_MAX 16
size_t attribute_fd_kinds(const struct series *const *column, size_t n, struct evidence_part *part, size_t max);

/* It is proven to grow, and by at least half of what the whole grows, and of what the class does that grows most. */
bool part_makes_most(const struct verdict *v, const struct verdict_part *p);

#endif
