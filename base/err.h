/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors: a code for the program, a whole sentence for the person.
 *
 * Libraries return a code and fill *err; only soakd/ and the small mains of soakd-drive and soakd-draw print or exit.
 * *err is untouched on success. `err` may be NULL everywhere: the code is then all the caller wants.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum sk_code {
	SK_OK = 0,
	SK_EUSAGE,    /* a wrong option, argument or configuration: somebody outside must change something */
	SK_EIO,	      /* a file or system call failed; sys holds errno */
	SK_EWRITE,    /* a file cannot be written where it was to be; sys holds errno: another place may do */
	SK_EGONE,     /* the process asked about has exited: normal, not a fault */
	SK_EPERM,     /* it exists and may not be read by us */
	SK_EPARSE,    /* text is not in its format */
	SK_ENOMEM,    /* no memory */
	SK_EFEW,      /* too few usable points for this statistic */
	SK_EFLAT,     /* all abscissae are equal: no slope exists */
	SK_ENOTFOUND, /* no such thing: process, file, column, name */
	SK_EMANY,     /* several things answer to that name and one is needed */
	SK_EEND,      /* end of input: normal */
	SK_ENUM,      /* the numbers did not converge */
};

struct sk_err {
	enum sk_code code;
	int sys;	/* errno of the cause, 0 where there is none */
	char msg[1024]; /* what, where, why, what to do; no newline, no "soakd:" in front */
};

/* Fills *err (if not NULL) and returns `code`, so that "return sk_fail(...)" reads well. Cuts an over-long message. */
enum sk_code sk_fail(struct sk_err *err, enum sk_code code, int sys, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts words in front of the message that *err already has: "cannot resume: " + old. Keeps code and sys. */
void sk_err_prefix(struct sk_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
