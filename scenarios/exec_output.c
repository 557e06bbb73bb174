/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through a command's output: see exec_output.h. Each line is held against a table of beginnings. */
#include "scenarios/exec_output.h"

#include <stdio.h>
#include <string.h>

enum { NO_TABLE, REDIS_LATENCIES, WRK_QUANTILES, AB_QUANTILES };

#define US_MAX 1e15 /* 31 years: no figure is longer */

void exec_output_reset(struct exec_output *o)
{
	memset(o, 0, sizeof(*o));
}

static void add(uint64_t *sum, uint64_t v)
{
	if (__builtin_add_overflow(*sum, v, sum))
		*sum = UINT64_MAX;
}

uint64_t exec_output_ops(const struct exec_output *o)
{
	uint64_t all = o->requests ? o->requests : o->iterations;

	return o->failed < all ? all - o->failed : 0;
}

uint64_t exec_output_errors(const struct exec_output *o)
{
	uint64_t sum = o->failed;

	add(&sum, o->errors);
	return sum;
}

/* ---- pieces of a line -------------------------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* false: no digit, or no count that a program could have reached. */
static bool take_count(const char **s, uint64_t *out)
{
	const char *p = skip_blanks(*s);
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return false;
	*s = p;
	*out = v;
	return true;
}

/* 12, 12.5 */
static bool take_real(const char **s, double *out)
{
	const char *p = skip_blanks(*s);
	double v = 0, place = 1;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++)
			v += (*p - '0') * (place /= 10);
	*s = p;
	*out = v;
	return true;
}

/* In microseconds: "243.00us", "1.37ms", "1m30.5s"; a number alone is in `unit` microseconds, 0: it needs its unit. */
static bool take_duration(const char **s, double unit, double *out)
{
	static const struct {
		const char *name;
		double us;
	} units[] = {
		{ "ns", 1e-3 }, { "us", 1 }, { "\xc2\xb5s", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 6e7 }, { "h", 3.6e9 }
	};
	double sum = 0, v, us;

	do {
		if (!take_real(s, &v))
			return false;
		us = unit;
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (strncmp(*s, units[i].name, strlen(units[i].name)) == 0) {
				us = units[i].us;
				*s += strlen(units[i].name);
				break;
			}
		sum += v * us;
	} while (us > 0 && **s >= '0' && **s <= '9');
	*out = sum;
	return us > 0 && sum < US_MAX;
}

