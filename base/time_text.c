/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as text, in and out, without the time zone of the machine: UTC or the zone that the text names. */
#include "base/units.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits at *p, within [lo, hi]; moves *p. */
static bool take_int(const char **p, int n, int lo, int hi, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++, (*p)++) {
		if (!is_digit(**p))
			return false;
		v = v * 10 + (**p - '0');
	}
	*out = v;
	return v >= lo && v <= hi;
}

static bool take_char(const char **p, char c)
{
	bool yes = **p == c;

	*p += yes;
	return yes;
}

static bool is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[m - 1] + (m == 2 && is_leap(y));
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, year >= 1. */
static int64_t days_since_1970(int y, int m, int d)
{
	int64_t past = y - 1;
	int64_t days = past * 365 + past / 4 - past / 100 + past / 400;

	for (int i = 1; i < m; i++)
		days += month_days(y, i);
	return days + d - 1 - 719162; /* 719162: the same sum for 1970-01-01 */
}

/* "HH:MM[:SS[.fraction]]" */
static bool take_clock(const char **p, double *seconds)
{
	int h, m, s = 0;
	double fraction = 0, place = 1;

	if (!take_int(p, 2, 0, 23, &h) || !take_char(p, ':') || !take_int(p, 2, 0, 59, &m))
		return false;
	if (take_char(p, ':')) {
		if (!take_int(p, 2, 0, 60, &s)) /* 60: a leap second, Unix time repeats it */
			return false;
		if (take_char(p, '.')) {
			if (!is_digit(**p))
				return false;
			/* 15 digits are more than a double of today's seconds holds */
			for (; is_digit(**p); (*p)++)
				if (place < 1e15) {
					place *= 10;
					fraction = fraction * 10 + (**p - '0');
				}
		}
	}
	*seconds = h * 3600 + m * 60 + s + fraction / place;
	return true;
}

/* "", "Z", "+HH", "+HH:MM", "+HHMM", a blank before it allowed: seconds east of Greenwich. */
static bool take_zone(const char **p, int *east_s)
{
	int h, m = 0;
	bool minus;

	*east_s = 0;
	if (**p == ' ' && (*p)[1])
		(*p)++;
	if (**p == '\0' || take_char(p, 'Z') || take_char(p, 'z'))
		return true;
	minus = **p == '-';
	if (!take_char(p, '-') && !take_char(p, '+'))
		return false;
	if (!take_int(p, 2, 0, 23, &h))
		return false;
	if ((take_char(p, ':') || is_digit(**p)) && !take_int(p, 2, 0, 59, &m))
		return false;
	*east_s = (minus ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

static bool parse_iso(const char *p, double *unix_s)
{
	int y, m, d, east_s = 0;
	double clock_s = 0;

	if (!take_int(&p, 4, 1, 9999, &y) || !take_char(&p, '-') || !take_int(&p, 2, 1, 12, &m) || !take_char(&p, '-') ||
	    !take_int(&p, 2, 1, month_days(y, m), &d))
		return false;
	if (*p) {
		if (!take_char(&p, 'T') && !take_char(&p, 't') && !take_char(&p, ' '))
			return false;
		if (!take_clock(&p, &clock_s) || !take_zone(&p, &east_s))
			return false;
	}
	*unix_s = (double)(days_since_1970(y, m, d) * 86400 - east_s) + clock_s;
	return *p == '\0';
}

enum sk_code time_parse(const char *s, double *unix_s, struct sk_err *err)
{
	double v;

	if (real_parse(s, &v, NULL) != SK_OK && !parse_iso(s, &v))
		return sk_fail(err, SK_EPARSE, 0, "\"%.60s\" is no time: Unix seconds, or ISO 8601 such as 2026-11-20T20:00:00Z",
			       s);
	*unix_s = v;
	return SK_OK;
}

static char *fmt_tm(char *buf, size_t n, double unix_s, const char *dash, const char *colon)
{
	struct tm tm;
	time_t t;

	/* beyond these the year has more than four digits, or there is no time at all (NaN) */
	if (!(unix_s >= -62135596800.0 && unix_s < 253402300800.0)) {
		snprintf(buf, n, "?");
		return buf;
	}
	t = (time_t)floor(unix_s);
	gmtime_r(&t, &tm);
	snprintf(buf, n, "%04d%s%02d%s%02dT%02d%s%02d%s%02dZ", tm.tm_year + 1900, dash, tm.tm_mon + 1, dash, tm.tm_mday,
		 tm.tm_hour, colon, tm.tm_min, colon, tm.tm_sec);
	return buf;
}

char *fmt_utc(char *buf, size_t n, double unix_s)
{
	return fmt_tm(buf, n, unix_s, "-", ":");
}

char *fmt_utc_compact(char *buf, size_t n, double unix_s)
{
	return fmt_tm(buf, n, unix_s, "", "");
}
