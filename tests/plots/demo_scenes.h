/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenes as soakd would send them, in every shape that a page has to survive. Deterministic: noise from a fixed generator. */
#ifndef TESTS_PLOTS_DEMO_SCENES_H
#define TESTS_PLOTS_DEMO_SCENES_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/scene.h"

#define HOUR 3600.0
#define MIB  1024.0

static inline void *demo_alloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

static inline char *demo_str(const char *s)
{
	char *p = demo_alloc(strlen(s) + 1, 1);

	memcpy(p, s, strlen(s));
	return p;
}

static inline double demo_noise(uint32_t *state)
{
	double sum = 0;

	for (int i = 0; i < 4; i++) {
		*state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
		sum += (double)(*state >> 8) / (1 << 24) - 0.5;
	}
	return sum * 1.7; /* about unit variance */
}

static inline void demo_words(struct scene *s, enum scene_tone tone, const char *verdict, const char *headline, const char *why)
{
	s->tone = tone;
	s->verdict = demo_str(verdict);
	s->headline = demo_str(headline);
	s->why = demo_str(why);
}

static inline struct scene_panel *demo_panels(struct scene *s, size_t n)
{
	s->panel = demo_alloc(n, sizeof(*s->panel));
	s->n_panels = n;
	return s->panel;
}

static inline void demo_panel(struct scene_panel *p, const char *title, const char *y_label, enum scene_unit unit, double weight,
			      size_t n)
{
	*p = (struct scene_panel){ .title = demo_str(title),
				   .y_label = demo_str(y_label),
				   .unit = unit,
				   .weight = weight,
				   .from_zero = true,
				   .n_series = n,
				   .series = demo_alloc(n, sizeof(*p->series)) };
}

/* n blocks over 0..end; f(fraction of the run) is the level, `wobble` its noise; blocks in gap_from..gap_to are empty. */
static inline void demo_series(struct scene_series *s, const char *label, const char *start, const char *end_text,
			       enum scene_role role, size_t n, double end, double (*f)(double), double wobble, size_t gap_from,
			       size_t gap_to)
{
	uint32_t seed = 7u + (uint32_t)role;

	*s = (struct scene_series){ .label = demo_str(label),
				    .start = start ? demo_str(start) : NULL,
				    .end = end_text ? demo_str(end_text) : NULL,
				    .role = role,
				    .n = n,
				    .b = demo_alloc(n, sizeof(struct block)) };
	for (size_t i = 0; i < n; i++) {
		double x = n > 1 ? (double)i / (double)(n - 1) : 0, y = f(x) + wobble * demo_noise(&seed);

		if (i >= gap_from && i < gap_to)
			s->b[i] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		else
			s->b[i] = (struct block){ 4, x * end, y, y, y - 2 * fabs(wobble), y + 2 * fabs(wobble) };
	}
}

static inline void demo_lines(struct scene *s, const char *const *lines, size_t n)
{
	s->footer = demo_alloc(n, sizeof(char *));
	s->n_footer = n;
	for (size_t i = 0; i < n; i++)
		s->footer[i] = demo_str(lines[i]);
}

static inline void demo_table(struct scene *s, size_t rows, size_t cols, const char *const *cells)
{
	s->table = demo_alloc(rows * cols, sizeof(char *));
	s->n_rows = rows;
	s->n_cols = cols;
	for (size_t i = 0; i < rows * cols; i++)
		s->table[i] = demo_str(cells[i]);
}

static inline void demo_meta(struct scene *s)
{
	static const char *const pairs[] = { "Software",     "soakd 0.1.0", "soakd:run", "soak-postgres-20261120T200000Z",
					     "soakd:target", "caf\303\251" };

	s->meta = demo_alloc(6, sizeof(char *));
	s->n_meta = 3;
	for (size_t i = 0; i < 6; i++)
		s->meta[i] = demo_str(pairs[i]);
}

static inline double demo_private(double x)
{
	return 31.2 * MIB + 74.4 * MIB * x + 9 * MIB * (1 - exp(-x * 60));
}

