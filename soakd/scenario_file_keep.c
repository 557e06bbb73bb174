/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The copy of a scenario in its run directory. A run that is resumed must do what it did, also where the file was changed since.
 * Only its owner may read it, because a script may hold anything;
 * what looks like a secret in an environment or a dsn is not in it at all.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "soakd/scenario_file_priv.h"
#include "soakd/scrub.h"

/* Each member whose "NAME=value" scrub() would change. */
static bool hide_in(config_setting_t *group)
{
	bool any = false;

	for (int i = 0; group && config_setting_is_group(group) && i < config_setting_length(group); i++) {
		config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		const char *value = config_setting_get_string(s);
		char *pair = value ? sk_asprintf("%s=%s", config_setting_name(s), value) : NULL,
		     *clean = pair ? scrub(pair) : NULL;

		if (value && (!clean || strcmp(clean, pair) != 0))
			any = config_setting_set_string(s, SCENARIO_HIDDEN) == CONFIG_TRUE || any;
		free(pair);
		free(clean);
	}
	return any;
}

static bool hide_dsn(config_setting_t *dsn)
{
	const char *value = dsn ? config_setting_get_string(dsn) : NULL;
	char *clean = value ? scrub(value) : NULL;
	bool any = value && (!clean || strcmp(clean, value) != 0);

	if (any)
		config_setting_set_string(dsn, clean ? clean : SCENARIO_HIDDEN);
	free(clean);
	return any;
}

/* The text of the copy: as it is where nothing in it is secret, so that its comments stay. NULL without memory. */
static char *without_secrets(const char *text)
{
	config_t cfg;
	char *out = NULL;
	size_t n = 0;
	bool hidden = false;

	config_init(&cfg);
	if (config_read_string(&cfg, text) == CONFIG_TRUE) {
		hidden = hide_in(config_lookup(&cfg, "environment"));
		hidden = hide_in(config_lookup(&cfg, "start.environment")) || hidden;
		hidden = hide_dsn(config_lookup(&cfg, "dsn")) || hidden;
	}
	FILE *f = hidden ? open_memstream(&out, &n) : NULL;

	if (f) {
		config_write(&cfg, f);
		if (fclose(f) != 0) {
			free(out);
			out = NULL;
		}
	}
	config_destroy(&cfg);
	return hidden ? out : sk_strdup(text);
}

static char *script_kept(const struct scenario_file *f, size_t i, const char *dir)
{
	const char *slash = strrchr(f->script[i].path, '/');

	return sk_asprintf("%s/scripts/%zu-%s", dir, i + 1, slash ? slash + 1 : f->script[i].path);
}

/* One file, for its owner alone. path and text are given back. */
static enum sk_code keep_one(char *path, char *text, struct sk_err *err)
{
	mode_t mask = umask(077);
	enum sk_code rc = path && text ? atomic_write(path, text, strlen(text), err)
				       : sk_fail(err, SK_ENOMEM, 0, "no memory for the copy of the scenario");

	umask(mask);
	free(path);
	free(text);
	return rc;
}

enum sk_code scenario_file_keep(const struct scenario_file *f, const char *dir, struct sk_err *err)
{
	char scripts[PATH_MAX];
	enum sk_code rc = keep_one(sk_asprintf("%s/%s", dir, SCENARIO_KEPT), without_secrets(f->text), err);

	snprintf(scripts, sizeof(scripts), "%s/scripts", dir);
	if (rc == SK_OK && f->n_script && mkdir(scripts, 0700) != 0 && errno != EEXIST)
		rc = sk_fail(err, SK_EIO, errno, "cannot make the folder %s: %s", scripts, strerror(errno));
	for (size_t i = 0; rc == SK_OK && i < f->n_script; i++)
		rc = keep_one(script_kept(f, i, dir), sk_strdup(f->script[i].text), err);
	if (rc != SK_OK)
		scenario_file_forget(f, dir);
	return rc;
}

void scenario_file_forget(const struct scenario_file *f, const char *dir)
{
	char path[PATH_MAX];

	for (size_t i = 0; f->text && i < f->n_script; i++) {
		char *kept = script_kept(f, i, dir);

		if (kept)
			unlink(kept);
		free(kept);
	}
	snprintf(path, sizeof(path), "%s/scripts", dir);
	if (f->n_script)
		rmdir(path);
	snprintf(path, sizeof(path), "%s/%s", dir, SCENARIO_KEPT);
	if (f->text)
		unlink(path);
}
