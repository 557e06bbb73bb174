/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Budgets and cycles as people write them; the words of a budget; what is given back. */
#include <string.h>

#include "tests/check.h"

#include "base/mem.h"
#include "soakd/phase.h"

static void budget_is(const char *name, const char *value, const char *column, enum budget_of of, double most, const char *words)
{
	struct phase_budget b;
	struct sk_err err = { 0 };
	char buf[128];

	if (phase_budget_parse(name, value, &b, &err) != SK_OK)
		fail_msg("%s = %s: %s", name, value, err.msg);
	assert_string_equal(b.column, column);
	assert_int_equal(b.of, of);
	assert_double_equal(b.most, most, 1e-9);
	assert_string_equal(phase_budget_words(&b, buf, sizeof(buf)), words);
}

static void a_budget_is_a_column_with_or_without_unit_and_what_of_it(void **state)
{
	(void)state;
	budget_is("rss", "100 MiB", "rss_kb", BUDGET_PEAK, 102400, "rss peak <= 100 MiB");
	budget_is("rss_kb", "1048576", "rss_kb", BUDGET_PEAK, 1024, "rss peak <= 1.00 MiB");
	budget_is("anon_growth", "1MiB", "anon_kb", BUDGET_GROWTH, 1024, "anon growth <= 1.00 MiB");
	budget_is("anon-rise", "0", "anon_kb", BUDGET_RISE, 0, "anon rise <= 0 KiB");
	budget_is("fds_after", "12", "fds", BUDGET_AFTER, 12, "fds after <= 12");
	budget_is("fds_peak", "12", "fds", BUDGET_PEAK, 12, "fds peak <= 12");
	budget_is("stall", "20ms", "stall_ms", BUDGET_PEAK, 20, "stall peak <= 20 ms");
	budget_is("psi_memory_avg10", "2.5%", "psi_memory_avg10_pct", BUDGET_PEAK, 2.5, "psi_memory_avg10 peak <= 2.5 %");
	budget_is("cgroup_peak", "1GiB", "cgroup_peak_kb", BUDGET_PEAK, 1048576, "cgroup_peak peak <= 1.00 GiB");
	budget_is("cgroup_peak_growth", "1GiB", "cgroup_peak_kb", BUDGET_GROWTH, 1048576, "cgroup_peak growth <= 1.00 GiB");
}

static void a_counter_is_bounded_by_what_the_phase_counted(void **state)
{
	(void)state;
	budget_is("errors", "0", "errors", BUDGET_GROWTH, 0, "errors growth <= 0");
	budget_is("cpu", "2m", "cpu_s", BUDGET_GROWTH, 120, "cpu growth <= 2 min");
	budget_is("errors_after", "7", "errors", BUDGET_AFTER, 7, "errors after <= 7");
}

static void no_budget(const char *name, const char *value, const char *why)
{
	struct phase_budget b;
	struct sk_err err = { 0 };

	assert_int_equal(phase_budget_parse(name, value, &b, &err), SK_EUSAGE);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" is not in \"%s\"", why, err.msg);
}

static void a_wrong_budget_is_a_sentence(void **state)
{
	(void)state;
	no_budget("rrs", "100 MiB", "there is no column \"rrs\" to have a budget: take a name of soakd list metrics");
	no_budget("rss_max", "1", "there is no column \"rss_max\"");
	no_budget("_growth", "1", "there is no column \"_growth\"");
	no_budget("", "1", "there is no column \"\"");
	no_budget("timestamp", "1", "there is no column \"timestamp\"");
	no_budget("elapsed_s_growth", "1", "there is no column \"elapsed_s_growth\"");
	no_budget("rss", "100 parsecs", "the budget of rss takes a size: \"100parsecs\" is no size");
	no_budget("rss", "-1", "the budget of rss takes a size: \"-1\" is no size");
	no_budget("cpu", "2 weeks", "the budget of cpu takes a time: \"2weeks\" is no duration");
	no_budget("fds", "12 MiB", "the budget of fds takes a number without unit: ");
	no_budget("fds", "-1", "it is below 0");
	no_budget("fds", "nan", "the budget of fds");
}

