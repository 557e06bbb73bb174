/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks in human units: the unit follows from the level, the decimals from the step; a label is an integer in disguise. */
#include "plots/axis.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* One unit of labels: `num / den` axis units. */
struct unit {
	double num, den;
	const char *suffix;
};

/* How an axis counts: its units, ascending, ended by num = 0. */
struct scale {
	const struct unit *unit;
	double least; /* no step is smaller: a byte, a piece, 0.001/s, a nanosecond */
	double from;  /* a unit is used for levels of so many of it: 1 GiB, but 10 k */
};

#define K(n) (1024.0 * (n))
static const struct unit kib[] = {
	{ 1, 1024, " B" },
	{ 1, 1, " KiB" },
	{ K(1), 1, " MiB" },
	{ K(K(1)), 1, " GiB" },
	{ K(K(K(1))), 1, " TiB" },
	{ K(K(K(K(1)))), 1, " PiB" },
	{ K(K(K(K(K(1))))), 1, " EiB" },
	{ K(K(K(K(K(K(1)))))), 1, " ZiB" },
	{ K(K(K(K(K(K(K(1))))))), 1, " YiB" },
	{ 0, 0, NULL },
};
static const struct unit pieces[] = {
	{ 1, 1, "" },      { 1e3, 1, " k" },  { 1e6, 1, " M" },  { 1e9, 1, " G" },
	{ 1e12, 1, " T" }, { 1e15, 1, " P" }, { 1e18, 1, " E" }, { 0, 0, NULL },
};
static const struct unit per_s[] = {
	{ 1, 1, "/s" },      { 1e3, 1, " k/s" },  { 1e6, 1, " M/s" },  { 1e9, 1, " G/s" },
	{ 1e12, 1, " T/s" }, { 1e15, 1, " P/s" }, { 1e18, 1, " E/s" }, { 0, 0, NULL },
};
static const struct unit seconds[] = {
	{ 1, 1e9, " ns" }, { 1, 1e6, " \302\265s" }, { 1, 1e3, " ms" }, { 1, 1, " s" }, { 0, 0, NULL },
};
static const struct scale scales[] = {
	[UNIT_KIB] = { kib, 1 / 1024.0, 1 },
	[UNIT_COUNT] = { pieces, 1, 10 },
	[UNIT_PER_S] = { per_s, 0.001, 10 },
	[UNIT_SECONDS] = { seconds, 1e-9, 1 },
};

/* A step: times / 10^decimals of a unit. */
struct step {
	const struct unit *unit;
	int64_t times;
	int decimals;
	double size; /* in axis units */
};

static const double power_of_ten[] = { 1, 10, 100, 1000 };

/* A label counts in int64: 1e15 of the largest unit, with three decimals, is where an axis must end. */
static double largest(const struct unit *u)
{
	while (u[1].num != 0)
		u++;
	return 1e15 * u->num / u->den;
}

/* n steps, in axis units: the nearest double to what the label says. */
static double multiple(const struct step *s, double n)
{
	return n * (double)s->times * s->unit->num / (s->unit->den * power_of_ten[s->decimals]) + 0.0; /* no negative zero */
}

/* The largest unit for a level, and below it those whose thousandth is still more than raw: for a narrow range high up. */
static const struct unit *unit_for(const struct scale *s, double level, double raw)
{
	const struct unit *u = s->unit;

	while (u[1].num != 0 && level >= s->from * u[1].num / u[1].den)
		u++;
	while (u > s->unit && raw < u->num / u->den / 1000)
		u--;
	return u;
}

/* The smallest round step that is at least raw and the scale's least. */
static struct step round_step(const struct scale *s, double level, double raw)
{
	static const int mantissa[] = { 1, 2, 5 };
	struct step st = { .unit = unit_for(s, level, raw) };

	for (int e = -3; e <= 15; e++) {
		int64_t ten = 1;

		for (int i = 0; i < e; i++)
			ten *= 10;
		st.decimals = e < 0 ? -e : 0;
		for (size_t i = 0; i < 3; i++) {
			st.times = ten * mantissa[i];
			st.size = multiple(&st, 1);
			if (st.size >= raw && st.size >= s->least)
				return st;
		}
	}
	return st;
}