static inline double demo_pss(double x)
{
	return demo_private(x) + 24 * MIB + 10 * MIB * (1 - exp(-x * 25));
}

static inline double demo_rss(double x)
{
	return demo_private(x) + 60 * MIB + 52 * MIB * (1 - exp(-x * 8));
}

static inline double demo_heap(double x)
{
	return demo_private(x) * 0.86;
}

static inline double demo_virtual(double x)
{
	return 412 * MIB + 80 * MIB * x;
}

static inline double demo_ops(double x)
{
	return 199 + 0 * x;
}

static inline double demo_zero(double x)
{
	return 0 * x;
}

static inline double demo_fds(double x)
{
	return 118 + (x > 0.55 ? 6 : 0);
}

static inline double demo_level(double x)
{
	return 42.5 * MIB + 1.2 * MIB * (1 - exp(-x * 40));
}

static inline double demo_equal(double x)
{
	return 100 * MIB + 0 * x;
}

static inline double demo_spike(double x)
{
	return x == 0.5 ? 1e18 : 80 * MIB;
}

static inline double demo_negative(double x)
{
	return -5 * MIB + 3 * MIB * x;
}

/* The fit with its band, and a limit far above. */
static inline void demo_leak_lines(struct scene_panel *p, double end)
{
	p->n_lines = 2;
	p->line = demo_alloc(2, sizeof(*p->line));
	p->line[0] = (struct scene_line){ .x0 = 2040,
					  .y0 = demo_private(0.024),
					  .x1 = end,
					  .y1 = demo_private(1),
					  .n_band = 3,
					  .label = demo_str("+3.10 MiB/h") };
	p->line[0].bx = demo_alloc(3, sizeof(double));
	p->line[0].lo = demo_alloc(3, sizeof(double));
	p->line[0].hi = demo_alloc(3, sizeof(double));
	for (size_t i = 0; i < 3; i++) {
		double x = i == 0 ? 0.024 : (double)i / 2;

		p->line[0].bx[i] = x * end;
		p->line[0].lo[i] = demo_private(x) - 3 * MIB * (i == 1 ? 0.6 : 1.6);
		p->line[0].hi[i] = demo_private(x) + 3 * MIB * (i == 1 ? 0.6 : 1.6);
	}
	p->line[1] = (struct scene_line){
		.y0 = 2048 * MIB, .y1 = 2048 * MIB, .x1 = end, .limit = true, .label = demo_str("limit 2 GiB")
	};
}

static inline void demo_leak_events(struct scene *s, double end)
{
	s->n_spans = 2;
	s->span = demo_alloc(2, sizeof(*s->span));
	s->span[0] = (struct scene_span){ 0, 2040, SHADE_WARMUP, demo_str("warm-up 34 min") };
	s->span[1] = (struct scene_span){ 149.0 / 288 * end, 158.0 / 288 * end, SHADE_GAP, demo_str("gap 41 min") };
	s->n_markers = 3;
	s->marker = demo_alloc(3, sizeof(*s->marker));
	s->marker[0] = (struct scene_marker){ 7 * HOUR, MARK_EVENT, demo_str("driver reconnected") };
	s->marker[1] = (struct scene_marker){ 158.0 / 288 * end - 60, MARK_RESTART, demo_str("restart of the postmaster") };
	s->marker[2] = (struct scene_marker){ 20 * HOUR, MARK_EPOCH, demo_str("epoch") };
}

