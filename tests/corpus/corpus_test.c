/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The corpus itself: the same numbers on every machine, and a truth that is true of them. And what the verdict does with a small
 * set of seeds that nothing else uses, so that a change that makes it worse is seen at once. `make corpus` is the measurement.
 */
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_fit.h>

#include "tests/corpus/decide.h"
#include "tests/corpus/draw.h"
#include "tests/corpus/each.h"
#include "tests/corpus/tally.h"

#define SEEDS 30
#define FIRST 900001

/* Of both tables, one after the other. */
static const struct corpus_family *nth_family(size_t f)
{
	return f < corpus_n_families ? &corpus_families[f] : &corpus_stress[f - corpus_n_families];
}

static size_t n_all(void)
{
	return corpus_n_families + corpus_n_stress;
}

/* On the heap: the caller's. */
static struct corpus_series *made(const char *name, unsigned long seed)
{
	struct corpus_series *s = calloc(1, sizeof(*s));
	size_t f = 0;

	assert_non_null(s);
	while (f < n_all() && strcmp(nth_family(f)->name, name) != 0)
		f++;
	assert_true(f < n_all());
	corpus_make(nth_family(f), seed, s);
	return s;
}

static const struct known {
	const char *name;
	size_t n;
	double pages, last_t, ops;
} known[] = {
	{ "white", 607, 6184117, 181800, 0 },
	{ "near-random-walk", 937, 13938618, 56160, 0 },
	{ "warmup", 987, 341326401, 59160, 0 },
	{ "multi-period", 287, 37583960, 17160, 0 },
	{ "steps", 2110, 344804028, 63270, 0 },
	{ "spikes", 621, 463645741, 37200, 0 },
	{ "restarts", 1853, 1712367685, 555600, 0 },
	{ "gaps", 629, 91425423, 242674, 0 },
	{ "leak-warmup", 1550, 1939593151, 92940, 0 },
	{ "leak-bursts", 271, 5095557, 81000, 12451751 },
	{ "leak-gaps", 199, 2469046, 14335.5, 0 },
	{ "stress-one-cycle", 177, 159749686, 10560, 2110971 },
	{ "stress-random-bursts", 274, 69277660, 16380, 0 },
};

/* Sums of whole pages are exact: gcc and clang, with and without optimisation and fused multiplication, gave these. */
static void the_same_numbers_everywhere(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++) {
		struct corpus_series *s = made(known[k].name, FIRST);
		double pages = 0;

		for (size_t i = 0; i < s->n; i++)
			pages += s->y[i] / PAGE;
		assert_int_equal(s->n, known[k].n);
		assert_double_equal(pages, known[k].pages, 0);
		assert_double_equal(s->t[s->n - 1], known[k].last_t, 0);
		assert_double_equal(s->ops[s->n - 1], known[k].ops, 0);
		free(s);
	}
}

/* Names and streams are told apart: two families with one stream would not be two measurements. */
static void no_family_twice(void **state)
{
	(void)state;
	for (size_t f = 0; f < n_all(); f++) {
		assert_in_range(nth_family(f)->stream, 1, 999); /* a seed is worth 1000 streams */
		for (size_t g = 0; g < f; g++) {
			assert_string_not_equal(nth_family(f)->name, nth_family(g)->name);
			assert_int_not_equal(nth_family(f)->stream, nth_family(g)->stream);
		}
	}
}

static void check_rows(const struct corpus_series *s)
{
	size_t restarts = 0;

	assert_in_range(s->n, 60, CORPUS_MAX);
	assert_double_equal(s->t[0], 0, 0);
	for (size_t i = 0; i < s->n; i++) {
		assert_true(s->y[i] >= PAGE);
		assert_double_equal(fmod(s->y[i], PAGE), 0, 0);
		assert_double_equal(fmod(s->t[i], .125), 0, 0);
		if (i == 0)
			continue;
		assert_true(s->t[i] > s->t[i - 1]);
		assert_true(s->ops[i] >= s->ops[i - 1]);
		if (s->pid[i] != s->pid[i - 1])
			assert_double_equal(s->restart_s[restarts++], s->t[i], 0);
	}
	assert_int_equal(restarts, s->n_restarts);
	assert_int_equal(s->has_pid, restarts > 0);
	assert_int_equal(s->has_ops, s->ops[s->n - 1] > 0);
}

static void check_truth(const struct corpus_series *s)
{
	assert_int_equal(s->right == 1u << VERDICT_LEAK, s->leaking);
	assert_int_equal(s->kinds != 0, s->leaking);
	assert_int_equal(s->kinds & 1u << LEAK_NONE, 0);
	if (!s->leaking) {
		assert_int_equal(s->right & 1u << VERDICT_LEAK, 0); /* growth that only gets slower may be suspected */
		assert_true(isnan(s->rate_kb_per_h) && isnan(s->onset_s));
	} else if (isfinite(s->rate_kb_per_h)) {
		assert_true(s->rate_kb_per_h >= 1.49 * MIN_RATE);
	}
}

