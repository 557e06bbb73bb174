/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes secrets out of text that is written down: command lines, connection strings, log lines. */
#ifndef SOAKD_SCRUB_H
#define SOAKD_SCRUB_H

/*
 * A copy of s with every value of password=, passwd=, secret=, token= ... and every user:PASSWORD@ of an address replaced by ***.
 * Free it; NULL only without memory.
 */
char *scrub(const char *s);

#endif