/* A day of PostgreSQL that leaks: warm-up, fit with its band, a gap, a restart of nothing yet, an epoch. */
static inline void demo_leak(struct scene *s)
{
	static const char *const footer[] = {
		"soakd --target postgres --interval 300 --hours 24 --connections 4 --rate 200",
		"soakd 0.1.0 (3f2a91c0d4e1) \302\267 PostgreSQL 15.20 (Debian 15.20-0+deb12u1) \302\267 x86_64, Linux 6.18.44, "
		"glibc 2.36, THP madvise",
		"288 of 289 samples, every 300 s (longest 2460 s) \302\267 cost of sampling 0.01 % of wall time \302\267 seed 1 "
		"\302\267 2026-11-20T20:00:00Z to 2026-11-21T20:00:00Z",
	};
	static const char *const cells[] = {
		"memory",
		"start",
		"end",
		"growth",
		"per hour",
		"95 % interval",
		"per operation",
		"verdict",
		"private (anonymous)",
		"31.2 MiB",
		"107 MiB",
		"+75.8 MiB",
		"+3.10 MiB",
		"2.70 to 3.49 MiB",
		"412 B",
		"leak",
		"backend",
		"12.4 MiB",
		"87.1 MiB",
		"+74.7 MiB",
		"+3.05 MiB",
		"2.66 to 3.44 MiB",
		"405 B",
		"leak",
		"checkpointer",
		"1.9 MiB",
		"2.0 MiB",
		"+0.1 MiB",
		"+0.00 MiB",
		"\342\210\2220.02 to 0.03 MiB",
		"\342\200\223",
		"stable",
		"driver",
		"4.1 MiB",
		"4.1 MiB",
		"0",
		"+0.00 MiB",
		"\342\210\2220.01 to 0.01 MiB",
		"\342\200\223",
		"stable",
	};
	enum { N = 289 };
	double end = 24 * HOUR;

	scene_init(s);
	demo_words(s, TONE_BAD, "LEAK", "postgres \302\267 private memory +3.10 MiB/h [2.70, 3.49] \302\267 412 B per operation",
		   "Private memory of the backends grows in a straight line after a warm-up of 34 min, in step with operations; "
		   "98 % of it is heap. "
		   "At this rate the limit of 2 GiB is reached in 26 days (20 to 33).");
	s->x1 = end;
	s->start_unix = 1795204800; /* 2026-11-20T20:00:00Z */
	struct scene_panel *p = demo_panels(s, 4);

	demo_panel(&p[0], "Memory", "whole process tree, resident", UNIT_KIB, 3.2, 4);
	demo_series(&p[0].series[0], "private", "31.2 MiB", "107 MiB", LINE_PRIVATE, N, end, demo_private, 700, 150, 158);
	p[0].series[0].band = true;
	demo_series(&p[0].series[1], "heap", "26.8 MiB", "98.4 MiB", LINE_HEAP, N, end, demo_heap, 300, 150, 158);
	demo_series(&p[0].series[2], "PSS", "55.2 MiB", "151 MiB", LINE_PSS, N, end, demo_pss, 500, 150, 158);
	demo_series(&p[0].series[3], "RSS", "91.0 MiB", "228 MiB", LINE_RSS, N, end, demo_rss, 500, 150, 158);
	demo_leak_lines(&p[0], end);
	demo_panel(&p[1], "Virtual size", "reserved address space", UNIT_KIB, 1, 1);
	demo_series(&p[1].series[0], "virtual", "412 MiB", "492 MiB", LINE_VIRTUAL, N, end, demo_virtual, 900, 150, 158);
	p[1].from_zero = false;
	demo_panel(&p[2], "Operations", "per second", UNIT_PER_S, 1, 2);
	demo_series(&p[2].series[0], "operations", NULL, "17.2 M in all", LINE_OPS, N, end, demo_ops, 2.5, 150, 158);
	demo_series(&p[2].series[1], "errors", NULL, "0", LINE_ERRORS, N, end, demo_ops, 0, 150, 158);
	for (size_t i = 0; i < N; i++)
		if (p[2].series[1].b[i].n)
			p[2].series[1].b[i].mean = 0;
	demo_panel(&p[3], "Descriptors and threads", "open in the tree", UNIT_COUNT, 1, 1);
	demo_series(&p[3].series[0], "descriptors", "118", "124", LINE_COUNT, N, end, demo_fds, 0, 150, 158);
	demo_leak_events(s, end);
	demo_table(s, 5, 8, cells);
	demo_lines(s, footer, 3);
	demo_meta(s);
}

