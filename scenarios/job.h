/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job of a driver, as checked numbers: from the JSON object that base/drive.h describes. */
#ifndef SCENARIOS_JOB_H
#define SCENARIOS_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/plan.h"

#define JOB_MAX_CONNECTIONS 10000
#define JOB_MAX_BATCH       1000000
#define JOB_MAX_DEPTH       64
#define JOB_MAX_WORK        32
#define JOB_ROWS            1000000
#define JOB_REDIS_ROWS      10000

/* One thing that is done: a profile of the scenario, or a script. */
struct job_work {
	const char *name;          /* what its operations are called */
	const char *profile;       /* NULL: a script */
	const char *script, *file; /* the text, and its name for messages; NULL: a profile */
	double weight;             /* > 0, of the run without phases; phases have their own */
	bool reconnect;            /* a script: each run of it on a connection of its own */
	bool at_end;               /* a script of PostgreSQL: done once more when the run ends, whatever ends it */
};

enum job_protocol { JOB_PREPARED, JOB_EXTENDED, JOB_SIMPLE };
enum job_journal { JOB_WAL, JOB_ROLLBACK, JOB_MEMORY };

struct drive_job {
	const char *scenario, *profile; /* profile: the scenario's default where none was given; "" where it has none */
	struct job_work *work;          /* at least one; owned */
	size_t n_work;
	struct plan_phase *phase; /* owned */
	size_t n_phase;
	const json_t *define; /* an object of strings, or NULL */
	enum job_protocol protocol;
	uint64_t seed;
	unsigned connections;
	double rate; /* operations per second in all; 0: as fast as it can */
	uint64_t batch;
	int64_t rows;
	unsigned depth;              /* units under way on a connection; 0: by the rate */
	double length_s, interval_s; /* NaN: open, not given */
	bool keep, checkpoint, resumed, look;
	enum job_journal journal;
	char run_id[9];                              /* of this run alone; 8 hexadecimal digits */
	const char *dir;                             /* NULL: not given */
	const char *dsn, *host;                      /* NULL: not given */
	char port[8];                                /* "": not given */
	int64_t uid, gid;                            /* -1: stay who we are */
	char **exec;                                 /* NULL-terminated; NULL: not given */
	bool exec_continuous;                        /* back to back, not once per interval */
	double exec_timeout_s;                       /* of one run; NaN: none */
	double leak_per_h, leak_noise, leak_onset_s; /* bytes, bytes, seconds (NaN: not given) */
	json_t *doc;                                 /* owns the strings */
};

/*
 * Reads n bytes of JSON. An absent key or null is its default; a value of the wrong type or out of range, an unknown scenario or
 * profile, a scenario that was not built: SK_EUSAGE with a sentence that names the key (never its value: a dsn holds a password).
 * SK_EPARSE: no JSON object. On error *job is released. job_release() may be repeated.
 */
enum sk_code job_parse(struct drive_job *job, const char *text, size_t n, struct sk_err *err);
void job_release(struct drive_job *job);

#endif
