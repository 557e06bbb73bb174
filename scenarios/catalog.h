/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios and their profiles as a table: for `soakd list`, and so that the monitor can check a name without the clients' libraries. */
#ifndef SCENARIOS_CATALOG_H
#define SCENARIOS_CATALOG_H

#include <stdbool.h>

struct scenario_info {
	const char *name;    /* "postgres"; NULL ends the table */
	const char *profile; /* "mixed", or NULL where there are none */
	bool own;	     /* the scenario's process is itself the target */
	const char *help;
};

extern const struct scenario_info scenario_catalog[];

#endif
