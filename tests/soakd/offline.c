/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analyze and report, linked without samplers/ and scenarios/: files are enough for them. That this program links is the test. */
#include <string.h>

#include "soakd/cmds.h"

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	return strcmp(argv[1], "report") == 0 ? cmd_report(argc - 1, argv + 1) : cmd_analyze(argc - 1, argv + 1);
}