static inline void demo_chips(struct scene *s, const char *const *chips, size_t n)
{
	s->chip = demo_alloc(n, sizeof(char *));
	s->n_chips = n;
	for (size_t i = 0; i < n; i++)
		s->chip[i] = demo_str(chips[i]);
}

static inline double demo_latency(double x)
{
	return 0.004 + 0.0015 * x;
}

static inline double demo_cpu(double x)
{
	return 0.62 + 0 * x;
}

static inline double demo_threads(double x)
{
	return 5 + 0 * x;
}

static inline void demo_strip(struct scene_panel *p, const char *title, enum scene_unit unit, enum scene_role role,
			      const char *end, double (*f)(double), double wobble)
{
	demo_panel(p, title, "", unit, 1, 1);
	p->place = PLACE_STRIP;
	demo_series(&p->series[0], title, NULL, end, role, 289, 24 * HOUR, f, wobble, 150, 158);
}

/* Memory against operations: 200 a second for a day. */
static inline void demo_per_operation(struct scene_panel *p)
{
	const double ops = 17.2e6;

	demo_panel(p, "Memory against operations", "", UNIT_KIB, 1, 1);
	p->place = PLACE_SIDE;
	p->x = X_COUNT;
	p->x0 = p->x1 = NAN;
	p->from_zero = false;
	p->note = demo_str("412 B per operation [371, 453]");
	demo_series(&p->series[0], "private", "31.2 MiB", "107 MiB", LINE_PRIVATE, 120, ops, demo_private, 700, 0, 0);
	p->n_lines = 1;
	p->line = demo_alloc(1, sizeof(*p->line));
	p->line[0] = (struct scene_line){
		.x0 = 0.024 * ops, .y0 = demo_private(0.024), .x1 = ops, .y1 = demo_private(1), .label = demo_str("412 B")
	};
}

static inline void demo_bar(struct scene_bar *b, enum scene_bar_kind kind, const char *label, const char *text, double from,
			    double to)
{
	*b = (struct scene_bar){ demo_str(label), demo_str(text), from * MIB, to * MIB, kind };
}

static inline void demo_attribution(struct scene_panel *p)
{
	demo_panel(p, "Growth by role", "private memory", UNIT_KIB, 1.5, 0);
	p->place = PLACE_SIDE;
	p->n_bars = 6;
	p->bar = demo_alloc(6, sizeof(*p->bar));
	demo_bar(&p->bar[0], BAR_START, "start", "31.2 MiB", 0, 31.2);
	demo_bar(&p->bar[1], BAR_PART, "backend", "+74.7 MiB \302\267 98 %", 31.2, 105.9);
	demo_bar(&p->bar[2], BAR_PART, "autovacuum worker", "+3.1 MiB \302\267 4 %", 105.9, 109);
	demo_bar(&p->bar[3], BAR_PART, "checkpointer", "\342\210\2224.0 MiB \302\267 \342\210\2225 %", 109, 105);
	demo_bar(&p->bar[4], BAR_UNEXPLAINED, "not explained", "+2.0 MiB \302\267 3 %", 105, 107);
	demo_bar(&p->bar[5], BAR_END, "end", "107 MiB", 0, 107);
}

static inline void demo_residuals(struct scene_panel *p)
{
	demo_panel(p, "Residuals of the line", "private memory", UNIT_KIB, 0.8, 1);
	p->place = PLACE_SIDE;
	p->x0 = p->x1 = NAN;
	p->note = demo_str("no shape left");
	demo_series(&p->series[0], "residual", NULL, NULL, LINE_PRIVATE, 289, 24 * HOUR, demo_zero, 600, 150, 158);
}

