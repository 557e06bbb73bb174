/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soakd analyze: the verdict of each file, in the order they were named. A bad one has its line and stops nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/decide.h"
#include "soakd/evidence.h"
#include "soakd/output.h"
#include "soakd/report_term.h"
#include "soakd/verdict_json.h"

struct analyze_options {
	struct decide_options decide;
	struct terminal_options terminal;
	int format;
};

static const struct opt options[] = {
	DECIDE_OPTS(offsetof(struct analyze_options, decide)),
	{ "format", 0, OPT_CHOICE, offsetof(struct analyze_options, format), "FORMAT", "human", 0, 0, out_format_names,
	  "human, json (one input an object, several an array), jsonl, csv, markdown or junit" },
	TERMINAL_OPTS(
		offsetof(struct analyze_options, terminal), "none",
		"with --format human a chart of the deciding column; auto: braille where the terminal has UTF-8, else ascii"),
	{ .name = NULL },
};

const struct opt_command cmd_analyze_options = {
	"analyze", "PATH...", "the verdict of run directories, or of any CSV with a timestamp column", options,
	"PATH is a run directory, or a CSV: a header line, a column timestamp (Unix seconds or ISO 8601) and memory\n"
	"columns, whose names end with _kb, _mb (MiB) or _bytes; pid, nproc or processes, threads, fds and ops are used\n"
	"where they are. - is standard input.\n\n"
	"Exit status: 0 no leak, 1 leak, 2 a file that cannot be judged, 3 suspected or insufficient data, 125 internal error.\n"
	"Of several files the first of 125, 2, 1, 3, 0 that applies.\n\n"
	"Examples:\n"
	"  soakd analyze soak-postgres-20261120T200000Z\n"
	"  soakd analyze --format jsonl nightly/*.csv | jq -r 'select(.leaking) | .path'\n"
};

static enum sk_code print_chart(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
				struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = report_terminal_chart(f, v, term, &t, err);

	if (rc == SK_OK)
		fputs(text_str(&t), stdout);
	text_release(&t);
	return rc;
}

/* One file; its exit status. */
static int analyze_one(const char *path, const struct analyze_options *opt, struct output *o, struct verdict *v)
{
	struct evidence_file f = { 0 };
	struct sk_err err = { 0 };
	enum sk_code rc = evidence_read(path, SERIES_ONLINE, &f, &err);
	int status;

	if (rc == SK_OK) {
		if (*f.note)
			complainf("%s: %s", path, f.note);
		rc = decide_file(&f, &opt->decide, v, &err);
	}
	if (rc != SK_OK)
		complain(&err);
	o->run = f.run;
	o->phases = f.phases;
	o->phases_alone = v->gate == GATE_NONE && phases_alone(f.run);
	output_add(o, path, rc == SK_OK ? v : NULL, rc == SK_OK ? NULL : err.msg);
	if (rc == SK_OK && o->format == FORMAT_HUMAN) {
		struct terminal term = terminal_of(STDOUT_FILENO, &opt->terminal);

		rc = print_chart(&f, v, &term, &err);
		if (rc != SK_OK)
			complain(&err);
	}
	status = rc == SK_OK ? phase_table_status(f.phases, o->phases_alone, verdict_exit_status(v)) : exit_of(rc);
	evidence_release(&f);
	return status;
}

/* Of several files an unreadable one is said before a leak: the answer is not complete. */
static int worse(int a, int b)
{
	static const int order[] = { EXIT_INTERNAL, EXIT_USAGE, EXIT_LEAK, EXIT_INCONCLUSIVE };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_NO_LEAK;
}

static int analyze_all(const struct analyze_options *opt, char **path, size_t n)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct output o;
	int status = EXIT_NO_LEAK;

	if (!v) {
		complainf("no memory for a verdict");
		return EXIT_INTERNAL;
	}
	output_init(&o, (enum out_format)opt->format, n, stdout);
	o.colour = terminal_of(STDOUT_FILENO, &opt->terminal).colour;
	for (size_t i = 0; i < n; i++)
		status = worse(status, analyze_one(path[i], opt, &o, v));
	output_end(&o);
	free(v);
	return status;
}

static int print_help(void)
{
	opt_print(&cmd_analyze_options, false);
	return EXIT_NO_LEAK;
}

int cmd_analyze(int argc, char **argv)
{
	struct analyze_options opt = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };
	char **path = NULL;
	size_t n = 0;
	int dashdash, status;
	bool help = false;
	enum sk_code rc = opt_defaults(&cmd_analyze_options, &opt, &err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_analyze_options, argc, argv, &opt, &given, &path, &n, &dashdash, &help, &err);
	if (rc == SK_OK && !help)
		rc = decide_check(&opt.decide, &err);
	if (rc == SK_OK && !help && n == 0)
		rc = sk_fail(&err, SK_EUSAGE, 0, "analyze needs a run directory or a CSV file; see soakd analyze --help");
	if (rc != SK_OK) {
		complain(&err);
		status = exit_of(rc);
	} else {
		status = help ? print_help() : analyze_all(&opt, path, n);
	}
	free(path);
	opt_release(&cmd_analyze_options, &opt);
	return status;
}
