/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names in a directory, without opendir()'s memory: what is listed at every row may not allocate. */
#ifndef BASE_DIRENTS_H
#define BASE_DIRENTS_H

/*
 * Calls each(ctx, name, may_be_dir) for all entries but "." and "..", in the file system's order, until it returns non-zero.
 * fd: an open directory, read from where it stands. 0, what each returned, or -1 with errno.
 */
int dirents_each(int fd, int (*each)(void *ctx, const char *name, int may_be_dir), void *ctx);

#endif