/* 26 days ahead, in a cone that opens. */
static inline void demo_forecast(struct scene_panel *p)
{
	enum { N = 9 };
	const double now = 24 * HOUR, end = 33 * 24 * HOUR;
	struct scene_line *l;

	demo_panel(p, "Forecast", "", UNIT_KIB, 1, 1);
	p->place = PLACE_SIDE;
	p->x0 = 0;
	p->x1 = end;
	p->note = demo_str("2 GiB on 16 Dec [10 Dec, 23 Dec]");
	demo_series(&p->series[0], "private", NULL, NULL, LINE_PRIVATE, 289, now, demo_private, 700, 150, 158);
	p->n_lines = 2;
	l = p->line = demo_alloc(2, sizeof(*p->line));
	l[0] = (struct scene_line){ .x0 = now, .y0 = 107 * MIB, .x1 = end, .y1 = 2580 * MIB, .n_band = N };
	l[0].bx = demo_alloc(N, sizeof(double));
	l[0].lo = demo_alloc(N, sizeof(double));
	l[0].hi = demo_alloc(N, sizeof(double));
	for (size_t i = 0; i < N; i++) {
		double x = now + (end - now) * (double)i / (N - 1), grown = 3.1 * MIB * (x - now) / HOUR;

		l[0].bx[i] = x;
		l[0].lo[i] = 107 * MIB + grown * 0.87;
		l[0].hi[i] = 107 * MIB + grown * 1.13;
	}
	l[1] = (struct scene_line){ .y0 = 2048 * MIB, .y1 = 2048 * MIB, .limit = true, .label = demo_str("limit 2 GiB") };
}

/* The whole page: a leak with everything that is known of it. */
static inline void demo_page(struct scene *s)
{
	static const char *const chips[] = { "+3.10 MiB/h [2.70, 3.49]", "412 B per operation [371, 453]",
					     "since 34 min after the start", "2 GiB on 16 Dec [10 Dec, 23 Dec]" };
	static const struct {
		const char *title, *end;
		enum scene_unit unit;
		enum scene_role role;
		double (*f)(double);
		double wobble;
	} strips[] = {
		{ "operations", "17.2 M in all", UNIT_PER_S, LINE_OPS, demo_ops, 2.5 },
		{ "latency p99", "5.4 ms", UNIT_SECONDS, LINE_OPS, demo_latency, 0.0004 },
		{ "errors", "0 in all", UNIT_PER_S, LINE_ERRORS, demo_zero, 0 },
		{ "descriptors", "124", UNIT_COUNT, LINE_COUNT, demo_fds, 0 },
		{ "threads", "5", UNIT_COUNT, LINE_COUNT, demo_threads, 0 },
		{ "CPU", "0.62 of a core", UNIT_COUNT, LINE_DRIVER, demo_cpu, 0.04 },
	};
	enum { STRIPS = sizeof(strips) / sizeof(strips[0]) };
	struct scene_panel *main, *others;

	demo_leak(s);
	free(s->headline);
	s->headline = demo_str("postgres 15.20 \302\267 private memory (anonymous) of 12 processes");
	demo_chips(s, chips, 4);
	main = s->panel;
	others = demo_alloc(1 + STRIPS + 4, sizeof(*others));
	others[0] = main[0];
	main[0] = (struct scene_panel){ 0 };
	scene_release(&(struct scene){ .panel = main, .n_panels = s->n_panels });
	s->panel = others;
	s->n_panels = 1 + STRIPS + 4;
	for (size_t i = 0; i < STRIPS; i++)
		demo_strip(&others[1 + i], strips[i].title, strips[i].unit, strips[i].role, strips[i].end, strips[i].f,
			   strips[i].wobble);
	demo_per_operation(&others[1 + STRIPS]);
	demo_attribution(&others[2 + STRIPS]);
	demo_residuals(&others[3 + STRIPS]);
	demo_forecast(&others[4 + STRIPS]);
	s->marker = realloc(s->marker, 5 * sizeof(*s->marker));
	s->marker[3] = (struct scene_marker){ 16.2 * HOUR, MARK_CHANGE, demo_str("+6.1 MiB") };
	s->marker[4] = (struct scene_marker){ 26.1 * 24 * HOUR, MARK_LIMIT, demo_str("16 Dec") };
	s->n_markers = 5;
}

