/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which process listens on which TCP port: the kernel's list of sockets (/proc/net/tcp, tcp6) and the descriptors of the watched
 * processes. So that a load of HTTP requests finds the watched service, and never loads one server while another is judged.
 */
#ifndef SOAKD_LISTENERS_H
#define SOAKD_LISTENERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "scenarios/http_address.h"
#include "soakd/target.h"

struct listener {
	struct in6_addr ip; /* IPv4 as ::ffff:a.b.c.d */
	unsigned port;
	uint64_t inode;
	bool ours; /* a watched process holds it */
};

struct listeners {
	struct listener *v;
	size_t n, cap;
	bool hidden; /* descriptors of a watched process may not be read: one that is not `ours` may be */
};

/* A line of /proc/net/tcp or tcp6 without its newline; false: no listening socket, or not in that form. */
bool listener_parse(const char *line, struct listener *out);

/*
 * All that listen where soakd runs, and whose they are. SK_ENOTFOUND: the watched processes have a network of their own (a
 * container), in which addresses mean something else. SK_EIO, SK_ENOMEM.
 */
enum sk_code listeners_read(const struct target *t, struct listeners *out, struct sk_err *err);
void listeners_release(struct listeners *l);

enum listener_whose { LISTENER_NONE, LISTENER_OURS, LISTENER_FOREIGN, LISTENER_UNKNOWN };

/* Who takes a connection to this loopback address: a socket bound to it alone comes before one that is bound to all addresses. */
enum listener_whose listeners_whose(const struct listeners *l, const char *ip, unsigned port);

/*
 * The addresses of the loopback at which the target takes connections, a port once, the smallest first.
 * Returns how many there are.
 */
struct listener_at {
	const char *ip; /* "127.0.0.1", "::1" */
	unsigned port;
};
size_t listeners_ours(const struct listeners *l, struct listener_at *out, size_t max);

#endif
