/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of smaps, in pieces of any size, to sums by class: one mapping is held, and the header of the one after it. */
#include "samplers/smaps.h"

#include <string.h>
#include <stdlib.h>

#include "base/mem.h"
#include "samplers/key_value.h"
#include "samplers/smaps_parse.h"

/* Every kernel since 2.6.37 writes these, and VmFlags, the last line of each, since 3.8; hugetlb's are of 4.3. */
#define REQUIRED                                                                                                                 \
	(1u << F_SIZE | 1u << F_RSS | 1u << F_PSS | 1u << F_PRIVATE_CLEAN | 1u << F_PRIVATE_DIRTY | 1u << F_ANON | 1u << F_SWAP)

struct smaps_parser *smaps_parser_new(void)
{
	return sk_calloc(1, sizeof(struct smaps_parser));
}

void smaps_parser_reset(struct smaps_parser *p)
{
	memset(p, 0, sizeof(*p));
}

void smaps_parser_free(struct smaps_parser *p)
{
	free(p);
}

static bool hex(const char **s, const char *end, char stop, uint64_t *out)
{
	const char *p = *s;
	uint64_t v = 0;

	for (; p < end && *p != stop; p++) {
		unsigned digit = *p >= '0' && *p <= '9'   ? (unsigned)(*p - '0')
				 : *p >= 'a' && *p <= 'f' ? (unsigned)(*p - 'a') + 10
							  : 16;

		if (digit == 16 || v >> 60)
			return false;
		v = v << 4 | digit;
	}
	if (p == end || p == *s)
		return false;
	*out = v;
	*s = p + 1;
	return true;
}

/* Past n words and the blanks after them: offset, device, inode. */
static const char *skip_words(const char *s, const char *end, int n)
{
	while (n-- > 0) {
		while (s < end && *s != ' ')
			s++;
		while (s < end && *s == ' ')
			s++;
	}
	return s;
}

bool mapping_header(const char *s, const char *end, struct mapping *m)
{
	if (!hex(&s, end, '-', &m->start) || !hex(&s, end, ' ', &m->end) || m->end <= m->start || end - s < 5 || s[4] != ' ')
		return false;
	memcpy(m->perms, s, sizeof(m->perms));
	s = skip_words(s + 5, end, 3);
	m->name_len = (size_t)(end - s) < sizeof(m->name) ? (size_t)(end - s) : sizeof(m->name) - 1;
	memcpy(m->name, s, m->name_len);
	memset(m->kb, 0, sizeof(m->kb));
	m->seen = 0;
	m->flags = m->hugetlb = m->grows_down = false;
	return true;
}

static bool whole(const struct smaps_parser *p)
{
	return (p->map.seen & REQUIRED) == REQUIRED && p->map.flags;
}

static void add(struct map_sum *sum, const double *kb)
{
	sum->mappings++;
	sum->size_kb += kb[F_SIZE];
	sum->rss_kb += kb[F_RSS];
	sum->pss_kb += kb[F_PSS];
	sum->private_clean_kb += kb[F_PRIVATE_CLEAN];
	sum->private_dirty_kb += kb[F_PRIVATE_DIRTY];
	sum->anon_kb += kb[F_ANON];
	sum->swap_kb += kb[F_SWAP];
	sum->hugetlb_kb += kb[F_SHARED_HUGETLB] + kb[F_PRIVATE_HUGETLB];
}

/* The mapping that was being read is complete: the header of the next one, or the end of the text, says so. */
static void finish(struct smaps_parser *p, const struct mapping *above)
{
	enum map_class class = mapping_classify(&p->map, &p->below, above);

	if (whole(p)) {
		add(&p->sum.by_class[class], p->map.kb);
		add(&p->sum.all, p->map.kb);
	} else {
		p->bad = true;
	}
	p->below = mapping_below(&p->map, class, &p->below);
	p->open = false;
}

