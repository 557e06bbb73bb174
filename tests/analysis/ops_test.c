/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growth with connections made and with reloads, told from operations and from time, and the bytes of each: seeded series where
 * the truth is known. Operations, time, processes and restarts alone are in grows_with_test.c.
 */
#include "tests/analysis/made.h"

#include "analysis/columns.h"
#include "analysis/per_op.h"

#define N     240
#define DT    60
#define SEEDS 40

enum load { EVEN, PAUSES };

static struct verdict v;

/* Working for 25 minutes and pausing for 15, beginning somewhere. */
static double rate_at(enum load load, int i, unsigned long seed)
{
	return load == EVEN ? 60 : (i + (int)(seed % 40)) % 40 < 25 ? 96 : 0;
}

enum how { OF_THEIR_OWN, WITH_THE_OPERATIONS, EVENLY }; /* connections are made */

struct events_case {
	enum growth_driver truth;
	enum load load;
	enum how how;
	double phi, rise; /* in sd of the noise over the run, as far as it came */
};

#define CONNECTS 2000.0 /* so many of a run of N rows, about */
#define RELOADS  16.0

/* Connections in bursts that have nothing to do with the operations; a reload in one row of fifteen. */
static void decide_events(const struct events_case *c, unsigned long seed)
{
	static const char *const names[] = { "anon_kb", "ops", "connects", "reloads" };
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct series s[4];
	const struct series *cols[] = { &s[0], &s[1], &s[2], &s[3] };
	struct made m;
	double ops = 0, connects = 4, reloads = 0, sd = 1024;

	made_init(&m, seed);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(series_init(&s[i], names[i], DT, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++) {
		double share = c->truth == GROWS_OPERATIONS ? ops / (60 * N)
			       : c->truth == GROWS_CONNECTS ? connects / CONNECTS
			       : c->truth == GROWS_RELOADS  ? reloads / RELOADS
			       : c->truth == GROWS_TIME     ? i / (double)N
							    : 0;

		series_add(&s[0], i * DT, 4 * floor((204800 + sd * (c->rise * share + made_noise(&m, c->phi))) / 4));
		series_add(&s[1], i * DT, ops);
		series_add(&s[2], i * DT, connects);
		series_add(&s[3], i * DT, reloads);
		double did = rate_at(c->load, i, seed), burst = gsl_rng_uniform(m.r) < .1 ? floor(166 * gsl_rng_uniform(m.r)) : 0;

		ops += did;
		connects += c->how == OF_THEIR_OWN ? burst : c->how == EVENLY ? 8 : did;
		reloads += gsl_rng_uniform(m.r) < RELOADS / N;
	}
	made_free(&m);
	struct evidence ev = made_evidence(cols, 4, DT);

	assert_int_equal(verdict_decide(&ev, &opt, &v, NULL), SK_OK);
	for (int i = 0; i < 4; i++)
		series_release(&s[i]);
}

struct events_counted {
	int grown, with[GROWS_DRIVERS], covered;
};

static struct events_counted count_events(const struct events_case *c, unsigned long seeds)
{
	double each = c->rise * 1024 * 1024 / (c->truth == GROWS_CONNECTS ? CONNECTS : RELOADS);
	struct events_counted n = { 0 };

	for (unsigned long seed = 1; seed <= seeds; seed++) {
		decide_events(c, seed);
		const struct series_verdict *s = &v.series[0];

		n.grown += s->verdict == VERDICT_LEAK || s->verdict == VERDICT_SUSPECTED;
		n.with[s->grows_with]++;
		n.covered += c->truth == GROWS_CONNECTS ? s->per_connection_lo <= each && each <= s->per_connection_hi
							: s->per_reload_lo <= each && each <= s->per_reload_hi;
		/* what is proven excludes the rest */
		assert_true(s->grows_with != GROWS_CONNECTS || (isnan(s->per_op_bytes) && isnan(s->per_reload_bytes)));
		assert_true(s->grows_with != GROWS_RELOADS || (isnan(s->per_op_bytes) && isnan(s->per_connection_bytes)));
		assert_true(s->grows_with != GROWS_OPERATIONS || isnan(s->per_reload_bytes));
	}
	return n;
}

static void each_is_told_from_the_others(void **state)
{
	static const struct {
		struct events_case c;
		int named; /* at least */
		const char *words;
	} of[] = {
		{ { GROWS_CONNECTS, PAUSES, OF_THEIR_OWN, .8, 60 },
		  38,
		  "; it grows with the connections that are made and not with time, about 30.7 KiB per connection" },
		{ { GROWS_CONNECTS, EVEN, OF_THEIR_OWN, 0, 30 }, 32, " KiB per connection" },
		{ { GROWS_RELOADS, PAUSES, OF_THEIR_OWN, .8, 60 },
		  38,
		  "; it grows with each reload and not with time, about 3.79 MiB per reload" },
		{ { GROWS_RELOADS, EVEN, OF_THEIR_OWN, 0, 30 }, 36, " MiB per reload" },
		{ { GROWS_OPERATIONS, PAUSES, OF_THEIR_OWN, .8, 60 },
		  38,
		  "; it grows with the operations and not with time, about 4.29 KiB per operation" },
		{ { GROWS_TIME, PAUSES, OF_THEIR_OWN, .8, 60 }, 38, "; it grows with time and not with the operations" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		struct events_counted n = count_events(&of[i].c, SEEDS);

		assert_int_equal(n.with[of[i].c.truth] + n.with[GROWS_UNKNOWN], SEEDS); /* nothing else */
		assert_true(n.with[of[i].c.truth] >= of[i].named);
		assert_non_null(strstr(v.main.why, of[i].words));
		if (of[i].c.truth >= GROWS_CONNECTS)
			assert_true(n.covered >= 34); /* of 40; 95 % of them are 38 */
	}
}

/* Each operation makes a connection: what is proven is said of both, and that they are two is not claimed. */
static void connections_with_the_operations(void **state)
{
	static const struct events_case c = { GROWS_OPERATIONS, PAUSES, WITH_THE_OPERATIONS, .8, 60 };
	struct events_counted n = count_events(&c, SEEDS);

	(void)state;
	assert_int_equal(n.with[GROWS_OPERATIONS] + n.with[GROWS_UNKNOWN], SEEDS);
	assert_true(n.with[GROWS_OPERATIONS] >= 38);
	assert_double_equal(v.main.per_connection_bytes, v.main.per_op_bytes, 1e-6 * v.main.per_op_bytes);
	assert_true(v.main.per_connection_lo < v.main.per_connection_bytes);
	assert_true(v.main.per_connection_bytes < v.main.per_connection_hi);
	assert_non_null(
		strstr(v.main.why, " per operation (connections came with the operations, and cannot be told from them)"));
}

/* So many a minute, and time that explains it: the same line, whatever the operations did. */
static void even_connections_tell_nothing(void **state)
{
	static const struct events_case time = { GROWS_TIME, PAUSES, EVENLY, .8, 60 };
	struct events_counted n = count_events(&time, SEEDS);

	(void)state;
	assert_int_equal(n.with[GROWS_UNKNOWN], SEEDS);
	assert_non_null(
		strstr(v.main.why, "; connections were made at a constant rate, so growth per hour and per connection cannot be told apart"));
	assert_true(isfinite(v.main.per_connection_bytes));
}

static void nothing_grows_with_nothing(void **state)
{
	static const struct events_case flat = { GROWS_UNKNOWN, PAUSES, OF_THEIR_OWN, .8, 0 };
	struct events_counted n = count_events(&flat, SEEDS);

	(void)state;
	assert_int_equal(n.with[GROWS_UNKNOWN], SEEDS);
}

/* Two jumps, and a reload at each: any jump would be theirs. */
static void two_reloads_explain_nothing(void **state)
{
	static struct findings f;
	static struct rivals r;
	struct context x = { NULL, 0, DT, 64, NAN, NULL, VERDICT_ALPHA, 0, false };
	struct series_verdict sv;
	static struct column c, reloads;
	struct series s, o;

	(void)state;
	for (int n = 2; n <= 3; n++) {
		assert_int_equal(series_init(&s, "anon_kb", DT, SERIES_ONLINE, NULL), SK_OK);
		assert_int_equal(series_init(&o, "reloads", DT, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < N; i++) {
			series_add(&s, i * DT, 50000 + 40 * i);
			series_add(&o, i * DT, i / (N / (n + 1)));
		}
		assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
		assert_int_equal(column_load(&reloads, &o, 1), SK_OK);
		series_release(&s);
		series_release(&o);
		assert_int_equal(judge_column(&c, &x, &f, &sv), SK_OK);
		rivals_line_up(&f, &(struct counters){ .reloads = &reloads }, &r);
		assert_int_equal(r.known[GROWS_RELOADS], n == 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_told_from_the_others),  cmocka_unit_test(connections_with_the_operations),
		cmocka_unit_test(even_connections_tell_nothing), cmocka_unit_test(nothing_grows_with_nothing),
		cmocka_unit_test(two_reloads_explain_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
