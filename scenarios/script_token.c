/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/script_token.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"

/* NULL, so that it can be returned; the first mistake stands. */
struct expr *script_reader_wrong(struct script_reader *r, const char *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (r->p->rc == SK_OK)
		r->p->rc = script_wrong_args(r->p->s, (size_t)(at - r->p->s->text), r->p->err, fmt, ap);
	va_end(ap);
	return NULL;
}

/* As the argument of %.*s. */
int script_shown(size_t n)
{
	return n < 60 ? (int)n : 60;
}

static void read_number(struct script_reader *r, struct script_token *t)
{
	char text[64], *stop;
	size_t whole = strspn(t->at, "0123456789"), n = whole;

	if (t->at[n] == '.')
		n += 1 + strspn(t->at + n + 1, "0123456789");
	if ((t->at[n] | 0x20) == 'e') {
		size_t sign = t->at[n + 1] == '+' || t->at[n + 1] == '-', digits = strspn(t->at + n + 1 + sign, "0123456789");

		n += digits ? 1 + sign + digits : 0;
	}
	t->n = n;
	if (n >= sizeof(text)) {
		script_reader_wrong(r, t->at, "the number %.*s... is too long", 20, t->at);
		return;
	}
	memcpy(text, t->at, n);
	text[n] = '\0';
	errno = 0;
	if (n > whole) {
		t->value = (struct value){ .type = VALUE_DOUBLE, .d = strtod_l(text, &stop, clocale()) };
	} else {
		unsigned long long v = strtoull(text, &stop, 10);

		if (v == UINT64_C(1) << 63)
			t->value = (struct value){ .type = VALUE_NULL };
		else if (v > INT64_MAX)
			errno = ERANGE;
		else
			t->value = (struct value){ .type = VALUE_INT, .i = (int64_t)v };
	}
	if (errno == ERANGE && !(n > whole && t->value.d < 1))
		script_reader_wrong(r, t->at, "the number %.*s is too large", script_shown(n), t->at);
}

static size_t sign_length(const char *at)
{
	static const char *const two[] = { "<=", ">=", "<>", "!=", "<<", ">>" };

	for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++)
		if (strncmp(at, two[i], 2) == 0)
			return 2;
	return 1;
}

void script_reader_next(struct script_reader *r)
{
	const char *c = r->p->p;
	struct script_token t = { 0 };

	while (c < r->end && (strchr(" \t\r\n\v\f", *c) || (*c == '\\' && (c[1] == '\n' || c[1] == '\r'))))
		c++;
	t.at = c;
	if (c >= r->end) {
		t.kind = T_END;
	} else if ((*c >= '0' && *c <= '9') || (*c == '.' && c[1] >= '0' && c[1] <= '9')) {
		t.kind = T_NUMBER;
		read_number(r, &t);
	} else if (*c == ':' && script_name_start(c[1])) {
		t.kind = T_VARIABLE;
		t.n = 1 + script_name_length(c + 1);
	} else if (script_name_start(*c)) {
		t.kind = T_NAME;
		t.n = script_name_length(c);
	} else {
		t.kind = T_SIGN;
		t.n = sign_length(c);
	}
	r->now = t;
	r->p->p = c + t.n;
}
