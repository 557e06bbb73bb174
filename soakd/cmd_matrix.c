/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soakd matrix: what its command line says, checked before anything is made; matrix_run.c runs the cells. Interrupted, it goes on
 * with --resume by what matrix.json has kept.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/dirlock.h"
#include "soakd/matrix_run.h"
#include "soakd/run_json.h"
#include "soakd/run_options.h"
#include "soakd/run_setup.h"
#include "soakd/target.h"

#define AT(f) offsetof(struct matrix_options, f)
static const struct opt options[] = {
	{ "vary", 0, OPT_LIST, AT(vary), "OPTION=V,V...", NULL, 0, 0, NULL,
	  "an option of run and the values that it takes in turn; repeatable, every combination is run" },
	{ "repeat", 0, OPT_INT, AT(repeat), "N", "1", 1, MATRIX_CELLS, NULL, "how often each combination is run" },
	{ "reset", 0, OPT_STRING, AT(reset), "CMD", NULL, 0, 0, NULL,
	  "run before each cell to bring a server into its first state; split into words, no shell" },
	{ "out", 'o', OPT_STRING, AT(out), "DIR", NULL, 0, 0, NULL,
	  "where the cells, matrix.csv and matrix.json go; it must not exist" },
	{ "resume", 0, OPT_STRING, AT(resume), "DIR", NULL, 0, 0, NULL,
	  "go on with an interrupted matrix by its own settings: what is done stays, the cell that was interrupted is run anew" },
	{ "dry-run", 0, OPT_FLAG, AT(dry_run), NULL, NULL, 0, 0, NULL,
	  "only print the cells, in the order in which they would be run" },
	{ .name = NULL },
};

const struct opt_command cmd_matrix_options = {
	"matrix", "[OPTIONS OF RUN] [-- CMD ARGS...]", "run every combination of some options' values, and tabulate", options,
	"All other options are those of run, for each cell. A cell is a run directory DIR/cells/NAME with all its files.\n"
	"Repeat by repeat every combination is run once, each repeat begins with another one, so that a drift of the\n"
	"machine is no effect of an option. Ctrl-C ends the cell under way with its report.\n\n"
	"Exit status: of all cells' the first of 125, 1, 4, 5, 6, 127, 126, 2, 3, 0; 3 also where not all were run.\n\n"
	"Examples:\n"
	"  soakd matrix --target sqlite --duration 10m --vary rows=1000,100000 --vary journal=wal,rollback --repeat 3 --out m\n"
	"  soakd matrix --resume m\n"
};

/* ---- the command line ------------------------------------------------------------------------------------------------ */

/* The option that a word names; NULL: none. *whole: its value is the next word. */
static const struct opt *option_of(const struct opt_command *c, const char *word, bool *next)
{
	char name[64];
	const char *eq = strchr(word, '=');
	const struct opt *o = NULL;

	if (strncmp(word, "--", 2) == 0) {
		snprintf(name, sizeof(name), "%.*s", (int)(eq ? eq - word - 2 : (ptrdiff_t)strlen(word + 2)), word + 2);
		o = opt_find(c, name);
		*next = o && o->type != OPT_FLAG && !eq;
	} else if (word[0] == '-' && word[1]) {
		for (const struct opt *p = c->opt; p->name && !o; p++)
			if (p->letter == word[1])
				o = p;
		*next = o && o->type != OPT_FLAG && !word[2];
	}
	return o;
}

/* Ours into own, the others into r->run. */
static enum sk_code split(struct run_all *r, int argc, char **argv, char **own, int *n_own, struct sk_err *err)
{
	int i;

	own[(*n_own)++] = argv[0];
	r->run[r->n_run++] = (char *)(uintptr_t) "run";
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		bool next = false, help = strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
		bool ours = help || option_of(&cmd_matrix_options, argv[i], &next);

		if (!ours)
			option_of(&cmd_run_options, argv[i], &next);
		for (int k = 0; k <= (next && i + 1 < argc); k++)
			*(ours ? &own[(*n_own)++] : &r->run[r->n_run++]) = argv[i + k];
		i += next && i + 1 < argc;
	}
	r->n_options = r->n_run;
	for (; i < argc; i++)
		r->run[r->n_run++] = argv[i];
	(void)err;
	return SK_OK;
}

/* Which options all cells have. */
static enum sk_code read_given(char **words, size_t n, struct opt_given *given, struct sk_err *err)
{
	struct run_setup set = { .argc = (int)n, .argv = words };
	bool help = false;
	enum sk_code rc = run_setup_parse(&set, &help, err);

	*given = set.given;
	run_setup_release(&set);
	return rc;
}

