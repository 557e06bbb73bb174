/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is injected into a phase: reconnects, VACUUM, signals to the target, programs. Data for soakd/phase.h. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/scenario_file_priv.h"

#define EXAMPLE "( { what = \"reload\"; at = \"30s\"; } )"
#define LEAST_S 0.1 /* between two of one kind, also where the scenario is run in small */
#define SIGNALS 32

static const char *const whats[] = { "reconnect", "vacuum", "reload", "signal", "run", NULL }; /* as enum inject_what */

/* "USR1", "SIGUSR1" or 10; 0: none. */
static int signal_number(const config_setting_t *s)
{
	char number[64];
	const char *text = opt_setting_text(s, number, sizeof(number));

	if (text && config_setting_is_number(s)) {
		for (int i = 1; i < SIGNALS; i++) {
			char one[8];

			snprintf(one, sizeof(one), "%d", i);
			if (strcmp(one, text) == 0)
				return i;
		}
		return 0;
	}
	if (text && strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (int i = 1; text && i < SIGNALS; i++)
		if (sigabbrev_np(i) && strcmp(sigabbrev_np(i), text) == 0)
			return i;
	return 0;
}

/* The settings that belong to one `what` alone. */
static void read_what(struct scenario_reader *r, const config_setting_t *s, struct phase_inject *in)
{
	const config_setting_t *number = scenario_member(s, "signal"), *command = scenario_member(s, "command");

	if (number && in->what != INJECT_SIGNAL)
		scenario_wrong(r, number, "signal belongs to what = \"signal\"");
	else if (in->what == INJECT_SIGNAL && !number)
		scenario_wrong(r, s, "what = \"signal\" needs one, such as signal = \"USR1\";");
	else if (number && (in->number = signal_number(number)) == 0)
		scenario_wrong(r, number, "there is no such signal: give its name or its number, such as \"USR1\"");
	if (command && in->what != INJECT_RUN)
		scenario_wrong(r, command, "command belongs to what = \"run\"");
	else if (in->what == INJECT_RUN && !command)
		scenario_wrong(r, s,
			       "what = \"run\" needs a command, such as command = [\"/usr/sbin/nginx\", \"-s\", \"reload\"];");
	else if (command)
		in->argv = scenario_program(r, command);
	if ((in->what == INJECT_RECONNECT || in->what == INJECT_VACUUM) && !r->driver && !r->driver_is_wrong)
		scenario_wrong(r, s, "what = \"%s\" is done by a driver, and there is none: say driver = \"...\";",
			       whats[in->what]);
}

static void read_times(struct scenario_reader *r, const config_setting_t *s, const struct phase *p, struct phase_inject *in)
{
	const config_setting_t *at = scenario_member(s, "at"), *every = scenario_member(s, "every");
	double v = 0;

	in->every_s = NAN;
	if (at && scenario_time(r, at, &v))
		in->at_s = v * r->scale;
	else if (!at && every && scenario_time(r, every, &v))
		in->at_s = v * r->scale; /* the first one after one such time */
	if (in->at_s >= p->plan.length_s)
		scenario_wrong(r, at ? at : every, "it is never done: the phase is over by then");
	if (!every || !scenario_time(r, every, &v))
		return;
	if (v < LEAST_S)
		scenario_wrong(r, every, "every is at least 100ms");
	in->every_s = fmax(v * r->scale, LEAST_S);
}

static void read_inject(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	static const char *const names[] = { "what", "at", "every", "signal", "command", NULL };
	const config_setting_t *what = scenario_member(s, "what");
	const char *text = what ? scenario_text(r, what) : NULL;
	struct phase_inject *in = &p->inject[p->n_inject];
	int k = 0;

	scenario_only(r, s, "an entry of inject", names);
	if (!what)
		scenario_wrong(r, s, "an entry of inject says what, such as what = \"reload\";");
	if (!text)
		return;
	while (whats[k] && strcmp(whats[k], text) != 0)
		k++;
	if (!whats[k]) {
		scenario_wrong(r, what, "nothing is called \"%.40s\"; there are reconnect, vacuum, reload, signal and run", text);
		return;
	}
	in->what = (enum inject_what)k;
	p->n_inject++;
	read_what(r, s, in);
	read_times(r, s, p, in);
}

void scenario_read_injects(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	size_t n = scenario_entries(r, s, EXAMPLE);

	p->inject = sk_calloc(n, sizeof(*p->inject));
	if (!p->inject)
		scenario_no_memory(r);
	for (size_t i = 0; p->inject && i < n; i++)
		read_inject(r, scenario_entry(s, i), p);
}
