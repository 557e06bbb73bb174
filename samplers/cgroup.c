/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/cgroup.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "samplers/flat.h"
#include "samplers/held.h"

/* Copies [s, end) if it fits; else out is "": a path that was cut would be another one. */
static void copy(char *out, const char *s, const char *end)
{
	size_t n = (size_t)(end - s);

	if (n >= CGROUP_PATH || memchr(s, '\0', n))
		n = 0;
	memcpy(out, s, n);
	out[n] = '\0';
}

/* One of the words between commas? */
static bool has_word(const char *s, const char *end, const char *word)
{
	size_t len = strlen(word);

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s)), *stop = comma ? comma : end;

		if ((size_t)(stop - s) == len && memcmp(s, word, len) == 0)
			return true;
		s = stop + 1;
	}
	return false;
}

/* "4:memory:/a/b", "0::/a/b" */
static void name_line(const char *s, const char *end, struct cgroup_names *out)
{
	const char *controllers = memchr(s, ':', (size_t)(end - s)), *group;

	if (!controllers)
		return;
	controllers++;
	group = memchr(controllers, ':', (size_t)(end - controllers));
	if (!group || group + 1 == end || group[1] != '/')
		return;
	if (group == controllers)
		copy(out->unified, group + 1, end);
	else if (has_word(controllers, group, "memory"))
		copy(out->memory, group + 1, end);
}

void cgroup_names_parse(const char *buf, size_t n, struct cgroup_names *out)
{
	const char *s = buf, *end;

	out->memory[0] = out->unified[0] = '\0';
	while ((end = memchr(s, '\n', n - (size_t)(s - buf)))) {
		name_line(s, end, out);
		s = end + 1;
	}
}

/* mountinfo writes blank, tab, newline and backslash as octal numbers, "\\040". */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* The next word between blanks: false at the end. */
static bool next_word(const char **at, const char *end, const char **word, const char **stop)
{
	if (*at >= end)
		return false;
	*word = *at;
	*stop = memchr(*at, ' ', (size_t)(end - *at));
	if (!*stop)
		*stop = end;
	*at = *stop + 1;
	return true;
}

static bool is(const char *word, const char *stop, const char *what)
{
	return (size_t)(stop - word) == strlen(what) && memcmp(word, what, (size_t)(stop - word)) == 0;
}

/* "35 31 0:32 ROOT POINT rw,relatime [optional ...] - cgroup SOURCE rw,memory" */
bool cgroup_mount_parse(const char *line, size_t n, struct cgroup_mount *out)
{
	const char *at = line, *end = line + n, *word, *stop;

	for (int i = 0; i < 5; i++) {
		if (!next_word(&at, end, &word, &stop))
			return false;
		if (i >= 3)
			copy(i == 3 ? out->root : out->point, word, stop);
	}
	do
		if (!next_word(&at, end, &word, &stop))
			return false;
	while (!is(word, stop, "-"));
	if (!next_word(&at, end, &word, &stop))
		return false;
	out->version = is(word, stop, "cgroup2") ? 2 : is(word, stop, "cgroup") ? 1 : 0;
	if (out->version == 0 || !next_word(&at, end, &word, &stop))
		return false;
	if (out->version == 1 && (!next_word(&at, end, &word, &stop) || !has_word(word, stop, "memory")))
		return false;
	unescape(out->root);
	unescape(out->point);
	return out->root[0] == '/' && out->point[0] == '/';
}

const char *cgroup_below(const char *root, const char *group)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);
	const char *rest = group + len;

	if (strncmp(root, group, len) != 0 || (*rest != '/' && *rest != '\0'))
		return NULL;
	if (strncmp(rest, "/..", 3) == 0 && (rest[3] == '/' || rest[3] == '\0'))
		return NULL;
	return strcmp(rest, "/") == 0 ? "" : rest;
}

