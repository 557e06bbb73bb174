/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks in human units. The unit of a label follows from the step, so every label is a whole number of it. */
#include "plots/axis.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* One unit of labels: `num / den` axis units; steps in it are 1, 2, 5, 10, ... up to the next row's. */
struct scale {
	double num, den;
	int decimals; /* the label is divided by 10^decimals: 0.005/s from 5 of 0.001/s */
	const char *suffix;
};

#define K(n) (1024.0 * (n))
static const struct scale kib[] = {
	{ 1, 1024, 0, " B" },
	{ 1, 1, 0, " KiB" },
	{ K(1), 1, 0, " MiB" },
	{ K(K(1)), 1, 0, " GiB" },
	{ K(K(K(1))), 1, 0, " TiB" },
	{ K(K(K(K(1)))), 1, 0, " PiB" },
	{ K(K(K(K(K(1))))), 1, 0, " EiB" },
	{ K(K(K(K(K(K(1)))))), 1, 0, " ZiB" },
	{ K(K(K(K(K(K(K(1))))))), 1, 0, " YiB" },
	{ 0, 0, 0, NULL },
};
static const struct scale count[] = {
	{ 1, 1, 0, "" },     { 1e3, 1, 0, " k" },  { 1e6, 1, 0, " M" },	 { 1e9, 1, 0, " G" },
	{ 1e12, 1, 0, " T" }, { 1e15, 1, 0, " P" }, { 1e18, 1, 0, " E" }, { 0, 0, 0, NULL },
};
static const struct scale per_s[] = {
	{ 1, 1000, 3, "/s" },  { 1, 1, 0, "/s" },      { 1e3, 1, 0, " k/s" },  { 1e6, 1, 0, " M/s" }, { 1e9, 1, 0, " G/s" },
	{ 1e12, 1, 0, " T/s" }, { 1e15, 1, 0, " P/s" }, { 1e18, 1, 0, " E/s" }, { 0, 0, 0, NULL },
};
static const struct scale seconds[] = {
	{ 1, 1e9, 0, " ns" }, { 1, 1e6, 0, " \302\265s" }, { 1, 1e3, 0, " ms" }, { 1, 1, 0, " s" }, { 0, 0, 0, NULL },
};
static const struct scale *const scales[] = {
	[UNIT_KIB] = kib, [UNIT_COUNT] = count, [UNIT_PER_S] = per_s, [UNIT_SECONDS] = seconds,
};

static double scale_size(const struct scale *s)
{
	return s->num / s->den;
}

/* A label counts in int64: 1e18 of the largest unit is where an axis must end. */
static double largest(const struct scale *s)
{
	while (s[1].num != 0)
		s++;
	return scale_size(s);
}

/* The smallest round step that is at least raw: its unit, and how many of it. */
static const struct scale *round_step(const struct scale *s, double raw, int64_t *times)
{
	static const int mantissa[] = { 1, 2, 5 };

	for (;; s++) {
		for (int64_t ten = 1; ten <= INT64_C(100000000000000000); ten *= 10) {
			for (size_t i = 0; i < 3; i++) {
				double step = (double)(ten * mantissa[i]) * scale_size(s);

				if (s[1].num != 0 && step >= scale_size(s + 1))
					goto next_unit;
				if (step >= raw) {
					*times = ten * mantissa[i];
					return s;
				}
			}
		}
		*times = INT64_C(500000000000000000);
		return s;
next_unit:;
	}
}

/* n of the unit, as text: 5 with three decimals is "0.005". */
static void tick_label(char *out, int64_t n, const struct scale *s)
{
	const char *sign = n < 0 ? "\342\210\222" : ""; /* U+2212, as wide as a digit */
	uint64_t v = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char fraction[] = ".000";
	int d = s->decimals;

	for (; d > 0 && v % 10 == 0; d--)
		v /= 10;
	fraction[d ? d + 1 : 0] = '\0';
	for (; d > 0; d--) {
		fraction[d] = (char)('0' + v % 10);
		v /= 10;
	}
	if (n == 0)
		snprintf(out, AXIS_LABEL, "0");
	else
		snprintf(out, AXIS_LABEL, "%s%" PRIu64 "%s%s", sign, v, fraction, s->suffix);
}

/* A range that can be divided: finite, ordered, wide enough for `least` and for the precision of a double. */
static void make_range(double *lo, double *hi, double least, double most)
{
	if (isnan(*lo) || isnan(*hi)) {
		*lo = 0;
		*hi = least;
		return;
	}
	*lo = fmax(fmin(*lo, most), -most);
	*hi = fmax(fmin(*hi, most), -most);
	if (*lo > *hi) {
		double swap = *lo;

		*lo = *hi;
		*hi = swap;
	}
	least = fmax(least, fmax(fabs(*lo), fabs(*hi)) * 1e-9);
	if (*hi - *lo < least) {
		double mid = *lo / 2 + *hi / 2;
		bool at_zero = *lo >= 0 && mid < least / 2; /* what cannot be negative gets no negative axis */

		*lo = at_zero ? 0 : mid - least / 2;
		*hi = at_zero ? least : mid + least / 2;
	}
}

