/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the verdict is right, beside the rules that people use: `make corpus`. Here are its options; made.c, power.c and
 * real.c print. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/corpus/options.h"

#define REAL "tests/corpus/real"

static const char help[] =
	"table [OPTION...]    how often the verdict is right; run it from the top of the source tree\n\n"
	"  --seeds N       series of each family (200)\n"
	"  --first N       seed of the first one (1); seeds on which a threshold was chosen prove nothing\n"
	"  --family WORD   only families with the word in their name; neither power table nor real traces\n"
	"  --power         only the power table: lines of some standard deviations\n"
	"  --wrong         each series that is judged wrongly, with its seed and the reason given\n"
	"  --no-rules      without the rules to compare with, which take most of the time\n"
	"  --write DIR     the series as DIR/*.csv and DIR/labels.json (the harder ones in DIR/stress), and a line for each:\n"
	"                  path, verdict, kind, rate\n"
	"  --gate          exit 1 unless the goals are reached (F1, precision, recall, false alarms of made series)\n"
	"  --help\n";

void die(const char *what, const char *which)
{
	fprintf(stderr, "corpus: %s%s%s\n", what, *which ? " " : "", which);
	exit(2);
}

static unsigned long number(const char *text, unsigned long least)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || v < least ||
	    v > 4000000) /* times 1000 it still is a seed of 32 bits */
		die("not a number from 1 to 4000000:", text);
	return v;
}

static struct options parse(int argc, char **argv)
{
	static const struct option table[] = { { "seeds", 1, NULL, 's' },  { "first", 1, NULL, 'f' },
					       { "family", 1, NULL, 'F' }, { "wrong", 0, NULL, 'w' },
					       { "power", 0, NULL, 'p' },  { "write", 1, NULL, 'W' },
					       { "gate", 0, NULL, 'g' },   { "no-rules", 0, NULL, 'n' },
					       { "help", 0, NULL, 'h' },   { NULL, 0, NULL, 0 } };
	struct options o = { .seeds = 200, .first = 1, .family = "", .rules = true };
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (c) {
		case 's':
			o.seeds = number(optarg, 1);
			break;
		case 'f':
			o.first = number(optarg, 1);
			break;
		case 'F':
			o.family = optarg;
			break;
		case 'W':
			o.write = optarg;
			break;
		case 'w':
			o.wrong = true;
			break;
		case 'p':
			o.power = true;
			break;
		case 'g':
			o.gate = true;
			break;
		case 'n':
			o.rules = false;
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		default:
			fputs(help, stderr);
			exit(2);
		}
	}
	if (optind < argc)
		die("takes no argument:", argv[optind]);
	if (o.gate && (*o.family || o.power || o.write))
		die("--gate is about all families: without --family, --power and --write", "");
	return o;
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	bool good = true;

	if (o.write) {
		write_series(&o);
	} else if (o.power) {
		power_table(&o);
	} else {
		good = made_series(&o);
		if (!*o.family) {
			power_table(&o);
			real_traces(REAL, &o);
		}
	}
	return good ? 0 : 1;
}
