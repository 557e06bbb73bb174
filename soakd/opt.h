/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options from one table: parsing, configuration file, --help and the man page's list all read it, so that an option has one
 * spelling, one default and one sentence. GNU long options (--x=y, --x y, unambiguous prefixes are not taken), short ones, "--".
 */
#ifndef SOAKD_OPT_H
#define SOAKD_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum opt_type {
	OPT_FLAG,     /* bool */
	OPT_STRING,   /* char *, owned: opt_release() */
	OPT_DURATION, /* double, seconds */
	OPT_SIZE,     /* double, bytes */
	OPT_REAL,     /* double; a trailing % is taken */
	OPT_INT,      /* int64_t */
	OPT_CHOICE,   /* int: index into choices[] */
	OPT_LIST,     /* struct opt_list: repeatable */
};

struct opt_list {
	char **v;
	size_t n, cap;
};

struct opt {
	const char *name; /* "interval"; NULL ends the table */
	char letter;	  /* 'i', or 0 */
	enum opt_type type;
	size_t offset; /* of the field in the command's struct */
	const char *metavar; /* "D", "SIZE"; NULL for flags */
	const char *dflt;    /* parsed as if typed, shown in help; NULL: the field stays NULL, 0, false or (reals) NaN */
	double min, max;     /* of numbers; min == max: no limits */
	const char *const *choices; /* NULL-terminated */
	const char *help;
};

struct opt_command {
	const char *verb;     /* "analyze" */
	const char *operands; /* "PATH..." or "" */
	const char *summary;  /* one line */
	const struct opt *opt;
	const char *details; /* printed below the options: exit statuses, examples; may be NULL */
};

struct opt_given { /* which options were set by hand; index as in the table */
	uint64_t bits;
};

/* Sets every field to its default. *dest must be zeroed memory of the command's struct. */
enum sk_code opt_defaults(const struct opt_command *c, void *dest, struct sk_err *err);

/*
 * Parses argv[1..]. Operands (and all after "--") are left in *operand (borrowed from argv; free the array with free());
 * *dashdash is the index in *operand of the first word after "--", or -1. SK_EUSAGE: one sentence that names the option,
 * what was given and what would do. --help sets *help and stops.
 */
enum sk_code opt_parse(const struct opt_command *c, int argc, char **argv, void *dest, struct opt_given *given, char ***operand,
		       size_t *n_operand, int *dashdash, bool *help, struct sk_err *err);

/* libconfig: the same names (dashes as they are), the same values as text, or as number or boolean. Names file and line. */
enum sk_code opt_config(const struct opt_command *c, const char *path, void *dest, struct opt_given *given, struct sk_err *err);

/*
 * One of its settings. SK_EUSAGE for a wrong value, SK_ENOTFOUND for no option; the caller says where.
 * One that was given before stands: the command line wins.
 */
struct config_setting_t;
enum sk_code opt_setting(const struct opt_command *c, const struct config_setting_t *s, void *dest, struct opt_given *given,
			 struct sk_err *err);
/* The text of a text, number or boolean ("yes", "no"), so that files and the command line share one parser. NULL for the others. */
const char *opt_setting_text(const struct config_setting_t *s, char *buf, size_t n);

/* One option by name, as if typed: how a resumed run takes its settings from run.json. */
enum sk_code opt_set(const struct opt_command *c, void *dest, const char *name, const char *value, struct sk_err *err);

const struct opt *opt_find(const struct opt_command *c, const char *name); /* NULL: there is none */
void opt_mark(const struct opt_command *c, struct opt_given *given, const char *name); /* as given */
bool opt_was_given(const struct opt_command *c, const struct opt_given *given, const char *name);
void opt_release(const struct opt_command *c, void *dest);

void opt_help(const struct opt_command *c, struct text *out);
void opt_man(const struct opt_command *c, struct text *out); /* the OPTIONS section in man(7) */
/* One of these to stdout. */
void opt_print(const struct opt_command *c, bool man);

#endif
