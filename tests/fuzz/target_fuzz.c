/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What strangers write and the target's code reads: --target, process titles, postmaster.pid. The first byte chooses, the rest is
 * the text. Beyond not crashing: a label is a safe file name, a role is printable, a port is one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/roles.h"
#include "soakd/target_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void fuzz_spec(const char *text)
{
	struct target_spec spec;
	struct sk_err err = { 0 };

	if (target_spec_parse(text, &spec, &err) != SK_OK) {
		must(err.msg[0] != '\0');
		return;
	}
	must(spec.label[0] != '\0' && spec.label[0] != '.' && strlen(spec.label) <= 64 && !strchr(spec.label, '/'));
	must(spec.how != TARGET_PID || spec.pid > 0);
	target_spec_release(&spec);
}

static void fuzz_role(const char *text, bool root)
{
	void (*const fn[])(const char *, const char *, bool, char *, size_t) = { role_postgres, role_nginx };
	char role[64];

	for (size_t i = 0; i < 2; i++) {
		memset(role, 'x', sizeof(role));
		fn[i]("comm", text, root, role, sizeof(role));
		must(memchr(role, '\0', sizeof(role)) != NULL);
		for (const char *s = role; *s; s++)
			must(*s >= ' ' && *s < 0x7f);
	}
}

static void fuzz_postmaster(const char *text)
{
	struct postmaster_info info = { .datadir = "/data" };
	pid_t pid = 0;

	if (postmaster_parse(text, &info, &pid, NULL) != SK_OK)
		return;
	must(pid > 0 && info.host[0] != '\0' && strtol(info.port, NULL, 10) >= 1 && strtol(info.port, NULL, 10) <= 65535);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0 || !(text = calloc(1, size)))
		return 0;
	memcpy(text, data + 1, size - 1);
	switch (data[0] & 3) {
	case 0:
		fuzz_spec(text);
		break;
	case 1:
		fuzz_role(text, false);
		break;
	case 2:
		fuzz_role(text, true);
		break;
	default:
		fuzz_postmaster(text);
	}
	free(text);
	return 0;
}
