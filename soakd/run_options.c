/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of `soakd run`'s options, and the arithmetic of interval and length. */
#include "soakd/run_options.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/scrub.h"
#include "soakd/under.h"

const char *const journal_names[] = { "wal", "rollback", "memory", NULL };
const char *const exec_mode_names[] = { "interval", "continuous", NULL };
const char *const protocol_names[] = { "prepared", "extended", "simple", NULL };

#define AT(f)    offsetof(struct run_options, f)
#define DAYS_MAX (400.0 * 86400)

static const struct opt options[] = {
	/* the target */
	{ "target", 0, OPT_STRING, AT(target), "T", NULL, 0, 0, NULL,
	  "what to watch: postgres, redis or any process name; pid:N, pidfile:PATH, unit:NAME, cgroup:PATH; sqlite, leaky: "
	  "processes of our own that need no server. Or launch a command: -- CMD ARGS" },
	{ "pid", 'p', OPT_STRING, AT(pid), "PID", NULL, 0, 0, NULL, "the same as --target pid:PID" },
	{ "dsn", 0, OPT_STRING, AT(dsn), "STRING", NULL, 0, 0, NULL,
	  "where the workload connects: a libpq connection string; for redis redis://[USER:PASSWORD@]HOST:PORT[/DB], "
	  "unix:///PATH or HOST:PORT; for http "
	  "http://HOST:PORT/PATH; better without a password: use ~/.pgpass, PGPASSWORD or REDISCLI_AUTH" },
	{ "min-age", 0, OPT_DURATION, AT(min_age_s), "D", "0", 0, DAYS_MAX, NULL,
	  "leave out processes of the target that are younger; its root always counts, and who was once in stays in" },
	{ "min-rss", 0, OPT_SIZE, AT(min_rss_bytes), "SIZE", "0", 0, 1e15, NULL,
	  "leave out processes of the target that were never so big (resident memory); as --min-age" },
	{ "disk", 0, OPT_LIST, AT(disk), "PATH", NULL, 0, 0, NULL,
	  "a data file or folder of the target whose size is logged: database, journal, log; repeatable" },
	{ "restart-wait", 0, OPT_DURATION, AT(restart_wait_s), "D", "30", 0, DAYS_MAX, NULL,
	  "how long a target that has exited is waited for before it is called dead" },
	{ "exit-on-restart", 0, OPT_FLAG, AT(exit_on_restart), NULL, NULL, 0, 0, NULL, "end when the target restarts" },
	/* how long, how often */
	{ "hours", 0, OPT_REAL, AT(hours), "H", NULL, 0, 24 * 400, NULL, "length of the run in hours" },
	{ "duration", 0, OPT_DURATION, AT(duration_s), "D", NULL, 0, DAYS_MAX, NULL,
	  "length of the run: 90s, 10m, 24h; the first of the three lengths reached ends the run, none: the target's end or a "
	  "signal" },
	{ "samples", 0, OPT_INT, AT(samples), "N", "0", 0, 1e12, NULL, "length of the run in samples; 0: no such limit" },
	{ "interval", 'i', OPT_DURATION, AT(interval_s), "D", NULL, 0.01, DAYS_MAX, NULL,
	  "time between samples; default: length / 288, at least 1 s, at most 300 s; 10 s without a length" },
	{ "stop-on-leak", 0, OPT_FLAG, AT(stop_on_leak), NULL, NULL, 0, 0, NULL,
	  "end as soon as a leak is proven beyond what many looks may find by chance" },
	/* the workload */
	{ "scenario", 0, OPT_STRING, AT(scenario), "NAME[/PROFILE]|FILE.conf", NULL, 0, 0, NULL,
	  "the workload, see soakd list; none: watch only; FILE.conf: a scenario file (soakd-scenario(5)). Default: the target's "
	  "own (postgres: postgres/mixed; redis: redis/observe, which only asks)" },
	{ "connections", 0, OPT_INT, AT(connections), "N", "4", 1, 10000, NULL, "connections of the workload" },
	{ "rate", 0, OPT_INT, AT(rate), "OPS", "200", 0, 1e9, NULL,
	  "operations per second in all; 0: as fast as it can, for benchmarks" },
	{ "depth", 0, OPT_INT, AT(depth), "N", "0", 0, 64, NULL,
	  "operations under way on each connection of the workload at once, where it has a pipeline; 0: by the rate" },
	{ "batch", 0, OPT_INT, AT(batch), "N", "100", 1, 1e6, NULL, "rows per transaction of inserts, and of a series" },
	{ "rows", 0, OPT_INT, AT(rows), "N", "0", 0, 1e12, NULL,
	  "size at which the workload's table is held: beyond it each insert deletes the oldest row; redis: its keys, all "
	  "written before the run begins. 0: 1000000, redis: 10000" },
	{ "seed", 0, OPT_INT, AT(seed), "N", "1", 0, 9e15, NULL, "seed of the workload: the same seed, the same operations" },
	{ "journal", 0, OPT_CHOICE, AT(journal), "MODE", "wal", 0, 0, journal_names,
	  "where scenario sqlite keeps what a transaction changes: wal, a log beside the file, synced at checkpoints; rollback, "
	  "a journal, synced at each commit; memory, a journal in memory and no sync" },
	{ "keep", 0, OPT_FLAG, AT(keep), NULL, NULL, 0, 0, NULL,
	  "leave the workload's schema or file behind; else it is dropped at the end" },
	{ "checkpoint", 0, OPT_FLAG, AT(checkpoint), NULL, NULL, 0, 0, NULL, "a final checkpoint when the workload stops" },
	{ "exec", 0, OPT_STRING, AT(exec), "CMD", NULL, 0, 0, NULL,
	  "the command of scenario exec, split into words, run without a shell" },
	{ "exec-mode", 0, OPT_CHOICE, AT(exec_mode), "MODE", "interval", 0, 0, exec_mode_names,
	  "when the command runs: once per interval, or continuous: each run begins when the one before has ended" },
	{ "exec-timeout", 0, OPT_DURATION, AT(exec_timeout_s), "D", NULL, 0.001, DAYS_MAX, NULL,
	  "a run of the command that lasts longer is an error and is ended, with all that it started" },
	{ "leak-rate", 0, OPT_SIZE, AT(leak_rate_bytes), "SIZE", "1MiB", 0, 1e15, NULL, "target leaky: bytes leaked per hour" },
	{ "leak-noise", 0, OPT_SIZE, AT(leak_noise_bytes), "SIZE", "0", 0, 1e12, NULL,
	  "target leaky: memory taken and given back at random" },
	{ "leak-onset", 0, OPT_DURATION, AT(leak_onset_s), "D", NULL, 0, DAYS_MAX, NULL,
	  "target leaky: when shape onset begins to leak; default: after a third of the run" },
	/* scripts */
	{ "script", 'f', OPT_LIST, AT(script), "FILE[@WEIGHT]", NULL, 0, 0, NULL,
	  "the workload is this script (soakd-script(5)): SQL, redis commands or HTTP requests, by the target, and pgbench's "
	  "meta-commands; several are drawn by weight; builtin:select-only, builtin:simple-update, builtin:tpcb-like are "
	  "pgbench's own; repeatable" },
	{ "define", 'D', OPT_LIST, AT(define), "NAME=VALUE", NULL, 0, 0, NULL, "a variable of the scripts; repeatable" },
	{ "protocol", 0, OPT_CHOICE, AT(protocol), "P", "prepared", 0, 0, protocol_names,
	  "how scenario postgres sends the statements of scripts" },
	{ "reconnect", 0, OPT_FLAG, AT(reconnect), NULL, NULL, 0, 0, NULL, "make a connection for each run of a script" },
	/* phases */
	{ "cycle", 0, OPT_STRING, AT(cycle), "load=D,idle=D", NULL, 0, 0, NULL,
	  "the workload works and rests in turn to the end of the run: what is given back when idle, and whether later loads "
	  "need more" },
	{ "phases-only", 0, OPT_FLAG, AT(phases_only), NULL, NULL, 0, 0, NULL,
	  "measure each phase of the scenario file or of --cycle once, a row each second, and give no verdict on leaks" },
	{ "scale-time", 0, OPT_REAL, AT(scale_time), "X", "1", 1e-6, 1000, NULL,
	  "multiply the times of a scenario file, its phases and its run's length; 0.01: a night in minutes, for a try" },
	/* under a tool */
	{ "malloc-stats", 0, OPT_FLAG, AT(malloc_stats), NULL, NULL, 0, 0, NULL,
	  "of a launched command: what its allocator has in use and has mapped, by a small library that is loaded into it" },
	{ "under", 0, OPT_CHOICE, AT(under), "TOOL", "none", 0, 0, under_tool_names,
	  "run the launched command under a memory tool: memcheck, massif, dhat (valgrind) or heaptrack; a file per process in "
	  "the run directory's under/. What memcheck calls definitely lost is a leak; the growth, mostly the tool's, is not "
	  "judged" },
	{ "under-options", 0, OPT_STRING, AT(under_options), "WORDS", NULL, 0, 0, NULL,
	  "further options of that tool, split into words without a shell" },
	{ "under-suppressions", 0, OPT_LIST, AT(under_suppressions), "FILE", NULL, 0, 0, NULL,
	  "what memcheck shall not count, in valgrind's format; repeatable" },
	{ "under-wait", 0, OPT_DURATION, AT(under_wait_s), "D", "2m", 0, DAYS_MAX, NULL,
	  "how long the command has under a tool to end in order before it is killed; from 120 s on also to start" },
	/* what is read and judged */
	{ "warmup", 0, OPT_STRING, AT(warmup), "D", "auto", 0, 0, NULL, "time left out of the fit; auto: found from the data" },
	{ "min-rate", 0, OPT_SIZE, AT(min_rate_bytes), "SIZE", "64KiB", 0, 1e15, NULL,
	  "growth per hour below this never fails a run" },
	{ "limit", 0, OPT_SIZE, AT(limit_bytes), "SIZE", NULL, 1, 1e18, NULL,
	  "memory limit of the forecast; default: the cgroup's limit, else physical memory" },
	{ "samplers", 0, OPT_STRING, AT(samplers), "LIST", "default", 0, 0, NULL,
	  "what is read, see soakd list; fast: resident and virtual size only" },
	{ "overhead", 0, OPT_REAL, AT(overhead_pct), "PCT", "0.1", 0, 100, NULL,
	  "budget of the expensive reads, in per cent of wall time" },
	{ "allow-stall", 0, OPT_FLAG, AT(allow_stall), NULL, NULL, 0, 0, NULL,
	  "read page tables of a process also where one read takes over 20 ms" },
	/* the run directory, what is said, settings */
	{ "out", 'o', OPT_STRING, AT(out), "DIR", NULL, 0, 0, NULL,
	  "the run directory; default: $STATE_DIRECTORY/runs/TARGET-UTC, else ./soak-TARGET-UTC" },
	{ "resume", 0, OPT_STRING, AT(resume), "DIR", NULL, 0, 0, NULL,
	  "continue an interrupted run; last: the newest unfinished one of this target and configuration that nobody writes, "
	  "else a new one" },
	{ "format", 0, OPT_CHOICE, AT(format), "F", "human", 0, 0, out_format_names, "what is printed at the end" },
	{ "config", 0, OPT_STRING, AT(config), "FILE", NULL, 0, 0, NULL,
	  "all of these options from a file; the command line wins" },
	{ "check-config", 0, OPT_FLAG, AT(check_config), NULL, NULL, 0, 0, NULL,
	  "check scenario file, configuration and options, start nothing: every mistake on a line, or what would be done" },
	{ "quiet", 'q', OPT_FLAG, AT(quiet), NULL, NULL, 0, 0, NULL, "no progress, only the result" },
	{ "verbose", 'v', OPT_FLAG, AT(verbose), NULL, NULL, 0, 0, NULL, "every event also on stderr" },
	{ "version", 'V', OPT_FLAG, AT(version), NULL, NULL, 0, 0, NULL, "version and build" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};

const struct opt_command cmd_run_options = {
	"run", "[-- CMD ARGS...]", "Drive a workload, sample the target's memory, decide whether it leaks, report.", options,
	"Durations: 300, 0.2, 500ms, 30s, 5m, 24h, 7d. Sizes: bytes, or 64KiB, 1.5GiB.\n"
	"Ctrl-C ends early with the full report; a second one at once.\n\n"
	"Exit status: 0 no leak, within budget; 1 leak or budget exceeded; 2 usage, configuration or environment; 3 "
	"inconclusive; 4 the target died;\n"
	"5 the workload failed; 6 more than 20 % of the expected rows missing; 125 internal error; 126/127 a command could not "
	"be run.\n\n"
	"Examples:\n"
	"  soakd --target postgres --interval 300 --hours 24\n"
	"  soakd --target sqlite --duration 10m\n"
	"  soakd --target nginx --scenario none --hours 12 --out /var/tmp/nginx-soak\n"
	"  soakd --target redis --hours 12\n"
	"  soakd --duration 1h --malloc-stats -- ./my-server --port 8080\n"
};

/* Not stored: what belongs to one invocation, and what may hold a secret. */
static bool is_stored(const struct opt *o)
{
	static const char *const not_stored[] = { "dsn",     "out",     "resume", "config", "quiet",
						  "verbose", "version", "format", "pid",    "check-config" };

	for (size_t i = 0; i < sizeof(not_stored) / sizeof(*not_stored); i++)
		if (strcmp(o->name, not_stored[i]) == 0)
			return false;
	return true;
}

static json_t *clean_json(const char *text)
{
	char *clean = scrub(text);
	json_t *j = clean ? json_string(clean) : NULL;

	free(clean);
	return j;
}

static json_t *list_json(const struct opt_list *l)
{
	json_t *all = json_array();

	for (size_t i = 0; i < l->n; i++) {
		size_t n;
		char *clean = scrub_words(l->v[i], strlen(l->v[i]) + 1, &n); /* each is one word, blanks and all */

		json_array_append_new(all, clean ? json_string(clean) : NULL);
		free(clean);
	}
	return all;
}

static json_t *value_json(const struct opt *o, const void *f)
{
	char buf[64];
	double v;

	switch (o->type) {
	case OPT_FLAG:
		return json_string(*(const bool *)f ? "yes" : "no");
	case OPT_STRING:
		if (!*(char *const *)f)
			return json_null();
		return clean_json(*(char *const *)f);
	case OPT_LIST:
		return list_json(f);
	case OPT_CHOICE:
		return json_string(o->choices[*(const int *)f]);
	case OPT_INT:
		snprintf(buf, sizeof(buf), "%lld", (long long)*(const int64_t *)f);
		return json_string(buf);
	default:
		v = *(const double *)f;
		return isnan(v) ? json_null() : json_string(fmt_real(buf, sizeof(buf), v));
	}
}

json_t *run_options_to_json(const struct run_options *o)
{
	json_t *j = json_object();

	for (const struct opt *p = options; p->name; p++)
		if (is_stored(p))
			json_object_set_new(j, p->name, value_json(p, (const char *)o + p->offset));
	return j;
}

enum sk_code run_options_from_json(struct run_options *o, const json_t *j, struct sk_err *err)
{
	for (const struct opt *p = options; p->name; p++) {
		const json_t *stored = json_object_get(j, p->name);
		const char *value = json_string_value(stored);
		enum sk_code rc = SK_OK;

		if (value && is_stored(p))
			rc = opt_set(&cmd_run_options, o, p->name, value, err);
		for (size_t i = 0; rc == SK_OK && p->type == OPT_LIST && i < json_array_size(stored); i++)
			rc = opt_set(&cmd_run_options, o, p->name, json_string_value(json_array_get(stored, i)), err);
		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

static double least(double a, double b)
{
	return isnan(a) || b < a ? b : a;
}

static enum sk_code settle_length(struct run_options *o, struct sk_err *err)
{
	char a[40], b[40];

	o->length_s = NAN;
	if (!isnan(o->hours))
		o->length_s = o->hours * 3600;
	if (!isnan(o->duration_s))
		o->length_s = least(o->length_s, o->duration_s);
	if (o->length_s <= 0)
		return sk_fail(err, SK_EUSAGE, 0,
			       "a run of length 0 takes no sample: give --hours, --duration or --samples a length");
	if (isnan(o->interval_s) && !isnan(o->length_s))
		o->interval_s = o->phases_only ? fmin(1, o->length_s) : fmin(300, fmax(1, o->length_s / 288));
	else if (isnan(o->interval_s))
		o->interval_s = o->phases_only ? 1 : 10;
	if (o->samples > 0)
		o->length_s = least(o->length_s, (double)(o->samples - 1) * o->interval_s);
	if (!isnan(o->length_s) && o->interval_s > o->length_s && o->samples != 1)
		return sk_fail(err, SK_EUSAGE, 0,
			       "the interval (%s) is longer than the run (%s): give a shorter --interval or a longer run",
			       fmt_duration(a, sizeof(a), o->interval_s), fmt_duration(b, sizeof(b), o->length_s));
	return SK_OK;
}

static enum sk_code settle_target(struct run_options *o, struct sk_err *err)
{
	bool exec = o->scenario && strcmp(o->scenario, "exec") == 0;

	if (o->pid) {
		if (o->target)
			return sk_fail(err, SK_EUSAGE, 0, "both --pid and --target: give one of them");
		o->target = sk_asprintf("pid:%s", o->pid);
		if (!o->target)
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the target");
	}
	if (o->launch && o->target)
		return sk_fail(err, SK_EUSAGE, 0, "both --target %s and a command to launch (%s): give one of them%s", o->target,
			       o->launch[0], exec ? "; the load of scenario exec is --exec 'CMD ARGS'" : "");
	if (!o->launch && !o->target)
		return sk_fail(err, SK_EUSAGE, 0,
			       "no target: give --target NAME (postgres, pid:N, unit:NAME, sqlite ...) or a command after --; "
			       "see soakd run --help");
	if (o->malloc_stats && !o->launch)
		return sk_fail(err, SK_EUSAGE, 0,
			       "--malloc-stats needs a command that soakd launches (-- CMD ARGS): "
			       "a program that runs already cannot be given the library");
	if (exec && !o->exec)
		return sk_fail(err, SK_EUSAGE, 0,
			       "scenario exec needs --exec 'CMD ARGS', such as --exec 'pgbench -T 250 postgres'");
	if (o->exec && !exec)
		return sk_fail(err, SK_EUSAGE, 0, "--exec is the command of --scenario exec: give both");
	if (!exec && !isnan(o->exec_timeout_s))
		return sk_fail(err, SK_EUSAGE, 0, "--exec-timeout is of --scenario exec: give both, or leave it out");
	return under_settle(o, err);
}

/* A resumed run may begin in another folder. */
static enum sk_code settle_disk(struct run_options *o, struct sk_err *err)
{
	char here[PATH_MAX];

	for (size_t i = 0; i < o->disk.n; i++) {
		char *path = o->disk.v[i];

		if (*path == '/')
			continue;
		if (!*path)
			return sk_fail(err, SK_EUSAGE, 0, "--disk takes a file or folder, not an empty name");
		if (!getcwd(here, sizeof(here)))
			return sk_fail(err, SK_EIO, errno, "--disk %s: the current folder has no name (%s); give a whole path",
				       path, strerror(errno));
		o->disk.v[i] = sk_asprintf("%s/%s", here, path);
		if (!o->disk.v[i]) {
			o->disk.v[i] = path;
			return sk_fail(err, SK_ENOMEM, 0, "no memory for --disk %s", path);
		}
		free(path);
	}
	return SK_OK;
}

enum sk_code run_options_settle(struct run_options *o, struct sk_err *err)
{
	enum sk_code rc = settle_target(o, err);

	if (rc == SK_OK)
		rc = settle_length(o, err);
	if (rc == SK_OK)
		rc = settle_disk(o, err);
	return rc == SK_OK ? run_options_warmup(o, err) : rc;
}

enum sk_code run_options_warmup(struct run_options *o, struct sk_err *err)
{
	o->warmup_s = NAN;
	if (o->warmup && strcmp(o->warmup, "auto") != 0) {
		struct sk_err why = { 0 };

		if (duration_parse(o->warmup, &o->warmup_s, &why) != SK_OK)
			return sk_fail(err, SK_EUSAGE, 0, "--warmup takes auto or a duration: %s", why.msg);
	}
	return SK_OK;
}
