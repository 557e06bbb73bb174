/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files that were given, and those that are taken where none was. */
#include "soakd/report_out.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* A report is made from its data, and never over them: PATH itself, or run.json and verdict.json in it. */
static bool is_input(const char *out, const char *path)
{
	static const char *const within[] = { "", "/run.json", "/verdict.json" };
	bool same = false;

	for (size_t i = 0; i < sizeof(within) / sizeof(*within) && !same; i++) {
		char *file = sk_asprintf("%s%s", path, within[i]);

		same = file && same_file(out, file);
		free(file);
	}
	return same;
}

enum sk_code report_out_check(const struct opt_list *out, char *const *path, size_t n, struct sk_err *err)
{
	for (size_t i = 0; i < out->n; i++) {
		for (size_t k = 0; k < i; k++)
			if (strcmp(out->v[i], out->v[k]) == 0)
				return sk_fail(err, SK_EUSAGE, 0, "--out %s is given twice", out->v[i]);
		for (size_t k = 0; k < n; k++)
			if (is_input(out->v[i], path[k]))
				return sk_fail(err, SK_EUSAGE, 0,
					       "--out %s: the report is made from this file; take another name", out->v[i]);
	}
	return SK_OK;
}

static enum sk_code add_out(struct opt_list *out, char *path, struct sk_err *err)
{
	if (path && sk_grow((void **)&out->v, &out->cap, out->n + 1, sizeof(*out->v)) == 0) {
		out->v[out->n++] = path;
		return SK_OK;
	}
	free(path);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
}

enum sk_code report_out_default(struct opt_list *out, const char *path, bool for_issue, struct sk_err *err)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	const char *suffix = for_issue ? "-for-issue" : "";
	int n = (int)strlen(path), stem = dot && dot != path ? (int)(dot - path) : n;
	struct stat st;
	enum sk_code rc;

	if (out->n > 0)
		return SK_OK;
	if (strcmp(path, "-") == 0)
		return sk_fail(err, SK_EUSAGE, 0, "a report of standard input needs --out FILE");
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		rc = add_out(out, sk_asprintf("%.*s%s.png", stem, path, suffix), err);
		return rc == SK_OK && for_issue ? add_out(out, sk_asprintf("%.*s%s.md", stem, path, suffix), err) : rc;
	}
	while (n > 1 && path[n - 1] == '/')
		n--;
	rc = add_out(out, sk_asprintf("%.*s/report%s.png", n, path, suffix), err);
	return rc == SK_OK ? add_out(out, sk_asprintf("%.*s/report%s.md", n, path, suffix), err) : rc;
}

void report_out_elsewhere(struct sk_err *err)
{
	const struct sk_err why = *err;

	(void)sk_fail(err, why.code, why.sys, "%s; --out FILE writes elsewhere", why.msg);
}
