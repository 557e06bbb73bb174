/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was left out of the page-table walks because one would take too long: for the report, where nobody looks for an event. */
#ifndef SOAKD_NOT_READ_H
#define SOAKD_NOT_READ_H

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

#include "soakd/target.h"

struct not_read { /* all zeros: nobody */
	size_t n; /* how many, and of the one that would take longest: */
	pid_t pid;
	char name[64]; /* its role */
	double rss_kb, read_s;
};

void not_read_add(struct not_read *row, const struct proc *p, double rss_kb, double read_s);
/* The figures of a row in which there were at least as many as in any before replace what was known. */
void not_read_take(struct not_read *known, const struct not_read *row);
json_t *not_read_json(const struct not_read *r); /* NULL: nobody */

#endif
