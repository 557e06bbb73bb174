/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs. Each takes its own argv (argv[0] is the verb), prints its results to stdout and returns the exit status. */
#ifndef SOAKD_CMDS_H
#define SOAKD_CMDS_H

#include "base/err.h"
#include "soakd/opt.h"

/* Exit statuses (CONTRACT.md section 2, docs/man). */
enum exit_status {
	EXIT_NO_LEAK = 0,
	EXIT_LEAK = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_TARGET_DIED = 4,
	EXIT_WORKLOAD = 5,
	EXIT_MISSING_ROWS = 6,
	EXIT_INTERNAL = 125,
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_AT_ONCE = 128 + 2 /* a second INT: as a shell has it */
};

extern const struct opt_command cmd_run_options, cmd_analyze_options, cmd_report_options, cmd_list_options, cmd_doctor_options,
	cmd_map_options, cmd_matrix_options;

int cmd_run(int argc, char **argv);
int cmd_analyze(int argc, char **argv); /* offline: links without samplers/ and scenarios/ */
int cmd_report(int argc, char **argv);  /* offline */
int cmd_matrix(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_map(int argc, char **argv);

/* --format of run, analyze and report. */
enum out_format { FORMAT_HUMAN, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_MARKDOWN, FORMAT_JUNIT };
extern const char *const out_format_names[]; /* NULL-terminated, in that order */

/* "soakd: message" to stderr, and where the code is an error of ours the exit status that goes with it. */
void complain(const struct sk_err *err);
void complainf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_path(const char *path); /* a file that was written, on a line of stdout; a terminal obeys nothing that is in it */
int exit_of(enum sk_code code);

/* "soakd X.Y.Z (commit ...)" and the libraries' versions to stdout; EXIT_NO_LEAK. */
int print_version(void);

#endif
