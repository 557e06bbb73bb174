/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verdict leaves to do: what need not be looked at any more, and what to send next. One text for all forms of the report. */
#ifndef SOAKD_ADVICE_H
#define SOAKD_ADVICE_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/verdict.h"
#include "base/text.h"

/*
 * "shared memory, file pages, descriptors, soakd's driver": the series beside the deciding one of which it is decided that they do
 * not grow, and not those with too little data to say. false, nothing added: there are none, or growth was not judged.
 */
bool add_ruled_out(struct text *out, const struct verdict *v);

/*
 * What to do next, by the kind of verdict, without a full stop. run: run.json, for what the target is and which allocator it has; NULL:
 * not known. Plain text. A process is named by its number only where the data has it, else it is PID.
 */
void add_next(struct text *out, const struct verdict *v, const json_t *run);

#endif
