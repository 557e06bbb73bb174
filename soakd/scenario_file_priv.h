/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that read a scenario file: see scenario_file.h. */
#ifndef SOAKD_SCENARIO_FILE_PRIV_H
#define SOAKD_SCENARIO_FILE_PRIV_H

#include <libconfig.h>
#include <stdint.h>

#include "scenarios/catalog.h"
#include "soakd/scenario_file.h"

#define SCENARIO_HIDDEN "***"           /* stands for a secret in the copy of a run directory */
#define SCENARIO_KEPT   "scenario.conf" /* the copy there; its scripts are below scripts/ */

struct scenario_reader {
	struct scenario_file *f;
	struct run_options *opt;
	struct opt_given *given;
	const struct catalog_scenario *driver; /* NULL: not known, or none */
	const char *kept;                      /* the run directory whose copy is read; NULL: the original */
	bool target_given;                     /* the command line says what is watched */
	double scale;                          /* of all times */
	bool driver_is_wrong;                  /* a mistake that would only be said again */
	bool work_is_wrong;                    /* an entry of work was a mistake: a mix may name it */
	bool no_memory;
};

/* One more mistake, at the line of a setting (NULL: of the file as a whole). Always false, so that it can end an expression. */
bool scenario_wrong(struct scenario_reader *r, const config_setting_t *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same of a sentence that says where by itself. */
void scenario_mistake(struct scenario_reader *r, const char *sentence);
void scenario_no_memory(struct scenario_reader *r);

/* A dash and an underscore are the same in the names of a group. */
bool scenario_called(const config_setting_t *s, const char *name);
config_setting_t *scenario_member(const config_setting_t *group, const char *name); /* NULL: there is none */

/* Each complains of members that are none of names[] (NULL-terminated), and of two that are one. */
void scenario_only(struct scenario_reader *r, const config_setting_t *group, const char *what, const char *const *names);

/* Values. false: a mistake, which has been noted; *out is then as it was. */
bool scenario_number(struct scenario_reader *r, const config_setting_t *s, double min, double max, double *out);
bool scenario_whole(struct scenario_reader *r, const config_setting_t *s, double min, double max, uint64_t *out);
bool scenario_time(struct scenario_reader *r, const config_setting_t *s, double *seconds); /* not scaled */
bool scenario_bool(struct scenario_reader *r, const config_setting_t *s, bool *out);
const char *scenario_text(struct scenario_reader *r, const config_setting_t *s); /* printable UTF-8; NULL: a mistake */

/* A group or list of them; what is none is a mistake. */
size_t scenario_entries(struct scenario_reader *r, const config_setting_t *s, const char *example);
const config_setting_t *scenario_entry(const config_setting_t *s, size_t i);

/* The words of a program that is there: ["psql", "-c", "..."], or "psql -c ..." split without a shell. Owned; NULL: a mistake. */
char **scenario_program(struct scenario_reader *r, const config_setting_t *s);

/* { NAME = "value"; } as "NAME=value" strings, owned; NULL: none, or a mistake. */
char **scenario_environment(struct scenario_reader *r, const config_setting_t *s);
bool scenario_is_variable(const char *name); /* [A-Za-z_][A-Za-z0-9_]* */

/* The parts of a file. */
void scenario_read_work(struct scenario_reader *r, const config_setting_t *work);
void scenario_read_phases(struct scenario_reader *r, const config_setting_t *phases);
void scenario_read_injects(struct scenario_reader *r, const config_setting_t *s, struct phase *p);

#endif
