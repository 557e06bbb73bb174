/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a verdict that terminal, picture and Markdown share. Values are KiB for memory columns, else counts. */
#ifndef SOAKD_WORDS_H
#define SOAKD_WORDS_H

#include <stdbool.h>

#include "analysis/verdict.h"
#include "base/text.h"

bool column_is_memory(const char *column); /* "anon_kb", "anon_kb+swap_kb"; not "fds" */

void add_level(struct text *out, const char *column, double v);    /* "31.2 MiB", "412" */
/* A column with the unit of a part: "fds" or "anon_kb". */
const char *part_unit(const struct verdict_part *p);
void add_rate(struct text *out, const char *column, double per_h); /* "+3.10 MiB/h", "+12/h" */
void add_rate_interval(struct text *out, const char *column,
		       const struct series_verdict *s);            /* "+3.10 MiB/h [+2.70 MiB/h, +3.49 MiB/h]" */
void add_bytes(struct text *out, double bytes);                     /* "412 B", "20.1 KiB" */
void add_bytes_interval(struct text *out, double bytes, double lo, double hi); /* "20.1 KiB [18.1, 22.1]" */
/*
 * "412 B [371, 453] per operation", or per connection or reload where growth goes with these; false, nothing added: that is not
 * known.
 */
bool add_per_op(struct text *out, const struct series_verdict *s);
bool add_forecast(struct text *out,
		  const struct verdict *v);              /* when the limit is reached; false, nothing added: not within reach */
void add_why(struct text *out, const struct verdict *v); /* why, and when the limit is reached: whole sentences */
void add_part_name(struct text *out, const struct verdict_part *p); /* a context by its name and its parent's, not its path */
bool part_counts(const struct verdict_part *p); /* proven to grow; a context's growth is what its process counted itself */
/* "88 % of what 4 processes grew by (36.0 MiB) is in pg_backend_memory_contexts; rest: other 4.3 MiB"; false: nothing is known */
bool add_explained(struct text *out, const struct explained *e);
/* "the DRIVER leaks +3.10 MiB/h [...]: not the target"; false, nothing added: it does not. */
bool add_driver(struct text *out, const struct verdict *v);

#endif
