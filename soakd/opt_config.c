/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options from libconfig's settings: of a configuration file, and of the top level of a scenario file. */
#include <libconfig.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "soakd/opt.h"

const char *opt_setting_text(const config_setting_t *s, char *buf, size_t n)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_STRING:
		return config_setting_get_string(s);
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(s) ? "yes" : "no";
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(buf, n, "%lld", config_setting_get_int64(s));
		return buf;
	case CONFIG_TYPE_FLOAT:
		return fmt_real(buf, n, config_setting_get_float(s));
	default:
		return NULL;
	}
}

/* A repeatable option takes one value, or ["several", "of them"]. */
static enum sk_code store_setting(const struct opt_command *c, const struct opt *o, void *dest, const config_setting_t *s,
				  struct sk_err *err)
{
	bool several = o->type == OPT_LIST && (config_setting_is_array(s) || config_setting_is_list(s));
	enum sk_code rc = SK_OK;
	char buf[64];

	for (int i = 0; rc == SK_OK && i < (several ? config_setting_length(s) : 1); i++) {
		const char *value = opt_setting_text(several ? config_setting_get_elem(s, (unsigned)i) : s, buf, sizeof(buf));

		rc = value ? opt_set(c, dest, o->name, value, err)
			   : sk_fail(err, SK_EUSAGE, 0, "\"%s\" needs one value, not a group or list", o->name);
	}
	return rc;
}

enum sk_code opt_setting(const struct opt_command *c, const config_setting_t *s, void *dest, struct opt_given *given,
			 struct sk_err *err)
{
	const char *name = config_setting_name(s);
	const struct opt *o = opt_find(c, name);

	if (!o)
		return sk_fail(err, SK_ENOTFOUND, 0, "unknown option \"%s\"; soakd %s --help lists them", name, c->verb);
	if (given && opt_was_given(c, given, name))
		return SK_OK; /* the command line, which was read before, wins */
	opt_mark(c, given, name);
	return store_setting(c, o, dest, s, err);
}

static enum sk_code take_setting(const struct opt_command *c, const char *path, const config_setting_t *s, void *dest,
				 struct opt_given *given, struct sk_err *err)
{
	struct sk_err why = { 0 };
	enum sk_code rc = opt_setting(c, s, dest, given, &why);

	return rc == SK_OK ? rc : sk_fail(err, SK_EUSAGE, 0, "%s:%u: %s", path, config_setting_source_line(s), why.msg);
}

enum sk_code opt_config(const struct opt_command *c, const char *path, void *dest, struct opt_given *given, struct sk_err *err)
{
	config_t cfg;
	enum sk_code rc = SK_OK;

	config_init(&cfg);
	if (config_read_file(&cfg, path) != CONFIG_TRUE) {
		if (config_error_type(&cfg) == CONFIG_ERR_FILE_IO)
			rc = sk_fail(err, SK_EUSAGE, 0,
				     "cannot read the configuration file %s: does it exist, and may you read it?", path);
		else
			rc = sk_fail(err, SK_EUSAGE, 0, "%s:%d: %s", config_error_file(&cfg) ? config_error_file(&cfg) : path,
				     config_error_line(&cfg), config_error_text(&cfg));
	}
	config_setting_t *root = config_root_setting(&cfg);

	for (int i = 0; rc == SK_OK && i < config_setting_length(root); i++)
		rc = take_setting(c, path, config_setting_get_elem(root, (unsigned)i), dest, given, err);
	config_destroy(&cfg);
	return rc;
}
