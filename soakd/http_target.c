/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/http_target.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "soakd/cmds.h"
#include "soakd/listeners.h"

#define LOOK_NS   100000000L /* between two looks at a command that does not listen yet */
#define SETTLE_NS 300000000L /* a port that is found is looked at again: a server may open several in turn */
#define PORTS     16

enum found { FOUND, NOT_YET, WRONG };

/* --dsn: is the target there? */
static enum found check_dsn(const struct target *t, const char *dsn, struct sk_err *err)
{
	struct http_address a;
	struct listeners l;
	enum listener_whose whose;

	if (http_address_parse(dsn, &a, err) != SK_OK)
		return WRONG;
	if (!a.loopback)
		return FOUND; /* the driver says that nothing can be known of it */
	if (listeners_read(t, &l, NULL) != SK_OK)
		whose = LISTENER_UNKNOWN;
	else
		whose = listeners_whose(&l, a.ip, a.port);
	listeners_release(&l);
	if (whose == LISTENER_UNKNOWN)
		complainf("warning: whether the watched process is the one that listens on %s port %u cannot be seen from here",
			  a.ip, a.port);
	if (whose == LISTENER_NONE)
		sk_fail(err, SK_EUSAGE, 0, "nothing listens on %s port %u: is the service running, and is --dsn right?", a.ip,
			a.port);
	if (whose == LISTENER_FOREIGN)
		sk_fail(err, SK_EUSAGE, 0,
			"the workload would reach a server that is not the one watched: the process that listens on %s port %u "
			"is "
			"none of %s; correct --dsn, or watch the other one with --target pid:N",
			a.ip, a.port, t->spec.text);
	return whose == LISTENER_NONE ? NOT_YET : whose == LISTENER_FOREIGN ? WRONG : FOUND;
}

static void several(const struct target *t, const struct listener_at *at, size_t n, struct sk_err *err)
{
	struct text ports = TEXT_INIT;

	for (size_t i = 0; i < n; i++)
		text_addf(&ports, "%s%u", i ? ", " : "", at[i].port);
	sk_fail(err, SK_EUSAGE, 0, "%s listens on several TCP ports (%s%s); say which one: --dsn http://%s:%u/", t->spec.text,
		text_str(&ports), n == PORTS ? " ..." : "", strchr(at[0].ip, ':') ? "[::1]" : at[0].ip, at[0].port);
	text_release(&ports);
}

/* No --dsn: the one port of the target. */
static enum found find_port(const struct target *t, json_t *job, struct sk_err *err)
{
	struct listener_at at[PORTS];
	struct listeners l;
	char port[8];
	size_t n;
	bool hidden;

	if (listeners_read(t, &l, err) != SK_OK) {
		sk_err_prefix(err, "cannot tell where %s listens: ", t->spec.text);
		err->code = SK_EUSAGE;
		return WRONG;
	}
	n = listeners_ours(&l, at, PORTS);
	hidden = l.hidden;
	listeners_release(&l);
	if (n > 1) {
		several(t, at, n, err);
		return WRONG;
	}
	if (n == 0) {
		sk_fail(err, SK_EUSAGE, 0, "%s %s; say where the service is: --dsn http://127.0.0.1:8080/", t->spec.text,
			hidden ? "may not be asked by us on which port it listens" : "listens on no TCP port of the loopback");
		return hidden ? WRONG : NOT_YET;
	}
	snprintf(port, sizeof(port), "%u", at[0].port % 65536);
	json_object_set_new(job, "host", json_string(at[0].ip));
	json_object_set_new(job, "port", json_string(port));
	return FOUND;
}

static enum found look(const struct target *t, const char *dsn, json_t *job, struct sk_err *err)
{
	return dsn && *dsn ? check_dsn(t, dsn, err) : find_port(t, job, err);
}

static bool was_interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

static void nap(long ns)
{
	nanosleep(&(const struct timespec){ 0, ns }, NULL);
}

/* A launched command: until it listens, ends, or has had its time. */
static enum found wait_for(struct target *t, const char *dsn, json_t *job, int *status, struct sk_err *err)
{
	int64_t end = clock_boot_ns(&clock_real) + HTTP_TARGET_WAIT_S * (int64_t)1000000000;
	enum found found;

	for (;;) {
		target_refresh(t, 0, NULL);
		found = look(t, dsn, job, err);
		if (t->state != TARGET_ALIVE) {
			*status = EXIT_TARGET_DIED;
			sk_fail(err, SK_EUSAGE, 0,
				"%s ended before it listened on a TCP port: run it by hand and see what it says", t->spec.text);
			return WRONG;
		}
		if (was_interrupted()) {
			*status = EXIT_INCONCLUSIVE;
			sk_fail(err, SK_EUSAGE, 0, "interrupted before %s listened on a TCP port", t->spec.text);
			return WRONG;
		}
		if (found != NOT_YET || clock_boot_ns(&clock_real) >= end)
			break;
		nap(LOOK_NS);
	}
	if (found == NOT_YET)
		sk_err_prefix(err, "after %d s: ", HTTP_TARGET_WAIT_S);
	if (found != FOUND)
		return found;
	nap(SETTLE_NS);
	target_refresh(t, 0, NULL);
	return look(t, dsn, job, err);
}

enum sk_code http_target_settle(struct target *t, const char *dsn, json_t *job, int *status, struct sk_err *err)
{
	enum found found = t->spec.how == TARGET_LAUNCH ? wait_for(t, dsn, job, status, err) : look(t, dsn, job, err);

	return found == FOUND ? SK_OK : SK_EUSAGE;
}
