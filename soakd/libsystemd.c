/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsystemd, loaded when its first function is called. Linked, it and the four libraries behind it would be loaded at each start:
 * half of the start of `soakd analyze`, which has no loop. Callers see nothing of this: the functions have the names, the types
 * and the errors of <systemd/sd-event.h> and <systemd/sd-daemon.h>. Without the library they return -ELIBACC, and a run ends with
 * that sentence.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

/* NULL: there is no such library here, or it is too old. */
static void *symbol(const char *name)
{
	static void *lib;

	if (!lib)
		lib = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	return lib ? dlsym(lib, name) : NULL;
}

/* The function NAME with its parameters, passed on; FAILED is what it returns where there is no library. */
#define FORWARD(type, name, failed, params, args)                 \
	type name params                                          \
	{                                                         \
		static __typeof__(&name) real;                    \
                                                                  \
		if (!real)                                        \
			*(void **)&real = symbol(#name);          \
		return real ? real args : (failed);               \
	}

FORWARD(int, sd_event_default, -ELIBACC, (sd_event **ev), (ev))
FORWARD(sd_event *, sd_event_unref, NULL, (sd_event *ev), (ev))
FORWARD(int, sd_event_loop, -ELIBACC, (sd_event *ev), (ev))
FORWARD(int, sd_event_exit, -ELIBACC, (sd_event *ev, int code), (ev, code))
FORWARD(int, sd_event_set_watchdog, -ELIBACC, (sd_event *ev, int on), (ev, on))
FORWARD(int, sd_event_add_io, -ELIBACC,
	(sd_event *ev, sd_event_source **src, int fd, uint32_t events, sd_event_io_handler_t handler, void *ctx),
	(ev, src, fd, events, handler, ctx))
FORWARD(int, sd_event_add_time, -ELIBACC,
	(sd_event *ev, sd_event_source **src, clockid_t clock, uint64_t us, uint64_t accuracy, sd_event_time_handler_t handler,
	 void *ctx),
	(ev, src, clock, us, accuracy, handler, ctx))
FORWARD(int, sd_event_add_signal, -ELIBACC,
	(sd_event *ev, sd_event_source **src, int sig, sd_event_signal_handler_t handler, void *ctx),
	(ev, src, sig, handler, ctx))
FORWARD(int, sd_event_now, -ELIBACC, (sd_event *ev, clockid_t clock, uint64_t *us), (ev, clock, us))
FORWARD(int, sd_event_source_set_enabled, -ELIBACC, (sd_event_source *src, int on), (src, on))
FORWARD(sd_event_source *, sd_event_source_disable_unref, NULL, (sd_event_source *src), (src))
FORWARD(int, sd_notify, -ELIBACC, (int unset_environment, const char *state), (unset_environment, state))

int sd_notifyf(int unset_environment, const char *format, ...)
{
	char *state = NULL;
	va_list ap;

	va_start(ap, format);
	int rc = vasprintf(&state, format, ap) < 0 ? -ENOMEM : sd_notify(unset_environment, state);

	va_end(ap);
	free(state);
	return rc;
}
