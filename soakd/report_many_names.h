/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for cards, which have room for some forty characters. Those of a matrix begin alike and often end alike as well: what is cut
 * must not be what tells them apart.
 */
#ifndef SOAKD_REPORT_MANY_NAMES_H
#define SOAKD_REPORT_MANY_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define MANY_NAME 36 /* characters; the drawing cuts wider ones in their middle */

bool many_is_long(const char *name);

/* Bytes that all of the long names begin with, whole words, as "a=10" and "a=12" begin with "a="; 0 where it saves nothing. */
size_t many_shared_beginning(const char *const *name, size_t n);

/*
 * A name for each of n, in their order, an ellipsis (U+2026) for what was cut: the first `shared` bytes of long ones, and the middle where
 * that is not enough; without the beginning where it is still one name for two, and at last with "#3 " before the third, its place. Names
 * are valid UTF-8 and may be alike only where they were given alike. An array of n strings to free one by one and itself; NULL without
 * memory, or of none.
 */
char **many_short_names(const char *const *name, size_t n, size_t shared);

/* "..." and what is behind the first `shared` bytes of `beginning`; the whole of a short name, and of one that begins with others. NULL
 * without memory. */
char *many_without_beginning(const char *name, const char *beginning, size_t shared);

#endif
