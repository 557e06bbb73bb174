/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of smaps, in pieces of any size, to sums by class: one mapping is held, and the header of the one after it. */
#include "samplers/smaps.h"

#include <string.h>
#include <stdlib.h>

#include "base/mem.h"
#include "samplers/key_value.h"
#include "samplers/smaps_objects.h"
#include "samplers/smaps_parse.h"

/* Every kernel since 2.6.37 writes these, and VmFlags, the last line of each, since 3.8; hugetlb's are of 4.3. */
#define REQUIRED                                                                                                                 \
	(1u << F_SIZE | 1u << F_RSS | 1u << F_PSS | 1u << F_PRIVATE_CLEAN | 1u << F_PRIVATE_DIRTY | 1u << F_ANON | 1u << F_SWAP)

struct smaps_parser *smaps_parser_new(void)
{
	return sk_calloc(1, sizeof(struct smaps_parser));
}

void smaps_parser_reset(struct smaps_parser *p, struct map_objects *objects)
{
	memset(p, 0, sizeof(*p));
	p->objects = objects;
	if (objects)
		objects->n = 0;
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

static const char *skip_word(const char *s, const char *end)
{
	while (s < end && *s != ' ')
		s++;
	while (s < end && *s == ' ')
		s++;
	return s;
}

/* "fe:00 1234": which file or shared object it is, whatever its name. What is not in that form is none. */
static const char *file_id(const char *s, const char *end, struct mapping *m)
{
	const char *name = skip_word(skip_word(s, end), end);
	uint64_t major, minor, inode = 0;

	m->dev_major = m->dev_minor = 0;
	m->inode = 0;
	if (!hex(&s, end, ':', &major) || !hex(&s, end, ' ', &minor) || (major | minor) >> 32)
		return name;
	for (; s < end && *s >= '0' && *s <= '9' && inode < UINT64_MAX / 10; s++)
		inode = 10 * inode + (uint64_t)(*s - '0');
	if (inode == 0 || (s < end && *s != ' '))
		return name;
	m->dev_major = (uint32_t)major;
	m->dev_minor = (uint32_t)minor;
	m->inode = inode;
	return name;
}

bool mapping_header(const char *s, const char *end, struct mapping *m)
{
	if (!hex(&s, end, '-', &m->start) || !hex(&s, end, ' ', &m->end) || m->end <= m->start || end - s < 5 || s[4] != ' ')
		return false;
	memcpy(m->perms, s, sizeof(m->perms));
	s = file_id(skip_word(s + 5, end), end, m);
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

void map_sum_add(struct map_sum *to, const struct map_sum *s)
{
	to->mappings += s->mappings;
	to->size_kb += s->size_kb;
	to->rss_kb += s->rss_kb;
	to->pss_kb += s->pss_kb;
	to->private_clean_kb += s->private_clean_kb;
	to->private_dirty_kb += s->private_dirty_kb;
	to->anon_kb += s->anon_kb;
	to->swap_kb += s->swap_kb;
	to->hugetlb_kb += s->hugetlb_kb;
	to->thp_kb += s->thp_kb;
}

static struct map_sum sum_of(const double *kb)
{
	return (struct map_sum){
		.mappings = 1,
		.size_kb = kb[F_SIZE],
		.rss_kb = kb[F_RSS],
		.pss_kb = kb[F_PSS],
		.private_clean_kb = kb[F_PRIVATE_CLEAN],
		.private_dirty_kb = kb[F_PRIVATE_DIRTY],
		.anon_kb = kb[F_ANON],
		.swap_kb = kb[F_SWAP],
		.hugetlb_kb = kb[F_SHARED_HUGETLB] + kb[F_PRIVATE_HUGETLB],
		.thp_kb = kb[F_ANON_HUGE] + kb[F_SHMEM_HUGE] + kb[F_FILE_HUGE],
	};
}

static void keep_object(struct map_objects *t, enum map_class class, const struct mapping *m, const struct map_sum *sum)
{
	const struct map_object o = {
		.class = class,
		.start = m->start,
		.end = m->end,
		.dev_major = m->dev_major,
		.dev_minor = m->dev_minor,
		.inode = m->inode,
		.sum = *sum,
	};

	map_objects_add(t, &o, m->name, m->name_len);
}

/* The mapping that was being read is complete: the header of the next one, or the end of the text, says so. */
static void finish(struct smaps_parser *p, const struct mapping *above)
{
	enum map_class class = mapping_classify(&p->map, &p->below, above);

	if (whole(p)) {
		const struct map_sum one = sum_of(p->map.kb);

		map_sum_add(&p->sum.by_class[class], &one);
		map_sum_add(&p->sum.all, &one);
		if (p->objects)
			keep_object(p->objects, class, &p->map, &one);
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
		[F_ANON_HUGE] = KEY("AnonHugePages:"),
		[F_SHMEM_HUGE] = KEY("ShmemPmdMapped:"),
		[F_FILE_HUGE] = KEY("FilePmdMapped:"),
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
