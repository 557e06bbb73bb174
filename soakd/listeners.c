/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/listeners.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/target_priv.h"

#define STATE_LISTEN 0x0a /* include/net/tcp_states.h */

/* ---- the kernel's list ------------------------------------------------------------------------------------------------- */

/* `digits` hexadecimal digits; *s moves behind them. */
static bool take_hex(const char **s, int digits, uint32_t *out)
{
	uint32_t v = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		const char *all = "0123456789ABCDEF", *at = **s ? strchr(all, **s) : NULL;

		if (!at)
			return false;
		v = v << 4 | (uint32_t)(at - all);
	}
	*out = v;
	return true;
}

/* "0100007F:1F90": 32-bit words as they lie in memory, the port as a number. net/ipv4/tcp_ipv4.c, get_tcp4_sock(). */
static bool take_address(const char **s, struct listener *out)
{
	size_t n = strcspn(*s, ":") / 8;
	uint32_t word[4], port;

	if (n != 1 && n != 4)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!take_hex(s, 8, &word[i]))
			return false;
	if (*(*s)++ != ':' || !take_hex(s, 4, &port))
		return false;
	memset(&out->ip, 0, sizeof(out->ip));
	if (n == 1)
		out->ip.s6_addr[10] = out->ip.s6_addr[11] = 0xff;
	memcpy(out->ip.s6_addr + (n == 1 ? 12 : 0), word, n * 4);
	out->port = port;
	return true;
}

/* Moves *s to the next word. */
static void skip_word(const char **s)
{
	*s += strcspn(*s, " ");
	*s += strspn(*s, " ");
}

bool listener_parse(const char *line, struct listener *out)
{
	struct listener l = { 0 };
	uint32_t state;

	line += strspn(line, " ");
	skip_word(&line); /* the row's number */
	if (!take_address(&line, &l))
		return false;
	skip_word(&line);
	skip_word(&line); /* the other end */
	if (!take_hex(&line, 2, &state) || state != STATE_LISTEN)
		return false;
	for (int i = 0; i < 6; i++) /* state, queues, timer, retransmissions, user, timeout */
		skip_word(&line);
	if (*line < '0' || *line > '9')
		return false;
	l.inode = strtoumax(line, NULL, 10);
	if (l.port == 0 || l.inode == 0)
		return false;
	*out = l;
	return true;
}

struct reading {
	struct listeners *out;
	char line[256]; /* the kernel's are of 150 bytes */
	size_t n;
	bool no_memory;
};

static void end_line(struct reading *r)
{
	struct listeners *l = r->out;
	struct listener one;
	void *v = l->v;

	r->line[r->n] = '\0';
	r->n = 0;
	if (!listener_parse(r->line, &one))
		return;
	if (sk_grow(&v, &l->cap, l->n + 1, sizeof(*l->v)) != 0) {
		r->no_memory = true;
		return;
	}
	l->v = v;
	l->v[l->n++] = one;
}

static int feed(void *ctx, const char *chunk, size_t n)
{
	struct reading *r = ctx;

	for (size_t i = 0; i < n; i++) {
		if (chunk[i] == '\n')
			end_line(r);
		else if (r->n < sizeof(r->line) - 1)
			r->line[r->n++] = chunk[i];
	}
	return r->no_memory;
}

/* ---- whose they are ---------------------------------------------------------------------------------------------------- */

static int mark_descriptor(void *ctx, int dir, const char *entry)
{
	static const char name[] = "socket:[";
	struct listeners *l = ctx;
	char link[64];
	ssize_t n = readlinkat(dir, entry, link, sizeof(link) - 1);
	uint64_t inode;

	if (n <= (ssize_t)sizeof(name) || memcmp(link, name, sizeof(name) - 1) != 0)
		return 0;
	link[n] = '\0';
	inode = strtoumax(link + sizeof(name) - 1, NULL, 10);
	for (size_t i = 0; i < l->n; i++)
		l->v[i].ours |= l->v[i].inode == inode;
	return 0;
}

