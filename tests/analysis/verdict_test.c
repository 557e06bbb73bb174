/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole decision: attribution, forecast, and input that nobody should send. */
#include "tests/analysis/made.h"

#include "analysis/attribution.h"
#include "analysis/verdict.h"

static struct verdict v;

static void numbers_are_finite_or_unknown(const struct series_verdict *s)
{
	const double all[] = { s->rate_kb_per_h,
			       s->rate_lo,
			       s->rate_hi,
			       s->p_value,
			       s->q_value,
			       s->growth_kb,
			       s->ols_slope_kb_per_h,
			       s->ols_slope_kb_per_interval,
			       s->theil_sen_kb_per_h,
			       s->per_op_bytes,
			       s->per_op_lo,
			       s->per_op_hi,
			       s->per_connection_bytes,
			       s->per_connection_lo,
			       s->per_connection_hi,
			       s->per_reload_bytes,
			       s->per_reload_lo,
			       s->per_reload_hi,
			       s->onset_s,
			       s->warmup_s,
			       s->detectable_kb_per_h,
			       s->need_more_s,
			       s->start_kb,
			       s->end_kb };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_true(!isinf(all[i]));
	assert_true(s->why[0] != '\0');
	if (s->verdict == VERDICT_INSUFFICIENT && s->samples == 0)
		assert_true(isnan(s->need_more_s)); /* more of nothing decides nothing */
	else if (s->verdict == VERDICT_INSUFFICIENT)
		assert_true(s->need_more_s > 0);
	else if (s->verdict != VERDICT_LEAK)
		assert_true(isfinite(s->detectable_kb_per_h));
}

static enum sk_code decide_one(const struct series *s, const struct evidence *like)
{
	const struct series *cols[1] = { s };
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence ev = made_evidence(cols, 1, 60);

	if (like) {
		ev.part = like->part;
		ev.n_parts = like->n_parts;
		ev.limit_kb = like->limit_kb;
		ev.restart_s = like->restart_s;
		ev.n_restarts = like->n_restarts;
	}
	return verdict_decide(&ev, &opt, &v, NULL);
}