static void a_cycle_is_two_phases_again_and_again(void **state)
{
	struct phase_list l;
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(phase_cycle("load=10m,idle=2m", &l, &err), SK_OK);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.n_work, 1);
	assert_true(l.repeat && l.cycle);
	assert_string_equal(l.phase[0].plan.name, "load");
	assert_false(l.phase[0].plan.idle);
	assert_double_equal(l.phase[0].plan.length_s, 600, 0);
	assert_double_equal(l.phase[0].plan.load.rate, NAN, 0);
	assert_double_equal(l.phase[0].hook_timeout_s, 60, 0);
	assert_string_equal(l.phase[1].plan.name, "idle");
	assert_true(l.phase[1].plan.idle);
	assert_double_equal(l.phase[1].plan.length_s, 120, 0);
	phase_list_release(&l);
	phase_list_release(&l);
	assert_int_equal(phase_cycle("idle=1,load=0.5", &l, &err), SK_OK);
	assert_string_equal(l.phase[0].plan.name, "load");
	assert_double_equal(l.phase[0].plan.length_s, 0.5, 0);
	phase_list_release(&l);
}

static void a_wrong_cycle_is_a_sentence(void **state)
{
	static const char *const wrong[][2] = {
		{ "", "each part is load= or idle= and a length" },
		{ "load=10m", "load and idle are both needed" },
		{ "load=10m,idle=2m,", "each part is load= or idle= and a length" },
		{ "load=1,load=2", "one of them is there twice" },
		{ "load=0,idle=2", "a phase of length 0 is none" },
		{ "load=x,idle=2", "\"x\" is no duration" },
		{ "work=1,idle=2", "each part is load= or idle= and a length" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct phase_list l;
		struct sk_err err = { 0 };

		assert_int_equal(phase_cycle(wrong[i][0], &l, &err), SK_EUSAGE);
		assert_non_null(strstr(err.msg, "--cycle takes load=D,idle=D, such as load=10m,idle=2m, not \""));
		if (!strstr(err.msg, wrong[i][1]))
			fail_msg("\"%s\" is not in \"%s\"", wrong[i][1], err.msg);
		assert_int_equal(l.n, 0);
		assert_null(l.phase);
	}
}

static char **words(const char *a, const char *b)
{
	char **argv = sk_calloc(3, sizeof(*argv));

	argv[0] = sk_strdup(a);
	argv[1] = sk_strdup(b);
	return argv;
}

/* The sanitizers and valgrind say whether all of it was given back. */
static void a_list_gives_back_all_that_it_owns(void **state)
{
	struct phase_list l = { .work = json_array(), .define = json_object(), .n_work = 1 };

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct phase *p =
			phase_list_add(&l, "a name that is longer than sixty-three bytes and is therefore cut at the end");

		assert_int_equal(strlen(p->plan.name), PLAN_NAME - 1);
		p->plan.weight = sk_calloc(1, sizeof(*p->plan.weight));
		p->budget = sk_calloc(1, sizeof(*p->budget));
		p->inject = sk_calloc(1, sizeof(*p->inject));
		p->n_budget = p->n_inject = 1;
		p->inject[0].argv = words("nginx", "-s");
		p->before = words("/bin/true", "x");
		p->after = words("/bin/true", "y");
	}
	assert_int_equal(l.n, 20);
	phase_list_release(&l);
	assert_int_equal(l.n, 0);
	assert_null(l.work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_budget_is_a_column_with_or_without_unit_and_what_of_it),
		cmocka_unit_test(a_counter_is_bounded_by_what_the_phase_counted),
		cmocka_unit_test(a_wrong_budget_is_a_sentence),
		cmocka_unit_test(a_cycle_is_two_phases_again_and_again),
		cmocka_unit_test(a_wrong_cycle_is_a_sentence),
		cmocka_unit_test(a_list_gives_back_all_that_it_owns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
