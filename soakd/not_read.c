/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/not_read.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "soakd/escape.h"

void not_read_add(struct not_read *row, const struct proc *p, double rss_kb, double read_s)
{
	row->n++;
	if (row->n > 1 && !(read_s > row->read_s))
		return;
	row->pid = p->pid;
	row->rss_kb = rss_kb;
	row->read_s = read_s;
	snprintf(row->name, sizeof(row->name), "%s", p->role);
}

void not_read_take(struct not_read *known, const struct not_read *row)
{
	if (row->n > 0 && row->n >= known->n)
		*known = *row;
}

json_t *not_read_json(const struct not_read *r)
{
	json_t *j = r->n > 0 ? json_object() : NULL;
	char *name;

	if (!j)
		return NULL;
	name = plain_dup(r->name);
	json_object_set_new(j, "processes", json_integer((json_int_t)r->n));
	json_object_set_new(j, "pid", json_integer(r->pid));
	json_object_set_new(j, "role", json_string(name ? name : ""));
	json_object_set_new(j, "rss_kb", json_num(r->rss_kb));
	json_object_set_new(j, "read_ms", json_num(r->read_s * 1000));
	free(name);
	return j;
}