static void the_truth_is_whole(void **state)
{
	struct corpus_series *s = calloc(1, sizeof(*s));

	(void)state;
	assert_non_null(s);
	for (size_t f = 0; f < n_all(); f++) {
		for (unsigned long k = 0; k < 10; k++) {
			corpus_make(nth_family(f), FIRST + k, s);
			assert_int_equal(s->leaking, nth_family(f)->leaking);
			check_rows(s);
			check_truth(s);
		}
	}
	free(s);
}

/* KiB/h of the least squares line through samples from .. to - 1 without their noise. */
static double clean_rate(const struct corpus_series *s, size_t from, size_t to)
{
	double c0, slope, unused;

	gsl_fit_linear(s->t + from, 1, s->clean + from, 1, to - from, &c0, &slope, &unused, &unused, &unused, &unused);
	return 3600 * slope;
}

/* From the first to the last sample. */
static double net_rate(const struct corpus_series *s)
{
	return (s->clean[s->n - 1] - s->clean[0]) / hours(s);
}

static size_t first_at(const struct corpus_series *s, double part)
{
	size_t i = 0;

	while (at(s, i) < part)
		i++;
	return i;
}

enum way { LINE, NET, LAST_THIRD };

static void the_rate_is_that_of_the_clean_series(void **state)
{
	static const struct {
		const char *name;
		enum way way;
		double tolerance; /* relative */
	} family[] = {
		{ "leak-white", LINE, 1e-7 },
		{ "leak-ar1", LINE, 1e-7 },
		{ "leak-gaps", LINE, 1e-7 },
		{ "stress-pages", LINE, 1e-7 },
		{ "stress-over-restarts", LINE, 1e-7 },
		{ "leak-staircase", LINE, .05 },
		{ "leak-bursts", NET, .02 }, /* the first sample may be one of a burst */
		{ "stress-random-stairs", NET, 1e-7 },
		{ "stress-random-bursts", NET, .02 },
		{ "leak-warmup", LAST_THIRD, .15 }, /* the warm-up is nearly over */
	};

	(void)state;
	for (size_t f = 0; f < sizeof(family) / sizeof(*family); f++) {
		for (unsigned long k = 0; k < 20; k++) {
			struct corpus_series *s = made(family[f].name, FIRST + k);
			double rate = family[f].way == NET    ? net_rate(s)
				      : family[f].way == LINE ? clean_rate(s, 0, s->n)
							      : clean_rate(s, first_at(s, 2. / 3), s->n);

			assert_double_equal(rate / s->rate_kb_per_h, 1, family[f].tolerance);
			free(s);
		}
	}
}

/* By the contract: from the onset, within a life, over the last tenth. */
static void the_rate_is_that_of_its_part(void **state)
{
	(void)state;
	for (unsigned long k = 0; k < 20; k++) {
		struct corpus_series *s = made("leak-onset", FIRST + k);
		size_t from = first_at(s, s->onset_s / span(s));

		assert_double_equal(clean_rate(s, from, s->n) / s->rate_kb_per_h, 1, 1e-7);
		assert_double_equal(s->clean[from - 1], s->clean[0], 0);
		free(s);

		s = made("leak-restarts", FIRST + k);
		from = life_start(s, s->n - 1);
		assert_true(from > 0);
		assert_double_equal(clean_rate(s, from, s->n) / s->rate_kb_per_h, 1, 1e-7);
		assert_double_equal(s->clean[from], s->clean[0], 0);
		free(s);

		s = made("leak-accelerating", FIRST + k);
		from = first_at(s, .9);
		assert_double_equal(clean_rate(s, from, s->n) / s->rate_kb_per_h, 1, .02);
		free(s);
	}
}

static void judge(size_t i, const void *context, void *result)
{
	struct corpus_series *s = calloc(1, sizeof(*s));
	struct verdict *v = calloc(1, sizeof(*v));

	(void)context;
	if (!s || !v)
		abort();
	corpus_make(&corpus_families[i / SEEDS], FIRST + i % SEEDS, s);
	corpus_decide(s, v);
	*(struct outcome *)result = outcome_of(s, v);
	free(s);
	free(v);
}

/*
 * 810 series on which nothing was chosen. When this was written: 1 alarm of 450, 357 leaks found of 360, 773 right classes. The
 * limits leave room for a series or two that tip over; what is better than they ask for fails nothing.
 */
static void the_verdict_holds_on_a_fixed_set(void **state)
{
	size_t n = corpus_n_families * SEEDS, right = 0;
	struct outcome *o = each(n, sizeof(*o), judge, NULL);
	struct score all = { 0 };

	(void)state;
	for (size_t f = 0; f < corpus_n_families; f++) {
		size_t alarms = all.alarms;

		for (size_t k = f * SEEDS; k < (f + 1) * SEEDS; k++) {
			score_add(&all, o[k].leaking, o[k].said == VERDICT_LEAK);
			right += o[k].right;
		}
		if (all.alarms - alarms > 2)
			fail_msg("%s: %zu of %d series without a leak are called one", corpus_families[f].name,
				 all.alarms - alarms, SEEDS);
	}
	each_free(o, n, sizeof(*o));
	assert_int_equal(all.leaks, 360);
	assert_int_equal(all.quiet, 450);
	if (all.alarms > 3 || all.found < 353 || right < 762)
		fail_msg("%zu of 450 alarms (3 at most), %zu of 360 leaks found (353 at least), %zu of 810 right classes (762 at "
			 "least)",
			 all.alarms, all.found, right);
}

