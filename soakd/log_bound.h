/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * target.log stays small whatever a launched command writes. Not by a pipe: who reads it can be stopped or killed, and the command
 * would wait or die with it. The file is cut instead, from time to time, and the command, which appends, notices nothing.
 */
#ifndef SOAKD_LOG_BOUND_H
#define SOAKD_LOG_BOUND_H

#include <stdbool.h>

#include "base/err.h"

#define LOG_BOUND_MOST (16 << 20) /* bytes; over it the file is cut */
#define LOG_BOUND_KEPT (8 << 20)  /* of its beginning; behind it comes what is written later */

struct log_bound {
	int fd;    /* -1: none */
	bool told; /* that it was cut */
};

/* The file must be there, and its writers append. SK_EIO. */
enum sk_code log_bound_open(struct log_bound *b, const char *path, struct sk_err *err);
/* Cuts a file that is too long, and says so in it. true: it was. b may be NULL. */
bool log_bound_cut(const struct log_bound *b);
void log_bound_close(struct log_bound *b); /* may be repeated */

#endif
