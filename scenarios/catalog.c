/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/catalog.h"

#include <stddef.h>

#define PROFILES(name, own)                                                                                                   \
	{ name, "mixed", own, "half inserts, half point selects" },                                                           \
	{ name, "insert-heavy", own, "inserts only" },                                                                        \
	{ name, "read-heavy", own, "90 % point selects, 10 % inserts" },                                                      \
	{ name, "scan-heavy", own, "full scans with LIKE" },                                                                  \
	{ name, "series-blob", own, "INSERT ... SELECT of 2 KiB blobs over a series of --batch rows" }

const struct scenario_info scenario_catalog[] = {
	PROFILES("postgres", false),
	PROFILES("sqlite", true),
	{ "leaky", "linear", true, "leaks --leak-rate bytes an hour, evenly" },
	{ "leaky", "staircase", true, "leaks the same in steps" },
	{ "leaky", "sawtooth", true, "leaks under memory that is taken and given back in cycles; at rate 0 the floor is flat" },
	{ "leaky", "onset", true, "leaks from --leak-onset on" },
	{ "leaky", "warmup", true, "fills a cache that saturates; leaks beside it where a rate is given" },
	{ "leaky", "none", true, "leaks nothing" },
	{ "exec", NULL, false, "runs the command of --exec once per interval" },
	{ NULL, NULL, false, NULL },
};
