/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `map`: a process's memory by mapping class, once. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "samplers/proc_stat.h"
#include "samplers/smaps.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"

enum map_format { MAP_HUMAN, MAP_JSON, MAP_CSV };
static const char *const formats[] = { "human", "json", "csv", NULL };

struct map_options {
	int format;
};

static const struct opt options[] = {
	{ "format", 0, OPT_CHOICE, offsetof(struct map_options, format), "F", "human", 0, 0, formats, "how it is printed" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};

const struct opt_command cmd_map_options = {
	"map",
	"PID...",
	"Show a process's memory by mapping class, once.",
	options,
	"The classes are those of mappings.csv; their sums are what /proc/PID/smaps_rollup says. While the kernel writes the "
	"map\n"
	"(some 9 ms per GiB) the process waits where it maps or unmaps memory. Exit status: 0; 2 if a process cannot be read.\n",
};

struct map {
	pid_t pid;
	char *name; /* valid UTF-8 without control characters */
	struct smaps_summary sum;
	double read_s;
};

/* What is printed of a class, in the order of the columns. */
static const struct {
	const char *head, *key;
	size_t offset;
} columns[] = {
	{ "size", "size_kb", offsetof(struct map_sum, size_kb) },
	{ "RSS", "rss_kb", offsetof(struct map_sum, rss_kb) },
	{ "PSS", "pss_kb", offsetof(struct map_sum, pss_kb) },
	{ "clean", "private_clean_kb", offsetof(struct map_sum, private_clean_kb) },
	{ "dirty", "private_dirty_kb", offsetof(struct map_sum, private_dirty_kb) },
	{ "anonymous", "anon_kb", offsetof(struct map_sum, anon_kb) },
	{ "swap", "swap_kb", offsetof(struct map_sum, swap_kb) },
	{ "hugetlb", "hugetlb_kb", offsetof(struct map_sum, hugetlb_kb) },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

static double value(const struct map_sum *s, size_t column)
{
	double v;

	memcpy(&v, (const char *)s + columns[column].offset, sizeof(v));
	return v;
}

static enum sk_code parse_pid(const char *word, pid_t *pid, struct sk_err *err)
{
	int64_t n;

	if (int_parse(word, &n, NULL) != SK_OK || n < 1 || n > INT_MAX)
		return sk_fail(err, SK_EUSAGE, 0,
			       "\"%s\" is no process id; soakd map takes numbers from 1 on, such as pidof prints", word);
	*pid = (pid_t)n;
	return SK_OK;
}

static enum sk_code read_map(struct smaps_parser *p, struct procfs *fs, struct map *m, struct sk_err *err)
{
	struct proc_stat st;
	enum sk_code rc = procfs_read(fs, m->pid, "stat", err);

	if (rc == SK_OK && proc_stat_parse(fs->buf, fs->len, &st) == 0)
		m->name = plain_dup(st.comm);
	int64_t began = clock_boot_ns(&clock_real);

	if (rc == SK_OK)
		rc = smaps_read(p, fs, m->pid, &m->sum, NULL, err);
	m->read_s = (double)(clock_boot_ns(&clock_real) - began) / 1e9;
	if (rc == SK_EGONE)
		return sk_fail(err, SK_ENOTFOUND, 0, "there is no process %d", (int)m->pid);
	if (rc == SK_EPARSE)
		sk_err_prefix(err, "/proc/%d/smaps: ", (int)m->pid);
	return rc;
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

static void human_row(const char *name, const struct map_sum *s)
{
	char kb[32];

	printf("%-13s %8llu", name, (unsigned long long)s->mappings);
	for (size_t i = 0; i < COLUMNS; i++)
		printf(" %10s", value(s, i) > 0 ? fmt_kb(kb, sizeof(kb), value(s, i)) : "-");
	printf("\n");
}

static void print_human(const struct map *m)
{
	enum map_class list[MAP_CLASSES];
	size_t n = order(&m->sum, list);
	char took[32];

	printf("%d %s: %llu mappings, read in %s\n", (int)m->pid, m->name ? m->name : "?",
	       (unsigned long long)m->sum.all.mappings, fmt_duration(took, sizeof(took), m->read_s));
	if (m->sum.all.mappings == 0) {
		printf("no memory of its own: a kernel thread, or a zombie\n");
		return;
	}
	printf("%-13s %8s", "class", "mappings");
	for (size_t i = 0; i < COLUMNS; i++)
		printf(" %10s", columns[i].head);
	printf("\n");
	for (size_t i = 0; i < n; i++)
		human_row(map_class_name[list[i]], &m->sum.by_class[list[i]]);
	human_row("total", &m->sum.all);
}

static void csv_row(struct text *line, const struct map *m, const char *class, const struct map_sum *s)
{
	text_reset(line);
	csv_add_num(line, m->pid, 0);
	csv_add_str(line, m->name ? m->name : "");
	csv_add_str(line, class);
	csv_add_num(line, (double)s->mappings, 0);
	for (size_t i = 0; i < COLUMNS; i++)
		csv_add_num(line, value(s, i), 0);
	puts(text_str(line));
}

static void print_csv(const struct map *m)
{
	enum map_class list[MAP_CLASSES];
	size_t n = order(&m->sum, list);
	struct text line = TEXT_INIT;

	for (size_t i = 0; i < n; i++)
		csv_row(&line, m, map_class_name[list[i]], &m->sum.by_class[list[i]]);
	csv_row(&line, m, "total", &m->sum.all);
	text_release(&line);
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

static json_t *json_map(const struct map *m)
{
	enum map_class list[MAP_CLASSES];
	size_t n = order(&m->sum, list);
	json_t *o = json_object(), *classes = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(classes, json_row(map_class_name[list[i]], &m->sum.by_class[list[i]]));
	json_object_set_new(o, "pid", json_integer(m->pid));
	json_object_set_new(o, "name", m->name ? json_string(m->name) : json_null());
	json_object_set_new(o, "read_s", json_num(m->read_s));
	json_object_set_new(o, "classes", classes);
	json_object_set_new(o, "total", json_row("total", &m->sum.all));
	return o;
}

static void print_json(const struct map *maps, size_t n)
{
	json_t *all = json_object(), *list = json_array();
	struct text out = TEXT_INIT;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_map(&maps[i]));
	json_object_set_new(all, "schema", json_string("soakd.map/1"));
	json_object_set_new(all, "processes", list);
	json_add(&out, all, 2);
	puts(text_str(&out));
	text_release(&out);
	json_decref(all);
}

static void print_maps(const struct map *maps, size_t n, int format)
{
	if (format == MAP_JSON) {
		print_json(maps, n);
		return;
	}
	if (format == MAP_CSV) {
		printf("pid,name,class,mappings");
		for (size_t i = 0; i < COLUMNS; i++)
			printf(",%s", columns[i].key);
		printf("\n");
	}
	for (size_t i = 0; i < n; i++) {
		if (format == MAP_HUMAN && i > 0)
			printf("\n");
		(format == MAP_CSV ? print_csv : print_human)(&maps[i]);
	}
}

/* All or nothing: a table that lacks a process is not printed. */
static enum sk_code map_all(char **word, size_t n, int format, struct sk_err *err)
{
	struct procfs fs;
	enum sk_code rc = procfs_open(&fs, "/proc", err);
	struct map *maps = sk_calloc(n, sizeof(*maps));
	struct smaps_parser *p = smaps_parser_new();

	if (rc == SK_OK && (!maps || !p))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the map");
	for (size_t i = 0; rc == SK_OK && i < n; i++) {
		rc = parse_pid(word[i], &maps[i].pid, err);
		if (rc == SK_OK)
			rc = read_map(p, &fs, &maps[i], err);
	}
	if (rc == SK_OK)
		print_maps(maps, n, format);
	for (size_t i = 0; maps && i < n; i++)
		free(maps[i].name);
	free(maps);
	smaps_parser_free(p);
	procfs_close(&fs);
	return rc;
}

int cmd_map(int argc, char **argv)
{
	struct map_options o = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };
	char **word = NULL;
	size_t n = 0;
	int dashdash;
	bool help = false;
	enum sk_code rc = opt_defaults(&cmd_map_options, &o, &err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_map_options, argc, argv, &o, &given, &word, &n, &dashdash, &help, &err);
	if (rc == SK_OK && !help && n == 0)
		rc = sk_fail(&err, SK_EUSAGE, 0, "which process? soakd map PID, such as soakd map $(pidof -s postgres)");
	if (rc == SK_OK && help) {
		opt_print(&cmd_map_options, false);
	} else if (rc == SK_OK) {
		rc = map_all(word, n, o.format, &err);
	}
	if (rc != SK_OK)
		complain(&err);
	free(word);
	return exit_of(rc);
}
