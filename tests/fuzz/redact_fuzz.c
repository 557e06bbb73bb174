/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name planted between any words, in each form that redact.h names: it never comes out. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/redact.h"
#include "soakd/scrub.h"

#define NAME "zqVwx"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const forms[] = { "/home/" NAME "/src/x.c",
				     "host=" NAME,
				     "user='" NAME "'",
				     "https://" NAME ".acme.com/x",
				     NAME "@acme.com",
				     "postgresql://" NAME "@db/x",
				     "role \"" NAME "\"",
				     "SELECT " NAME " FROM t",
				     "/srv/" NAME,
				     "~" NAME "/x",
				     "C:\\Users\\" NAME "\\x",
				     NAME ".acme.example",
				     "PGUSER=" NAME,
				     NAME ":x@db7",
				     NAME ":5432",
				     "unit:x@" NAME ".service",
				     "/sys/fs/cgroup/" NAME,
				     "Key (a)=(" NAME ")",
				     "AUTH " NAME,
				     "permission denied for table " NAME,
				     "column a of table " NAME " does not exist",
				     "no such column: a." NAME,
				     "10.0.0.5 - " NAME " [22/Nov/2026:08:00:00 +0000]",
				     "git@h:" NAME "/x",
				     NAME ":x@tcp(db7:3306)/y",
				     "u:x@tcp(db7)/" NAME,
				     "scott/" NAME "@db7/x",
				     "CN=" NAME,
				     "/C=DE/O=a " NAME "/CN=x",
				     "nfs: server " NAME,
				     "of tenant " NAME,
				     NAME ":/export/x",
				     "role \"" NAME };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || memmem(data, size, NAME, strlen(NAME)))
		return 0;
	for (size_t i = 0; i < size; i++) /* whose quote is whose cannot be told where there are odd ones */
		if (strchr("'\"`", data[i]) && data[i])
			return 0;
	const char *form = forms[data[0] % (sizeof(forms) / sizeof(*forms))];
	size_t cut = 2 + data[1] % (size - 1), n = 0;
	char *in = malloc(size + strlen(form) + 4);
	struct redactor r = { 0 };

	assert(in);
	memcpy(in, data + 2, cut - 2);
	n = cut - 2;
	in[n++] = ' ';
	memcpy(in + n, form, strlen(form));
	n += strlen(form);
	in[n++] = ' ';
	memcpy(in + n, data + cut, size - cut);
	n += size - cut;
	in[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (in[i] == '\0')
			in[i] = '\n';
	char *once = redact_text(&r, in), *scrubbed = scrub(in);

	/* a secret's key before the form may take the form's first word for its value: that is scrub's, and has a target of its own */
	assert(once && scrubbed && (strcmp(scrubbed, in) != 0 || !strstr(once, NAME)));
	free(scrubbed);
	free(once);
	free(in);
	redactor_release(&r);
	return 0;
}
