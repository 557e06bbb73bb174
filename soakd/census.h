/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who was there: for each role how many live, were born and died, how much the living have grown since they were first seen, and
 * how much the dead had. Workers that die take their growth with them: no leak of the tree, and still each of them leaked.
 * Who comes and goes between two rows is never seen. A process counts under the role that it last had.
 */
#ifndef SOAKD_CENSUS_H
#define SOAKD_CENSUS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "soakd/target.h"

#define CENSUS_ROLES 48 /* the last one is "other"; as many as have series of their own */

struct census_role {
	char name[64];
	size_t living;
	uint64_t born, died; /* after the run began */
	double grown_kb;     /* of the living: private memory now less at first sight */
	double dead_kb;      /* the same of the dead, at last sight, over the whole run */
};

struct census {
	struct census_role role[CENSUS_ROLES];
	size_t n;
	uint64_t born, died;
};

/* A row: begin, then each process that is in it once; past.role is then the place of its role, from 1. */
void census_begin(struct census *c);
void census_see(struct census *c, struct proc *p, double anon_kb);
void census_left(struct census *c, const struct proc *p); /* it has left the tree; who was never in a row was never there */

/* [{"role", "living", "born", "died", "grown_kb", "dead_grown_kb"}], in order of first sight. */
json_t *census_json(const struct census *c);

/*
 * For a resumed run. The roles come back from JSON, which may be older than the last row: its born and died are the
 * sums where they are greater; the difference belongs to no role. Who still lives grows on from his first row of the interrupted run:
 * census_knew() before the first row, with what each of its rows says of him, in their order; NaN: nothing.
 */
void census_resume(struct census *c, const json_t *roles, double born, double died);
void census_knew(struct proc *p, double anon_kb);

#endif
