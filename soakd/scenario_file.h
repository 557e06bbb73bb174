/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scenario files: `soakd run --scenario FILE.conf`. What they may say is in docs/man/soakd-scenario.5.in.
 *
 *   scenario_file.c         the file as a whole: its text, the settings that are options, what is launched
 *   scenario_file_value.c   one setting as a number, a time, a text; mistakes with their lines
 *   scenario_file_work.c    `work`: profiles and scripts
 *   scenario_file_phase.c   `phases`: length, load, mix, budgets
 *   scenario_file_hook.c    programs, environments, what is injected
 *   scenario_file_find.c    where a file is; the shipped library
 *   scenario_file_keep.c    the copy in the run directory
 *   scenario_file_print.c   --check-config's summary
 *
 * All mistakes of a file are collected, so that --check-config can list them.
 */
#ifndef SOAKD_SCENARIO_FILE_H
#define SOAKD_SCENARIO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "soakd/opt.h"
#include "soakd/phase.h"
#include "soakd/run_options.h"

struct scenario_script {
	char *path, *text;
};

struct scenario_file {
	char *path, *text;              /* the file that was read */
	char *driver;                   /* "postgres", "postgres/read-heavy"; NULL: the target's own */
	char **command;                 /* of `start`, NULL-terminated; NULL: nothing is launched */
	char **environment;             /* "NAME=value" of it; NULL: none */
	struct phase_list phases;       /* with work and definitions; the caller may take it and leave an empty one */
	struct scenario_script *script; /* files that `work` names, in its order */
	size_t n_script;
	char **mistake; /* "FILE:LINE: what, why, what to do", in the order of reading */
	size_t n_mistake;
};

/* Whether --scenario's value is a file: it ends with ".conf". */
bool scenario_is_file(const char *scenario);

/*
 * The path of a scenario file: as given where it has a slash or is in the current folder, else in the shipped library. *path is
 * fresh. SK_ENOTFOUND says where it was looked for and what the library has.
 */
enum sk_code scenario_file_find(const char *name, char **path, struct sk_err *err);

/* The folder of the shipped library into buf; false: there is none. */
bool scenario_library(char *buf, size_t n);

/* The names of its files, sorted, NULL-terminated, fresh: phase_argv_release(). NULL: there is none. */
char **scenario_library_names(void);

/* "what it shows", from the first comment of a shipped file "# NAME: ...", into *out; false: it has none. */
bool scenario_file_title(const char *path, struct text *out);

/*
 * Reads the file of that path. Settings go into *o unless *given (the command line, the configuration file) has them; a target on
 * the command line (o->target, o->pid, o->launch) wins over the file's target and start. o->scale_time multiplies the times of
 * the file. SK_EUSAGE: *err is the first mistake and how many more there are, all of them are in f->mistake. SK_ENOMEM. *f is the
 * caller's in any case: scenario_file_release().
 */
enum sk_code scenario_file_read(struct scenario_file *f, const char *path, struct run_options *o, struct opt_given *given,
				struct sk_err *err);

/* The same of text in memory, with the name and the folder of that path. For tests. */
enum sk_code scenario_file_parse(struct scenario_file *f, const char *path, const char *text, size_t n, struct run_options *o,
				 struct opt_given *given, struct sk_err *err);

/*
 * DIR/scenario.conf and DIR/scripts/: what a resumed run reads instead of the originals, which may have changed. Values that look
 * like secrets (in an environment, a dsn) are left out of the copy, which only its owner may read. SK_EIO, SK_ENOMEM.
 */
enum sk_code scenario_file_keep(const struct scenario_file *f, const char *dir, struct sk_err *err);

/* That copy again. Of its settings only the dsn is taken, the others are in run.json. As scenario_file_read(). */
enum sk_code scenario_file_resume(struct scenario_file *f, const char *dir, struct run_options *o, struct opt_given *given,
				  struct sk_err *err);

/* Takes that copy away again: of a run that never began. */
void scenario_file_forget(const struct scenario_file *f, const char *dir);

/* What a run would do, the phases as a table: for --check-config. f->path NULL: no file. driver NULL: none. */
void scenario_file_print(const struct scenario_file *f, const struct phase_list *l, const struct run_options *o,
			 const char *driver, struct text *out);

/* Seconds of all phases once; NaN where one ends by operations, by the run's end, or where there are none. */
double scenario_file_length(const struct phase_list *l);

void scenario_file_release(struct scenario_file *f); /* may be repeated */

#endif
