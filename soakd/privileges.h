/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor started by root keeps of root's power while it runs for days. */
#ifndef SOAKD_PRIVILEGES_H
#define SOAKD_PRIVILEGES_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Drops every capability but those that reading foreign processes needs (SYS_PTRACE, DAC_READ_SEARCH) and those that starting
 * and ending the driver under another user needs (SETUID, SETGID, KILL); others_files: also DAC_OVERRIDE, for a run directory that
 * belongs to somebody else. Nothing to do for an ordinary user. SK_EPERM.
 */
enum sk_code privileges_drop(bool others_files, struct sk_err *err);

#endif
