/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmocka with what every test includes before it, and the one assertion that cmocka 1.1 lacks. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* |a - b| <= eps; NaN equals NaN only. */
#define assert_double_equal(a, b, eps)                                                                       \
	do {                                                                                                 \
		double a_ = (a), b_ = (b);                                                                   \
		if (isnan(a_) != isnan(b_) || fabs(a_ - b_) > (eps))                                         \
			fail_msg("%s:%d: %s is %.17g, not %.17g", __FILE__, __LINE__, #a, a_, b_);           \
	} while (0)

#endif