/* One memory panel, one operations panel, over `end` seconds in n blocks. */
static inline void demo_simple(struct scene *s, size_t n, double end, double (*f)(double), double wobble, const char *from,
			       const char *to)
{
	static const char *const footer[] = {
		"soakd --target sqlite --duration 10s",
		"soakd 0.1.0 (3f2a91c0d4e1) \302\267 SQLite 3.40.1 \302\267 x86_64, Linux 6.18.44"
	};

	s->x1 = end;
	s->start_unix = 1795204800;
	struct scene_panel *p = demo_panels(s, 2);

	demo_panel(&p[0], "Memory", "the target's process", UNIT_KIB, 2, 1);
	demo_series(&p[0].series[0], "private (anonymous)", from, to, LINE_PRIVATE, n, end, f, wobble, 0, 0);
	p[0].series[0].band = true;
	demo_panel(&p[1], "Operations", "per second", UNIT_PER_S, 1, 1);
	demo_series(&p[1].series[0], "operations", NULL, "200/s", LINE_OPS, n, end, demo_ops, 2, 0, 0);
	demo_lines(s, footer, 2);
	demo_meta(s);
}

static inline void demo_stable(struct scene *s)
{
	static const char *const cells[] = {
		"memory",
		"start",
		"end",
		"growth",
		"per hour",
		"95 % interval",
		"verdict",
		"private (anonymous)",
		"42.5 MiB",
		"43.7 MiB",
		"+1.2 MiB",
		"+2.1 KiB",
		"\342\210\2223.0 to 7.2 KiB",
		"stable",
	};

	scene_init(s);
	demo_words(s, TONE_GOOD, "STABLE",
		   "sqlite \302\267 private memory +2.1 KiB/h [\342\210\2223.0, 7.2] \302\267 growth above 18 KiB/h would have "
		   "been found",
		   "After a warm-up of 20 min the level stays at 43.7 MiB; no trend in 12 h.");
	demo_simple(s, 720, 12 * HOUR, demo_level, 60, "42.5 MiB", "43.7 MiB");
	s->panel[0].from_zero = false;
	s->n_spans = 1;
	s->span = demo_alloc(1, sizeof(*s->span));
	s->span[0] = (struct scene_span){ 0, 1200, SHADE_WARMUP, demo_str("warm-up 20 min") };
	demo_table(s, 2, 7, cells);
}

static inline void demo_with(struct scene *s, size_t n, double end, double (*f)(double), double wobble)
{
	scene_init(s);
	demo_words(s, TONE_UNKNOWN, "INSUFFICIENT", "leaky \302\267 too few samples to decide", "Run for another 40 min.");
	demo_simple(s, n, end, f, wobble, NULL, NULL);
}

static inline void demo_ten_seconds(struct scene *s)
{
	demo_with(s, 51, 10, demo_level, 40);
}

static inline void demo_ninety_days(struct scene *s)
{
	scene_init(s);
	demo_words(s, TONE_WARN, "SUSPECTED", "nginx \302\267 private memory +0.8 KiB/h [\342\210\2220.1, 1.7]",
		   "Growth that is not yet proven.");
	demo_simple(s, 1200, 90 * 24 * HOUR, demo_private, 2000, "31.2 MiB", "107 MiB");
}

static inline void demo_one_sample(struct scene *s)
{
	demo_with(s, 1, 0, demo_level, 0);
}

static inline void demo_no_samples(struct scene *s)
{
	demo_with(s, 0, 600, demo_level, 0);
}

static inline void demo_all_equal(struct scene *s)
{
	demo_with(s, 288, 24 * HOUR, demo_equal, 0);
	s->panel[0].from_zero = false;
}

static inline void demo_huge_spike(struct scene *s)
{
	demo_with(s, 289, 24 * HOUR, demo_spike, 0);
}

static inline void demo_negatives(struct scene *s)
{
	demo_with(s, 288, 24 * HOUR, demo_negative, 200);
}

