/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an interrupted run goes on: from its own files, so that nothing that counts goes back. Called by session.c alone. */
#ifndef SOAKD_SESSION_RESUME_H
#define SOAKD_SESSION_RESUME_H

#include "soakd/session.h"

/*
 * Once the files are open and the target was found, before session_driver(): series, counters, verdict and the growth of those
 * who still live. SK_EIO, SK_EPARSE, SK_ENOMEM.
 */
enum sk_code session_take_up(struct session *s, struct sk_err *err);

/* How far the run has come in its own time, in seconds; now: wall clock. */
double session_resumed_at(const struct session *s, double now);

/* Its new segment begins: the events `gap`, and `restart` where the target is another than before. */
void session_go_on(struct session *s, double now, double elapsed);

#endif
