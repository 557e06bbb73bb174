/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is a path: those of the system stay, and of a home directory the person's name is known from then on. Paths may hold blanks,
 * drives and shares, and may have been cut short at their begin.
 */
#include <ctype.h>
#include <string.h>

#include "soakd/redact_rules_internal.h"

static const char *const homes[] = { "/home/", "/homes/", "/Users/", "/media/", "\\Users\\", "\\Documents and Settings\\", "~" };

size_t redact_person_from(const char *s)
{
	for (size_t i = 0; i < COUNT(homes); i++)
		if (redact_starts(s, homes[i]))
			return strlen(homes[i]);
	return 0;
}

size_t redact_person(const char *s)
{
	size_t from = redact_person_from(s), n = from ? strcspn(s + from, "/\\ :" ENDS) : 0;

	return n > 0 ? from + n : 0;
}

/* The same on every machine. */
static bool is_system(const char *s)
{
	static const char *const folders[] = { "/usr/bin/",       "/usr/sbin/",      "/usr/lib/", "/usr/lib64/", "/usr/libexec/",
					       "/usr/local/bin/", "/usr/local/lib/", "/bin/",     "/sbin/",      "/lib/",
					       "/lib64/",         "/sys/",           "/dev/zero", "/dev/null",   "/SYSV",
					       "/memfd:",         "/[aio]" };

	if (strncmp(s, "/proc/", 6) == 0) { /* through these two all files of a process are seen */
		const char *file = s + 6 + strcspn(s + 6, "/" ENDS);

		return strncmp(file, "/root", 5) != 0 && strncmp(file, "/cwd", 4) != 0;
	}
	if (strncmp(s, "/sys/fs/cgroup/", 15) == 0) /* units and containers have names */
		return false;
	for (size_t i = 0; i < COUNT(folders); i++)
		if (strncmp(s, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* A path may hold blanks: what comes behind one belongs to it as long as a '/' follows within three words. */
static size_t path_length(const char *s, char slash)
{
	size_t n = strcspn(s, ENDS);

	for (size_t word = n, words = 0; s[word] == ' ' && words < 3; words++) {
		size_t k = strcspn(s + word + 1, ENDS);
		const char *at = memchr(s + word + 1, slash, k);

		word += 1 + k;
		if (at == s + word - k || strchr("~.$%", s[word - k])) /* a path of its own */
			break;
		if (at) {
			n = word;
			words = 0;
		}
	}
	return redact_trim(s, n);
}

/* $HOME, ${HOME} or %APPDATA% before a slash: bytes; 0. */
static size_t variable(const char *s)
{
	size_t n = *s == '$' ? 1 + strspn(s + 1, LETTER DIGITS "_{}") : *s == '%' ? 1 + strspn(s + 1, LETTER DIGITS "_()") : 0;

	if (n > 1 && *s == '%')
		n = s[n] == '%' ? n + 1 : 0;
	return n > 1 && (s[n] == '/' || s[n] == '\\') ? n : 0;
}

bool rule_path(const char *s, struct found *f)
{
	bool cut = strncmp(s, "...", 3) == 0 && strcspn(s, "/") < strcspn(s, ENDS); /* the end of a long one */
	bool home = *s == '~' && (s[1] == '/' || isalpha((unsigned char)s[1]));
	size_t before = variable(s);
	bool here = strncmp(s, "./", 2) == 0 || strncmp(s, "../", 3) == 0 || strncmp(s, ".\\", 2) == 0;
	bool drive = isalpha((unsigned char)s[0]) && s[1] == ':' && (s[2] == '\\' || (s[2] == '/' && s[3] != '/'));
	bool share = s[0] == '\\' && s[1] == '\\' && isalnum((unsigned char)s[2]);
	bool absolute = *s == '/' && s[1] && (isalnum((unsigned char)s[1]) || (s[1] & 0x80) || strchr("._~@%+-[", s[1]));

	if (absolute && is_system(s)) {
		f->n = strcspn(s, ENDS); /* as it is: no rule shall see a host in its name */
		return true;
	}
	return (absolute || cut || home || drive || share || before > 0 || here) &&
	       found_whole(f, before + path_length(s + before, drive || share ? '\\' : '/'), REDACT_PATH, false);
}
