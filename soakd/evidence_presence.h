/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether all were read whose maps are summed. A process that became too big to be read, or was passed over this time, has no rows
 * in mappings.csv though it lives: a sum without it would fall where nothing was given back.
 */
#ifndef SOAKD_EVIDENCE_PRESENCE_H
#define SOAKD_EVIDENCE_PRESENCE_H

#include <stdbool.h>

#include "soakd/evidence_growers.h"

struct presence;

struct presence *presence_new(const struct growers *alive); /* who lived until when, borrowed; NULL without memory */
void presence_free(struct presence *p);

/* A process has a row in the open group. */
void presence_row(struct presence *p, double pid);
/*
 * The group of time t is complete: true, and the next one must have the same processes as far as they live. False where one is
 * missing that had rows in the last complete group and lives on: the group is to be left out. Who never had rows is not missed.
 */
bool presence_close(struct presence *p, double t);

#endif
