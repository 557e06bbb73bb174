/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target's settings that are not its defaults, as run.json has them: what a maintainer asks for first. */
#include <string.h>

#include "base/json.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"

/* How texts and times are written, and where files and sockets lie: of no use to who asks where memory goes. */
static bool is_habit(const char *name)
{
	static const char *const habits[] = { "DateStyle", "TimeZone",      "log_timezone", "default_text_search_config",
					      "port",      "data_directory" };

	for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++)
		if (strcmp(name, habits[i]) == 0)
			return true;
	return strncmp(name, "lc_", 3) == 0 || strstr(name, "_file") || strstr(name, "_director") || strstr(name, "address");
}

void add_settings(struct text *out, const json_t *run)
{
	static const char prefix[] = "setting.";
	json_t *info = json_object_get(run, "target_info"), *value;
	const char *key, *extensions = json_get_str(info, "extensions", "");

	json_object_foreach(info, key, value)
	{
		const char *name = key + strlen(prefix);

		if (strncmp(key, prefix, strlen(prefix)) != 0 || !json_is_string(value) || is_habit(name))
			continue;
		text_add(out, out->len > 0 ? DOT : "");
		add_plain(out, name);
		text_addc(out, ' ');
		add_plain(out, *json_string_value(value) ? json_string_value(value) : "\"\"");
	}
	if (*extensions) {
		text_addf(out, "%sextensions: ", out->len > 0 ? DOT : "");
		add_plain(out, extensions);
	}
}
