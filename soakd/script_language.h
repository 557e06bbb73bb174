/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which scenarios take work by weight and scripts, and in which language: one table for the option --script and for scenario
 * files.
 */
#ifndef SOAKD_SCRIPT_LANGUAGE_H
#define SOAKD_SCRIPT_LANGUAGE_H

#include <stddef.h>

#include "scenarios/script.h"

struct scripted {
	const char *scenario;
	enum script_language language;
	const char *inline_name; /* what a script that is written into a scenario file is called there: by what it holds */
};

extern const struct scripted scripted[];
extern const size_t n_scripted;

/* The row of a scenario of that name, without its profile; NULL: it takes no scripts. */
const struct scripted *scripted_find(const char *scenario);

#endif
