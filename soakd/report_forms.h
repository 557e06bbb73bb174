/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forms of a report, one line each: the ending of a file's name chooses. A new form is a line in REPORT_FORMS and its
 * writer; --help, the man page and the refusal of other endings follow from the table.
 */
#ifndef SOAKD_REPORT_FORMS_H
#define SOAKD_REPORT_FORMS_H

#include "analysis/verdict.h"
#include "base/err.h"
#include "plots/scene.h"
#include "soakd/decide.h"
#include "soakd/evidence.h"
#include "soakd/report.h"

/* FORM(ending, what it is in a few words, writer) */
#define REPORT_FORMS(FORM)                                                                                                       \
	FORM(".png", "the picture", report_write_picture)                                                                        \
	FORM(".svg", "the picture as lines, for a page of the web", report_write_picture)                                        \
	FORM(".pdf", "the picture as lines, for paper", report_write_picture)                                                    \
	FORM(".html", "the picture as a page that zooms", report_write_html)                                                     \
	FORM(".md", "the text, for an issue", report_write_md)                                                                   \
	FORM(".xml", "JUnit: a test case for each series", report_write_junit)                                                   \
	FORM(".json", "the verdict, and how the run was run", report_write_json)

/* What a report is of, and how it was asked for. All is borrowed from the verb. */
struct report_job {
	const struct evidence_file *f; /* read with SERIES_DRAWN blocks */
	const struct verdict *v;
	char *const *out; /* every file that this call writes: one form may refer to another */
	size_t n_out;
	struct report_look look;
	struct text *note;                   /* gets what is to be said of the pictures (report_draw); NULL: nobody asks */
	const struct decide_options *decide; /* said in pictures, so that they can be verified; NULL: none were given */
};

/* Each writes PATH whole or leaves it as it was. SK_EWRITE: not there; SK_EIO, SK_ENOMEM; the sentence names the path. */
#define REPORT_FORM_WRITER(ending, what, writer)                                                                                 \
	enum sk_code writer(const struct report_job *job, const char *path, struct sk_err *err);
REPORT_FORMS(REPORT_FORM_WRITER)
#undef REPORT_FORM_WRITER

struct report_form {
	const char *ending, *what;
	enum sk_code (*write)(const struct report_job *job, const char *path, struct sk_err *err);
};

/* By the ending of PATH's last part; NULL: no form has it. */
const struct report_form *report_form_of(const char *path);

/*
 * The first file of the call with this ending (".png"), as a link in the file at `from` says it: its name alone where both are in
 * one folder, else its path. NULL: none is written.
 */
const char *report_form_beside(const struct report_job *job, const char *ending, const char *from);

#endif