/* n of the unit's 10^decimals-th parts, as text: 5 with three decimals is "0.005". */
static void tick_label(char *out, int64_t n, int decimals, const char *suffix)
{
	const char *sign = n < 0 ? "\342\210\222" : ""; /* U+2212, as wide as a digit */
	uint64_t v = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char fraction[] = ".000";

	fraction[decimals ? decimals + 1 : 0] = '\0';
	for (int d = decimals; d > 0; d--) {
		fraction[d] = (char)('0' + v % 10);
		v /= 10;
	}
	if (n == 0)
		snprintf(out, AXIS_LABEL, "0");
	else
		snprintf(out, AXIS_LABEL, "%s%" PRIu64 "%s%s", sign, v, fraction, suffix);
}

#define LEAST_RANGE 0.0022 /* of the level: less would blow a page of noise up into a mountain */

/* A range that can be divided: finite, ordered, `least` wide at least. */
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
	least = fmax(least, fmax(fabs(*lo), fabs(*hi)) * LEAST_RANGE);
	if (*hi - *lo < least) {
		double mid = *lo / 2 + *hi / 2;
		bool at_zero = *lo >= 0 && mid < least / 2; /* what cannot be negative gets no negative axis */

		*lo = at_zero ? 0 : mid - least / 2;
		*hi = at_zero ? least : mid + least / 2;
	}
}

static void value_ticks(struct axis *a, const struct step *s)
{
	a->n = 0;
	for (double i = ceil(a->lo / s->size); multiple(s, i) <= a->hi && a->n < AXIS_MAX_TICKS; i++) {
		struct tick *t = &a->tick[a->n];

		t->v = multiple(s, i);
		if (t->v < a->lo)
			continue; /* the quotient was rounded down */
		a->n++;
		tick_label(t->label, (int64_t)i * s->times, s->decimals, s->unit->suffix);
	}
}

void axis_values(struct axis *a, enum scene_unit unit, double lo, double hi, size_t want)
{
	const struct scale *s = &scales[unit];

	memset(a, 0, sizeof(*a));
	make_range(&lo, &hi, 4 * s->least, largest(s->unit));
	a->lo = lo;
	a->hi = hi;
	for (; a->n < 2; want++) { /* one tick is no scale; the range holds four of the smallest steps, so this ends */
		struct step step = round_step(s, fmax(fabs(lo), fabs(hi)), (hi - lo) / (double)want);

		value_ticks(a, &step);
	}
}

/* As on a y axis, but a million is 1 M and not 1000 k, and no tick is more than asked for. */
void axis_count(struct axis *a, double x0, double x1, size_t most)
{
	static const struct scale count = { pieces, 1, 1 };

	memset(a, 0, sizeof(*a));
	if (x1 - x0 < 1)
		x1 = x0 + 1;
	make_range(&x0, &x1, 1, largest(count.unit));
	a->lo = x0;
	a->hi = x1;
	struct step step = round_step(&count, fmax(fabs(x0), fabs(x1)), (x1 - x0) / (double)(most - 1));

	value_ticks(a, &step);
}

#define MAX_TIME 2e15 /* seconds; twice what a scene may hold */
enum { MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 365 * DAY };

/* Steps of time that people count in; days go on from 50 as 1, 2, 5 and powers of ten. */
static const double time_steps[] = {
	0.1,      0.2,        0.5,        1,           2,           5,           10,       15,       30,
	MINUTE,   2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,     2 * HOUR, 3 * HOUR,
	6 * HOUR, 12 * HOUR,  DAY,        2 * DAY,     7 * DAY,     14 * DAY,    28 * DAY,
};

/* A second at least; times, unlike levels, need no width in proportion to their distance from zero. */
static void make_time_range(double *x0, double *x1)
{
	if (!(fabs(*x0) <= MAX_TIME && fabs(*x1) <= MAX_TIME))
		*x0 = *x1 = 0;
	if (*x1 - *x0 < 1)
		*x1 = *x0 + 1;
}