/* Names of 300 characters, and of scripts that DejaVu has (Hebrew) and has not (Chinese). */
static inline void demo_names(struct scene *s)
{
	char name[301];

	memset(name, 'n', sizeof(name) - 1);
	name[300] = '\0';
	demo_with(s, 288, 24 * HOUR, demo_private, 500);
	free(s->headline);
	s->headline = demo_str(name);
	free(s->why);
	s->why = demo_str("\345\206\205\345\255\230\346\263\204\346\274\217 (Chinese), \327\223\327\234\327\231\327\244\327\224 "
			  "(Hebrew), line\nbreak and tab\there.");
	free(s->panel[0].title);
	s->panel[0].title = demo_str(name);
	free(s->panel[0].series[0].label);
	s->panel[0].series[0].label = demo_str(name);
	free(s->panel[1].series[0].label);
	s->panel[1].series[0].label = demo_str("\345\206\205\345\255\230 \327\223\327\234\327\231\327\244\327\224");
	free(s->footer[0]);
	s->footer[0] = demo_str(name);
}

static inline void demo_replace(char **at, const char *s)
{
	free(*at);
	*at = demo_str(s);
}

/* All that a page has, and no value in it. */
static inline void demo_page_unknown(struct scene *s)
{
	demo_page(s);
	s->tone = TONE_UNKNOWN;
	demo_replace(&s->verdict, "INSUFFICIENT");
	for (size_t i = 0; i < s->n_panels; i++) {
		struct scene_panel *p = &s->panel[i];

		for (size_t k = 0; k < p->n_series; k++)
			for (size_t b = 0; b < p->series[k].n; b++)
				p->series[k].b[b].mean = NAN;
		for (size_t k = 0; k < p->n_lines; k++)
			p->line[k].y0 = p->line[k].y1 = NAN;
		for (size_t k = 0; k < p->n_bars; k++)
			p->bar[k].from = p->bar[k].to = NAN;
	}
}

/* One value as high as 1e18, and one far below zero, in each panel. */
static inline void demo_page_spikes(struct scene *s)
{
	demo_page(s);
	for (size_t i = 0; i < s->n_panels; i++) {
		struct scene_panel *p = &s->panel[i];

		if (p->n_series) {
			p->series[0].b[60].mean = p->series[0].b[60].max = 1e18;
			p->series[0].b[90].mean = p->series[0].b[90].min = -1e9;
		}
		if (p->n_bars)
			p->bar[2].to = p->bar[3].from = 1e18;
	}
}

/* Names of 300 characters, Hebrew and Chinese ones, wherever a page has names. */
static inline void demo_page_names(struct scene *s)
{
	static const char foreign[] =
		"\327\223\327\234\327\231\327\244\327\224 \345\206\205\345\255\230\346\263\204\346\274\217 of memory";
	char name[301];

	memset(name, 'n', sizeof(name) - 1);
	name[300] = '\0';
	demo_page(s);
	demo_replace(&s->headline, name);
	demo_replace(&s->verdict, foreign);
	demo_replace(&s->chip[0], foreign);
	demo_replace(&s->chip[1], name);
	demo_replace(&s->marker[1].label, name);
	demo_replace(&s->marker[3].label, foreign);
	demo_replace(&s->footer[1], name);
	demo_replace(&s->table[8], name);
	for (size_t i = 0; i < s->n_panels; i++) {
		struct scene_panel *p = &s->panel[i];

		demo_replace(&p->title, i % 2 ? name : foreign);
		if (p->note)
			demo_replace(&p->note, i % 2 ? foreign : name);
		if (p->n_series) {
			demo_replace(&p->series[0].label, i % 2 ? foreign : name);
			demo_replace(&p->series[0].end, i % 2 ? name : foreign);
		}
		for (size_t k = 0; k < p->n_bars; k++) {
			demo_replace(&p->bar[k].label, k % 2 ? foreign : name);
			demo_replace(&p->bar[k].text, k % 3 ? "+1.0 MiB" : name);
		}
	}
}

static inline double demo_high(double x)
{
	return 1024 * MIB + 22 * MIB * x;
}

