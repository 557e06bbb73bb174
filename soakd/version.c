/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --version says. */
#include <stdio.h>

#include "soakd/cmds.h"
#include "version.h"

int print_version(void)
{
	printf("soakd %s%s%s%s\n", SOAKD_VERSION, *SOAKD_COMMIT ? " (" : "", SOAKD_COMMIT, *SOAKD_COMMIT ? ")" : "");
	printf("License GPL-3.0-or-later; no warranty.\n");
	return EXIT_NO_LEAK;
}
