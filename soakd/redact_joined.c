/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands within a word, joined to others: the id of a container in the name of its unit (docker-ID.scope,
 * kubepods-podID.slice), an address behind a name (client_10.0.0.5), the name that a cluster has made for a pod.
 */
#include <ctype.h>
#include <string.h>

#include "soakd/redact_rules_internal.h"

#define ID     16                            /* so many hexadecimal digits, of both kinds, are no version */
#define RANDOM "bcdfghjklmnpqrstvwxz2456789" /* of which Kubernetes makes names: they are no words */

/* An id begins at s: its bytes; 0. */
static size_t id(const char *s)
{
	size_t n = strspn(s, HEX);

	if (redact_uuid(s))
		return 36;
	return n >= ID && !isalnum((unsigned char)s[n]) && strcspn(s, DIGITS) < n && strspn(s, DIGITS) < n ? n : 0;
}

/* "payments-7d9c6b8f5d-x2x4z", "prod/payments-7d9c6b8f5d-x2x4z": all of it says whose it is. */
static bool is_pod(const char *s, size_t n)
{
	size_t last = n, middle;

	while (last > 0 && s[last - 1] != '-')
		last--;
	for (middle = last > 0 ? last - 1 : 0; middle > 0 && s[middle - 1] != '-';)
		middle--;
	return middle > 1 && n - last == 5 && strspn(s + last, RANDOM) == 5 && last - 1 - middle >= 8 &&
	       last - 1 - middle <= 10 && strspn(s + middle, RANDOM) == last - 1 - middle &&
	       strcspn(s + middle, DIGITS) < n - middle;
}

bool rule_joined(const char *s, struct found *f)
{
	/* they name everything from account to pod, with colons or lines between */
	static const char *const lists[] = { "arn:aws", "system:serviceaccount:", "system:node:", "k8s_" };
	size_t n = strspn(s, LETTER DIGITS "_-."), pod = strspn(s, LETTER DIGITS "-/"), end = 0;

	for (size_t i = 0; i < COUNT(lists); i++)
		if (strncmp(s, lists[i], strlen(lists[i])) == 0 && s[strlen(lists[i])])
			return found_whole(f, redact_trim(s, strcspn(s, ENDS)), REDACT_NAME, false);
	if (is_pod(s, pod))
		return found_whole(f, pod, REDACT_NAME, false);
	for (size_t i = 1; i < n; i++) {
		bool behind_pod = i >= 3 && strncmp(s + i - 3, "pod", 3) == 0;
		size_t is_id = !isalnum((unsigned char)s[i - 1]) || behind_pod ? id(s + i) : 0;
		size_t address = strchr("_-", s[i - 1]) ? redact_address(s + i) : 0;

		if (i < end || (is_id == 0 && address == 0))
			continue;
		end = i + (is_id ? is_id : address);
		found_add(f, i, end - i, is_id ? REDACT_NAME : REDACT_ADDRESS, false);
	}
	f->n = end > n ? end : n;
	return f->n_parts > 0;
}
