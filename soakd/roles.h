/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process is for, from what it calls itself. Pure functions of two strings; a role never holds a pid. */
#ifndef SOAKD_ROLES_H
#define SOAKD_ROLES_H

#include <stdbool.h>
#include <stddef.h>

/* As struct target_kind has them: comm and command line in, at most n bytes with the NUL out. is_root: no parent of the same kind. */

/*
 * PostgreSQL by process title, versions 9.6 to 18, with or without cluster_name in front: the words of
 * pg_stat_activity.backend_type, but "backend" for a client's, and "postmaster" for the root. A child that has not yet a title of its own gets comm.
 * Source: src/backend/utils/misc/ps_status.c and miscinit.c (GetBackendTypeDesc) say what a title is made of.
 */
void role_postgres(const char *comm, const char *cmdline, bool is_root, char *role, size_t n);

/*
 * Who was forked by one of its own kind and has not yet a title of its own, in its first seconds: which of them it will be
 * nobody can tell, and its parent's role would make that one grow.
 */
#define ROLE_STARTING "starting"

/*
 * nginx: master, worker, cache manager, cache loader, privileged agent; a worker of the generation before a reload, which ends
 * when its connections do ("nginx: worker process is shutting down"), is "worker (shutting down)".
 */
#define ROLE_RETIRING " (shutting down)"
void role_nginx(const char *comm, const char *cmdline, bool is_root, char *role, size_t n);

/* Redis: the children that fork() makes are "rdb-save", "aof-rewrite", "module-fork"; the server has its command's name. */
void role_redis(const char *comm, const char *cmdline, bool is_root, char *role, size_t n);

/* Copies for people: control characters and what is not ASCII become '?', blanks at the end go, an over-long text is cut. */
void role_clean(char *dst, size_t n, const char *src);

#endif
