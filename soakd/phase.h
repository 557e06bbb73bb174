/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run does phase by phase, as a scenario file, --cycle or --phases-only says it: data, and how it is given back.
 * scenario_file_phase.c fills it from a file, phase_cycle() from --cycle; phases.c lets it happen; the driver hears of
 * base/plan.h's part alone.
 */
#ifndef SOAKD_PHASE_H
#define SOAKD_PHASE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/plan.h"

/*
 * What of a column a budget bounds. "rss" bounds the peak, "rss_rise", "rss_after", "rss_growth" the others; a counter without an
 * ending ("errors") its growth, which is what the phase itself counted.
 */
enum budget_of {
	BUDGET_PEAK,   /* the highest value in the phase, its two ends included */
	BUDGET_RISE,   /* peak - before */
	BUDGET_AFTER,  /* the value at the phase's end */
	BUDGET_GROWTH, /* after - before */
};

struct phase_budget {
	char column[32]; /* of samples.csv: "rss_kb", "fds", "errors"... */
	enum budget_of of;
	double most; /* in the column's unit */
};

enum inject_what {
	INJECT_RECONNECT, /* the driver closes all its connections and makes them again */
	INJECT_VACUUM,    /* the driver's word for the scenario: VACUUM of its schema or file */
	INJECT_RELOAD,    /* HUP to the target's root */
	INJECT_SIGNAL,    /* signal `number` to the target's root */
	INJECT_RUN,       /* the program argv: pg_ctl restart, nginx -s reload; no shell */
};

struct phase_inject {
	enum inject_what what;
	int number;     /* of the signal */
	double at_s;    /* seconds after the phase's start */
	double every_s; /* and again so often; NaN: once */
	char **argv;    /* INJECT_RUN; NULL-terminated, owned */
};

struct phase {
	struct plan_phase plan;
	struct phase_budget *budget;
	size_t n_budget;
	struct phase_inject *inject;
	size_t n_inject;
	char **before, **after; /* programs run while nothing is under way; their status other than 0 is an event; NULL: none */
	double hook_timeout_s;  /* 60: then TERM, 5 s later KILL, an event */
	double settle_s;        /* how long nothing is done at its end before "after" is measured; 0 */
};

struct phase_list {
	struct phase *phase;
	size_t n;           /* 0: the run has no phases */
	bool repeat;        /* from the first again until the run's length ends; else the run ends with the last phase */
	bool cycle;         /* phases alternate between load and idle (--cycle) */
	json_t *work;       /* for the driver's job: base/drive.h; NULL: the scenario's one profile */
	json_t *define;     /* the same; NULL: none */
	size_t n_work;      /* entries of work, 1 without */
	char **environment; /* "NAME=value" of hooks and of INJECT_RUN, beside soakd's own; NULL: none; never written down */
};

/*
 * `load=D,idle=D` of --cycle: two phases, "load" and "idle", again and again.
 * *out is filled anew; empty with SK_EUSAGE's sentence.
 */
enum sk_code phase_cycle(const char *text, struct phase_list *out, struct sk_err *err);

/*
 * "rss", "anon_growth", "fds_after" and a value as the unit of the column asks ("100 MiB", 12) to a budget.
 * SK_EUSAGE: what is wrong.
 */
enum sk_code phase_budget_parse(const char *name, const char *value, struct phase_budget *out, struct sk_err *err);

const char *phase_budget_words(const struct phase_budget *b, char *buf, size_t n); /* "rss peak <= 100 MiB" */

/*
 * A phase at the list's end with nothing said of it: no length, the job's rate, nothing injected, hooks with 60 s. NULL without
 * memory. Pointers into l->phase that were taken before are void. A name of PLAN_NAME bytes and more is cut.
 */
struct phase *phase_list_add(struct phase_list *l, const char *name);

void phase_list_release(struct phase_list *l); /* may be repeated */
void phase_argv_release(char **argv);          /* strings and array of a hook; NULL is fine */

#endif