static void figure(struct exec_output *o, const char *unit, double value, const char *what, const char *more)
{
	char item[EXEC_ITEM] = "";
	size_t i = 0;

	snprintf(item, sizeof(item), "%s%s%.15s%.8s", o->test, *o->test ? " " : "", what, more);
	while (i < o->n_figure && strcmp(o->figure[i].item, item) != 0)
		i++;
	if (i == EXEC_FIGURES || !(value < US_MAX))
		return;
	o->n_figure += i == o->n_figure;
	memcpy(o->figure[i].item, item, sizeof(item));
	o->figure[i].unit = unit;
	o->figure[i].value = (int64_t)(value + 0.5);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------- */

static bool count_requests(struct exec_output *o, const char *s, const char *what)
{
	uint64_t v;

	(void)what;
	if (!take_count(&s, &v))
		return false;
	add(&o->requests, v);
	return o->counted = true;
}

static bool count_failed(struct exec_output *o, const char *s, const char *what)
{
	uint64_t v;

	(void)what;
	if (!take_count(&s, &v))
		return false;
	add(&o->failed, v);
	return true;
}

static bool count_errors(struct exec_output *o, const char *s, const char *what)
{
	uint64_t v;

	(void)what;
	if (!take_count(&s, &v))
		return false;
	add(&o->errors, v);
	return true;
}

/* wrk: "connect 0, read 12, write 0, timeout 3" */
static bool count_socket_errors(struct exec_output *o, const char *s, const char *what)
{
	for (s = strpbrk(s, "0123456789"); s; s = strpbrk(s, "0123456789"))
		if (!count_errors(o, s, what))
			return false;
		else
			s += strspn(s, "0123456789");
	return true;
}

static bool rate(struct exec_output *o, const char *s, const char *what)
{
	double v;

	if (!take_real(&s, &v))
		return false;
	figure(o, "per_s", v, what, "");
	return true;
}

/* "0.270 ms", "0.239 [ms] (mean)"; ab says it twice, the second one is divided by the connections. */
static bool duration_ms(struct exec_output *o, const char *s, const char *what)
{
	double v;

	if (strstr(s, "across all concurrent") || !take_duration(&s, 1e3, &v))
		return false;
	figure(o, "us", v, what, "");
	return true;
}

/* wrk's "Latency     1.37ms    1.92ms  12.31ms   84.98%" */
static bool wrk_latency(struct exec_output *o, const char *s, const char *what)
{
	static const char *const column[] = { " avg", " stdev", " max" };
	double v[3];

	for (size_t i = 0; i < 3; i++)
		if (!take_duration(&s, 0, &v[i]))
			return false;
	for (size_t i = 0; i < 3; i++)
		figure(o, "us", v[i], what, column[i]);
	return true;
}

static bool test_begins(struct exec_output *o, const char *s, const char *what)
{
	const char *end = strstr(s, " ======");

	(void)what;
	if (!end || end == s)
		return false;
	snprintf(o->test, sizeof(o->test), "%.*s", (int)(end - s), s);
	return true;
}

static bool redis_table(struct exec_output *o, const char *s, const char *what)
{
	(void)s;
	(void)what;
	o->table = REDIS_LATENCIES;
	return true;
}

static bool wrk_table(struct exec_output *o, const char *s, const char *what)
{
	(void)s;
	(void)what;
	o->table = WRK_QUANTILES;
	return true;
}

static bool ab_table(struct exec_output *o, const char *s, const char *what)
{
	(void)s;
	(void)what;
	o->table = AB_QUANTILES;
	return true;
}

/* "....................: 1000   33.2/s": what stands behind k6's dots. */
static const char *k6_value(const char *s)
{
	s += strspn(s, ".");
	return *s == ':' ? skip_blanks(s + 1) : "";
}

static bool k6_requests(struct exec_output *o, const char *s, const char *what)
{
	return count_requests(o, k6_value(s), what);
}

static bool k6_iterations(struct exec_output *o, const char *s, const char *what)
{
	uint64_t v;

	(void)what;
	s = k6_value(s);
	if (!take_count(&s, &v))
		return false;
	add(&o->iterations, v);
	return o->counted = true;
}

/* "0.60%  6 out of 1000", until 0.5x a check mark before the failed and a cross before the others */
static bool k6_failed(struct exec_output *o, const char *s, const char *what)
{
	double share;

	s = k6_value(s);
	if (!take_real(&s, &share) || *s != '%')
		return false;
	s += 1 + strcspn(s + 1, "0123456789");
	return count_failed(o, s, what);
}

/* "avg=12.3ms min=1ms med=10ms max=100ms p(90)=20ms p(95)=30ms" */
static bool k6_durations(struct exec_output *o, const char *s, const char *what)
{
	char column[9] = " ";
	double v;

	for (s = k6_value(s); *s; s = skip_blanks(s)) {
		size_t n = strcspn(s, "= ");

		if (s[n] != '=' || n == 0 || n > sizeof(column) - 2)
			return false;
		memcpy(column + 1, s, n);
		column[n + 1] = '\0';
		s += n + 1;
		if (!take_duration(&s, 0, &v))
			return false;
		figure(o, "us", v, what, column);
	}
	return true;
}

/* How a line begins, behind its blanks, and who says it. take returns false for a line that only looks like it. */
static const struct {
	const char *tool, *begins;
	bool (*take)(struct exec_output *o, const char *rest, const char *what);
	const char *what;
} lines[] = {
	{ "pgbench", "number of transactions actually processed: ", count_requests, NULL },
	{ "pgbench", "number of failed transactions: ", count_errors, NULL },
	{ "pgbench", "latency average = ", duration_ms, "latency average" },
	{ "pgbench", "latency stddev = ", duration_ms, "latency stddev" },
	{ "pgbench", "tps = ", rate, "transactions" },
	{ "redis-benchmark", "====== ", test_begins, NULL },
	{ "redis-benchmark", "throughput summary: ", rate, "requests" },
	{ "redis-benchmark", "avg       min       p50       p95       p99       max", redis_table, NULL },
	{ "wrk", "Non-2xx or 3xx responses: ", count_failed, NULL },
	{ "wrk", "Socket errors: ", count_socket_errors, NULL },
	{ "wrk", "Requests/sec: ", rate, "requests" },
	{ "wrk", "Latency Distribution", wrk_table, NULL },
	{ "wrk", "Latency  ", wrk_latency, "latency" },
	{ "ab", "Complete requests: ", count_requests, NULL },
	{ "ab", "Failed requests: ", count_failed, NULL },
	{ "ab", "Non-2xx responses: ", count_failed, NULL },
	{ "ab", "Requests per second: ", rate, "requests" },
	{ "ab", "Time per request: ", duration_ms, "latency mean" },
	{ "ab", "Percentage of the requests served", ab_table, NULL },
	{ "k6", "http_reqs.", k6_requests, NULL },
	{ "k6", "iterations.", k6_iterations, NULL },
	{ "k6", "http_req_failed.", k6_failed, NULL },
	{ "k6", "http_req_duration.", k6_durations, "latency" },
};

/* "20000 requests completed in 0.97 seconds", "7185 requests in 1.01s, 1.64MB read": these begin with their number. */
static void number_first(struct exec_output *o, const char *s)
{
	const char *p = s;
	uint64_t v;

	if (!take_count(&p, &v))
		return;
	if (strncmp(p, " requests completed in ", 23) == 0)
		o->tool = "redis-benchmark";
	else if (strncmp(p, " requests in ", 13) == 0)
		o->tool = "wrk";
	else
		return;
	count_requests(o, s, NULL);
}

static void redis_row(struct exec_output *o, const char *s)
{
	static const char *const column[] = { " avg", " min", " p50", " p95", " p99", " max" };
	double v;

	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]) && take_real(&s, &v); i++)
		figure(o, "us", v * 1e3, "latency", column[i]);
	o->table = NO_TABLE;
}

