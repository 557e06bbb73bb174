/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which processes `soakd map` reads, and what of them. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "samplers/proc_stat.h"
#include "soakd/escape.h"
#include "soakd/map.h"
#include "soakd/target.h"
#include "soakd/view.h"

void map_release(struct map *m)
{
	free(m->name);
	free(m->role);
	free(m->objects);
	*m = (struct map){ 0 };
}

void map_list_release(struct map_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		map_release(&l->v[i]);
	free(l->v);
	*l = (struct map_list){ 0 };
}

static bool has(const struct map_list *l, pid_t pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].pid == pid)
			return true;
	return false;
}

static enum sk_code read_map(struct procfs *fs, struct map *m, struct sk_err *err)
{
	struct smaps_parser *p = smaps_parser_new();
	struct proc_stat st;
	enum sk_code rc = procfs_read(fs, m->pid, "stat", err);

	m->objects = sk_calloc(1, sizeof(*m->objects));
	if (rc == SK_OK && (!p || !m->objects))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the map");
	if (rc == SK_OK && proc_stat_parse(fs->buf, fs->len, &st) == 0)
		m->name = plain_dup(st.comm);
	int64_t began = clock_boot_ns(&clock_real);

	if (rc == SK_OK)
		rc = smaps_read(p, fs, m->pid, &m->sum, m->objects, err);
	m->read_s = (double)(clock_boot_ns(&clock_real) - began) / 1e9;
	if (rc == SK_EPARSE)
		sk_err_prefix(err, "/proc/%d/smaps: ", (int)m->pid);
	smaps_parser_free(p);
	return rc;
}

/* role: NULL for a process that was given by its number. Failed ones are not in the list. */
static enum sk_code add_process(struct map_list *l, struct procfs *fs, pid_t pid, const char *role, struct sk_err *err)
{
	void *v = l->v;
	struct map *m;
	enum sk_code rc;

	if (has(l, pid))
		return SK_OK;
	if (sk_grow(&v, &l->cap, l->n + 1, sizeof(*l->v)) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the map of %zu processes", l->n + 1);
	l->v = v;
	m = &l->v[l->n];
	*m = (struct map){ .pid = pid, .role = role ? sk_strdup(role) : NULL };
	rc = read_map(fs, m, err);
	if (rc == SK_OK)
		l->n++;
	else
		map_release(m);
	return rc;
}

/* What is of a tree may go while it is read, and one that is closed to us does not hide the others. */
static enum sk_code add_tree(struct map_list *l, const struct target *t, struct procfs *fs, struct sk_err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		struct sk_err why = { 0 };
		enum sk_code rc = t->proc[i].zombie ? SK_EGONE : add_process(l, fs, t->proc[i].pid, t->proc[i].role, &why);

		if (rc == SK_EPERM && l->denied++ == 0)
			l->why = why;
		if (rc != SK_OK && rc != SK_EGONE && rc != SK_EPERM) {
			*err = why;
			return rc;
		}
	}
	return SK_OK;
}

static enum sk_code add_target(struct map_list *l, const char *word, struct procfs *fs, struct sk_err *err)
{
	struct target_spec spec;
	struct target t;
	enum sk_code rc = target_spec_parse(word, &spec, err);

	if (rc != SK_OK)
		return rc;
	if (spec.how == TARGET_OWN) {
		target_spec_release(&spec);
		return sk_fail(err, SK_EUSAGE, 0, "%s is a process that soakd run starts: give its number while it runs", word);
	}
	rc = target_init(&t, &spec, fs, err);
	if (rc != SK_OK)
		return rc;
	rc = target_find(&t, err);
	if (rc == SK_OK)
		rc = add_tree(l, &t, fs, err);
	target_release(&t);
	return rc;
}

static enum sk_code add_pid(struct map_list *l, const char *word, struct procfs *fs, struct sk_err *err)
{
	int64_t n;
	enum sk_code rc;

	if (int_parse(word, &n, NULL) != SK_OK || n < 1 || n > INT_MAX)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"\"%s\" is no process id; soakd map takes numbers from 1 on, such as pidof prints, and targets such "
			"as postgres or unit:NAME",
			word);
	rc = add_process(l, fs, (pid_t)n, NULL, err);
	if (rc == SK_EGONE)
		rc = view_explain(sk_fail(err, SK_ENOTFOUND, 0, "there is no process %s", word), fs, err);
	return rc;
}

enum sk_code map_add(struct map_list *l, const char *word, struct sk_err *err)
{
	struct procfs fs;
	enum sk_code rc = procfs_open(&fs, "/proc", err);

	if (rc == SK_OK)
		rc = word[strspn(word, "+-0123456789.")] == '\0' ? add_pid(l, word, &fs, err) : add_target(l, word, &fs, err);
	procfs_close(&fs);
	return rc;
}

enum sk_code map_add_up(const struct map_list *l, struct map *out, struct sk_err *err)
{
	char whose[80];

	*out = (struct map){ .objects = sk_calloc(1, sizeof(*out->objects)) };
	if (!out->objects)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the sum");
	for (size_t i = 0; i < l->n; i++) {
		const struct map *m = &l->v[i];

		out->read_s += m->read_s;
		map_sum_add(&out->sum.all, &m->sum.all);
		for (int c = 0; c < MAP_CLASSES; c++)
			map_sum_add(&out->sum.by_class[c], &m->sum.by_class[c]);
		for (size_t k = 0; k < m->objects->n; k++) {
			const struct map_object *o = &m->objects->v[k];

			snprintf(whose, sizeof(whose), "%" PRIx64 "-%" PRIx64 " of pid %d", o->start, o->end, (int)m->pid);
			const char *name = *o->name ? o->name : whose;

			map_objects_add(out->objects, o, name, strlen(name));
		}
	}
	return SK_OK;
}