/* Has it the network that we have? What cannot be read is taken for ours: its sockets decide. */
static bool is_elsewhere(const struct target *t, pid_t pid)
{
	struct stat mine, its;
	char path[64];

	snprintf(path, sizeof(path), "%d/ns/net", (int)pid);
	return fstatat(t->fs->dirfd, "self/ns/net", &mine, 0) == 0 && fstatat(t->fs->dirfd, path, &its, 0) == 0 &&
	       (mine.st_ino != its.st_ino || mine.st_dev != its.st_dev);
}

enum sk_code listeners_read(const struct target *t, struct listeners *out, struct sk_err *err)
{
	static const char *const files[] = { "self/net/tcp", "self/net/tcp6" };
	enum sk_code rc;

	*out = (struct listeners){ 0 };
	if (t->n && is_elsewhere(t, t->proc[0].pid))
		return sk_fail(err, SK_ENOTFOUND, 0, "the target has a network of its own (a container)");
	for (size_t i = 0; i < 2; i++) {
		struct reading r = { .out = out };

		rc = procfs_stream(t->fs, 0, files[i], feed, &r, err);
		if (r.no_memory)
			rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the list of TCP ports");
		if (rc != SK_OK && (i == 0 || r.no_memory)) { /* without IPv6 there is no tcp6 */
			listeners_release(out);
			return rc;
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		rc = procfs_list(t->fs, t->proc[i].pid, "fd", mark_descriptor, out, NULL);
		out->hidden |= rc != SK_OK && rc != SK_EGONE;
	}
	return SK_OK;
}

void listeners_release(struct listeners *l)
{
	free(l->v);
	*l = (struct listeners){ 0 };
}

/* ---- questions --------------------------------------------------------------------------------------------------------- */

/*
 * How closely a socket's address fits: that one alone, all of IPv4, all of both (who listens on [::] takes IPv4 too, unless it
 * asked not to, which no file of /proc tells). The closest takes the connection: net/ipv4/inet_hashtables.c, compute_score().
 */
static int fit(const struct in6_addr *ip, const struct in6_addr *want)
{
	static const struct in6_addr any4 = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	if (memcmp(ip, want, sizeof(*ip)) == 0)
		return 3;
	if (IN6_IS_ADDR_V4MAPPED(want) && memcmp(ip, &any4, sizeof(any4)) == 0)
		return 2;
	return IN6_IS_ADDR_UNSPECIFIED(ip) ? 1 : 0;
}

static bool to_ip(const char *text, struct in6_addr *out)
{
	*out = (struct in6_addr){ .s6_addr = { [10] = 0xff, [11] = 0xff } };
	return inet_pton(AF_INET, text, out->s6_addr + 12) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

enum listener_whose listeners_whose(const struct listeners *l, const char *ip, unsigned port)
{
	struct in6_addr want;
	bool ours = false;
	int best = 0;

	if (!to_ip(ip, &want))
		return LISTENER_UNKNOWN;
	for (size_t i = 0; i < l->n; i++) {
		int closeness = l->v[i].port == port ? fit(&l->v[i].ip, &want) : 0;

		if (closeness > best)
			ours = false;
		if (closeness >= best && closeness > 0) {
			best = closeness;
			ours |= l->v[i].ours;
		}
	}
	if (best == 0)
		return LISTENER_NONE;
	if (ours)
		return LISTENER_OURS;
	return l->hidden ? LISTENER_UNKNOWN : LISTENER_FOREIGN;
}

static int by_port(const void *a, const void *b)
{
	const struct listener_at *x = a, *y = b;

	return (x->port > y->port) - (x->port < y->port);
}

size_t listeners_ours(const struct listeners *l, struct listener_at *out, size_t max)
{
	static const char v4[] = "127.0.0.1", v6[] = "::1";
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		unsigned port = l->v[i].port;
		const char *ip = listeners_whose(l, v4, port) == LISTENER_OURS   ? v4
				 : listeners_whose(l, v6, port) == LISTENER_OURS ? v6
										 : NULL;
		size_t k = 0;

		while (k < n && out[k].port != port)
			k++;
		if (l->v[i].ours && ip && k == n && n < max)
			out[n++] = (struct listener_at){ ip, port };
	}
	qsort(out, n, sizeof(*out), by_port);
	return n;
}
