/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands as words, and the way to our own helpers; see spawn.h. No shell is ever started. */
#include "base/spawn.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clocale.h"
#include "base/mem.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Copies one word without its quotes and a NUL. *s ends behind it, *out behind the NUL. Returns the quote left open, or 0. */
static char take_word(const char **s, char **out)
{
	const char *p = *s;
	char *o = *out, quote = 0;

	for (; *p && (quote || !is_blank(*p)); p++) {
		if (quote ? *p == quote : *p == '\'' || *p == '"') {
			quote = quote ? 0 : *p;
			continue;
		}
		/* inside "..." a backslash is special only before these, inside '...' never; a last one stands for itself */
		if (*p == '\\' && p[1] && quote != '\'' && (!quote || strchr("\"\\$`\n", p[1]))) {
			if (*++p == '\n') /* a continued line */
				continue;
		}
		*o++ = *p;
	}
	*o++ = '\0';
	*s = p;
	*out = o;
	return quote;
}

enum sk_code words_split(const char *s, char ***argv, size_t *argc, struct sk_err *err)
{
	size_t len = strlen(s), most = len / 2 + 1, n = 0; /* a word takes a character and a blank at least */
	char **v = sk_calloc(1, (most + 1) * sizeof(*v) + len + most + 1);

	if (!v)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a command of %zu bytes", len);
	char *out = (char *)(v + most + 1);

	for (const char *p = s;;) {
		while (is_blank(*p))
			p++;
		if (!*p)
			break;
		v[n++] = out;
		char open = take_word(&p, &out);

		if (open) {
			free(v);
			return sk_fail(err, SK_EUSAGE, 0, "the command has a quote %c that is never closed: %s", open, s);
		}
	}
	if (n == 0) {
		free(v);
		return sk_fail(err, SK_EUSAGE, 0, "the command is empty");
	}
	*argv = v;
	*argc = n;
	return SK_OK;
}

static bool runs(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool program_find(const char *name, char *buf, size_t n)
{
	const char *dirs = getenv("PATH");

	if (strchr(name, '/')) {
		c_snprintf(buf, n, "%s", name);
		return runs(buf);
	}
	for (const char *d = dirs ? dirs : "/bin:/usr/bin";; d++) {
		size_t len = strcspn(d, ":");

		c_snprintf(buf, n, "%.*s%s%s", (int)len, d, len ? "/" : "", name);
		if (*name && runs(buf))
			return true;
		d += len;
		if (!*d)
			return false;
	}
}

/* dir/name into buf; true if a program of that name is there. */
static bool program_in(const char *dir, const char *name, char *buf, size_t n)
{
	int len = c_snprintf(buf, n, "%s/%s", dir, name);

	return len >= 0 && (size_t)len < n && runs(buf);
}

enum sk_code helper_path(const char *name, char *buf, size_t n, struct sk_err *err)
{
	char dir[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);

	dir[len > 0 ? len : 0] = '\0';
	char *slash = strrchr(dir, '/');

	if (slash)
		*slash = '\0';
	if (slash && program_in(dir, name, buf, n))
		return SK_OK;
	if (program_in(LIBEXECDIR, name, buf, n))
		return SK_OK;
	return sk_fail(err, SK_ENOTFOUND, 0, "cannot find the program %s: it is neither in %s nor in %s", name,
		       slash ? dir : "/proc/self/exe (unreadable)", LIBEXECDIR);
}
