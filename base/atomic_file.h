/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole or absent: written beside, synced, renamed over. */
#ifndef BASE_ATOMIC_FILE_H
#define BASE_ATOMIC_FILE_H

#include <stddef.h>

#include "base/err.h"

/*
 * Writes n bytes to PATH.tmp, fsyncs and renames to PATH (mode 0644 less umask). On error PATH is as it was, PATH.tmp is gone.
 * SK_EWRITE, SK_ENOMEM.
 */
enum sk_code atomic_write(const char *path, const void *data, size_t n, struct sk_err *err);

#endif