/* The group's folder below this mount into out, if it can be seen there. */
static bool folder(const struct procfs *fs, const struct cgroup_mount *m, const char *group, char *out, size_t *mount)
{
	const char *rest = *group ? cgroup_below(m->root, group) : NULL;
	int n;

	if (!rest)
		return false;
	n = snprintf(out, CGROUP_PATH, "%.*s%s", (int)procfs_prefix(fs), fs->root, m->point);
	*mount = (size_t)n;
	if (n < CGROUP_PATH)
		n += snprintf(out + n, (size_t)(CGROUP_PATH - n), "%s", rest);
	if (n < CGROUP_PATH && access(out, X_OK) == 0)
		return true;
	out[0] = '\0';
	return false;
}

static void try_mount(const struct procfs *fs, const struct cgroup_mount *m, const struct cgroup_names *names,
		      struct cgroup_place *out)
{
	size_t mount;

	if (m->version == 1 && out->version == 0 && folder(fs, m, names->memory, out->memory, &out->mount))
		out->version = 1;
	if (m->version == 2 && !out->unified[0] && folder(fs, m, names->unified, out->unified, &mount) && !names->memory[0]) {
		memcpy(out->memory, out->unified, sizeof(out->memory));
		out->mount = mount;
		out->version = 2;
	}
}

enum sk_code cgroup_find(struct procfs *fs, pid_t pid, struct cgroup_place *out, struct sk_err *err)
{
	struct cgroup_names names;
	struct cgroup_mount m;
	const char *s, *end;
	enum sk_code rc;

	memset(out, 0, sizeof(*out));
	rc = procfs_read(fs, pid, "cgroup", err);
	if (rc != SK_OK)
		return rc;
	cgroup_names_parse(fs->buf, fs->len, &names);
	rc = procfs_read(fs, 0, "self/mountinfo", err);
	if (rc != SK_OK)
		return rc;
	for (s = fs->buf; (end = memchr(s, '\n', fs->len - (size_t)(s - fs->buf))); s = end + 1)
		if (cgroup_mount_parse(s, (size_t)(end - s), &m))
			try_mount(fs, &m, &names, out);
	if (!out->version && !out->unified[0] && (names.memory[0] || names.unified[0]))
		return sk_fail(
			err, SK_ENOTFOUND, 0,
			"the control group of pid %d (%.200s) is outside of what is mounted here: from within a container only "
			"its own groups are seen",
			(int)pid, names.memory[0] ? names.memory : names.unified);
	return SK_OK;
}

static double file_kb(const char *dir, const char *name)
{
	struct held k = HELD_INIT;
	char path[CGROUP_PATH + 40], buf[64];
	ssize_t n = -1;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (held_open(&k, AT_FDCWD, path) == 0)
		n = held_read(&k, buf, sizeof(buf));
	held_close(&k);
	return n > 0 ? flat_bytes_kb(buf, (size_t)n) : NAN;
}

double cgroup_place_limit_kb(const struct cgroup_place *place)
{
	static const char *const v1[] = { "memory.limit_in_bytes" }, *const v2[] = { "memory.max", "memory.high" };
	double least = NAN;
	char dir[CGROUP_PATH];

	if (!place->version)
		return NAN;
	memcpy(dir, place->memory, sizeof(dir));
	for (;;) {
		for (size_t i = 0; i < (place->version == 1 ? 1 : 2); i++)
			least = fmin(least, file_kb(dir, place->version == 1 ? v1[i] : v2[i]));
		char *slash = strrchr(dir, '/');

		if (!slash || slash < dir + place->mount)
			return least;
		*slash = '\0';
	}
}

double cgroup_limit_kb(struct procfs *fs, pid_t pid)
{
	struct cgroup_place place;

	return cgroup_find(fs, pid, &place, NULL) == SK_OK ? cgroup_place_limit_kb(&place) : NAN;
}

bool cgroup_watch_look(struct cgroup_watch *w, struct procfs *fs, pid_t pid, bool again, struct sk_err *err)
{
	struct cgroup_place now;

	if (pid == 0 || (pid == w->pid && !again))
		return false;
	bool first = w->pid == 0;

	w->pid = pid;
	w->code = cgroup_find(fs, pid, &now, err);
	if (!first && strcmp(now.memory, w->place.memory) == 0 && strcmp(now.unified, w->place.unified) == 0)
		return false;
	w->place = now;
	return true;
}
