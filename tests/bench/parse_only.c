/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bare floor of reading CSV files: every field of every row through strtod, summed. What analyze and report are compared with. */
#include <stdio.h>
#include <stdlib.h>

static double sum_of(const char *line)
{
	double sum = 0;
	char *end;

	for (const char *p = line; *p && *p != '\n'; p = *end == ',' ? end + 1 : end) {
		sum += strtod(p, &end);
		if (end == p && *p != ',') /* text: to the next field */
			while (*end && *end != ',' && *end != '\n')
				end++;
	}
	return sum;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	double sum = 0;

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");

		if (!f || getline(&line, &cap, f) < 0) /* the header */
			return 2;
		while (getline(&line, &cap, f) > 0)
			sum += sum_of(line);
		fclose(f);
	}
	printf("%g\n", sum);
	free(line);
	return 0;
}