/* Would run take it: a cell's options, its scenario file and its scripts, before anything is started. *shared: it watches a server. */
static enum sk_code check_run(char **words, size_t n, bool *shared, struct sk_err *err)
{
	struct run_setup set = { .argc = (int)n, .argv = words };
	struct target_spec spec = { .how = TARGET_LAUNCH };
	struct text driver = TEXT_INIT;
	bool help = false;
	enum sk_code rc = run_setup_parse(&set, &help, err);

	if (rc == SK_OK)
		rc = run_setup_settle(&set, &spec, err);
	if (rc == SK_OK)
		rc = run_setup_workload(&set, &spec, &driver, err);
	*shared |= rc == SK_OK && spec.how != TARGET_LAUNCH && spec.how != TARGET_OWN;
	text_release(&driver);
	target_spec_release(&spec);
	run_setup_release(&set);
	return rc;
}

static enum sk_code check_cells(const struct run_all *r, bool *shared, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < r->m.combinations; i++) {
		struct text words = TEXT_INIT;
		struct cell_words w;

		cell_words(r, (struct matrix_cell){ i, 0 }, NULL, &w);
		rc = w.n ? check_run(w.argv, w.n, shared, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for a cell");
		matrix_words(&r->m, i, &words);
		if (rc != SK_OK && rc != SK_ENOMEM)
			sk_err_prefix(err, "with %s: ", text_str(&words));
		text_release(&words);
		cell_words_release(&w);
	}
	return rc;
}

/* ---- a matrix that was interrupted ------------------------------------------------------------------------------------- */

/* Its own words in the place of the command line's. *words is one array, to be freed; the text is *saved's. */
static enum sk_code saved_words(const char *dir, char *verb, json_t **saved, char ***words, int *n, struct sk_err *err)
{
	char path[PATH_MAX];
	const json_t *all, *one;
	enum sk_code rc;
	size_t i;

	snprintf(path, sizeof(path), "%s/matrix.json", dir);
	rc = json_read_file(path, saved, err);
	if (rc != SK_OK) {
		sk_err_prefix(err, "cannot resume %s: it has no readable matrix.json, so no matrix was begun there: ", dir);
		return SK_EUSAGE;
	}
	all = json_object_get(*saved, "arguments");
	*words = sk_calloc(json_array_size(all) + 2, sizeof(**words));
	if (!*words)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the settings of %s", dir);
	(*words)[(*n)++] = verb;
	json_array_foreach(all, i, one)
	{
		char *word = (char *)(uintptr_t)json_string_value(one);

		if (!word || strstr(word, "***"))
			return sk_fail(err, SK_EUSAGE, 0,
				       "cannot resume %s: its command line held a secret, which is not kept; use ~/.pgpass, "
				       "PGPASSWORD or "
				       "REDISCLI_AUTH, and begin a new matrix",
				       dir);
		(*words)[(*n)++] = word;
	}
	return SK_OK;
}

static void take_results(struct run_all *r, const json_t *saved)
{
	const json_t *cells = json_object_get(saved, "cells");
	char name[MATRIX_NAME];

	for (size_t i = 0; i < matrix_cells(&r->m); i++) {
		const json_t *cell = json_array_get(cells, i);

		matrix_name(&r->m, matrix_cell(&r->m, i), name, sizeof(name));
		if (strcmp(json_get_str(cell, "name", ""), name) == 0)
			matrix_result_from_json(cell, &r->result[i]);
	}
}

static int print_cells(const struct run_all *r)
{
	char name[MATRIX_NAME];

	for (size_t i = 0; i < matrix_cells(&r->m); i++)
		printf("%zu %s\n", i + 1, matrix_name(&r->m, matrix_cell(&r->m, i), name, sizeof(name)));
	return EXIT_NO_LEAK;
}

static enum sk_code make_dir(struct run_all *r, struct sk_err *err)
{
	char cells[PATH_MAX];

	r->dir = r->opt.resume ? r->opt.resume : r->opt.out;
	if (!r->opt.resume && mkdir(r->dir, 0755) != 0)
		return sk_fail(err, SK_EUSAGE, errno, "cannot make %s: %s%s", r->dir, strerror(errno),
			       errno == EEXIST ? "; soakd matrix --resume goes on with one that was interrupted" : "");
	snprintf(cells, sizeof(cells), "%s/cells", r->dir);
	if (mkdir(cells, 0755) != 0 && errno != EEXIST)
		return sk_fail(err, SK_EIO, errno, "cannot make %s: %s", cells, strerror(errno));
	return SK_OK;
}

/* Everything that can be wrong is, before anything is made. */
static enum sk_code prepare(struct run_all *r, struct sk_err *err)
{
	static const char carried[] =
		"the target is a server that all cells share: what one leaves behind the next one finds; --reset "
		"CMD brings it into its first state";
	struct opt_given given = { 0 };
	bool shared = false;
	size_t n;
	enum sk_code rc = read_given(r->run, r->n_run, &given, err);

