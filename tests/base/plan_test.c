/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates over a phase, worked by hand, and phases to JSON and back. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "base/plan.h"

static struct plan_phase shaped(enum plan_shape shape, double rate, double from, double length_s)
{
	return (struct plan_phase){
		.name = "p",
		.length_s = length_s,
		.load = { .shape = shape, .rate = rate, .from = from, .on_s = 10, .off_s = 5, .period_s = 86400, .steps = 5 }
	};
}

static void rates(void **unused)
{
	struct plan_phase p = shaped(PLAN_CONSTANT, NAN, 0, NAN);

	(void)unused;
	assert_true(plan_rate(&p, 7, 200) == 200);
	assert_true(isinf(plan_rate(&p, 7, 0)));
	p = shaped(PLAN_RAMP, 100, 20, 80);
	assert_true(plan_rate(&p, 0, 1) == 20 && plan_rate(&p, 40, 1) == 60 && plan_rate(&p, 90, 1) == 100);
	p = shaped(PLAN_STEPS, 100, 20, 50);
	assert_true(plan_rate(&p, 9.9, 1) == 20 && plan_rate(&p, 10, 1) == 40 && plan_rate(&p, 60, 1) == 100);
	assert_true(plan_rate_until(&p, 9.9) == 10);
	p = shaped(PLAN_ON_OFF, 0, 0, NAN);
	assert_true(isinf(plan_rate(&p, 9.9, 1)) && plan_rate(&p, 10, 1) == 0 && isinf(plan_rate(&p, 15, 1)));
	assert_true(plan_rate_until(&p, 9) == 10 && plan_rate_until(&p, 11) == 15);
	p = shaped(PLAN_DAILY, 100, 10, NAN);
	assert_true(plan_rate(&p, 0, 1) == 10 && plan_rate(&p, 43200, 1) == 100);
	p.idle = true;
	assert_true(plan_rate(&p, 43200, 1) == 0 && isinf(plan_rate_until(&p, 0)));
}

static void there_and_back(void **unused)
{
	double weight[] = { 1, 3 };
	struct plan_phase in[2] = { shaped(PLAN_ON_OFF, NAN, 0, 60), shaped(PLAN_DAILY, 50, 5, NAN) }, *out;
	struct sk_err err = { 0 };
	json_t *j;
	size_t n;

	(void)unused;
	in[1].weight = weight;
	in[1].ops = 12345;
	j = plan_to_json(in, 2, 2);
	assert_int_equal(plan_from_json(j, 2, &out, &n, &err), SK_OK);
	assert_int_equal(n, 2);
	assert_true(out[0].load.shape == PLAN_ON_OFF && isnan(out[0].load.rate) && out[0].load.on_s == 10 && !out[0].weight);
	assert_true(out[1].ops == 12345 && isnan(out[1].length_s) && out[1].weight[1] == 3 && out[1].load.from == 5);
	plan_release(out, n);
	assert_int_equal(plan_from_json(j, 3, &out, &n, &err), SK_EUSAGE);
	assert_null(out);
	json_decref(j);
}

static void refuses(void **unused)
{
	static const char *const wrong[] = { "{}",
					     "[1]",
					     "[{\"shape\":\"round\"}]",
					     "[{\"shape\":\"ramp\"}]",
					     "[{\"shape\":\"on-off\",\"on_s\":1}]",
					     "[{\"weights\":[0]}]",
					     "[{\"weights\":[-1]}]",
					     "[{\"rate\":-1}]",
					     "[{\"length_s\":0}]" };
	struct plan_phase *out;
	size_t n;

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct sk_err err = { 0 };
		json_t *j = json_loads(wrong[i], 0, NULL);

		assert_int_equal(plan_from_json(j, 1, &out, &n, &err), SK_EUSAGE);
		assert_true(err.msg[0] != '\0');
		json_decref(j);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
