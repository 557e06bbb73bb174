/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --target says: "postgres", "pid:42", "unit:nginx" ... as a struct. Nothing is looked for here. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/target.h"

#define PID_LIMIT 4194304 /* PID_MAX_LIMIT of 64-bit kernels, include/linux/threads.h */
#define LABEL_MAX 64

static const struct {
	const char *prefix;
	enum target_how how;
} forms[] = {
	{ "pid:", TARGET_PID },
	{ "pidfile:", TARGET_PIDFILE },
	{ "unit:", TARGET_UNIT },
	{ "cgroup:", TARGET_CGROUP },
};

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* What may not stand in a file name becomes one '-'; a name that begins with a dot would be hidden. NULL without memory. */
static char *make_label(const char *s)
{
	char buf[LABEL_MAX + 1];
	size_t n = 0;

	for (; *s && n < LABEL_MAX; s++) {
		char c = is_label_char(*s) ? *s : '-';

		if (n == 0 && c == '.')
			c = '_';
		if (c != '-' || n == 0 || buf[n - 1] != '-')
			buf[n++] = c;
	}
	buf[n] = '\0';
	return sk_strdup(buf);
}

static enum sk_code fill(struct target_spec *out, enum target_how how, const char *text, const char *arg, const char *label,
			 struct sk_err *err)
{
	*out = (struct target_spec){ .how = how, .text = sk_strdup(text), .label = make_label(label), .arg = sk_strdup(arg) };
	if (out->text && out->label && out->arg)
		return SK_OK;
	target_spec_release(out);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the target's name");
}

static enum sk_code check_pid(const char *s, const char *arg, pid_t *pid, struct sk_err *err)
{
	int64_t v;

	if (int_parse(arg, &v, NULL) != SK_OK || v < 1 || v > PID_LIMIT)
		return sk_fail(err, SK_EUSAGE, 0, "--target %s: \"%s\" is no process id; one is a number such as 4711", s, arg);
	*pid = (pid_t)v;
	return SK_OK;
}

/* A group or unit name becomes a path below /sys/fs/cgroup: it must stay there. */
static bool climbs(const char *path)
{
	for (const char *s = path; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");

		if (n == 2 && s[0] == '.' && s[1] == '.')
			return true;
		s += n;
	}
	return false;
}

static enum sk_code check_arg(const char *s, enum target_how how, const char *arg, pid_t *pid, struct sk_err *err)
{
	if (*arg == '\0')
		return sk_fail(err, SK_EUSAGE, 0, "--target %s: nothing stands behind the colon", s);
	if (how == TARGET_PID)
		return check_pid(s, arg, pid, err);
	if (how == TARGET_UNIT && strchr(arg, '/'))
		return sk_fail(err, SK_EUSAGE, 0, "--target %s: a unit's name holds no slash; a control group is cgroup:PATH", s);
	if (how == TARGET_CGROUP && climbs(arg))
		return sk_fail(err, SK_EUSAGE, 0, "--target %s: the path of a control group may not hold \"..\"", s);
	return SK_OK;
}

static enum sk_code parse_name(const char *s, struct target_spec *out, struct sk_err *err)
{
	const struct target_kind *kind = target_kind_find(s);
	enum sk_code rc;

	if (strchr(s, ':'))
		return sk_fail(err, SK_EUSAGE, 0,
			       "--target %s: unknown form; there are NAME, pid:N, pidfile:PATH, unit:NAME, cgroup:PATH, and -- "
			       "CMD to launch one",
			       s);
	if (strchr(s, '/'))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--target %s: a process name holds no slash; use its last part, pidfile:PATH, or -- CMD to launch it", s);
	if (!kind)
		kind = target_kind_of_comm(s); /* "redis-server" is as good as "redis" */
	rc = fill(out, kind && kind->own ? TARGET_OWN : TARGET_NAME, s, s, s, err);
	if (rc == SK_OK)
		out->kind = kind;
	return rc;
}

enum sk_code target_spec_parse(const char *s, struct target_spec *out, struct sk_err *err)
{
	pid_t pid = 0;
	enum sk_code rc;

	if (s[strspn(s, " \t\n")] == '\0')
		return sk_fail(err, SK_EUSAGE, 0, "--target is empty: give a name such as postgres, or pid:N");
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		size_t n = strlen(forms[i].prefix);

		if (strncmp(s, forms[i].prefix, n) != 0)
			continue;
		rc = check_arg(s, forms[i].how, s + n, &pid, err);
		if (rc == SK_OK)
			rc = fill(out, forms[i].how, s, s + n, s, err);
		if (rc == SK_OK)
			out->pid = pid;
		return rc;
	}
	return parse_name(s, out, err);
}

enum sk_code target_spec_launch(const char *argv0, struct target_spec *out, struct sk_err *err)
{
	const char *slash = strrchr(argv0, '/'), *base = slash && slash[1] ? slash + 1 : argv0;

	if (*argv0 == '\0')
		return sk_fail(err, SK_EUSAGE, 0, "nothing to launch: the command behind -- is empty");
	return fill(out, TARGET_LAUNCH, argv0, argv0, base, err);
}

void target_spec_release(struct target_spec *spec)
{
	free(spec->text);
	free(spec->label);
	free(spec->arg);
	*spec = (struct target_spec){ 0 };
}
