/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program file is, as far as it decides whether a library can be loaded into it: by its first bytes. */
#ifndef SOAKD_PROGRAM_KIND_H
#define SOAKD_PROGRAM_KIND_H

#include <stddef.h>

enum program_kind {
	PROGRAM_UNKNOWN, /* no ELF file and no script, or its headers are not in the bytes given */
	PROGRAM_DYNAMIC, /* the loader of our own libc and class starts it */
	PROGRAM_STATIC,
	PROGRAM_OTHER,  /* another class of machine, or another libc's loader */
	PROGRAM_SCRIPT, /* "#!": it is as its interpreter */
};

/* buf: the first n bytes of the file, 4096 hold the headers of all usual programs; anything may be in them. Source: elf(5). */
enum program_kind program_kind(const void *buf, size_t n);

#endif
