/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soakd report: a run directory or a CSV in the forms that the endings of the files ask for (report_forms.h); many: report_many.h. */
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/decide.h"
#include "soakd/dirlock.h"
#include "soakd/evidence.h"
#include "soakd/redact.h"
#include "soakd/report_forms.h"
#include "soakd/report_many.h"
#include "soakd/report_out.h"
#include "soakd/report_summary.h"
#include "soakd/report_term.h"
#include "soakd/report_verify.h"
#include "soakd/verdict_json.h"

struct report_options {
	struct decide_options decide;
	struct opt_list out;
	struct terminal_options terminal;
	char *size, *verify;
	int theme; /* enum scene_theme */
	int64_t dpi;
	bool quiet, for_issue, sheet;
	int align;
};

/* Of the table of forms: a line of --help, a word of a refusal. */
#define FORM_LINE(ending, what, writer)   "  " ending "  " what "\n"
#define FORM_ENDING(ending, what, writer) " " ending

#define AT(m) offsetof(struct report_options, m)

static const char *const themes[] = { "light", "dark", "print", NULL }; /* as enum scene_theme */

static const struct opt options[] = {
	{ "out", 'o', OPT_LIST, AT(out), "FILE", NULL, 0, 0, NULL,
	  "what to write, by its ending:" REPORT_FORMS(FORM_ENDING) "; may be repeated" },
	{ "size", 0, OPT_STRING, AT(size), "WxH", "1600x1200", 0, 0, NULL,
	  "size of the picture in pixels; what has no room is named on it (a page of many runs is higher where it must be)" },
	{ "for-issue", 0, OPT_FLAG, AT(for_issue), NULL, NULL, 0, 0, NULL,
	  "for a public issue: names of hosts, users, databases and files, addresses, queries and words of commands are taken "
	  "out, and it "
	  "says how many" },
	{ "dpi", 0, OPT_INT, AT(dpi), "N", "96", 24, 600, NULL,
	  "pixels per inch of a .png: at 192 the same page has twice as many each way, for screens and printers that show them" },
	{ "theme", 0, OPT_CHOICE, AT(theme), "NAME", "light", 0, 0, themes,
	  "light, dark, or print: black on white, lines told apart by dashes and symbols" },
	{ "verify", 0, OPT_STRING, AT(verify), "FILE", NULL, 0, 0, NULL,
	  "write nothing: is this .png what the data say? They are beside it, or PATH (of many runs each of them, or their "
	  "directory); hashed and judged again" },
	{ "sheet", 0, OPT_FLAG, AT(sheet), NULL, NULL, 0, 0, NULL,
	  "a contact sheet: a small picture of each run directory in the directories PATH, and in their runs/, worst first" },
	{ "align", 0, OPT_CHOICE, AT(align), "WHAT", "elapsed", 0, 0, many_align_names,
	  "of several runs, what their lines lie over: elapsed (time since each one's begin) or operations" },
	TERMINAL_OPTS(
		AT(terminal), "auto",
		"the chart in the terminal; auto: braille where it has UTF-8, else ascii. A style that is named is printed to a "
		"file or a pipe too"),
	{ "quiet", 'q', OPT_FLAG, AT(quiet), NULL, NULL, 0, 0, NULL, "print nothing: neither the verdict nor what was written" },
	DECIDE_OPTS(AT(decide)),
	{ .name = NULL },
};

const struct opt_command cmd_report_options = {
	"report", "PATH...", "the picture and the text of a run directory, of any CSV that analyze reads, or of many of them",
	options,
	"Without --out: report.png and report.md in the run directory; beside a CSV a .png with its name.\n"
	"With --for-issue: report-for-issue.png and report-for-issue.md in the place of these.\n"
	"Several PATHs, at most six, are drawn over one another (runs.png and runs.md here); the directory of a matrix as a "
	"card\n"
	"for each combination (report.png and report.md in it); with --sheet there is a card for each run, 48 at most, worst "
	"first\n"
	"(sheet.png and sheet.md in the directory). Of these FILE ends with .png, .svg, .pdf or .md. A run that cannot be read "
	"is\n"
	"named on the page and makes the exit status 2.\n"
	"Endings of FILE:\n" REPORT_FORMS(FORM_LINE) "\n"
						     "A file that exists is kept until the new one is whole. What was written is "
						     "printed, a path on each line; on a terminal, without --out, after the "
						     "verdict, a table and a chart.\n\n"
						     "Exit status: 0 written or verified, 1 --verify found a difference, 2 what "
						     "cannot be read, drawn, written or verified, 125 internal error. The "
						     "verdict does not change it.\n\n"
						     "Examples:\n"
						     "  soakd report soak-postgres-20261120T200000Z\n"
						     "  soakd report nightly.csv --out nightly.png --out nightly.md\n"
						     "  soakd report before after --align operations --out both.png\n"
						     "  soakd report --sheet /var/lib/soakd\n"
						     "  soakd report --verify nightly.png\n"
						     "  soakd report --verify both.png before after\n"
};

