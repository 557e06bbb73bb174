/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a phase lets happen to the target or to the workload while it goes on: reconnects, vacuum, signals, programs. */
#ifndef SOAKD_LOOP_INJECT_H
#define SOAKD_LOOP_INJECT_H

#include <stdbool.h>

#include "soakd/phase.h"

struct loop;

/* Lets it happen now, in the phase under way. Each is an event of kind inject, or of kind error where it could not be. */
void loop_inject(struct loop *l, const struct phase_inject *in);

/* Whether a phase of the list sends the target HUP: then the rows count reloads. */
bool loop_injects_reloads(const struct phase_list *list);

#endif
