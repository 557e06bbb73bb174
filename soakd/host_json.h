/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine of a run, as far as it changes what memory figures mean. */
#ifndef SOAKD_HOST_JSON_H
#define SOAKD_HOST_JSON_H

#include <jansson.h>
#include <stddef.h>

/*
 * run.json's `host`: kernel, machine, cpus, memory_kb, swap_kb, libc, thp, overcommit, swappiness; what the kernel does
 * not say is not in it. root: "" (tests have a folder of their own). NULL without memory.
 */
json_t *host_json(const char *root);

/* The word in brackets of "always [madvise] never"; "" where there is none, or none that fits. */
void chosen_word(const char *s, char *buf, size_t n);

#endif
