/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a scenario file is: in the current folder, or in the library that comes with soakd. The library is found from the program
 * itself: PREFIX/share/soakd/scenarios of an installed one, scenarios/ beside the build folder of one that was just made.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/scenario_file_priv.h"
#include "soakd/script_file.h"

static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool scenario_library(char *buf, size_t n)
{
	static const char *const beside[] = { "../share/soakd/scenarios", "../scenarios" };
	char dir[PATH_MAX], probe[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	char *slash;

	dir[len > 0 ? len : 0] = '\0';
	slash = strrchr(dir, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		/* one that we know: the second folder could be anybody's */
		snprintf(probe, sizeof(probe), "%s/%s/ci-10-minutes.conf", dir, beside[i]);
		if (is_there(probe)) {
			char whole[PATH_MAX];

			snprintf(probe, sizeof(probe), "%s/%s", dir, beside[i]);
			if (!realpath(probe, whole) || strlen(whole) >= n)
				return false;
			snprintf(buf, n, "%s", whole);
			return true;
		}
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Fresh names, sorted, NULL-terminated; the array too is the caller's: phase_argv_release(). NULL without memory or library. */
char **scenario_library_names(void)
{
	char dir[PATH_MAX], **name = NULL;
	size_t n = 0, cap = 0;
	DIR *d = scenario_library(dir, sizeof(dir)) ? opendir(dir) : NULL;

	if (!d)
		return NULL;
	for (struct dirent *e; (e = readdir(d));) {
		if (*e->d_name == '.' || !scenario_is_file(e->d_name) || sk_grow((void **)&name, &cap, n + 2, sizeof(*name)) != 0)
			continue;
		name[n] = sk_strdup(e->d_name);
		n += name[n] != NULL;
	}
	closedir(d);
	if (name)
		qsort(name, n, sizeof(*name), by_name);
	return name;
}

enum sk_code scenario_file_find(const char *name, char **path, struct sk_err *err)
{
	char dir[PATH_MAX];
	struct text all = TEXT_INIT;
	char **names;
	bool library = scenario_library(dir, sizeof(dir));

	*path = is_there(name) || strchr(name, '/') || !library ? sk_strdup(name) : sk_asprintf("%s/%s", dir, name);
	if (!*path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
	if (is_there(*path))
		return SK_OK;
	free(*path);
	*path = NULL;
	if (strchr(name, '/') || !library)
		return sk_fail(err, SK_ENOTFOUND, errno, "cannot read the scenario file %s: %s", name, strerror(errno));
	names = scenario_library_names();
	for (size_t i = 0; names && names[i]; i++)
		text_addf(&all, "%s%s", i ? ", " : "", names[i]);
	phase_argv_release(names);
	sk_fail(err, SK_ENOTFOUND, 0, "there is no scenario file %s in this folder, and none in the library, which has %s", name,
		text_str(&all));
	text_release(&all);
	return SK_ENOTFOUND;
}

bool scenario_file_title(const char *path, struct text *out)
{
	size_t n = 0;
	char *text = text_file_read(path, path, &n, NULL);
	const char *base = strrchr(path, '/'), *line = text;
	size_t stem;

	base = base ? base + 1 : path;
	stem = strcspn(base, ".");
	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "# ", 2) == 0 && strncmp(line + 2, base, stem) == 0 && strncmp(line + 2 + stem, ": ", 2) == 0) {
			text_addn(out, line + stem + 4, strcspn(line + stem + 4, "\n"));
			break;
		}
	}
	free(text);
	return line != NULL;
}
