/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting programs: the words of a command without a shell, and where our own helpers are. */
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Splits a command as a shell would split words: blanks, '...', "..." and backslash; no expansion of any kind.
 * *argv is one allocation, NULL-terminated: give back with free(). SK_EUSAGE for an unclosed quote or no word; SK_ENOMEM.
 */
enum sk_code words_split(const char *s, char ***argv, size_t *argc, struct sk_err *err);

/*
 * The path of a program of ours: beside the running executable, else in LIBEXECDIR. buf of n bytes.
 * SK_ENOTFOUND says where it looked.
 */
enum sk_code helper_path(const char *name, char *buf, size_t n, struct sk_err *err);

/* A program as execvp() looks for it: in PATH, or where the name says if it holds a slash. buf of n bytes; false: there is none. */
bool program_find(const char *name, char *buf, size_t n);

#endif
