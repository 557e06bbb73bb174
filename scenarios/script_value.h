/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of expressions and what becomes of one type as another: for script_eval.c and script_value.c. */
#ifndef SCENARIOS_SCRIPT_VALUE_H
#define SCENARIOS_SCRIPT_VALUE_H

#include "scenarios/script_internal.h"

struct evaluation {
	struct script_run *r;
	const struct expr *e; /* where it goes wrong */
	struct sk_err *err;
};

#define VALUE_WRONG(v, ...) (script_wrong((v)->r->script, (v)->e->at, (v)->err, __VA_ARGS__), false)

/* As another type; false: it is none of that, which is said. */
bool value_to_int(struct evaluation *v, const struct value *from, int64_t *out);
bool value_to_double(struct evaluation *v, const struct value *from, double *out);
bool value_to_bool(struct evaluation *v, const struct value *from, bool *out);

/* True, so that they can end a chain of what may fail. */
bool value_set_int(struct value *out, int64_t i);
bool value_set_double(struct value *out, double d);
bool value_set_bool(struct value *out, bool b);

/* What the text of --define or \gset is, as pgbench sees it; false: no number, boolean or null. */
bool value_from_text(const char *text, struct value *out);

#endif
