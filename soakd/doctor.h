/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `soakd doctor` finds: one line per thing tried, each with what is lost without it and the command that brings it back.
 * The checks only look: no load, no file but a picture below /tmp that is removed at once.
 */
#ifndef SOAKD_DOCTOR_H
#define SOAKD_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "samplers/procfs.h"
#include "soakd/run_options.h"
#include "soakd/target.h"

enum finding_level { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct finding {
	enum finding_level level;
	char *what, *lost, *fix; /* lost and fix: NULL where there is nothing to say */
};

struct findings {
	struct finding *v;
	size_t n, cap;
	bool failed; /* no memory for one of them */
};

void found_ok(struct findings *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* lost, fix: may be NULL; copied. */
void found(struct findings *f, enum finding_level level, const char *lost, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool findings_fatal(const struct findings *f);                   /* is a FAIL among them? */
void findings_human(const struct findings *f, struct text *out); /* "ok   ...", "warn ...: lost; fix: ...", "FAIL ..." */
void findings_json(const struct findings *f, struct text *out);  /* soakd.doctor/1, one object and a newline */
void findings_release(struct findings *f);

/* The machine: kernel, /proc, privileges, helpers, fonts, room for a run. */
void doctor_machine(struct findings *f, struct procfs *fs);

/* Of one pass over a tree. */
struct tier_cost {
	double total_s, worst_s;
	pid_t worst_pid;
	size_t processes;
};

/* What one reading of everything took. */
struct tree_cost {
	struct tier_cost tick, rollup, maps; /* the cheap tier, smaps_rollup, smaps */
	double site_s;                       /* what surrounds the tree, at the second reading */
	size_t guarded;                      /* so big that they were not walked */
	double guarded_s;                    /* the longest of those walks, as predicted */
	size_t crowded;                      /* of so many mappings that full smaps of them was not read */
};

/* What of that a run will do how often, and what a day of it leaves on the disk. */
void doctor_cost(struct findings *f, const struct tree_cost *c, const struct run_options *o);

/*
 * A found target: each tier read once from each process as a run would, what could not be read, and the cost of a sample.
 * A page-table walk that is predicted to take over 20 ms is not tried without allow_stall, as in a run.
 */
void doctor_tree(struct findings *f, struct procfs *fs, const struct target *t, const struct run_options *o);

/* A PostgreSQL server: where it listens, whether the workload may log in, and whether it then is on the watched server. */
void doctor_login(struct findings *f, struct target *t, const struct run_options *o);

/*
 * A Redis server: whether the observer may ask it, which of its questions are answered, and whether it is the watched one. It is
 * asked once, as at an epoch; nothing is written to it.
 */
void doctor_redis(struct findings *f, struct target *t, const struct run_options *o);

/* A command to launch, by its first word: is it there, and can --malloc-stats have something of it? It is not started. */
void doctor_command(struct findings *f, const char *name);

#endif
