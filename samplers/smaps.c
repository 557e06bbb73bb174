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
/* All that is looked at: these must be numbers, the others may be anything. */
#define USED                                                                                                                     \
	(REQUIRED | 1u << F_KERNEL_PAGE | 1u << F_SHARED_HUGETLB | 1u << F_PRIVATE_HUGETLB | 1u << F_ANON_HUGE |                 \
	 1u << F_SHMEM_HUGE | 1u << F_FILE_HUGE)

/* "Rss:                123 kB\n": the key padded to 16 columns, the number to 8; longer numbers shift the rest. */
#define KEY_WIDTH    16
#define NUMBER_WIDTH 8
#define LINE_WIDTH   (KEY_WIDTH + NUMBER_WIDTH + 4)

#define LINE(key, blanks)                                                                                                        \
	{                                                                                                                        \
		key blanks, sizeof(key) - 1                                                                                      \
	}
static const struct {
	char name[KEY_WIDTH + 1]; /* as the kernel pads it */
	unsigned char len;        /* with the colon */
} keys[F_COUNT] = {
	[F_SIZE] = LINE("Size:", "           "),
	[F_KERNEL_PAGE] = LINE("KernelPageSize:", " "),
	[F_MMU_PAGE] = LINE("MMUPageSize:", "    "),
	[F_RSS] = LINE("Rss:", "            "),
	[F_PSS] = LINE("Pss:", "            "),
	[F_PSS_DIRTY] = LINE("Pss_Dirty:", "      "),
	[F_SHARED_CLEAN] = LINE("Shared_Clean:", "   "),
	[F_SHARED_DIRTY] = LINE("Shared_Dirty:", "   "),
	[F_PRIVATE_CLEAN] = LINE("Private_Clean:", "  "),
	[F_PRIVATE_DIRTY] = LINE("Private_Dirty:", "  "),
	[F_REFERENCED] = LINE("Referenced:", "     "),
	[F_ANON] = LINE("Anonymous:", "      "),
	[F_KSM] = LINE("KSM:", "            "),
	[F_LAZY_FREE] = LINE("LazyFree:", "       "),
	[F_ANON_HUGE] = LINE("AnonHugePages:", "  "),
	[F_SHMEM_HUGE] = LINE("ShmemPmdMapped:", " "),
	[F_FILE_HUGE] = LINE("FilePmdMapped:", "  "),
	[F_SHARED_HUGETLB] = LINE("Shared_Hugetlb:", " "),
	[F_PRIVATE_HUGETLB] = LINE("Private_Hugetlb:", ""),
	[F_SWAP] = LINE("Swap:", "           "),
	[F_SWAP_PSS] = LINE("SwapPss:", "        "),
	[F_LOCKED] = LINE("Locked:", "         "),
	[F_THP_ELIGIBLE] = LINE("THPeligible:", "    "),
};

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
	/* a digit's value and 1: addresses are random, and a processor that must guess between two kinds of digits guesses wrong */
	static const unsigned char digit[256] = {
		['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
		['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	};
	const char *p = *s;
	uint64_t v = 0;

	for (; p < end && *p != stop; p++) {
		unsigned d = digit[(unsigned char)*p];

		if (d == 0 || v >> 60)
			return false;
		v = v << 4 | (d - 1);
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

/* The field that a line of any form is; F_COUNT: none of ours. The search begins with the one that comes next in the kernel's order. */
static unsigned field_of(unsigned next, const char *s, size_t n)
{
	for (unsigned k = 0; k < F_COUNT; k++) {
		unsigned i = (next + k) % F_COUNT;

		/* four bytes at once tell most of them apart without a call; "Rss:" is the shortest */
		if (n > keys[i].len && memcmp(s, keys[i].name, 4) == 0 && memcmp(s, keys[i].name, keys[i].len) == 0)
			return i;
	}
	return F_COUNT;
}

static void field(struct smaps_parser *p, const char *s, const char *end)
{
	unsigned i;

	if (end - s > 9 && memcmp(s, "VmFlags: ", 9) == 0) {
		vm_flags(p, s + 9, end);
		return;
	}
	i = field_of(p->next, s, (size_t)(end - s));
	if (i == F_COUNT)
		return;
	p->next = i + 1;
	if (key_number(s + keys[i].len, end, &p->map.kb[i]))
		p->map.seen |= 1u << i;
	else if (USED >> i & 1)
		p->bad = true;
}

/* Most numbers are 0. */
static bool padded_number(const char *s, double *out)
{
	unsigned v = 0, i = 0;

	if (memcmp(s, "       0", NUMBER_WIDTH) == 0) {
		*out = 0;
		return true;
	}
	while (i < NUMBER_WIDTH - 1 && s[i] == ' ')
		i++;
	for (; i < NUMBER_WIDTH; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = 10 * v + (unsigned)(s[i] - '0');
	}
	*out = v;
	return true;
}

/*
 * Nine of ten lines are the one that the kernel writes next, in its ordinary form: found by three comparisons, with no search for
 * its end or its key. False: it is for line() to say what it is.
 */
static bool ordinary(struct smaps_parser *p, const char *s, const char *end)
{
	unsigned i = p->next;

	if (!p->open || i >= F_COUNT || end - s < LINE_WIDTH || memcmp(s, keys[i].name, KEY_WIDTH) != 0 ||
	    memcmp(s + KEY_WIDTH + NUMBER_WIDTH, " kB\n", 4) != 0 || !padded_number(s + KEY_WIDTH, &p->map.kb[i]))
		return false;
	p->map.seen |= 1u << i;
	p->next = i + 1;
	return true;
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
	memcpy(&p->map, &next, offsetof(struct mapping, name) + next.name_len);
	p->open = true;
	p->next = 0;
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

	for (;;) {
		while (p->line_len == 0 && ordinary(p, s, end))
			s += LINE_WIDTH;
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl)
			break;
		if (p->line_len) {
			keep(p, s, (size_t)(nl - s));
			line(p, p->line, p->line + p->line_len);
			p->line_len = 0;
		} else {
			line(p, s, nl);
		}
		s = nl + 1;
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
