/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `soakd map` prints: a table of classes, then the biggest mappings by name. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <jansson.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/map.h"

#define CELL  10 /* two blanks and "99.9 MiB" */
#define FIRST 18 /* class and number of mappings */

/* What is printed of a class. drop: where the terminal is narrow the highest goes first; 0: stays. */
static const struct {
	const char *head, *key;
	size_t offset;
	int drop;
	bool rare;   /* left out where it is 0 throughout */
	bool object; /* of mappings too, for people */
} columns[] = {
	{ "size", "size_kb", offsetof(struct map_sum, size_kb), 2, false, false },
	{ "RSS", "rss_kb", offsetof(struct map_sum, rss_kb), 0, false, false },
	{ "PSS", "pss_kb", offsetof(struct map_sum, pss_kb), 0, false, true },
	{ "clean", "private_clean_kb", offsetof(struct map_sum, private_clean_kb), 3, false, false },
	{ "dirty", "private_dirty_kb", offsetof(struct map_sum, private_dirty_kb), 1, false, false },
	{ "anon", "anon_kb", offsetof(struct map_sum, anon_kb), 0, false, true },
	{ "swap", "swap_kb", offsetof(struct map_sum, swap_kb), 0, true, true },
	{ "hugetlb", "hugetlb_kb", offsetof(struct map_sum, hugetlb_kb), 0, true, true },
	{ "THP", "thp_kb", offsetof(struct map_sum, thp_kb), 0, true, true },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

/* The width of the terminal; 0: it is none. */
struct page {
	size_t width;
	size_t top;
	bool shown[COLUMNS];
};

static double value(const struct map_sum *s, size_t column)
{
	double v;

	memcpy(&v, (const char *)s + columns[column].offset, sizeof(v));
	return v;
}

/* The classes that are there, the largest PSS first. */
static size_t order(const struct smaps_summary *sum, enum map_class list[MAP_CLASSES])
{
	size_t n = 0;

	for (enum map_class c = 0; c < MAP_CLASSES; c++) {
		size_t i = n;

		if (sum->by_class[c].mappings == 0)
			continue;
		for (; i > 0 && sum->by_class[list[i - 1]].pss_kb < sum->by_class[c].pss_kb; i--)
			list[i] = list[i - 1];
		list[i] = c;
		n++;
	}
	return n;
}

/* The biggest that hold something; returns how many. */
static size_t biggest(const struct map *m, size_t top, unsigned char list[MAP_OBJECTS])
{
	size_t n = 0;

	map_objects_order(m->objects, list);
	while (n < top && n < m->objects->n && m->objects->held[list[n]] > 0)
		n++;
	return n;
}

static void plan_columns(struct page *p, const struct map *m, size_t n)
{
	size_t width = FIRST;
	struct winsize w;

	p->width = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
	for (size_t c = 0; c < COLUMNS; c++) {
		p->shown[c] = !columns[c].rare;
		for (size_t i = 0; i < n; i++)
			p->shown[c] |= value(&m[i].sum.all, c) > 0;
		width += p->shown[c] ? CELL : 0;
	}
	for (int drop = 3; drop > 0; drop--) {
		for (size_t c = 0; c < COLUMNS; c++) {
			if (p->width && width > p->width && columns[c].drop == drop && p->shown[c]) {
				p->shown[c] = false;
				width -= CELL;
			}
		}
	}
}

static void human_cells(const struct page *p, const struct map_sum *s, bool object)
{
	char kb[32];

	for (size_t c = 0; c < COLUMNS; c++)
		if (p->shown[c] && (!object || columns[c].object))
			printf("%*s", CELL, value(s, c) > 0 ? fmt_kb(kb, sizeof(kb), value(s, c)) : "-");
}

static void human_heads(const struct page *p, const char *first, bool object)
{
	printf("%-12s %5s", first, "maps");
	for (size_t c = 0; c < COLUMNS; c++)
		if (p->shown[c] && (!object || columns[c].object))
			printf("%*s", CELL, columns[c].head);
}

/* Of a name that does not fit the end stays: there a path says most. */
static void print_name(const char *name, size_t room)
{
	bool cut = room >= 8 && strlen(name) > room;

	printf("%s%s\n", cut ? "..." : "", cut ? utf8_end(name, room - 3) : name);
}

static void human_objects(const struct page *p, const struct map *m)
{
	unsigned char list[MAP_OBJECTS];
	size_t n = biggest(m, p->top, list), used = FIRST + 2;
	struct text name = TEXT_INIT;

	for (size_t c = 0; c < COLUMNS; c++)
		used += p->shown[c] && columns[c].object ? CELL : 0;
	if (n > 0) {
		human_heads(p, "biggest", true);
		printf("  mapping\n");
	}
	for (size_t i = 0; i < n; i++) {
		const struct map_object *o = &m->objects->v[list[i]];

		text_reset(&name);
		if (*o->name)
			add_plain(&name, o->name);
		else
			text_addf(&name, "%" PRIx64 "-%" PRIx64, o->start, o->end);
		printf("%-12s %5llu", map_class_name[o->class], (unsigned long long)o->sum.mappings);
		human_cells(p, &o->sum, true);
		printf("  ");
		print_name(text_str(&name), p->width > used ? p->width - used : 0);
	}
	text_release(&name);
}

static void human_table(const struct page *p, const struct map *m)
{
	enum map_class list[MAP_CLASSES];
	size_t n = order(&m->sum, list);

	if (m->sum.all.mappings == 0) {
		printf("no memory of its own: a kernel thread, or a zombie\n");
		return;
	}
	human_heads(p, "class", false);
	printf("\n");
	for (size_t i = 0; i < n; i++) {
		printf("%-12s %5llu", map_class_name[list[i]], (unsigned long long)m->sum.by_class[list[i]].mappings);
		human_cells(p, &m->sum.by_class[list[i]], false);
		printf("\n");
	}
	printf("%-12s %5llu", "total", (unsigned long long)m->sum.all.mappings);
	human_cells(p, &m->sum.all, false);
	printf("\n");
	human_objects(p, m);
}

static void print_human(const struct map_list *l, const struct map *sum, size_t top)
{
	struct page p = { .top = top };
	char took[32];

	plan_columns(&p, sum ? sum : l->v, sum ? 1 : l->n);
	if (sum) {
		printf("%zu process%s: %llu mappings, read in %s\n", l->n, l->n == 1 ? "" : "es",
		       (unsigned long long)sum->sum.all.mappings, fmt_duration(took, sizeof(took), sum->read_s));
		human_table(&p, sum);
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct map *m = &l->v[i];
		bool role = m->role && (!m->name || strcmp(m->role, m->name) != 0);

		printf("%s%d %s%s%s%s: %llu mappings, read in %s\n", i ? "\n" : "", (int)m->pid, m->name ? m->name : "?",
		       role ? " (" : "", role ? m->role : "", role ? ")" : "", (unsigned long long)m->sum.all.mappings,
		       fmt_duration(took, sizeof(took), m->read_s));
		human_table(&p, m);
	}
}

static void csv_begin(struct text *line, const struct map *m, const char *class, const struct map_sum *s)
{
	text_reset(line);
	csv_add_num(line, m->pid ? m->pid : (double)NAN, 0);
	csv_add_str(line, m->name ? m->name : "");
	csv_add_str(line, class);
	csv_add_num(line, (double)s->mappings, 0);
	for (size_t i = 0; i < COLUMNS; i++)
		csv_add_num(line, value(s, i), 0);
}

static void csv_class(struct text *line, const struct map *m, const char *class, const struct map_sum *s)
{
	csv_begin(line, m, class, s);
	text_add(line, ",,,,");
	puts(text_str(line));
}

static void csv_object(struct text *line, const struct map *m, const struct map_object *o, struct text *name)
{
	char buf[MAP_OBJECT_ID];

	text_reset(name);
	add_plain(name, o->name);
	csv_begin(line, m, map_class_name[o->class], &o->sum);
	csv_add_str(line, text_str(name));
	snprintf(buf, sizeof(buf), "%" PRIx64, o->start);
	csv_add_str(line, buf);
	snprintf(buf, sizeof(buf), "%" PRIx64, o->end);
	csv_add_str(line, buf);
	csv_add_str(line, map_object_id(o, buf, sizeof(buf)));
	puts(text_str(line));
}

static void print_csv(const struct map *m, size_t top)
{
	enum map_class list[MAP_CLASSES];
	unsigned char of[MAP_OBJECTS];
	size_t n = order(&m->sum, list), n_objects = biggest(m, top, of);
	struct text line = TEXT_INIT, name = TEXT_INIT;

	for (size_t i = 0; i < n; i++)
		csv_class(&line, m, map_class_name[list[i]], &m->sum.by_class[list[i]]);
	csv_class(&line, m, "total", &m->sum.all);
	for (size_t i = 0; i < n_objects; i++)
		csv_object(&line, m, &m->objects->v[of[i]], &name);
	text_release(&line);
	text_release(&name);
}

static json_t *json_row(const char *class, const struct map_sum *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "class", json_string(class));
	json_object_set_new(o, "mappings", json_num((double)s->mappings));
	for (size_t i = 0; i < COLUMNS; i++)
		json_object_set_new(o, columns[i].key, json_num(value(s, i)));
	return o;
}

