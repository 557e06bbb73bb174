/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the driver is: it becomes the user that its server trusts, gives up all capabilities, and dies with its monitor. */
#ifndef SCENARIOS_IDENTITY_H
#define SCENARIOS_IDENTITY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * Takes uid and gid (-1: keeps its own) with that user's groups and HOME, and drops every capability. libpq's password and
 * service files of the user who called (PGPASSFILE or ~/.pgpass, PGSERVICEFILE or ~/.pg_service.conf), which would then be
 * unreadable, are copied into memory first, and PGPASSFILE and PGSERVICEFILE point there. SK_EPERM, SK_EIO.
 */
enum sk_code identity_take(int64_t uid, int64_t gid, struct sk_err *err);

/* The kernel kills us when `parent` dies. SK_EGONE: it already has. To be called again after a change of user, which forgets it.
 */
enum sk_code identity_die_with(pid_t parent, struct sk_err *err);

#endif
