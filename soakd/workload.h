/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What drove a run, in words: the scenario alone does not say it where scripts or a scenario file did. It is kept in run.json, and
 * the terminal, the report and the picture take it from there.
 */
#ifndef SOAKD_WORKLOAD_H
#define SOAKD_WORKLOAD_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/verdict.h"
#include "base/text.h"

/* For run.json's "work": name and weight of each entry of the driver's work, and no script. Fresh; NULL without memory. */
json_t *workload_json(const json_t *work);

/*
 * "postgres/mixed"; "sqlite: put 1, get 3"; "postgres: mixed 6, ddl 1 (night.conf)", of run.json. Nothing where the run had no
 * workload. Of the scenario file its name without folders; of more than 8 entries how many there are beside.
 */
void workload_words(const json_t *run, struct text *out);

/*
 * Operations failed and none ended well, in the loaded phase of this label or (NULL) in the whole run: noted in run.json as
 * workload_failed {phase, errors}. The first phase that is noted stays; what is said of the whole run is said anew at each end.
 */
void workload_note_failed(json_t *run, const char *phase, double errors);
/* A resumed run may still come to something: what was noted of the whole run goes. */
void workload_forget_failed(json_t *run);
bool workload_has_failed(const json_t *run);
/* By run.json: such a run is WORKLOAD FAILED, whatever its growth says, unless that is a leak. */
void workload_judge(const json_t *run, struct verdict *v);

#endif