static void part(struct series *s, const char *name, int from, double level, double slope)
{
	assert_int_equal(series_init(s, name, 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 200; i++)
		series_add(s, i * 60, i < from ? NAN : level + slope * (i - from) / 60);
}

static void who_grew_and_until_when(void **state)
{
	struct series s, p[5];
	const struct evidence_part parts[] = {
		{ "role", "backend", &p[0] }, { "role", "walwriter", &p[1] }, { "class", "heap", &p[2] },
		{ "role", "late", &p[3] },    { "role", "short", &p[4] },
	};
	struct evidence like = { .part = parts, .n_parts = 5, .limit_kb = 60000 + 1200 * 10 };

	(void)state;
	part(&s, "anon_kb", 0, 60000 - 1200 * 199 / 60., 1200); /* 60000 at the end */
	part(&p[0], "backend", 0, 10000, 900);
	part(&p[1], "walwriter", 0, 5000, 0);
	part(&p[2], "heap", 0, 9000, 1200);
	part(&p[3], "late", 100, 1000, 300);
	part(&p[4], "short", 193, 1000, 9000); /* 7 points: not even a line */
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_double_equal(v.main.rate_kb_per_h, 1200, 1);
	assert_int_equal(v.n_parts, 4);
	assert_string_equal(v.part[0].by, "class");
	assert_double_equal(v.part[0].share, 1, 1e-12);
	assert_string_equal(v.part[1].name, "backend");
	assert_double_equal(v.part[1].rate_kb_per_h, 900, 1);
	assert_double_equal(v.part[1].share, 2985 / (2985 + 495.), .005);
	assert_string_equal(v.part[2].name, "late"); /* to exist is no growth: from its first value */
	assert_double_equal(v.part[2].growth_kb, 495, 1e-6);
	assert_double_equal(v.part[3].growth_kb, 0, 1e-9);
	for (int i = 0; i < 3; i++)
		assert_true(v.part[i].p_value < 1e-4 && v.part[i].q_value >= v.part[i].p_value && v.part[i].q_value < .001);
	assert_true(v.part[3].q_value > .4); /* flat */
	/* ten hours at 1200 KiB/h; the end level is a tenth's median, ten minutes old */
	assert_double_equal(v.limit_unix, 1795140000 + 199 * 60 + 10 * 3600, 1200);
	assert_true(v.limit_unix_lo <= v.limit_unix && v.limit_unix <= v.limit_unix_hi);
	series_release(&s);
	for (int i = 0; i < 5; i++)
		series_release(&p[i]);
}

/* What began anew fell then: the line of a part through its lives is nobody's growth. */
static void nobody_is_named_over_a_restart(void **state)
{
	const double restart_s[] = { 100 * 60 - 30 };
	struct series s, p;
	const struct evidence_part parts[] = { { "role", "backend", &p } };
	struct evidence like = { .part = parts, .n_parts = 1, .limit_kb = NAN, .restart_s = restart_s };

	(void)state;
	part(&s, "anon_kb", 0, 60000, 1200);
	part(&p, "backend", 0, 10000, 900);
	for (size_t n = 0; n <= 1; n++) {
		like.n_restarts = n;
		assert_int_equal(decide_one(&s, &like), SK_OK);
		assert_int_equal(v.main.verdict, VERDICT_LEAK);
		assert_int_equal(v.n_parts, 1 - n);
		assert_non_null(strstr(v.main.why, n ? " over all lives, " : " in all, "));
	}
	series_release(&s);
	series_release(&p);
}

/* What takes longer than anybody runs is no advice: the sentence says so, the number stays. */
static void more_than_anybody_runs(void **state)
{
	struct series_verdict m = { .need_more_s = 100 * 86400.0, .fit = { .valid = true, .t1 = 120 } };

	(void)state;
	assert_true(verdict_needs_too_long(&m));
	m.need_more_s = 1000 * 120 + 1;
	assert_true(verdict_needs_too_long(&m));
	m.need_more_s = 1000 * 120;
	assert_false(verdict_needs_too_long(&m));
	m.need_more_s = NAN;
	assert_false(verdict_needs_too_long(&m));

	struct series s;

	assert_int_equal(series_init(&s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 100; i++) /* waves of MiBs */
		series_add(&s, i * 60, 500000 + 40000 * sin(i / 9.) + 25000 * sin(i / 4.3 + 1));
	assert_int_equal(decide_one(&s, NULL), SK_OK);
	series_release(&s);
	assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
	assert_true(strstr(v.main.why, verdict_needs_too_long(&v.main) ? "only a far longer run" : "more to decide") != NULL);
}

/* Growth that is only suspected has no date, however near the limit is. */
static void a_date_of_what_is_proven(void **state)
{
	(void)state;
	for (int proven = 0; proven < 2; proven++) {
		struct series s;
		struct evidence like = { .limit_kb = 60000 };

		assert_int_equal(series_init(&s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < (proven ? 200 : 36); i++)
			series_add(&s, i * 60, 50000 + 20 * i + i % 3);
		assert_int_equal(decide_one(&s, &like), SK_OK);
		assert_int_equal(v.main.verdict, proven ? VERDICT_LEAK : VERDICT_SUSPECTED);
		assert_double_equal(v.limit_kb, 60000, 0);
		assert_true(isfinite(v.limit_unix) == proven && isfinite(v.limit_unix_lo) == proven);
		assert_true(isfinite(v.limit_never) == proven);
		series_release(&s);
	}
}

/* A leak of descriptors, and no other, is told by their kinds; what memory's parts do is no part of it. */
static void which_descriptors_grew(void **state)
{
	struct series s[4], role;
	const struct series *cols[4] = { &s[0], &s[1], &s[2], &s[3] };
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence_part parts[1 + FD_KIND_PARTS_MAX] = { { "role", "backend", &role } };

	(void)state;
	for (int memory = 0; memory < 2; memory++) {
		part(&s[0], "anon_kb", 0, 60000, memory ? 1200 : 0);
		part(&s[1], "fds", 0, 100, 60);
		part(&s[2], "fds_socket", 0, 40, 60);
		part(&s[3], "fds_pipe", 0, 60, 0);
		part(&role, "backend", 0, 10000, 900);
		struct evidence ev = made_evidence(cols, 4, 60);

		ev.part = parts;
		ev.n_parts = 1 + attribute_fd_kinds(cols, 4, parts + 1, FD_KIND_PARTS_MAX);
		assert_int_equal(ev.n_parts, 3);
		assert_int_equal(verdict_decide(&ev, &opt, &v, NULL), SK_OK);
		assert_int_equal(v.main.verdict, VERDICT_LEAK);
		assert_string_equal(v.part[0].by, memory ? "role" : "fd-kind");
		assert_int_equal(v.n_parts, memory ? 1 : 2);
		assert_int_equal(strstr(v.main.why, "of kind") != NULL, !memory);
		if (!memory) {
			assert_int_equal(v.main.kind, LEAK_FDS);
			assert_string_equal(v.part[0].name, "socket");
			assert_double_equal(v.part[0].rate_kb_per_h, 60, .1);
			assert_double_equal(v.part[0].share, 1, 1e-12);
			assert_true(v.part[0].q_value < .001 && v.part[1].q_value > .4);
			assert_non_null(strstr(v.main.why, "100 % of them are of kind socket"));
		}
		for (size_t i = 0; i < 4; i++)
			series_release(&s[i]);
		series_release(&role);
	}
}

/* Of anonymous memory shared memory explains nothing; and the other way round. The class and the mapping are in the words. */
static void of_the_memory_that_decides(void **state)
{
	struct series s, p[4];
	const struct evidence_part parts[] = {
		{ "class", "heap", &p[0] },
		{ "class", "shmem", &p[1] },
		{ "mapping", "heap [heap] of backend", &p[2] },
		{ "mapping", "shmem /dev/zero (deleted)", &p[3] },
	};
	struct evidence like = { .part = parts, .n_parts = 4, .limit_kb = NAN };

	(void)state;
	part(&p[0], "heap", 0, 9000, 1200);
	part(&p[1], "shmem", 0, 9000, 4000);
	part(&p[2], "heap [heap] of backend", 0, 8000, 1100);
	part(&p[3], "shmem /dev/zero (deleted)", 0, 9000, 4000);
	part(&s, "anon_kb", 0, 60000, 1200);
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_int_equal(v.n_parts, 2);
	assert_string_equal(v.part[0].name, "heap");
	assert_string_equal(v.part[1].by, "mapping");
	assert_double_equal(v.part[1].rate_kb_per_h, 1100, 1);
	assert_true(v.part[1].q_value < .001);
	assert_non_null(strstr(v.main.why, "; mostly in heap [heap] of backend"));
	series_release(&s);

	struct series flat;
	const struct series *cols[] = { &flat, &s };
	struct evidence ev = made_evidence(cols, 2, 60);
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;

	ev.part = parts;
	ev.n_parts = 4;
	part(&flat, "anon_kb", 0, 60000, 0);
	part(&s, "shmem_kb", 0, 60000, 4000);
	assert_int_equal(verdict_decide(&ev, &opt, &v, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_int_equal(v.n_parts, 2);
	assert_string_equal(v.part[0].name, "shmem");
	assert_string_equal(v.part[1].name, "shmem /dev/zero (deleted)");
	assert_non_null(strstr(v.main.why, "; mostly in shmem /dev/zero (deleted)"));
	series_release(&s);
	series_release(&flat);

	/* a mapping that makes a third of it is listed and not said */
	series_release(&p[2]);
	part(&p[2], "heap [heap] of backend", 0, 8000, 400);
	part(&s, "anon_kb", 0, 60000, 1200);
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.n_parts, 2);
	assert_non_null(strstr(v.main.why, "; mostly in mappings of class heap"));
	assert_null(strstr(v.main.why, "[heap]"));
	series_release(&s);
	for (int i = 0; i < 4; i++)
		series_release(&p[i]);
}

/* Half way through the process was too big to be read: its class grew until then, and has not died. */
static void where_no_class_was_read_any_more(void **state)
{
	struct series s, p[2];
	const struct evidence_part parts[] = { { "class", "heap", &p[0] }, { "class", "anon", &p[1] } };
	struct evidence like = { .part = parts, .n_parts = 2, .limit_kb = NAN };

	(void)state;
	for (int k = 0; k < 2; k++) {
		assert_int_equal(series_init(&p[k], parts[k].name, 60, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < 100; i++)
			series_add(&p[k], i * 60, k ? 5000 : 9000 + 20 * i);
	}
	part(&s, "anon_kb", 0, 60000, 1200);
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.n_parts, 2);
	assert_string_equal(v.part[0].name, "heap");
	assert_double_equal(v.part[0].rate_kb_per_h, 1200, 1);
	assert_double_equal(v.part[0].growth_kb, 20 * 99, 1e-6);
	assert_non_null(strstr(v.main.why, "; mostly in mappings of class heap"));
	assert_true(v.part[0].q_value < .001);
	assert_double_equal(v.part[1].growth_kb, 0, 1e-9);
	series_release(&s);
	for (int i = 0; i < 2; i++)
		series_release(&p[i]);
}

/* Forty processes that grow, one class: the class is kept. */
static void many_of_one_kind_push_out_none_of_another(void **state)
{
	struct series s, p[41];
	struct evidence_part parts[41];
	struct evidence like = { .part = parts, .n_parts = 41, .limit_kb = NAN };
	char name[41][8];

	(void)state;
	for (int i = 0; i < 41; i++) {
		snprintf(name[i], sizeof(name[i]), "p%d", i);
		part(&p[i], name[i], 0, 9000, 100 + i);
		parts[i] = (struct evidence_part){ i ? "process" : "class", name[i], &p[i] };
	}
	part(&s, "anon_kb", 0, 600000, 4000);
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.n_parts, VERDICT_PARTS_GREW);
	assert_string_equal(v.part[0].by, "class");
	assert_string_equal(v.part[1].name, "p40");
	assert_string_equal(v.part[VERDICT_PARTS_GREW - 1].name, "p18");
	series_release(&s);
	for (int i = 0; i < 41; i++)
		series_release(&p[i]);
}

static void nobody_grew_where_nothing_grew(void **state)
{
	struct series s, p[2];
	const struct evidence_part parts[] = { { "role", "backend", &p[0] }, { "process", "soakd-drive", &p[1] } };
	struct evidence like = { .part = parts, .n_parts = 2, .limit_kb = NAN };

	(void)state;
	part(&s, "anon_kb", 0, 60000, 0);
	part(&p[0], "backend", 0, 10000, 900);
	part(&p[1], "soakd-drive", 100, 5000, 0);
	assert_int_equal(decide_one(&s, &like), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
	assert_int_equal(v.n_parts, 0);
	series_release(&s);
	for (int i = 0; i < 2; i++)
		series_release(&p[i]);
}

static double bad_value(int kind, int i)
{
	switch (kind) {
	case 0:
		return NAN;
	case 1:
		return i % 2 ? INFINITY : -INFINITY;
	case 2:
		return 1e300;
	case 3:
		return i % 2 ? 1e300 : -1e300;
	case 4:
		return -5000 + i;
	case 5:
		return i < 50 ? NAN : 7;
	case 6:
		return i == 100 ? 1e12 : 4096;
	case 7:
		return i % 7 ? (double)NAN : 4096 + i;
	default:
		return i * 1e14;
	}
}

static void values_that_no_one_should_send(void **state)
{
	static const int lengths[] = { 0, 1, 2, 3, 11, 12, 13, 24, 40, 300 };

	(void)state;
	for (int kind = 0; kind < 9; kind++) {
		for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			struct series s;

			assert_int_equal(series_init(&s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
			for (int i = 0; i < lengths[k]; i++)
				series_add(&s, i * 60, bad_value(kind, i));
			enum sk_code rc = decide_one(&s, NULL);

			assert_int_equal(rc, SK_OK);
			if (s.all.n == 0)
				assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
			numbers_are_finite_or_unknown(&v.main);
			if (kind == 6)
				assert_int_not_equal(v.main.verdict, VERDICT_LEAK);
			series_release(&s);
		}
	}
}

static void gaps_and_no_columns(void **state)
{
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence none = made_evidence(NULL, 0, 60);
	struct series s;

	(void)state;
	assert_int_equal(verdict_decide(&none, &opt, &v, NULL), SK_ENOTFOUND);
	assert_int_equal(series_init(&s, "rss_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 250; i++)
		if (i < 80 || i > 140)
			series_add(&s, i * 60, 5000 + 20 * i);
	assert_int_equal(decide_one(&s, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_double_equal(v.main.rate_kb_per_h, 1200, 1);
	series_release(&s);
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < VERDICT_CLASSES; i++)
		assert_non_null(verdict_class_name[i]);
	assert_string_equal(verdict_class_name[VERDICT_SHARED_TOUCH], "shared-touch");
	assert_string_equal(verdict_class_name[VERDICT_LEAK], "leak");
	assert_null(leak_kind_name[LEAK_NONE]);
	assert_string_equal(leak_kind_name[LEAK_ACROSS_RESTARTS], "across-restarts");
	assert_string_equal(leak_kind_name[LEAK_THREADS], "threads");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_grew_and_until_when),
		cmocka_unit_test(nobody_is_named_over_a_restart),
		cmocka_unit_test(more_than_anybody_runs),
		cmocka_unit_test(a_date_of_what_is_proven),
		cmocka_unit_test(which_descriptors_grew),
		cmocka_unit_test(of_the_memory_that_decides),
		cmocka_unit_test(where_no_class_was_read_any_more),
		cmocka_unit_test(many_of_one_kind_push_out_none_of_another),
		cmocka_unit_test(nobody_grew_where_nothing_grew),
		cmocka_unit_test(values_that_no_one_should_send),
		cmocka_unit_test(gaps_and_no_columns),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
