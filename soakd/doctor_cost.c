/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `soakd doctor`, the prediction: what a row costs, how often the page tables are walked, and what a day leaves on the disk. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "soakd/doctor.h"
#include "soakd/pass.h"

/*
 * Bytes of a line, measured on PostgreSQL, redis and small programs: samples.csv 297 to 391, processes.csv 73 to 88; mappings.csv
 * and objects.csv together 1.2 to 1.6 KiB for each process whose smaps are read.
 */
#define ROW_BYTES     340.0
#define PROCESS_BYTES 85.0
#define MAPS_BYTES    1500.0
#define MAPS_ROWS     512 /* from then on they are written at growing distances (docs/formats.md) */
#define EPOCHS        26
#define DAY_S         86400.0

static const char *plural(size_t n)
{
	return n == 1 ? "" : "es";
}

/*
 * What the budget pays for, in words; rows between two readings of all. INFINITY: it never does, and then some processes are read
 * in a row, where that is done.
 */
static double how_often(char *buf, size_t n, const struct tree_cost *c, const struct run_options *o, double pass_s, bool some)
{
	double share = o->overhead_pct / 100, earned = share * o->interval_s;
	struct pass p = { .interval_s = o->interval_s, .open = c->rollup.processes, .all_s = pass_s };
	struct budget b = { .share = share };

	if (earned <= 0) {
		snprintf(buf, n, "read only at epochs");
		return INFINITY;
	}
	if (pass_s <= earned) {
		snprintf(buf, n, "read in every row");
		return 1;
	}
	if (pass_s <= share * pass_saves_s(o->interval_s, NAN)) {
		snprintf(buf, n, "read in about one row of %.0f", ceil(pass_s / earned));
		return ceil(pass_s / earned);
	}
	if (some)
		pass_pace_words(buf, n, &p, &b);
	else
		snprintf(buf, n, "read only at epochs");
	return INFINITY;
}

static double tell_walk(struct findings *f, const struct tree_cost *c, const struct run_options *o, const char *what,
			const struct tier_cost *walk, double before_s)
{
	char often[120];
	double every;

	if (walk->processes == 0)
		return INFINITY;
	every = how_often(often, sizeof(often), c, o, before_s + walk->total_s, walk == &c->rollup);
	found_ok(f, "%s of %zu process%s: %.2f ms, the longest %.2f ms (pid %d), for which the memory lock is held: %s", what,
		 walk->processes, plural(walk->processes), 1e3 * walk->total_s, 1e3 * walk->worst_s, (int)walk->worst_pid, often);
	return every;
}

/* The first day of a run, at most: who does not move is walked less often. */
static void tell_disk(struct findings *f, const struct tree_cost *c, const struct run_options *o, double maps_every)
{
	double rows = DAY_S / o->interval_s, n = (double)c->tick.processes, maps = fmax(EPOCHS, rows / maps_every);
	char size[32];

	if (maps > MAPS_ROWS)
		maps = MAPS_ROWS * (1 + log(maps / MAPS_ROWS));
	if (c->maps.processes == 0)
		maps = 0;
	fmt_kb(size, sizeof(size), (rows * (ROW_BYTES + n * PROCESS_BYTES) + maps * n * MAPS_BYTES) / 1024);
	found_ok(f, "the run's files grow by at most about %s a day (%.0f rows)", size, rows);
}

void doctor_cost(struct findings *f, const struct tree_cost *c, const struct run_options *o)
{
	char interval[32];
	double allowed_ms = 10 * o->overhead_pct * o->interval_s, maps_every, row_s = c->tick.total_s + c->site_s;

	fmt_duration(interval, sizeof(interval), o->interval_s);
	found_ok(f,
		 "a sample's cheap part (%zu process%s): %.2f ms, with what surrounds it %.2f ms, %.4f %% of an interval of %s",
		 c->tick.processes, plural(c->tick.processes), 1e3 * c->tick.total_s, 1e3 * row_s, 100 * row_s / o->interval_s,
		 interval);
	if (c->rollup.processes > 0)
		found_ok(f, "%g %% of an interval of %s allow %.*f ms of page-table walks", o->overhead_pct, interval,
			 allowed_ms < 1 ? 3 : 1, allowed_ms);
	tell_walk(f, c, o, "smaps_rollup (PSS, USS)", &c->rollup, 0);
	maps_every = tell_walk(f, c, o, "smaps (heap, mapping classes)", &c->maps, c->rollup.total_s);
	if (c->guarded > 0)
		found(f, FINDING_WARN, "their PSS, USS and heap stay empty; private memory (anon_kb), which decides, does not",
		      "--allow-stall, if the target may wait that long",
		      "%zu process%s so big that one page-table walk would hold the memory lock for about %.0f ms (over %.0f ms)",
		      c->guarded, c->guarded == 1 ? " is" : "es are", 1e3 * c->guarded_s, 1e3 * BUDGET_STALL_S);
	if (c->crowded > 0)
		found(f, FINDING_WARN, "their heap and mapping classes stay empty; PSS and private memory do not",
		      "--allow-stall, if the target may wait that long",
		      "%zu process%s so many mappings that one reading of smaps would take over %.0f ms", c->crowded,
		      c->crowded == 1 ? " has" : "es have", 1e3 * BUDGET_STALL_S);
	tell_disk(f, c, o, maps_every);
}
