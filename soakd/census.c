/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/census.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

static size_t find(struct census *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->role[i].name, name) == 0)
			return i;
	if (c->n == CENSUS_ROLES)
		return CENSUS_ROLES - 1;
	snprintf(c->role[c->n].name, sizeof(c->role[0].name), "%s", c->n == CENSUS_ROLES - 1 ? "other" : name);
	return c->n++;
}

/* A process may learn its role after its birth, and a worker that shuts down has another one than before. */
static size_t role_of(struct census *c, struct proc *p)
{
	size_t before = p->past.role;

	if (before > 0 && strcmp(c->role[before - 1].name, p->role) == 0)
		return before - 1;
	size_t i = find(c, p->role);

	if (before > 0 && p->born && i != before - 1) {
		c->role[before - 1].born--;
		c->role[i].born++;
	}
	p->past.role = (unsigned)i + 1;
	return i;
}

void census_begin(struct census *c)
{
	for (size_t i = 0; i < c->n; i++) {
		c->role[i].living = 0;
		c->role[i].grown_kb = 0;
	}
}

void census_see(struct census *c, struct proc *p, double anon_kb)
{
	struct proc_past *past = &p->past;
	bool first = past->role == 0;
	struct census_role *r = &c->role[role_of(c, p)];

	if (first) {
		if (!past->before)
			past->first_kb = past->last_kb = NAN;
		r->born += p->born;
		c->born += p->born;
	}
	r->living++;
	if (!isnan(anon_kb))
		past->last_kb = anon_kb;
	if (isnan(past->first_kb))
		past->first_kb = past->last_kb;
	if (!isnan(past->first_kb))
		r->grown_kb += past->last_kb - past->first_kb;
}

void census_left(struct census *c, const struct proc *p)
{
	if (p->past.role == 0)
		return;
	struct census_role *r = &c->role[p->past.role - 1];

	r->died++;
	c->died++;
	if (!isnan(p->past.first_kb))
		r->dead_kb += p->past.last_kb - p->past.first_kb;
}

json_t *census_json(const struct census *c)
{
	json_t *all = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct census_role *r = &c->role[i];
		json_t *j = json_object();

		json_object_set_new(j, "role", json_string(r->name));
		json_object_set_new(j, "living", json_integer((json_int_t)r->living));
		json_object_set_new(j, "born", json_integer((json_int_t)r->born));
		json_object_set_new(j, "died", json_integer((json_int_t)r->died));
		json_object_set_new(j, "grown_kb", json_num(r->grown_kb));
		json_object_set_new(j, "dead_grown_kb", json_num(r->dead_kb));
		json_array_append_new(all, j);
	}
	return all;
}

void census_knew(struct proc *p, double anon_kb)
{
	struct proc_past *past = &p->past;

	if (!past->before)
		past->first_kb = past->last_kb = NAN;
	past->before = true;
	if (isnan(past->first_kb))
		past->first_kb = anon_kb;
	if (!isnan(anon_kb))
		past->last_kb = anon_kb;
}

/* A total that two files have: the later of them is the greater one. */
static uint64_t later(uint64_t sum, double row)
{
	return row > (double)sum ? (uint64_t)row : sum;
}

void census_resume(struct census *c, const json_t *roles, double born, double died)
{
	for (size_t i = 0; i < json_array_size(roles); i++) {
		const json_t *j = json_array_get(roles, i);
		struct census_role *r = &c->role[find(c, json_get_str(j, "role", "other"))];

		r->born += (uint64_t)fmax(0, json_get_num(j, "born", 0));
		r->died += (uint64_t)fmax(0, json_get_num(j, "died", 0));
		r->dead_kb += json_get_num(j, "dead_grown_kb", 0);
	}
	c->born = c->died = 0;
	for (size_t i = 0; i < c->n; i++) {
		c->born += c->role[i].born;
		c->died += c->role[i].died;
	}
	c->born = later(c->born, born);
	c->died = later(c->died, died);
}
