/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: what is accepted, what is refused and with which words, what people read; under a locale with a decimal comma too. */
#include <float.h>
#include <ftw.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "base/csv.h"
#include "base/text.h"
#include "base/units.h"
#include "tests/base/tmp.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct good {
	const char *s;
	double v;
};

typedef enum sk_code parse_fn(const char *s, double *out, struct sk_err *err);

static void assert_good(parse_fn *parse, const struct good *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double v = -1;

		if (parse(g[i].s, &v, NULL) != SK_OK || v != g[i].v)
			fail_msg("%s is %.17g, not %.17g", g[i].s, g[i].v, v);
	}
}

static void assert_bad(parse_fn *parse, enum sk_code code, const char *const *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sk_err e = { 0 };
		double v = -1;

		if (parse(s[i], &v, &e) != code || v != -1 || !strstr(e.msg, " is "))
			fail_msg("%s is taken as %.17g", s[i], v);
	}
}

static void durations(void **state)
{
	static const struct good good[] = { { "300", 300 },   { "0.2", 0.2 },   { "500ms", 0.5 },  { "30s", 30 }, { "5m", 300 },
					    { "24h", 86400 }, { "7d", 604800 }, { "1.5h", 5400 },  { "0", 0 },    { "0s", 0 },
					    { ".5m", 30 },    { "1e3", 1000 },  { "250ms", 0.25 }, { "+2", 2 } };
	static const char *const bad[] = { "",   "s",   "5x",    "5M",   "-1",    "-1s",   "nan", "inf",  "1,5", "5 m",
					   " 5", "5s ", "1h30m", "0x10", "1e999", "1..2s", ".s",  "5mss", "ms",  "1e3s" };

	(void)state;
	assert_good(duration_parse, good, N(good));
	assert_bad(duration_parse, SK_EUSAGE, bad, N(bad));
}

static void sizes(void **state)
{
	static const struct good good[] = {
		{ "4096", 4096 },        { "64KiB", 65536 }, { "1.5GiB", 1610612736 }, { "64K", 65536 },  { "10MB", 1e7 },
		{ "10mb", 1e7 },         { "2kB", 2000 },    { "2KB", 2000 },          { "1m", 1048576 }, { "1MiB", 1048576 },
		{ "1T", 1099511627776 }, { "3tb", 3e12 },    { "600MiB", 629145600 },  { "7B", 7 },       { "0", 0 },
		{ "1g", 1073741824 }
	};
	static const char *const bad[] = {
		"", "KiB", "-1", "1P", "1KiBs", "1 KiB", "inf", "1,5K", "0x1K", "1e308T", "--1", "K64"
	};

	(void)state;
	assert_good(size_parse, good, N(good));
	assert_bad(size_parse, SK_EUSAGE, bad, N(bad));
}

static void integers(void **state)
{
	static const char *const bad[] = { "",
					   "+",
					   "-",
					   "1.0",
					   "1e3",
					   " 1",
					   "1 ",
					   "0x1",
					   "9223372036854775808",
					   "-9223372036854775809",
					   "99999999999999999999999" };
	struct sk_err e = { 0 };
	int64_t v = 1;

	(void)state;
	assert_int_equal(int_parse("9223372036854775807", &v, NULL), SK_OK);
	assert_true(v == INT64_MAX);
	assert_int_equal(int_parse("-9223372036854775808", &v, NULL), SK_OK);
	assert_true(v == INT64_MIN);
	assert_int_equal(int_parse("+007", &v, NULL), SK_OK);
	assert_true(v == 7);
	for (size_t i = 0; i < N(bad); i++)
		assert_int_equal(int_parse(bad[i], &v, &e), SK_EPARSE);
	assert_true(v == 7);
	assert_string_equal(e.msg, "\"99999999999999999999999\" is beyond the whole numbers of 64 bits");
}

