/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the load of scenario http goes: the address of --dsn, else the port on which the target listens; and that it is the
 * target who is there. A command that was just launched is given time to begin to listen.
 */
#ifndef SOAKD_HTTP_TARGET_H
#define SOAKD_HTTP_TARGET_H

#include <jansson.h>

#include "base/err.h"
#include "soakd/target.h"

#define HTTP_TARGET_WAIT_S 30 /* for a launched command to listen */

/*
 * Adds `host` and `port` to the driver's job where dsn is NULL. SK_EUSAGE with a sentence: no address, several, nobody there, or
 * provably another process than a watched one; *status is set where the run's exit status is another than 2 (the command ended,
 * or a signal came). What cannot be known (descriptors that may not be read, a container) is a warning.
 * Waits only for a launched target.
 */
enum sk_code http_target_settle(struct target *t, const char *dsn, json_t *job, int *status, struct sk_err *err);

#endif