static json_t *json_of(const char *s)
{
	return s && *s ? json_string(s) : json_null();
}

static json_t *json_object_row(const struct map_object *m)
{
	json_t *o = json_row(map_class_name[m->class], &m->sum);
	char buf[MAP_OBJECT_ID], *name = plain_dup(m->name);

	json_object_set_new(o, "name", json_of(name));
	snprintf(buf, sizeof(buf), "%" PRIx64, m->start);
	json_object_set_new(o, "start", json_string(buf));
	snprintf(buf, sizeof(buf), "%" PRIx64, m->end);
	json_object_set_new(o, "end", json_string(buf));
	json_object_set_new(o, "object", json_of(map_object_id(m, buf, sizeof(buf))));
	free(name);
	return o;
}

static void json_table(json_t *o, const struct map *m, size_t top)
{
	enum map_class list[MAP_CLASSES];
	unsigned char of[MAP_OBJECTS];
	size_t n = order(&m->sum, list), n_objects = biggest(m, top, of);
	json_t *classes = json_array(), *mappings = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(classes, json_row(map_class_name[list[i]], &m->sum.by_class[list[i]]));
	for (size_t i = 0; i < n_objects; i++)
		json_array_append_new(mappings, json_object_row(&m->objects->v[of[i]]));
	json_object_set_new(o, "classes", classes);
	json_object_set_new(o, "total", json_row("total", &m->sum.all));
	json_object_set_new(o, "biggest", mappings);
}

