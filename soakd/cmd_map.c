/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `map`: memory by mapping class, once, of processes and of whole targets. */
#include <stdlib.h>

#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/map.h"

static const char *const formats[] = { "human", "json", "csv", NULL };

struct map_options {
	int format;
	int64_t top;
	bool sum;
};

#define AT(f) offsetof(struct map_options, f)
static const struct opt options[] = {
	{ "format", 0, OPT_CHOICE, AT(format), "F", "human", 0, 0, formats, "how it is printed" },
	{ "top", 0, OPT_INT, AT(top), "N", "5", 0, MAP_OBJECTS, NULL,
	  "so many of the biggest mappings by name, below the classes; csv has them only if this is given" },
	{ "sum", 0, OPT_FLAG, AT(sum), NULL, NULL, 0, 0, NULL,
	  "one table for all processes together; by PSS what they share counts once" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};

const struct opt_command cmd_map_options = {
	"map",
	"PID|TARGET...",
	"Show memory by mapping class, once: of processes, or of targets with all their processes.",
	options,
	"A number is that process alone; postgres, unit:nginx, pid:4711 are targets as soakd run takes them, each process of "
	"the\n"
	"tree for itself or with --sum together. The classes are those of mappings.csv; their sums are what\n"
	"/proc/PID/smaps_rollup says. While the kernel writes the map (some 9 ms per GiB) a process waits where it maps or "
	"unmaps\n"
	"memory. Exit status: 0; 2 if a process cannot be read.\n\n"
	"Examples:\n"
	"  soakd map 4711\n"
	"  sudo soakd map --sum postgres\n",
};

static enum sk_code map_all(char **word, size_t n, const struct map_options *o, bool top_given, struct sk_err *err)
{
	struct map_list list = { 0 };
	struct map sum = { 0 };
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < n; i++)
		rc = map_add(&list, word[i], err);
	if (rc == SK_OK && o->sum)
		rc = map_add_up(&list, &sum, err);
	if (rc == SK_OK && list.n > 0)
		map_print(&list, o->sum ? &sum : NULL, (enum map_format)o->format,
			  o->format == MAP_CSV && !top_given ? 0 : (size_t)o->top);
	if (rc == SK_OK && list.denied > 0)
		rc = sk_fail(err, SK_EPERM, 0, "%zu of %zu processes could not be read, the first of them: %s", list.denied,
			     list.n + list.denied, list.why.msg);
	map_release(&sum);
	map_list_release(&list);
	return rc;
}

int cmd_map(int argc, char **argv)
{
	struct map_options o = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };
	char **word = NULL;
	size_t n = 0;
	int dashdash;
	bool help = false;
	enum sk_code rc = opt_defaults(&cmd_map_options, &o, &err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_map_options, argc, argv, &o, &given, &word, &n, &dashdash, &help, &err);
	if (rc == SK_OK && !help && n == 0)
		rc = sk_fail(
			&err, SK_EUSAGE, 0,
			"which process? soakd map PID, such as soakd map $(pidof -s postgres), or a target: soakd map postgres");
	if (rc == SK_OK && help) {
		opt_print(&cmd_map_options, false);
	} else if (rc == SK_OK) {
		rc = map_all(word, n, &o, opt_was_given(&cmd_map_options, &given, "top"), &err);
	}
	if (rc != SK_OK)
		complain(&err);
	free(word);
	return exit_of(rc);
}
