/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/session_maps.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "samplers/smaps_objects.h"
#include "soakd/escape.h"
#include "soakd/pass_maps.h"
#include "soakd/session_exact.h"

#define MAPS_ROWS       512  /* as many as a series has blocks (base/series.h) */
#define OBJECTS_WRITTEN 16   /* of a process */
#define OBJECT_LEAST_KB 64.0 /* what holds less is in its class */

static void begin_line(struct session *s, const struct proc *p, const char *class_name)
{
	text_reset(&s->line);
	csv_add_fixed(&s->line, s->facts.timestamp, 3);
	csv_add_num(&s->line, p->pid, 0);
	csv_add_str(&s->line, p->role);
	csv_add_str(&s->line, class_name);
}

static void add_sum(struct text *line, const struct map_sum *c)
{
	csv_add_num(line, (double)c->mappings, 0);
	csv_add_num(line, c->size_kb, 0);
	csv_add_num(line, c->rss_kb, 0);
	csv_add_num(line, c->pss_kb, 0);
	csv_add_num(line, c->private_dirty_kb, 0);
	csv_add_num(line, c->anon_kb, 0);
	csv_add_num(line, c->swap_kb, 0);
}

static void class_lines(struct session *s, const struct proc *p, const struct smaps_summary *sum)
{
	for (int c = 0; c < MAP_CLASSES; c++) {
		if (sum->by_class[c].mappings == 0)
			continue;
		begin_line(s, p, map_class_name[c]);
		csv_add_str(&s->line, p->comm);
		add_sum(&s->line, &sum->by_class[c]);
		csvlog_write(&s->dir.mappings, &s->line, NULL);
	}
}

static void add_hex(struct text *line, uint64_t v)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRIx64, v);
	csv_add_str(line, buf);
}

static void object_line(struct session *s, const struct proc *p, const struct map_object *o)
{
	char buf[MAP_OBJECT_ID];

	begin_line(s, p, map_class_name[o->class]);
	text_reset(&s->name);
	add_plain(&s->name, o->name);
	csv_add_str(&s->line, text_str(&s->name));
	add_sum(&s->line, &o->sum);
	csv_add_num(&s->line, o->sum.hugetlb_kb, 0);
	csv_add_num(&s->line, o->sum.thp_kb, 0);
	csv_add_count(&s->line, p->starttime);
	add_hex(&s->line, o->start);
	add_hex(&s->line, o->end);
	csv_add_str(&s->line, map_object_id(o, buf, sizeof(buf)));
	if (!s->name.failed)
		csvlog_write(&s->dir.objects, &s->line, NULL);
}

static void object_lines(struct session *s, const struct proc *p, const struct map_objects *t)
{
	unsigned char order[MAP_OBJECTS];

	map_objects_order(t, order);
	for (size_t i = 0; i < t->n && i < OBJECTS_WRITTEN && t->held[order[i]] >= OBJECT_LEAST_KB; i++)
		object_line(s, p, &t->v[order[i]]);
}

static void set_slot(const struct session *s, double *row, const char *metric, double v)
{
	int slot = sampler_set_find(&s->set, metric);

	if (slot >= 0)
		row[slot] = v;
}

static void set_heap(const struct session *s, double *row, const struct smaps_summary *sum)
{
	const struct smaps_heap h = smaps_heap(sum);

	set_slot(s, row, "heap_kb", h.heap_kb);
	set_slot(s, row, "stack_kb", h.stack_kb);
	set_slot(s, row, "hugetlb_kb", h.hugetlb_kb);
}

static double since_s(const struct session *s, int64_t began)
{
	return (double)(clock_boot_ns(&s->clock) - began) / 1e9;
}

/* As many as it takes to know that they are too many: some 5000, 2 ms. What cannot be read smaps will tell of. */
static void count_mappings(struct session *s, size_t i)
{
	int64_t began = clock_boot_ns(&s->clock);
	uint64_t n;

	if (smaps_count(s->fs, s->target->proc[i].pid, maps_too_many(&s->budget), &n, NULL) != SK_OK)
		return;
	budget_pay(&s->budget, since_s(s, began), s->fs->longest_s);
	maps_counted(&s->pass, &s->budget, &s->item[i], n);
}