void axis_values(struct axis *a, enum scene_unit unit, double lo, double hi, size_t want)
{
	const struct scale *s = scales[unit];
	int64_t times;

	memset(a, 0, sizeof(*a));
	make_range(&lo, &hi, 4 * scale_size(s), 1e18 * largest(s));
	s = round_step(s, (hi - lo) / (double)want, &times);
	double step = (double)times * scale_size(s);

	a->lo = lo;
	a->hi = hi;
	for (double i = ceil(lo / step); i * step <= hi && a->n < AXIS_MAX_TICKS; i++) {
		struct tick *t = &a->tick[a->n++];

		t->v = i * (double)times * s->num / s->den + 0.0; /* + 0.0: no negative zero */
		tick_label(t->label, (int64_t)i * times, s);
	}
}

#define MAX_TIME 2e15 /* seconds; twice what a scene may hold */
enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* Steps of time that people count in; days go on as 1, 2, 5 and powers of ten. */
static const double time_steps[] = {
	0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
	15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY,
};

static double time_step(double span, size_t most, double least)
{
	double raw = fmax(span / (double)(most - 1), least);
	double step = 50.0 * DAY;

	for (size_t i = 0; i < sizeof(time_steps) / sizeof(time_steps[0]); i++)
		if (time_steps[i] >= raw)
			return time_steps[i];
	while (step < raw)
		step *= 2;
	return step;
}

static void elapsed_label(char *out, double i, double step)
{
	static const struct scale ms = { 1, 1000, 3, " s" }, s = { 1, 1, 0, " s" }, min = { MINUTE, 1, 0, " min" },
				  h = { HOUR, 1, 0, " h" }, d = { DAY, 1, 0, " d" };
	const struct scale *u = step < 1 ? &ms : step < MINUTE ? &s : step < HOUR ? &min : step < DAY ? &h : &d;

	tick_label(out, (int64_t)i * (int64_t)round(step / scale_size(u)), u);
}

void axis_elapsed(struct axis *a, double x0, double x1, size_t most)
{
	memset(a, 0, sizeof(*a));
	make_range(&x0, &x1, 0.004, MAX_TIME);
	double step = time_step(x1 - x0, most, 0.001);

	a->lo = x0;
	a->hi = x1;
	for (double i = ceil(x0 / step); i * step <= x1 && a->n < most; i++) {
		a->tick[a->n].v = i * step + 0.0;
		elapsed_label(a->tick[a->n++].label, i, step);
	}
}

/* "22:00", "22:00:30", or the date where the day begins. Empty beyond the calendar: no label rather than a wrong one. */
static void utc_label(struct tick *t, double unix_s, double step)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char iso[40];

	fmt_utc(iso, sizeof(iso), unix_s);
	if (strlen(iso) != strlen("2026-11-20T20:00:00Z"))
		return;
	size_t month = (size_t)((iso[5] - '0') * 10 + iso[6] - '0');

	t->strong = memcmp(iso + 11, "00:00:00", 8) == 0;
	if (t->strong && month >= 1 && month <= 12)
		snprintf(t->label, sizeof(t->label), "%.*s %s", iso[8] == '0' ? 1 : 2, iso + (iso[8] == '0' ? 9 : 8), months[month - 1]);
	else
		snprintf(t->label, sizeof(t->label), "%.*s", step < MINUTE ? 8 : 5, iso + 11);
}

void axis_utc(struct axis *a, double x0, double x1, double start_unix, size_t most)
{
	memset(a, 0, sizeof(*a));
	make_range(&x0, &x1, 0.004, MAX_TIME);
	double step = time_step(x1 - x0, most, 1);

	a->lo = x0;
	a->hi = x1;
	for (double i = ceil((start_unix + x0) / step); i * step - start_unix <= x1 && a->n < most; i++) {
		struct tick *t = &a->tick[a->n++];

		t->v = i * step - start_unix;
		utc_label(t, i * step, step);
	}
}

double axis_pixel(const struct axis *a, double v, double p0, double p1)
{
	if (isnan(v))
		return NAN;
	return fmax(fmin(p0 + (v - a->lo) / (a->hi - a->lo) * (p1 - p0), 1e5), -1e5);
}

static void include(double v, double *lo, double *hi)
{
	if (!isfinite(v))
		return;
	*lo = isnan(*lo) || v < *lo ? v : *lo;
	*hi = isnan(*hi) || v > *hi ? v : *hi;
}

void panel_range(const struct scene_panel *p, double *lo, double *hi)
{
	*lo = *hi = NAN;
	for (size_t i = 0; i < p->n_series; i++) {
		const struct scene_series *s = &p->series[i];

		for (size_t k = 0; k < s->n; k++) {
			if (s->b[k].n == 0)
				continue;
			include(s->b[k].mean, lo, hi);
			if (s->band) {
				include(s->b[k].min, lo, hi);
				include(s->b[k].max, lo, hi);
			}
		}
	}
	for (size_t i = 0; i < p->n_lines; i++) {
		if (!p->line[i].limit) {
			include(p->line[i].y0, lo, hi);
			include(p->line[i].y1, lo, hi);
		}
	}
	if (isnan(*lo))
		return;
	double data_lo = *lo, data_hi = *hi;

	if (p->from_zero)
		include(0, lo, hi);
	for (size_t i = 0; i < p->n_lines; i++) {
		double l = *lo, h = *hi;

		include(p->line[i].y0, &l, &h);
		if (p->line[i].limit && (p->from_zero ? fmax(fabs(data_lo), fabs(data_hi)) : data_hi - data_lo) * 3 >= h - l) {
			*lo = l;
			*hi = h;
		}
	}
	double span = *hi - *lo;

	if (!(p->from_zero && *lo == 0))
		*lo -= 0.05 * span;
	if (!(p->from_zero && *hi == 0))
		*hi += 0.07 * span;
}
