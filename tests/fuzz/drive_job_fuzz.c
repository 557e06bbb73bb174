/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a driver's job: a job within its limits, or a sentence. */
#include <stdlib.h>

#include "scenarios/job.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct drive_job job;
	struct sk_err err = { 0 };
	enum sk_code rc = job_parse(&job, (const char *)data, n, &err);

	if (rc == SK_OK ? job.connections < 1 || job.batch < 1 || job.rows < 1 || !(job.rate >= 0) || !job.profile : !err.msg[0])
		abort();
	job_release(&job);
	return 0;
}
