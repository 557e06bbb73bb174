/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RUN/under when the target has ended: every file of the tool, is it whole, and what memcheck's say. As JSON for run.json. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dirents.h"
#include "base/json.h"
#include "base/mem.h"
#include "soakd/under.h"
#include "soakd/under_files.h"
#include "soakd/under_memcheck.h"

#define NAMES_MAX 1000 /* of files in run.json; all are read */
#define SITES_MAX 10
#define TAIL      4096

struct collect {
	enum under_tool tool;
	const char *dir; /* RUN/under */
	size_t prefix;   /* bytes of "memcheck." */
	struct memcheck *memcheck;
	json_t *names;
	char torn[256]; /* the first one that is not whole */
	unsigned files, n_torn;
};

static bool read_massif(int fd)
{
	char head[8], tail[TAIL];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	ssize_t n_head = pread(fd, head, sizeof(head), 0);
	ssize_t n_tail = pread(fd, tail, sizeof(tail), st.st_size > TAIL ? st.st_size - TAIL : 0);

	return n_head > 0 && n_tail > 0 && massif_is_whole(head, (size_t)n_head, tail, (size_t)n_tail);
}

static bool read_dhat(int fd)
{
	struct dhat_check d = { 0 };
	char buf[16384];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		dhat_feed(&d, buf, (size_t)n);
	return n == 0 && dhat_is_whole(&d);
}

static bool read_heaptrack(int fd)
{
	struct pressed_check z = { 0 };
	uint8_t buf[16384];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		pressed_feed(&z, buf, (size_t)n);
	return n == 0 && pressed_is_whole(&z);
}

static bool is_whole(struct collect *c, const char *path)
{
	bool whole = false;
	int fd;

	if (c->tool == UNDER_MEMCHECK) {
		memcheck_file(c->memcheck, path, &whole, NULL);
		return whole;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return false;
	whole = c->tool == UNDER_MASSIF ? read_massif(fd) : c->tool == UNDER_DHAT ? read_dhat(fd) : read_heaptrack(fd);
	close(fd);
	return whole;
}

static int take_file(void *ctx, const char *name, int may_be_dir)
{
	struct collect *c = ctx;
	char path[PATH_MAX];

	(void)may_be_dir;
	if (strncmp(name, under_tool_names[c->tool], c->prefix - 1) != 0 || name[c->prefix - 1] != '.' ||
	    snprintf(path, sizeof(path), "%s/%s", c->dir, name) >= (int)sizeof(path))
		return 0;
	c->files++;
	if (!is_whole(c, path) && c->n_torn++ == 0)
		snprintf(c->torn, sizeof(c->torn), "%s", name);
	if (c->files <= NAMES_MAX)
		json_array_append_new(c->names, json_sprintf("under/%s", name));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* The folder's order is chance. */
static json_t *sorted(json_t *names)
{
	size_t n = json_array_size(names);
	json_t **all = sk_calloc(n, sizeof(json_t *)), *out = json_array();

	for (size_t i = 0; all && i < n; i++)
		all[i] = json_array_get(names, i);
	if (all)
		qsort(all, n, sizeof(json_t *), by_name);
	for (size_t i = 0; all && i < n; i++)
		json_array_append(out, all[i]);
	free(all);
	return out;
}

static json_t *sites_json(const struct memcheck *m)
{
	const struct memcheck_site *top[SITES_MAX + 1];
	size_t n = memcheck_top(m, top, SITES_MAX);
	json_t *sites = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(sites, json_pack("{s:s%,s:s%,s:s%,s:I,s:I,s:i}", "function", top[i]->function,
						       strlen(top[i]->function), "place", top[i]->place, strlen(top[i]->place),
						       "callers", top[i]->callers, strlen(top[i]->callers), "bytes",
						       (json_int_t)top[i]->bytes, "blocks", (json_int_t)top[i]->blocks,
						       "processes", (int)top[i]->processes));
	return sites;
}

static json_t *result_json(struct collect *c, unsigned killed)
{
	json_t *j = json_object();
	char why[512] = "";

	if (killed)
		snprintf(why, sizeof(why), "%u process%s did not end in time and %s killed: what %s says of %s is incomplete",
			 killed, killed == 1 ? "" : "es", killed == 1 ? "was" : "were", under_tool_names[c->tool],
			 killed == 1 ? "it" : "them");
	else if (c->files == 0)
		snprintf(why, sizeof(why), "%s has written no file; target.log has its words", under_tool_names[c->tool]);
	else if (c->n_torn)
		snprintf(why, sizeof(why),
			 "%u of %u files are not whole, such as under/%s: their process was killed, or the disk full", c->n_torn,
			 c->files, c->torn);
	json_object_set_new(j, "tool", json_string(under_tool_names[c->tool]));
	json_object_set_new(j, "processes", json_integer(c->files));
	json_object_set_new(j, "complete", json_boolean(!*why));
	json_object_set_new(j, "killed", json_integer(killed));
	json_object_set_new(j, "why", *why ? json_string(why) : json_null());
	if (c->memcheck) {
		const struct memcheck_totals *t = memcheck_totals(c->memcheck);

		json_object_set_new(j, "definite_bytes", json_num((double)t->bytes));
		json_object_set_new(j, "definite_blocks", json_num((double)t->blocks));
		json_object_set_new(j, "errors", json_num((double)t->errors));
		json_object_set_new(j, "sites", sites_json(c->memcheck));
	}
	json_object_set_new(j, "files", sorted(c->names));
	return j;
}

enum sk_code under_collect(const struct run_options *o, const char *dir, unsigned killed, json_t **out, struct sk_err *err)
{
	char under[PATH_MAX];
	struct collect c = { .tool = (enum under_tool)o->under, .dir = under, .names = json_array() };
	enum sk_code rc = SK_OK;
	int fd;

	snprintf(under, sizeof(under), "%s/under", dir);
	c.prefix = strlen(under_tool_names[c.tool]) + 1;
	if (c.tool == UNDER_MEMCHECK && !(c.memcheck = memcheck_new()))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory to read what memcheck has found");
	fd = rc == SK_OK ? open(under, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (rc == SK_OK && (fd == -1 || dirents_each(fd, take_file, &c) == -1))
		rc = sk_fail(err, SK_EIO, errno, "cannot read %s: %s", under, strerror(errno));
	if (rc == SK_OK)
		*out = result_json(&c, killed);
	if (fd != -1)
		close(fd);
	memcheck_free(c.memcheck);
	json_decref(c.names);
	return rc;
}

static int remove_file(void *ctx, const char *name, int may_be_dir)
{
	(void)may_be_dir;
	unlinkat(*(const int *)ctx, name, 0);
	return 0;
}

void under_discard(const char *dir)
{
	char under[PATH_MAX];
	int fd;

	snprintf(under, sizeof(under), "%s/under", dir);
	fd = open(under, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return;
	dirents_each(fd, remove_file, &fd);
	close(fd);
	rmdir(under);
}
