/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words in a PNG, read again: the tEXt chunks, and of iTXt those that are not compressed. The file is foreign: every length is checked
 * against what is there, every sum is computed. Needs neither zlib nor Cairo: soakd links this.
 */
#ifndef PLOTS_PNG_TEXT_H
#define PLOTS_PNG_TEXT_H

#include <stddef.h>

#include "base/err.h"

enum { PNG_TEXTS = 64, PNG_TEXT_BYTES = 65536 }; /* a scene has no more pairs, and no longer ones; what is over that is left out */

struct png_texts {
	char *key[PNG_TEXTS], *value[PNG_TEXTS]; /* UTF-8; bytes of tEXt that are no ASCII become "?" */
	size_t n;
};

/*
 * SK_EPARSE: no PNG, cut short, or a chunk with a wrong sum: the sentence says where; SK_ENOMEM. What follows the last chunk (IEND) is not
 * looked at. *out is to be released after success only.
 */
enum sk_code png_texts_read(const void *data, size_t n, struct png_texts *out, struct sk_err *err);
void png_texts_release(struct png_texts *t);

/* The first with this keyword, or NULL. */
const char *png_texts_get(const struct png_texts *t, const char *key);

#endif
