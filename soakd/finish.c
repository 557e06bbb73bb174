/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/finish.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"
#include "soakd/evidence.h"
#include "soakd/operations_table.h"
#include "soakd/output.h"
#include "soakd/report.h"
#include "soakd/report_summary.h"
#include "soakd/under.h"
#include "soakd/workload.h"
#include "soakd/verdict_json.h"

#define MISSING_SHARE 0.20

int finish_status(int verdict_status, const struct loop_result *r, uint64_t rows, uint64_t expected)
{
	if (r->end == END_ERROR)
		return EXIT_INTERNAL;
	if (verdict_status == EXIT_LEAK)
		return EXIT_LEAK;
	if (r->end == END_TARGET_DIED)
		return EXIT_TARGET_DIED;
	if (r->workload_lost)
		return EXIT_WORKLOAD;
	if ((double)rows < (1 - MISSING_SHARE) * (double)expected)
		return EXIT_MISSING_ROWS;
	return verdict_status;
}

/*
 * The files are the truth; what is in memory decides only where they cannot be written or read (a disk that stayed full). Read
 * once, with the blocks that a picture wants: the analysis merges them to its own.
 */
static enum sk_code last_verdict(struct session *s, struct evidence_file *f, struct verdict *v, struct sk_err *err)
{
	enum sk_code rc = rundir_failing(&s->dir) ? SK_EIO : evidence_read(s->dir.path, SERIES_DRAWN, f, err);

	if (rc == SK_OK)
		rc = verdict_decide(&f->ev, &s->vopt, v, err);
	if (rc != SK_OK)
		rc = online_decide(s->online, &s->vopt, v, err);
	if (rc == SK_OK) {
		under_judge(s->run, v);
		workload_judge(s->run, v);
	}
	return rc;
}

/* The page: both files, or false. What fails here is said and costs nothing else: the CSV files hold all that it shows. */
static bool draw(struct session *s, const struct evidence_file *f, const struct verdict *v)
{
	struct scene scene;
	struct text md = TEXT_INIT;
	struct sk_err err = { 0 };
	char path[PATH_MAX];
	enum sk_code rc;
	bool whole;

	scene_init(&scene);
	rc = report_scene(f, v, &scene, &err);
	snprintf(path, sizeof(path), "%s/report.png", s->dir.path);
	if (rc == SK_OK)
		rc = report_draw(&scene, path, NULL, &err);
	whole = rc == SK_OK;
	if (rc != SK_OK)
		complain(&err);
	rc = report_markdown(f, v, "report.png", &md, &err);
	snprintf(path, sizeof(path), "%s/report.md", s->dir.path);
	if (rc == SK_OK)
		rc = atomic_write(path, text_str(&md), md.len, &err);
	whole = whole && rc == SK_OK;
	if (rc != SK_OK)
		complain(&err);
	text_release(&md);
	scene_release(&scene);
	return whole;
}

/* Those that were taken beside, such as the ends of phases, make up for none that is missing. */
static uint64_t planned_rows(const struct session *s)
{
	return s->rows > s->extra_rows ? s->rows - s->extra_rows : 0;
}

static void tell_lost(struct session *s)
{
	rundir_flush(&s->dir);
	uint64_t n = rundir_waiting(&s->dir);

	if (n)
		complainf("%s could not be written to the end: %" PRIu64 " lines are lost; the verdict counts them all the same",
			  s->dir.path, n);
}

/* The verdict is of what is in memory, and the page is an older one. */
static void tell_old_report(const struct session *s)
{
	char words[80];

	complainf("%s: no room to write a new one", rundir_report_words(&s->dir, words, sizeof(words)));
}

static void tell_line(const char *name, struct text *t)
{
	if (t->len > 0 && !t->failed)
		printf("  %-11s %s\n", name, text_str(t));
	text_release(t);
}

/* What is of this run and not of its verdict: the growth that died, and what the watching cost. */
static void tell_run(const struct evidence_file *f)
{
	struct text dead = TEXT_INIT, cost = TEXT_INIT, unread = TEXT_INIT, operations = TEXT_INIT;

	operations_table_human(&operations, f->run);
	fputs(operations.failed ? "" : text_str(&operations), stdout);
	text_release(&operations);
	add_dead(&dead, f);
	tell_line("the dead:", &dead);
	add_cost(&cost, f, ", ");
	tell_line("cost:", &cost);
	add_not_read(&unread, f, ", ");
	tell_line("not read:", &unread);
}

/* Where the result is for programs, people at the terminal are told as well why the exit status is 1 or 3. */
static void tell_budgets(const struct session *s)
{
	for (size_t i = 0; s->phases && s->opt->format != FORMAT_HUMAN && i < s->phases->n_budget; i++) {
		struct text t = TEXT_INIT;

		const struct budget_kept *b = &s->phases->budget[i];

		if (b->exceeded || isnan(b->worst)) {
			phase_budget_told(b, &t);
			complainf("budget%s: %s", b->exceeded ? " exceeded" : "", text_str(&t));
		}
		text_release(&t);
	}
}

int finish_run(struct session *s, const struct loop_result *r)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct evidence_file f = { 0 };
	struct sk_err err = { 0 };
	int status = EXIT_INTERNAL;
	bool drawn = false;

	tell_lost(s);
	if (!v || last_verdict(s, &f, v, &err) != SK_OK) {
		complain(&err);
		goto out;
	}
	session_conclude(s, v);
	if (session_write_verdict(s, v, &err) != SK_OK)
		complain(&err); /* what was found stands, and is printed */
	if (f.ev.samples) {
		drawn = draw(s, &f, v);
		report_summary_try(&f, v);
	} else if (rundir_failing(&s->dir)) {
		tell_old_report(s);
	}
	sd_notifyf(0, "STATUS=%s: %s", verdict_class_name[v->main.verdict], v->main.why);
	output_verdict(v, s->phases, s->opt->phases_only && v->gate == GATE_NONE, s->run, s->dir.path,
		       (enum out_format)s->opt->format, stdout);
	tell_budgets(s);
	if (s->opt->format == FORMAT_HUMAN && f.ev.samples)
		tell_run(&f);
	if (s->opt->format == FORMAT_HUMAN && drawn) {
		char *dir = plain_dup(s->dir.path);

		printf("report: %s/report.png, report.md\n", dir ? dir : s->dir.path);
		free(dir);
	}
	status = finish_status(phase_table_status(s->phases, s->opt->phases_only && v->gate == GATE_NONE, verdict_exit_status(v)),
			       r, planned_rows(s), r->due);
	if (status == EXIT_MISSING_ROWS)
		complainf("only %" PRIu64 " of %" PRIu64 " expected rows were taken", planned_rows(s), r->due);
	if (status == EXIT_WORKLOAD)
		complainf("the workload failed: %s", workload_has_failed(s->run) ? v->main.why
						     : r->idle                   ? "operations only failed to the end of the run"
										 : "it was not running at the end");
	if (r->end == END_TARGET_DIED)
		complainf("the target died");
out:
	evidence_release(&f);
	free(v);
	return status;
}
