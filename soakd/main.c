/* SPDX-License-Identifier: GPL-3.0-or-later */
/* soakd: the verbs. Without one it is `run`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "soakd/cmds.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const struct opt_command *options;
} verbs[] = {
	{ "run", cmd_run, &cmd_run_options },          { "analyze", cmd_analyze, &cmd_analyze_options },
	{ "report", cmd_report, &cmd_report_options }, { "doctor", cmd_doctor, &cmd_doctor_options },
	{ "matrix", cmd_matrix, &cmd_matrix_options }, { "list", cmd_list, &cmd_list_options },       { "map", cmd_map, &cmd_map_options },
};

static int help(void)
{
	printf("Usage: soakd [VERB] [OPTIONS]\n"
	       "Drives workloads for hours, samples a process tree's memory, and decides statistically whether it leaks.\n\n"
	       "Verbs (without one: run):\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		printf("  %-9s %s\n", verbs[i].name, verbs[i].options->summary);
	printf("\nsoakd VERB --help says more of each.\n\n"
	       "The main job:  soakd --target postgres --interval 300 --hours 24\n"
	       "A first look:  soakd --target sqlite --duration 1m\n");
	return EXIT_NO_LEAK;
}

static int run_verb(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		if (argc < 2)
			complainf("nothing to do: soakd --target NAME starts a run");
		return argc < 2 ? (help(), EXIT_USAGE) : help();
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (argc > 2 && strcmp(argv[2], "--help-man") == 0) {
			opt_print(verbs[i].options, true);
			return EXIT_NO_LEAK;
		}
		return verbs[i].run(argc - 1, argv + 1);
	}
	if (argv[1][0] != '-') {
		complainf("unknown verb \"%s\"; the verbs are run, analyze, report, matrix, doctor, list, map: see soakd --help", argv[1]);
		return EXIT_USAGE;
	}
	return cmd_run(argc, argv);
}

/* What was printed has arrived, or it is said: a script that reads our output must not take half of it for the whole. */
static int close_stdout(int status)
{
	bool failed = ferror(stdout) != 0;
	const char *why = "an earlier write failed";

	if (fflush(stdout) != 0 ||
	    (!failed && fclose(stdout) != 0 && errno != EBADF)) { /* EBADF: closed by the caller, nothing was printed */
		failed = true;
		why = strerror(errno);
	}
	if (!failed)
		return status;
	complainf("cannot write to standard output: %s", why);
	return status == EXIT_NO_LEAK || status == EXIT_INCONCLUSIVE ? EXIT_USAGE : status;
}

int main(int argc, char **argv)
{
	return close_stdout(run_verb(argc, argv));
}
