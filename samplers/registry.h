/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The objects of samplers.def, declared: each sampler's file defines one, registry.c lists them. */
#ifndef SAMPLERS_REGISTRY_H
#define SAMPLERS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "samplers/sampler.h"

#define SAMPLER(name, when) extern const struct sampler sampler_##name;
#include "samplers/samplers.def"
#undef SAMPLER

extern const bool sampler_is_default[]; /* in the order of samplers[] */

#define METRICS(table) .metric = (table), .n_metric = sizeof(table) / sizeof(*(table))

#endif
