/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strings from outside (paths, command lines, role names) as one line of text: any bytes become valid UTF-8 without control
 * characters. What is no UTF-8 becomes "?", a control character a space; so do the separators of lines, the marks that turn the
 * direction of writing, and U+FFFE and U+FFFF, which are no characters and which XML cannot hold.
 */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include "base/text.h"

/* Adds what stands for an ASCII character that is no control character in another format; false: it stands for itself. */
typedef bool plain_escape(struct text *out, char c);

void add_plain(struct text *out, const char *s);
void add_plain_escaped(struct text *out, const char *s, plain_escape *escape); /* the same, each character through `escape` */
char *plain_dup(const char *s);                                                /* add_plain as a string; NULL without memory */

#endif