/* A change of 2 % of the level: seen in the inset, and in a waterfall that does not begin at zero. */
static inline void demo_inset_page(struct scene *s)
{
	demo_page(s);
	struct scene_panel *p = s->panel;

	demo_replace(&s->chip[0], "+0.92 MiB/h [0.81, 1.02]");
	for (size_t k = 0; k < p->n_series; k++)
		free(p->series[k].b);
	p->inset = 1;
	for (size_t k = 0; k < p->n_series; k++) {
		struct scene_series *old = &p->series[k], now;

		demo_series(&now, old->label, "1.00 GiB", "1.02 GiB", old->role, 289, 24 * HOUR, demo_high, 700, 150, 158);
		for (size_t i = 0; i < now.n; i++)
			now.b[i].mean += (double)k * 90 * MIB;
		free(old->label);
		free(old->start);
		free(old->end);
		*old = now;
	}
	p->line[0].y0 = demo_high(0.024);
	p->line[0].y1 = demo_high(1);
	p->line[0].n_band = 0;
	for (size_t i = 0; i < s->n_panels; i++) {
		for (size_t k = 0; k < s->panel[i].n_bars; k++) {
			struct scene_bar *b = &s->panel[i].bar[k];
			bool whole = b->kind == BAR_START || b->kind == BAR_END;

			b->from = whole ? 0 : b->from + 1000 * MIB;
			b->to += 1000 * MIB;
		}
	}
}

/* 200 markers of all kinds, and phases, on a page. */
static inline void demo_markers(struct scene *s)
{
	enum { N = 200, PHASES = 12 };

	demo_page(s);
	for (size_t i = 0; i < s->n_markers; i++)
		free(s->marker[i].label);
	s->marker = realloc(s->marker, N * sizeof(*s->marker));
	s->n_markers = N;
	for (size_t i = 0; i < N; i++) {
		char label[32];

		snprintf(label, sizeof(label), "%s %zu", i % 5 == MARK_CHANGE ? "+1 MiB" : "event", i);
		s->marker[i] = (struct scene_marker){ 24 * HOUR * (double)i / N, (enum scene_mark)(i % 5), demo_str(label) };
	}
	s->span = realloc(s->span, (2 + PHASES) * sizeof(*s->span));
	for (size_t i = 0; i < PHASES; i++)
		s->span[s->n_spans++] = (struct scene_span){ 2 * HOUR * (double)i, 2 * HOUR * (double)(i + 1), SHADE_PHASE,
							     demo_str(i % 2 ? "idle" : "load") };
}

/* The night in which clocks in Europe go back: UTC does not. 2026-10-24T12:00:00Z. */
static inline void demo_clocks_go_back(struct scene *s)
{
	demo_stable(s);
	s->start_unix = 1792843200;
	s->x1 = 24 * HOUR;
}

/* Two lines in a panel beside the main one: they need a key. */
static inline void demo_cycles(struct scene *s)
{
	demo_page(s);
	struct scene_panel *p = &s->panel[s->n_panels - 2];

	demo_replace(&p->title, "Levels per cycle");
	p->series = realloc(p->series, 2 * sizeof(*p->series));
	p->n_series = 2;
	demo_replace(&p->series[0].label, "load");
	demo_series(&p->series[1], "idle", NULL, NULL, LINE_HEAP, 12, 24 * HOUR, demo_zero, 300, 0, 0);
}

static const struct demo {
	const char *name;
	void (*make)(struct scene *);
} demos[] = {
	{ "leak", demo_leak },
	{ "stable", demo_stable },
	{ "ten_seconds", demo_ten_seconds },
	{ "ninety_days", demo_ninety_days },
	{ "one_sample", demo_one_sample },
	{ "no_samples", demo_no_samples },
	{ "all_equal", demo_all_equal },
	{ "huge_spike", demo_huge_spike },
	{ "negatives", demo_negatives },
	{ "names", demo_names },
	{ "page", demo_page },
	{ "page_unknown", demo_page_unknown },
	{ "page_spikes", demo_page_spikes },
	{ "page_names", demo_page_names },
	{ "inset", demo_inset_page },
	{ "markers", demo_markers },
	{ "clocks_go_back", demo_clocks_go_back },
	{ "cycles", demo_cycles },
};
enum { N_DEMOS = sizeof(demos) / sizeof(demos[0]) };

#endif
