/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An append-only CSV file of a run: whole lines in each write, and no line lost to a full disk.
 * Lines that cannot be written are kept (to CSVLOG_KEEP bytes, then the oldest are dropped and counted) and written,
 * in order, as soon as the file takes them again.
 */
#ifndef BASE_CSVLOG_H
#define BASE_CSVLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define CSVLOG_KEEP (4u << 20)

struct csvlog {
	int fd;
	char *path;
	char *header;	      /* for a file that csvlog_reopen() finds empty */
	int64_t good;	      /* length of the file up to its last whole line */
	struct text kept;     /* lines that wait */
	uint64_t lost_lines;  /* dropped because kept was full */
	bool failing;	      /* the last write failed */
};

/*
 * Opens for append (created with mode 0644) and writes `header` (without newline) if the file is empty.
 * A torn last line is cut off, behind the last newline (*cut, if not NULL, says so). A file with another header is SK_EUSAGE and
 * stays as it was. SK_EIO, SK_ENOMEM.
 */
enum sk_code csvlog_open(struct csvlog *l, const char *path, const char *header, bool *cut, struct sk_err *err);

/*
 * Appends line + newline. SK_OK also when the line could only be kept; then l->failing is true and *err says why.
 * A short write is undone (the file ends with a whole line, always). Kept lines go first. A newline inside the line is written as
 * a blank, so that a record is a line: a cut behind a newline never lands in the middle of a quoted field.
 */
enum sk_code csvlog_write(struct csvlog *l, const struct text *line, struct sk_err *err);
/*
 * The same in two steps, for the lines of one row: all are added, and one write takes them to the file. csvlog_add: SK_ENOMEM.
 * csvlog_commit: SK_OK, also when they could only be kept.
 */
enum sk_code csvlog_add(struct csvlog *l, const struct text *line, struct sk_err *err);
enum sk_code csvlog_commit(struct csvlog *l, struct sk_err *err);
/* Tries the kept lines again, then fdatasync. SK_EIO while they cannot be written. */
enum sk_code csvlog_flush(struct csvlog *l, struct sk_err *err);
enum sk_code csvlog_reopen(struct csvlog *l, struct sk_err *err); /* after HUP: the same path again */
void csvlog_close(struct csvlog *l); /* tries the kept lines a last time; may be repeated, and is safe on a zeroed csvlog */

#endif
