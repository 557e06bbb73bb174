/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samplers.def as two tables: the one place where the list becomes objects. */
#include "samplers/registry.h"

#define DEFAULT true
#define EXTRA   false

const struct sampler *const samplers[] = {
#define SAMPLER(name, when) &sampler_##name,
#include "samplers/samplers.def"
#undef SAMPLER
	NULL
};

const bool sampler_is_default[] = {
#define SAMPLER(name, when) when,
#include "samplers/samplers.def"
#undef SAMPLER
};
