/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/evidence_presence.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

struct presence {
	const struct growers *alive;
	struct one {
		double pid;
		bool here, expected; /* in the open group; in the last complete one */
	} v[GROWERS_MAX];
	size_t n, last;
};

struct presence *presence_new(const struct growers *alive)
{
	struct presence *p = sk_calloc(1, sizeof(*p));

	if (p)
		p->alive = alive;
	return p;
}

void presence_free(struct presence *p)
{
	free(p);
}

/* A process of that number was seen at t or later, and did not end without memory, as a zombie does. */
static bool lives(const struct presence *p, double pid, double t)
{
	size_t n;
	const struct grower *g = growers_all(p->alive, &n);

	for (size_t i = 0; i < n; i++)
		if (g[i].id.pid == pid && g[i].last_t >= t && g[i].last > 0)
			return true;
	return false;
}

void presence_row(struct presence *p, double pid)
{
	size_t i = p->last; /* a process's rows follow each other */

	if (isnan(pid))
		return;
	if (i >= p->n || p->v[i].pid != pid)
		for (i = 0; i < p->n && p->v[i].pid != pid; i++)
			;
	if (i == GROWERS_MAX) /* one of more than we remember is not missed */
		return;
	if (i == p->n)
		p->v[p->n++] = (struct one){ .pid = pid };
	p->v[i].here = true;
	p->last = i;
}

bool presence_close(struct presence *p, double t)
{
	bool complete = true;
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].expected && !p->v[i].here)
			p->v[i].expected = lives(p, p->v[i].pid, t);
		complete = complete && (p->v[i].here || !p->v[i].expected);
	}
	for (size_t i = 0; i < p->n; i++) {
		struct one o = { p->v[i].pid, false, complete ? p->v[i].here : p->v[i].expected };

		if (o.expected)
			p->v[kept++] = o;
	}
	p->n = kept;
	return complete;
}
