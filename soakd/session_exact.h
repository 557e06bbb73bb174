/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make up a row share; nobody else includes this. */
#ifndef SOAKD_SESSION_EXACT_H
#define SOAKD_SESSION_EXACT_H

#include "soakd/session.h"

/*
 * The page-table walks of this row, behind its cheap tier: pass.h says whose, and their costs are paid from the budget. Fills the
 * rows of those who were read; s->left says who died meanwhile. True: full smaps is to be read as well.
 */
bool session_exact(struct session *s, enum pass_wish wish, double elapsed_s);
/* The process is in the row, and one walk of its page tables is not predicted to take over 20 ms. */
bool session_may_walk(const struct session *s, size_t i);

/* session_row.c: the first failure of each sampler is told; whether the process exited while it was read. */
void session_tell_faults(struct session *s, const struct proc *p, const struct sampler_fault *fault);
bool session_any_gone(const struct session *s, const struct sampler_fault *fault);

#endif
