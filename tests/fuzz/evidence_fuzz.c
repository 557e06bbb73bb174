/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV: series or a sentence, never a crash; and the verdict on whatever came of it, as JSON. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "soakd/decide.h"
#include "soakd/verdict_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict v;
	const struct decide_options none = { NAN, NULL, NAN, NULL };
	struct evidence_file f;
	struct sk_err err = { 0 };
	char path[40];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (evidence_read(path, SERIES_ONLINE, &f, &err) == SK_OK) {
		if (f.ev.samples == 0 || f.ev.n_columns == 0 || !(f.ev.interval_s > 0 || (isnan(f.ev.interval_s) && f.ev.samples == 1)))
			abort();
		if (decide_file(&f, &none, &v, &err) == SK_OK) {
			json_t *j = verdict_to_json(&v, path);

			if (!j)
				abort();
			json_decref(j);
		}
		evidence_release(&f);
	} else if (err.code == SK_OK || !err.msg[0]) {
		abort();
	}
	close(fd);
	return 0;
}
