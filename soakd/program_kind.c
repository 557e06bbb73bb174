/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/program_kind.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#define OUR_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

/* The loader's name, within the bytes given: musl's is /lib/ld-musl-ARCH.so.1. */
static bool is_musl(const char *buf, size_t n, const ElfW(Phdr) * interp)
{
	static const char word[] = "musl";

	return interp->p_offset < n && interp->p_filesz <= n - interp->p_offset &&
	       memmem(buf + interp->p_offset, interp->p_filesz, word, sizeof(word) - 1);
}

enum program_kind program_kind(const void *buf, size_t n)
{
	const char *bytes = buf;
	ElfW(Ehdr) head;
	ElfW(Phdr) ph;

	if (n >= 2 && memcmp(bytes, "#!", 2) == 0)
		return PROGRAM_SCRIPT;
	if (n < EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return PROGRAM_UNKNOWN;
	if (bytes[EI_CLASS] != OUR_CLASS)
		return PROGRAM_OTHER;
	if (n < sizeof(head))
		return PROGRAM_UNKNOWN;
	memcpy(&head, bytes, sizeof(head));
	if (head.e_phentsize != sizeof(ph) || head.e_phnum == 0)
		return PROGRAM_UNKNOWN;
	for (size_t i = 0; i < head.e_phnum; i++) {
		if (head.e_phoff > n || (n - head.e_phoff) / sizeof(ph) <= i)
			return PROGRAM_UNKNOWN;
		memcpy(&ph, bytes + head.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_INTERP)
			return is_musl(bytes, n, &ph) ? PROGRAM_OTHER : PROGRAM_DYNAMIC;
	}
	return PROGRAM_STATIC;
}
