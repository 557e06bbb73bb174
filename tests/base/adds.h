/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a function that adds a string to a text makes of it. */
#ifndef TESTS_BASE_ADDS_H
#define TESTS_BASE_ADDS_H

#include "base/text.h"
#include "tests/check.h"

typedef void add_fn(struct text *out, const char *s);

static inline void assert_adds(add_fn *add, const char *in, const char *out)
{
	struct text t = TEXT_INIT;

	add(&t, in);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), out);
	text_release(&t);
}

#endif
