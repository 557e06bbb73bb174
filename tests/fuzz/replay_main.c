/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over the files named on the command line: the seed corpus as a test, without libFuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		uint8_t *buf = malloc(1 << 20);

		if (!f || !buf) {
			fprintf(stderr, "cannot read %s\n", argv[i]);
			return 1;
		}
		size_t n = fread(buf, 1, 1 << 20, f);

		fclose(f);
		LLVMFuzzerTestOneInput(buf, n);
		free(buf);
	}
	printf("ok 1 - %d inputs replayed\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
