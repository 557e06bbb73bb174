/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many files may be open. The soft limit is 1024 for the sake of programs that call select(); we do not, and keep four files
 * of each watched process open (samplers/kept.h). Whom we start gets the limit that we were given.
 */
#ifndef SOAKD_DESCRIPTORS_H
#define SOAKD_DESCRIPTORS_H

/* Raises the soft limit to the hard one. If that fails, fewer files stay open, and nothing else is lost. */
void descriptors_raise(void);
/* In a child, before exec: the soft limit as it was. May be called without descriptors_raise(). Async-signal-safe. */
void descriptors_restore(void);

#endif