static void reals(void **state)
{
	static const struct good good[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "-2.5", -2.5 },
		{ "+2.5", 2.5 },
		{ ".5", .5 },
		{ "5.", 5 },
		{ "1e3", 1e3 },
		{ "1E-3", 1e-3 },
		{ "1795140000.123", 1795140000.123 },
		{ "0.1", 0.1 },
		{ "9007199254740993", 9007199254740992.0 }, /* a tie of 2^53 + 1, to even */
		{ "9007199254740993.0000001", 9007199254740994.0 },
		{ "123456789012345678901234567890", 123456789012345678901234567890.0 },
		{ "2.2250738585072014e-308", DBL_MIN },
		{ "4.9e-324", 4.9406564584124654e-324 },
		{ "1e-400", 0 },
		{ "1.7976931348623157e308", DBL_MAX },
		{ "0e99999999999", 0 },
		{ "0.000000000000000000000000000000000001", 1e-36 },
		{ "1000000000000000000000000e-24", 1 },
	};
	static const char *const bad[] = { "",      "nan",      "inf",   "-inf",  "0x10",   "1e",
					   "1e+",   ".",        "-",     "1,5",   " 1",     "1 ",
					   "1.2.3", "--1",      "1e1.5", "1e309", "-1e309", "1e99999999999999",
					   "e5",    "infinity", "NaN" };

	(void)state;
	assert_good(real_parse, good, N(good));
	assert_bad(real_parse, SK_EPARSE, bad, N(bad));
}

/* The fast path against the library, on 20 000 texts with up to 20 digits. */
static void reals_as_the_library(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char s[64];
		double v;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17; /* Marsaglia's xorshift: the same texts everywhere */
		snprintf(s, sizeof(s), "%llu.%06llue%d", (unsigned long long)(x >> (x % 60)), (unsigned long long)(x % 1000000),
			 (int)(x % 61) - 30);
		assert_int_equal(real_parse(s, &v, NULL), SK_OK);
		if (v != strtod(s, NULL))
			fail_msg("%s is read as %.17g", s, v);
	}
}

