/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which mapping classes the page draws, and with whose colours. */
#include <string.h>

#include "soakd/report_internal.h"

#define LEAST 0.02 /* of the biggest one: what is smaller is a line at 0 */

/* Each in the colour of what it is like; the other classes are small, or never grow. */
static const struct {
	const char *name;
	enum scene_role role;
} drawn[] = {
	{ "heap", LINE_HEAP },     { "anon", LINE_PRIVATE },         { "arena", LINE_COUNT },    { "shmem", LINE_SHARED },
	{ "file-data", LINE_PSS }, { "thread-stack", LINE_VIRTUAL }, { "anon-named", LINE_RSS },
};
#define DRAWN (sizeof(drawn) / sizeof(*drawn))

static const struct series *find(const struct evidence_file *f, const char *name)
{
	for (size_t i = 0; i < f->ev.n_parts; i++) {
		const struct evidence_part *part = &f->ev.part[i];

		if (strcmp(part->by, "class") == 0 && strcmp(part->name, name) == 0)
			return part->series->all.n > 1 && part->series->max > 0 ? part->series : NULL;
	}
	return NULL;
}

size_t report_classes(const struct evidence_file *f, struct report_class out[REPORT_CLASSES])
{
	size_t n = 0;

	for (size_t i = 0; i < DRAWN; i++) {
		const struct series *s = find(f, drawn[i].name);
		size_t at = n;

		while (s && at > 0 && out[at - 1].series->max < s->max)
			at--;
		if (!s || at == REPORT_CLASSES)
			continue;
		n += n < REPORT_CLASSES;
		memmove(out + at + 1, out + at, (n - at - 1) * sizeof(*out));
		out[at] = (struct report_class){ s, drawn[i].role };
	}
	while (n > 0 && out[n - 1].series->max < LEAST * out[0].series->max)
		n--;
	return n;
}