	if (rc == SK_OK && opt_was_given(&cmd_run_options, &given, "version"))
		rc = sk_fail(err, SK_EUSAGE, 0, "--version: soakd --version says it");
	if (rc == SK_OK)
		rc = matrix_init(&r->m, &r->opt.vary, r->opt.repeat, &given, err);
	if (rc == SK_OK)
		rc = check_cells(r, &shared, err);
	if (rc == SK_OK && shared && !r->opt.reset)
		r->note = carried;
	if (rc == SK_OK && r->opt.reset && (rc = words_split(r->opt.reset, &r->reset, &n, err)) != SK_OK)
		sk_err_prefix(err, "--reset: ");
	if (rc == SK_OK && !r->opt.out && !r->opt.resume && !r->opt.dry_run)
		rc = sk_fail(err, SK_EUSAGE, 0, "give --out DIR, where the cells go");
	if (rc == SK_OK && !(r->result = sk_calloc(matrix_cells(&r->m), sizeof(*r->result))))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the results");
	return rc;
}

static enum sk_code parse(struct run_all *r, int argc, char **argv, bool *help, struct sk_err *err)
{
	char **own = sk_calloc((size_t)argc + 1, sizeof(*own)), **operand = NULL;
	size_t n_operand = 0;
	int n_own = 0, dashdash;
	enum sk_code rc;

	free(r->run);
	r->n_run = r->n_options = 0;
	r->run = sk_calloc((size_t)argc + 2, sizeof(*r->run));
	if (!own || !r->run) {
		free(own);
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the command line");
	}
	opt_release(&cmd_matrix_options, &r->opt);
	rc = opt_defaults(&cmd_matrix_options, &r->opt, err);
	if (rc == SK_OK)
		rc = split(r, argc, argv, own, &n_own, err);
	if (rc == SK_OK)
		rc = opt_parse(&cmd_matrix_options, n_own, own, &r->opt, NULL, &operand, &n_operand, &dashdash, help, err);
	free(operand);
	free(own);
	return rc;
}

/* --resume DIR alone: the settings are the interrupted matrix's. */
static enum sk_code parse_resumed(struct run_all *r, char *verb, json_t **saved, char ***words, struct sk_err *err)
{
	char *dir = r->opt.resume;
	bool help;
	int n = 0;
	enum sk_code rc;

	if (r->opt.vary.n || r->opt.out || r->opt.reset || r->n_run > 1)
		return sk_fail(err, SK_EUSAGE, 0, "--resume %s goes on by the settings of that matrix: leave out all others",
			       dir);
	rc = saved_words(dir, verb, saved, words, &n, err);
	if (rc != SK_OK)
		return rc;
	r->opt.resume = NULL;
	rc = parse(r, n, *words, &help, err);
	free(r->opt.resume);
	r->opt.resume = dir;
	return rc;
}

static int matrix(struct run_all *r, int argc, char **argv, json_t **saved, char ***words)
{
	struct sk_err err = { 0 };
	bool help = false;
	enum sk_code rc = parse(r, argc, argv, &help, &err);

	if (rc == SK_OK && help) {
		opt_print(&cmd_matrix_options, false);
		return EXIT_NO_LEAK;
	}
	if (rc == SK_OK && r->opt.resume)
		rc = parse_resumed(r, argv[0], saved, words, &err);
	if (rc == SK_OK)
		rc = prepare(r, &err);
	if (rc == SK_OK && r->opt.dry_run)
		return print_cells(r);
	if (rc == SK_OK)
		rc = make_dir(r, &err);
	if (rc == SK_OK)
		rc = dirlock_take(r->dir, &r->lock, &err);
	if (rc != SK_OK) {
		complain(&err);
		return exit_of(rc);
	}
	r->arguments = *saved ? json_incref(json_object_get(*saved, "arguments")) : run_json_words(argc - 1, argv + 1);
	for (size_t i = 0; i < matrix_cells(&r->m); i++)
		matrix_result_from_json(NULL, &r->result[i]);
	if (*saved)
		take_results(r, *saved);
	return matrix_run_cells(r);
}

int cmd_matrix(int argc, char **argv)
{
	struct run_all r = { .lock = -1 };
	json_t *saved = NULL;
	char **words = NULL;
	int status = matrix(&r, argc, argv, &saved, &words);

	matrix_release(&r.m);
	opt_release(&cmd_matrix_options, &r.opt);
	json_decref(r.arguments);
	json_decref(saved);
	free(words);
	free(r.run);
	free(r.reset);
	free(r.result);
	if (r.lock != -1)
		close(r.lock);
	return status;
}
