/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of the user's: read, and of scripts a copy in DIR/scripts, for its owner alone, because a script may hold anything. The
 * k-th one (from 0) is DIR/scripts/K-NAME, from 1: two folders may hold files of the same name.
 */
#ifndef SOAKD_SCRIPT_FILE_H
#define SOAKD_SCRIPT_FILE_H

#include <stddef.h>

#include "base/err.h"

#define TEXT_FILE_BYTES (1 << 20) /* of a script or a scenario file, at most */

/*
 * A regular file of at most TEXT_FILE_BYTES, *n of them, and a NUL behind it; never waits. called: its name in sentences, "the
 * script pay.sql". NULL: *err (may be NULL) says why: SK_ENOTFOUND, SK_EIO, SK_EUSAGE, SK_ENOMEM.
 */
char *text_file_read(const char *path, const char *called, size_t *n, struct sk_err *err);

/* The name without folder and ending: a part of path, *n bytes. Neither "" nor hidden: ".sql" is a name. */
const char *script_file_stem(const char *path, size_t *n);

/* Where the copy is; the caller's, NULL without memory. */
char *script_kept_path(const char *dir, size_t k, const char *path);

/* Makes DIR/scripts where it is missing; writes a copy. SK_EIO, SK_ENOMEM. */
enum sk_code script_keep_folder(const char *dir, struct sk_err *err);
enum sk_code script_keep(const char *dir, size_t k, const char *path, const char *text, struct sk_err *err);

/* Take a copy away again, and the folder if it is empty: of a run that never began. */
void script_unkeep(const char *dir, size_t k, const char *path);
void script_unkeep_folder(const char *dir);

#endif
