/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for cards, lines and tables, in characters that they have room for. Those of a matrix begin alike and often end alike as
 * well: what is cut must not be what tells them apart, and it is cut from all of them or from none, so that they read alike.
 */
#ifndef SOAKD_REPORT_MANY_NAMES_H
#define SOAKD_REPORT_MANY_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define MANY_NAME 36 /* characters beside the end of a line; the drawing cuts wider ones in their middle */

bool many_any_long(const char *const *name, size_t n, size_t room); /* one has more characters */

/*
 * Bytes that all names begin with, whole words, as "a=10" and "a=12" begin with "a="; where they have none in common, of those
 * that are too long. *beginning is a name that has them. 0: all have room, or it saves nothing.
 */
size_t many_shared_beginning(const char *const *name, size_t n, size_t room, const char **beginning);

/*
 * A name for each of n, in their order; all as they are where all have room. MORE stands for what was cut: the first `shared`
 * bytes, and the middle where that is not enough; without the beginning where it is still one name for two, and at last with "#3
 * " before the third, its place. Names are valid UTF-8 and may be alike only where they were given alike. An array of n strings
 * to free one by one and itself; NULL without memory, or of none.
 */
char **many_short_names(const char *const *name, size_t n, const char *beginning, size_t shared, size_t room);

/*
 * MORE and what is behind the first `shared` bytes of `beginning`; the whole of a name that begins with others. NULL without
 * memory.
 */
char *many_without_beginning(const char *name, const char *beginning, size_t shared);

#endif
