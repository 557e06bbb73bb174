/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence of an error is built beside the old one first: its arguments may point into the message they replace. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clocale.h"
#include "base/text.h"

/* Copies, cut at a character where it does not fit: half of a UTF-8 character would make the sentence invalid JSON. */
static void set_msg(struct sk_err *err, const char *s)
{
	size_t n = utf8_fit(s, sizeof(err->msg) - 1);

	memcpy(err->msg, s, n);
	err->msg[n] = '\0';
}

enum sk_code sk_fail(struct sk_err *err, enum sk_code code, int sys, const char *fmt, ...)
{
	char buf[sizeof(err->msg) + 8];
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	if (c_vsnprintf(buf, sizeof(buf), fmt, ap) < 0)
		buf[0] = '\0';
	va_end(ap);
	set_msg(err, buf);
	err->code = code;
	err->sys = sys;
	return code;
}

void sk_err_prefix(struct sk_err *err, const char *fmt, ...)
{
	char buf[2 * sizeof(err->msg)];
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	if (c_vsnprintf(buf, sizeof(err->msg), fmt, ap) < 0)
		buf[0] = '\0';
	va_end(ap);
	size_t n = strlen(buf);

	memcpy(buf + n, err->msg, strnlen(err->msg, sizeof(err->msg) - 1) + 1);
	set_msg(err, buf);
}
