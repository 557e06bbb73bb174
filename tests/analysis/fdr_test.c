/* SPDX-License-Identifier: GPL-3.0-or-later */
/* q values against their authors' example and by hand; what of it a run's series keep. */
#include "analysis/fdr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/family.h"
#include "tests/check.h"

static void the_example_of_benjamini_and_hochberg(void **state)
{
	/* 1995, table in section 4: at .05 the four smallest of 15 are rejected, by Bonferroni three */
	static const double p[] = { .0298, .0004, .0019, .0095, .0201, .0278, .0001, .0344,
				    .0459, .3240, .4262, .5719, .6528, .7590, 1 };
	double q[15];
	size_t rejected = 0;

	(void)state;
	fdr_q(p, 15, 1, q);
	for (size_t i = 0; i < 15; i++)
		rejected += q[i] <= .05;
	assert_int_equal(rejected, 4);
	assert_double_equal(q[6], .0015, 1e-12);
	assert_double_equal(q[3], .035625, 1e-12);
	assert_double_equal(q[5], .0298 * 15 / 7, 1e-12); /* .0278 * 15 / 6 is more */
	assert_double_equal(q[14], 1, 0);
	assert_double_equal(fdr_scale(q, 15, .05), 15. / 4, 0);
}

static void what_could_not_be_tested_counts_for_nothing(void **state)
{
	static const double p[] = { NAN, .01, .01, NAN, .5 };
	double q[5];

	(void)state;
	fdr_q(p, 5, 1, q);
	assert_true(isnan(q[0]) && isnan(q[3]));
	assert_double_equal(q[1], .015, 1e-15); /* equal p, equal q: both have rank 2 of 3 */
	assert_double_equal(q[2], .015, 1e-15);
	assert_double_equal(q[4], .5, 0);
	fdr_q(p, 5, 3, q);
	assert_double_equal(q[1], .045, 1e-15);
	assert_double_equal(q[4], 1, 0);
	fdr_q(p, 5, fdr_scale(p, 5, .001), q); /* nothing above was rejected: nothing below is tested */
	for (size_t i = 0; i < 5; i++)
		assert_true(isnan(q[i]));
	fdr_q(p, 0, 1, q);
	assert_true(isinf(fdr_scale(p, 0, 1)));
}

static void add(struct verdict *v, const char *column, enum verdict_class c, double p)
{
	struct series_verdict *s = &v->series[v->n_series++];

	*s = (struct series_verdict){ .verdict = c, .kind = c == VERDICT_LEAK ? LEAK_LINEAR : LEAK_NONE, .p_value = p };
	snprintf(s->column, sizeof(s->column), "%s", column);
	s->rate_kb_per_h = 700;
	s->need_more_s = NAN;
	s->fit = (struct fit_line){ .valid = true, .t1 = 3600 };
}

/* anon_kb, three more that may decide, one of them without a test, and resident memory as context. */
static void five(struct verdict *v, double p_anon)
{
	memset(v, 0, sizeof(*v));
	add(v, "anon_kb", VERDICT_LEAK, p_anon);
	add(v, "vsz_kb", VERDICT_STABLE, .5);
	add(v, "threads", VERDICT_STABLE, NAN);
	add(v, "fds", VERDICT_STABLE, .9);
	add(v, "rss_kb", VERDICT_LEAK, 1e-9);
}

static void a_leak_stands_up_to_its_family(void **state)
{
	static struct verdict v;

	(void)state;
	five(&v, .003);
	family_adjust(&v, NULL, NULL);
	assert_double_equal(v.series[0].q_value, .009, 1e-15);
	assert_int_equal(v.series[0].verdict, VERDICT_LEAK);
	assert_true(isnan(v.series[2].q_value));
	assert_double_equal(v.series[4].q_value, 3e-9, 1e-20); /* one of three rejected above it */
	assert_int_equal(v.series[4].verdict, VERDICT_LEAK);
	assert_double_equal(v.parts_scale, 3, 0);
}

static void a_leak_among_too_many_is_suspected(void **state)
{
	static struct verdict v;
	struct series_verdict beyond = { .column = "pss_kb", .p_value = .4 };

	(void)state;
	five(&v, .003);
	family_adjust(&v, &beyond, NULL);
	assert_double_equal(v.series[0].q_value, .012, 1e-15);
	assert_double_equal(beyond.q_value, 2. / 3, 1e-12);
	assert_int_equal(v.series[0].verdict, VERDICT_SUSPECTED);
	assert_int_equal(v.series[0].kind, LEAK_NONE);
	assert_true(v.series[0].need_more_s > 0 && v.series[0].need_more_s < 3600);
	assert_non_null(strstr(v.series[0].why, "4 series were tested"));
	assert_int_equal(v.series[4].verdict, VERDICT_SUSPECTED); /* context alone is no leak */
	assert_true(isnan(v.series[4].q_value) && isnan(v.series[4].need_more_s));
	assert_double_equal(v.parts_scale, 4, 0); /* .012 is enough to look who grew */
}

static void who_is_in_the_family(void **state)
{
	static struct verdict v;

	(void)state;
	five(&v, .003);
	family_adjust(&v, NULL, "rss_kb"); /* --column: alone */
	assert_double_equal(v.series[4].q_value, 1e-9, 0);
	assert_double_equal(v.series[0].q_value, .003 * 3 / 1, 1e-15);
	five(&v, .003);
	strcpy(v.series[0].column, "pss_kb"); /* without anon_kb the first of uss, pss and rss */
	family_adjust(&v, NULL, NULL);
	assert_double_equal(v.series[0].q_value, .009, 1e-15);
	assert_double_equal(v.series[4].q_value, 3e-9, 1e-20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_benjamini_and_hochberg),
		cmocka_unit_test(what_could_not_be_tested_counts_for_nothing),
		cmocka_unit_test(a_leak_stands_up_to_its_family),
		cmocka_unit_test(a_leak_among_too_many_is_suspected),
		cmocka_unit_test(who_is_in_the_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
