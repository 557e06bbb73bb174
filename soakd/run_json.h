/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.json: how a run was run. Written at its start, when something about the target became known, at each segment and at the end. */
#ifndef SOAKD_RUN_JSON_H
#define SOAKD_RUN_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "samplers/procfs.h"
#include "soakd/phase.h"
#include "soakd/run_options.h"
#include "soakd/target.h"

/* A new run's: schema, command (scrubbed), options, seed, versions, host. argv as main got it. NULL without memory. */
json_t *run_json_new(int argc, char **argv, const struct run_options *o, const char *label, double started_unix);

/* The words of a command as an array, without secrets; "(not UTF-8)" for a word that JSON has no text for. NULL without memory. */
json_t *run_json_words(int argc, char **argv);

/* What can be known of the target's root from outside: its name for the kernel (comm), executable, build id, command line (scrubbed), and into `host` the allocator. */
void run_json_target(json_t *run, struct procfs *fs, const struct target *t);

/*
 * The same once more where the root has another name than was written down: a launched script or `env` that has become the program
 * by exec, whose executable and build are the ones that count. True: it was. Costs a comparison where it has not changed.
 */
bool run_json_follow(json_t *run, struct procfs *fs, const struct target *t);

/* `phases`: names, lengths, loads, budgets; `cycle`: load and idle in turn. Hooks and their environment stay out. */
void run_json_phases(json_t *run, const struct phase_list *l);

/* A segment begins: at the start, after a resume, after a restart of the target. */
void run_json_segment(json_t *run, double started_unix, double elapsed_s, const char *reason);

/*
 * Who the root is: pid, start time and boot. run_json_root() writes it down; run_json_same_root() says whether it is still the one
 * that was written down (true also where nothing was).
 */
void run_json_root(json_t *run, const struct target *t);
bool run_json_same_root(const json_t *run, const struct target *t);

/* The GNU build id of an ELF file as hexadecimal text, or "" : buf of n bytes. */
void elf_build_id(const char *path, char *buf, size_t n);

/* The run's memory limit in KiB: --limit, else that of the process's cgroup (v1 or v2), else physical memory. */
double memory_limit_kb(const struct run_options *o, struct procfs *fs, pid_t pid);

#endif