static void tell_guard(struct session *s, size_t i, double read_s)
{
	const struct proc *p = &s->target->proc[i];

	if (s->maps_guard_told)
		return;
	s->maps_guard_told = true;
	session_eventf(s, "guard",
		       "full smaps of %s (pid %d, %" PRIu64 " mappings or more) is not read: it would take %.0f ms or more; "
		       "--allow-stall lifts this",
		       p->role, (int)p->pid, p->past.mappings, read_s * 1000);
}

static bool may_read(struct session *s, size_t i, struct not_read *unread)
{
	if (!session_may_walk(s, i))
		return false;
	if (maps_want_count(&s->pass, &s->budget, &s->item[i]))
		count_mappings(s, i);
	if (!maps_guarded(&s->pass, &s->budget, &s->item[i]))
		return true;
	double read_s = maps_predict(&s->budget, &s->item[i]);

	not_read_add(unread, &s->target->proc[i], s->item[i].now[CHEAP_RSS], read_s);
	tell_guard(s, i, read_s);
	return false;
}

static void add_classes(struct session *s, const struct smaps_summary *sum)
{
	for (int c = 0; c < MAP_CLASSES; c++)
		s->class_kb[c] += sum->by_class[c].pss_kb;
}

static void forget_classes(struct session *s)
{
	for (int c = 0; c < MAP_CLASSES; c++)
		s->class_kb[c] = NAN;
}

static void read_process(struct session *s, size_t i, bool write, struct not_read *unread)
{
	const struct proc *p = &s->target->proc[i];
	double *row = s->proc_rows + i * s->set.n_metric;
	struct smaps_summary sum;
	struct sk_err err = { 0 };

	if (!may_read(s, i, unread)) {
		forget_classes(s);
		return;
	}
	int64_t began = clock_boot_ns(&s->clock);

	enum sk_code rc = smaps_read(s->maps, s->fs, p->pid, &sum, write ? s->objects : NULL, &err);

	if (rc == SK_EGONE || (rc == SK_OK && sum.all.mappings == 0 && !p->kernel)) { /* it exits, or has */
		s->left[i] |= TOTALS_GONE;
		return;
	}
	if (rc != SK_OK) {
		session_fault(s, p, session_sampler(s, "smaps"), &err);
		forget_classes(s);
		return;
	}
	budget_pay(&s->budget, since_s(s, began), s->fs->longest_s);
	maps_done(&s->pass, &s->budget, &s->item[i], since_s(s, began), sum.all.mappings);
	set_heap(s, row, &sum);
	add_classes(s, &sum);
	if (!write)
		return;
	class_lines(s, p, &sum);
	object_lines(s, p, s->objects);
}

/* In an epoch that the budget could not pay for: whose rollup was read has been promised it. */
static bool affordable(const struct session *s, size_t i)
{
	if (s->pass.wish != PASS_CHANGE)
		return true;
	return s->set.tiers & TIER_BUDGET ? s->item[i].taken : budget_allows(&s->budget, maps_predict(&s->budget, &s->item[i]));
}

void session_maps(struct session *s, bool epoch)
{
	double elapsed = s->facts.elapsed_s;
	bool write = epoch || elapsed - s->mapped_s >= elapsed / MAPS_ROWS;
	struct not_read unread = { 0 };

	if (s->plan.heap < 0)
		return;
	memset(s->class_kb, 0, sizeof(s->class_kb));
	for (size_t i = 0; i < s->target->n; i++) {
		if (s->left[i])
			continue; /* not in the sums, and so not missing in them */
		if (affordable(s, i))
			read_process(s, i, write, &unread);
		else
			forget_classes(s);
	}
	not_read_take(&s->maps_unread, &unread);
	if (write)
		s->mapped_s = elapsed;
}