static enum sk_code size_check(const char *s, int *width, int *height, struct sk_err *err)
{
	const char *x = strchr(s, 'x');
	char w[16];
	int64_t a = 0, b = 0;

	if (x && (size_t)(x - s) < sizeof(w)) {
		memcpy(w, s, (size_t)(x - s));
		w[x - s] = '\0';
		/* the limits of a scene: below nothing is legible, above nobody has the screen */
		if (int_parse(w, &a, NULL) == SK_OK && int_parse(x + 1, &b, NULL) == SK_OK && a >= 200 && a <= 8192 && b >= 200 &&
		    b <= 8192) {
			*width = (int)a;
			*height = (int)b;
			return SK_OK;
		}
	}
	return sk_fail(err, SK_EUSAGE, 0, "--size takes WIDTHxHEIGHT in pixels, 200 to 8192 each (1600x1200), not \"%s\"", s);
}

/* How the options want pictures. SK_EUSAGE. */
static enum sk_code look_of(const struct report_options *o, struct report_look *look, struct sk_err *err)
{
	look->theme = (enum scene_theme)o->theme;
	look->dpi = (double)o->dpi;
	return size_check(o->size, &look->width, &look->height, err);
}

static bool decided_by_hand(const struct decide_options *o)
{
	return o->column || o->warmup || !isnan(o->min_rate_bytes) || !isnan(o->limit_bytes);
}

/* All that can be known to be wrong before anything is read. */
static enum sk_code check(const struct report_options *o, char *const *path, size_t n, bool many, struct sk_err *err)
{
	int w, h;
	enum sk_code rc = decide_check(&o->decide, err);

	if (rc == SK_OK)
		rc = size_check(o->size, &w, &h, err);
	for (size_t i = 0; rc == SK_OK && !many && i < o->out.n; i++)
		if (!report_form_of(o->out.v[i]))
			rc = sk_fail(err, SK_EUSAGE, 0, "--out %s: the ending says what to write, and only these are known:%s",
				     o->out.v[i], REPORT_FORMS(FORM_ENDING));
	if (rc == SK_OK)
		rc = report_out_check(&o->out, path, n, err);
	if (rc == SK_OK && n > 0 && !many && o->align != ALIGN_ELAPSED)
		rc = sk_fail(err, SK_EUSAGE, 0, "--align is for several runs over one another, and this is a report of one");
	if (rc == SK_OK && o->verify && (o->out.n > 0 || o->sheet || decided_by_hand(&o->decide)))
		rc = sk_fail(err, SK_EUSAGE, 0,
			     "--verify FILE writes nothing, finds the runs of a PATH by itself, and has the options of the "
			     "verdict from "
			     "the picture");
	if (rc == SK_OK && many && o->for_issue)
		rc = sk_fail(err, SK_EUSAGE, 0, "--for-issue is for one run: a page of many names each");
	if (rc == SK_OK && !o->verify && n == 0)
		rc = sk_fail(err, SK_EUSAGE, 0, "report needs a run directory or a CSV file; see soakd report --help");
	return rc;
}

static enum sk_code report_files(const struct report_job *job, bool quiet, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < job->n_out; i++) {
		rc = report_form_of(job->out[i])->write(job, job->out[i], err);
		if (rc == SK_OK && !quiet)
			say_path(job->out[i]);
	}
	return rc;
}

/*
 * The names of this machine and of who asks stand in no file of the run as such, and may stand in any text. A service has no
 * variable that says who it is: the real user's name is looked up as well.
 */
static enum sk_code redact(struct evidence_file *f, struct verdict *v, struct sk_err *err)
{
	const struct passwd *real = getpwuid(getuid());
	const char *user[] = { getenv("USER"), getenv("LOGNAME"), getenv("SUDO_USER"), real ? real->pw_name : NULL };
	struct redactor r = { 0 };
	char host[256] = "";
	enum sk_code rc;

	for (size_t i = 0; i < sizeof(user) / sizeof(*user); i++)
		redact_know(&r, REDACT_USER, user[i] ? user[i] : "");
	if (gethostname(host, sizeof(host) - 1) == 0)
		redact_know(&r, REDACT_HOST, host);
	rc = redact_evidence(&r, f, v, err);
	redactor_release(&r);
	return rc;
}

/* For a person at a terminal who did not ask for files, and for whoever names a style; other programs read paths alone. */
static bool wants_words(const struct report_options *o, bool default_files, const struct terminal *term)
{
	bool named = o->terminal.chart != CHART_AUTO && o->terminal.chart != CHART_NONE;

	return !o->quiet && (named || (term->is_one && default_files));
}

static enum sk_code print_words(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
				struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = report_terminal(f, v, term, &t, err);

	if (rc == SK_OK) {
		printf("%s\n", text_str(&t));
		fflush(stdout); /* the files take longer than this */
	}
	text_release(&t);
	return rc;
}