/* "VmFlags: rd wr mr gd ht": words of two letters. */
static void vm_flags(struct smaps_parser *p, const char *s, const char *end)
{
	p->map.flags = true;
	for (; end - s >= 2; s += end - s > 3 ? 3 : end - s) {
		p->map.hugetlb |= s[0] == 'h' && s[1] == 't';
		p->map.grows_down |= s[0] == 'g' && s[1] == 'd';
	}
}

static void field(struct smaps_parser *p, const char *s, const char *end)
{
	static const struct {
		char name[20];
		size_t len;
	} keys[F_COUNT] = {
		[F_SIZE] = KEY("Size:"),
		[F_KERNEL_PAGE] = KEY("KernelPageSize:"),
		[F_RSS] = KEY("Rss:"),
		[F_PSS] = KEY("Pss:"),
		[F_PRIVATE_CLEAN] = KEY("Private_Clean:"),
		[F_PRIVATE_DIRTY] = KEY("Private_Dirty:"),
		[F_ANON] = KEY("Anonymous:"),
		[F_SHARED_HUGETLB] = KEY("Shared_Hugetlb:"),
		[F_PRIVATE_HUGETLB] = KEY("Private_Hugetlb:"),
		[F_SWAP] = KEY("Swap:"),
	};

	if (end - s < 4) /* "Rss:" is the shortest */
		return;
	if (*s == 'V' && end - s > 9 && memcmp(s, "VmFlags: ", 9) == 0) {
		vm_flags(p, s + 9, end);
		return;
	}
	for (size_t i = 0; i < F_COUNT; i++) {
		/* 25 lines of each mapping come through here: four bytes at once tell most of them apart without a call */
		if (memcmp(s, keys[i].name, 4) != 0 || (size_t)(end - s) <= keys[i].len ||
		    memcmp(s, keys[i].name, keys[i].len) != 0)
			continue;
		if (key_number(s + keys[i].len, end, &p->map.kb[i]))
			p->map.seen |= 1u << i;
		else
			p->bad = true;
		return;
	}
}

/* A header begins with a small hexadecimal digit, a field with a capital. */
static void line(struct smaps_parser *p, const char *s, const char *end)
{
	struct mapping next;

	if ((size_t)(end - s) > SMAPS_LINE)
		end = s + SMAPS_LINE; /* as keep() does: what is seen must not depend on where a chunk ended */
	if (s < end && *s >= 'A' && *s <= 'Z' && p->open) {
		field(p, s, end);
		return;
	}
	if (!mapping_header(s, end, &next)) {
		p->bad = true;
		return;
	}
	if (p->open)
		finish(p, &next);
	p->map = next;
	p->open = true;
}

/* Keeps what a chunk has of a line that goes on in the next one. */
static void keep(struct smaps_parser *p, const char *s, size_t n)
{
	size_t room = sizeof(p->line) - p->line_len;

	n = n < room ? n : room;
	memcpy(p->line + p->line_len, s, n);
	p->line_len += n;
}

int smaps_parser_feed(void *parser, const char *chunk, size_t n)
{
	struct smaps_parser *p = parser;
	const char *s = chunk, *end = chunk + n, *nl;

	for (; (nl = memchr(s, '\n', (size_t)(end - s))); s = nl + 1) {
		if (p->line_len) {
			keep(p, s, (size_t)(nl - s));
			line(p, p->line, p->line + p->line_len);
			p->line_len = 0;
		} else {
			line(p, s, nl);
		}
	}
	keep(p, s, (size_t)(end - s));
	return 0;
}

enum sk_code smaps_parser_end(struct smaps_parser *p, struct smaps_summary *out, struct sk_err *err)
{
	bool torn = p->line_len > 0;

	if (p->open && whole(p))
		finish(p, NULL);
	else
		torn |= p->open;
	*out = p->sum;
	if (p->bad)
		return sk_fail(err, SK_EPARSE, 0, "this is no smaps: a line or a mapping is not in its format");
	if (torn)
		return sk_fail(err, SK_EPARSE, 0, "smaps ends within a mapping, after %llu whole ones",
			       (unsigned long long)p->sum.all.mappings);
	if (p->sum.all.mappings == 0)
		return sk_fail(err, SK_EPARSE, 0, "smaps is empty");
	return SK_OK;
}
