/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios that are built: one line here, one in registry.c, one entry in catalog.c. */
#ifndef SCENARIOS_REGISTRY_H
#define SCENARIOS_REGISTRY_H

#include "scenarios/scenario.h"

extern const struct scenario scenario_postgres, scenario_sqlite, scenario_redis, scenario_http, scenario_leaky, scenario_exec,
	scenario_none;

#endif
