/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base 64 with padding, RFC 4648 section 4: pictures and digests inside text formats. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

#include "base/text.h"

/* Adds n bytes of data as 4 * ceil(n / 3) characters, without line ends. */
void base64_add(struct text *out, const void *data, size_t n);

#endif
