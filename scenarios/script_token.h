/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of expressions, read one after the other: for script_expr.c. */
#ifndef SCENARIOS_SCRIPT_TOKEN_H
#define SCENARIOS_SCRIPT_TOKEN_H

#include "scenarios/script_internal.h"

enum token_kind { T_END, T_NUMBER, T_VARIABLE, T_NAME, T_SIGN };

struct script_token {
	enum token_kind kind;
	const char *at;
	size_t n;           /* bytes */
	struct value value; /* of a number; VALUE_NULL: an integer of 2^63, right only behind a minus */
};

struct script_reader {
	struct parser *p;
	const char *end;
	struct script_token now;
	unsigned nesting;
};

/* The next word becomes r->now. A number that is none: r->p->rc. */
void script_reader_next(struct script_reader *r);

/* Says what is wrong there, if nothing was before. NULL, so that it can be returned. */
struct expr *script_reader_wrong(struct script_reader *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int script_shown(size_t n); /* of n bytes as many as are shown in a message: the argument of %.*s */

#endif
