/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first bytes of any file: an answer that there is, and never a look beyond them. */
#include <stdint.h>
#include <stdlib.h>

#include "soakd/program_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if ((unsigned)program_kind(data, n) > PROGRAM_SCRIPT)
		abort();
	return 0;
}