/* "50%  243.00us", ab's "50%  12" are milliseconds. false: the table has ended. */
static bool quantile_row(struct exec_output *o, const char *s)
{
	char column[16];
	double share, v;

	if (!take_real(&s, &share) || *s++ != '%' || share > 100 || !take_duration(&s, o->table == AB_QUANTILES ? 1e3 : 0, &v)) {
		o->table = NO_TABLE;
		return false;
	}
	snprintf(column, sizeof(column), " p%.4g", share);
	figure(o, "us", v, "latency", share < 100 ? column : " max");
	return true;
}

static void look(struct exec_output *o)
{
	const char *s;

	o->line[o->n < EXEC_LINE ? o->n : EXEC_LINE - 1] = '\0';
	s = skip_blanks(o->line);
	if (!*s)
		return;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		size_t n = strlen(lines[i].begins);

		if (strncmp(s, lines[i].begins, n) != 0)
			continue;
		if (strcmp(lines[i].tool, "redis-benchmark") != 0)
			*o->test = '\0';
		if (lines[i].take(o, s + n, lines[i].what)) {
			o->tool = lines[i].tool;
			return;
		}
	}
	if (o->table == REDIS_LATENCIES)
		redis_row(o, s);
	else if (o->table == NO_TABLE || !quantile_row(o, s))
		number_first(o, s);
}

void exec_output_end(struct exec_output *o)
{
	look(o);
	o->n = 0;
}

void exec_output_add(struct exec_output *o, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r') /* what shows its progress writes over its line */
			exec_output_end(o);
		else if (o->n < sizeof(o->line) - 1)
			o->line[o->n++] = bytes[i];
	}
}
