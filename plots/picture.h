/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scene as a PNG: the one surface of today behind the drawing, which knows none. */
#ifndef PLOTS_PICTURE_H
#define PLOTS_PICTURE_H

#include "base/err.h"
#include "base/text.h"
#include "plots/scene.h"

/* Adds the PNG to *out: same scene and fonts, same bytes. SK_EIO: no fonts, or Cairo failed; SK_ENOMEM. */
enum sk_code picture_png(const struct scene *s, struct text *out, struct sk_err *err);

/* The same into a file, which is whole or as it was. */
enum sk_code picture_write(const struct scene *s, const char *path, struct sk_err *err);

#endif