static void print_json(const struct map_list *l, const struct map *sum, size_t top)
{
	json_t *all = json_object(), *list = json_array();
	struct text out = TEXT_INIT;

	json_object_set_new(all, "schema", json_string("soakd.map/1"));
	for (size_t i = 0; i < l->n; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "pid", json_integer(l->v[i].pid));
		json_object_set_new(o, "name", json_of(l->v[i].name));
		json_object_set_new(o, "role", json_of(l->v[i].role));
		json_object_set_new(o, "read_s", json_num(l->v[i].read_s));
		json_table(o, &l->v[i], top);
		json_array_append_new(list, o);
	}
	json_object_set_new(all, "processes", list);
	if (sum) {
		json_t *o = json_object();

		json_table(o, sum, top);
		json_object_set_new(all, "sum", o);
	}
	json_add(&out, all, 2);
	puts(text_str(&out));
	text_release(&out);
	json_decref(all);
}

void map_print(const struct map_list *l, const struct map *sum, enum map_format format, size_t top)
{
	if (format == MAP_JSON) {
		print_json(l, sum, top);
		return;
	}
	if (format == MAP_HUMAN) {
		print_human(l, sum, top);
		return;
	}
	printf("pid,name,class,mappings");
	for (size_t i = 0; i < COLUMNS; i++)
		printf(",%s", columns[i].key);
	printf(",mapping,start,end,object\n");
	if (sum)
		print_csv(sum, top);
	for (size_t i = 0; !sum && i < l->n; i++)
		print_csv(&l->v[i], top);
}
