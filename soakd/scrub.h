/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes secrets out of what is written down: command lines, connection strings. A secret is the value of a key of the one list in
 * scrub.c (password, token, dsn ...; any name that ends so), said as
 *
 *   --KEY VALUE    --KEY=VALUE    KEY=VALUE    KEY: VALUE    KEY:VALUE    "KEY": "VALUE"    KEY 'VALUE'
 *
 * (KEY may end in a number)
 * or the password in the address user:PASSWORD@host, or that of clients which take it behind one letter (mysql -pVALUE): those
 * listed in scrub.c alone, because -pWORD is a port, a path or a flag of most other programs. In its place stands ***. In doubt a word too many goes.
 */
#ifndef SOAKD_SCRUB_H
#define SOAKD_SCRUB_H

#include <stddef.h>

/* A copy of the text s without secrets. Free it; NULL only without memory. */
char *scrub(const char *s);

/*
 * The same of a command's words, each ended by a NUL as in /proc/PID/cmdline: a value may be the next word, and may hold blanks. The copy
 * has as many words, and *out_n bytes (a NUL more follows). Free it; NULL only without memory.
 */
char *scrub_words(const char *words, size_t n, size_t *out_n);

#endif
