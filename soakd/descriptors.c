/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit that was found, until a child asks for it; see descriptors.h. */
#include "soakd/descriptors.h"

#include <stdbool.h>
#include <sys/resource.h>

static struct rlimit found;
static bool raised;

void descriptors_raise(void)
{
	struct rlimit more;

	if (raised || getrlimit(RLIMIT_NOFILE, &found) != 0 || found.rlim_cur >= found.rlim_max)
		return;
	more = (struct rlimit){ found.rlim_max, found.rlim_max };
	raised = setrlimit(RLIMIT_NOFILE, &more) == 0;
}

void descriptors_restore(void)
{
	if (raised)
		setrlimit(RLIMIT_NOFILE, &found);
}
