/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The objects of site.def, declared: each site sampler's file defines one, site_set.c lists them. */
#ifndef SAMPLERS_SITE_REGISTRY_H
#define SAMPLERS_SITE_REGISTRY_H

#include "samplers/registry.h"
#include "samplers/site.h"

#define SITE(name, when) extern const struct site_sampler site_##name;
#include "samplers/site.def"
#undef SITE

#endif