static void square(size_t i, const void *context, void *result)
{
	*(size_t *)result = i * i + *(const size_t *)context;
}

/* Results stand where their numbers say, whichever process made them. */
static void each_in_order(void **state)
{
	size_t plus = 7, *v = each(5000, sizeof(*v), square, &plus);

	(void)state;
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(v[i], i * i + 7);
	each_free(v, 5000, sizeof(*v));
}

/* Worked by hand: 3 of 4 leaks found, 1 of 5 others accused. */
static void scores(void **state)
{
	struct score s = { 0 }, none = { 0 };

	(void)state;
	for (int i = 0; i < 4; i++)
		score_add(&s, true, i < 3);
	for (int i = 0; i < 5; i++)
		score_add(&s, false, i < 1);
	assert_double_equal(score_precision(&s), .75, 1e-15);
	assert_double_equal(score_recall(&s), .75, 1e-15);
	assert_double_equal(score_f1(&s), .75, 1e-15);
	assert_double_equal(score_alarms(&s), .2, 1e-15);
	assert_true(isnan(score_f1(&none)) && isnan(score_precision(&none)) && isnan(score_recall(&none)) &&
		    isnan(score_alarms(&none)));
}

/* Two families without a leak, 1 of 2 and 0 of 1 accused, and one with a leak, which counts for nothing here. */
static void alarms_by_family(void **state)
{
	struct outcome quiet = { .said = VERDICT_STABLE, .onset_error = NAN },
		       alarm = { .said = VERDICT_LEAK, .onset_error = NAN };
	struct outcome leak = { .leaking = true, .said = VERDICT_LEAK, .rated = true, .rate_error = .25, .onset_error = .5 };
	struct tally t[3] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };
	struct alarms a;

	(void)state;
	tally_outcome(&t[0], &quiet);
	tally_outcome(&t[1], &leak);
	tally_outcome(&t[2], &quiet);
	tally_outcome(&t[2], &alarm);
	a = alarms_of(t, 3);
	assert_double_equal(a.worst, .5, 0);
	assert_double_equal(a.mean, .25, 0);
	assert_string_equal(a.where, "c");
	assert_double_equal(tally_median(&t[1].rate), .25, 0);
	assert_double_equal(tally_median(&t[1].onset), .5, 0);
	assert_true(isnan(tally_median(&t[0].rate)));
	for (size_t i = 0; i < 3; i++)
		tally_release(&t[i]);
}

/* Each goal alone is enough to fail: 1000 leaks and 1000 others, in families of 100. */
static void the_gate(void **state)
{
	const struct alarms few = { .worst = .02, .mean = .005 }, in_one = { .worst = .03, .mean = .005 };
	const struct alarms everywhere = { .worst = .02, .mean = .011 };
	const struct score good = { 1000, 960, 1000, 5 }, deaf = { 1000, 954, 1000, 0 }, nervous = { 1000, 1000, 1000, 16 };
	const struct score both = { 1000, 956, 1000, 15 }, none = { 0 };

	(void)state;
	assert_true(goals_reached(&good, &few));
	assert_false(goals_reached(&good, &in_one));
	assert_false(goals_reached(&good, &everywhere));
	assert_false(goals_reached(&deaf, &few));
	assert_false(goals_reached(&nervous, &few));
	assert_false(goals_reached(&both, &few));
	assert_false(goals_reached(&none, &few));
}

/* A row for each set of right classes, in the order they come. */
static void confusion_by_truth(void **state)
{
	struct outcome o = { .truth = 1u << VERDICT_LOAD | 1u << VERDICT_SAWTOOTH, .said = VERDICT_LOAD, .right = true };
	struct confusion c = { 0 };

	(void)state;
	confusion_add(&c, &o);
	o = (struct outcome){ .truth = 1u << VERDICT_STEP, .said = VERDICT_LEAK };
	confusion_add(&c, &o);
	confusion_add(&c, &o);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.row[0].said[VERDICT_LOAD], 1);
	assert_int_equal(c.row[0].right, 1);
	assert_int_equal(c.row[1].truth, 1u << VERDICT_STEP);
	assert_int_equal(c.row[1].said[VERDICT_LEAK], 2);
	assert_int_equal(c.row[1].right, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_numbers_everywhere),
		cmocka_unit_test(no_family_twice),
		cmocka_unit_test(the_truth_is_whole),
		cmocka_unit_test(the_rate_is_that_of_the_clean_series),
		cmocka_unit_test(the_rate_is_that_of_its_part),
		cmocka_unit_test(each_in_order),
		cmocka_unit_test(scores),
		cmocka_unit_test(alarms_by_family),
		cmocka_unit_test(the_gate),
		cmocka_unit_test(confusion_by_truth),
		cmocka_unit_test(the_verdict_holds_on_a_fixed_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
