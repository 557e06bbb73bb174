/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a run's objects.csv: at most so many mappings that grew, each with a name and values that are numbers. */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soakd/evidence.h"
#include "soakd/evidence_regions.h"

#define HEADER "timestamp,pid,role,class,name,pss_kb,anon_kb,swap_kb,starttime,start,end\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64], samples[96], objects[96];

static void clean(void)
{
	unlink(samples);
	unlink(objects);
	rmdir(dir);
}

static void put(const char *path, const char *head, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, head, strlen(head)) != (ssize_t)strlen(head) || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

static void make(void)
{
	static const char rows[] = "timestamp,elapsed_s,anon_kb\n1000,0,5\n1010,10,6\n1020,20,7\n";

	snprintf(dir, sizeof(dir), "/tmp/objects_fuzz.XXXXXX");
	if (!mkdtemp(dir))
		abort();
	snprintf(samples, sizeof(samples), "%s/samples.csv", dir);
	snprintf(objects, sizeof(objects), "%s/objects.csv", dir);
	put(samples, "", rows, sizeof(rows) - 1);
	atexit(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evidence_file f;
	size_t mappings = 0;

	if (!*dir)
		make();
	put(objects, HEADER, data, size); /* the columns are found by name: a header of its own would end most inputs at once */
	if (evidence_read(dir, SERIES_ONLINE, &f, NULL) != SK_OK)
		abort();
	for (size_t i = 0; i < f.ev.n_parts; i++) {
		const struct series *s = f.ev.part[i].series;

		if (strcmp(f.ev.part[i].by, "mapping") != 0)
			continue;
		mappings++;
		/* rows before the run began have no place in a series: it may be empty */
		if (!*f.ev.part[i].name || (s->all.n > 0 && (!isfinite(s->first_y) || !isfinite(s->max))))
			abort();
	}
	if (mappings > REGIONS_TOP)
		abort();
	evidence_release(&f);
	return 0;
}