/* What was drawn, and is not as it should be: once, though each picture has it. */
static void tell_note(struct text *note, bool quiet)
{
	if (note->len && !quiet)
		complainf("%s", text_str(note));
	text_release(note);
}

/* One reading for all forms: the verdict merges the drawn blocks to the same ones that it would read alone. */
static enum sk_code report_one(struct report_options *o, const char *path, struct sk_err *err)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct evidence_file f = { 0 };
	struct terminal term = terminal_of(STDOUT_FILENO, &o->terminal);
	bool beside = o->out.n == 0, words = wants_words(o, beside, &term);
	enum sk_code rc =
		v ? report_out_default(&o->out, path, o->for_issue, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for the report");

	if (rc == SK_OK)
		rc = evidence_read(path, SERIES_DRAWN, &f, err);
	if (rc == SK_OK && *f.note && !o->quiet)
		complainf("%s: %s", path, f.note);
	if (rc == SK_OK)
		rc = decide_file(&f, &o->decide, v, err);
	if (rc == SK_OK && f.dir)
		verdict_read_changes(f.dir, v);
	if (rc == SK_OK && o->for_issue)
		rc = redact(&f, v, err);
	if (rc == SK_OK && words)
		rc = print_words(&f, v, &term, err);
	if (rc == SK_OK) {
		struct text note = TEXT_INIT;
		struct report_job job = {
			.f = &f, .v = v, .note = &note, .out = o->out.v, .n_out = o->out.n, .decide = &o->decide
		};

		rc = look_of(o, &job.look, err);
		if (rc == SK_OK)
			rc = report_files(&job, o->quiet, err);
		if (rc == SK_EWRITE && beside)
			report_out_elsewhere(err);
		tell_note(&note, o->quiet);
		if (rc == SK_OK && !(f.dir && dirlock_is_taken(f.dir))) /* of a run that goes on its end will be told */
			report_summary_try(&f, v);
	}
	evidence_release(&f);
	free(v);
	return rc;
}

/* Several runs, or one directory that holds them. */
static bool is_many(const struct report_options *o, char *const *path, size_t n)
{
	return !o->verify && (o->sheet || n > 1 || (n == 1 && many_is_matrix(path[0])));
}

/* Its exit status. */
static int report_them(const struct report_options *o, char *const *path, size_t n)
{
	struct text note = TEXT_INIT;
	struct many_job job = { .decide = &o->decide,
				.note = &note,
				.path = path,
				.n_paths = n,
				.out = o->out.v,
				.n_out = o->out.n,
				.sheet = o->sheet,
				.quiet = o->quiet,
				.align = (enum many_align)o->align };
	struct sk_err err = { 0 };
	enum sk_code rc = look_of(o, &job.look, &err);

	if (rc == SK_OK)
		rc = many_check(&job, &err);
	if (rc == SK_OK) {
		int status = report_many(&job);

		tell_note(&note, o->quiet);
		return status;
	}
	complain(&err);
	return exit_of(rc);
}

/* Its exit status. */
static int report_path(struct report_options *o, const char *path)
{
	struct sk_err err = { 0 };
	enum sk_code rc = report_one(o, path, &err);

	if (rc != SK_OK)
		complain(&err);
	return exit_of(rc);
}

/* What it found is the answer: on standard output. */
static enum sk_code verify(const struct report_options *o, char *const *path, size_t n, bool *same, struct sk_err *err)
{
	struct text says = TEXT_INIT;
	enum sk_code rc = report_verify(o->verify, path, n, &says, same, err);

	if (rc == SK_OK && !(o->quiet && *same))
		fputs(text_str(&says), stdout);
	text_release(&says);
	return rc;
}

int cmd_report(int argc, char **argv)
{
	struct report_options opt = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };
	char **path = NULL;
	size_t n = 0;
	int dashdash, status = EXIT_NO_LEAK;
	bool help = false, same = true;
	enum sk_code rc = opt_defaults(&cmd_report_options, &opt, &err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_report_options, argc, argv, &opt, &given, &path, &n, &dashdash, &help, &err);
	if (rc == SK_OK && help) {
		opt_print(&cmd_report_options, false);
	} else if (rc == SK_OK) {
		rc = check(&opt, path, n, is_many(&opt, path, n), &err);
		if (rc == SK_OK && opt.verify) {
			rc = verify(&opt, path, n, &same, &err);
			status = same ? EXIT_NO_LEAK : 1;
		} else if (rc == SK_OK) {
			status = is_many(&opt, path, n) ? report_them(&opt, path, n) : report_path(&opt, path[0]);
		}
	}
	if (rc != SK_OK)
		complain(&err);
	free(path);
	opt_release(&cmd_report_options, &opt);
	return rc == SK_OK ? status : exit_of(rc);
}