static double time_step(double x0, double x1, size_t most, double least)
{
	double raw = fmax((x1 - x0) / (double)(most - 1), least);
	double step = 50.0 * DAY;

	for (size_t i = 0; i < sizeof(time_steps) / sizeof(time_steps[0]); i++)
		if (time_steps[i] >= raw)
			return time_steps[i];
	for (size_t i = 0; step < raw; i++) /* 100, 200, 500 */
		step *= i % 3 == 2 ? 2.5 : 2;
	return step;
}

static void elapsed_label(char *out, double i, double step)
{
	static const struct {
		double below, size;
		const char *suffix;
		int decimals;
	} units[] = {
		{ 1, 0.1, " s", 1 },    { MINUTE, 1, " s", 0 },     { HOUR, MINUTE, " min", 0 },
		{ DAY, HOUR, " h", 0 }, { INFINITY, DAY, " d", 0 },
	};
	size_t u = 0;

	while (step >= units[u].below)
		u++;
	tick_label(out, (int64_t)i * (int64_t)round(step / units[u].size), units[u].decimals, units[u].suffix);
}

void axis_elapsed(struct axis *a, double x0, double x1, size_t most)
{
	memset(a, 0, sizeof(*a));
	make_time_range(&x0, &x1);
	double step = time_step(x0, x1, most, 0.1);

	a->lo = x0;
	a->hi = x1;
	for (double i = ceil(x0 / step); i * step <= x1 && a->n < most; i++) {
		a->tick[a->n].v = i * step + 0.0;
		elapsed_label(a->tick[a->n++].label, i, step);
	}
}

/* "22:00", "22:00:30", or the date where the day begins, with its year where a day comes twice. Empty beyond the calendar: no label rather than a wrong one. */
static void utc_label(struct tick *t, double unix_s, double step, bool years)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char iso[40];

	fmt_utc(iso, sizeof(iso), unix_s);
	if (strlen(iso) != strlen("2026-11-20T20:00:00Z"))
		return;
	size_t month = (size_t)((iso[5] - '0') * 10 + iso[6] - '0');

	t->strong = memcmp(iso + 11, "00:00:00", 8) == 0;
	if (t->strong && years)
		snprintf(t->label, sizeof(t->label), "%.10s", iso);
	else if (t->strong && month >= 1 && month <= 12)
		snprintf(t->label, sizeof(t->label), "%.*s %s", iso[8] == '0' ? 1 : 2, iso + (iso[8] == '0' ? 9 : 8),
			 months[month - 1]);
	else
		snprintf(t->label, sizeof(t->label), "%.*s", step < MINUTE ? 8 : 5, iso + 11);
}

void axis_utc(struct axis *a, double x0, double x1, double start_unix, size_t most)
{
	memset(a, 0, sizeof(*a));
	make_time_range(&x0, &x1);
	double step = time_step(x0, x1, most, 1);

	a->lo = x0;
	a->hi = x1;
	for (double i = ceil((start_unix + x0) / step); i * step - start_unix <= x1 && a->n < most; i++) {
		struct tick *t = &a->tick[a->n++];

		t->v = i * step - start_unix;
		utc_label(t, i * step, step, x1 - x0 > YEAR);
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

void panel_span(const struct scene *s, const struct scene_panel *p, double *x0, double *x1)
{
	*x0 = p->x0;
	*x1 = p->x1;
	if (p->x0 < p->x1)
		return;
	*x0 = s->x0;
	*x1 = s->x1;
	if (p->x == X_ELAPSED)
		return;
	*x0 = *x1 = NAN;
	for (size_t i = 0; i < p->n_series; i++)
		for (size_t k = 0; k < p->series[i].n; k++)
			if (p->series[i].b[k].n > 0)
				include(p->series[i].b[k].t, x0, x1);
	for (size_t i = 0; i < p->n_lines; i++) {
		if (!p->line[i].limit) {
			include(p->line[i].x0, x0, x1);
			include(p->line[i].x1, x0, x1);
		}
	}
	if (isnan(*x0))
		*x0 = *x1 = 0;
}

void panel_range(const struct scene_panel *p, double *lo, double *hi)
{
	bool cut = p->y0 < p->y1;

	*lo = cut ? p->y0 : NAN;
	*hi = cut ? p->y1 : NAN;
	for (size_t i = 0; i < p->n_series; i++) {
		const struct scene_series *s = &p->series[i];

		for (size_t k = 0; !cut && k < s->n; k++) {
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
