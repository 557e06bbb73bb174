/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person needs to know when a file may not be read: which one, what opens it, what is lost without it. */
#ifndef SAMPLERS_DENIED_H
#define SAMPLERS_DENIED_H

#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"

/* rc as it is; if it is SK_EPERM, *err becomes that sentence. cap: "CAP_SYS_PTRACE"; lost: "PSS and USS (pss_kb, uss_kb)". */
enum sk_code denied_explain(enum sk_code rc, const struct procfs *fs, pid_t pid, const char *file, const char *cap,
			    const char *lost, struct sk_err *err);

#endif
