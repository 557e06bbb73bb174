/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --under: a launched command runs under a memory tool (valgrind's memcheck, massif or dhat; heaptrack), which writes a file per
 * process into RUN/under. What is in it is read when the target has ended:
 *
 *   under_check ─▶ under_command ─▶ launch ... stopped (launch_stop_command) ─▶ under_collect ─▶ run.json `under` ─▶ under_judge
 *
 * Under such a tool the growth of a process is mostly the tool's own, so that it is not judged:
 * the tool's result decides instead.
 */
#ifndef SOAKD_UNDER_H
#define SOAKD_UNDER_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/verdict.h"
#include "base/err.h"
#include "base/text.h"
#include "soakd/run_options.h"

enum under_tool { UNDER_NONE, UNDER_MEMCHECK, UNDER_MASSIF, UNDER_DHAT, UNDER_HEAPTRACK };
extern const char *const under_tool_names[]; /* "none", "memcheck", ...; NULL-terminated, in that order */

/* Is the command a PostgreSQL server, by its name? */
bool under_is_postgres(const struct run_options *o);

/* Refuses what does not go with --under, and its options without it. SK_EUSAGE. */
enum sk_code under_settle(const struct run_options *o, struct sk_err *err);

/*
 * Before anything is made: is there the tool, and the command. SK_ENOTFOUND: no, with the package that has it; SK_EPERM: the
 * command may not be run. (Under a tool a missing command would be the tool's exit status, not ours.)
 */
enum sk_code under_check(const struct run_options *o, struct sk_err *err);

/* RUN/under is made, and the whole command: one allocation, to be freed; NULL with *err filled. dir: the run directory. */
char **under_command(const struct run_options *o, const char *dir, struct sk_err *err);

struct kin;
struct identities;
struct log_bound;
/*
 * Ends the command, whose first process is or was pid, so that the tool can write down what it knows: INT to a PostgreSQL server
 * (a fast shutdown), else TERM to each process but the tool's own. kin, seen, log: of launch.h. *killed: processes that did not go within --under-wait.
 */
enum sk_code under_stop(const struct run_options *o, pid_t pid, const struct kin *kin, const struct identities *seen,
			const struct log_bound *log, unsigned *killed, struct sk_err *err);

/*
 * What the tool has written, for run.json: {tool, processes, complete, killed, why, files: [names]}, of memcheck also
 * {definite_bytes, definite_blocks, errors, n_sites, sites: [{function, place, callers, bytes, blocks, processes}]}.
 * killed: processes that did not end in time. SK_EIO: RUN/under cannot be read; SK_ENOMEM.
 */
enum sk_code under_collect(const struct run_options *o, const char *dir, unsigned killed, json_t **out, struct sk_err *err);

/* Of a run that never began: RUN/under and what the tool has written there go. */
void under_discard(const char *dir);

/* By run.json: gives *v the tool's result in the place of what its growth would say. Nothing for a run without a tool. */
void under_judge(const json_t *run, struct verdict *v);

/* The result and the places, as lines of a terminal, and as a table of Markdown; nothing without a tool. */
void add_under_human(struct text *out, const json_t *run);
void add_under_markdown(struct text *out, const json_t *run);

#endif
