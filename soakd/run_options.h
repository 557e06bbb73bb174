/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `soakd run` was told, and what follows from it. */
#ifndef SOAKD_RUN_OPTIONS_H
#define SOAKD_RUN_OPTIONS_H

#include <jansson.h>

#include "base/err.h"
#include "soakd/opt.h"

struct run_options {
	char *target, *pid;
	double interval_s, hours, duration_s;
	int64_t samples;
	char *scenario, *cycle;
	bool phases_only;
	int64_t connections, rate, batch, rows, seed;
	char *dsn, *exec;
	int exec_mode;         /* exec_mode_names */
	double exec_timeout_s; /* NaN: none */
	int journal;
	bool keep, checkpoint;
	double leak_rate_bytes, leak_noise_bytes, leak_onset_s;
	char *warmup;
	double min_rate_bytes, limit_bytes;
	char *samplers;
	double overhead_pct;
	struct opt_list script, define; /* FILE[@WEIGHT], NAME=VALUE */
	int protocol;
	bool reconnect;
	int64_t depth;
	struct opt_list disk; /* absolute paths, after run_options_settle() */
	int under; /* enum under_tool */
	char *under_options;
	struct opt_list under_suppressions;
	double under_wait_s;
	bool allow_stall, stop_on_leak, exit_on_restart, malloc_stats;
	double restart_wait_s, min_age_s, min_rss_bytes;
	char *out, *resume;
	int format;
	char *config;
	double scale_time; /* of a scenario file's times */
	bool check_config;
	bool quiet, verbose, version;

	/* derived by run_options_settle() */
	char **launch;   /* the words after --, borrowed from argv; NULL: nothing is launched */
	double length_s; /* NaN: open */
	double warmup_s; /* NaN: found from the data */
};

extern const char *const journal_names[];  /* "wal", "rollback", "memory" */
extern const char *const exec_mode_names[]; /* "interval", "continuous" */
extern const char *const protocol_names[]; /* "prepared", "extended", "simple" */

/*
 * Derives interval, length and warm-up, and refuses what contradicts itself (an interval longer than the run, two targets ...).
 * SK_EUSAGE with one sentence.
 */
enum sk_code run_options_settle(struct run_options *o, struct sk_err *err);

/* The part of it that a reload does again: warmup_s from --warmup. */
enum sk_code run_options_warmup(struct run_options *o, struct sk_err *err);

/*
 * The options as given or defaulted, by name, as text that opt_set() takes again; secrets are left out (dsn) or scrubbed.
 * What a resumed run needs. NULL without memory.
 */
json_t *run_options_to_json(const struct run_options *o);
enum sk_code run_options_from_json(struct run_options *o, const json_t *j, struct sk_err *err);

#endif
