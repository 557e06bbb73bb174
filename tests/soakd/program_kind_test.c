/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Program files by their first bytes: ourselves, scripts, and headers made by hand, cut anywhere. */
#include "tests/check.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "soakd/program_kind.h"

struct image {
	ElfW(Ehdr) head;
	ElfW(Phdr) ph[2];
	char interp[32];
};

static struct image made(uint32_t type, const char *interp)
{
	struct image m = { .head = { .e_phoff = sizeof(ElfW(Ehdr)), .e_phentsize = sizeof(ElfW(Phdr)), .e_phnum = 2 } };

	memcpy(m.head.e_ident, ELFMAG, SELFMAG);
	m.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	m.ph[0].p_type = PT_LOAD;
	m.ph[1].p_type = type;
	m.ph[1].p_offset = offsetof(struct image, interp);
	m.ph[1].p_filesz = sizeof(m.interp);
	strncpy(m.interp, interp, sizeof(m.interp) - 1);
	return m;
}

static void kinds(void **unused)
{
	struct image m = made(PT_INTERP, "/lib64/ld-linux-x86-64.so.2");

	(void)unused;
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_DYNAMIC);
	m = made(PT_INTERP, "/lib/ld-musl-x86_64.so.1");
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_OTHER);
	m = made(PT_LOAD, "");
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_STATIC);
	m.head.e_ident[EI_CLASS] = ELFCLASSNONE;
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_OTHER);
	assert_int_equal(program_kind("#!/bin/sh\n", 10), PROGRAM_SCRIPT);
	assert_int_equal(program_kind("plain text", 10), PROGRAM_UNKNOWN);
	assert_int_equal(program_kind("", 0), PROGRAM_UNKNOWN);
}

static void cut(void **unused)
{
	struct image m = made(PT_INTERP, "/lib64/ld-linux-x86-64.so.2");

	(void)unused;
	for (size_t n = 16; n < offsetof(struct image, interp); n++)
		assert_int_equal(program_kind(&m, n), PROGRAM_UNKNOWN);
	m.head.e_phoff = UINT32_MAX;
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_UNKNOWN);
	m = made(PT_INTERP, "");
	m.ph[1].p_offset = UINT32_MAX; /* its name is elsewhere: the loader is taken for ours */
	assert_int_equal(program_kind(&m, sizeof(m)), PROGRAM_DYNAMIC);
}

static void ourselves(void **unused)
{
	char buf[4096];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, buf, sizeof(buf));

	(void)unused;
	close(fd);
	assert_true(n > 0);
	assert_int_equal(program_kind(buf, (size_t)n), PROGRAM_DYNAMIC);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(kinds), cmocka_unit_test(cut), cmocka_unit_test(ourselves) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
