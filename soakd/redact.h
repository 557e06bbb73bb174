/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must not go into a public issue, out of texts: names of people, machines and data, where things lie, what was asked.
 * scrub.h takes out what is a secret anywhere; this takes out, on top, what is nobody else's business. In its place stands the
 * word that a man page would have, so that a command can still be read: --out DIR, http://HOST:8080/PATH, role "NAME".
 *
 * Verdict, numbers, times, digests, versions, kernel, folders of the system (/usr/lib ...) and the loopback address stay, and what
 * the program, its processes and its unit are called: the issue is about them (of unit@INSTANCE the instance goes).
 * In doubt a word too many goes.
 */
#ifndef SOAKD_REDACT_H
#define SOAKD_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "soakd/evidence.h"

enum redact_kind {
	REDACT_SECRET,  /* passwords, tokens, keys: *** */
	REDACT_PATH,    /* PATH */
	REDACT_HOST,    /* HOST */
	REDACT_ADDRESS, /* of the network: ADDRESS */
	REDACT_EMAIL,   /* EMAIL */
	REDACT_USER,    /* USER */
	REDACT_NAME,    /* of a database, a role, a table, a certificate's subject: NAME */
	REDACT_QUERY,   /* QUERY */
	REDACT_VALUE,   /* of a variable of the environment, a setting, a row: VALUE */
	REDACT_WORD,    /* a value or an operand of a command: the word that its option has in --help, ARGUMENTS */
	REDACT_KINDS
};

/* What was taken out so far; a name that was seen once goes wherever it stands again. Zeroed at first; redactor_release(). */
struct redactor {
	struct redacted {
		char *was;
		enum redact_kind kind;
		bool everywhere; /* as a word of its own in any text */
		bool seen;       /* it stood somewhere: what is only known does not count */
	} * v;
	size_t n, cap;
	size_t secrets;  /* each time: they are not kept */
	bool forms_only; /* known names stay: it is a sentence of ours (redact_sentence.c) */
	bool failed;     /* no memory: texts are incomplete */
};
void redactor_release(struct redactor *r);

/*
 * This name is taken out wherever it is a word; of a host what stands before its domain too. One that says nothing (root, postgres,
 * localhost), or is too short, is not.
 */
void redact_know(struct redactor *r, enum redact_kind kind, const char *name);

/* Names that s tells, without taking anything out: so that they are known in what is read before it. */
void redact_learn(struct redactor *r, const char *s);

/* A copy of s without them. Free it; NULL only without memory. */
char *redact_text(struct redactor *r, const char *s);

/* Counts a text that the caller leaves out himself, each different one once. */
void redact_count(struct redactor *r, enum redact_kind kind, const char *was);

/* "2 paths, 1 host name"; "nothing was found": how many different things of each kind. */
void redact_told(const struct redactor *r, struct text *out);

/*
 * All texts of the evidence and of the verdict on it, in place: run.json, names of parts, events, phases, reasons. Between decision
 * and writing: what is decided depends on names. f->redacted then says what was taken out, and every form says it too.
 * r may know names already. SK_ENOMEM.
 */
enum sk_code redact_evidence(struct redactor *r, struct evidence_file *f, struct verdict *v, struct sk_err *err);

#endif