static void times(void **state)
{
	static const struct good good[] = {
		{ "1795140000.5", 1795140000.5 },
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2000-02-29 12:00", 951825600 },
		{ "2026-11-20T20:00:00Z", 1795204800 },
		{ "2026-11-20T20:00:00.5Z", 1795204800.5 },
		{ "2026-11-20 20:00:00", 1795204800 },
		{ "2026-11-20T21:00:00+01:00", 1795204800 },
		{ "2026-11-20T21:00:00+01", 1795204800 },
		{ "2026-11-20 14:30:00 -0530", 1795204800 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2016-12-31T23:59:60Z", 1483228800 }, /* the leap second, as Unix time has it */
		{ "0001-01-01", -62135596800 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	static const char *const bad[] = { "",
					   "2026-13-01",
					   "2026-02-29",
					   "2026-11-31",
					   "2026-11-20T24:00:00",
					   "2026-11-20T20:60",
					   "2026-11-20T20:00:00.Z",
					   "2026-11-20T",
					   "2026-11-20T20",
					   "26-11-20",
					   "2026-11-20T20:00:00+1",
					   "2026-11-20T20:00:00ZZ",
					   "2026-11-20T20:00:00 ",
					   "2026/11/20",
					   "now",
					   "0000-01-01",
					   "12:30",
					   "2026-11-20T20:00:00+24:00",
					   "1900-02-29" };

	(void)state;
	assert_good(time_parse, good, N(good));
	assert_bad(time_parse, SK_EPARSE, bad, N(bad));
}

/* Every day of 400 years, there and back. */
static void every_day(void **state)
{
	(void)state;
	for (int64_t day = -36524; day < 109573; day += 1) {
		char buf[32];
		double v;

		fmt_utc(buf, sizeof(buf), (double)(day * 86400 + 86399));
		assert_int_equal(time_parse(buf, &v, NULL), SK_OK);
		if (v != (double)(day * 86400 + 86399))
			fail_msg("%s is read as %.17g", buf, v);
	}
}

typedef char *fmt_fn(char *buf, size_t n, double v);

struct shown {
	double v;
	const char *s;
};

static void assert_shown(fmt_fn *fmt, const struct shown *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char buf[64];

		assert_string_equal(fmt(buf, sizeof(buf), w[i].v), w[i].s);
	}
}

static void shows_durations(void **state)
{
	static const struct shown w[] = {
		{ 0.85, "850 ms" }, { 0.0004, "0.4 ms" },    { 0.9996, "1 s" }, { 0, "0 s" },         { 1.5, "1.5 s" },
		{ 42, "42 s" },     { 59.4, "59 s" },        { 59.5, "1 min" }, { 90, "1 min 30 s" }, { 3599.4, "59 min 59 s" },
		{ 3599.6, "1 h" },  { 26640, "7 h 24 min" }, { 86400, "24 h" }, { 172799, "2 d" },    { 276480, "3.2 d" },
		{ 604800, "7 d" },  { -90, "-1 min 30 s" },  { NAN, "?" },      { INFINITY, "?" },    { 9.96, "10 s" },
	};

	(void)state;
	assert_shown(fmt_duration, w, N(w));
}

static void shows_sizes(void **state)
{
	static const struct shown kb[] = {
		{ 812, "812 KiB" },
		{ 3215.36, "3.14 MiB" },
		{ 1258291.2, "1.20 GiB" },
		{ 0, "0 KiB" },
		{ 4, "4 KiB" },
		{ 12.5, "12.5 KiB" },
		{ 999.4, "999 KiB" },
		{ 999.6, "0.98 MiB" },
		{ 1023, "1.00 MiB" },
		{ 0.0625, "64 B" },
		{ 0.9999, "1.00 KiB" },
		{ 1020 / 1024.0, "1020 B" },
		{ -812, "-812 KiB" },
		{ NAN, "?" },
		{ 1e18, "888 EiB" },
	};
	static const struct shown rate[] = {
		{ 3174.4, "+3.10 MiB/h" }, { -12, "-12 KiB/h" }, { 0, "0 KiB/h" },
		{ 0.25, "+256 B/h" },      { NAN, "?" },         { INFINITY, "?" },
	};

	(void)state;
	assert_shown(fmt_kb, kb, N(kb));
	assert_shown(fmt_kb_rate, rate, N(rate));
}

static void shows_counts(void **state)
{
	static const struct shown w[] = {
		{ 950, "950" },    { 12300, "12.3 k" }, { 4560000, "4.56 M" }, { 0, "0" },   { 999.6, "1.00 k" },
		{ 1e9, "1.00 G" }, { 0.25, "0.25" },    { -1500, "-1.50 k" },  { NAN, "?" }, { 123456, "123 k" },
	};

	(void)state;
	assert_shown(fmt_count, w, N(w));
}

static void shows_dates(void **state)
{
	static const struct shown iso[] = { { 1795204800.9, "2026-11-20T20:00:00Z" },
					    { -0.5, "1969-12-31T23:59:59Z" },
					    { NAN, "?" },
					    { 1e300, "?" },
					    { -1e300, "?" } };
	static const struct shown compact[] = { { 1795204800, "20261120T200000Z" }, { NAN, "?" } };

	(void)state;
	assert_shown(fmt_utc, iso, N(iso));
	assert_shown(fmt_utc_compact, compact, N(compact));
}

static void shows_reals(void **state)
{
	static const struct shown w[] = {
		{ 0.1, "0.1" },
		{ 100000, "100000" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ NAN, "null" },
		{ -INFINITY, "null" },
		{ 1795140000.123, "1795140000.123" },
		{ 1e-9, "1e-09" },
		{ -2.5, "-2.5" },
		{ 5e-324, "4.94065645841247e-324" },
	};

	(void)state;
	assert_shown(fmt_real, w, N(w));
}

/* As printf finds it: the fewest of 15, 16 and 17 digits that read back as the same number. */
static void assert_fewest_digits(double v)
{
	char want[40], got[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(want, sizeof(want), "%.*g", digits, v);
		if (strtod(want, NULL) == v)
			break;
	}
	assert_string_equal(fmt_real(got, sizeof(got), v), want);
}

static void reals_as_printf_has_them(void **state)
{
	static const double v[] = { 0,      -0.0,           1e-4,      9.9999e-5,          1e14,      999999999999999,
				    1e15,   1e15 + 2,       1e14 + .5, 4503599627370496.5, 0.1 + 0.2, 100.1 * 1024,
				    1e-300, 123456.7890625, 1e300 };
	uint64_t bits = 1;

	(void)state;
	for (size_t i = 0; i < N(v); i++) {
		assert_fewest_digits(v[i]);
		assert_fewest_digits(-v[i]);
	}
	for (int i = 0; i < 20000; i++) { /* times and means as blocks have them; then any number at all */
		double any;

		assert_fewest_digits(i * 7919 / 1000.0);
		assert_fewest_digits(50000 + i * 104729 / 128.0);
		assert_fewest_digits(1795140000 + i / 1000.0);
		assert_fewest_digits((i * 31 + .1) / 3);
		bits = bits * 6364136223846793005 + 1442695040888963407;
		memcpy(&any, &bits, sizeof(any));
		if (isfinite(any))
			assert_fewest_digits(any);
	}
}

static void never_beyond_the_buffer(void **state)
{
	char buf[8] = "xxxxxxx";

	(void)state;
	fmt_duration(buf, 5, 26640);
	assert_string_equal(buf, "7 h ");
	assert_int_equal(buf[6], 'x');
	fmt_utc(buf, 5, 1795204800);
	assert_string_equal(buf, "2026");
	fmt_real(buf, 3, 0.125);
	assert_string_equal(buf, "0.");
	assert_int_equal(buf[6], 'x');
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_tree(const char *dir)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A locale with a decimal comma, made on the spot where localedef and its sources are; skipped elsewhere. */
static void decimal_comma(void **state)
{
	char cmd_dir[] = "/tmp/soakd-locale-XXXXXX", path[64], buf[64];
	double v = 0;

	(void)state;
	if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
		assert_non_null(mkdtemp(cmd_dir));
		snprintf(path, sizeof(path), "%s/de_DE.UTF-8", cmd_dir);
		pid_t pid = fork();

		if (pid == 0) {
			execlp("localedef", "localedef", "-i", "de_DE", "-f", "UTF-8", path, (char *)NULL);
			_exit(127);
		}
		int status = 0;

		waitpid(pid, &status, 0);
		setenv("LOCPATH", cmd_dir, 1);
		bool made = status == 0 && setlocale(LC_ALL, "de_DE.UTF-8");

		remove_tree(cmd_dir);
		if (!made)
			skip();
	}
	snprintf(buf, sizeof(buf), "%.1f", 0.5);
	assert_string_equal(buf, "0,5"); /* the locale is in force */
	assert_string_equal(fmt_real(buf, sizeof(buf), 0.5), "0.5");
	assert_string_equal(fmt_kb(buf, sizeof(buf), 1536), "1.50 MiB");
	assert_int_equal(real_parse("1.25e-30", &v, NULL), SK_OK);
	assert_true(v == 1.25e-30);
	assert_int_equal(duration_parse("1,5", &v, NULL), SK_EUSAGE);
	struct text t = TEXT_INIT;

	text_addf(&t, "%.2f", 0.25);
	csv_add_num(&t, 0.125, 3);
	assert_string_equal(text_str(&t), "0.25,0.125");
	text_release(&t);
	setlocale(LC_ALL, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(sizes),
		cmocka_unit_test(integers),
		cmocka_unit_test(reals),
		cmocka_unit_test(reals_as_the_library),
		cmocka_unit_test(times),
		cmocka_unit_test(every_day),
		cmocka_unit_test(shows_durations),
		cmocka_unit_test(shows_sizes),
		cmocka_unit_test(shows_counts),
		cmocka_unit_test(shows_dates),
		cmocka_unit_test(shows_reals),
		cmocka_unit_test(reals_as_printf_has_them),
		cmocka_unit_test(never_beyond_the_buffer),
		cmocka_unit_test(decimal_comma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
